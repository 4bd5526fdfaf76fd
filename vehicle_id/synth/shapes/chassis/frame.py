"""Ladder frames on many axles, as heavy special chassis have them: rails, wheels, tanks, lockers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from vehicle_id.synth.mesh import Mesh, Point, Span, box, copies, cylinder, lathe, quad
from vehicle_id.synth.paint import CANVAS, CHASSIS, TYRE, Paint, loose, shade
from vehicle_id.synth.shapes.common.spans import both
from vehicle_id.synth.vehicle_sample import VehicleSample

TYRE_SHARE: Final = 0.185
"""Width of a tyre in widths of the vehicle: 0.6 m on a MAZ-543."""
RAIL: Final = (0.42, 0.56)
"""Distances of a rail's sides from the centre line, metres."""

CLOTHS: Final = ("#5e6349", "#4a4f3c", "#7c7a68", "#8f8a78", "#3f4a44", "#a39a7e")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A chassis under its load; x in metres from the rear of the whole vehicle."""

    sample: VehicleSample
    front: float
    """The bumper; a load may reach over it."""
    rear: float
    """The end of the rails; a load may reach over it."""
    axles: tuple[float, ...]
    """x of each axle, front to back."""
    radius: float
    """Radius of the wheels."""
    half: float
    """Half the width."""
    cab: str
    """Style of the cab."""
    cab_length: float
    engine_length: float
    """Length of the compartment behind the cab."""
    cab_top: float
    passage: float
    """Half the width of the open centre between split cabs."""
    metal: Paint
    """Paint of the rails and of parts mounted on them."""

    @property
    def top(self) -> float:
        """Upper edge of the rails."""
        return 1.72 * self.radius

    @property
    def bed(self) -> Span:
        """Span free for a body: from the rear to the engine compartment."""
        return self.rear, self.front - self.cab_length - self.engine_length

    @property
    def inner(self) -> float:
        """Distance of the wheels' inner sides from the centre line."""
        return self.half * (1 - 2 * TYRE_SHARE)


def along(xs: Iterable[float]) -> list[Point]:
    """Places on the centre line, for `copies`."""
    return [(float(x), 0.0, 0.0) for x in xs]


def place_axles(groups: Sequence[int], first: float, last: float, ratio: float) -> tuple[float, ...]:
    """Axles from front to back; the gap between two groups is `ratio` times that within a group."""
    steps = [1.0 if within else ratio for group in groups for within in range(group)][1:]
    travelled = np.concatenate([[0.0], np.cumsum(steps)])
    return tuple(float(x) for x in first - travelled / travelled[-1] * (first - last))


def running_gear(frame: Frame) -> list[Mesh]:
    """Rails, wheels, axles, and the tanks between the axle groups."""
    return [*_wheels(frame), *_rails(frame), *_tanks(frame)]


def _wheels(frame: Frame) -> list[Mesh]:
    """Big wheels at both sides, hubs in the coat, and the axles between them."""
    r, half, count = frame.radius, frame.half, len(frame.axles)
    places = along(frame.axles)
    sides = 12 if count <= 4 else 8  # a corner of each stands on the ground
    treads = [[(y * frame.inner, r), (y * (half - 0.02), r), (y * (half - 0.02), 0.0)] for y in (-1, 1)]
    tyres = [lathe("y", tread, (0.0, r), TYRE, sides=sides) for tread in treads]
    hub = shade(frame.metal, 0.8)
    rims = [quad((-0.45 * r, y, r), (0, y, 0.55 * r), (0.45 * r, y, r), (0, y, 1.45 * r), hub) for y in (-half, half)]
    axle = _plate(0.15, frame.inner, 1.2 * r, CHASSIS)
    return [copies(part, places) for part in (*tyres, *rims, axle)]


