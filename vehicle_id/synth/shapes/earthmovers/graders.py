"""Graders: engine over a tandem, cab before it, a long thin frame to the front axle, the blade turned under it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Span, beam, box, cylinder, slab, tube
from vehicle_id.synth.paint import BRIGHT_STEEL, DARK_STEEL, TYRE, shade
from vehicle_id.synth.shapes.army_trucks.zones import cushion
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.shapes.earthmovers.blades import dozer_blade, moldboard
from vehicle_id.synth.shapes.earthmovers.cabins import shelter
from vehicle_id.synth.shapes.earthmovers.finish import own, trim
from vehicle_id.synth.vehicle_sample import VehicleSample


@dataclass(frozen=True, slots=True, kw_only=True)
class GraderPlan:
    """Places along, metres; x from the rear end."""

    rear: float
    """Rear end of the engine; before it, a ripper."""
    tandem: Span
    front_axle: float
    nose: float
    """Front end of the frame; before it, a push plate or a blade."""
    cab: Span
    wheel: float
    half: float
    """Half the width over the tyres."""
    beam_z: float


def grader(sample: VehicleSample) -> Assembly:
    """The rear fixed; blade and, on a share, the front frame turn."""
    plan = _plan(sample)
    fixed = [*_rear(sample, plan), *_cab(sample, plan), *_tail(sample, plan)]
    bend = plan.cab[0] if sample.chance(0.6) else plan.cab[1]
    axle, wheels = _front_axle(sample, plan)
    front = Assembly(fixed=[*_frame(sample, plan, bend), *axle, *_nose(sample, plan)],
                     joints=[_blade(sample, plan), *wheels])  # fmt: skip
    turn = Joint(part=front, pivot=(bend, 0.0, 1.0), axis="z", degrees=(-18.0, 18.0), used=0.2)
    return Assembly(fixed=fixed, joints=[turn])


def _plan(sample: VehicleSample) -> GraderPlan:
    rng, length = sample.rng, sample.length_m
    spare = max(0.0, length - 8.3)
    back, ahead = (spare * float(share) for share in rng.dirichlet([1.0, 1.0]))
    rear, nose = (back if back > 0.3 else 0.0), length - (ahead if ahead > 0.25 else 0.0)
    wheel = rng.uniform(0.62, 0.74)
    first = rear + rng.uniform(0.85, 1.15)
    cab = rear + rng.uniform(2.5, 3.0)
    tandem = (first, first + 2 * wheel + rng.uniform(0.08, 0.25))
    return GraderPlan(rear=rear, tandem=tandem, front_axle=nose - wheel * rng.uniform(0.95, 1.3), nose=nose,
                      cab=(cab, cab + rng.uniform(1.3, 1.75)), wheel=wheel, half=sample.width_m / 2,
                      beam_z=sample.height_m * rng.uniform(0.45, 0.56))  # fmt: skip


def _rear(sample: VehicleSample, plan: GraderPlan) -> list[Mesh]:
    """Tandem with four wheels, engine hood, radiator end."""
    rng, half = sample.rng, plan.half
    tyre, paint = (half - rng.uniform(0.36, 0.5), half), own(sample, 0.9, 1.12)
    parts = [mesh for at in plan.tandem for mesh in wheel_pair(at, tyre, plan.wheel, sides=14)]
    parts += [box(plan.tandem, y, (0.45, 0.85), trim(sample)) for y in both((tyre[0] - 0.22, tyre[0]))]
    wide, top = half * rng.uniform(0.42, 0.56), sample.height_m * rng.uniform(0.56, 0.7)
    hood = (plan.rear, plan.cab[0] + 0.1)
    tail = (rng.uniform(0.02, 0.3), rng.uniform(0.75, 1.0))
    parts.append(cushion(hood, 2 * wide, (0.6, top), paint, bulge=rng.uniform(0.04, 0.2), tail=tail))
    dark = shade(DARK_STEEL, rng.uniform(0.5, 1.3))
    if sample.chance(0.6):
        span = (hood[0] + rng.uniform(0.1, 0.3), hood[0] + rng.uniform(0.6, 1.3))
        parts.append(box(span, about(0.0, rng.uniform(0.6, 1.5) * wide), (top - 0.1, top + 0.01), dark))
    for size in rng.uniform(0.06, 0.15, int(rng.integers(1, 4))):
        at = (rng.uniform(hood[0] + 0.4, hood[1] - 0.3), rng.uniform(-0.7, 0.7) * wide)
        parts.append(cylinder("z", (top - 0.1, top + rng.uniform(0.1, 0.45)), at, float(size), dark, sides=8))
    deck = own(sample, 0.7, 1.0) if sample.chance(0.5) else dark
    steps = (plan.tandem[1] - 0.2, plan.cab[1])
    return [*parts, box(steps, (-0.75 * half, 0.75 * half), (0.75, 0.95), deck)]


def _cab(sample: VehicleSample, plan: GraderPlan) -> list[Mesh]:
    half = plan.half * sample.rng.uniform(0.5, 0.66)
    return shelter(sample, plan.cab, (-half, half), (0.95, sample.height_m), open_share=0.15)


def _tail(sample: VehicleSample, plan: GraderPlan) -> list[Mesh]:
    """A ripper out to the rear end, where there is room."""
    if plan.rear < 0.2:
        return []
    tone, half = own(sample, 0.65, 1.05), plan.half * sample.rng.uniform(0.5, 0.85)
    count = int(sample.rng.integers(3, 6))
    shanks = [
        box((0.0, 0.2), about(half * (2 * i / (count - 1) - 1), 0.09), (0.3, 1.1), DARK_STEEL) for i in range(count)
    ]
    links = [box((0.1, plan.rear + 0.2), y, (0.7, 0.9), tone) for y in both(about(0.4 * half, 0.14))]
    return [box((0.02, 0.25), (-half, half), (0.7, 0.95), tone), *shanks, *links]


def _frame(sample: VehicleSample, plan: GraderPlan, bend: float) -> list[Mesh]:
    """The goose neck, and the drawbar with its circle under it."""
    rng, paint = sample.rng, own(sample, 0.85, 1.12)
    wide, high = rng.uniform(0.3, 0.46), rng.uniform(0.3, 0.42)
    knee = plan.cab[1] + rng.uniform(0.3, 1.0)
    fall = plan.front_axle - rng.uniform(0.5, 1.3)
    z, low = plan.beam_z, plan.wheel + 0.35
    parts = [box((bend, knee), about(0.0, wide), (z - high, z), paint),
             box((knee, fall), about(0.0, wide), (z - high, z), paint),
             beam((fall - 0.1, 0, z - high / 2), (plan.nose - 0.25, 0, low), (wide, 0.9 * high), paint),
             box((plan.nose - 0.5, plan.nose), about(0.0, 1.6 * wide), (low - 0.3, low + 0.15), paint)]  # fmt: skip
    middle, bar = _circle_at(plan), own(sample, 0.6, 1.0)
    outline = [(plan.front_axle - 0.3, -0.1), (plan.front_axle - 0.3, 0.1), (middle, 0.55), (middle, -0.55)]
    parts += [
        slab(outline, (0.75, 0.88), bar),
        cylinder("z", (0.62, 0.76), (middle, 0.0), rng.uniform(0.6, 0.8), bar, sides=18),
    ]
    for y in (-0.75, 0.75):
        parts.append(tube((middle + 0.4, y, 0.8), (middle + 0.5, 0.6 * y, z + 0.2), 0.06, BRIGHT_STEEL, sides=6))
    saddle = box(about(middle + 0.5, 0.3), (-0.55, 0.55), (z - 0.05, z + 0.18), own(sample, 0.7, 1.05))
    return [*parts, saddle]


def _front_axle(sample: VehicleSample, plan: GraderPlan) -> tuple[list[Mesh], list[Joint]]:
    """The axle, and its wheels, which steer together."""
    at, tyre = plan.front_axle, (plan.half - sample.rng.uniform(0.34, 0.45), plan.half)
    axle = box(about(at, 0.3), (-tyre[0], tyre[0]), (plan.wheel - 0.15, plan.wheel + 0.12), trim(sample))
    lean = float(sample.rng.uniform(-25, 25)) if sample.chance(0.35) else 0.0
    wheels = [Joint(part=Assembly(fixed=[cylinder("y", y, (at, plan.wheel), plan.wheel, TYRE)]),
                    pivot=(at, sum(y) / 2, plan.wheel), axis="z", degrees=(lean, lean), used=1.0)
              for y in both(tyre)]  # fmt: skip
    return [axle], wheels


def _nose(sample: VehicleSample, plan: GraderPlan) -> list[Mesh]:
    """A push plate, a dozer blade or a scarifier out to the front end, where there is room."""
    front, room = sample.length_m, sample.length_m - plan.nose
    if room < 0.2:
        return []
    arms = [box((plan.nose - 0.3, front - 0.1), y, (0.6, 0.8), trim(sample)) for y in both(about(0.25, 0.14))]
    if room > 0.6 and sample.chance(0.6):
        return [*arms, *dozer_blade(sample, front, plan.half, 0.9, 0.25)]
    half = sample.rng.uniform(0.35, 0.7) * plan.half
    return [*arms, box((front - 0.2, front), (-half, half), (0.45, 1.0), own(sample, 0.7, 1.0))]


def _circle_at(plan: GraderPlan) -> float:
    return 0.5 * (plan.cab[1] + plan.front_axle) + 0.05


def _blade(sample: VehicleSample, plan: GraderPlan) -> Joint:
    """Turned within the tyres for travel; across, or to the other side, at work."""
    rng, at = sample.rng, _circle_at(plan)
    angle = rng.uniform(28, 55) * float(rng.choice([-1, 1]))
    room = min(plan.front_axle - plan.wheel - at, at - plan.tandem[1] - plan.wheel, 1.7)
    long = min(3.9, 1.74 * plan.half / abs(_cos(angle)), 2 * room / max(0.2, abs(_cos(90 - angle))))
    board = [mesh.turned(angle).moved((at, 0.0, 0.0)) for mesh in moldboard(sample, long, rng.uniform(0.6, 0.72))]
    return Joint(part=Assembly(fixed=board), pivot=(at, 0.0, 0.4), axis="z", degrees=(-50.0, 50.0), used=0.4)


def _cos(degrees: float) -> float:
    return math.cos(math.radians(degrees))
