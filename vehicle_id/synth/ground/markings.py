"""Layout of the ground around the vehicle: painted bays and lanes, and the edge where other ground begins.

The vehicle stands inside a bay or a lane.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from vehicle_id.synth.ground.context import GroundContext
from vehicle_id.synth.ground.layers import Layer, Side, Texture
from vehicle_id.synth.ground.marks import DRAWN_M, Mark, Shape
from vehicle_id.synth.ground.materials import CONCRETES, tone
from vehicle_id.synth.ground.noise import GroundPoint
from vehicle_id.synth.ground.traces import rectangle, straight
from vehicle_id.synth.paint import linear

WHITE_PAINT: Final = linear("#cfcfc8")
YELLOW_PAINT: Final = linear("#c9a23a")


def paint(context: GroundContext, shapes: Sequence[Shape], *, yellow: float = 0.15) -> Mark:
    """Road paint, fresh to nearly gone."""
    return Mark(
        shapes=tuple(shapes),
        rgb=YELLOW_PAINT if context.chance(yellow) else WHITE_PAINT,
        strength=context.between(0.45, 0.95),
        wear=float(context.rng.beta(1.5, 2.5)),
        wear_m=context.between(1, 6),
        seed=context.seed(),
    )


def bays(context: GroundContext) -> list[Shape]:
    """Rows of bays side by side, head to head or across an aisle; the vehicle stands in one."""
    length, width = 1.06 * context.bay_m[0], context.bay_m[1]
    line, aisle = context.between(0.09, 0.15), context.between(0.9, 1.4) * length
    starts = [-length / 2, length / 2 if context.chance(0.6) else length / 2 + aisle, -1.5 * length - aisle]
    count = max(1, int(35 / width))
    edges = [(number + 0.5) * width for number in range(-count, count)]
    shapes = [straight(context, (start, v), (start + length, v), line) for start in starts for v in edges]
    if context.chance(0.6):
        shapes += [straight(context, (start, edges[0]), (start, edges[-1]), line) for start in starts[:2]]
    return shapes


def lanes(context: GroundContext) -> list[Shape]:
    """Lines between lanes, dashed, and whole ones at the edges; sometimes an arrow."""
    lane = max(context.bay_m[1], context.between(3.0, 3.75))
    dash, gap = context.between(1.5, 6.0), context.between(2.0, 9.0)
    right, left = -int(context.rng.integers(0, 3)), int(context.rng.integers(1, 4))
    shapes = [
        straight(context, (-DRAWN_M, (side - 0.5) * lane), (DRAWN_M, (side - 0.5) * lane), 0.15)
        for side in (right, left)
    ]
    for side in range(right + 1, left):
        start = -40 + context.between(0, dash + gap)
        while start < 40:
            shapes.append(straight(context, (start, (side - 0.5) * lane), (start + dash, (side - 0.5) * lane), 0.12))
            start += dash + gap
    if context.chance(0.5):
        shapes += _arrow(context, (context.between(-25, 25), context.rng.integers(right, left) * lane))
    if context.chance(0.15):
        at = context.between(4, 16) * (1 if context.chance(0.5) else -1)
        bars = np.arange((right - 0.4) * lane, (left - 0.6) * lane, 1.0)
        shapes += [rectangle(context, (at, float(v)), (context.between(2.5, 4), 0.5)) for v in bars]
    return shapes


def _arrow(context: GroundContext, at: GroundPoint) -> list[Shape]:
    u, v = at
    head = Shape(context.place([(u + 1.0, v - 0.45), (u + 2.6, v), (u + 1.0, v + 0.45)]))
    return [straight(context, (u - 2.0, v), (u + 1.1, v), 0.2), head]


def verge(
    context: GroundContext, of: Texture, sharp: Sequence[Layer], *, kerb: float = 0.5
) -> tuple[Layer, list[Layer]]:
    """Other ground beyond an edge along or across the axis; the marks on this side of it, and a kerb."""
    aside = bool(context.chance(0.75))
    at = (
        context.bay_m[1] * context.between(0.6, 2.0) + 1.0
        if aside
        else context.bay_m[0] * context.between(0.6, 1.2) + 1.0
    )
    turn = context.axis_deg + float(context.rng.choice((0, 180) if aside else (90, -90)))
    with_kerb = context.chance(kerb)
    wobble = 0.0 if with_kerb else context.between(0.05, 0.4)
    side = Side(of=of, axis_deg=turn, at_m=at, seed=context.seed(), wobble_m=wobble)
    marks: list[Layer] = [_before(layer, turn, at) for layer in sharp if isinstance(layer, Mark)]
    if with_kerb:
        stone = Shape(
            replace(context, axis_deg=turn).place([(-DRAWN_M, at), (DRAWN_M, at)]), context.between(0.15, 0.35)
        )
        marks.append(Mark(shapes=(stone,), rgb=tone(context, CONCRETES), strength=0.8, wear=0.15, seed=context.seed()))
    return side, marks


def _before(mark: Mark, axis_deg: float, at_m: float) -> Mark:
    """A mark, cut at an edge."""
    cut = (shape.before(axis_deg, at_m) for shape in mark.shapes)
    return replace(mark, shapes=tuple(shape for shape in cut if shape))
