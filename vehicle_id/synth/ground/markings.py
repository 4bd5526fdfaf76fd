"""What is laid out around the vehicle: painted bays and lanes, and the edge where other ground begins.

The vehicle stands inside a bay or a lane. This room does not know what the ground is made of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from vehicle_id.synth.ground.context import Plot
from vehicle_id.synth.ground.layers import Layer, Side, Texture
from vehicle_id.synth.ground.marks import DRAWN_M, Mark, Shape
from vehicle_id.synth.ground.materials import CONCRETES, tone
from vehicle_id.synth.ground.noise import Point
from vehicle_id.synth.ground.traces import rectangle, straight
from vehicle_id.synth.paint import linear

WHITE_PAINT: Final = linear("#cfcfc8")
YELLOW_PAINT: Final = linear("#c9a23a")


def paint(plot: Plot, shapes: Sequence[Shape], *, yellow: float = 0.15) -> Mark:
    """Road paint, fresh to nearly gone."""
    return Mark(
        shapes=tuple(shapes),
        rgb=YELLOW_PAINT if plot.chance(yellow) else WHITE_PAINT,
        strength=plot.between(0.45, 0.95),
        wear=float(plot.rng.beta(1.5, 2.5)),
        wear_m=plot.between(1, 6),
        seed=plot.seed(),
    )


def bays(plot: Plot) -> list[Shape]:
    """Rows of bays side by side, head to head or across an aisle; the vehicle stands in one."""
    length, width = 1.06 * plot.bay_m[0], plot.bay_m[1]
    line, aisle = plot.between(0.09, 0.15), plot.between(0.9, 1.4) * length
    starts = [-length / 2, length / 2 if plot.chance(0.6) else length / 2 + aisle, -1.5 * length - aisle]
    count = max(1, int(35 / width))
    edges = [(number + 0.5) * width for number in range(-count, count)]
    shapes = [straight(plot, (start, v), (start + length, v), line) for start in starts for v in edges]
    if plot.chance(0.6):
        shapes += [straight(plot, (start, edges[0]), (start, edges[-1]), line) for start in starts[:2]]
    return shapes


def lanes(plot: Plot) -> list[Shape]:
    """Lines between lanes, dashed, and whole ones at the edges; sometimes an arrow."""
    lane = max(plot.bay_m[1], plot.between(3.0, 3.75))
    dash, gap = plot.between(1.5, 6.0), plot.between(2.0, 9.0)
    right, left = -int(plot.rng.integers(0, 3)), int(plot.rng.integers(1, 4))
    shapes = [
        straight(plot, (-DRAWN_M, (side - 0.5) * lane), (DRAWN_M, (side - 0.5) * lane), 0.15) for side in (right, left)
    ]
    for side in range(right + 1, left):
        start = -40 + plot.between(0, dash + gap)
        while start < 40:
            shapes.append(straight(plot, (start, (side - 0.5) * lane), (start + dash, (side - 0.5) * lane), 0.12))
            start += dash + gap
    if plot.chance(0.5):
        shapes += _arrow(plot, (plot.between(-25, 25), plot.rng.integers(right, left) * lane))
    if plot.chance(0.15):
        at = plot.between(4, 16) * (1 if plot.chance(0.5) else -1)
        bars = np.arange((right - 0.4) * lane, (left - 0.6) * lane, 1.0)
        shapes += [rectangle(plot, (at, float(v)), (plot.between(2.5, 4), 0.5)) for v in bars]
    return shapes


def _arrow(plot: Plot, at: Point) -> list[Shape]:
    u, v = at
    head = Shape(plot.place([(u + 1.0, v - 0.45), (u + 2.6, v), (u + 1.0, v + 0.45)]))
    return [straight(plot, (u - 2.0, v), (u + 1.1, v), 0.2), head]


def verge(plot: Plot, of: Texture, sharp: Sequence[Layer], *, kerb: float = 0.5) -> tuple[Layer, list[Layer]]:
    """Other ground beyond an edge along or across the axis, the marks this side of it, and the kerb there."""
    aside = bool(plot.chance(0.75))
    at = plot.bay_m[1] * plot.between(0.6, 2.0) + 1.0 if aside else plot.bay_m[0] * plot.between(0.6, 1.2) + 1.0
    turn = plot.axis_deg + float(plot.rng.choice((0, 180) if aside else (90, -90)))
    with_kerb = plot.chance(kerb)
    wobble = 0.0 if with_kerb else plot.between(0.05, 0.4)
    side = Side(of=of, axis_deg=turn, at_m=at, seed=plot.seed(), wobble_m=wobble)
    marks: list[Layer] = [_before(layer, turn, at) for layer in sharp if isinstance(layer, Mark)]
    if with_kerb:
        stone = Shape(replace(plot, axis_deg=turn).place([(-DRAWN_M, at), (DRAWN_M, at)]), plot.between(0.15, 0.35))
        marks.append(Mark(shapes=(stone,), rgb=tone(plot, CONCRETES), strength=0.8, wear=0.15, seed=plot.seed()))
    return side, marks


def _before(mark: Mark, axis_deg: float, at_m: float) -> Mark:
    """A mark as far as an edge."""
    cut = (shape.before(axis_deg, at_m) for shape in mark.shapes)
    return replace(mark, shapes=tuple(shape for shape in cut if shape))
