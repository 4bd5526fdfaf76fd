"""Pairs of tyres."""

from __future__ import annotations

from vehicle_id.synth.mesh import Mesh, Span, cylinder
from vehicle_id.synth.paint import TYRE
from vehicle_id.synth.shapes.common.spans import both


def wheel_pair(x: float, y: Span, radius: float, *, sides: int = 10) -> list[Mesh]:
    """The left and the right tyre of an axle, standing on the ground; `y` is the span of the left one."""
    return [cylinder("y", span, (x, radius), radius, TYRE, sides=sides) for span in both(y)]
