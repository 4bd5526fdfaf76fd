"""A low tank: hull, one turret or two, or none; the gun over any heading, or taken out."""

from __future__ import annotations

from typing import Final

from vehicle_id.synth.mesh import Assembly, Joint, cylinder
from vehicle_id.synth.paint import DARK_STEEL, shade
from vehicle_id.synth.shapes.low_tanks.hull import LowHull, draw_hull, low_hull
from vehicle_id.synth.shapes.low_tanks.turrets import low_turret
from vehicle_id.synth.vehicle_sample import VehicleSample

LIGHT_TANK_M: Final = 7.0
"""Shorter tanks, gun forward, are built by this package alone: battle tanks on so short a hull are none."""
LONGEST_HULL_M: Final = 7.2
LEAST_OVERHANG_M: Final = 0.15


def tank(sample: VehicleSample) -> Assembly:
    """Hulls are 1.7 to 2.3 times as long as wide; a gun reaches over what is left of the length."""
    rng, length = sample.rng, sample.length_m
    long = min(length, LONGEST_HULL_M, sample.width_m * rng.uniform(1.7, 2.35))
    overhang = length - long
    if overhang < LEAST_OVERHANG_M or (length < LONGEST_HULL_M and sample.chance(0.3)):
        long, overhang = length, 0.0
    hull = draw_hull(sample, (0.0, long))
    seat = long * rng.uniform(0.4, 0.66)
    room = min(seat - 0.1 * long, hull.brow - seat + 0.45)
    radius = min(hull.half * rng.uniform(0.5, 0.85), max(room, 0.45 * hull.half))
    fixed = low_hull(sample, hull, seat)
    if not overhang and sample.chance(0.08):
        return _turretless(sample, hull, seat, radius)
    if not overhang and sample.width_m < 2.6 and sample.chance(0.12):
        return Assembly(fixed=fixed, joints=[_turret(sample, hull, (seat, y), 0.42 * hull.half, hull.half)
                                             for y in (0.5 * hull.half, -0.5 * hull.half)])  # fmt: skip
    aside = rng.uniform(-0.2, 0.2) * hull.half if sample.chance(0.3) and sample.width_m < 2.7 else 0.0
    muzzle = length - seat if overhang else _short(sample, radius, long - seat)
    return Assembly(fixed=fixed, joints=[_turret(sample, hull, (seat, aside), radius - abs(aside), muzzle)])


def _short(sample: VehicleSample, radius: float, most: float) -> float:
    """Reach of a gun that ends over the hull; 0 where it was taken out."""
    return 0.0 if sample.chance(0.15) else float(min(radius + sample.rng.uniform(0.2, 1.8), most))


def _turret(sample: VehicleSample, hull: LowHull, at: tuple[float, float], radius: float, muzzle: float) -> Joint:
    moved = [mesh.moved((*at, 0.0)) for mesh in low_turret(sample, hull, radius, muzzle)]
    parts = [mesh for mesh in moved if abs(mesh.bounds[:, 1]).max() <= hull.half]  # stowage may reach too far out
    most = float(sample.rng.choice([180.0, 25.0], p=[0.5, 0.5]))
    return Joint(part=Assembly(fixed=parts), pivot=(*at, 0.0), axis="z", degrees=(-most, most), used=0.6)


def _turretless(sample: VehicleSample, hull: LowHull, seat: float, radius: float) -> Assembly:
    """A hull for training or towing: an open ring or a lid, and a low hood up to the height of the row."""
    fixed = low_hull(sample, hull, seat)
    hole = cylinder("z", (hull.deck - 0.1, hull.deck + 0.03), (seat, 0.0), radius, shade(DARK_STEEL, 0.3), sides=18)
    tone = shade(sample.coat, sample.rng.uniform(0.8, 1.1))
    lid = cylinder("z", (hull.deck - 0.1, hull.deck + 0.05), (seat, 0.0), 1.1 * radius, tone, sides=18)
    mast = cylinder("z", (hull.deck, sample.height_m), (seat - 1.2 * radius, 0.3 * hull.tub), 0.22, tone, sides=8)
    return Assembly(fixed=[*fixed, lid, *([] if sample.chance(0.5) else [hole.moved((0.0, 0.0, 0.03))]), mast])
