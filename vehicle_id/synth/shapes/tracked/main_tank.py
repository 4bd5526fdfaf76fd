"""A main battle tank: a hull, a turret of any of a dozen shells, and its gun forward, aside or over the rear."""

from __future__ import annotations

from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Span
from vehicle_id.synth.shapes.low_tanks.tank import LIGHT_TANK_M, tank
from vehicle_id.synth.shapes.tracked.deck import foliage
from vehicle_id.synth.shapes.tracked.gun import tank_gun
from vehicle_id.synth.shapes.tracked.hull_plan import HullPlan
from vehicle_id.synth.shapes.tracked.tank_hull import tank_hull
from vehicle_id.synth.shapes.tracked.turret_kit import (
    bins,
    bricks,
    bustle_rack,
    cage,
    crew_stations,
    smoke_launchers,
    turret_cloth,
)
from vehicle_id.synth.shapes.tracked.turret_shells import TurretShell, draw_shell, turret_shell
from vehicle_id.synth.vehicle_sample import VehicleSample


def main_tank(sample: VehicleSample) -> Assembly:
    """The gun reaches the front end at rest; the hull ends before it. `low_tanks` builds light ones."""
    if sample.length_m < LIGHT_TANK_M:
        return tank(sample)
    shell = draw_shell(sample)
    plan, drums = _draw_plan(sample, shell)
    front_engine = shell.name == "Merkava" or sample.chance(0.04)
    seat = plan.at(sample.rng.uniform(0.38, 0.46) if front_engine else sample.rng.uniform(0.5, 0.62))
    hull = tank_hull(sample, plan, seat, eastern=shell.eastern, front_engine=front_engine, drums=drums)
    return Assembly(fixed=hull, joints=[_turret(sample, shell, plan, seat)])


def _draw_plan(sample: VehicleSample, shell: TurretShell) -> tuple[HullPlan, bool]:
    """Hulls are about twice as long as wide; a short gun leaves more of the length to the hull."""
    rng, length, width = sample.rng, sample.length_m, sample.width_m
    drums = shell.eastern and sample.chance(0.4)
    rear = rng.uniform(0.3, 0.5) if drums else 0.0
    hull = min(max(width * rng.uniform(1.92, 2.2), 0.67 * length), 0.86 * length)
    if sample.chance(0.1):
        hull = length * rng.uniform(0.85, 0.92)
    deck = sample.height_m * (rng.uniform(0.53, 0.6) if shell.eastern else rng.uniform(0.56, 0.66))
    fender = deck - (rng.uniform(0.12, 0.3) if shell.eastern else rng.uniform(0.02, 0.2))
    track = 0.5 * width * rng.uniform(0.31, 0.38)
    plan = HullPlan(x=(rear, max(hull, rear + 0.6 * length)), half=width / 2, track=track, deck=deck, fender=fender)
    return plan, drums


def _turret(sample: VehicleSample, shell: TurretShell, plan: HullPlan, seat: float) -> Joint:
    rng, caged = sample.rng, sample.chance(0.08)
    roof = sample.height_m * (rng.uniform(0.78, 0.85) if caged else rng.uniform(0.87, 0.95))
    z = (plan.deck - 0.04, roof)
    parts, outline = turret_shell(sample, shell, plan.half, z)
    muzzle, nose = sample.length_m - seat, float(outline[:, 0].max())
    parts += tank_gun(sample, (0.8 * nose, muzzle), 0.0, z[0] + rng.uniform(0.4, 0.55) * (roof - z[0]))
    top = sample.height_m - (0.06 if caged else 0.0)
    parts += crew_stations(sample, outline, (roof, top)) + _kit(
        sample, outline, z, sample.height_m, eastern=shell.eastern
    )
    parts += cage(sample, outline, (roof, sample.height_m)) if caged else []
    inside = [mesh for mesh in parts if abs(mesh.bounds[:, 1]).max() <= plan.half]  # kit of a broad turret may not be
    whole = Assembly(fixed=[mesh.moved((seat, 0.0, 0.0)) for mesh in inside])
    return Joint(part=whole, pivot=(seat, 0.0, 0.0), axis="z", degrees=_traverse(sample), used=1.0)


def _kit(sample: VehicleSample, outline: Float64Array, z: Span, top: float, *, eastern: bool) -> list[Mesh]:
    parts: list[Mesh] = []
    if sample.chance(0.45):
        parts += bins(sample, outline, z)
    if sample.chance(0.2 if eastern else 0.6):
        parts += bustle_rack(sample, outline, z)
    if sample.chance(0.3 if eastern else 0.1):
        parts += bricks(sample, outline, z)
    if sample.chance(0.4):
        parts += smoke_launchers(sample, outline, z)
    if sample.chance(0.14):
        parts += turret_cloth(sample, outline, (z[1] - 0.15, top))
    elif sample.chance(0.08):
        wide = 0.9 * float(outline[:, 1].max())
        parts += foliage(
            sample, (float(outline[:, 0].min()), float(outline[:, 0].max())), (-wide, wide), (z[1] - 0.05, top)
        )
    return parts


def _traverse(sample: VehicleSample) -> Span:
    """Forward with a little play, over the rear in its travel lock, or anywhere."""
    kind = sample.rng.random()
    if kind < 0.6:
        return -5.0, 5.0
    return (173.0, 187.0) if kind < 0.75 else (-180.0, 180.0)
