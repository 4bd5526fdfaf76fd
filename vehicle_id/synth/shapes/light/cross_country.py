"""Parts common to all cross-country cars: wheels flush with their width, steep windscreens, hard roofs."""

from __future__ import annotations

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, box
from vehicle_id.synth.paint import CHASSIS, Paint, linear
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.vehicle_sample import VehicleSample


def hard_roof(sample: VehicleSample) -> Paint:
    """The coat, or white."""
    return Paint(rgb=linear("#dcdcd6"), gloss=0.1) if sample.chance(0.3) else sample.coat


def upright_outline(x: Span, width: float) -> np.ndarray:
    """An outline with a short front pillar, so that windscreen, pillar and side are painted apart."""
    half = width / 2
    return np.array([(x[0], 0.97 * half), (x[0] + 0.02, half), (x[1] - 0.10, half), (x[1], 0.90 * half)])


def wheels(sample: VehicleSample, *, radius: float, wide: float, places: tuple[float, float]) -> list[Mesh]:
    """Four wheels flush with the width, `places` as shares of the length behind the front; and the belly."""
    length, half = sample.length_m, sample.width_m / 2
    wheels = [tyre for at in places for tyre in wheel_pair(length * (1 - at), (half - wide, half), radius)]
    return [*wheels, box((0.1 * length, 0.9 * length), (-0.35 * half, 0.35 * half), (0.35, 0.55), CHASSIS)]
