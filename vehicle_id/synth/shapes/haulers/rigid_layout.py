"""Layout of a rigid mining truck: proportions by payload and by maker.

Where the parts lie is remembered from photographs and drawings, not measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from vehicle_id.synth.mesh import Span
from vehicle_id.synth.vehicle_sample import VehicleSample

SMALLEST_M: Final = 7.0
GIANT_M: Final = 15.0
"""Lengths between which proportions go from those of the smallest trucks to those of the giants."""
CENTRE_CABS: Final = ("Cat 772", "Cat 773", "Cat 777")


@dataclass(frozen=True, slots=True, kw_only=True)
class RigidHaulerLayout:
    """Positions of the parts of one truck; metres, x from the tail to the bumper."""

    length: float
    width: float
    height: float
    bulk: float
    """0 for the smallest trucks, 1 for the giants."""
    rear_axle: float
    front_axle: float
    tyre_radius: float
    tyre_width: float
    body_half: float
    deck_half: float
    deck_z: float
    wing_x: Span
    nose_y: Span
    """The bonnet."""
    cab_x: Span
    cab_y: Span
    cab_top: float
    wall_x: float
    """Where the body's front wall meets the canopy."""
    wall_z: float
    canopy_x: float
    """Front edge of the canopy."""
    coal: bool
    """A body for light loads, its sides as high as the canopy."""


def draw_layout(sample: VehicleSample) -> RigidHaulerLayout:
    """Proportions by size and maker, drawn within usual ranges."""
    length, width, height, draw = sample.length_m, sample.width_m, sample.height_m, sample.rng.uniform
    bulk = float(np.clip((length - SMALLEST_M) / (GIANT_M - SMALLEST_M), 0.0, 1.0))
    belaz = sample.row.maker in ("BelAZ", "MoAZ")
    body_share, deck_share = (draw(0.95, 1.0), draw(0.9, 1.0)) if belaz else (draw(0.84, 0.95), 1.0)
    body_share, deck_share = body_share / max(body_share, deck_share), deck_share / max(body_share, deck_share)
    radius = height * (0.205 + 0.062 * bulk)
    rear_axle, front_axle = _axles(sample, radius)
    cab_y, nose_y = _across(sample, width)
    canopy_x = length * (draw(0.87, 0.95) if sample.chance(0.88) else draw(0.79, 0.86))
    cab_front = length * draw(0.87, 0.89)
    wall_x = length * draw(0.64, 0.69)
    return RigidHaulerLayout(
        length=length,
        width=width,
        height=height,
        bulk=bulk,
        rear_axle=rear_axle,
        front_axle=front_axle,
        tyre_radius=radius,
        tyre_width=width * (0.125 + 0.028 * bulk),
        body_half=width / 2 * body_share,
        deck_half=width / 2 * deck_share,
        deck_z=height * draw(0.49, 0.54),
        wing_x=(wall_x + 0.01 * length, length * draw(0.895, 0.955)),
        nose_y=nose_y,
        cab_x=(cab_front - length * (0.165 - 0.04 * bulk), cab_front),
        cab_y=cab_y,
        cab_top=height * draw(0.80, 0.85),
        wall_x=wall_x,
        wall_z=height * draw(0.87, 0.91),
        canopy_x=canopy_x,
        coal=sample.chance(0.15),
    )


def _axles(sample: VehicleSample, radius: float) -> Span:
    """Rear and front axle, from the row where it states them."""
    length = sample.length_m
    rear = length * sample.rng.uniform(0.28, 0.31)
    wheelbase = sample.row.wheelbase_m or length * sample.rng.uniform(0.45, 0.48)
    if sample.axles_m:
        return length - sample.axles_m[-1], length - sample.axles_m[0]
    rear = max(rear, 0.75 * length - wheelbase)  # no truck has more than a quarter of it before the front axle
    return rear, min(rear + wheelbase, length - 1.1 * radius)


def _across(sample: VehicleSample, width: float) -> tuple[Span, Span]:
    """Spans of y of the cab and the bonnet."""
    cab = width * sample.rng.uniform(0.27, 0.32)
    if sample.row.name.startswith(CENTRE_CABS):
        return (-cab / 2, cab / 2), (-0.24 * width, 0.24 * width)
    left = width * sample.rng.uniform(0.44, 0.48)
    nose = width * sample.rng.uniform(0.34, 0.42)
    right = width * sample.rng.uniform(-0.27, -0.20)
    return (left - cab, left), (right, right + nose)
