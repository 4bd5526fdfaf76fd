"""Crawler excavators: long and short tails, any counterweight, cab on the left, the arm at any slew and reach."""

from __future__ import annotations

import math
from dataclasses import dataclass

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Span, box, cylinder, slab
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, shade
from vehicle_id.synth.shapes.army_trucks.zones import cushion
from vehicle_id.synth.shapes.common.roof_marks import foreign, seams
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.earthmovers.cabins import cabin
from vehicle_id.synth.shapes.earthmovers.crawlers import crawler_pair
from vehicle_id.synth.shapes.earthmovers.digging_arm import ArmPlan, digging_arm
from vehicle_id.synth.shapes.earthmovers.finish import is_army, own, trim
from vehicle_id.synth.vehicle_sample import VehicleSample


@dataclass(frozen=True, slots=True, kw_only=True)
class HousePlan:
    """The upper structure; x counts from the slewing axis."""

    tail: float
    """Radius of the rear end."""
    front: float
    half: float
    deck: float
    hood: float
    """Top of the engine cover."""
    top: float


def excavator(sample: VehicleSample) -> Assembly:
    """Undercarriage, and a house that slews on it."""
    rng, length = sample.rng, sample.length_m
    tail = length * (rng.uniform(0.19, 0.24) if sample.chance(0.25) else rng.uniform(0.26, 0.31))
    deck = sample.height_m * rng.uniform(0.33, 0.39)
    house = HousePlan(
        tail=tail,
        front=length * rng.uniform(0.17, 0.22),
        half=sample.width_m / 2 * rng.uniform(0.86, 0.98),
        deck=deck,
        hood=sample.height_m * rng.uniform(0.62, 0.78),
        top=sample.height_m,
    )
    upper = Assembly(fixed=_house(sample, house), joints=[_arm(sample, house, length - tail)])
    slew = Joint(part=upper, pivot=(0.0, 0.0, deck), axis="z", degrees=(-180.0, 180.0), used=0.75)
    return Assembly(fixed=_undercarriage(sample, deck), joints=[slew])


def _undercarriage(sample: VehicleSample, deck: float) -> list[Mesh]:
    """Tracks and the frame between them; a backfill blade on a few."""
    rng, half = sample.rng, sample.width_m / 2
    long, shoe = sample.length_m * rng.uniform(0.42, 0.48) / 2, sample.width_m * rng.uniform(0.18, 0.29)
    high = deck * rng.uniform(0.82, 0.92)
    tone = trim(sample)
    parts = crawler_pair(sample, (-long, long), (half - shoe, half), high)
    parts += [box(about(x, 0.5), (-half + 0.2, half - 0.2), (0.4 * high, 0.7 * high), tone) for x in (-0.7, 0.7)]
    parts.append(cylinder("z", (0.4 * high, deck), (0.0, 0.0), 0.28 * sample.width_m, tone))
    if sample.chance(0.08):
        parts.append(box((long + 0.1, long + 0.3), (-half, half), (0.05, 0.6), own(sample, 0.7, 1.0)))
    return parts


def _arm(sample: VehicleSample, house: HousePlan, reach: float) -> Joint:
    """Folded forward over the front end: the tip is the foremost point."""
    rng = sample.rng
    wide = sample.width_m * rng.uniform(0.15, 0.24)
    foot = (0.03 * reach + 0.2, house.deck + 0.25 * (house.top - house.deck))
    knee = (foot[0] + rng.uniform(0.32, 0.45) * (reach - foot[0]), house.top - 0.75 * wide)
    tip = (reach - 0.45 * wide, house.top * rng.uniform(0.33, 0.5))
    wrist = (reach * rng.uniform(0.5, 0.62), house.top * rng.uniform(0.2, 0.3) + 0.3 * wide)
    plan = ArmPlan(foot=foot, knee=knee, tip=tip, wrist=wrist, wide=wide, boom_turn=(-40.0, -8.0),
                   stick_turn=(-165.0, -45.0), used=0.7)  # fmt: skip
    return digging_arm(sample, plan)


