"""Frame, tyres that show beside it, tanks and boxes between the axles, bumpers."""

from __future__ import annotations

import itertools

import numpy as np

from vehicle_id.synth.mesh import Mesh, box, copies, cylinder
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, Paint, shade
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.shapes.motor_pool.plan import ArmyLorryPlan
from vehicle_id.synth.vehicle_sample import VehicleSample


def running_gear(sample: VehicleSample, plan: ArmyLorryPlan) -> list[Mesh]:
    """All that stands below the bed; the rear tyres reach out to the full width."""
    frame = frame_paint(sample)
    z = (0.7 * plan.deck, plan.deck)
    parts = [box((0.0, plan.length - 0.15), y, z, frame) for y in both((0.3, 0.46))]
    members = [(float(at), 0.0, 0.0) for at in np.linspace(0.1, plan.cab[0], int(sample.rng.integers(4, 8)))]
    parts.append(copies(box((-0.07, 0.07), (-0.34, 0.34), (z[0], z[1] - 0.05), frame), members))
    for at in plan.axles:
        parts += wheel_pair(at, (plan.half - plan.tyre, plan.half), plan.wheel, sides=12)
        parts.append(box(about(at, 0.4), (-0.8 * plan.half, 0.8 * plan.half), (0.6 * plan.wheel, plan.wheel), CHASSIS))
    return [*parts, *_bumpers(sample, plan, frame), *_side_tanks(sample, plan)]


def frame_paint(sample: VehicleSample) -> Paint:
    """In the coat on most army lorries, else black."""
    if sample.chance(0.65):
        return shade(sample.coat, sample.rng.uniform(0.55, 1.0))
    return shade(CHASSIS, sample.rng.uniform(0.8, 1.8))


def _bumpers(sample: VehicleSample, plan: ArmyLorryPlan, frame: Paint) -> list[Mesh]:
    half, z = plan.half * sample.rng.uniform(0.85, 0.98), (0.5 * plan.deck, 0.8 * plan.deck)
    front = box((plan.length - sample.rng.uniform(0.12, 0.3), plan.length), (-half, half), z, shade(sample.coat, 0.9))
    return [front, box((0.0, 0.12), (-0.6 * half, 0.6 * half), z, frame)]


def _side_tanks(sample: VehicleSample, plan: ArmyLorryPlan) -> list[Mesh]:
    """Fuel tanks, battery and tool boxes on either side of the frame."""
    places = sorted(plan.axles, reverse=True)
    gaps = [(b + plan.wheel + 0.1, a - plan.wheel - 0.1) for a, b in itertools.pairwise(places)]
    widest = max(gaps, key=lambda gap: gap[1] - gap[0])
    if widest[1] - widest[0] < 0.5:
        return []
    parts = []
    for side in (-1, 1):
        if sample.chance(0.75):
            long = sample.rng.uniform(0.4, 0.95) * (widest[1] - widest[0])
            tone = shade(sample.coat, sample.rng.uniform(0.7, 1.1)) if sample.chance(0.7) else DARK_STEEL
            x, y = (widest[1] - long, widest[1]), side * 0.72 * plan.half
            if sample.chance(0.4):
                parts.append(cylinder("x", x, (y, 0.65 * plan.deck), 0.26, tone, sides=10))
            else:
                parts.append(box(x, about(y, 0.4 * plan.half), (0.4 * plan.deck, 0.92 * plan.deck), tone))
    return parts
