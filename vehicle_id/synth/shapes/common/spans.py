"""Spans: about a centre, on both sides, from two ends in any order."""

from __future__ import annotations

from vehicle_id.synth.mesh import Span


def about(centre: float, width: float) -> Span:
    """The span of a width about a centre."""
    return centre - width / 2, centre + width / 2


def both(y: Span) -> tuple[Span, Span]:
    """The same part at the left and at the right."""
    return y, (-y[1], -y[0])


def ordered(a: float, b: float) -> Span:
    """A span from two ends in any order: for parts mirrored to the other side."""
    return min(a, b), max(a, b)
