"""What lies under every load: ladder frame, mudguards, boxes, tanks and spare wheels along the sides, jacks."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, box, cylinder
from vehicle_id.synth.paint import CHASSIS, TYRE, Paint, loose, shade
from vehicle_id.synth.shapes.common.spans import about, both, ordered
from vehicle_id.synth.shapes.launchers.plan import CarrierPlan
from vehicle_id.synth.vehicle_sample import VehicleSample


def ladder(sample: VehicleSample, plan: CarrierPlan) -> list[Mesh]:
    """Two rails the length of the chassis, cross members, the end beam with the width of the vehicle."""
    u, paint = sample.rng.uniform, plan.paints.frame
    inner, rail = plan.half * u(0.26, 0.42), u(0.12, 0.26)
    z = (0.55 * plan.deck, plan.deck - 0.03)
    count = int(sample.rng.integers(3, 9))
    places = np.linspace(plan.bed[0] + 0.3, plan.nose - 0.6, count)
    wide = u(0.12, 0.4)
    cross = [box(about(float(at), wide), (-inner, inner), (z[0] + 0.1, z[1] - 0.05), paint) for at in places]
    end = box((plan.tail, plan.tail + u(0.1, 0.3)), (-plan.half, plan.half), (0.6 * plan.deck, 0.92 * plan.deck), paint)
    rails = [box((plan.tail, plan.nose - 0.1), y, z, paint) for y in both((inner, inner + rail))]
    axle = [
        box(about(x, 0.25), (-0.8 * plan.half, 0.8 * plan.half), about(plan.radius, 0.25), paint) for x in plan.axles
    ]
    return [*rails, *cross, *axle, end, *_machinery(sample, plan, inner)]


def _machinery(sample: VehicleSample, plan: CarrierPlan, inner: float) -> list[Mesh]:
    """Between the rails: an armoured floor, or the shaft and gearboxes."""
    u = sample.rng.uniform
    paint = shade(CHASSIS if sample.chance(0.6) else sample.coat, u(0.6, 1.1))
    if sample.chance(0.45):
        x = (plan.bed[0] + u(0.0, 0.3) * (plan.bed[1] - plan.bed[0]), plan.nose - 0.3)
        return [box(x, (-inner, inner), (0.42 * plan.deck, 0.5 * plan.deck), paint)]
    z = (0.5 * plan.deck, 0.75 * plan.deck)
    boxes = [box(about(x, u(0.4, 0.9)), about(0.0, u(0.8, 1.4) * inner), z, paint) for x in plan.axles]
    return [box((plan.axles[-1], plan.axles[0]), (-0.12, 0.12), (0.5 * plan.deck, 0.65 * plan.deck), paint), *boxes]


def mudguards(sample: VehicleSample, plan: CarrierPlan) -> list[Mesh]:
    """Flat or low guards over the tyres: none, one a tyre, one a pair, or one along the bed."""
    kind = sample.rng.integers(4)
    z, inner = (2 * plan.radius + 0.02, 2 * plan.radius + 0.07), plan.half - sample.rng.uniform(0.5, 0.75)
    paint, reach = shade(sample.coat, sample.rng.uniform(0.7, 1.1)), plan.radius * sample.rng.uniform(0.75, 1.1)
    if kind == 0:
        return []
    spans = [(x - reach, x + reach) for x in plan.axles if x < plan.cab[0]]
    if kind == 2:
        spans = [(min(a[0], b[0]), max(a[1], b[1])) for a, b in zip(spans[::2], spans[1::2], strict=False)]
    if kind == 3:
        spans = [plan.bed]
    return [
        box((max(x[0], plan.tail), min(x[1], plan.nose)), y, z, paint) for x in spans for y in both((inner, plan.half))
    ]


def side_gear(
    sample: VehicleSample, plan: CarrierPlan, x: Span, *, share: float = 0.7, rise: float = 0.25
) -> list[Mesh]:
    """A row of boxes, tanks, spare wheels and gaps along each side.

    Args:
        sample: the vehicle.
        plan: its carrier.
        x: where the rows lie.
        share: of the places that are filled.
        rise: metres by which the highest box stands above the deck.
    """
    parts: list[Mesh] = []
    for side in (-1, 1):
        at = x[0] + sample.rng.uniform(0.0, 0.6)
        while at < x[1] - 0.5:
            end = min(at + sample.rng.uniform(0.5, 2.6), x[1])
            if sample.chance(share):
                parts += _gear(sample, plan, (at, end), side, rise)
            at = end + sample.rng.uniform(0.05, 0.6)
    return parts


def housings(sample: VehicleSample, plan: CarrierPlan, x: Span, inner: float, top: float) -> list[Mesh]:
    """Compartments the length of the bed on both sides, in panels of uneven tone and height."""
    parts = []
    count = int(sample.rng.integers(2, 8))
    ends = np.linspace(*x, count + 1)
    outer = plan.half * sample.rng.uniform(0.94, 1.0)
    for a, b in pairwise(ends):
        high = top * sample.rng.uniform(0.9, 1.0) if sample.chance(0.4) else top
        for y in both((inner, outer)):
            tone = shade(plan.paints.boxes, sample.rng.uniform(0.88, 1.1))
            parts.append(box((float(a) + 0.02, float(b) - 0.02), y, (0.6 * plan.deck, high), tone))
    return parts


def jacks(sample: VehicleSample, plan: CarrierPlan) -> list[Mesh]:
    """Two or four stabilisers; folded, or their feet on the ground."""
    places = [plan.bed[0] + sample.rng.uniform(0.3, 0.9)]
    if sample.chance(0.5):
        places.append(plan.bed[0] + sample.rng.uniform(0.55, 0.9) * (plan.bed[1] - plan.bed[0]))
    foot = 0.02 if sample.chance(0.4) else 0.5
    radius, paint = sample.rng.uniform(0.13, 0.26), shade(plan.paints.frame, sample.rng.uniform(0.8, 2.0))
    y = plan.half - radius - 0.02
    return [
        cylinder("z", (foot, plan.deck + 0.3), (x, side * y), radius, paint, sides=8)
        for x in places
        for side in (-1, 1)
    ]


def _gear(sample: VehicleSample, plan: CarrierPlan, x: Span, side: int, rise: float) -> list[Mesh]:
    u = sample.rng.uniform
    y = ordered(side * plan.half * u(0.5, 0.72), side * plan.half * u(0.9, 1.0))
    kind, long = sample.rng.random(), x[1] - x[0]
    if kind < 0.18:
        radius = min((y[1] - y[0]) / 2, 0.38)
        return [cylinder("x", x, (sum(y) / 2, plan.deck - radius), radius, _gear_paint(sample, plan), sides=10)]
    if kind < 0.3 and long > 0.9:
        radius = min(0.5 * long, plan.radius)
        if sample.chance(0.5):
            return [cylinder("z", (plan.deck, plan.deck + 0.35), (x[0] + radius, 0.5 * side * plan.half),
                             min(radius, 0.48 * plan.half), TYRE, sides=12)]  # fmt: skip
        return [cylinder("y", y, (x[0] + radius, plan.deck + 0.2), radius * 0.8, TYRE, sides=12)]
    return [box(x, y, (0.5 * plan.deck, plan.deck + u(-0.15, 1.0) * rise), _gear_paint(sample, plan))]


def _gear_paint(sample: VehicleSample, plan: CarrierPlan) -> Paint:
    if sample.chance(0.15):
        return loose(sample.rng, str(sample.rng.choice(("#8a8a86", "#33342f", "#b9b7ae", "#6a4a38"))))
    return shade(plan.paints.boxes, sample.rng.uniform(0.8, 1.15))
