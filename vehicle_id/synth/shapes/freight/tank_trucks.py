"""Rigid tank lorries: cab over the engine or bonneted, a tank of any section, walkway, lockers, hoses."""

from __future__ import annotations

from vehicle_id.synth.mesh import Assembly, Mesh, box, cylinder
from vehicle_id.synth.paint import CHASSIS, TYRE, shade
from vehicle_id.synth.shapes.common.spans import both
from vehicle_id.synth.shapes.common.stretch import as_high
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.shapes.freight.bonnets import bonneted
from vehicle_id.synth.shapes.freight.cab_overs import cab_over
from vehicle_id.synth.shapes.freight.tractors import cab_paint
from vehicle_id.synth.shapes.freight.undercarriage import rails
from vehicle_id.synth.shapes.freight.vessels import cabinet, hose_trays, vessel
from vehicle_id.synth.vehicle_sample import VehicleSample


def tank_truck(sample: VehicleSample) -> Assembly:
    """Cab, gap with spare wheel or pump, tank, locker."""
    rng, length, half, top = sample.rng, sample.length_m, sample.width_m / 2, sample.height_m
    bonnet = sample.chance(0.7 if "Ural" in sample.row.name else 0.18)
    cab_top = top * rng.uniform(0.85, 0.99)
    paint = cab_paint(sample, own=0.35)
    if bonnet:
        cab, back = bonneted(sample, (length - min(length, 6.6), length), 0.98 * half, cab_top, paint)
    else:
        cab, back = cab_over(sample, (length - 4.6, length), 0.98 * half, cab_top, paint)
    front = back - rng.uniform(0.08, 0.6)
    locker = rng.uniform(0.4, 0.9) if sample.chance(0.45) else 0.0
    low = rng.uniform(0.95, 1.2)
    body = vessel(sample, (locker + rng.uniform(0.0, 0.15), front), half * rng.uniform(0.92, 1.0), (low, top))
    fixed = [*cab, *body, *_chassis(sample, back, low), *_gap(sample, (front, back), top)]
    if locker:
        fixed.append(cabinet(sample, (0.0, locker + 0.05), 0.95 * half, (0.6, rng.uniform(0.5, 0.85) * top)))
    if sample.chance(0.5):
        fixed += hose_trays(sample, (1.0, front - 0.5), half, rng.uniform(0.9, 1.2))
    return Assembly(fixed=[as_high(fixed, top)])


def _chassis(sample: VehicleSample, back: float, low: float) -> list[Mesh]:
    """Frame to the rear end, lamps' bar, wheels by the row's axles or in usual places."""
    half, length = sample.width_m / 2, sample.length_m
    radius = min(0.54, 0.17 * sample.height_m)
    axles = [length - axle for axle in sample.axles_m] or [length - 1.4, 2.4, 1.1]
    found = [
        *rails((0.0, back + 0.3), (0.6, low), CHASSIS),
        box((0.0, 0.12), (-half, half), (0.5, 0.7), shade(CHASSIS, 2)),
    ]
    for x in axles:
        found += wheel_pair(x, (half - 0.5, half - 0.02), radius)
    if sample.chance(0.6):
        guard = shade(sample.coat, 0.9) if sample.chance(0.5) else CHASSIS
        ends = (min(axles) - 0.6, max(axles[1:]) + 0.6)
        found += [
            box((max(0.0, ends[0]), ends[1]), y, (2.1 * radius, 2.1 * radius + 0.05), guard)
            for y in both((half - 0.5, half))
        ]
    return found


def _gap(sample: VehicleSample, x: tuple[float, float], top: float) -> list[Mesh]:
    """A spare wheel lying or standing behind the cab, where there is room."""
    if x[1] - x[0] < 0.3 or not sample.chance(0.5):
        return []
    middle = sum(x) / 2
    return [cylinder("x", (middle - 0.13, middle + 0.13), (0.3, 1.4), min(0.5, 0.2 * top), TYRE, sides=12)]
