"""What cross-country cars of all kinds have: wheels flush with their width, upright windscreens, hard roofs."""

from __future__ import annotations

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, box
from vehicle_id.synth.paint import CHASSIS, Paint, linear
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.vehicle_sample import Draft


def hard_roof(draft: Draft) -> Paint:
    """The coat, or white."""
    return Paint(rgb=linear("#dcdcd6"), gloss=0.1) if draft.chance(0.3) else draft.coat


def upright_outline(x: Span, width: float) -> np.ndarray:
    """An outline with a short front pillar, so that windscreen, pillar and side are painted apart."""
    half = width / 2
    return np.array([(x[0], 0.97 * half), (x[0] + 0.02, half), (x[1] - 0.10, half), (x[1], 0.90 * half)])


def wheels(draft: Draft, *, radius: float, wide: float, places: tuple[float, float]) -> list[Mesh]:
    """Four wheels flush with the width, `places` as shares of the length behind the front; and the belly."""
    length, half = draft.length_m, draft.width_m / 2
    wheels = [tyre for at in places for tyre in wheel_pair(length * (1 - at), (half - wide, half), radius)]
    return [*wheels, box((0.1 * length, 0.9 * length), (-0.35 * half, 0.35 * half), (0.35, 0.55), CHASSIS)]
