"""Hulls and wheelhouses of boats.

z = 0 is the waterline; the bow is at the highest x.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np

from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.mesh import Mesh, box, cylinder, join, painted, taper
from vehicle_id.synth.paint import GLASS, WHITE_PANEL, Paint, loose, shade
from vehicle_id.synth.shapes.common.shells import skin
from vehicle_id.synth.vehicle_sample import VehicleSample

DECKS: Final = ("#d9d6cc", "#c4b08a", "#a88a62", "#b8bcbc", "#8a9a9a", "#9c5a48")


def outline(
    length: float, width: float, *, stern: float = 0.85, fullness: float = 2.2, parallel: float = 0.45
) -> Float64Array:
    """Plan of a hull `[N, 2]`, counter-clockwise from the stern's right corner; the bow is a point.

    Args:
        length: metres.
        width: the widest.
        stern: width of the stern as a share.
        fullness: the higher, the blunter the bow.
        parallel: where the widest part ends, as a share of the length from the stern.
    """
    along = np.linspace(0, 1, 9)
    fore = np.clip((along - parallel) / (1 - parallel), 0, 1)
    aft = np.clip(1 - along / max(parallel, 1e-6), 0, 1)
    half = width / 2 * (1 - fore**fullness) * (1 - (1 - stern) * aft**2)
    x = (along - 0.5) * length
    right = np.stack([x, -half], 1)
    return np.concatenate([right, right[-2::-1] * (1, -1)])


def hull(
    plan: Float64Array, top: float, paint: Paint, *, floor: float, inside: Paint, rim: float, flare: float = 0.9
) -> Mesh:
    """Sides from the water up to a gunwale of width `rim`, and down inside it to a floor.

    Args:
        plan: outline `[N, 2]` at the gunwale.
        top: height of the gunwale.
        paint: of the hull.
        floor: height of the floor or deck.
        inside: paint of the floor and what leads down to it.
        rim: width of the gunwale, metres.
        flare: how much narrower the waterline is.
    """
    half = np.abs(plan).max(0)
    inner = plan * (1 - rim / half)
    rings = [
        at_height(plan * (flare**0.5, flare), 0.0),
        at_height(plan, top),
        at_height(inner, top),
        at_height(inner * 0.99, floor),
    ]
    outer = [skin(lower, upper, paint) for lower, upper in pairwise(rings[:3])]
    return join([*outer, skin(rings[2], rings[3], inside), level(rings[3], inside)])


def at_height(plan: Float64Array, z: float) -> Float64Array:
    """An outline `[N, 2]` as a ring `[N, 3]`."""
    return np.concatenate([plan, np.full((len(plan), 1), z)], 1)


def level(ring: Float64Array, paint: Paint) -> Mesh:
    """A ring closed from its middle: decks, floors, covers."""
    middle = np.broadcast_to(ring.mean(0), ring.shape)
    return painted(np.stack([middle, ring, np.roll(ring, -1, 0)], 1), paint)


def white_or_coat(sample: VehicleSample) -> Paint:
    """Small boats are mostly white."""
    return WHITE_PANEL if sample.chance(0.5) else sample.coat


def wheelhouse(sample: VehicleSample, x: tuple[float, float], half: float, low: float, top: float) -> list[Mesh]:
    """Walls, windows around, a roof of another tone with a rail or a dome."""
    roof = WHITE_PANEL if sample.chance(0.6) else loose(sample.rng, "#a9adad")
    belt = top - 0.35 * (top - low)
    return [
        box(x, (-half, half), (low, belt), WHITE_PANEL if sample.chance(0.7) else sample.coat),
        taper(x, (-half, half), (belt, top - 0.06), (x[0], x[1] - 0.15), (-half * 0.95, half * 0.95), GLASS),
        box((x[0] - 0.2, x[1]), (-half * 1.04, half * 1.04), (top - 0.08, top), roof),
        cylinder("z", (top, top + 0.15), (sum(x) / 2, 0.0), 0.3 * half, shade(roof, 0.8), sides=8),
    ]
