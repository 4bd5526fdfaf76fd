"""Hulls of small boats: open, decked, or of tubes; z = 0 is the waterline, the bow at the highest x."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.mesh import Mesh, join, surface
from vehicle_id.synth.paint import Paint
from vehicle_id.synth.shapes.common.loft import capped, lofted
from vehicle_id.synth.vehicle_sample import VehicleSample


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallHull:
    """A hull by its half widths and gunwale heights along x, each `[M]`."""

    x: Float64Array
    half: Float64Array
    sheer: Float64Array

    def half_at(self, x: float) -> float:
        """Half the width at an x."""
        return float(np.interp(x, self.x, self.half))

    def sheer_at(self, x: float) -> float:
        """Height of the gunwale at an x."""
        return float(np.interp(x, self.x, self.sheer))


def draw_hull(
    sample: VehicleSample, free: float, *, stern: float, bow: float, fullness: float, most: float = np.inf
) -> SmallHull:
    """A hull of the sample's length and width.

    Args:
        sample: states the size.
        free: height of the gunwale at its lowest.
        stern: width of the stern as a share.
        bow: width of the bow as a share; 0 for a stem.
        fullness: the higher, the blunter the ends.
        most: height that no end of the gunwale passes; that of the sample if less.
    """
    share = np.concatenate([[0, 0.015, 0.05], np.linspace(0.1, 0.9, 13), [0.95, 0.985, 1]])
    widest = sample.rng.uniform(0.42, 0.55)
    aft = 1 - (1 - stern) * np.clip(1 - share / widest, 0, 1) ** (fullness + 0.4)
    fore = 1 - (1 - bow) * np.clip((share - widest) / (1 - widest), 0, 1) ** fullness
    rise = sample.rng.uniform(0.0, 0.35) * free
    sheer = np.minimum(free + rise * ((share - 0.45) / 0.55) ** 2, min(most, sample.height_m))
    half = sample.width_m / 2 * np.maximum(np.minimum(aft, fore), 0.02)
    return SmallHull(x=(share - 0.5) * sample.length_m, half=half * (sample.width_m / 2 / half.max()), sheer=sheer)


def open_hull(hull: SmallHull, *, floor: float, rim: float, paints: tuple[Paint, Paint, Paint]) -> Mesh:
    """Sides, gunwale of a width `rim`, and the inside down to a floor; paints of these three."""
    inner = np.maximum(hull.half - rim, 0.3 * hull.half)
    low = np.full_like(hull.x, floor)
    inside = np.minimum(low, 0.9 * hull.sheer)
    points = [
        (0.8 * hull.half, 0 * low), (hull.half, 0.85 * hull.sheer), (hull.half, hull.sheer), (inner, hull.sheer),
        (0.86 * inner, inside), (0 * inner, inside),
    ]  # fmt: skip
    return _hull_of(hull, points, (0, 0, 1, 2, 2), paints)


def decked_hull(hull: SmallHull, crown: float, paints: tuple[Paint, Paint]) -> Mesh:
    """Sides and a deck that rises by `crown` to its middle line, less so where the hull is narrow."""
    rise = crown * hull.half / hull.half.max()
    points = [(0.8 * hull.half, 0 * rise), (hull.half, 0.7 * hull.sheer), (0.97 * hull.half, hull.sheer),
              (0.55 * hull.half, hull.sheer + 0.75 * rise), (0 * rise, hull.sheer + rise)]  # fmt: skip
    return _hull_of(hull, points, (0, 0, 1, 1), paints)


def _hull_of(
    hull: SmallHull, points: list[tuple[Float64Array, Float64Array]], zones: tuple[int, ...], paints: tuple[Paint, ...]
) -> Mesh:
    """Cross-sections of these points on both sides, closed at both ends."""
    left = np.stack([np.stack([hull.x, y, z], 1) for y, z in points], 1)
    grid = np.concatenate([left, left[:, ::-1] * (1, -1, 1)], 1)
    row = np.array([*zones, zones[-1], *zones[::-1]])
    faces = np.broadcast_to(row, (len(hull.x) - 1, len(row)))
    ends = [capped(grid[end], paints, np.zeros(len(row), int)) for end in (0, -1)]
    return join([lofted(grid, paints, faces), *ends])


def pipe(path: Float64Array, radius: Float64Array, paint: Paint, *, sides: int = 9) -> Mesh:
    """A tube along a path `[M, 3]` that hardly rises, of a radius at each point `[M]`."""
    along = np.gradient(path, axis=0)
    across = np.stack([-along[:, 1], along[:, 0], 0 * along[:, 0]], 1)
    across /= np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-9)
    turn = np.linspace(0, 2 * np.pi, sides + 1)
    around = across[:, None] * np.cos(turn)[None, :, None] + np.array([0.0, 0.0, 1.0]) * np.sin(turn)[None, :, None]
    return surface(path[:, None] + around * radius[:, None, None], paint)
