"""Loose goods: earth, ore, coal and sand, as they lie in a body, a wagon or a hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.random import Generator

from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.mesh import Mesh, Span, surface
from vehicle_id.synth.paint import Paint, loose
from vehicle_id.synth.vehicle_sample import VehicleSample

LOOSE: Final = {
    "coal": ("#1b1b1d", "#252526", "#2f2d2c"),
    "ore": ("#5e4030", "#6e5546", "#4b3a34", "#7d6f66"),
    "sand": ("#b59f74", "#c3b28c", "#a38c62"),
    "gravel": ("#8d8a84", "#a19c92", "#77736d"),
}
"""Goods in bulk, each with its tones."""

LOADS: Final = ("#8a7860", "#7d7468", "#6b5a48", "#9a8a72", "#5d5750", "#28282a", "#7a4d38", "#a89f90", "#b5a98f")
"""Ore, rock, earth, sand, dark ore, coal, iron ore, limestone, pale overburden."""


def draw_load(sample: VehicleSample) -> Paint:
    """Ore, rock, earth, coal."""
    return loose(sample.rng, str(sample.rng.choice(LOADS)), spread=0.15)


def humps(count: int, shape: tuple[int, int], rng: Generator) -> Float64Array:
    """Heights 0 to about 1 of `count` heaps in a row along x, with lumps; the rim of the grid is the lowest."""
    along = np.linspace(0, count, shape[0])
    ridge = 0.35 + 0.65 * np.abs(np.sin(np.pi * along)) ** 0.7 * np.repeat(rng.uniform(0.75, 1, count), _spans(along))
    across = 1 - np.abs(np.linspace(-1, 1, shape[1])) ** 2.2
    heights: Float64Array = np.clip(ridge[:, None] * across * (1 + 0.12 * rng.normal(size=shape)), 0, 1.2)
    return heights


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
    grid = np.empty((9, 6, 3))
    grid[..., 0] = x[0] + along[:, None] * (x[1] - x[0])
    grid[..., 1] = across[None] * np.interp(along, [0, 1], half_y)[:, None]
    grid[..., 2] = foot + np.maximum(crest_z - foot, 0.0) * np.clip(dome / dome.max(), 0.0, 1.0)
    smooth = surface(grid, paint)
    grains = rng.normal(1.0, 0.1, (len(smooth.rgb), 1))
    return replace(smooth, rgb=np.clip(smooth.rgb * grains, 0.01, 0.9))


def _spans(along: Float64Array) -> list[int]:
    """Number of points on each whole step."""
    step = np.minimum(along.astype(int), int(along[-1]) - 1)
    return [int((step == i).sum()) for i in range(int(along[-1]))]


def _passes(along: Float64Array, across: Float64Array, rng: np.random.Generator) -> Float64Array:
    """Humps left by one to three buckets of the excavator, `[along, across]`."""
    humps: Float64Array = np.full((len(along), len(across)), 0.25)
    for _ in range(int(rng.integers(1, 4))):
        u, v, spread = rng.uniform(0.3, 0.72), rng.uniform(-0.35, 0.35), rng.uniform(0.16, 0.35)
        away = ((along - u)[:, None] / spread) ** 2 + ((across - v)[None] / (2.5 * spread)) ** 2
        humps = np.maximum(humps, np.exp(-away / 2))
    return humps
