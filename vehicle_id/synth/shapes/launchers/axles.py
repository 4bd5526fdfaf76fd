"""Axles of many-wheeled chassis: how many, and in which groups they stand; and their tyres."""

from __future__ import annotations

from typing import Final

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, cylinder
from vehicle_id.synth.paint import loose, shade
from vehicle_id.synth.shapes.common.spans import both
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.vehicle_sample import VehicleSample

_NUMBERS: Final = {"4": (4,), "6_7": (6, 7), "8": (8,), "9_plus": (9, 10, 11, 12)}
_GROUPS: Final = {
    4: ((2, 2), (2, 2), (4,), (1, 2, 1), (2, 1, 1)),
    6: ((3, 3), (2, 4), (2, 2, 2), (6,), (2, 1, 3)),
    7: ((3, 4), (2, 5), (7,), (2, 2, 3), (4, 3)),
    8: ((4, 4), (8,), (2, 2, 2, 2), (2, 6), (2, 2, 4), (3, 5)),
    9: ((9,), (4, 5), (3, 3, 3), (2, 7), (5, 4)),
    10: ((10,), (4, 6), (5, 5), (2, 2, 2, 2, 2)),
    11: ((11,), (4, 7), (5, 6), (3, 4, 4)),
    12: ((12,), (6, 6), (4, 4, 4), (2, 2, 2, 2, 2, 2), (4, 8)),
}
"""Number of axles -> groups that stand closer together, front to rear."""


def draw_axles(sample: VehicleSample, chassis: Span) -> tuple[float, ...]:
    """Places of the axles from the front to the rear; those of the row where it gives them.

    Args:
        sample: the vehicle; the name of its class gives the number of axles.
        chassis: rear and front end of the chassis.
    """
    if sample.axles_m:
        return tuple(chassis[1] - axle for axle in sample.axles_m)
    numbers = _NUMBERS[sample.label.removeprefix("special_chassis_").split("_axles")[0]]
    number = int(sample.rng.choice(numbers))
    groups = _GROUPS[number][sample.rng.integers(len(_GROUPS[number]))]
    long = chassis[1] - chassis[0]
    front = min(sample.rng.uniform(1.3, 3.2), 0.21 * long)
    rear = min(sample.rng.uniform(0.9, 2.4), 0.17 * long)
    return _spread(groups, (chassis[1] - front, chassis[0] + rear), sample.rng.uniform(1.2, 2.1))


def tyres(sample: VehicleSample, axles: tuple[float, ...], half: float, radius: float) -> list[Mesh]:
    """Two tyres an axle, at the width of the vehicle, with hubs."""
    wide = sample.rng.uniform(0.42, 0.6)
    hub = shade(sample.coat, 0.9) if sample.chance(0.6) else loose(sample.rng, "#4b4a46")
    parts: list[Mesh] = []
    for x in axles:
        parts += wheel_pair(x, (half - wide, half - 0.02), radius)
        parts += [cylinder("y", y, (x, radius), 0.45 * radius, hub, sides=6) for y in both((half - 0.2, half))]
    return parts


def _spread(groups: tuple[int, ...], ends: Span, apart: float) -> tuple[float, ...]:
    """Axles between two ends, `apart` times as far from one another between groups as within one."""
    steps = [0.0]
    for place, size in enumerate(groups):
        steps += [apart] * bool(place) + [1.0] * (size - 1)
    along = np.cumsum(steps) / sum(steps)
    return tuple(float(ends[0] + share * (ends[1] - ends[0])) for share in along)
