"""Bodies of tippers: square tubs and half pipes, and what fills or covers them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, box, relief, surface, tube
from vehicle_id.synth.paint import RUST, STEEL, Paint, loose, shade
from vehicle_id.synth.shapes.common.loose import draw_load, heap
from vehicle_id.synth.shapes.common.roof_marks import evenly, patches
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.vehicle_sample import VehicleSample

SHEETS = ("#2f3a4a", "#3a5a8c", "#4a5a4a", "#6a6a62", "#8c2f2a", "#1f2022", "#b9b4a4", "#3f7a52", "#d9d9d4")
_RIM_M = 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class Tub:
    """An open body; metres."""

    x: Span
    half: float
    floor: float
    rim: float
    top: float
    """Highest that a load may reach."""
    paint: Paint
    half_pipe: bool
    """Whether the floor is round across; else it is level between upright walls."""

    @property
    def inner(self) -> float:
        """Half the width between the walls."""
        return self.half - _RIM_M


def tub_walls(sample: VehicleSample, tub: Tub) -> list[Mesh]:
    """Walls, rim, worn inside, ribs outside a square one, plates at both ends."""
    worn = shade((STEEL, RUST, tub.paint)[int(sample.rng.integers(3))], sample.rng.uniform(0.5, 1.1))
    rims = [box(tub.x, y, (tub.rim - 0.12, tub.rim), tub.paint) for y in both((tub.inner, tub.half))]
    ends = [box((x, x + 0.08), about(0.0, 1.94 * tub.half), (tub.floor, tub.rim), tub.paint)
            for x in (tub.x[0], tub.x[1] - 0.08)]  # fmt: skip
    if tub.half_pipe:
        return [*rims, *ends, _pipe(tub, 0.0, worn), _pipe(tub, 0.05, tub.paint)]
    walls = [box(tub.x, y, (tub.floor, tub.rim - 0.1), tub.paint) for y in both((tub.inner, tub.half - 0.05))]
    bottom = box(tub.x, (-tub.inner, tub.inner), (tub.floor - 0.08, tub.floor), worn)
    count = int(sample.rng.integers(0, 12))
    ribs = [box(about(at, 0.1), y, (tub.floor, tub.rim), shade(tub.paint, 0.9)) for at in evenly(tub.x, count)
            for y in both((tub.half - 0.07, tub.half))] if count > 1 else []  # fmt: skip
    return [*rims, *ends, *walls, bottom, *ribs]


def _pipe(tub: Tub, thick: float, paint: Paint) -> Mesh:
    """A trough of half an ellipse across."""
    turns = np.radians(np.linspace(-90, 90, 9))
    half, deep = tub.inner + thick, tub.rim - tub.floor + thick
    grid = np.empty((2, 9, 3))
    grid[..., 0] = np.array(tub.x)[:, None]
    grid[..., 1] = half * np.sin(turns)
    grid[..., 2] = tub.rim - deep * np.cos(turns)
    return surface(grid, paint)


def tub_load(sample: VehicleSample, tub: Tub) -> list[Mesh]:
    """Nothing but remains, a heap up to the height, or a sheet over it; a rolled sheet lies along one rim of some."""
    rng, sort = sample.rng, sample.rng.random()
    inside = (tub.x[0] + 0.1, tub.x[1] - 0.1)
    if sort < 0.32:
        parts = [] if tub.half_pipe else patches(
            rng, inside, (-tub.inner, tub.inner), tub.floor + 0.005, draw_load(sample),
            count=int(rng.integers(0, 7)), size=(0.3, 1.6),
        )  # fmt: skip
        return [*parts, *_rolled(sample, tub)]
    if sort < 0.68:
        low, crest = tub.rim - rng.uniform(0.1, 0.5), min(tub.top, tub.rim + rng.uniform(0.0, 0.5))
        goods = draw_load(sample)
        half = (tub.inner, tub.inner)
        return [heap(inside, half, (low, low + 0.05, low), crest, goods, rng), *_rolled(sample, tub)]
    return [_sheet(sample, tub)]


def _rolled(sample: VehicleSample, tub: Tub) -> list[Mesh]:
    if not sample.chance(0.3):
        return []
    y, cloth = tub.half - 0.1, loose(sample.rng, str(sample.rng.choice(SHEETS)))
    return [tube((tub.x[0], y, tub.rim), (tub.x[1], y, tub.rim), 0.09, cloth)]


def _sheet(sample: VehicleSample, tub: Tub) -> Mesh:
    """A cover over bows or straight on the load: level across, or sagging between the bows."""
    rng = sample.rng
    count = 2 * int(rng.integers(3, 9)) + 1
    crest = min(tub.top, tub.rim + rng.uniform(0.04, 0.4))
    sag = np.where(np.arange(count) % 2, rng.uniform(0.5, 1.0), 1.0)[:, None] * np.array([0.0, 0.7, 1.0, 0.7, 0.0])
    cloth = loose(rng, str(rng.choice(SHEETS)), spread=0.15)
    return relief(tub.x, (-tub.half, tub.half), tub.rim + (crest - tub.rim) * sag, cloth)
