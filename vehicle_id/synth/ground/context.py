"""The input of a ground recipe: random numbers, and the frame of the vehicle that stands on the ground."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from vehicle_id.synth.ground.layers import Layer
from vehicle_id.synth.ground.noise import GroundPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundContext:
    """Source of random numbers, and the axis and bay of the vehicle."""

    rng: np.random.Generator
    axis_deg: float
    bay_m: GroundPoint

    def seed(self) -> int:
        """A seed for one layer."""
        return int(self.rng.integers(1 << 20))

    def chance(self, share: float) -> bool:
        """True in a share of the draws."""
        return bool(self.rng.random() < share)

    def between(self, low: float, high: float) -> float:
        """A uniformly drawn number."""
        return float(self.rng.uniform(low, high))

    def turn(self, spread_deg: float = 0.0) -> float:
        """The axis, or a direction near it; with a spread of 180 any."""
        return self.axis_deg + self.between(-spread_deg, spread_deg)

    def place(self, points: Sequence[GroundPoint]) -> tuple[GroundPoint, ...]:
        """Points along and across the axis in the frame of the ground."""
        c, s = math.cos(math.radians(self.axis_deg)), math.sin(math.radians(self.axis_deg))
        return tuple((u * c - v * s, u * s + v * c) for u, v in points)

    def spot(self, reach_m: float = 35.0) -> GroundPoint:
        """A point within reach of the origin on both axes."""
        return self.between(-reach_m, reach_m), self.between(-reach_m, reach_m)


def vehicle_width(bay_m: GroundPoint) -> float:
    """Approximate width of the vehicle that a bay is for."""
    return bay_m[1] * 0.72


GroundRecipe = Callable[[GroundContext], tuple[list[Layer], list[Layer]]]
