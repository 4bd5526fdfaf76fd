"""Container chassis: an open frame of spine, bolsters and cross members, bare or under one or two containers."""

from __future__ import annotations

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, box
from vehicle_id.synth.paint import DARK_STEEL, STEEL, shade
from vehicle_id.synth.shapes.common.freight_container import (
    FEET_20_M,
    FEET_40_M,
    FEET_45_M,
    closed_container,
    line_paint,
    tank_container,
)
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.freight.trailer_plan import TrailerPlan
from vehicle_id.synth.shapes.freight.undercarriage import bogie, bogie_axles, cross_members, frame_paint, legs, tail
from vehicle_id.synth.vehicle_sample import VehicleSample


def skeletal(sample: VehicleSample, plan: TrailerPlan, *, deck: float) -> list[Mesh]:
    """The bare frame: ground shows between its members."""
    rng, frame = sample.rng, frame_paint(sample)
    low, high = deck - rng.uniform(0.28, 0.42), deck - 0.1
    apart = rng.uniform(0.38, 0.55)
    neck = plan.front - rng.uniform(2.2, 3.3)
    step = (plan.rear, neck) if sample.chance(0.6) else (plan.rear, plan.front)
    drop = rng.uniform(0.08, 0.2)
    found = [box(step, y, (low - drop, high - 0.02), frame) for y in both((apart - 0.08, apart + 0.08))]
    found += [box((neck - 0.2, plan.front), y, (high - 0.14, high), frame) for y in both((apart - 0.08, apart + 0.08))]
    inner = int(rng.integers(4, 12))
    found += cross_members((plan.rear, plan.front), apart, (low - drop, low), inner, frame)
    found += [*_bolsters(sample, plan, (high - 0.16, deck)), *_outriggers(sample, plan, (low, high))]
    axles = bogie_axles(sample, plan.rear - 0.3, american=plan.american)
    found += bogie(sample, axles, plan.half, guards=0.65)
    found += legs(sample, plan.kingpin - rng.uniform(1.8, 2.6), low, down=plan.alone)
    plate = box((plan.kingpin - 0.6, plan.front - 0.1), (-0.5, 0.5), (high - 0.16, high - 0.13), shade(frame, 0.8))
    return [
        *found,
        *tail(plan.rear, 0.96 * plan.half, low - 0.15, sample),
        *([plate] if sample.chance(0.6) else []),
        *_tanks(sample, plan),
    ]


def laden_skeletal(sample: VehicleSample, plan: TrailerPlan) -> list[Mesh]:
    """Under one container of 40 or 45 feet, or one or two of 20 feet."""
    deck = min(sample.rng.uniform(1.15, 1.35), plan.top - 2.55)
    loads = [piece for span in _places(sample, plan) for piece in _container(sample, span, (deck, plan.top))]
    return [*skeletal(sample, plan, deck=deck), *loads]


def _container(sample: VehicleSample, x: Span, z: Span) -> list[Mesh]:
    """Of the coat or of any line's."""
    tone = sample.coat if sample.chance(0.45) else line_paint(sample.rng)
    if x[1] - x[0] < 7 and sample.chance(0.12):
        return tank_container(x, z, tone, sample.rng)
    return closed_container(x, z, tone, sample.rng, wide=min(2.438, 2 * 0.98 * sample.width_m / 2))


def _places(sample: VehicleSample, plan: TrailerPlan) -> list[Span]:
    """Rear and front ends of the containers on a frame; never longer than it."""
    rng, front = sample.rng, plan.front - 0.05
    longest = plan.length - 0.1
    if longest > FEET_45_M and sample.chance(0.3):
        return [(front - FEET_45_M, front)]
    if sample.chance(0.5):
        long = min(FEET_40_M, longest)
        return [(front - long, front)]
    short = min(FEET_20_M, longest / 2 - 0.03)
    pair = [(plan.rear + 0.05, plan.rear + 0.05 + short), (front - short, front)]
    if sample.chance(0.5):
        return pair
    middle = (plan.rear + front - short) / 2
    one = [*pair, (middle, middle + short)][int(rng.integers(3))]
    return [one]


def _bolsters(sample: VehicleSample, plan: TrailerPlan, z: Span) -> list[Mesh]:
    """Full-width beams with twist locks at their ends: front, rear, and a pair in the middle."""
    rng, tone = sample.rng, frame_paint(sample)
    middle = (plan.rear + plan.front) / 2
    at = [plan.rear + 0.1, plan.front - 0.1]
    if sample.chance(0.8):
        at += [middle - rng.uniform(0.3, 0.6), middle + rng.uniform(0.3, 0.6)]
    if sample.chance(0.3):
        at += [plan.rear + 0.25 * plan.length, plan.front - 0.25 * plan.length]
    wide, lock = rng.uniform(0.14, 0.24), shade(STEEL, rng.uniform(0.5, 2.0))
    half = plan.half
    found = [box(about(x, wide), (-half, half), (z[0], z[1] - 0.03), tone) for x in at]
    return [*found, *(box(about(x, 0.16), y, (z[1] - 0.1, z[1]), lock) for x in at for y in both((half - 0.2, half)))]


def _outriggers(sample: VehicleSample, plan: TrailerPlan, z: Span) -> list[Mesh]:
    """Short arms to the sides and thin side rails, on some."""
    if sample.chance(0.5):
        return []
    tone = shade(DARK_STEEL, sample.rng.uniform(0.5, 2.0))
    reach = sample.rng.uniform(0.7, 1.0) * plan.half
    at = np.linspace(plan.rear + 0.6, plan.front - 0.6, int(sample.rng.integers(3, 9)))
    arms = [box(about(float(x), 0.08), (-reach, reach), (z[1] - 0.1, z[1] - 0.02), tone) for x in at]
    if sample.chance(0.4):
        arms += [box((plan.rear, plan.front), y, (z[1] - 0.08, z[1] - 0.02), tone) for y in both((reach - 0.06, reach))]
    return arms


def _tanks(sample: VehicleSample, plan: TrailerPlan) -> list[Mesh]:
    """Spare wheel rack, air tanks and a box between the rails."""
    found, middle = [], (plan.rear + plan.front) / 2
    if sample.chance(0.5):
        at = middle + sample.rng.uniform(-1.5, 2.0)
        found.append(box(about(at, 0.9), (-0.35, 0.35), (0.75, 0.9), shade(DARK_STEEL, sample.rng.uniform(0.4, 1.4))))
    if sample.chance(0.4):
        at = middle + sample.rng.uniform(-1.0, 2.0)
        found += [
            box(about(at, 0.8), y, (0.5, 0.95), DARK_STEEL)
            for y in both((0.6, plan.half - 0.1))[: 1 + int(sample.chance(0.5))]
        ]
    return found
