"""Loads of open wagons: heaps of coal, ore, sand and scrap, timber, pipes; and cloth over a load.

Heaps are surfaces of heights over the floor.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.random import Generator

from vehicle_id.synth.mesh import Mesh, Span, box, copies, cylinder, join, relief
from vehicle_id.synth.paint import BRIGHT_STEEL, DARK_STEEL, RUST, STEEL, Paint, loose
from vehicle_id.synth.shapes.common.loose import LOOSE, humps

SCRAP: Final = ("#5b4334", "#7a4f35", "#3f3c3a", "#8b8782", "#46586a", "#6d2f25", "#94866a")
HUNG: Final = (0.0, 0.8, 0.95, 0.98, 1.0, 0.98, 0.95, 0.8, 0.0)
"""Height of cloth across a load, from edge to edge, as a share of its ridge."""
BARK: Final = ("#8b7355", "#a08a66", "#6b543d", "#b39a70")


def bulk(x: Span, y: Span, floor: float, rim: float, goods: str, rng: Generator) -> Mesh:
    """Loose goods tipped in between walls: even and full, or in heaps."""
    depth = rim - floor
    fill = {"ore": (0.15, 0.45), "gravel": (0.4, 0.8)}.get(goods, (0.6, 1.0))
    edge = floor + depth * rng.uniform(*fill) - 0.1
    top = rng.uniform(0.15, 0.75)
    if rng.random() < 0.3:
        top *= 0.25  # levelled for the journey
    length = x[1] - x[0]
    heights = edge + top * humps(int(rng.integers(1, 5)) if length > 6 else 1, (max(8, int(length / 0.7)), 8), rng)
    return relief(x, y, heights, loose(rng, str(rng.choice(LOOSE[goods]))))


def scrap(x: Span, y: Span, floor: float, rim: float, rng: Generator) -> Mesh:
    """Metal of all kinds thrown in: a rusty heap with pieces on it in all directions."""
    edge = floor + (rim - floor) * rng.uniform(0.5, 0.9)
    heap = relief(x, y, edge + 0.35 * rng.random((14, 6)), loose(rng, "#4e3f35"))
    pieces = [heap]
    for _ in range(32):
        size = rng.uniform((0.3, 0.15, 0.1), (1.8, 0.7, 0.35))
        piece = box((0, size[0]), (0, size[1]), (0, size[2]), loose(rng, str(rng.choice(SCRAP)), spread=0.25))
        at = rng.uniform((x[0] + 0.9, y[0] + 0.6, edge), (x[1] - 0.9, y[1] - 0.6, edge + 0.25))
        pieces.append(piece.moved(-size / 2).turned(float(rng.uniform(0, 180))).moved(at))
    return join(pieces)


def timber(x: Span, y: Span, floor: float, rim: float, rng: Generator) -> Mesh:
    """Logs along the wagon in stacks of one or two lengths, rounded over the rim between stakes."""
    stacks = 2 if x[1] - x[0] > 9 and rng.random() < 0.75 else 1
    edges = np.linspace(x[0], x[1], stacks + 1).tolist()
    radius = float(rng.uniform(0.12, 0.2))
    parts = []
    for start, stop in pairwise(edges):
        lanes = np.arange(y[0] + radius, y[1] - radius + 0.01, 2 * radius).tolist()
        core = box((start + 0.3, stop - 0.3), y, (floor, rim), loose(rng, "#3d3226"))
        parts.append(core)
        for lane in lanes:
            swell = 0.6 * (1 - (2 * (lane - y[0]) / (y[1] - y[0]) - 1) ** 2)
            ends = (start + rng.uniform(0.1, 0.5), stop - rng.uniform(0.1, 0.5))
            paint = loose(rng, str(rng.choice(BARK)), spread=0.15)
            parts.append(cylinder("x", ends, (lane, rim + swell * rng.uniform(0.6, 1)), radius, paint, sides=6))
    return join(parts)


def pipes(x: Span, y: Span, floor: float, rim: float, rng: Generator) -> Mesh:
    """Steel pipes of one bore, side by side."""
    radius = float(rng.uniform(0.2, 0.6))
    count = max(1, int((y[1] - y[0]) / (2 * radius)))
    lanes = np.linspace(y[0] + radius, y[1] - radius, count) if count > 1 else np.array([sum(y) / 2])
    paint = (STEEL, DARK_STEEL, RUST, BRIGHT_STEEL)[rng.integers(4)]
    top = max(floor + radius, rim - rng.uniform(0.2, 1.0) * (rim - floor))
    one = cylinder("x", (x[0] + 0.4, x[1] - 0.4), (0.0, top), radius, paint, sides=10)
    return copies(one, [(rng.uniform(-0.2, 0.2), lane, rng.uniform(-0.05, 0.05)) for lane in lanes])


def draped(
    x: Span, y: Span, floor: float, profile: Sequence[tuple[float, float]], paint: Paint, rng: Generator
) -> Mesh:
    """Cloth hung over a load: (share of the length, height) along it, bent down at all edges, with folds.

    Args:
        x: span of the load along the wagon.
        y: its span across.
        floor: height it stands on.
        profile: heights over the floor from the rear (0) to the front (1).
        paint: the cloth.
        rng: source of the folds.
    """
    share, height = np.array(profile, float).T
    along = np.interp(np.linspace(0, 1, 17), share, height)
    grid = along[:, None] * np.array(HUNG) + rng.normal(0, 0.05, (17, len(HUNG)))
    grid[[0, -1]] *= 0.1
    grid[:, [0, -1]] *= 0.05
    return relief(x, y, floor + np.clip(grid, 0.02, None), paint)


def cloth(rng: Generator) -> Paint:
    """A tarpaulin's colour: mostly olive and grey-green, some blue, silver or tan."""
    tones = ("#4f5540", "#5d6350", "#6a6e5c", "#474b3c", "#7b7a6e", "#8c8d8a", "#3f5f86", "#9a8d6c")
    weights = np.array([4, 4, 3, 3, 2, 1.5, 1, 1])
    return loose(rng, str(rng.choice(tones, p=weights / weights.sum())))


def load(goods: str, x: Span, y: Span, floor: float, rim: float, rng: Generator) -> Mesh:
    """Goods between walls: a key of `LOOSE`, `scrap`, `timber` or `pipes`; spans along and across, floor and rim."""
    pieces = {"scrap": scrap, "timber": timber, "pipes": pipes}.get(goods)
    return pieces(x, y, floor, rim, rng) if pieces else bulk(x, y, floor, rim, goods, rng)
