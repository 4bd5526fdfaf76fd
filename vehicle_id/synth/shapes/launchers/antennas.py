"""Radars and masts on a launcher's carrier: plates that fold down on the rear, telescopic and lattice masts, dishes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Span, beam, box, cylinder, lathe, tube
from vehicle_id.synth.paint import DARK_STEEL, Paint, loose, shade
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.shapes.launchers.carrier import carrier, draw_cab
from vehicle_id.synth.shapes.launchers.frame import side_gear
from vehicle_id.synth.shapes.launchers.plan import CarrierPlan, draw_plan, low_roof
from vehicle_id.synth.vehicle_sample import VehicleSample


def array_radar(sample: VehicleSample) -> Assembly:
    """A cabin behind the cab, and a phased array that lies on the rear or stands up there, turned to any side."""
    plan, front = _draw_base(sample, cabin=(0.15, 0.5))
    u, height = sample.rng.uniform, sample.height_m
    long, half = front - 0.15 - plan.bed[0], plan.half * u(0.7, 1.0)
    long = min(long, u(3.0, 7.0))
    hinge = plan.bed[0] + u(0.0, 0.9) * (front - 0.15 - plan.bed[0] - long)
    thick = u(0.25, 0.7)
    plate = _array(sample, plan, (hinge, hinge + long), half, (height - thick, height))
    pivot = (max(hinge + u(0.0, 0.5) * long, plan.tail + 0.6 * plan.half), 0.0, height - thick)
    rising = Joint(part=Assembly(fixed=plate), pivot=pivot, axis="y", degrees=(-95.0, -45.0), used=0.65)
    foot = cylinder("z", (plan.deck - 0.1, height - thick), (pivot[0], 0.0), 0.6 * plan.half, plan.paints.boxes)
    table = Joint(
        part=Assembly(fixed=[foot], joints=[rising]), pivot=pivot, axis="z", degrees=(-180.0, 180.0), used=0.4
    )
    return Assembly(fixed=_base(sample, plan, front), joints=[table])


def mast_carrier(sample: VehicleSample) -> Assembly:
    """A mast folded along the vehicle, a dish or plate at its end; raised in half of them."""
    plan, front = _draw_base(sample, cabin=(0.1, 0.45))
    u, top = sample.rng.uniform, sample.height_m
    hinge = plan.bed[0] + u(0.2, 1.2)
    end = min(front + u(-0.5, 3.5), plan.nose - 0.3)
    size = u(0.3, 0.75)
    parts = (
        _lattice(sample, (hinge, end), size, top) if sample.chance(0.5) else _telescope(sample, (hinge, end), size, top)
    )
    parts += _head(sample, plan, end, top)
    pivot = (hinge, 0.0, top - size)
    stand = box(about(hinge, 0.8), about(0.0, u(0.8, 1.6)), (plan.deck - 0.1, top - size), sample.coat)
    rising = Joint(part=Assembly(fixed=parts), pivot=pivot, axis="y", degrees=(-92.0, -50.0), used=0.5)
    fixed = [*_base(sample, plan, front), stand, *side_gear(sample, plan, (plan.bed[0], front), share=0.7, rise=0.5)]
    return Assembly(fixed=fixed, joints=[rising])


def _draw_base(sample: VehicleSample, *, cabin: Span) -> tuple[CarrierPlan, float]:
    """The carrier, and where its equipment cabin begins, counted from the rear."""
    plan = draw_plan(sample, draw_cab(sample), roof=low_roof(sample))
    return plan, plan.bed[1] - sample.rng.uniform(*cabin) * (plan.bed[1] - plan.bed[0])


def _base(sample: VehicleSample, plan: CarrierPlan, front: float) -> list[Mesh]:
    """Carrier, cabin, and a deck or the open frame behind it."""
    u, parts = sample.rng.uniform, carrier(sample, plan)
    top = min(plan.deck + u(0.5, 1.6), sample.height_m - 0.75)
    half = plan.half * u(0.8, 1.0)
    parts.append(box((front, plan.bed[1]), (-half, half), (0.7 * plan.deck, top), sample.coat))
    for _ in range(int(sample.rng.integers(0, 5))):
        at, y = u(front + 0.1, plan.bed[1] - 0.1), u(-0.7, 0.7) * half
        tone = shade(sample.coat, u(0.5, 1.3))
        parts.append(box(about(at, u(0.2, 0.5)), about(y, u(0.3, 0.6)), (top, top + 0.1), tone))
    if sample.chance(0.7):
        parts.append(
            box((plan.bed[0], front), (-plan.half, plan.half), (plan.deck - 0.12, plan.deck), plan.paints.deck)
        )
    return [*parts, *side_gear(sample, plan, (plan.bed[0], front), share=u(0.2, 0.7), rise=u(0.1, 0.5))]


def _array(sample: VehicleSample, plan: CarrierPlan, x: Span, half: float, z: Span) -> list[Mesh]:
    """A plate with a frame, or in two or three folds beside each other; the radome's tone differs from the coat."""
    u = sample.rng.uniform
    dome = shade(plan.paints.tubes, u(0.9, 1.3)) if sample.chance(0.6) else loose(sample.rng, "#8f9284")
    folds = int(sample.rng.choice((1, 1, 2, 3)))
    parts = []
    ends = np.linspace(-half, half, folds + 1)
    for place, (a, b) in enumerate(pairwise(ends)):
        drop = u(0.0, 0.12) if place else 0.0
        parts.append(box(x, (float(a) + 0.02, float(b) - 0.02), (z[0], z[1] - 0.04 - drop), sample.coat))
        parts.append(box((x[0] + 0.15, x[1] - 0.15), (float(a) + 0.12, float(b) - 0.12), (z[0], z[1] - drop), dome))
    if sample.chance(0.4):
        at = x[0] + u(0.7, 0.95) * (x[1] - x[0])
        parts.append(box(about(at, 0.35), (-0.7 * half, 0.7 * half), (z[0] - 0.1, z[1]), shade(dome, 0.7)))
    return parts


