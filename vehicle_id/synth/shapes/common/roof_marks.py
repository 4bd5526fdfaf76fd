"""What use leaves on a level surface, and what is riveted to it: stains, repairs, seams, hatches.

Marks lie a few millimetres over their surface, which must be level.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.random import Generator

from vehicle_id.synth.mesh import Mesh, Span, box, copies, cylinder, quad
from vehicle_id.synth.paint import Paint, draw_coat, loose

MARK_M: Final = 0.012
"""Height of a mark over its surface."""
RUSTS: Final = ("#6b4a35", "#7a5138", "#5a4033", "#8a6248", "#4d3b32")


def foreign(rng: Generator, names: Sequence[str]) -> Paint:
    """A coat of a part that has its own colour: camouflage and repainting leave it alone."""
    return replace(draw_coat(rng, names)[0], coat=False)


def rust(rng: Generator) -> Paint:
    """Fresh to old rust."""
    return loose(rng, str(rng.choice(RUSTS)), spread=0.2)


def patches(
    rng: Generator, x: Span, y: Span, z: float, paint: Paint, *, count: int, size: Span = (0.2, 1.8)
) -> list[Mesh]:
    """Stains and repairs: rectangles of any size at random places of a surface."""
    marks = []
    for _ in range(count):
        long, wide = rng.uniform(*size), rng.uniform(size[0], 0.6 * size[1])
        a, b = rng.uniform(*x), rng.uniform(*y)
        near, far = max(x[0], a - long / 2), min(x[1], a + long / 2)
        right, left = max(y[0], b - wide / 2), min(y[1], b + wide / 2)
        level = z + MARK_M * rng.uniform(0.6, 1.3)
        marks.append(quad((near, right, level), (far, right, level), (far, left, level), (near, left, level), paint))
    return marks


def seams(x: Span, y: Span, z: float, pitch: float, paint: Paint, *, wide: float = 0.06, high: float = 0.02) -> Mesh:
    """Ribs or welds across a surface, at equal distances."""
    count = max(1, round((x[1] - x[0]) / pitch))
    at = np.linspace(x[0], x[1], count + 1)[1:-1]
    rib = box((-wide / 2, wide / 2), y, (z - 0.03, z + high), paint)
    return copies(rib, np.stack([at, 0 * at, 0 * at], 1))


def panels(rng: Generator, x: Span, y: Span, z: float, pitch: float, paint: Paint, *, spread: float = 0.1) -> Mesh:
    """Sheets across a surface, each of a tone of its own."""
    count = max(1, round((x[1] - x[0]) / pitch))
    step = (x[1] - x[0]) / count
    one = quad((0, y[0], z), (step, y[0], z), (step, y[1], z), (0, y[1], z), paint)
    at = x[0] + step * np.arange(count)
    sheets = copies(one, np.stack([at, 0 * at, 0 * at], 1))
    tones = np.repeat(np.clip(rng.normal(1, spread, count), 0.6, 1.4), len(one.rgb))[:, None]
    return replace(sheets, rgb=np.clip(sheets.rgb * tones, 0.01, 0.92))


def hatches(at: Sequence[tuple[float, float]], z: Span, radius: float, paint: Paint, *, sides: int = 10) -> Mesh:
    """Round covers at places of x and y."""
    lid = cylinder("z", z, (0.0, 0.0), radius, paint, sides=sides)
    return copies(lid, [(x, y, 0.0) for x, y in at])


def square_hatches(at: Sequence[tuple[float, float]], z: Span, size: tuple[float, float], paint: Paint) -> Mesh:
    """Rectangular covers at places of x and y, `size` along and across."""
    lid = box((-size[0] / 2, size[0] / 2), (-size[1] / 2, size[1] / 2), z, paint)
    return copies(lid, [(x, y, 0.0) for x, y in at])


def evenly(x: Span, count: int) -> list[float]:
    """Middles of that many equal parts of a span."""
    step = (x[1] - x[0]) / count
    return [x[0] + step * (index + 0.5) for index in range(count)]
