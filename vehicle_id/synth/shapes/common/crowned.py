"""Domed roofs on rounded plans: outlines pulled in at their ends, and the lid that bulges along the middle."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.mesh import Mesh, Span, join, surface
from vehicle_id.synth.paint import Paint

PaintAt = Callable[[float], Paint]
"""The paint of a wall or a roof at an x."""

_ACROSS = np.linspace(0.0, 1.0, 9)
_RUN_OUT_M = 0.3
"""Length over which the bulge of a roof fades at its ends."""


def pulled(half: Float64Array, *, rear: float = 0.0, front: float = 0.0, across: float = 1.0) -> Float64Array:
    """A half outline drawn in by metres at each end and by a share of its width."""
    low, high = half[:, 0].min(), half[:, 0].max()
    share = (half[:, 0] - low) / max(high - low, 1e-9)
    along = low + rear + share * (high - low - rear - front)
    return np.column_stack([along, half[:, 1] * across])


def by_segment(half: Float64Array, paint_at: PaintAt, *, tail: Paint, nose: Paint) -> list[Paint]:
    """Paints of a wall for `shells.skin`: the tail, each segment by its middle, the nose."""
    middles = (half[1:, 0] + half[:-1, 0]) / 2
    return [tail, *(paint_at(float(x)) for x in middles), nose]


def domed_lid(edge: Float64Array, crown: float, paint_at: PaintAt) -> Mesh:
    """A ring closed by a roof that rises by `crown` metres along its middle and runs out at both ends."""
    left, right = edge[: len(edge) // 2], edge[: len(edge) // 2 - 1 : -1]
    ends = np.minimum(left[:, 0] - left[:, 0].min(), left[:, 0].max() - left[:, 0])
    rise = crown * np.clip(ends / _RUN_OUT_M, 0.0, 1.0)
    grid = left[:, None] + (right - left)[:, None] * _ACROSS[None, :, None]
    grid[..., 2] += rise[:, None] * (1 - (2 * _ACROSS - 1) ** 2)
    middles = (left[1:, 0] + left[:-1, 0]) / 2
    return join([surface(grid[i : i + 2], paint_at(float(x))) for i, x in enumerate(middles)])


def sheet_on(x: Span, y: Span, height_at: Callable[[float], float], paint: Paint, *, lift: float) -> Mesh:
    """A sheet on a roof that is curved across: its height at a y, and metres that the sheet lies above it."""
    across = np.linspace(*y, 5)
    grid = np.empty((2, 5, 3))
    grid[..., 0] = np.array(x)[:, None]
    grid[..., 1] = across
    grid[..., 2] = [height_at(float(at)) + lift for at in across]
    return surface(grid, paint)
