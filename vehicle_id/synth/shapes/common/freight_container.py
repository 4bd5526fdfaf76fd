"""ISO containers as loads of wagons and trailers, and alone: roofs, castings, rust, refrigeration units.

Series and sizes from ISO 668; tones of shipping lines are remembered.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.random import Generator

from vehicle_id.synth.mesh import Mesh, Span, arch, box, copies, relief
from vehicle_id.synth.paint import DARK_STEEL, STEEL, WHITE_PANEL, Paint, loose, shade
from vehicle_id.synth.shapes.common.roof_marks import panels, patches, rust, seams, square_hatches
from vehicle_id.synth.shapes.common.spans import both

FEET_20_M: Final = 6.058
FEET_40_M: Final = 12.192
FEET_45_M: Final = 13.716
WIDE_M: Final = 2.438
HIGH_M: Final = (2.591, 2.591, 2.896)
LINES: Final = (
    "#7a2f27", "#8a3a2c", "#2a4f86", "#1f3a66", "#3f78a8", "#c7651f", "#d98032", "#2f6b48", "#3b7d5a", "#a9adb0",
    "#c9cbcb", "#6a6d70", "#8c2f33", "#b83f2f", "#e0dfda", "#c4478c", "#d2aa2c", "#5d4a3c", "#20427c", "#97a39a",
)  # fmt: skip
"""Coats of shipping lines."""
TARPAULINS: Final = ("#4a5a78", "#3f5a4a", "#7c7f80", "#2f3a52", "#6a6a5a")


def line_paint(rng: Generator) -> Paint:
    """The coat of a container of any line."""
    return loose(rng, str(rng.choice(LINES)), spread=0.15)


def closed_container(x: Span, z: Span, paint: Paint, rng: Generator, *, wide: float = WIDE_M) -> list[Mesh]:
    """A container of any sort of cover that fills its length, width and height.

    Args:
        x: rear and front end.
        z: floor and top.
        paint: of the walls, and of most roofs.
        rng: source of the sort, tones, rust and repairs.
        wide: outer width.
    """
    sort = rng.random()
    if sort < 0.1:
        return refrigerated(x, z, rng, wide=wide, paint=shade(WHITE_PANEL, rng.uniform(0.75, 1.1)))
    if sort < 0.17:
        return open_top(x, z, paint, rng, wide=wide)
    return dry(x, z, paint, rng, wide=wide)


def dry(x: Span, z: Span, paint: Paint, rng: Generator, *, wide: float = WIDE_M) -> list[Mesh]:
    """Corrugated roof a little below the rails of its edges."""
    half, roof = wide / 2, z[1] - 0.03
    top = shade(paint, rng.uniform(0.8, 1.15)) if rng.random() < 0.85 else loose(rng, "#9c9a94")
    inner = (x[0] + 0.12, x[1] - 0.12)
    across = (0.09 - half, half - 0.09)
    found = [box(x, (-half, half), (z[0], roof - 0.02), paint), *_rails(x, half, z[1], paint, rng)]
    found.append(panels(rng, inner, across, roof, rng.uniform(0.5, 3.0), top, spread=rng.uniform(0.0, 0.08)))
    if rng.random() < 0.75:
        found.append(seams(inner, across, roof, rng.uniform(0.25, 0.36), shade(top, 0.88), wide=0.09))
    count = int(rng.integers(0, 9)) if rng.random() < 0.5 else 0
    stain = rust(rng) if rng.random() < 0.6 else shade(top, rng.uniform(0.6, 1.4))
    return [
        *found,
        *patches(rng, inner, across, roof + 0.012, stain, count=count, size=(0.1, 1.2)),
        _castings(x, half, z, rng),
    ]


def refrigerated(x: Span, z: Span, rng: Generator, *, paint: Paint, wide: float = WIDE_M) -> list[Mesh]:
    """A smooth pale roof, and the unit with its fans at one end."""
    half, high = wide / 2, z[1] - z[0]
    front = x[1] - rng.uniform(0.35, 0.5)
    unit = loose(rng, str(rng.choice(("#8d9093", "#5f6265", "#b9bbbb"))))
    return [
        box((x[0], front), (-half, half), (z[0], z[1] - 0.02), paint),
        box((front, x[1]), (0.06 - half, half - 0.06), (z[0], z[0] + 0.9 * high), unit),
        box(
            (front + 0.05, x[1] - 0.03), (-0.7 * half, 0.7 * half), (z[0] + 0.9 * high, z[0] + 0.92 * high), DARK_STEEL
        ),
        seams((x[0], front), (-half, half), z[1] - 0.02, rng.uniform(1.5, 4), shade(paint, 0.85)),
        *_rails(x, half, z[1], paint, rng),
        _castings(x, half, z, rng),
    ]


def open_top(x: Span, z: Span, paint: Paint, rng: Generator, *, wide: float = WIDE_M) -> list[Mesh]:
    """Walls round a sagging tarpaulin over roof bows."""
    half = wide / 2
    cloth = loose(rng, str(rng.choice(TARPAULINS)))
    count = int(rng.integers(6, 14)) * 2 + 1
    sag = np.where(np.arange(count) % 2, -rng.uniform(0.05, 0.12), 0.0)[:, None] + rng.normal(0, 0.01, (count, 5))
    return [
        box(x, (-half, half), (z[0], z[1] - 0.2), paint),
        *_rails(x, half, z[1], paint, rng),
        relief((x[0] + 0.08, x[1] - 0.08), (0.08 - half, half - 0.08), z[1] - 0.04 + sag, cloth),
        _castings(x, half, z, rng),
    ]


def tank_container(x: Span, z: Span, paint: Paint, rng: Generator) -> list[Mesh]:
    """A tank in a frame of corner posts, a walkway along its top."""
    half = WIDE_M / 2
    middle, radius = (z[0] + z[1]) / 2, 0.9 * half
    turn = np.linspace(0, 2 * np.pi, 14, endpoint=False)
    section = [(float(radius * np.cos(a)), float(middle + radius * np.sin(a))) for a in turn]
    frame = shade(STEEL, rng.uniform(0.5, 1.3)) if rng.random() < 0.5 else paint
    posts = [box((a, a + 0.12), y, z, frame) for a in (x[0], x[1] - 0.12) for y in both((half - 0.12, half))]
    bars = [box((a, a + 0.12), (-half, half), (z[1] - 0.14, z[1]), frame) for a in (x[0], x[1] - 0.12)]
    sills = [box(x, y, (at, at + 0.12), frame) for at in (z[0], z[1] - 0.13) for y in both((half - 0.1, half))]
    walk = box((x[0] + 0.2, x[1] - 0.2), (-0.25, 0.25), (middle + radius, middle + radius + 0.05), STEEL)
    lid = square_hatches([(sum(x) / 2, 0.0)], (middle + radius, z[1] - 0.02), (0.55, 0.5), DARK_STEEL)
    return [arch((x[0] + 0.15, x[1] - 0.15), section, paint), *posts, *bars, *sills, walk, lid]


def _rails(x: Span, half: float, top: float, paint: Paint, rng: Generator) -> list[Mesh]:
    """Side and end rails round the roof."""
    edge = shade(paint, rng.uniform(0.75, 1.2))
    sides = [box(x, y, (top - 0.1, top - 0.005), edge) for y in both((half - 0.07, half))]
    return [*sides, *(box((a, a + 0.1), (-half, half), (top - 0.1, top - 0.004), edge) for a in (x[0], x[1] - 0.1))]


def _castings(x: Span, half: float, z: Span, rng: Generator) -> Mesh:
    """Eight corners of cast steel."""
    steel = shade(STEEL, rng.uniform(0.4, 1.8))
    one = box((-0.09, 0.09), (-0.08, 0.08), (-0.06, 0.06), steel)
    ends, levels = (x[0] + 0.09, x[1] - 0.09), (z[0] + 0.06, z[1] - 0.06)
    return copies(one, [(a, way * (half - 0.08), c) for a in ends for way in (-1, 1) for c in levels])
