"""Rounded shells from stacked outlines: car bodies, glasshouses, cabs, buses, tanks.

A ring is a closed outline, the same on both sides of the vehicle, whose points may differ in height; rings of
as many points are joined by a skin and closed by a lid. This room does not know what is being built.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np

from vehicle_id.synth.mesh import Floats, Mesh, Span, join, painted
from vehicle_id.synth.paint import Paint

End = tuple[float, float]
"""How an outline closes: length over which it narrows in metres, and the share of the width left at its end."""
SQUARE: End = (0.0, 1.0)


def about(centre: float, width: float) -> Span:
    """The span of a width about a centre."""
    return centre - width / 2, centre + width / 2


def outline(
    x: Span, width: float, *, nose: End = SQUARE, tail: End = SQUARE, between: Sequence[float] = (), steps: int = 3
) -> Floats:
    """The left half of a plan, tail to nose, `[M, 2]` of x and y; corners are quarter ellipses.

    Args:
        x: rear and front end, metres.
        width: across both halves.
        nose: how the front closes.
        tail: how the rear closes.
        between: further x at which a point is wanted, where heights will change.
        steps: points of each corner, at least 2.
    """
    half = width / 2
    bend = [math.radians(90 * i / (steps - 1)) for i in range(steps)]
    rear = [(x[0] + tail[0] * (1 - math.cos(a)), half * (tail[1] + (1 - tail[1]) * math.sin(a))) for a in bend]
    front = [(x[1] - nose[0] * (1 - math.cos(a)), half * (nose[1] + (1 - nose[1]) * math.sin(a))) for a in bend]
    return np.array([*rear, *((at, half) for at in sorted(between)), *reversed(front)])


def ring(half: Floats, z: float | Floats) -> Floats:
    """Both halves at a height, or at one height per point of the half; `[2 M, 3]`."""
    left = np.column_stack([half, np.broadcast_to(np.asarray(z, float), len(half))])
    return np.concatenate([left, left[::-1] * (1.0, -1.0, 1.0)])


def shrunk(half: Floats, by: float, across: float) -> Floats:
    """The half outline drawn in by metres at its ends and by a share of its width at its sides."""
    low, high = half[:, 0].min(), half[:, 0].max()
    along = low + by + (half[:, 0] - low) * (high - low - 2 * by) / max(high - low, 1e-9)
    return np.column_stack([along, half[:, 1] * across])


def skin(lower: Floats, upper: Floats, paints: Paint | Sequence[Paint]) -> Mesh:
    """The wall between two rings.

    Args:
        lower: ring `[2 M, 3]`.
        upper: ring `[2 M, 3]`.
        paints: one for all, or M + 1 of them: the tail, each segment of the half from tail to nose, the nose.
    """
    count = len(lower)
    after = np.roll(np.arange(count), -1)
    quads = np.stack([lower, lower[after], upper[after], upper], 1)
    if isinstance(paints, Paint):
        return painted(_split(quads), paints)
    place = np.array([_segment(each, count) for each in range(count)])
    return join([painted(_split(quads[place == i]), paint) for i, paint in enumerate(paints)])


def lid(edge: Floats, paint: Paint) -> Mesh:
    """A ring closed by strips from side to side."""
    left, right = edge[: len(edge) // 2], edge[: len(edge) // 2 - 1 : -1]
    return painted(_split(np.stack([left[:-1], left[1:], right[1:], right[:-1]], 1)), paint)


def stack(rings: Sequence[Floats], paint: Paint) -> Mesh:
    """Rings from the bottom up in one paint, closed at the top."""
    walls = [skin(lower, upper, paint) for lower, upper in itertools.pairwise(rings)]
    return join([*walls, lid(rings[-1], paint)])


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


def heap(
    x: Span, y: Span, z: Span, paint: Paint, *, rng: np.random.Generator, rough: float = 0.25, cells: int = 5
) -> Mesh:
    """A load heaped from its edge height `z[0]` up to `z[1]`, uneven; open below."""
    along, across = np.meshgrid(np.linspace(0, 1, cells + 1), np.linspace(0, 1, cells + 1), indexing="ij")
    dome = (np.sin(math.pi * along) * np.sin(math.pi * across)) ** 0.7
    dome = dome * (1 + rng.uniform(-rough, rough, dome.shape))
    height = z[0] + (z[1] - z[0]) * dome / max(float(dome.max()), 1e-9)
    points = np.stack([x[0] + along * (x[1] - x[0]), y[0] + across * (y[1] - y[0]), height], -1)
    quads = np.stack([points[:-1, :-1], points[1:, :-1], points[1:, 1:], points[:-1, 1:]], 2)
    return painted(_split(quads.reshape(-1, 4, 3)), paint)


def _segment(index: int, count: int) -> int:
    """Which of the M + 1 paints a wall wears: the tail first, mirrored segments alike, the nose last."""
    half = count // 2
    if index == count - 1:
        return 0
    return index + 1 if index < half else count - 1 - index


def _split(quads: Floats) -> Floats:
    """Quads `[Q, 4, 3]` as triangles `[2 Q, 3, 3]`."""
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])


def _fan(edge: Floats) -> Floats:
    return np.array([[edge[0], edge[i], edge[i + 1]] for i in range(1, len(edge) - 1)])
