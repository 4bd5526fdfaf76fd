"""Small boats: kayaks, canoes, rowing boats, skiffs, prams, sailing dinghies with the mast down, inflatables.

Proportions are remembered from photographs; the row gives the size, and its width and height the kind.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from vehicle_id.synth.mesh import Assembly, Mesh, ball, box, copies, cylinder, tube
from vehicle_id.synth.paint import CHASSIS, COATS, DARK_STEEL, STEEL, WOOD, Paint, linear, loose, shade
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.craft.inflatables import inflatable
from vehicle_id.synth.shapes.craft.small_hulls import SmallHull, decked_hull, draw_hull, open_hull
from vehicle_id.synth.vehicle_sample import VehicleSample

PADDLED_M: Final = 1.0
"""Boats narrower than this are kayaks or canoes."""
NO_KAYAK_M: Final = (0.55, 0.75)
"""Heights over the water that are too much for a deck, too little for a paddler."""
INSIDES: Final = ("#b5a27a", "#8a6a46", "#c9c6bb", "#9aa0a0", "#6f7d72", "#d8d2c0", "#5f5a50", "#7c5a3c")
BRIGHT: Final = ("red", "orange", "yellow", "blue", "green", "white", "grey", "brown")
CLOTHES: Final = ("#b8322c", "#d86a20", "#2c4a8c", "#d6c13a", "#3a3c40", "#d8d8d4", "#4a6a4a")


def small_boat(sample: VehicleSample) -> Assembly:
    """A kind by the width: what is paddled, else rowed, sailed, motored or blown up."""
    rng = sample.rng
    if sample.width_m < PADDLED_M:
        between = NO_KAYAK_M[0] < sample.height_m < NO_KAYAK_M[1]
        kind = _canoe if between or (sample.width_m > 0.72 and rng.random() < 0.6) else _kayak
        return Assembly(fixed=kind(sample))
    if rng.random() < 0.3:
        return Assembly(fixed=inflatable(sample))
    kinds = (_rowing_boat, _rowing_boat, _skiff, _dinghy)
    return Assembly(fixed=kinds[int(rng.integers(len(kinds)))](sample))


def _paint(sample: VehicleSample) -> Paint:
    """The coat, or any bright colour."""
    if sample.chance(0.5):
        return sample.coat
    name = str(sample.rng.choice(BRIGHT))
    return Paint(rgb=linear(str(sample.rng.choice(COATS[name]))), gloss=float(sample.rng.uniform(0.02, 0.25)))


def _kayak(sample: VehicleSample) -> list[Mesh]:
    """Decked, with one or two cockpits, hatches and lines; a paddler where the row is high."""
    rng, long, top = sample.rng, sample.length_m, sample.height_m
    free = min(0.62 * top, rng.uniform(0.16, 0.24))
    hull = draw_hull(sample, free, stern=0.0, bow=0.0, fullness=rng.uniform(1.2, 2.2))
    crown = (top - free if top < 0.55 else rng.uniform(0.08, 0.16)) * 0.9
    colour = _paint(sample)
    deck = colour if sample.chance(0.7) else _paint(sample)
    parts = [decked_hull(hull, crown, (shade(colour, 0.9), deck))]
    seats = (-0.02,) if long < 4.6 or sample.chance(0.6) else (-0.15, 0.13)
    level = hull.sheer_at(0.0) + crown
    for share in seats:
        x = (share + rng.uniform(-0.03, 0.03)) * long
        size = (min(0.42, 0.1 * long), 0.62 * hull.half_at(x))
        for grow, tone, lift in ((1.15, shade(deck, 0.55), 0.0), (1.0, shade(DARK_STEEL, 0.35), 0.012)):
            well = cylinder("z", (free, level + 0.015 + lift), (0.0, 0.0), 1.0, tone, sides=14)
            parts.append(well.scaled((grow * size[0], grow * size[1], 1.0)).moved((x, 0.0, 0.0)))
        parts += _person(sample, x - 0.1, level, top) if top > level + 0.3 else []
    for share in (-0.33, 0.32):
        if sample.chance(0.5):
            tone = shade(DARK_STEEL, rng.uniform(0.4, 1.2))
            x = share * long
            parts.append(cylinder("z", (free, hull.sheer_at(x) + crown * hull.half_at(x) / hull.half.max() + 0.012),
                                  (x, 0.0), min(0.11, 0.5 * hull.half_at(x)), tone, sides=9))  # fmt: skip
    return parts


def _canoe(sample: VehicleSample) -> list[Mesh]:
    """Open from end to end, with thwarts, two seats and little decks at the ends."""
    rng, long, top = sample.rng, sample.length_m, sample.height_m
    free = min(0.8 * top, rng.uniform(0.28, 0.36))
    hull = draw_hull(sample, free, stern=0.0, bow=0.0, fullness=rng.uniform(1.5, 2.8))
    inside, wood = _inside(sample), shade(WOOD, rng.uniform(0.6, 1.5))
    parts = [open_hull(hull, floor=0.07, rim=rng.uniform(0.02, 0.05), paints=(_paint(sample), wood, inside))]
    parts += _benches(
        hull, [float(s) * long for s in np.linspace(-0.32, 0.32, int(rng.integers(2, 6)))], 0.09, wood, free
    )
    return parts + (_crew(sample, (-0.3, 0.27), free, top) if top > free + 0.3 else _rest(sample, hull, top))


def _rowing_boat(sample: VehicleSample) -> list[Mesh]:
    """Thwarts between a stem or a blunt bow and a transom; bottom boards, oars laid in, a small outboard on some."""
    rng, long, top = sample.rng, sample.length_m, sample.height_m
    free = min(0.9 * top, rng.uniform(0.38, 0.55))
    blunt = rng.uniform(0.4, 0.75) if sample.chance(0.25) else 0.0
    hull = draw_hull(sample, free, stern=rng.uniform(0.55, 0.9), bow=blunt, fullness=rng.uniform(1.6, 3.2))
    colour, inside = _paint(sample), _inside(sample)
    rail = shade(WOOD, rng.uniform(0.5, 1.5)) if sample.chance(0.5) else shade(colour, rng.uniform(0.6, 1.3))
    parts = [open_hull(hull, floor=0.12, rim=rng.uniform(0.04, 0.1), paints=(colour, rail, inside))]
    wood = shade(WOOD, rng.uniform(0.6, 1.6)) if sample.chance(0.6) else shade(inside, rng.uniform(0.7, 1.4))
    places = [-0.4, *np.linspace(-0.12, 0.28, int(rng.integers(1, 4)))]
    parts += _benches(hull, [float(share) * long for share in places], rng.uniform(0.2, 0.32), wood, 0.8 * free)
    slats = both((0.03, 0.4 * sample.width_m * 0.5))
    parts += [box((-0.38 * long, 0.25 * long), y, (0.1, 0.145), shade(inside, 0.8)) for y in slats]
    if sample.chance(0.4):
        oar = shade(WOOD, rng.uniform(0.9, 1.7))
        for side in (-0.22, 0.22):
            ends = (
                (-0.36 * long, side * sample.width_m, 0.85 * free),
                (0.3 * long, 0.5 * side * sample.width_m, 0.88 * free),
            )
            parts.append(tube(*ends, 0.025, oar, sides=5))
    if top > free + 0.35 and sample.chance(0.5):
        return parts + _crew(sample, (-0.05,) if sample.chance(0.6) else (-0.3, 0.05), free, top)
    return parts + (_outboard(sample, top) if top > free + 0.15 else _rest(sample, hull, top))


def _skiff(sample: VehicleSample) -> list[Mesh]:
    """Flat and square, of bare or painted metal: benches from side to side, an outboard, gear in the bottom."""
    rng, long, top = sample.rng, sample.length_m, sample.height_m
    free = min(0.75 * top, rng.uniform(0.4, 0.6))
    hull = draw_hull(
        sample, free, stern=rng.uniform(0.85, 1.0), bow=rng.uniform(0.5, 0.85), fullness=rng.uniform(2.5, 5.0)
    )
    metal = shade(STEEL, rng.uniform(0.7, 1.6)) if sample.chance(0.5) else _paint(sample)
    inside = shade(metal, rng.uniform(0.6, 1.1)) if sample.chance(0.6) else _inside(sample)
    parts = [open_hull(hull, floor=0.1, rim=rng.uniform(0.03, 0.09), paints=(metal, shade(metal, 1.15), inside))]
    parts += _benches(hull, [float(s) * long for s in (-0.36, rng.uniform(-0.1, 0.05), 0.3)], rng.uniform(0.25, 0.4),
                      shade(metal, rng.uniform(0.8, 1.2)), 0.75 * free)  # fmt: skip
    for _ in range(int(rng.integers(0, 4))):
        x, y = rng.uniform(-0.3, 0.25) * long, rng.uniform(-0.2, 0.2) * sample.width_m
        size = rng.uniform(0.2, 0.5)
        parts.append(
            box(about(x, size), about(y, 0.7 * size), (0.1, 0.1 + 0.6 * size), loose(rng, str(rng.choice(CLOTHES))))
        )
    return parts + _outboard(sample, top)


def _dinghy(sample: VehicleSample) -> list[Mesh]:
    """A sailing dinghy: decked round a cockpit, the mast and the boom laid along it; a cover over all on some."""
    rng, long, top = sample.rng, sample.length_m, sample.height_m
    free = min(0.8 * top, rng.uniform(0.3, 0.5))
    colour, crown, covered = _paint(sample), min(0.1, 0.15 * top), sample.chance(0.3)
    hull = draw_hull(sample, free, stern=rng.uniform(0.6, 0.95), bow=0.0, fullness=rng.uniform(1.6, 2.6),
                     most=free if covered else top - crown)  # fmt: skip
    if covered:
        cloth = loose(rng, str(rng.choice(["#3f7fb0", "#2f4a7f", "#8c9094", "#c9c2b2", "#4a5a58", "#dcdad2"])))
        return [decked_hull(hull, top - free, (colour, cloth)), *_spars(sample, hull, top)]
    deck = shade(colour, rng.uniform(0.85, 1.1)) if sample.chance(0.5) else loose(rng, "#d8d4c8")
    parts = [decked_hull(hull, crown, (colour, deck))]
    x, half = (-0.42 * long, rng.uniform(0.02, 0.15) * long), rng.uniform(0.5, 0.75) * sample.width_m / 2
    parts.append(box(x, (-half, half), (0.3 * free, free + crown + 0.012), shade(_inside(sample), 0.7)))
    parts.append(box((-0.08 * long, 0.02 * long), about(0.0, 0.06), (free, min(top, free + crown + 0.06)), WOOD))
    return [*parts, *_spars(sample, hull, top)]


def _spars(sample: VehicleSample, hull: SmallHull, top: float) -> list[Mesh]:
    """Mast and boom along the boat at its highest, one with the sail rolled on it."""
    rng, long = sample.rng, sample.length_m
    metal = shade(STEEL, rng.uniform(0.8, 1.6)) if sample.chance(0.7) else shade(WOOD, 1.2)
    radius = 0.035
    parts = [
        tube((-0.48 * long, 0.03, top - radius), (0.47 * long, rng.uniform(-0.05, 0.05), top - radius), radius, metal)
    ]
    if sample.chance(0.6):
        sail = loose(rng, str(rng.choice(["#e4e2da", "#3f6fa8", "#a83a32"])))
        y = float(rng.choice([-1, 1])) * min(0.2, 0.3 * hull.half_at(0.0))
        parts.append(tube((-0.4 * long, y, top - 0.09), (0.2 * long, y, top - 0.09), 0.09, sail))
    return parts


def _inside(sample: VehicleSample) -> Paint:
    return loose(sample.rng, str(sample.rng.choice(INSIDES)))


def _benches(hull: SmallHull, places: list[float], wide: float, paint: Paint, z: float) -> list[Mesh]:
    """Boards from side to side."""
    found = [(x, 0.93 * min(hull.half_at(x - wide / 2), hull.half_at(x + wide / 2))) for x in places]
    return [box(about(x, wide), (-half, half), (z - 0.04, z), paint) for x, half in found if half > 0.08]


def _crew(sample: VehicleSample, places: tuple[float, ...], free: float, top: float) -> list[Mesh]:
    """Persons on the thwarts, the first as high as the row."""
    return [part for share in places for part in _person(sample, share * sample.length_m, 0.6 * free, top)]


def _person(sample: VehicleSample, x: float, low: float, top: float) -> list[Mesh]:
    """Somebody who sits: legs before them, shoulders, a head or a hat."""
    rng, cloth = sample.rng, loose(sample.rng, str(sample.rng.choice(CLOTHES)))
    head = loose(rng, str(rng.choice(["#4a3428", "#c9a184", "#d8cfb8", "#2a2422"])))
    half = min(0.22, 0.42 * sample.width_m)
    return [box((x, x + 0.55), (-0.7 * half, 0.7 * half), (low, low + 0.12), loose(rng, "#3c4250")),
            ball((x, 0.0, (low + top) / 2 - 0.08), (0.16, half, (top - low) / 2 - 0.08), cloth),
            ball((x + 0.02, 0.0, top - 0.13), (0.11, 0.1, 0.13), head)]  # fmt: skip


def _outboard(sample: VehicleSample, top: float) -> list[Mesh]:
    """A motor on the transom."""
    tone = CHASSIS if sample.chance(0.5) else shade(STEEL, sample.rng.uniform(0.5, 1.9))
    back, half = -sample.length_m / 2, sample.rng.uniform(0.1, 0.17)
    leg = box((back, back + 0.12), (-0.4 * half, 0.4 * half), (0.05, 0.7 * top), shade(tone, 0.7))
    cowl = ball((back + 0.25, 0.0, top - 0.17), (0.25, half, 0.17), tone)
    return [leg, cowl, tube((back + 0.4, 0.0, top - 0.2), (back + 0.85, 0.05, top - 0.22), 0.03, DARK_STEEL, sides=5)]


def _rest(sample: VehicleSample, hull: SmallHull, top: float) -> list[Mesh]:
    """What stands over the gunwale when nobody is aboard, up to the height of the row: rowlocks, a bag."""
    rng, x = sample.rng, sample.rng.uniform(-0.1, 0.2) * sample.length_m
    y = hull.half_at(x) - 0.04
    pin = box((-0.03, 0.03), (-0.02, 0.02), (hull.sheer_at(x) - 0.05, top), DARK_STEEL)
    bag, at = loose(rng, str(rng.choice(CLOTHES))), rng.uniform(-0.25, 0.2) * sample.length_m
    parts = [copies(pin, [(x, y, 0), (x, -y, 0)])]
    return [*parts, ball((at, 0.0, 0.5 * top), (0.3, 0.2, 0.45 * top), bag)] if sample.chance(0.4) else parts
