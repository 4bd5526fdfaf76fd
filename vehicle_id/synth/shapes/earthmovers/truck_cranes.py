"""Truck cranes: a carrier of two to five axles, and an upper structure whose boom lies over the cab or the rear."""

from __future__ import annotations

from dataclasses import dataclass

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Span, box, cylinder
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, STEEL, shade
from vehicle_id.synth.shapes.common.roof_marks import foreign, panels
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.shapes.earthmovers.cabins import cabin
from vehicle_id.synth.shapes.earthmovers.crane_upper import UpperPlan, crane_upper
from vehicle_id.synth.shapes.earthmovers.finish import is_army, own, trim
from vehicle_id.synth.vehicle_sample import VehicleSample


@dataclass(frozen=True, slots=True, kw_only=True)
class CraneCarrier:
    """Places along, metres; x from the rear end of the vehicle."""

    rear: float
    front: float
    half: float
    deck: float
    wheel: float
    cab: Span
    slew: float


def truck_crane(sample: VehicleSample) -> Assembly:
    """Carrier with outriggers in or out; the upper structure slews in a share."""
    plan = _plan(sample)
    fixed = [*_deck(sample, plan), *_wheels(sample, plan), *_cab(sample, plan)]
    upper = UpperPlan(slew=plan.slew, deck=plan.deck, top=sample.height_m, half=plan.half, front=sample.length_m,
                      rear=0.0, cab_rear=plan.cab[0])  # fmt: skip
    return Assembly(fixed=fixed, joints=[*_outriggers(sample, plan), crane_upper(sample, upper)])


def _plan(sample: VehicleSample) -> CraneCarrier:
    rng, length = sample.rng, sample.length_m
    over = length * rng.uniform(0.05, 0.17)
    back = 0.0 if sample.chance(0.6) else length * rng.uniform(0.02, 0.06)
    front = length - over
    cab = (front - rng.uniform(1.6, 2.3), front)
    slew = back + (front - back) * rng.uniform(0.24, 0.36)
    return CraneCarrier(rear=back, front=front, half=sample.width_m / 2, deck=rng.uniform(1.2, 1.5),
                       wheel=rng.uniform(0.5, 0.6), cab=cab, slew=slew)  # fmt: skip


def _deck(sample: VehicleSample, plan: CraneCarrier) -> list[Mesh]:
    """A plated deck, lockers and tanks along the sides, the front bumper."""
    rng, half, z = sample.rng, plan.half, plan.deck
    plate = own(sample, 0.7, 1.15) if sample.chance(0.6) else shade(STEEL, rng.uniform(0.5, 1.2))
    x = (plan.rear + 0.1, plan.cab[0] - rng.uniform(0.05, 0.5))
    parts = [
        box((plan.rear, plan.front - 0.2), (-0.45, 0.45), (0.7, z - 0.1), trim(sample)),
        box(x, (-half + 0.02, half - 0.02), (z - 0.22, z - 0.02), trim(sample)),
        panels(rng, x, (0.05 - half, half - 0.05), z, rng.uniform(0.5, 2.0), plate, spread=rng.uniform(0, 0.12)),
    ]
    for _ in range(int(rng.integers(1, 6))):
        at, size = rng.uniform(x[0] + 0.5, x[1] - 0.5), rng.uniform(0.3, 1.4)
        y = both((half * rng.uniform(0.45, 0.7), half * 0.98))[int(rng.integers(2))]
        tone = own(sample, 0.6, 1.2) if sample.chance(0.6) else shade(DARK_STEEL, rng.uniform(0.6, 1.6))
        parts.append(
            box((max(x[0], at - size / 2), min(x[1], at + size / 2)), y, (0.8, z + rng.uniform(0.05, 0.5)), tone)
        )
    return [*parts, box((plan.front - 0.25, plan.front), (-half, half), (0.5, 0.95), own(sample, 0.7, 1.05))]


