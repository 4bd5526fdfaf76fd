"""Boats: open motor boats, cabin cruisers and sailing boats, fishing boats; see `small_boats` and `ships` for others.

The length decides which.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.mesh import Assembly, Mesh, box, copies, join, slab, taper, tube
from vehicle_id.synth.paint import CHASSIS, GLASS, STEEL, WHITE_PANEL, WOOD, Paint, loose, shade
from vehicle_id.synth.shapes.common.shells import skin
from vehicle_id.synth.shapes.craft.boat_trailers import KEEL_M, drawbar_length, on_trailer
from vehicle_id.synth.shapes.craft.hulls import DECKS, at_height, hull, level, outline, wheelhouse, white_or_coat
from vehicle_id.synth.shapes.craft.inflatables import inflatable
from vehicle_id.synth.shapes.craft.ships import barge, patrol_boat
from vehicle_id.synth.shapes.craft.small_boats import small_boat
from vehicle_id.synth.vehicle_sample import VehicleSample

COVERS: Final = ("#3f8fc9", "#2f5a8f", "#3d4a55", "#c9c2b2", "#5a6a58", "#e0ded6")

ON_TRAILER: Final = "on a trailer"
"""Words in the names of rows of boats ashore."""
NARROWEST_MOTOR_BOAT_M: Final = 1.5
SHORTEST_MOTOR_BOAT_M: Final = 3.9


def boat(sample: VehicleSample) -> Assembly:
    """Under 7.5 m a small or a motor boat; cruisers, yachts, fishing boats to 16; patrol boats to 38; then barges."""
    length = sample.length_m
    if ON_TRAILER in sample.row.name:
        afloat = replace(sample, length_m=length - drawbar_length(sample), height_m=sample.height_m - KEEL_M)
        return Assembly(fixed=on_trailer(sample, _motor_boat(afloat)))
    if length < 7.5:
        return _under_7_m(sample)
    if length < 16:
        sails = sample.height_m > 5.5 or (sample.height_m > 4 and sample.chance(0.25))
        return Assembly(fixed=_yacht(sample) if sails else _work_boat(sample))
    return Assembly(fixed=patrol_boat(sample) if length < 38 else barge(sample))


def _under_7_m(sample: VehicleSample) -> Assembly:
    """Narrow and short boats are paddled, rowed, sailed or blown up; high ones have an engine and a screen."""
    if min(sample.width_m / NARROWEST_MOTOR_BOAT_M, sample.length_m / SHORTEST_MOTOR_BOAT_M) < 1:
        return small_boat(sample)
    if sample.chance(0.4):
        return small_boat(sample) if sample.height_m < 1.2 else Assembly(fixed=inflatable(sample))
    return Assembly(fixed=_motor_boat(sample))


def _motor_boat(sample: VehicleSample) -> list[Mesh]:
    """Open, with benches, a screen, an outboard; or under a cover or a small roof."""
    rng, length, width, top = sample.rng, sample.length_m, sample.width_m, sample.height_m
    free = min(top, rng.uniform(0.55, 0.9))
    plan = outline(length * 0.95, width, fullness=rng.uniform(1.6, 3.2), parallel=rng.uniform(0.3, 0.6)) + np.array(
        [0.025 * length, 0.0]
    )
    inside = loose(rng, str(rng.choice(DECKS)))
    parts = [hull(plan, free, white_or_coat(sample), floor=0.25 * free, inside=inside, rim=0.16 * width)]
    if sample.chance(0.4):
        parts.append(_cover(plan * 0.93, free, min(top, free + 0.35), loose(rng, str(rng.choice(COVERS)))))
    else:
        bench = box((-0.2, 0.2), (-0.34 * width, 0.34 * width), (0.2 * free, 0.7 * free), loose(rng, "#cfc6b4"))
        parts.append(copies(bench, [(share * length, 0, 0) for share in (-0.3, -0.08)]))
        fore = slab(
            [(x, 0.9 * y) for x, y in plan[plan[:, 0] > 0.14 * length]],
            (0.8 * free, free + 0.03),
            white_or_coat(sample),
        )
        parts.append(fore)
    back = -length / 2
    if sample.chance(0.7):
        parts.append(box((back, back + 0.09 * length), (-0.17, 0.17), (0.3 * free, min(top, 1.3 * free)), CHASSIS))
    else:
        parts.append(box((back, back + 0.05 * length), (-0.3 * width, 0.3 * width), (0.2 * free, 0.4 * free), WOOD))
    parts += _screen(sample, length, width, free, top)
    return parts


def _screen(sample: VehicleSample, length: float, width: float, free: float, top: float) -> list[Mesh]:
    """A windscreen up to the height, or a roof on posts."""
    half = 0.36 * width
    if sample.chance(0.35):
        post = tube((-0.15 * length, half, free), (-0.15 * length, half, top - 0.06), 0.03, STEEL, sides=4)
        shade_roof = box(
            (-0.2 * length, 0.08 * length),
            (-half, half),
            (top - 0.07, top),
            loose(sample.rng, str(sample.rng.choice(COVERS))),
        )
        return [
            shade_roof,
            copies(post, [(0, 0, 0), (0, -2 * half, 0), (0.2 * length, 0, 0), (0.2 * length, -2 * half, 0)]),
        ]
    return [
        taper(
            (0.04 * length, 0.16 * length),
            (-half, half),
            (0.9 * free, top),
            (0.02 * length, 0.06 * length),
            (-half * 0.85, half * 0.85),
            GLASS,
        )
    ]


def _cover(plan: Float64Array, low: float, top: float, paint: Paint) -> Mesh:
    """Cloth stretched over the whole boat, a ridge in its middle."""
    ring, high = at_height(plan, low + 0.02), at_height(plan * (0.7, 0.15), top)
    return join([skin(ring, high, paint), level(high, paint)])


def _yacht(sample: VehicleSample) -> list[Mesh]:
    """A sailing boat: slender, a low cabin, a cockpit aft, mast and boom with the sail furled on it."""
    rng, length, width, top = sample.rng, sample.length_m, sample.width_m, sample.height_m
    free = min(0.11 * length, 0.5 * top)
    plan = outline(length, width, stern=rng.uniform(0.5, 0.85), fullness=1.9, parallel=0.4)
    deck = loose(rng, str(rng.choice(DECKS[:3])))
    cloth = loose(rng, str(rng.choice(COVERS)))
    mast = 0.1 * length
    return [
        hull(plan, free, white_or_coat(sample), floor=free - 0.08, inside=deck, rim=0.07 * width),
        taper(
            (-0.12 * length, 0.27 * length),
            (-0.27 * width, 0.27 * width),
            (free - 0.08, free + 0.35),
            (-0.11 * length, 0.2 * length),
            (-0.2 * width, 0.2 * width),
            WHITE_PANEL,
        ),
        box((-0.08 * length, 0.12 * length), (-0.275 * width, 0.275 * width), (free + 0.02, free + 0.16), GLASS),
        box(
            (-0.4 * length, -0.15 * length), (-0.2 * width, 0.2 * width), (free - 0.07, free - 0.03), shade(deck, 0.55)
        ),
        tube((mast, 0, free), (mast, 0, top), 0.08, STEEL, sides=5),
        tube((mast, 0, free + 0.9), (-0.35 * length, 0, free + 0.95), 0.16, cloth, sides=6),
    ]


def _work_boat(sample: VehicleSample) -> list[Mesh]:
    """A fishing boat or cabin cruiser: wheelhouse fore or aft, open deck with gear, a short mast."""
    rng, length, width, top = sample.rng, sample.length_m, sample.width_m, sample.height_m
    free = min(0.45 * top, rng.uniform(0.9, 1.5))
    plan = outline(length, width, fullness=rng.uniform(2, 3.5), parallel=rng.uniform(0.45, 0.6))
    deck = loose(rng, str(rng.choice(DECKS)))
    deckhouse = -0.28 if sample.chance(0.5) else 0.08
    parts = [hull(plan, free, sample.coat, floor=0.6 * free, inside=deck, rim=0.09 * width)]
    parts += wheelhouse(
        sample, (deckhouse * length, (deckhouse + rng.uniform(0.2, 0.3)) * length), 0.3 * width, 0.6 * free, 0.8 * top
    )
    parts.append(
        tube((deckhouse * length + 0.4, 0, 0.7 * top), (deckhouse * length + 0.4, 0, top), 0.07, STEEL, sides=4)
    )
    clear = (0.1, 0.36) if deckhouse < 0 else (-0.42, -0.02)
    return [*parts, *_gear(sample, (clear[0] * length, clear[1] * length), 0.3 * width, 0.6 * free)]


def _gear(sample: VehicleSample, x: tuple[float, float], half: float, z: float) -> list[Mesh]:
    """Nets, boxes, a hatch, tyres as fenders."""
    parts = [
        box(
            (x[0] + 0.3, x[0] + 0.3 + 0.4 * (x[1] - x[0])),
            (-half * 0.6, half * 0.6),
            (z, z + 0.25),
            loose(sample.rng, "#7d7a70"),
        )
    ]
    tones = ("#3f6f4f", "#2f5a8f", "#b8763c", "#c9c2b2", "#8a3f35")
    for _ in range(int(sample.rng.integers(0, 6))):
        at, aside = sample.rng.uniform(*x), sample.rng.uniform(-half, half)
        long, wide, high = sample.rng.uniform((0.15, 0.1 * half, 0.15), (0.6, 0.5 * half, 0.6))
        parts.append(
            box(
                (at - long, at + long),
                (aside - wide, aside + wide),
                (z, z + high),
                loose(sample.rng, str(sample.rng.choice(tones))),
            )
        )
    return parts
