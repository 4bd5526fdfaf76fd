"""Backhoe loaders: bucket and bonnet before the cab, the digging arm behind it.

Three lines: site machines, army excavators that drive at the speed of a convoy, and lorries with a bucket and an arm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Span, box, cylinder
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, shade
from vehicle_id.synth.shapes.army_trucks.canvas import canvas_paint
from vehicle_id.synth.shapes.army_trucks.zones import cushion
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.shapes.earthmovers.cabins import shelter
from vehicle_id.synth.shapes.earthmovers.digging_arm import ArmPlan, digging_arm
from vehicle_id.synth.shapes.earthmovers.finish import own, trim
from vehicle_id.synth.shapes.earthmovers.loader_tools import lift_arms, loader_tool
from vehicle_id.synth.vehicle_sample import VehicleSample


@dataclass(frozen=True, slots=True, kw_only=True)
class BackhoeDesign:
    """Shares of the length from the rear end, and of the width."""

    post: float
    """Where the digging arm slews."""
    cab: Span
    bonnet: float
    """Front end of the bonnet."""
    axles: Span
    wheels: Span
    """Radii of the rear and front wheels as shares of the length."""
    cab_width: float
    bonnet_width: float
    fold: float
    """How far the folded arm leans forward over the deck, share of the length."""


SITE: Final = BackhoeDesign(post=0.17, cab=(0.2, 0.46), bonnet=0.78, axles=(0.34, 0.71), wheels=(0.125, 0.082),
                            cab_width=0.7, bonnet_width=0.42, fold=0.02)  # fmt: skip
CONVOY: Final = BackhoeDesign(post=0.16, cab=(0.2, 0.42), bonnet=0.8, axles=(0.29, 0.71), wheels=(0.105, 0.1),
                              cab_width=0.82, bonnet_width=0.5, fold=0.02)  # fmt: skip
LORRY: Final = BackhoeDesign(post=0.13, cab=(0.44, 0.62), bonnet=0.8, axles=(0.3, 0.7), wheels=(0.085, 0.085),
                             cab_width=0.8, bonnet_width=0.55, fold=0.16)  # fmt: skip


def backhoe_loader(sample: VehicleSample) -> Assembly:
    """One of the lines, by how low the row is."""
    low = sample.height_m / sample.length_m
    design = SITE if low > 0.52 or sample.chance(0.15) else LORRY if low < 0.43 and sample.chance(0.85) else CONVOY
    fixed = [*_chassis(sample, design), *_bonnet(sample, design), *_cab(sample, design), *_deck(sample, design)]
    return Assembly(fixed=fixed, joints=[_loader(sample, design), _backhoe(sample, design)])


def _chassis(sample: VehicleSample, design: BackhoeDesign) -> list[Mesh]:
    """Frame, large rear and smaller front wheels, the slewing post and its stabilisers."""
    rng, length, half, tone = sample.rng, sample.length_m, sample.width_m / 2, trim(sample)
    out, parts = half * rng.uniform(0.945, 1.0), []
    for share, size, wide in zip(design.axles, design.wheels, (0.36, 0.28), strict=True):
        parts += wheel_pair(share * length, (out - wide * half * rng.uniform(0.85, 1.2), out), size * length, sides=14)
    post = design.post * length
    parts.append(box((post - 0.1, design.bonnet * length), (-0.35 * half, 0.35 * half), (0.4, 0.75), tone))
    parts.append(box(about(post, 0.22), (-0.85 * half, 0.85 * half), (0.45, 0.95), own(sample, 0.7, 1.1)))
    legs = half * rng.uniform(0.75, 0.9)
    stand = own(sample, 0.7, 1.1) if sample.chance(0.6) else DARK_STEEL
    parts += [box(about(post, 0.2), about(s * legs, 0.18), (0.25, rng.uniform(1.1, 1.7)), stand) for s in (-1, 1)]
    return parts + [box(about(post, 0.4), about(s * legs, 0.35), (0.2, 0.28), stand) for s in (-1, 1)]


def _bonnet(sample: VehicleSample, design: BackhoeDesign) -> list[Mesh]:
    """Long and narrow before the cab; exhaust, grille, guards over the front wheels."""
    rng, length, half = sample.rng, sample.length_m, sample.width_m / 2
    x = (design.cab[1] * length - 0.05, design.bonnet * length * rng.uniform(0.97, 1.02))
    wide, top = half * design.bonnet_width * rng.uniform(0.85, 1.2), sample.height_m * rng.uniform(0.46, 0.58)
    paint, nose = own(sample, 0.9, 1.12), (rng.uniform(0.03, 0.3), rng.uniform(0.7, 1.0))
    parts = [cushion(x, 2 * wide, (0.5, top), paint, bulge=rng.uniform(0.05, 0.2), nose=nose)]
    dark = shade(DARK_STEEL, rng.uniform(0.5, 1.3))
    at = (rng.uniform(x[0] + 0.3, x[1] - 0.3), rng.choice([-0.7, 0.7, 0.2]) * wide)
    parts.append(cylinder("z", (top - 0.1, top + rng.uniform(0.1, 0.5)), at, rng.uniform(0.05, 0.09), dark, sides=8))
    if sample.chance(0.5):
        parts.append(box((x[1] - 0.3, x[1] - 0.08), about(0.0, 1.4 * wide), (top - 0.12, top + 0.005), dark))
    if sample.chance(0.5):
        guard, z = (own(sample) if sample.chance(0.6) else CHASSIS), 2 * design.wheels[1] * length + 0.08
        span = about(design.axles[1] * length, 2 * design.wheels[1] * length)
        parts += [box(span, y, (z - 0.05, z), guard) for y in both((0.62 * half, 0.97 * half))]
    return parts


def _cab(sample: VehicleSample, design: BackhoeDesign) -> list[Mesh]:
    """Wide over the rear wheels, whose guards stand beside it."""
    rng, length, half = sample.rng, sample.length_m, sample.width_m / 2
    x = (design.cab[0] * length, design.cab[1] * length * rng.uniform(0.97, 1.03))
    wide = min(0.97, design.cab_width * rng.uniform(0.88, 1.15)) * half
    guard, z = own(sample, 0.8, 1.15), 2 * design.wheels[0] * length + 0.06
    at = design.axles[0] * length
    parts = [
        box(about(at, 1.7 * design.wheels[0] * length), y, (z - 0.1, z), guard) for y in both((0.5 * half, 0.96 * half))
    ]
    open_share = 0.3 if design is SITE else 0.05
    return parts + shelter(sample, x, (-wide, wide), (0.75, sample.height_m), open_share=open_share)


def _deck(sample: VehicleSample, design: BackhoeDesign) -> list[Mesh]:
    """Between post and cab, where there is room: a tray, tool boxes, cloth."""
    x = (design.post * sample.length_m + 0.25, design.cab[0] * sample.length_m - 0.05)
    if x[1] - x[0] < 0.6:
        return []
    rng, half, z = sample.rng, sample.width_m / 2, 1.1
    parts = [box(x, (-0.9 * half, 0.9 * half), (z - 0.15, z), own(sample, 0.6, 1.05))]
    for side in both((0.5 * half, 0.92 * half)):
        if sample.chance(0.75):
            tone = own(sample, 0.8, 1.15) if sample.chance(0.7) else canvas_paint(sample)
            parts.append(box(x, side, (z, z + rng.uniform(0.2, 0.6)), tone))
    return parts


def _loader(sample: VehicleSample, design: BackhoeDesign) -> Joint:
    """Arms beside the bonnet from the cab's front to the bucket."""
    rng, length, half = sample.rng, sample.length_m, sample.width_m / 2
    tool = (length * rng.uniform(0.845, 0.89), length)
    high = rng.uniform(0.75, 1.0)
    bucket = loader_tool(sample, tool, half, high, forks=0.08)
    pivot = (design.cab[1] * length + rng.uniform(0.0, 0.3), sample.height_m * rng.uniform(0.4, 0.5))
    apart = half * (design.bonnet_width + rng.uniform(0.12, 0.26))
    return lift_arms(sample, bucket, pivot=pivot, hitch=(tool[0] + 0.03, 0.45 * high), apart=apart,
                     wide=rng.uniform(0.1, 0.18), raised=0.3, lift=42.0)  # fmt: skip