def _wheels(sample: VehicleSample, plan: CraneCarrier) -> list[Mesh]:
    rng, half = sample.rng, plan.half
    stated = tuple(sample.length_m - at for at in sample.axles_m)
    places = stated or _axle_places(sample, plan)
    tyre = (half - rng.uniform(0.35, 0.6), half)
    return [mesh for at in places for mesh in wheel_pair(float(at), tyre, plan.wheel, sides=12)]


def _axle_places(sample: VehicleSample, plan: CraneCarrier) -> tuple[float, ...]:
    """A pair or a single axle in front, a pair at the rear."""
    rng, long, step = sample.rng, plan.front - plan.rear, sample.rng.uniform(1.3, 1.5)
    first, last = plan.front - rng.uniform(1.2, 1.9), plan.rear + rng.uniform(1.7, 2.4)
    front = (first, first - step) if long > 10 and sample.chance(0.5) else (first,)
    return (*front, last, last + step)


def _cab(sample: VehicleSample, plan: CraneCarrier) -> list[Mesh]:
    """Full width, half width beside the boom, low and flat, or behind a bonnet on an army lorry."""
    rng, half = sample.rng, plan.half
    kind, x = rng.random(), plan.cab
    top = sample.height_m * rng.uniform(0.68, 0.84)
    if kind < 0.25:
        y = (rng.uniform(0.08, 0.35) * half, half)
        other = box(
            (x[0] + 0.1, x[1] - 0.1), (-half, y[0]), (0.8, plan.deck + rng.uniform(0.0, 0.5)), own(sample, 0.7, 1.1)
        )
        return [*cabin(sample, x, y, (0.7, top)), other]
    if kind < 0.45 and x[1] - x[0] > 1.5:
        bonnet = (x[1] - rng.uniform(0.7, 1.1), x[1] - 0.05)
        hood = box(bonnet, (-0.6 * half, 0.6 * half), (0.7, plan.deck + 0.5), own(sample))
        wings = [box(bonnet, side, (1.0, 1.25), own(sample, 0.8, 1.0)) for side in both((0.6 * half, half))]
        back = x[0] - rng.uniform(0.2, 0.5)
        return [hood, *wings, *cabin(sample, (back, bonnet[0]), (-0.95 * half, 0.95 * half), (0.7, top))]
    return cabin(sample, x, (-half * 0.99, half * 0.99), (0.7, top))


def _outriggers(sample: VehicleSample, plan: CraneCarrier) -> list[Joint]:
    """Beams across the frame before and behind the upper structure; out on their feet in a share."""
    rng, half = sample.rng, plan.half
    tone = own(sample, 0.6, 1.1) if is_army(sample) or sample.chance(0.5) else foreign(rng, ("yellow", "red", "black"))
    out, ahead = sample.chance(0.35), min(plan.slew + rng.uniform(2.0, 3.2), plan.cab[0] - 0.5)
    joints = []
    for at in (plan.rear + rng.uniform(0.25, 0.7), ahead):
        for way in (-1, 1):
            long = half * rng.uniform(1.3, 1.7)
            base = (at, way * half * 0.8, plan.deck - 0.5)
            lies = box((at, at + long), about(way * half * 0.86, 0.22), (plan.deck - 0.75, plan.deck - 0.4), tone)
            foot = cylinder(
                "z", (0.0 if out else 0.5, plan.deck - 0.2), (at + long - 0.15, way * half * 0.86), 0.12, CHASSIS
            )
            pad = cylinder(
                "z", (0.0 if out else 0.5, 0.1 if out else 0.6), (at + long - 0.15, way * half * 0.86), 0.13, STEEL
            )
            turn = (86.0, 94.0) if way > 0 else (-94.0, -86.0)
            joints.append(
                Joint(part=Assembly(fixed=[lies, foot, pad]), pivot=base, axis="z", degrees=turn, used=float(out))
            )
    return joints
