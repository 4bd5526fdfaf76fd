"""Beds of carriers without a load: open frame, decks, empty cradles, low sides, service platforms, a fifth wheel."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, box, cylinder, tube
from vehicle_id.synth.paint import DARK_STEEL, shade
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.launchers.frame import housings, side_gear
from vehicle_id.synth.shapes.launchers.plan import CarrierPlan
from vehicle_id.synth.vehicle_sample import VehicleSample


def open_frame(sample: VehicleSample, plan: CarrierPlan) -> list[Mesh]:
    """Nothing but boxes and tanks beside the rails, and machinery between them."""
    u = sample.rng.uniform
    parts = side_gear(sample, plan, plan.bed, share=u(0.1, 0.85), rise=u(0.0, 0.4))
    for _ in range(int(sample.rng.integers(0, 6))):
        at, wide = u(plan.bed[0] + 0.5, plan.bed[1] - 0.5), u(0.2, 0.6) * plan.half
        tone = shade(plan.paints.frame, u(0.6, 2.2))
        parts.append(
            box(about(at, u(0.3, 1.6)), about(u(-0.2, 0.2), wide), (0.5 * plan.deck, plan.deck + u(-0.1, 0.2)), tone)
        )
    return parts


def flat_deck(sample: VehicleSample, plan: CarrierPlan) -> list[Mesh]:
    """A deck over the whole bed, smooth or planked, its edges raised in some."""
    u = sample.rng.uniform
    parts = _deck(sample, plan, plan.bed)
    if sample.chance(0.3):
        parts += low_sides(sample, plan)
    if sample.chance(0.4):
        parts += _lashings(sample, plan)
    return [*parts, *side_gear(sample, plan, plan.bed, share=u(0.1, 0.5), rise=0.02)]


def part_deck(sample: VehicleSample, plan: CarrierPlan) -> list[Mesh]:
    """One or two decks with the frame open between or beside them."""
    u, (low, high) = sample.rng.uniform, plan.bed
    split = low + u(0.25, 0.75) * (high - low)
    parts = _deck(sample, plan, (low, split) if sample.chance(0.5) else (split, high))
    if sample.chance(0.35):
        span = (
            (low, low + 0.15 * (high - low))
            if parts[0].bounds[0][0] > low + 0.1
            else (high - 0.12 * (high - low), high)
        )
        parts += _deck(sample, plan, span)
    return [*parts, *side_gear(sample, plan, plan.bed, share=u(0.3, 0.9), rise=u(0.0, 0.4))]


def empty_cradle(sample: VehicleSample, plan: CarrierPlan) -> list[Mesh]:
    """Erector beams and saddles with no missile in them, between compartments or over the open frame."""
    u, (low, high) = sample.rng.uniform, plan.bed
    reach, top = plan.half * u(0.3, 0.6), plan.deck + u(0.1, 0.55)
    paint = shade(sample.coat, u(0.7, 1.2))
    parts = [
        box((low + 0.2, high - u(0.1, 1.5)), y, (plan.deck - 0.1, top), paint)
        for y in both((reach, reach + u(0.12, 0.3)))
    ]
    for at in np.linspace(low + 0.5, high - 1.0, int(sample.rng.integers(3, 9))):
        parts.append(box(about(float(at), u(0.15, 0.4)), (-reach, reach), (plan.deck - 0.1, top - u(0.05, 0.2)), paint))
    saddles = low + 0.4 + (high - low - 0.8) * sample.rng.random(int(sample.rng.integers(1, 4)))
    for at in saddles:
        rise = min(top + u(0.1, 0.6), 0.95 * plan.roof)
        parts += [box(about(float(at), 0.25), y, (plan.deck - 0.1, rise), paint) for y in both((reach, reach + 0.3))]
    if sample.chance(0.6):
        return [*parts, *housings(sample, plan, plan.bed, min(reach + 0.35, 0.85 * plan.half), plan.deck + u(0.0, 0.5))]
    return [*parts, *side_gear(sample, plan, plan.bed, share=u(0.3, 0.9), rise=u(0.1, 0.4))]


def service_platform(sample: VehicleSample, plan: CarrierPlan) -> list[Mesh]:
    """Walkways with rails along the sides or across, over the frame."""
    u, (low, high) = sample.rng.uniform, plan.bed
    wide, z = plan.half * u(0.25, 0.5), (plan.deck, plan.deck + 0.06)
    walk = shade(plan.paints.deck, u(0.7, 1.3))
    x = (low + u(0.0, 0.3) * (high - low), high)
    sides = both((plan.half - wide, plan.half)) if sample.chance(0.7) else ((-plan.half, wide - plan.half),)
    parts = [box(x, y, z, walk) for y in sides]
    if sample.chance(0.6):
        at = u(low + 0.8, high - 0.8)
        parts.append(box(about(at, u(0.8, 2.5)), (-plan.half, plan.half), z, walk))
    if sample.chance(0.7):
        parts += _rails(sample, plan, x)
    return [*parts, *side_gear(sample, plan, (low, x[1]), share=u(0.2, 0.6), rise=0.0)]


def low_sides(sample: VehicleSample, plan: CarrierPlan) -> list[Mesh]:
    """Drop sides around a deck, a headboard."""
    u, half, z = sample.rng.uniform, plan.half, (plan.deck - 0.1, plan.deck + sample.rng.uniform(0.2, 0.7))
    x, paint = plan.bed, shade(sample.coat, u(0.85, 1.15))
    parts = [box(x, y, z, paint) for y in both((half - 0.08, half))]
    board = min(z[1] + u(0.0, 0.7), 0.95 * plan.roof)
    parts += [
        box((x[0], x[0] + 0.08), (-half, half), z, paint),
        box((x[1] - 0.08, x[1]), (-half, half), (z[0], board), paint),
    ]
    return parts


def fifth_wheel(sample: VehicleSample, plan: CarrierPlan) -> list[Mesh]:
    """The tractor of a heavy trailer: a coupling plate on the frame, winches and boxes behind the cab."""
    u, (low, high) = sample.rng.uniform, plan.bed
    at = low + u(0.25, 0.5) * (high - low)
    half = plan.half * u(0.35, 0.55)
    plate = shade(DARK_STEEL, u(0.5, 1.5))
    parts = [
        box(about(at, u(1.0, 1.6)), (-half, half), (plan.deck - 0.05, plan.deck + 0.2), plate),
        box(
            (high - u(0.6, 1.6), high),
            (-plan.half * 0.9, plan.half * 0.9),
            (0.6 * plan.deck, plan.deck + u(0.2, 0.9)),
            plan.paints.boxes,
        ),
    ]
    if sample.chance(0.5):
        parts.append(cylinder("y", (-half, half), (high - 2.0, plan.deck + 0.2), 0.3, plate))
    return [*parts, *side_gear(sample, plan, plan.bed, share=u(0.3, 0.9), rise=0.2)]


def _deck(sample: VehicleSample, plan: CarrierPlan, x: Span) -> list[Mesh]:
    """One deck, whole or of plates with gaps of tone."""
    u, half = sample.rng.uniform, plan.half * sample.rng.uniform(0.88, 1.0)
    z = (plan.deck - 0.1, plan.deck + u(0.0, 0.12))
    number = int(sample.rng.integers(1, 9))
    ends = np.linspace(*x, number + 1)
    return [
        box((float(a), float(b) - 0.02), (-half, half), z, shade(plan.paints.deck, u(0.9, 1.1)))
        for a, b in pairwise(ends)
    ]


def _lashings(sample: VehicleSample, plan: CarrierPlan) -> list[Mesh]:
    """Small posts and blocks that a load is tied to."""
    paint, parts = shade(plan.paints.frame, sample.rng.uniform(0.8, 2.0)), []
    for at in np.linspace(plan.bed[0] + 0.4, plan.bed[1] - 0.4, int(sample.rng.integers(3, 8))):
        parts += [
            box(about(float(at), 0.25), y, (plan.deck, plan.deck + 0.3), paint)
            for y in both((0.7 * plan.half, 0.9 * plan.half))
        ]
    return parts


def _rails(sample: VehicleSample, plan: CarrierPlan, x: Span) -> list[Mesh]:
    """A handrail along each side on posts."""
    top = min(plan.deck + sample.rng.uniform(0.6, 1.0), 0.97 * plan.roof)
    paint = shade(sample.coat, sample.rng.uniform(0.7, 1.4))
    parts = []
    for y in (0.05 - plan.half, plan.half - 0.05):
        parts.append(tube((x[0], y, top), (x[1], y, top), 0.04, paint, sides=5))
        for at in np.linspace(x[0] + 0.05, x[1] - 0.05, 6):
            parts.append(tube((float(at), y, plan.deck), (float(at), y, top), 0.035, paint, sides=5))
    return parts
