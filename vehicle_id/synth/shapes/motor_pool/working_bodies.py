"""Beds that pull, lift or load: bare tractors, hook loaders with and without a rack, recovery lorries."""

from __future__ import annotations

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, beam, box, copies, cylinder, slab
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, STEEL, TYRE, Paint, loose, shade
from vehicle_id.synth.shapes.common.roof_marks import seams
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.motor_pool.plan import ArmyLorryPlan
from vehicle_id.synth.vehicle_sample import VehicleSample


def bare_tractor(sample: VehicleSample, plan: ArmyLorryPlan, top: float) -> list[Mesh]:
    """A narrow frame with the coupling plate between tyres that show whole; lockers before them."""
    del top
    rng, deck, axles = sample.rng, plan.deck, plan.rear_axles
    middle, own = sum(axles) / len(axles), shade(sample.coat, rng.uniform(0.75, 1.1))
    wide = plan.half * rng.uniform(0.4, 0.6)
    reach = (max(0.05, min(axles) - rng.uniform(0.3, 0.9)), min(plan.bed[1], max(axles) + rng.uniform(0.4, 1.2)))
    parts = [box(reach, (-wide, wide), (deck - 0.06, deck + 0.04), own)]
    plate = shade(CHASSIS, rng.uniform(0.8, 2.0)) if sample.chance(0.6) else shade(own, rng.uniform(0.6, 1.0))
    horn = [(0.4, -0.4), (0.4, 0.4), (-0.1, 0.48), (-0.5, 0.28), (-0.5, -0.28), (-0.1, -0.48)]
    parts.append(slab([(middle + x, y) for x, y in horn], (deck + 0.1, deck + 0.22), plate))
    if sample.chance(0.5):
        grease = cylinder("z", (deck + 0.2, deck + 0.235), (middle, 0.0), 0.25, shade(own, 0.5), sides=12)
        parts.append(grease)
    front = (reach[1], plan.bed[1])
    if front[1] - front[0] > 0.3:
        parts.append(box(front, (-0.9 * wide, 0.9 * wide), (deck, deck + rng.uniform(0.05, 0.5)), shade(own, 0.9)))
        for side in both((0.55 * plan.half, 0.95 * plan.half)):
            if sample.chance(0.6):
                parts.append(box(front, side, (0.5 * deck, deck + rng.uniform(0.0, 0.4)), shade(own, 0.95)))
    if sample.chance(0.4):
        parts.append(box((0.02, 0.16), (-0.95 * plan.half, 0.95 * plan.half), (deck - 0.2, deck), own))
    return parts + _mudguards(sample, plan)


def hook_loader(sample: VehicleSample, plan: ArmyLorryPlan, top: float) -> list[Mesh]:
    """Two rails from the tail to the gear, a hook arm over them, rollers; two in five carry a rack."""
    rng, x, z = sample.rng, plan.bed, plan.deck + sample.rng.uniform(0.15, 0.35)
    paint, out = shade(sample.coat, rng.uniform(0.75, 1.15)), plan.half * rng.uniform(0.4, 0.62)
    parts = [box(x, y, (z - 0.3, z), paint) for y in both((out - rng.uniform(0.14, 0.28), out))]
    ties = [(float(at), 0.0, 0.0) for at in np.linspace(x[0] + 0.3, x[1] - 0.2, int(rng.integers(2, 6)))]
    parts.append(copies(box(about(0.0, 0.25), (-out, out), (z - 0.25, z - 0.02), shade(paint, 0.85)), ties))
    parts.append(cylinder("y", (-out - 0.1, out + 0.1), (x[0] + 0.15, z - 0.1), 0.14, DARK_STEEL, sides=8))
    hook = min(top, z + rng.uniform(0.7, 1.6))
    parts += [
        beam((x[0] + 0.4 * (x[1] - x[0]), 0.0, z), (x[1] - 0.25, 0.0, z + 0.1), (0.36, 0.3), shade(paint, 0.9)),
        beam((x[1] - 0.25, 0.0, z), (x[1] - 0.2, 0.0, hook), (0.34, 0.3), paint),
        box((x[1] - 0.7, x[1] - 0.1), (-0.16, 0.16), (hook - 0.25, hook), shade(paint, 0.9)),
    ]
    if sample.chance(0.4):
        return parts + _rack(sample, plan, (x[0], x[1] - 0.35), (z, top))
    return parts + _mudguards(sample, plan)


