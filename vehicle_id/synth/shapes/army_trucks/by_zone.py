"""A lorry put together zone by zone, front to rear: engine, crew, service, one to three loads, tail.

No zone knows a real lorry: what a zone holds, how long it is and how round it is are drawn.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np

from vehicle_id.synth.mesh import Assembly, Mesh, box
from vehicle_id.synth.paint import CHASSIS, STEEL, loose, shade
from vehicle_id.synth.shapes.army_trucks.zone_loads import load_zone
from vehicle_id.synth.shapes.army_trucks.zones import Zone, crew_zone, engine_zone, service_zone
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.vehicle_sample import VehicleSample


def truck_by_zone(sample: VehicleSample) -> Assembly:
    """Zones along the length, each filled by itself, over a common floor."""
    rng, length = sample.rng, sample.length_m
    axles = sample.axles_m or _axle_places(sample)
    wheel = rng.uniform(0.5, 0.64)
    floor = min(2 * wheel + rng.uniform(-0.15, 0.1), 0.48 * sample.height_m)
    cuts = _cuts(sample)
    zones = [
        Zone(x=(a, b), half=sample.width_m / 2, floor=floor, top=sample.height_m) for b, a in itertools.pairwise(cuts)
    ]
    loads = [mesh for zone in zones[3:] for mesh in load_zone(sample, zone)]
    tallest = max(float(mesh.bounds[1, 2]) for mesh in loads)
    low_cab = tallest > 0.97 * sample.height_m and sample.chance(0.7)
    crew = replace(zones[1], top=sample.height_m * (rng.uniform(0.84, 1.0) if low_cab else 1.0))
    fixed = [*_ground_work(sample, [length - at for at in axles], wheel, floor), *engine_zone(sample, zones[0])]
    fixed += [*crew_zone(sample, crew), *service_zone(sample, zones[2], wheel), *loads]
    return Assembly(fixed=fixed)


def _cuts(sample: VehicleSample) -> list[float]:
    """Borders of the zones from the front end to the rear end, metres."""
    rng, length = sample.rng, sample.length_m
    engine = rng.uniform(0.13, 0.26) if sample.chance(0.45) else rng.uniform(0.01, 0.04)
    crew = rng.uniform(0.14, 0.2) if engine > 0.1 else rng.uniform(0.19, 0.28)
    crew += 0.1 if sample.chance(0.12) else 0.0
    service = rng.uniform(0.01, 0.1)
    shares = rng.dirichlet([4.0] * int(rng.choice([1, 2, 3], p=(0.65, 0.27, 0.08))))
    loads = np.cumsum(shares) * (1 - engine - crew - service) + engine + crew + service
    ends = [0.0, engine, engine + crew, engine + crew + service, *loads.tolist()]
    return [length * (1 - end) for end in ends[:-1]] + [0.0]


def _axle_places(sample: VehicleSample) -> tuple[float, ...]:
    """Two, three or four axles, metres behind the front end."""
    rng, length = sample.rng, sample.length_m
    count = int(rng.choice([2, 3, 4], p=(0.5, 0.4, 0.1) if length < 7.5 else (0.1, 0.45, 0.45)))
    first, pair, tail = rng.uniform(0.13, 0.2) * length, rng.uniform(1.3, 1.5), length * rng.uniform(0.74, 0.86)
    if count == 2:
        return first, tail - 0.3
    return (first, tail - pair, tail) if count == 3 else (first, first + pair + 0.2, tail - pair, tail)


def _ground_work(sample: VehicleSample, axles: list[float], wheel: float, floor: float) -> list[Mesh]:
    """Tyres to the full width, rails, sills, and a bumper at either end."""
    rng, half, length = sample.rng, sample.width_m / 2, sample.length_m
    tone = CHASSIS if sample.chance(0.4) else shade(sample.coat, rng.uniform(0.5, 0.9))
    parts = [box((0.02, length - 0.1), span, (0.7 * floor, floor), tone) for span in both((0.3, 0.46))]
    for at in axles:
        parts += wheel_pair(at, (rng.uniform(0.62, 0.7) * half, half), wheel, sides=11)
        parts.append(box(about(at, 0.3), (-0.7 * half, 0.7 * half), (0.7 * wheel, 1.2 * wheel), CHASSIS))
    if sample.chance(0.5):
        sill = (min(axles) + 1.1 * wheel, max(axles) - 1.1 * wheel)
        parts += [
            box(sill, span, (0.45 * floor, 0.8 * floor), shade(sample.coat, 0.8)) for span in both((0.5, 0.85 * half))
        ]
    bar = rng.uniform(0.8, 1.0) * half
    ends = ((0.0, 0.12), (length - rng.uniform(0.1, 0.22), length))
    steel = STEEL if sample.chance(0.15) else loose(rng, "#3c3c38") if sample.chance(0.3) else tone
    return parts + [box(end, (-bar, bar), (0.45 * floor, 0.75 * floor), steel) for end in ends]
