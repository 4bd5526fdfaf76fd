"""Rounded shells from stacked outlines: car bodies, glasshouses, cabs, buses, tanks.

A ring is a closed outline, the same on both sides of the vehicle, whose points may differ in height; rings of
as many points are joined by a skin and closed by a lid.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from functools import cache

import numpy as np

from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.mesh import Mesh, Span, join, painted, plates
from vehicle_id.synth.paint import Paint

End = tuple[float, float]
"""End of an outline: length over which it narrows in metres, and the share of the width at its end."""
SQUARE: End = (0.0, 1.0)


def outline(
    x: Span, width: float, *, nose: End = SQUARE, tail: End = SQUARE, between: Sequence[float] = (), steps: int = 3
) -> Float64Array:
    """The left half of a plan, tail to nose, `[M, 2]` of x and y; corners are quarter ellipses.

    Args:
        x: rear and front end, metres.
        width: across both halves.
        nose: how the front closes.
        tail: how the rear closes.
        between: further x of points, where heights change.
        steps: points of each corner, at least 2.
    """
    half = width / 2
    bend = [math.radians(90 * i / (steps - 1)) for i in range(steps)]
    rear = [(x[0] + tail[0] * (1 - math.cos(a)), half * (tail[1] + (1 - tail[1]) * math.sin(a))) for a in bend]
    front = [(x[1] - nose[0] * (1 - math.cos(a)), half * (nose[1] + (1 - nose[1]) * math.sin(a))) for a in bend]
    return np.array([*rear, *((at, half) for at in sorted(between)), *reversed(front)])


def ring(half: Float64Array, z: float | Float64Array) -> Float64Array:
    """Both halves at a height, or at one height per point of the half; `[2 M, 3]`."""
    left = np.column_stack([half, np.broadcast_to(np.asarray(z, float), len(half))])
    return np.concatenate([left, left[::-1] * (1.0, -1.0, 1.0)])


def shrunk(half: Float64Array, by: float, across: float) -> Float64Array:
    """The half outline drawn in by metres at its ends and by a share of its width at its sides."""
    low, high = half[:, 0].min(), half[:, 0].max()
    along = low + by + (half[:, 0] - low) * (high - low - 2 * by) / max(high - low, 1e-9)
    return np.column_stack([along, half[:, 1] * across])


def skin(lower: Float64Array, upper: Float64Array, paints: Paint | Sequence[Paint]) -> Mesh:
    """The wall between two rings.

    Args:
        lower: ring `[2 M, 3]`.
        upper: ring `[2 M, 3]`.
        paints: one for all, or M + 1 of them: the tail, each segment of the half from tail to nose, the nose.
    """
    after = np.concatenate([np.arange(1, len(lower)), [0]])
    quads = np.stack([lower, lower[after], upper[after], upper], 1)
    if isinstance(paints, Paint):
        return plates(quads, paints)
    segments = _segments(len(lower))
    assert len(segments) == len(paints)
    return join([plates(quads[segment], paint) for segment, paint in zip(segments, paints, strict=True)])


def lid(edge: Float64Array, paint: Paint) -> Mesh:
    """A ring closed by strips from side to side."""
    left, right = edge[: len(edge) // 2], edge[: len(edge) // 2 - 1 : -1]
    return plates(np.stack([left[:-1], left[1:], right[1:], right[:-1]], 1), paint)


def barrel(
    x: Span, centre_z: float, radii: tuple[float, float], paint: Paint, *, dish: float = 0.25, sides: int = 16
) -> Mesh:
    """A lying tank of elliptic section with dished ends; radii across and upwards, `dish` the depth of an end."""
    turn = np.linspace(0, 2 * math.pi, sides, endpoint=False) + math.pi / sides
    section = np.column_stack([np.cos(turn) * radii[0], np.sin(turn) * radii[1]])
    stations = [(x[0], 0.55), (x[0] + 0.4 * dish, 0.86), (x[0] + dish, 1.0)]
    stations += [(x[0] + x[1] - at, share) for at, share in reversed(stations)]
    rings = [
        np.column_stack([np.full(sides, at), section[:, 0] * share, centre_z + section[:, 1] * share])
        for at, share in stations
    ]
    ends = [painted(_fan(rings[0]), paint), painted(_fan(rings[-1]), paint)]
    return join([*(skin(a, b, paint) for a, b in itertools.pairwise(rings)), *ends])


@cache
def _segments(count: int) -> list[list[int]]:
    """Walls of a ring that share each of the M + 1 paints: the tail, pairs of mirrored segments, the nose."""
    half = count // 2
    return [[count - 1], *([i, count - 2 - i] for i in range(half - 1)), [half - 1]]


def _fan(edge: Float64Array) -> Float64Array:
    """A convex ring closed from its first point."""
    return np.stack([np.broadcast_to(edge[0], edge[1:-1].shape), edge[1:-1], edge[2:]], 1)