def recovery(sample: VehicleSample, plan: ArmyLorryPlan, top: float) -> list[Mesh]:
    """Lockers down both sides, winches, and a crane folded along the bed with its boom to the tail or to the cab."""
    rng, x, half, deck = sample.rng, plan.bed, plan.half, plan.deck
    own, inner = shade(sample.coat, rng.uniform(0.85, 1.1)), half * rng.uniform(0.4, 0.6)
    rim, body = deck + rng.uniform(0.2, 0.7), (x[0] + rng.uniform(0.0, 0.25) * (x[1] - x[0]), x[1])
    parts = [box(body, y, (0.7 * deck, rim), own) for y in both((inner, half * rng.uniform(0.92, 1.0)))]
    parts.append(box((x[0], x[1]), (-inner, inner), (deck - 0.05, deck + 0.03), shade(CHASSIS, rng.uniform(0.8, 2.0))))
    at = body[1] - rng.uniform(0.5, 1.0) if sample.chance(0.6) else body[0] + rng.uniform(0.6, 1.0)
    end = x[0] + 0.15 if at > sum(body) / 2 else body[1] - 0.2
    lean, level = rng.uniform(-0.3, 0.3) * half, min(top - 0.1, rim + rng.uniform(0.3, 0.8))
    way, tone = np.sign(end - at), shade(sample.coat, rng.uniform(0.7, 1.2))
    parts += [
        cylinder("z", (deck, level - 0.2), (at, 0.0), rng.uniform(0.35, 0.55), tone, sides=12),
        beam((at - 0.5 * way, 0.0, level - 0.2), (at + 0.65 * (end - at), 0.6 * lean, level - 0.2), (0.45, 0.35), tone),
        beam((at + 0.5 * (end - at), 0.5 * lean, level - 0.25), (end, lean, level - 0.35), (0.28, 0.28),
             shade(tone, rng.uniform(0.6, 1.0))),
        cylinder("y", about(lean, 0.35), (end, level - 0.4), 0.17, DARK_STEEL, sides=8),
    ]  # fmt: skip
    for share in rng.uniform(0.1, 0.9, int(rng.integers(1, 4))):
        place = body[0] + float(share) * (body[1] - body[0])
        parts.append(cylinder("y", (-0.8 * inner, 0.8 * inner), (place, deck + 0.25), 0.24, shade(STEEL, 0.6), sides=8))
    if sample.chance(0.5):
        legs = (float(rng.uniform(*body)), 0.7 * deck)
        parts += [box(about(legs[0], 0.3), y, (0.4, rim + 0.1), tone) for y in both((0.85 * half, half))]
    return parts


def _mudguards(sample: VehicleSample, plan: ArmyLorryPlan) -> list[Mesh]:
    """Square plates over the rear tyres of some."""
    if sample.chance(0.6):
        return []
    rng, z, rear = sample.rng, 2 * plan.wheel + 0.08, plan.rear_axles
    span = (max(0.02, min(rear) - rng.uniform(0.5, 1.1) * plan.wheel), max(rear) + rng.uniform(0.5, 1.1) * plan.wheel)
    tone = shade(sample.coat, rng.uniform(0.7, 1.05))
    return [box(span, y, (z - 0.05, z), tone) for y in both((plan.half - 1.05 * plan.tyre, plan.half))]


def _rack(sample: VehicleSample, plan: ArmyLorryPlan, x: Span, z: Span) -> list[Mesh]:
    """A flat rack with a headboard, empty, with pallets, or with a box like half a container."""
    rng, half, paint = sample.rng, plan.half * sample.rng.uniform(0.92, 1.0), _rack_paint(sample)
    parts = [box(x, (-half, half), (z[0], z[0] + 0.15), paint)]
    parts.append(seams(x, (-half, half), z[0] + 0.15, rng.uniform(0.4, 1.2), shade(paint, 0.75), wide=0.08))
    parts.append(box((x[1] - 0.15, x[1]), (-half, half), (z[0], min(z[1], z[0] + rng.uniform(0.4, 1.4))), paint))
    kind, floor = rng.random(), z[0] + 0.15
    if kind < 0.35:
        high = min(z[1], floor + rng.uniform(0.6, 1.6))
        load = (x[0] + rng.uniform(0.0, 0.4) * (x[1] - x[0]), x[1] - 0.2)
        tone = _rack_paint(sample)
        parts.append(box(load, (-0.97 * half, 0.97 * half), (floor, high), tone))
        parts.append(seams(load, (-0.97 * half, 0.97 * half), high, 0.6, shade(tone, 0.8), wide=0.06))
    elif kind < 0.7:
        for at in np.arange(x[0] + 0.7, x[1] - 0.8, rng.uniform(1.1, 1.8)):
            for y in (-0.5, 0.5):
                if sample.chance(0.7):
                    high = min(z[1], floor + rng.uniform(0.3, 1.2))
                    parts.append(
                        box(about(float(at), 1.0), about(y * half, 0.8 * half), (floor, high), _rack_paint(sample))
                    )
    if sample.chance(0.2):
        parts.append(cylinder("z", (floor, floor + 0.3), (x[0] + 0.8, 0.0), 0.5, TYRE, sides=14))
    return parts


def _rack_paint(sample: VehicleSample) -> Paint:
    if sample.chance(0.55):
        return shade(sample.coat, sample.rng.uniform(0.7, 1.15))
    return loose(
        sample.rng, str(sample.rng.choice(("#6a5a48", "#5b5f44", "#2f333d", "#b9a67f", "#7b7468"))), spread=0.2
    )
