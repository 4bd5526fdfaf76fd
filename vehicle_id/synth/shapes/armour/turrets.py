"""Turrets of battle tanks, the gun forward: cast domes and large flat-sided ones.

Each fills the height from the deck of the hull to that of the sample.
"""

from __future__ import annotations

import numpy as np

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, box, cylinder, lathe, slab, tube
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, loose, shade
from vehicle_id.synth.shapes.armour.hull import CLOTHS, Hull, hatch
from vehicle_id.synth.shapes.common.spans import both
from vehicle_id.synth.vehicle_sample import VehicleSample


def _gun(sample: VehicleSample, start: float, tip: float, z: float, radius: float) -> Joint:
    """Mantlet, barrel and bore evacuator; raised or lowered a little."""
    paint = shade(sample.coat, sample.rng.uniform(0.75, 1.05))
    at = start + sample.rng.uniform(0.45, 0.75) * (tip - start)
    parts = [
        tube((start - 0.3, 0, z), (tip, 0, z), radius, paint, sides=8),
        tube((at - 0.35, 0, z), (at + 0.35, 0, z), 1.5 * radius, paint, sides=8),
        box((start - 0.35, start + 0.25), (-0.3, 0.3), (z - 0.22, z + 0.22), paint),
    ]
    return Joint(part=Assembly(fixed=parts), pivot=(start, 0.0, z), axis="y", degrees=(-10.0, 2.0), used=0.35)


def round_turret(hull: Hull, at: float, tip: float) -> Assembly:
    """A low dome, cast; cupolas, boxes around the back, tiles around the front (T-54, T-62, T-72)."""
    sample, base, top = hull.sample, hull.roof, hull.sample.height_m
    radius = hull.half * sample.rng.uniform(0.62, 0.74)
    rise = (top - base) * sample.rng.uniform(0.84, 0.95)
    crown = [
        (0.0, radius),
        (0.45 * rise, 0.92 * radius),
        (0.8 * rise, 0.64 * radius),
        (rise, 0.25 * radius),
        (rise, 0.0),
    ]
    dome = lathe("z", crown, (0.0, 0.0), sample.coat, sides=16).scaled((1.1, 1.0, 1.0)).moved((at, 0.0, base))
    ring = cylinder("z", (base - 0.05, base + 0.12), (at, 0.0), 0.98 * radius, shade(sample.coat, 0.8), sides=16)
    lid = shade(sample.coat, sample.rng.uniform(0.6, 1.1))
    cupola = cylinder("z", (base + 0.55 * rise, top), (at - 0.15, 0.45 * radius), 0.36, sample.coat, sides=8)
    lids = [
        hatch(at - 0.15, 0.45 * radius, top - 0.04, 0.28, lid),
        hatch(at - 0.1, -0.45 * radius, base + 0.88 * rise, 0.34, lid),
    ]
    parts = [dome, ring, cupola, *lids, *_turret_boxes(sample, at, radius, base, rise)]
    if sample.chance(0.45):
        parts += _tiles(sample, at, radius, base, rise)
    if sample.chance(0.6):  # searchlight beside the gun
        parts.append(
            box(
                (at + 0.75 * radius, at + 0.95 * radius + 0.2),
                (-0.75, -0.4),
                (base + 0.4 * rise, base + 0.85 * rise),
                DARK_STEEL,
            )
        )
    gun = _gun(sample, at + 0.95 * radius, tip, base + 0.45 * rise, sample.rng.uniform(0.075, 0.1))
    return Assembly(fixed=parts, joints=[gun])


def _turret_boxes(sample: VehicleSample, at: float, radius: float, base: float, rise: float) -> list[Mesh]:
    """Stowage about the rear half of a round turret, a snorkel tube across."""
    parts = []
    for angle in np.radians(np.arange(100, 261, 32)):
        if sample.chance(0.5):
            x, y = at + 1.08 * radius * float(np.cos(angle)), 1.02 * radius * float(np.sin(angle))
            size, paint = sample.rng.uniform(0.2, 0.42), shade(sample.coat, sample.rng.uniform(0.75, 1.2))
            parts.append(box((x - size, x + size), (y - size, y + size), (base + 0.12, base + 0.55 * rise), paint))
    if sample.chance(0.4):
        x = at - 1.25 * radius
        parts.append(tube((x, -0.9, base + 0.3), (x, 0.9, base + 0.3), 0.13, shade(sample.coat, 0.9), sides=6))
    return parts