def _house(sample: VehicleSample, plan: HousePlan) -> list[Mesh]:
    """Deck, counterweight, engine cover, cabin on the left, tanks on the right."""
    rng, deck, gap = sample.rng, plan.deck, 0.24 * plan.half
    body = own(sample, 0.9, 1.1)
    weight = plan.tail * rng.uniform(0.18, 0.34)
    parts = [box((weight - plan.tail, plan.front), (-plan.half, plan.half), (deck, deck + 0.12), trim(sample))]
    parts += _counterweight(sample, plan, weight)
    hood = (weight - plan.tail, rng.uniform(-0.3, 0.25))
    parts += _engine(sample, plan, hood)
    cab = (plan.front - min(2.0, plan.front + 0.1), plan.front)
    parts += cabin(sample, cab, (gap, plan.half), (deck + 0.1, plan.top))
    steps = (hood[1], plan.front - rng.uniform(0.1, 0.7))
    level = deck + rng.uniform(0.4, 0.75) * (plan.hood - deck)
    parts.append(cushion(steps, plan.half - gap, (deck, level), body, bulge=0.08).moved((0, -(plan.half + gap) / 2, 0)))
    if sample.chance(0.6):
        parts.append(box((steps[0], steps[1] - 0.3), about(-0.7 * plan.half, 0.5 * plan.half), (level, level + 0.02),
                         shade(CHASSIS, 1.5)))  # fmt: skip
    return parts


def _counterweight(sample: VehicleSample, plan: HousePlan, deep: float) -> list[Mesh]:
    """An arc about the slewing axis, chamfered corners, or a box; its own tone on many."""
    rng, bow = sample.rng, float(sample.rng.choice([0.0, 0.5, 1.0]))
    turn = [math.radians(a) for a in (-60, -40, -20, 0, 20, 40, 60)]
    tone = own(sample, 0.7, 1.1) if is_army(sample) or sample.chance(0.6) else foreign(rng, ("grey", "black", "white"))
    far = []
    for angle in turn:
        y = plan.half * math.sin(angle) / math.sin(turn[-1])
        far.append((-plan.tail + bow * 0.8 * deep * (1 - math.cos(angle)) * 1.6, y))
    front = deep - plan.tail
    outline = [(front, -plan.half), *far, (front, plan.half)]
    top = plan.hood * rng.uniform(0.9, 1.03)
    return [slab(outline, (plan.deck - 0.15, top), tone)]


def _engine(sample: VehicleSample, plan: HousePlan, x: Span) -> list[Mesh]:
    """A cover with grilles, an exhaust, handrails; a raised middle on some."""
    rng, paint = sample.rng, own(sample, 0.9, 1.15)
    parts = [cushion(x, 1.98 * plan.half, (plan.deck, plan.hood), paint, bulge=rng.uniform(0.03, 0.15))]
    dark = shade(DARK_STEEL, rng.uniform(0.6, 1.3))
    for _ in range(int(rng.integers(0, 3))):
        at, y = rng.uniform(*x), rng.uniform(-0.6, 0.6) * plan.half
        size = rng.uniform(0.3, 0.7, 2)
        span = (max(x[0], at - size[0] / 2), min(x[1], at + size[0] / 2))
        parts.append(box(span, about(y, float(size[1])), (plan.hood - 0.05, plan.hood + 0.015), dark))
    if sample.chance(0.5):
        span = (x[0] + 0.15, x[1] - 0.2)
        parts.append(
            box(span, about(rng.uniform(-0.3, 0.3), rng.uniform(0.5, 1.2)), (plan.hood, plan.hood + 0.1), paint)
        )
    if sample.chance(0.3):
        parts.append(seams(x, (-0.8 * plan.half, 0.8 * plan.half), plan.hood, 0.4, shade(paint, 0.7), wide=0.03))
    pipe = (rng.uniform(*x), rng.uniform(-0.7, 0.7) * plan.half)
    parts.append(cylinder("z", (plan.hood, plan.hood + 0.3), pipe, rng.uniform(0.06, 0.11), dark, sides=8))
    rails = [box(x, y, (plan.hood + 0.25, plan.hood + 0.29), paint) for y in both((plan.half - 0.06, plan.half - 0.02))]
    return parts + (rails if sample.chance(0.3) else [])
