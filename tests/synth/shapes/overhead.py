"""Vehicle samples of made-up rows, their fit before the stretch, and meshes seen from above."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vehicle_id.catalogue import Vehicle, load_catalogue
from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.camera import Camera
from vehicle_id.synth.mesh import Assembly, Mesh
from vehicle_id.synth.rays import Hits, Tracer
from vehicle_id.synth.vehicle_sample import VehicleSample, draw_sample, nominal_sample

Size = tuple[float, float, float]
EVERYWHERE = (-1000.0, 1000.0, -1000.0, 1000.0)


def make_sample(leaf: str, size: Size, seed: int, **columns: Any) -> VehicleSample:
    """A sample of exactly this length, width and height, of a row with these other columns."""
    length, width, height = size
    row = Vehicle(
        **{"name": f"{leaf} {size}", **columns}, classes=(leaf,), length_m=(length, length), width_m=(width, width),
        height_m=(height, height),
    )  # fmt: skip
    return nominal_sample(row, leaf, np.random.default_rng(seed))


def filled(sample: VehicleSample, assembly: Assembly) -> Float64Array:
    """Size before the stretch as a share of the sample's, `[3]`; parts above the published height are not counted."""
    low, high = assembly.at_rest().bounds
    assert low[2] >= -1e-9
    share: Float64Array = (high - low) / [sample.length_m, sample.width_m, sample.height_m]
    return share


def whole(assembly: Assembly) -> Mesh:
    """All parts and the objects above, not stretched."""
    return assembly.fitted(np.ones(3), np.zeros(3)).at_rest()


def look(mesh: Mesh, camera: Camera) -> Hits:
    """First hits of a camera on a mesh, one ray a pixel."""
    return Tracer(mesh).look(camera, [EVERYWHERE], supersampling=1)


def heights(mesh: Mesh, x: Float64Array | list[float], y: float) -> Float64Array:
    """The highest point over each point of a line along x at a y; 0 on the ground."""
    at = np.asarray(x, float)
    step = np.diff(at)
    if len(step) and (step[0] <= 0 or np.ptp(step) > 1e-6):  # one row of pixels sees evenly spaced points at once
        return np.array([heights(mesh, [one], y)[0] for one in at])
    pitch = float(step[0]) if len(step) else 0.01
    camera = Camera(gsd_m=pitch, height_px=1, width_px=len(at), centre_m=(float(at.mean()), y))
    hits = look(mesh, camera)
    found = np.zeros(len(at))
    found[hits.sample] = hits.point[:, 2]
    return found


def met_from_above(mesh: Mesh, *, step_m: float = 0.1) -> tuple[Float64Array, NDArray[np.int32]]:
    """Points that rays from straight above meet, `[N, 3]`, and the triangles they lie on."""
    low, high = mesh.bounds
    width, height = (int(np.ceil(side / step_m)) for side in (high - low)[:2])
    x, y = (float(value) for value in ((low + high) / 2)[:2])
    hits = look(mesh, Camera(gsd_m=step_m, height_px=height, width_px=width, centre_m=(x, y)))
    met = hits.face >= 0
    return hits.point[met].astype(float), hits.face[met]


def seen(mesh: Mesh, gsd_m: float = 0.1, extent_m: float = 40.0) -> NDArray[np.bool_]:
    """The outline from straight above, `[H, W]`."""
    pixels = int(extent_m / gsd_m)
    camera = Camera(gsd_m=gsd_m, height_px=pixels, width_px=pixels)
    hit = np.zeros(camera.height_px * camera.width_px, bool)
    hit[look(mesh, camera).sample] = True
    return hit.reshape(pixels, pixels)


def catalogue_samples(leaf: str, *, seeds: int) -> list[VehicleSample]:
    """Samples of all rows of a class."""
    rows = load_catalogue().of(leaf)
    return [
        draw_sample(row, leaf, np.random.default_rng([i, seed])) for i, row in enumerate(rows) for seed in range(seeds)
    ]
