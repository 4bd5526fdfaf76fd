"""Sizes that tests of chassis build, and how."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tests.synth.shapes.overhead import make_sample, met_from_above
from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.mesh import Assembly, Mesh
from vehicle_id.synth.paint import TYRE, Paint
from vehicle_id.synth.shapes.chassis import BUILDERS
from vehicle_id.synth.shapes.chassis.types import TYPES
from vehicle_id.synth.vehicle_sample import VehicleSample

SIZES = {
    "special_chassis_4_axles_bare": (11.65, 3.07, 2.92),
    "special_chassis_4_axles_loaded": (13.1, 3.1, 3.4),
    "special_chassis_6_7_axles_bare": (17.8, 3.1, 3.0),
    "special_chassis_6_7_axles_loaded": (22.3, 3.2, 4.4),
    "special_chassis_8_axles_bare": (22.7, 3.4, 3.3),
    "special_chassis_8_axles_loaded": (23.5, 3.4, 4.5),
    "special_chassis_9_plus_axles_bare": (26.0, 3.6, 3.5),
    "special_chassis_9_plus_axles_loaded": (25.0, 3.6, 4.4),
}
AXLES = {"4": {4}, "6_7": {6, 7}, "8": {8}, "9_plus": {9, 10, 11, 12}}
LOADED = [leaf for leaf in SIZES if leaf.endswith("loaded")]


def sample(leaf: str, seed: int, *, name: str = "a chassis", axles_m: tuple[float, ...] = ()) -> VehicleSample:
    return make_sample(leaf, SIZES[leaf], seed, name=name, axles_m=axles_m, colours=("olive", "green", "sand"))


def build(leaf: str, seed: int, **options: str) -> Assembly:
    return BUILDERS[leaf](sample(leaf, seed, **options))


def samples(leaf: str) -> Iterator[VehicleSample]:
    for seed, name in enumerate(["a chassis"] * 16 + [word for word, kind in TYPES.items() if kind.loads]):
        yield sample(leaf, seed, name=name)


def from_above(mesh: Mesh, *, step_m: float = 0.1) -> tuple[Float64Array, Float64Array]:
    """Points met by rays from straight above `[N, 3]`, and their colours."""
    points, faces = met_from_above(mesh, step_m=step_m)
    return points, mesh.rgb[faces]


def of(paint: Paint, colours: Float64Array) -> Float64Array:
    same: Float64Array = np.isclose(colours, paint.rgb).all(1)
    return same


def tyre_places(mesh: Mesh) -> list[float]:
    """Middles of the tyres along x, front to back."""
    tyres = mesh.triangles[of(TYRE, mesh.rgb)]
    low = tyres[(tyres[:, :, 2].min(1) < 0.02)]  # the faces that stand on the ground
    middles = np.unique(low[:, :, 0].mean(1).round(1))
    return [float(group.mean()) for group in np.split(middles, np.flatnonzero(np.diff(middles) > 0.7) + 1)][::-1]
