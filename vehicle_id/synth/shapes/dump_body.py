"""Open bodies of hauling trucks: a trough between cross-sections, its ribs, and what is heaped in it.

This room knows how a steel body is folded and how loose stuff lies in it, not which truck carries it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np

from vehicle_id.synth.draft import Draft
from vehicle_id.synth.mesh import Floats, Mesh, Point, Span, join, painted, taper
from vehicle_id.synth.paint import DARK_STEEL, RUST, STEEL, Paint, loose, shade

LOADS: Final = ("#8a7860", "#7d7468", "#6b5a48", "#9a8a72", "#5d5750", "#28282a", "#7a4d38", "#a89f90", "#b5a98f")
"""Ore, rock, earth, sand, dark ore, coal, iron ore, limestone, pale overburden."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A cross-section of an open body, the same on both sides."""

    x: float
    """Where the rim is."""
    floor_x: float
    """Where the floor is; differs from `x` where a wall leans."""
    half_rim: float
    """Half the width outside the rim."""
    rim_z: float
    half_floor: float
    floor_z: float
    """Height of the floor at its edges."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skins:
    """What an open body is painted with."""

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
    """Upright ribs outside both sides at x positions.

    Args:
        stations: cross-sections of the body.
        positions: where along x.
        depth: how far they stand out from the floor's edge, metres.
        proud: how far they stand out beyond the rim, metres.
        thick: their width along x, metres.
        paint: see `Skins.outside`.
    """
    return join([_rib(stations, x, side, (depth, proud), thick, paint) for x in positions for side in (-1.0, 1.0)])


def heap(x: Span, half_y: Span, base: Sequence[float], crest_z: float, paint: Paint, rng: np.random.Generator) -> Mesh:
    """A heap with an uneven surface, its grains of uneven tone.

    Args:
        x: rear and front end.
        half_y: half the width at the rear and the front end.
        base: height of the outline from the rear to the front end, at equal distances.
        crest_z: height that the highest point comes close to and never passes.
        paint: see `paint.loose`.
        rng: source of the unevenness.
    """
    along, across = np.linspace(0, 1, 9), np.linspace(-1, 1, 6)
    foot = np.interp(along, np.linspace(0, 1, len(base)), base)[:, None]
    dome = (1 - np.abs(2 * along - 1) ** 2.4)[:, None] * (1 - np.abs(across) ** 2.2)[None]
    dome = dome * _passes(along, across, rng) * rng.uniform(0.8, 1.1, dome.shape)
    surface = foot + np.maximum(crest_z - foot, 0.0) * np.clip(dome / dome.max(), 0.0, 1.0)
    grid = np.empty((9, 6, 3))
    grid[..., 0] = x[0] + along[:, None] * (x[1] - x[0])
    grid[..., 1] = across[None] * np.interp(along, [0, 1], half_y)[:, None]
    grid[..., 2] = surface
    return _grains(grid, paint, rng)


def draw_load(draft: Draft) -> Paint:
    """Ore, rock, earth, coal."""
    return loose(draft.rng, str(draft.rng.choice(LOADS)), spread=0.15)


def draw_skins(draft: Draft, outside: Paint, *, segments: int) -> Skins:
    """The inside of a body that has carried rock: worn bright towards the tail, or dirty, or rusty."""
    dirt = loose(draft.rng, "#7b6f5f", spread=0.2)
    worn = shade(STEEL, draft.rng.uniform(0.7, 1.7))
    lining = (dirt, RUST, DARK_STEEL, worn)[int(draft.rng.integers(4))]
    rear = worn if draft.chance(0.6) else dirt
    front = (dirt, worn, shade(dirt, 0.6), RUST)[int(draft.rng.integers(4))]
    return Skins(outside=outside, lining=lining, floors=[*[rear] * (segments - 1), front])


def plates(corners: Sequence[Sequence[Point]], paint: Paint) -> Mesh:
    """Flat plates of four corners each."""
    quads = np.asarray(corners, float)
    return painted(np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]), paint)


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


def _rib(stations: Sequence[Station], x: float, side: float, out: Span, thick: float, paint: Paint) -> Mesh:
    where = [station.x for station in stations]
    low = float(np.interp(x, where, [station.floor_z for station in stations]))
    high = float(np.interp(x, where, [station.rim_z for station in stations]))
    foot = float(np.interp(x, where, [station.half_floor for station in stations]))
    rim = float(np.interp(x, where, [station.half_rim for station in stations]))
    across = sorted((side * (foot + 0.25 * out[0]), side * (foot + out[0])))
    top = sorted((side * (rim - 0.05), side * (rim + out[1])))
    span = (x - thick / 2, x + thick / 2)
    return taper(span, (across[0], across[1]), (low, high - 0.01), span, (top[0], top[1]), paint)


def _passes(along: Floats, across: Floats, rng: np.random.Generator) -> Floats:
    """Humps left by one to three buckets of the excavator, `[along, across]`."""
    humps: Floats = np.full((len(along), len(across)), 0.25)
    for _ in range(int(rng.integers(1, 4))):
        u, v, spread = rng.uniform(0.3, 0.72), rng.uniform(-0.35, 0.35), rng.uniform(0.16, 0.35)
        away = ((along - u)[:, None] / spread) ** 2 + ((across - v)[None] / (2.5 * spread)) ** 2
        humps = np.maximum(humps, np.exp(-away / 2))
    return humps


def _grains(grid: Floats, paint: Paint, rng: np.random.Generator) -> Mesh:
    """The surface over a grid of points `[A, B, 3]`."""
    a, b, c, d = grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]
    triangles = np.concatenate([np.stack([a, b, c], 2), np.stack([a, c, d], 2)]).reshape(-1, 3, 3)
    surface = painted(triangles, paint)
    return replace(surface, rgb=np.clip(surface.rgb * rng.normal(1.0, 0.1, (len(triangles), 1)), 0.01, 0.9))
