"""The upper structure of truck cranes: turntable, cabin, winches, counterweight; telescopic and lattice booms."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Span, box, cylinder, tube
from vehicle_id.synth.paint import BRIGHT_STEEL, DARK_STEEL, STEEL, Paint, shade
from vehicle_id.synth.shapes.army_trucks.zones import cushion
from vehicle_id.synth.shapes.common.roof_marks import foreign
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.shapes.earthmovers.cabins import cabin
from vehicle_id.synth.shapes.earthmovers.finish import is_army, own
from vehicle_id.synth.vehicle_sample import VehicleSample


@dataclass(frozen=True, slots=True, kw_only=True)
class UpperPlan:
    """Where it stands and how far its boom reaches in travel, metres."""

    slew: float
    deck: float
    top: float
    half: float
    front: float
    """Foremost point of the boom."""
    rear: float
    cab_rear: float
    """Rear wall of the carrier's cab."""


def crane_upper(sample: VehicleSample, plan: UpperPlan) -> Joint:
    """Turntable with all on it; slewed to any side in a share."""
    rng = sample.rng
    tail = max(plan.rear + 0.05, plan.slew - rng.uniform(1.9, 3.2))
    fixed = [
        cylinder("z", (plan.deck - 0.1, plan.deck + 0.2), (plan.slew, 0.0), 0.75 * plan.half, DARK_STEEL, sides=18),
        *_body(sample, plan, tail),
        *_cabin(sample, plan),
    ]
    part = Assembly(fixed=fixed, joints=[_boom(sample, plan, tail)])
    return Joint(part=part, pivot=(plan.slew, 0.0, plan.deck), axis="z", degrees=(-180.0, 180.0), used=0.3)


def _body(sample: VehicleSample, plan: UpperPlan, tail: float) -> list[Mesh]:
    """Side plates, winch drums between them, counterweight, engine or tank on one side."""
    rng, half = sample.rng, plan.half
    front = plan.slew + rng.uniform(0.6, 1.3)
    high = plan.deck + (plan.top - plan.deck) * rng.uniform(0.35, 0.6)
    paint = own(sample, 0.85, 1.12)
    parts = [box((tail + 0.3, front), about(side * half, 0.12), (plan.deck, high), paint) for side in (-0.34, 0.34)]
    parts.append(
        box((tail + 0.2, front), (-0.7 * half, 0.7 * half), (plan.deck, plan.deck + 0.3), own(sample, 0.7, 1.1))
    )
    for share in rng.uniform(0.15, 0.55, int(rng.integers(1, 3))):
        at, rope = tail + float(share) * (front - tail), shade(STEEL, rng.uniform(0.4, 1.2))
        parts.append(
            cylinder("y", (-0.3 * half, 0.3 * half), (at, high - 0.15), rng.uniform(0.2, 0.32), rope, sides=10)
        )
    weight = (
        own(sample, 0.6, 1.1) if is_army(sample) or sample.chance(0.5) else foreign(rng, ("grey", "black", "yellow"))
    )
    wide, deep = half * rng.uniform(0.6, 0.97), rng.uniform(0.35, 0.9)
    ends = (rng.uniform(0.02, 0.4), rng.uniform(0.6, 1.0))
    parts.append(cushion((tail, tail + deep), 2 * wide, (plan.deck + 0.1, high), weight, bulge=0.06, tail=ends))
    if sample.chance(0.6):
        hood = cushion((tail + 0.4, plan.slew + 0.4), 0.5 * half, (plan.deck + 0.2, high), paint, bulge=0.1)
        parts.append(hood.moved((0.0, -0.68 * half, 0.0)))
    return parts


def _cabin(sample: VehicleSample, plan: UpperPlan) -> list[Mesh]:
    """The operator's cabin, beside the boom on the left; on some it is small."""
    rng = sample.rng
    long, start = rng.uniform(1.2, 1.9), plan.slew + rng.uniform(-0.4, 0.4)
    y = (0.36 * plan.half, 0.36 * plan.half + rng.uniform(0.7, 0.85))
    end = min(start + long, plan.cab_rear - 0.1)
    return cabin(
        sample, (end - long, end), (y[0], min(y[1], plan.half)), (plan.deck + 0.1, plan.top * rng.uniform(0.86, 0.97))
    )


def _boom(sample: VehicleSample, plan: UpperPlan, tail: float) -> Joint:
    """It rises about its foot at the rear of the turntable."""
    rng, lattice = sample.rng, sample.chance(0.15)
    foot = tail + rng.uniform(0.5, 0.9)
    size = plan.half * (rng.uniform(0.42, 0.6) if lattice else rng.uniform(0.34, 0.52))
    parts = _lattice(sample, plan, foot, size) if lattice else _telescope(sample, plan, foot, size)
    return Joint(
        part=Assembly(fixed=parts), pivot=(foot, 0.0, plan.top - size), axis="y", degrees=(-65.0, -4.0), used=0.25
    )


