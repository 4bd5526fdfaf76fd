"""Army excavators that keep pace with a convoy: four wheels that show whole, a long ribbed bonnet, bucket and arm."""

from __future__ import annotations

import numpy as np

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Span, beam, box, copies, cylinder
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, shade
from vehicle_id.synth.shapes.army_trucks.zones import cushion
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.shapes.earthmovers.digging_arm import ArmPlan, digging_arm
from vehicle_id.synth.shapes.earthmovers.finish import own, trim
from vehicle_id.synth.shapes.earthmovers.loader_tools import lift_arms, loader_tool
from vehicle_id.synth.vehicle_sample import VehicleSample


def engineer_tractor(sample: VehicleSample) -> Assembly:
    """A narrow body between fat tyres; the cab over the rear axle, or in the middle before a deck."""
    rng, length, half = sample.rng, sample.length_m, sample.width_m / 2
    lorry = sample.height_m < 0.43 * length and sample.chance(0.7)
    cab = (0.42, 0.62) if lorry else (0.2, rng.uniform(0.4, 0.45))
    x = (cab[0] * length, cab[1] * length)
    fixed = [*_wheels(sample), *_bonnet(sample, x[1]), *_bevelled_cab(sample, x)]
    if lorry:
        z = 1.1 * rng.uniform(0.9, 1.1)
        fixed.append(box((0.16 * length, x[0]), (-0.85 * half, 0.85 * half), (z - 0.2, z), own(sample, 0.6, 1.05)))
    fixed.append(box((0.08 * length, 0.16 * length), (-0.8 * half, 0.8 * half), (0.4, 1.0), own(sample, 0.7, 1.1)))
    tool = (length * rng.uniform(0.86, 0.91), length)
    bucket = loader_tool(sample, tool, half, rng.uniform(0.75, 1.0), forks=0.06)
    arms = lift_arms(sample, bucket, pivot=(x[1] + rng.uniform(0.3, 0.9), 0.42 * sample.height_m), hitch=(tool[0], 0.4),
                     apart=half * rng.uniform(0.4, 0.55), wide=rng.uniform(0.12, 0.2), raised=0.2)  # fmt: skip
    return Assembly(fixed=fixed, joints=[arms, _backhoe(sample)])


def _wheels(sample: VehicleSample) -> list[Mesh]:
    """Alike before and behind, out to the full width; square guards over some."""
    rng, length, half = sample.rng, sample.length_m, sample.width_m / 2
    radius, tyre = length * rng.uniform(0.085, 0.105), half * rng.uniform(0.32, 0.44)
    parts = [box((0.1 * length, 0.84 * length), (-0.32 * half, 0.32 * half), (0.45, 0.85), trim(sample))]
    for share in (rng.uniform(0.27, 0.31), rng.uniform(0.69, 0.73)):
        at = share * length
        parts += wheel_pair(at, (half - tyre, half), radius, sides=14)
        parts.append(box(about(at, 0.3), (-0.7 * half, 0.7 * half), (0.7 * radius, 1.2 * radius), CHASSIS))
        if sample.chance(0.35):
            z, tone = 2 * radius + 0.08, own(sample, 0.8, 1.1)
            parts += [box(about(at, 1.6 * radius), y, (z - 0.05, z), tone) for y in both((half - tyre, 0.98 * half))]
    return parts