def _backhoe(sample: VehicleSample, design: BackhoeDesign) -> Joint:
    """Folded upright at the rear end or over the deck; it slews to either side and reaches out behind."""
    rng, length, post = sample.rng, sample.length_m, design.post * sample.length_m
    shift = sample.width_m * (rng.uniform(-0.2, 0.2) if sample.chance(0.4) else 0.0)
    wide, high = rng.uniform(0.24, 0.36), sample.height_m * rng.uniform(0.82, 0.9)
    lean = design.fold * length
    tip = (post - 0.12 + lean, high)
    wrist = (0.35 + 0.6 * lean, max(0.9, 0.36 * sample.height_m))
    plan = ArmPlan(foot=(post - 0.1, 0.7), knee=(post - 0.22 + 0.5 * lean, 0.5 * high + 0.4), tip=tip, wrist=wrist,
                   wide=wide, boom_turn=(-80.0, -15.0), stick_turn=(0.0, 120.0), used=0.5)  # fmt: skip
    arm = digging_arm(sample, plan)
    end = box((0.0, 0.3), (-0.3, 0.3), (0.5, 0.9), own(sample, 0.7, 1.0))
    slew = Assembly(
        fixed=[box(about(post - 0.1, 0.3), (-0.2, 0.2), (0.5, 1.2), own(sample, 0.8, 1.05)), end], joints=[arm]
    )
    turned = Joint(part=slew, pivot=(post - 0.1, 0.0, 0.7), axis="z", degrees=(-85.0, 85.0), used=0.45)
    moved = Assembly(joints=[turned]).fitted(np.ones(3), np.array([0.0, shift, 0.0]))
    return moved.joints[0]