def _tiles(sample: VehicleSample, at: float, radius: float, base: float, rise: float) -> list[Mesh]:
    """Reactive armour: wedges about the front of the dome."""
    parts = []
    for angle in (-62.0, -42.0, -22.0, 22.0, 42.0, 62.0):
        tile = box(
            (0.75 * radius, 1.22 * radius),
            (-0.24, 0.24),
            (base + 0.12, base + 0.7 * rise),
            shade(sample.coat, sample.rng.uniform(0.85, 1.1)),
        )
        parts.append(tile.turned(angle, axis="z").moved((at, 0.0, 0.0)))
    return parts


def angular_turret(hull: Hull, at: float, tip: float) -> Assembly:
    """A large flat turret with slab cheeks and a bustle rack (M1, Leopard 2)."""
    sample, base, top = hull.sample, hull.roof + 0.06, hull.sample.height_m
    half, cheek = hull.half * sample.rng.uniform(0.78, 0.92), sample.rng.uniform(0.2, 0.9)
    nose, rear = at + sample.rng.uniform(1.5, 2.0), at - sample.rng.uniform(2.0, 2.5)
    roof = top - sample.rng.uniform(0.05, 0.2)
    plan = [
        (rear, -0.8 * half),
        (at, -half),
        (nose - cheek, -0.95 * half),
        (nose, -0.4),
        (nose, 0.4),
        (nose - cheek, 0.95 * half),
        (at, half),
        (rear, 0.8 * half),
    ]
    walls = slab(plan, (base, base + 0.75 * (roof - base)), sample.coat)
    upper = [(at + 0.93 * (x - at), 0.9 * y) for x, y in plan]
    lid = slab(upper, (base + 0.75 * (roof - base), roof), shade(sample.coat, sample.rng.uniform(0.92, 1.08)))
    gun = _gun(sample, nose - 0.1, tip, base + 0.5 * (roof - base), sample.rng.uniform(0.09, 0.12))
    return Assembly(
        fixed=[walls, lid, *_roof_gear(sample, at, half, roof, top), *_bustle(sample, rear, half, base, roof)],
        joints=[gun],
    )


def _roof_gear(sample: VehicleSample, at: float, half: float, roof: float, top: float) -> list[Mesh]:
    """Hatches, sights and the lids over the ammunition."""
    lid = shade(sample.coat, sample.rng.uniform(0.6, 1.1))
    hatches = [hatch(at - 0.2, 0.4 * half, roof, 0.36, lid), hatch(at - 0.1, -0.4 * half, roof, 0.42, lid)]
    sight = box(
        (at + 0.5, at + 1.0),
        (-0.6 * half, -0.25 * half),
        (roof, top),
        DARK_STEEL if sample.chance(0.5) else sample.coat,
    )
    panels = [
        box((at - 1.75, at - 0.75), y, (roof, roof + 0.03), shade(sample.coat, 0.85)) for y in both((0.08, 0.55 * half))
    ]
    return [*hatches, sight, *(panels if sample.chance(0.6) else [])]


def _bustle(sample: VehicleSample, rear: float, half: float, base: float, roof: float) -> list[Mesh]:
    """A rack at the back of the turret, empty and dark or full of kit."""
    floor = box((rear - 0.6, rear), (-0.78 * half, 0.78 * half), (base + 0.2, base + 0.3), CHASSIS)
    rail = box((rear - 0.64, rear - 0.58), (-0.78 * half, 0.78 * half), (base + 0.2, roof - 0.1), sample.coat)
    kit = []
    for y in np.arange(-0.7 * half, 0.5 * half, 0.45).tolist():
        if sample.chance(0.55):
            paint = loose(sample.rng, str(sample.rng.choice(CLOTHS)))
            kit.append(
                box((rear - 0.55, rear - 0.05), (y, y + 0.4), (base + 0.3, base + sample.rng.uniform(0.4, 0.7)), paint)
            )
    return [floor, rail, *kit]
