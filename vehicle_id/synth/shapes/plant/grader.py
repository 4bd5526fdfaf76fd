"""Graders: a long thin neck with a slanting blade under it, four wheels under the engine behind.

Proportions are remembered from photographs and brochures, not measured.
"""

from __future__ import annotations

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Span, beam, box, cylinder, prism, taper, tube
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, STEEL, loose, shade
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.shapes.plant.parts import WORN, glazed_cab, ripper
from vehicle_id.synth.vehicle_sample import VehicleSample


def grader(sample: VehicleSample) -> Assembly:
    """Engine over four rear wheels, a cab in the middle, and a thin neck to the front wheels over a slanting blade."""
    length, half, height = sample.length_m, sample.width_m / 2, sample.height_m
    rear = 0.1 * length if sample.chance(0.4) else 0.0
    nose = length - (0.06 * length if sample.chance(0.4) else 0.0)
    cab = (rear + 0.31 * (length - rear), rear + 0.46 * (length - rear))
    fixed = [
        *_rear(sample, rear, cab),
        glazed_cab(sample, cab, half * sample.rng.uniform(0.52, 0.6), (0.36 * height, height)),
    ]
    if rear:
        fixed += ripper(rear, half, height, sample)
    neck = Assembly(fixed=_neck(sample, cab, nose), joints=[_moldboard(sample, cab)])
    bend = Joint(part=neck, pivot=(cab[0], 0.0, 0.0), axis="z", degrees=(-18.0, 18.0), used=0.25)
    return Assembly(fixed=fixed, joints=[bend])


def _rear(sample: VehicleSample, rear: float, cab: Span) -> list[Mesh]:
    """The bonnet between two pairs of wheels."""
    length, half, height = sample.length_m, sample.width_m / 2, sample.height_m
    hood, top = half * sample.rng.uniform(0.36, 0.46), height * sample.rng.uniform(0.56, 0.64)
    radius = 0.2 * height
    axles = (cab[0] - 0.195 * length, cab[0] - 0.01 * length - radius * 0.2)
    parts = [
        prism(
            [
                (rear, 0.25 * height),
                (cab[0] + 0.05, 0.25 * height),
                (cab[0] + 0.05, top),
                (rear + 0.03 * length, 0.92 * top),
                (rear, 0.8 * top),
            ],
            (-hood, hood),
            sample.coat,
        ),
        box(
            (rear + 0.03 * length, rear + 0.12 * length),
            (-0.6 * hood, 0.6 * hood),
            (0.5 * height, 0.93 * top + 0.06),
            shade(DARK_STEEL, sample.rng.uniform(0.6, 1.2)),
        ),
        tube(
            (rear + 0.18 * length, 0.0, top - 0.1), (rear + 0.18 * length, 0.0, 1.25 * top), 0.08, DARK_STEEL, sides=6
        ),
        box((axles[0], axles[1]), (-0.7 * half, 0.7 * half), (0.7 * radius, 1.3 * radius), CHASSIS),
    ]
    return [*parts, *(tyre for x in axles for tyre in wheel_pair(x, (0.66 * half, half), radius, sides=12))]


def _neck(sample: VehicleSample, cab: Span, nose: float) -> list[Mesh]:
    """An arching beam to the front axle; lift rams; a plate or a scarifier before it in some."""
    length, half, height = sample.length_m, sample.width_m / 2, sample.height_m
    axle, radius = nose - 0.2 * height, 0.195 * height
    crown, wide = (cab[1] + 0.35 * (axle - cab[1]), 0.60 * height), 0.13 * half
    lift_x = cab[1] + 0.12 * length
    parts = [
        beam((cab[0], 0.0, 0.42 * height), (crown[0], 0.0, crown[1]), (2 * wide, 0.11 * height), sample.coat),
        beam((crown[0], 0.0, crown[1]), (axle + 0.1, 0.0, 0.36 * height), (2 * wide, 0.09 * height), sample.coat),
        box((axle - 0.1, axle + 0.1), (-0.8 * half, 0.8 * half), (0.14 * height, 0.26 * height), sample.coat),
        box(
            (axle - 0.12 * height, axle + 0.15 * height),
            (-0.2 * half, 0.2 * half),
            (0.2 * height, 0.42 * height),
            sample.coat,
        ),
        box((lift_x - 0.1, lift_x + 0.1), (-0.42 * half, 0.42 * half), (0.54 * height, 0.66 * height), sample.coat),
        *wheel_pair(axle, (0.7 * half, 0.98 * half), radius, sides=12),
        *(
            beam((lift_x, y, 0.72 * height), (lift_x + 0.2, 1.5 * y, 0.25 * height), (0.12, 0.12), STEEL)
            for y in (-0.36 * half, 0.36 * half)
        ),
    ]
    if nose < length:
        parts.append(
            box((length - 0.12, length), (-0.95 * half, 0.95 * half), (0.08 * height, 0.32 * height), sample.coat)
        )
        parts.append(box((axle, length - 0.1), (-0.3 * half, 0.3 * half), (0.14 * height, 0.24 * height), CHASSIS))
    return parts


def _moldboard(sample: VehicleSample, cab: Span) -> Joint:
    """The blade under the neck on its ring: longer than the grader is wide, so that it slants on the road."""
    length, half, height = sample.length_m, sample.width_m / 2, sample.height_m
    x, reach = cab[1] + 0.13 * length, 1.4 * half
    steel = loose(sample.rng, WORN) if sample.chance(0.7) else sample.coat
    blade = [
        taper(
            (x - 0.12, x + 0.24),
            (-reach, reach),
            (0.06 * height, 0.24 * height),
            (x - 0.16, x + 0.2),
            (-reach, reach),
            steel,
        ),
        box((x - 0.12, x + 0.12), (-0.5 * reach, 0.5 * reach), (0.22 * height, 0.25 * height), steel),
        cylinder("z", (0.26 * height, 0.3 * height), (x, 0.0), 0.55 * half, sample.coat, sides=10),
    ]
    drawbar = beam((x, 0.0, 0.3 * height), (x + 0.26 * length, 0.0, 0.28 * height), (0.2, 0.12), sample.coat)
    slant = 55.0 if sample.chance(0.7) else -55.0
    turned = [part.turned(slant, about=(x, 0.0, 0.0)) for part in blade]
    swing = (-0.1 * slant, -0.7 * slant)
    # at work the blade swings towards lying square across
    return Joint(part=Assembly(fixed=[*turned, drawbar]), pivot=(x, 0.0, 0.0), axis="z",
                 degrees=(min(swing), max(swing)), used=0.6)  # fmt: skip
