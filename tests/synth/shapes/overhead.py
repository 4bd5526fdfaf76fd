"""Drafts of made-up rows, how well a shape fills them before the stretch, and looks from above."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vehicle_id.catalogue import Vehicle, load_catalogue
from vehicle_id.synth.camera import View
from vehicle_id.synth.mesh import Assembly, Floats, Mesh
from vehicle_id.synth.rays import Hits, Tracer
from vehicle_id.synth.vehicle_sample import Draft, draw_draft, exact_draft

Size = tuple[float, float, float]
EVERYWHERE = (-1000.0, 1000.0, -1000.0, 1000.0)


def make_draft(leaf: str, size: Size, seed: int, **columns: Any) -> Draft:
    """A draft of exactly this length, width and height, of a row with these other columns."""
    length, width, height = size
    row = Vehicle(
        **{"name": f"{leaf} {size}", **columns}, classes=(leaf,), length_m=(length, length), width_m=(width, width),
        height_m=(height, height),
    )  # fmt: skip
    return exact_draft(row, leaf, np.random.default_rng(seed))


def filled(draft: Draft, assembly: Assembly) -> Floats:
    """Size before the stretch as a share of the draft's, `[3]`; what stands above the published height not counted."""
    low, high = assembly.at_rest().bounds
    assert low[2] >= -1e-9
    share: Floats = (high - low) / [draft.length_m, draft.width_m, draft.height_m]
    return share


def whole(assembly: Assembly) -> Mesh:
    """All parts with what is above, not stretched."""
    return assembly.fitted(np.ones(3), np.zeros(3)).at_rest()


def look(mesh: Mesh, view: View) -> Hits:
    """What a view meets of a mesh, one ray a pixel."""
    return Tracer(mesh).look(view, [EVERYWHERE], supersampling=1)


def heights(mesh: Mesh, x: NDArray[np.float64] | list[float], y: float) -> Floats:
    """The highest thing over each point of a line along x at a y; 0 on the ground."""
    at = np.asarray(x, float)
    step = np.diff(at)
    if len(step) and (step[0] <= 0 or np.ptp(step) > 1e-6):  # one row of pixels sees evenly spaced points at once
        return np.array([heights(mesh, [one], y)[0] for one in at])
    pitch = float(step[0]) if len(step) else 0.01
    view = View(gsd_m=pitch, height_px=1, width_px=len(at), centre_m=(float(at.mean()), y))
    hits = look(mesh, view)
    found = np.zeros(len(at))
    found[hits.sample] = hits.point[:, 2]
    return found


def met_from_above(mesh: Mesh, *, step_m: float = 0.1) -> tuple[Floats, NDArray[np.int32]]:
    """Points that rays from straight above meet, `[N, 3]`, and the triangles they lie on."""
    low, high = mesh.bounds
    width, height = (int(np.ceil(side / step_m)) for side in (high - low)[:2])
    x, y = (float(value) for value in ((low + high) / 2)[:2])
    hits = look(mesh, View(gsd_m=step_m, height_px=height, width_px=width, centre_m=(x, y)))
    met = hits.face >= 0
    return hits.point[met].astype(float), hits.face[met]


def seen(mesh: Mesh, gsd_m: float = 0.1, extent_m: float = 40.0) -> NDArray[np.bool_]:
    """The outline from straight above, `[H, W]`."""
    pixels = int(extent_m / gsd_m)
    view = View(gsd_m=gsd_m, height_px=pixels, width_px=pixels)
    hit = np.zeros(view.height_px * view.width_px, bool)
    hit[look(mesh, view).sample] = True
    return hit.reshape(pixels, pixels)


def catalogue_drafts(leaf: str, *, seeds: int) -> list[Draft]:
    """Drafts of all rows of a class."""
    rows = load_catalogue().of(leaf)
    return [
        draw_draft(row, leaf, np.random.default_rng([i, seed])) for i, row in enumerate(rows) for seed in range(seeds)
    ]