def _rails(frame: Frame) -> list[Mesh]:
    """Two rails with members across them; the ground shows between."""
    span = (frame.rear, frame.front - 0.3)
    top = frame.top
    rails = [box(span, y, (top - 0.32, top), frame.metal) for y in both(RAIL)]
    pitch = float(frame.sample.rng.uniform(1.2, 2.0))
    member = _plate(0.1, RAIL[0], top - 0.03, frame.metal)
    places = along(np.arange(frame.rear + 0.1, span[1], pitch))
    shaft = box((frame.axles[-1], frame.axles[0]), (-0.14, 0.14), (0.9 * frame.radius, 1.15 * frame.radius), CHASSIS)
    ends = box((frame.rear, frame.rear + 0.2), (-0.8 * frame.half, 0.8 * frame.half), (0.55 * top, top), frame.metal)
    return [*rails, copies(member, places), shaft, ends]


def _plate(half_x: float, half_y: float, z: float, paint: Paint) -> Mesh:
    """A level plate about the origin: stands for parts deep in the frame."""
    return quad((-half_x, -half_y, z), (half_x, -half_y, z), (half_x, half_y, z), (-half_x, half_y, z), paint)


def _tanks(frame: Frame) -> list[Mesh]:
    """Fuel tanks, lockers and air bottles in the gaps between axle groups and at the rear."""
    gaps = [(b + 1.12 * frame.radius, a - 1.12 * frame.radius) for a, b in pairwise(frame.axles)]
    gaps.append((frame.rear + 0.25, frame.axles[-1] - 1.12 * frame.radius))
    return [
        _tank(frame, gap, y) for gap in gaps if gap[1] - gap[0] > 0.35 for y in both((frame.inner, frame.half - 0.06))
    ]


def _tank(frame: Frame, x: Span, y: Span) -> Mesh:
    sample, low = frame.sample, 0.65 * frame.radius
    if sample.chance(0.3) and x[1] - x[0] > 0.8:
        radius = (y[1] - y[0]) / 2
        return cylinder("x", x, ((y[0] + y[1]) / 2, low + radius), radius, frame.metal, sides=10)
    return box(x, y, (low, frame.top - sample.rng.uniform(0, 0.25)), shade(frame.metal, sample.rng.uniform(0.8, 1.1)))


def axle_groups(frame: Frame) -> list[Span]:
    """Spans of x covered by the wheels of each axle group, front to back."""
    groups = [[frame.axles[0]]]
    for a, b in pairwise(frame.axles):
        groups[-1].append(b) if a - b < 2.6 * frame.radius else groups.append([b])
    return [(group[-1] - 1.1 * frame.radius, group[0] + 1.1 * frame.radius) for group in groups]


def mudguards(frame: Frame) -> list[Mesh]:
    """Plates over the wheels of each axle group, up to the cab."""
    low, end = 2 * frame.radius + 0.06, frame.front - frame.cab_length
    spans = [(max(frame.rear, a), min(b, end)) for a, b in axle_groups(frame)]
    return [
        box(x, y, (low, low + 0.06), shade(frame.sample.coat, 0.92))
        for x in spans
        if x[1] - x[0] > 0.5
        for y in both((frame.inner - 0.05, frame.half))
    ]


def side_lockers(frame: Frame, share: float) -> list[Mesh]:
    """Equipment boxes on the decks over the wheels, each side as drawn."""
    sample, (rear, front) = frame.sample, frame.bed
    parts = []
    for y in both((frame.inner - 0.05, frame.half - 0.03)):
        x, low = front - 0.1, 2 * frame.radius + 0.12
        while x > rear + 0.8:
            length = min(float(sample.rng.uniform(1.0, 4.0)), x - rear)
            if sample.chance(share):
                paint = shade(sample.coat, sample.rng.uniform(0.85, 1.08))
                parts.append(box((x - length + 0.08, x), y, (low, low + sample.rng.uniform(0.25, 0.75)), paint))
            x -= length
    return parts


def cloth_paint(sample: VehicleSample) -> Paint:
    """Of tarpaulins and nets."""
    return CANVAS if sample.chance(0.25) else loose(sample.rng, str(sample.rng.choice(CLOTHS)))
