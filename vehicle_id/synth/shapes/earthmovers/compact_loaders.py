"""Loaders that do not articulate: skid-steer loaders on wheels or tracks, and telescopic handlers."""

from __future__ import annotations

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, box, cylinder
from vehicle_id.synth.paint import DARK_STEEL, shade
from vehicle_id.synth.shapes.army_trucks.zones import cushion
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.shapes.earthmovers.cabins import cabin, shelter
from vehicle_id.synth.shapes.earthmovers.crawlers import crawler_pair
from vehicle_id.synth.shapes.earthmovers.finish import own, trim
from vehicle_id.synth.shapes.earthmovers.loader_tools import lift_arms, loader_bucket, loader_tool, pallet_forks
from vehicle_id.synth.vehicle_sample import VehicleSample


def skid_steer_loader(sample: VehicleSample) -> Assembly:
    """A cage between two arms that run from uprights at the rear to the bucket."""
    rng, length, half = sample.rng, sample.length_m, sample.width_m / 2
    tool = (length * rng.uniform(0.72, 0.79), length)
    body, high = half * rng.uniform(0.5, 0.6), sample.height_m
    tail = cushion((0.0, 0.3 * length), 1.9 * body, (0.3, 0.6 * high), own(sample), bulge=0.1, tail=(0.1, 0.8))
    grille = box(
        (0.08, 0.24 * length), about(0.0, body * rng.uniform(0.8, 1.6)), (0.55 * high, 0.605 * high), DARK_STEEL
    )
    cage = (length * rng.uniform(0.24, 0.3), length * rng.uniform(0.58, 0.66))
    fixed = [*_footing(sample, tool[0]), tail, grille,
             box((0.1, tool[0] - 0.12), (-body, body), (0.25, 0.45 * high), trim(sample)),
             *shelter(sample, cage, (-0.88 * body, 0.88 * body), (0.4 * high, high), open_share=0.3)]  # fmt: skip
    fixed += [box((0.05, 0.05 + rng.uniform(0.15, 0.3)), y, (0.4, 0.66 * high), own(sample, 0.75, 1.1))
              for y in both((body + 0.02, body + 0.2))]  # fmt: skip
    deep = rng.uniform(0.5, 0.65)
    bucket = loader_tool(sample, tool, half, deep, forks=0.2)
    arms = lift_arms(sample, bucket, pivot=(0.25, 0.62 * high), hitch=(tool[0], 0.5 * deep), apart=body + 0.12,
                     wide=rng.uniform(0.1, 0.17))  # fmt: skip
    return Assembly(fixed=fixed, joints=[arms])


def _footing(sample: VehicleSample, front: float) -> list[Mesh]:
    """Four small wheels close together, or rubber tracks."""
    rng, half, length = sample.rng, sample.width_m / 2, sample.length_m
    out, radius = half * rng.uniform(0.945, 0.98), length * rng.uniform(0.105, 0.12)
    y = (out - half * rng.uniform(0.26, 0.36), out)
    if sample.chance(0.25):
        return crawler_pair(sample, (0.12, front - 0.1), y, 2 * radius)
    rear, ahead = 0.2 * length, front - radius - rng.uniform(0.02, 0.12)
    return [*wheel_pair(rear, y, radius, sides=12), *wheel_pair(ahead, y, radius, sides=12)]


def telescopic_handler(sample: VehicleSample) -> Assembly:
    """A boom from the rear end along one side or the middle, the cab on the left, the engine on the right."""
    rng, length, half = sample.rng, sample.length_m, sample.width_m / 2
    wheel, high = sample.height_m * rng.uniform(0.21, 0.26), sample.height_m
    body_end, aside = length * rng.uniform(0.74, 0.8), rng.uniform(-0.12, 0.02) * half
    wide, out = half * rng.uniform(0.13, 0.2), half * rng.uniform(0.95, 1.0)
    tyre = (out - half * rng.uniform(0.32, 0.42), out)
    rear, ahead = length * rng.uniform(0.17, 0.22), body_end - wheel * rng.uniform(0.9, 1.2)
    cab = (length * rng.uniform(0.3, 0.36), length * rng.uniform(0.54, 0.6))
    engine = (length * rng.uniform(0.25, 0.32), length * rng.uniform(0.55, 0.68))
    fixed = [*wheel_pair(rear, tyre, wheel, sides=14), *wheel_pair(ahead, tyre, wheel, sides=14),
             box((0.1, body_end), (-0.4 * half, 0.4 * half), (0.4, 1.5 * wheel), trim(sample)),
             *cabin(sample, cab, (aside + wide + 0.05, 0.86 * half), (0.8 * wheel, high))]  # fmt: skip
    pod = cushion(
        engine, half * 0.8 + aside - wide, (0.7 * wheel, high * rng.uniform(0.5, 0.65)), own(sample), bulge=0.12
    )
    fixed.append(pod.moved((0.0, -(0.9 * half - aside + wide) / 2, 0.0)))
    guard = own(sample, 0.8, 1.1)
    fixed += [box(about(at, 1.8 * wheel), y, (2 * wheel, 2 * wheel + 0.06), guard)
              for at in (rear, ahead) for y in both(tyre)] if sample.chance(0.5) else []  # fmt: skip
    return Assembly(fixed=fixed, joints=[_telescope(sample, (aside, wide), body_end)])


def _telescope(sample: VehicleSample, across: tuple[float, float], end: float) -> Joint:
    """Two sections and the head with its tool; it rises about the rear end."""
    rng, (y, wide), length = sample.rng, across, sample.length_m
    z, half = sample.height_m * rng.uniform(0.62, 0.74), sample.width_m / 2
    paint, inner = own(sample, 0.85, 1.1), own(sample, 0.6, 1.2) if sample.chance(0.6) else shade(DARK_STEEL, 1.3)
    split = end * rng.uniform(0.7, 0.95)
    drop = box((0.0, length - end), about(y, 1.4 * wide), (-0.16, 0.16), inner).turned(38.0, axis="y")
    parts = [box((0.0, split), (y - wide, y + wide), (z - 0.4, z), paint),
             box((split, end + 0.05), (y - 0.75 * wide, y + 0.75 * wide), (z - 0.36, z - 0.05), inner),
             drop.scaled((0.7, 1.0, 1.0)).moved((end - 0.1, 0.0, z - 0.2)),
             cylinder("y", (y - 1.3 * wide, y + 1.3 * wide), (0.2, z - 0.3), 0.14, inner)]  # fmt: skip
    tool = (end + 0.15, length)
    high = 0.9 if sample.chance(0.6) else 0.7
    parts += (
        pallet_forks(sample, tool, 0.6 * half, high) if sample.chance(0.6) else loader_bucket(sample, tool, half, high)
    )
    return Joint(part=Assembly(fixed=parts), pivot=(0.2, y, z - 0.3), axis="y", degrees=(-50.0, -2.0), used=0.25)
