"""Cloth over a vehicle: heights of what lies under a grid, and nets and tarpaulins that hang from the highest points.

The cloth stays within the vehicle's outline, so that length and width hold. It does not stretch or fold.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.random import Generator
from scipy import ndimage

from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.mesh import Mesh, Span, surface
from vehicle_id.synth.paint import Paint, loose

NET_CELL_M: Final = 0.3
CLOTH_CELL_M: Final = 0.35
NETS: Final = (
    ("#4f5a38", "#5d6340"), ("#4f5a38", "#6b5a42"), ("#3c4630", "#6d6a45"), ("#8f845f", "#a89470"),
    ("#a89470", "#7a6a4c"), ("#6b5a42", "#5d6340"), ("#c8cac6", "#9a9d98"),
)  # fmt: skip
"""Pairs of colours of nets: greens, earth, desert, snow."""


def heights(triangles: Float64Array, x: Float64Array, y: Float64Array) -> Float64Array:
    """Highest point of triangles `[F, 3, 3]` over each point of a grid, `[len(x), len(y)]`; 0 where there is none."""
    a, b, c = (triangles[:, corner].T for corner in range(3))
    area = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])
    low, high = (reach(reach(a[0], b[0]), c[0]) for reach in (np.minimum, np.maximum))
    level = (np.abs(area) > 1e-6) & (high >= x[0]) & (low <= x[-1])
    a, b, c, area = a[:, level, None], b[:, level, None], c[:, level, None], area[level, None]
    # shares of the corners b and c, and height: each a sum of a term of x and a term of y
    second = ((x - a[0]) * (c[1] - a[1]) / area)[:, :, None] - ((y - a[1]) * (c[0] - a[0]) / area)[:, None]
    third = ((y - a[1]) * (b[0] - a[0]) / area)[:, None] - ((x - a[0]) * (b[1] - a[1]) / area)[:, :, None]
    over = (second >= 0) & (third >= 0) & (second + third <= 1)
    rise = a[2][..., None] + second * (b[2] - a[2])[..., None] + third * (c[2] - a[2])[..., None]
    found: Float64Array = np.where(over, rise, 0.0).max(0, initial=0.0)
    return found


def net(under: Mesh, x: Span, y: Span, rng: Generator) -> Mesh:
    """A camouflage net of two tones with holes and ragged edges."""
    grid = _grid(x, y, NET_CELL_M)
    grid[1:-1, 1:-1, :2] += rng.normal(0, 0.08, grid[1:-1, 1:-1, :2].shape)
    grid[..., 2] = _hung(under, grid, NET_CELL_M, slope=1.6) + rng.uniform(0.02, 0.1, grid.shape[:2])
    first, second = (loose(rng, tone) for tone in NETS[int(rng.integers(len(NETS)))])
    whole = surface(grid, first)
    count = len(whole.rgb)
    tones = np.where(rng.random((count, 1)) < rng.uniform(0.2, 0.5), second.rgb, first.rgb)
    rgb = np.clip(tones * rng.normal(1, 0.14, (count, 1)), 0.01, 0.85)
    middle = whole.triangles[..., :2].mean(1)
    inside = np.minimum(middle - (x[0], y[0]), (x[1], y[1]) - middle).min(1)
    kept = rng.random(count) > rng.uniform(0.05, 0.25) + 0.4 * (inside < NET_CELL_M)
    return Mesh(whole.triangles[kept], rgb[kept], whole.gloss[kept], whole.coat[kept])


def tarpaulin(under: Mesh, x: Span, y: Span, paint: Paint, rng: Generator) -> Mesh:
    """A cloth with creases, tied down over what lies under it."""
    grid = _grid(x, y, CLOTH_CELL_M)
    grid[..., 2] = _hung(under, grid, CLOTH_CELL_M, slope=float(rng.uniform(0.5, 1.4))) + 0.03
    grid[1:-1, 1:-1, 2] += rng.uniform(0, 0.05, grid[1:-1, 1:-1, 2].shape)
    whole = surface(grid, paint)
    creased = whole.rgb * rng.normal(1, 0.05, (len(whole.rgb), 1))
    return replace(whole, rgb=np.clip(creased, 0.01, 0.9))


def cloth_paint(rng: Generator) -> Paint:
    """A tarpaulin of civil vehicles."""
    return loose(rng, str(rng.choice(("#2f5aa0", "#35543a", "#8d8f90", "#c9c8c2", "#2b2b2c", "#b5602a", "#6f7359"))))


def _grid(x: Span, y: Span, cell: float) -> Float64Array:
    along, across = (max(4, round((high - low) / cell) + 1) for low, high in (x, y))
    grid = np.zeros((along, across, 3))
    grid[..., 0] = np.linspace(*x, along)[:, None]
    grid[..., 1] = np.linspace(*y, across)
    return grid


def _hung(under: Mesh, grid: Float64Array, cell: float, *, slope: float) -> Float64Array:
    """Heights of cloth that falls by `slope` from whatever holds it up, no lower than 0.3 m over the ground."""
    x, y = grid[:, 0, 0], grid[0, :, 1]
    held = heights(under.triangles, x, np.clip(y, y[0] + 0.05, y[-1] - 0.05))
    reach = np.arange(-4, 5)
    # level up to the next point of the grid, so that no edge between two points comes through
    cone = -slope * cell * np.maximum(np.hypot(reach[:, None], reach) - 1.5, 0)
    hung: Float64Array = np.maximum(ndimage.grey_dilation(held, structure=cone, mode="nearest"), 0.3)
    return hung