def _lattice(sample: VehicleSample, x: Span, size: float, top: float) -> list[Mesh]:
    """Four chords and zigzag braces."""
    paint, half = _mast_paint(sample), size / 2
    corners = [(y, z) for y in (-half + 0.05, half - 0.05) for z in (top - size + 0.05, top - 0.05)]
    parts = [tube((x[0], y, z), (x[1], y, z), 0.05, paint, sides=5) for y, z in corners]
    steps = np.linspace(*x, max(4, int((x[1] - x[0]) / 0.8)))
    for place, (a, b) in enumerate(pairwise(steps)):
        sign = 1 if place % 2 else -1
        parts.append(
            beam((float(a), sign * half, top - 0.05), (float(b), -sign * half, top - 0.05), (0.06, 0.06), paint)
        )
    return parts


def _telescope(sample: VehicleSample, x: Span, size: float, top: float) -> list[Mesh]:
    """Sections within one another, the thickest at the foot."""
    paint, number = _mast_paint(sample), int(sample.rng.integers(2, 5))
    long = x[1] - x[0]
    parts = []
    for place in range(number):
        radius = 0.5 * size * (1 - 0.15 * place)
        end = x[1] - long * 0.14 * (number - 1 - place)
        parts.append(
            cylinder("x", (x[0], end), (0.0, top - 0.5 * size), radius, shade(paint, 1 + 0.1 * place), sides=10)
        )
    return parts


def _head(sample: VehicleSample, plan: CarrierPlan, at: float, top: float) -> list[Mesh]:
    """What the mast carries: a plate, a dish, a drum or nothing."""
    u, kind = sample.rng.uniform, int(sample.rng.integers(4))
    paint = shade(plan.paints.tubes, u(0.8, 1.3))
    half = min(plan.half * u(0.3, 0.9), 0.45 * (top - plan.deck))
    if kind == 0:
        return [
            box((at - u(0.8, 2.2), at), (-plan.half * u(0.4, 0.9), plan.half * u(0.4, 0.9)), (top - 0.3, top), paint)
        ]
    if kind == 1:
        return [lathe("z", [(top - 0.5, 0.1), (top - 0.35, 0.6 * half), (top - 0.02, half)], (at - half, 0.0), paint)]
    if kind == 2:
        return [cylinder("x", (at - u(0.6, 1.4), at), (0.0, top - half), half, paint)]
    return []


def _mast_paint(sample: VehicleSample) -> Paint:
    return shade(DARK_STEEL if sample.chance(0.25) else sample.coat, sample.rng.uniform(0.7, 1.3))
