"""What trailers stand on: frames, bogies, mudguards, legs, lamps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, box
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, STEEL, Paint, linear, loose, shade
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.vehicle_sample import VehicleSample

FRAME_TONES = ("#2c2d2f", "#4a4d50", "#7d2320", "#8c3b28", "#24395f", "#5d6062", "#9a9d9e", "#2f4a38", "#b8641f")
LAMP_RED = Paint(rgb=linear("#a02020"), gloss=0.2)


def frame_paint(sample: VehicleSample) -> Paint:
    """Black, red, grey or blue; worn."""
    return loose(sample.rng, str(sample.rng.choice(FRAME_TONES)), spread=0.2)


def rails(x: Span, z: Span, paint: Paint, *, apart: float = 0.45, wide: float = 0.15) -> list[Mesh]:
    """The two beams of a frame."""
    return [box(x, y, z, paint) for y in both((apart - wide / 2, apart + wide / 2))]


def bogie_axles(sample: VehicleSample, rear: float, *, american: bool = False) -> list[float]:
    """Places of two or three axles, x, the last first."""
    rng = sample.rng
    last = rear + rng.uniform(0.9, 1.7) if not american else rear + rng.uniform(0.9, 3.2)
    count = 2 if american or sample.chance(0.25) else 3
    return [last + index * rng.uniform(1.25, 1.36) for index in range(count)]


def bogie(sample: VehicleSample, axles: Sequence[float], half: float, *, guards: float = 0.5) -> list[Mesh]:
    """Wheels with axle beams; mudguards on a share of trailers."""
    rng, radius = sample.rng, sample.rng.uniform(0.46, 0.53)
    found = []
    for x in axles:
        twin = 0.4 if len(axles) == 3 else 0.58
        found += [
            *wheel_pair(x, (half - twin, half - 0.01), radius),
            box(about(x, 0.14), (0.4 - half, half - 0.4), (0.4, 0.56), CHASSIS),
        ]
    if sample.chance(guards):
        tone = shade(DARK_STEEL, rng.uniform(0.5, 1.8)) if sample.chance(0.7) else shade(STEEL, 1.2)
        ends = (min(axles) - 0.6, max(axles) + 0.6)
        found += [box(ends, y, (2.05 * radius, 2.05 * radius + 0.04), tone) for y in both((half - 0.45, half))]
    return found


def legs(sample: VehicleSample, x: float, top: float, *, down: bool) -> list[Mesh]:
    """Landing legs with their feet and winding gear."""
    tone = shade(STEEL, sample.rng.uniform(0.4, 1.4))
    low = 0.0 if down else 0.4
    found = [box(about(x, 0.13), y, (low, top), tone) for y in both((0.72, 0.86))]
    return [*found, *(box(about(x, 0.3), y, (low, low + 0.06), tone) for y in both((0.64, 0.94))),
            box(about(x, 0.07), (-0.72, 0.72), (0.6, 0.66), tone)]  # fmt: skip


def tail(x: float, half: float, z: float, sample: VehicleSample) -> list[Mesh]:
    """Bumper bar with lamps at the rear end."""
    bar = shade(STEEL, sample.rng.uniform(0.4, 1.8))
    lamps = [box((x, x + 0.06), y, (z, z + 0.12), LAMP_RED) for y in both((half - 0.45, half - 0.05))]
    return [box((x, x + 0.1), (-half, half), (z - 0.06, z + 0.06), bar), *lamps]


def side_gear(sample: VehicleSample, x: Span, half: float, z: float) -> list[Mesh]:
    """Guards, pallet boxes and spare wheel between legs and bogie."""
    found = []
    if sample.chance(0.5):
        found += [box(x, y, (0.5, 0.9), shade(STEEL, sample.rng.uniform(0.6, 1.6))) for y in both((half - 0.05, half))]
    if sample.chance(0.4):
        at = sample.rng.uniform(*x)
        found += [box(about(at, 1.2), y, (0.5, z - 0.05), DARK_STEEL) for y in both((half - 0.6, half - 0.08))]
    return found


def cross_members(x: Span, half: float, z: Span, count: int, paint: Paint, *, wide: float = 0.1) -> list[Mesh]:
    """Beams from side to side, at equal distances."""
    return [box(about(float(at), wide), (-half, half), z, paint) for at in np.linspace(x[0] + wide, x[1] - wide, count)]