def _bonnet(sample: VehicleSample, rear: float) -> list[Mesh]:
    """Long and narrow, bleached and ribbed on many, an exhaust beside it."""
    rng, half = sample.rng, sample.width_m / 2
    x, wide = (rear - 0.05, sample.length_m * rng.uniform(0.8, 0.86)), half * rng.uniform(0.36, 0.58)
    top = sample.height_m * rng.uniform(0.52, 0.64)
    tone = own(sample, 0.95, 1.3)
    nose = (rng.uniform(0.05, 0.4), rng.uniform(0.6, 1.0))
    parts = [cushion(x, 2 * wide, (0.6, top), tone, bulge=rng.uniform(0.04, 0.15), nose=nose)]
    if sample.chance(0.65):
        rib = box(
            (-0.03, 0.03), (-0.8 * wide, 0.8 * wide), (top - 0.03, top + 0.012), shade(tone, rng.uniform(0.5, 0.85))
        )
        places = np.arange(x[0] + 0.25, x[1] - 0.2, rng.uniform(0.14, 0.4))
        parts.append(copies(rib, [(float(at), 0.0, 0.0) for at in places]))
    if sample.chance(0.6):
        at = (rng.uniform(x[0] + 0.2, x[1] - 0.3), float(rng.choice([-1.1, 1.1])) * wide)
        parts.append(cylinder("z", (0.8, top + 0.4), at, 0.07, DARK_STEEL, sides=8))
    return parts


def _bevelled_cab(sample: VehicleSample, x: Span) -> list[Mesh]:
    """Narrow at the sill, its roof a plate with cut corners about a skylight or a dark well."""
    rng, half, top = sample.rng, sample.width_m / 2, sample.height_m
    wide = half * rng.uniform(0.62, 0.92)
    parts = [box((x[0] + 0.1, x[1] - 0.05), (-0.85 * wide, 0.85 * wide), (0.7, top - 0.3), shade(sample.coat, 0.7))]
    corner = rng.uniform(0.08, 0.5)
    end, tone = (corner, 1 - 0.75 * corner), own(sample, 0.9, 1.25)
    parts.append(cushion(x, 2 * wide, (top - 0.32, top), tone, bulge=rng.uniform(0.04, 0.12), nose=end, tail=end))
    if sample.chance(0.7):
        well = shade(CHASSIS, rng.uniform(0.7, 3.0)) if sample.chance(0.7) else own(sample, 0.6, 0.9)
        middle = (x[0] + rng.uniform(0.4, 0.65) * (x[1] - x[0]), 0.0)
        if sample.chance(0.5):
            radius = min(0.3 * (x[1] - x[0]), 0.5 * wide) * rng.uniform(0.8, 1.1)
            parts.append(cylinder("z", (top - 0.05, top + 0.02), middle, radius, well, sides=12))
        else:
            long = rng.uniform(0.2, 0.5) * (x[1] - x[0])
            parts.append(
                box(about(middle[0], long), about(0.0, rng.uniform(0.7, 1.3) * wide), (top - 0.05, top + 0.02), well)
            )
    return parts


def _backhoe(sample: VehicleSample) -> Joint:
    """Folded behind the cab, upright or laid over to one side; it slews out to either side."""
    rng, length = sample.rng, sample.length_m
    post, high = length * rng.uniform(0.1, 0.14), sample.height_m * rng.uniform(0.75, 0.9)
    y = sample.width_m * (rng.uniform(-0.22, 0.22) if sample.chance(0.5) else 0.0)
    plan = ArmPlan(foot=(post, 0.7), knee=(post - 0.1, 0.5 * high + 0.4), tip=(post - 0.05, high),
                   wrist=(0.3, max(0.9, 0.35 * sample.height_m)), wide=rng.uniform(0.22, 0.34),
                   boom_turn=(-80.0, -15.0), stick_turn=(0.0, 120.0), used=0.45)  # fmt: skip
    tone = own(sample, 0.7, 1.0)
    base = [
        box((0.0, 0.35), about(0.0, rng.uniform(0.3, 0.8)), (0.4, 0.9), tone),
        beam((0.3, 0.0, 0.8), (post, 0.0, 0.8), (0.3, 0.3), tone),
    ]
    slew = Assembly(fixed=base, joints=[digging_arm(sample, plan)])
    turned = Joint(part=slew, pivot=(post, 0.0, 0.7), axis="z", degrees=(-80.0, 80.0), used=0.4)
    return Assembly(joints=[turned]).fitted(np.ones(3), np.array([0.0, y, 0.0])).joints[0]