def _telescope(sample: VehicleSample, plan: UpperPlan, foot: float, size: float) -> list[Mesh]:
    """Three to five sections inside one another, all but their heads hidden; sheaves, hook, jib at its side."""
    rng, count = sample.rng, int(sample.rng.integers(3, 6))
    paint = (
        own(sample, 0.85, 1.15) if is_army(sample) or sample.chance(0.75) else foreign(rng, ("white", "yellow", "red"))
    )
    heads = plan.front - 0.35 - np.cumsum([0.0, *rng.uniform(0.12, 0.45, count - 1)])[::-1]
    parts, start, slope = [], foot, plan.top * rng.uniform(0.02, 0.1)
    for index, end in enumerate(heads):
        wide = size * (1 - 0.11 * index)
        tone = paint if index == 0 or sample.chance(0.6) else shade(paint, rng.uniform(0.6, 1.3))
        level = plan.top - 0.04 * index - (slope if index else 0.0)
        parts.append(box((start, float(end)), about(0.0, wide), (level - 1.25 * wide, level), tone))
        parts.append(
            box((float(end) - 0.09, float(end)), about(0.0, 1.1 * wide), (level - 1.28 * wide, level), shade(tone, 0.8))
        )
        start = float(end) - 0.2
    return [*parts, *_head(sample, plan, size), *_boom_gear(sample, plan, foot, size)]


def _head(sample: VehicleSample, plan: UpperPlan, size: float) -> list[Mesh]:
    """Sheaves at the tip, and the hook block hung under it or tied to the bumper."""
    tone = shade(DARK_STEEL if sample.chance(0.5) else STEEL, sample.rng.uniform(0.6, 1.4))
    z = plan.top - 0.8 * size
    sheaves = [
        cylinder("y", about(y * size, 0.06), (plan.front - 0.25, z), 0.25, tone, sides=12) for y in (-0.3, 0.0, 0.3)
    ]
    hook = foreign(sample.rng, ("yellow", "red", "black"))
    return [*sheaves, box(about(plan.front - 0.3, 0.35), about(0.0, 0.3), (z - 1.1, z - 0.5), hook),
            tube((plan.front - 0.3, 0, z), (plan.front - 0.3, 0, z - 1.0), 0.03, DARK_STEEL, sides=4)]  # fmt: skip


def _boom_gear(sample: VehicleSample, plan: UpperPlan, foot: float, size: float) -> list[Mesh]:
    """The lift ram under the boom; ropes along its back; a jib folded along its side."""
    rng, z = sample.rng, plan.top - 1.2 * size
    ram = tube((plan.slew + 0.9, 0.0, plan.deck + 0.3), (plan.slew + 3.2, 0.0, z), 0.16, BRIGHT_STEEL, sides=8)
    ropes = [
        box((foot + 0.2, plan.front - 0.6), about(y, 0.025), (plan.top - 0.02, plan.top + 0.01), DARK_STEEL)
        for y in (-0.06, 0.06)
    ]
    if not sample.chance(0.4):
        return [ram, *ropes]
    start, side = foot + rng.uniform(1.5, 3), -(0.5 * size + 0.25)
    end = min(plan.front - 0.5, start + rng.uniform(4.0, 7.5))
    jib = _truss((start, end), (side - 0.15, side + 0.15), (z, plan.top - 0.2), own(sample, 0.8, 1.3))
    return [ram, *ropes, *jib]


def _lattice(sample: VehicleSample, plan: UpperPlan, foot: float, size: float) -> list[Mesh]:
    """Four chords with bracing, pointed at both ends; pendants above."""
    paint = own(sample, 0.8, 1.15) if sample.chance(0.7) else foreign(sample.rng, ("red", "yellow", "grey"))
    z, ends = (plan.top - 1.1 * size, plan.top), (foot + 0.8, plan.front - 1.1)
    parts = _truss(ends, (-size / 2, size / 2), z, paint)
    middle = sum(z) / 2
    for y, level in itertools.product((-size / 2, size / 2), z):
        parts.append(tube((ends[0], y, level), (foot, 0.6 * y, middle), 0.05, paint, sides=4))
        parts.append(tube((ends[1], y, level), (plan.front - 0.2, 0.3 * y, middle), 0.05, paint, sides=4))
    return [*parts, *_head(sample, plan, size)]


def _truss(x: Span, y: Span, z: Span, paint: Paint) -> list[Mesh]:
    """Chords, and zigzag bracing on top and at the sides."""
    chords = [tube((x[0], b, c), (x[1], b, c), 0.05, paint, sides=4) for b in y for c in z]
    at = np.linspace(x[0], x[1], max(3, int((x[1] - x[0]) / (1.1 * (y[1] - y[0]) + 0.2))))
    braces = []
    for index, (a, b) in enumerate(itertools.pairwise(at.tolist())):
        near, far = (y[0], y[1]) if index % 2 else (y[1], y[0])
        braces += [tube((a, near, c), (b, far, c), 0.035, paint, sides=4) for c in z]
        braces += [tube((a, side, z[0]), (b, side, z[1]), 0.03, paint, sides=4) for side in y]
    return chords + braces
