"""Loads of heavy special chassis: the kinds of load, and those that are closed or covered.

Each gets the chassis under it and the span of x it may fill, and reaches up to the sample's height.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from vehicle_id.synth.mesh import Assembly, Mesh, Span, arch, box, copies, relief
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, STEEL, WHITE_PANEL, Paint, shade
from vehicle_id.synth.shapes.chassis.frame import Frame, along, cloth_paint, mudguards
from vehicle_id.synth.shapes.chassis.tubes import canister, four_tubes, missile, rail_rocket, rocket_pack
from vehicle_id.synth.vehicle_sample import VehicleSample


def closed_hull(frame: Frame, reach: Span) -> Assembly:
    """A superstructure with two long doors in its roof (such as Iskander)."""
    sample = frame.sample
    rear, front = reach[0], frame.bed[1] - 0.05
    edge, low, top = frame.half - 0.04, 1.9 * frame.radius, sample.height_m - 0.03
    bevel, fall = sample.rng.uniform(0.1, 0.4), sample.rng.uniform(0.08, 0.3)
    section = [
        (-edge, low),
        (edge, low),
        (edge, top - fall),
        (edge - bevel, top),
        (-edge + bevel, top),
        (-edge, top - fall),
    ]
    split = front - sample.rng.uniform(0.5, 1.6)
    coat = sample.coat
    hull = arch((rear, split), section, coat)
    head = arch((split + 0.08, front), section, shade(coat, sample.rng.uniform(0.85, 1.05)))
    floor = box((split - 0.2, split + 0.2), (-edge + 0.05, edge - 0.05), (low, top - fall - 0.3), CHASSIS)
    seam = box((rear + 0.5, split - 0.3), (-0.05, 0.05), (top, top + 0.015), CHASSIS)
    cross = [
        box((x, x + 0.08), (-edge + bevel, edge - bevel), (top, top + 0.012), shade(coat, 0.5))
        for x in (rear + 0.5, split - 0.3)
    ]
    lids = [
        box((x, x + 0.6), (y - 0.25, y + 0.25), (top, top + 0.03), shade(coat, 0.8))
        for x, y in ((split + 0.3, -0.6), (split + 0.3, 0.6))
    ][: int(sample.rng.integers(0, 3))]
    return Assembly(fixed=[hull, head, floor, seam, *cross, *lids])


def shelters(frame: Frame, reach: Span) -> Assembly:
    """One to three box bodies with roof gear."""
    sample = frame.sample
    rear, front = reach[0], frame.bed[1] - 0.1
    count = int(sample.rng.integers(1, 3)) if front - rear < 8 else int(sample.rng.integers(2, 4))
    edges = np.linspace(rear, front, count + 1)
    coat = shade(sample.coat, sample.rng.uniform(0.85, 1.25)) if sample.chance(0.9) or count > 1 else WHITE_PANEL
    parts = mudguards(frame)
    for a, b in pairwise(edges):
        parts += _shelter(frame, (a, b - sample.rng.uniform(0.1, 0.4)), coat)
    return Assembly(fixed=parts)


def _shelter(frame: Frame, x: Span, coat: Paint) -> list[Mesh]:
    sample, edge, top = frame.sample, frame.half - 0.03, frame.sample.height_m - 0.18
    body = box(x, (-edge, edge), (2 * frame.radius + 0.05, top), coat)
    roof = box(
        (x[0] + 0.12, x[1] - 0.12),
        (-edge + 0.12, edge - 0.12),
        (top, top + 0.04),
        shade(coat, sample.rng.uniform(0.85, 1.15)),
    )
    gear = [_roof_box(sample, x, edge, top) for _ in range(int(sample.rng.integers(0, 5)))]
    rib = box((-0.03, 0.03), (-edge + 0.02, edge - 0.02), (top, top + 0.06), shade(coat, 0.75))
    ribs = copies(rib, along(np.arange(x[0] + 0.9, x[1] - 0.3, 1.1)))
    return [body, roof, *gear, *([ribs] if sample.chance(0.5) and x[1] - x[0] > 1.5 else [])]


def _roof_box(sample: VehicleSample, x: Span, edge: float, top: float) -> Mesh:
    size = sample.rng.uniform(0.25, 0.8, 2)
    at = sample.rng.uniform(x[0] + 0.1, max(x[0] + 0.11, x[1] - 0.1 - size[0]))
    y = sample.rng.uniform(-edge + 0.1, edge - 0.1 - size[1])
    paint = (shade(sample.coat, 0.7), DARK_STEEL, STEEL, WHITE_PANEL)[int(sample.rng.integers(4))]
    return box((at, at + size[0]), (y, y + size[1]), (top, top + sample.rng.uniform(0.06, 0.18)), paint)


def bowed_tarpaulin(frame: Frame, reach: Span) -> Assembly:
    """A tarpaulin over bows, sideboards under it."""
    sample = frame.sample
    rear, front = reach[0], frame.bed[1] - 0.15
    edge, low, top = frame.half - 0.03, 2 * frame.radius + 0.05, sample.height_m - 0.03
    eave = top - sample.rng.uniform(0.1, 0.5)
    section = [(-edge, low), (edge, low), (edge, eave), (0.55 * edge, top), (-0.55 * edge, top), (-edge, eave)]
    wider = [(1.012 * y, low + 1.015 * (z - low) + 0.015) for y, z in section]
    cloth = cloth_paint(sample)
    bows = [
        arch((x - 0.05, x + 0.05), wider, shade(cloth, 1.08))
        for x in np.linspace(rear + 0.1, front - 0.1, int((front - rear) / 1.4) + 2)
    ]
    boards = box((rear, front), (-edge - 0.02, edge + 0.02), (low - 0.15, low + 0.5), sample.coat)
    return Assembly(fixed=[arch((rear, front), section, cloth), *bows, boards])


def covered(frame: Frame, reach: Span) -> Assembly:
    """Cloth or netting thrown over a load of unknown shape, which shows through."""
    sample = frame.sample
    span, edge, low = reach, frame.half - 0.02, 1.9 * frame.radius
    along, across = int(sample.rng.integers(9, 15)), 9
    y = np.linspace(-1, 1, across)
    ridge = np.clip(1 - np.abs(y) ** sample.rng.uniform(1.4, 5.0), 0, 1)
    steps = np.interp(np.linspace(0, 1, along), np.linspace(0, 1, 5), sample.rng.uniform(0.72, 1.0, 5))
    heights = low + (sample.height_m - low) * steps[:, None] * ridge * sample.rng.uniform(0.93, 1.0, (along, across))
    heights[[0, -1]] = low
    heights += (sample.height_m - heights.max()) * (heights - low) / (heights.max() - low)
    cloth = relief(span, (-edge, edge), heights, cloth_paint(sample))
    return Assembly(
        fixed=[
            cloth,
            box((span[0] + 0.1, span[1] - 0.1), (-edge + 0.05, edge - 0.05), (low - 0.3, low - 0.02), sample.coat),
        ]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A kind of load, and its reach over the chassis."""

    build: Callable[[Frame, Span], Assembly]
    ahead: Span = (0.0, 0.0)
    """Reach over the bumper, as a share of the whole length."""
    behind: Span = (0.0, 0.03)
    """Reach over the end of the rails, as a share of the whole length."""
    over_cab: bool = False
    """Whether it passes over or between the cabs."""


LOADS: Final = {
    "canister": Load(build=canister, ahead=(0.0, 0.05), behind=(0.01, 0.04), over_cab=True),
    "topol": Load(build=canister, ahead=(0.09, 0.15), behind=(0.02, 0.05), over_cab=True),
    "missile": Load(build=missile, ahead=(0.0, 0.06), behind=(0.0, 0.04), over_cab=True),
    "scud": Load(build=missile, ahead=(0.01, 0.05), behind=(0.06, 0.1), over_cab=True),
    "four tubes": Load(build=four_tubes, behind=(0.06, 0.12)),
    "rocket pack": Load(build=rocket_pack, behind=(0.0, 0.05)),
    "rail rocket": Load(build=rail_rocket, ahead=(0.06, 0.12), behind=(0.0, 0.04), over_cab=True),
    "closed hull": Load(build=closed_hull),
    "shelters": Load(build=shelters),
    "tarpaulin": Load(build=bowed_tarpaulin),
    "covered": Load(build=covered),
}
"""Loads by name."""
