"""Open bodies of hauling trucks: a trough between cross-sections, and its ribs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from vehicle_id.synth.mesh import Mesh, Point, join, plates, taper
from vehicle_id.synth.paint import DARK_STEEL, RUST, STEEL, Paint, loose, shade
from vehicle_id.synth.shapes.common.spans import ordered
from vehicle_id.synth.vehicle_sample import VehicleSample


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A cross-section of an open body, the same on both sides."""

    x: float
    """Position of the rim."""
    floor_x: float
    """Position of the floor; differs from `x` where a wall leans."""
    half_rim: float
    """Half the width outside the rim."""
    rim_z: float
    half_floor: float
    floor_z: float
    """Height of the floor at its edges."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skins:
    """Paints of an open body."""

    outside: Paint
    lining: Paint
    floors: Sequence[Paint]
    """One between each two stations, from the rear."""


def trough(stations: Sequence[Station], skins: Skins, *, wall: float, vee: float = 0.0) -> Mesh:
    """An open body with a front wall and no tailgate.

    Args:
        stations: cross-sections from the rear to the front wall.
        skins: paints.
        wall: thickness of the sides at the rim, metres.
        vee: how much lower the floor's middle line lies than its edges, metres.
    """
    outside: list[Sequence[Point]] = []
    lining: list[Sequence[Point]] = []
    floors = []
    for (rear, front), paint in zip(pairwise(stations), skins.floors, strict=True):
        for side in (-1.0, 1.0):
            a, b = _corners(rear, side, wall, vee), _corners(front, side, wall, vee)
            outside += [(a[0], b[0], b[1], a[1]), (a[0], b[0], b[4], a[4]), (a[4], b[4], b[5], a[5])]
            lining.append((a[1], b[1], b[2], a[2]))
            floors.append(plates([(a[2], b[2], b[3], a[3])], paint))
    inner, outer = _front_wall(stations[-1], wall, vee)
    return join([plates([*outside, *outer], skins.outside), plates([*lining, *inner], skins.lining), *floors])


def ribs(
    stations: Sequence[Station], positions: Sequence[float], *, depth: float, proud: float, thick: float, paint: Paint
) -> Mesh:
    """Vertical ribs outside both sides at x positions.

    Args:
        stations: cross-sections of the body.
        positions: x of the ribs.
        depth: reach beyond the floor's edge, metres.
        proud: reach beyond the rim, metres.
        thick: their width along x, metres.
        paint: see `Skins.outside`.
    """
    where = [station.x for station in stations]
    low, high, foot, rim = (
        np.interp(positions, where, [getattr(station, name) for station in stations]).tolist()
        for name in ("floor_z", "rim_z", "half_floor", "half_rim")
    )
    parts = []
    for place, x in enumerate(positions):
        span, z = (x - thick / 2, x + thick / 2), (low[place], high[place] - 0.01)
        for side in (-1.0, 1.0):
            bottom = ordered(side * (foot[place] + 0.25 * depth), side * (foot[place] + depth))
            top = ordered(side * (rim[place] - 0.05), side * (rim[place] + proud))
            parts.append(taper(span, bottom, z, span, top, paint))
    return join(parts)


def draw_skins(sample: VehicleSample, outside: Paint, *, segments: int) -> Skins:
    """The inside of a body that has carried rock: worn bright towards the tail, or dirty, or rusty."""
    dirt = loose(sample.rng, "#7b6f5f", spread=0.2)
    worn = shade(STEEL, sample.rng.uniform(0.7, 1.7))
    lining = (dirt, RUST, DARK_STEEL, worn)[int(sample.rng.integers(4))]
    rear = worn if sample.chance(0.6) else dirt
    front = (dirt, worn, shade(dirt, 0.6), RUST)[int(sample.rng.integers(4))]
    return Skins(outside=outside, lining=lining, floors=[*[rear] * (segments - 1), front])


def _corners(at: Station, side: float, wall: float, vee: float) -> list[Point]:
    """Outer rim, inner rim, floor edge, floor middle, chine, keel."""
    return [
        (at.x, side * at.half_rim, at.rim_z),
        (at.x, side * (at.half_rim - wall), at.rim_z),
        (at.floor_x, side * at.half_floor, at.floor_z),
        (at.floor_x, 0.0, at.floor_z - vee),
        (at.floor_x, side * (at.half_floor + wall / 2), at.floor_z - wall / 2),
        (at.floor_x, 0.0, at.floor_z - vee - wall / 2),
    ]


def _front_wall(at: Station, wall: float, vee: float) -> tuple[list[list[Point]], list[list[Point]]]:
    """Plates inside and outside."""
    inner, outer = [], []
    for side in (-1.0, 1.0):
        rim, edge, keel = _corners(at, side, wall, vee)[1:4]
        middle = (at.x, 0.0, at.rim_z)
        inner.append([rim, edge, keel, middle])
        outer.append([(x + wall / 2, y, z - wall / 4) for x, y, z in (rim, edge, keel, middle)])
    return inner, outer
