"""Wheels under a bus and the mirrors before its windscreen."""

from __future__ import annotations

from collections.abc import Sequence

from vehicle_id.synth.mesh import Mesh, box, tube
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, Paint, shade
from vehicle_id.synth.shapes.coaches.shell import BusShell
from vehicle_id.synth.shapes.common.spans import about, both, ordered
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.vehicle_sample import VehicleSample


def bus_wheels(shell: BusShell, axles: Sequence[float]) -> list[Mesh]:
    """Tyres in dark arches, none of them outside the body; axles by their x."""
    radius = min(0.5, 0.2 * shell.half + 0.24)
    parts: list[Mesh] = []
    for x in axles:
        parts += wheel_pair(x, (shell.half - 0.32, shell.half - 0.01), radius)
        parts += [
            box(about(x, 2.5 * radius), y, (shell.floor - 0.02, 2.1 * radius), CHASSIS)
            for y in both((shell.half - 0.3, shell.half + 0.004))
        ]
    return parts


def front_and_rear_axle(sample: VehicleSample, shell: BusShell) -> list[float]:
    """Axles at the usual places; some long buses have a third behind the second."""
    front = shell.x[1] - shell.length * sample.rng.uniform(0.19, 0.24)
    rear = shell.x[0] + shell.length * sample.rng.uniform(0.24, 0.3)
    third = [rear - 1.3] if shell.length > 11 and sample.chance(0.3) else []
    return [front, rear, *third]


def mirrors(sample: VehicleSample, shell: BusShell, reach: float) -> list[Mesh]:
    """Arms from the corners of the roof that hold mirrors before the body, like antennae; at the doors if short."""
    paint = sample.coat if sample.chance(0.25) else shade(DARK_STEEL, sample.rng.uniform(0.4, 1.2))
    level = shell.top - sample.rng.uniform(0.3, 0.7)
    parts: list[Mesh] = []
    for side in (-1.0, 1.0):
        if side < 0 and sample.chance(0.15):
            continue
        parts += _mirror(shell, reach, side, level, paint)
    return parts


def _mirror(shell: BusShell, reach: float, side: float, level: float, paint: Paint) -> list[Mesh]:
    start = (shell.x[1] - shell.lean - 0.25, side * 0.88 * shell.half, level)
    end = (shell.x[1] + reach - 0.08, side * 1.0 * shell.half, level - 0.1)
    glass_y = ordered(side * 0.9 * shell.half, side * 1.03 * shell.half)
    arm = tube(start, end, 0.045, paint, sides=6)
    return [arm, box(about(end[0], 0.16), glass_y, (level - 0.5, level - 0.02), paint)]
