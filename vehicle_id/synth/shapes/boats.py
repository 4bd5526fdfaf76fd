"""Boats: open motor boats, cabin cruisers and sailing boats, fishing boats, patrol boats, barges.

The length tells which. z = 0 is the waterline; the bow is at the highest x. This room does not know water.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from vehicle_id.synth.draft import Draft
from vehicle_id.synth.mesh import (
    Assembly,
    Floats,
    Mesh,
    box,
    copies,
    cylinder,
    join,
    painted,
    relief,
    slab,
    taper,
    tube,
)
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, GLASS, STEEL, TYRE, WHITE_PANEL, WOOD, Paint, loose, shade
from vehicle_id.synth.shapes.rail_loads import LOOSE, humps

COVERS: Final = ("#3f8fc9", "#2f5a8f", "#3d4a55", "#c9c2b2", "#5a6a58", "#e0ded6")
DECKS: Final = ("#d9d6cc", "#c4b08a", "#a88a62", "#b8bcbc", "#8a9a9a", "#9c5a48")


def boat(draft: Draft) -> Assembly:
    """A motor boat under 7.5 m; cruisers, yachts and fishing boats up to 16; patrol boats up to 38; then barges."""
    length = draft.length_m
    if length < 7.5:
        return Assembly(fixed=_motor_boat(draft))
    if length < 16:
        sails = draft.height_m > 5.5 or (draft.height_m > 4 and draft.chance(0.25))
        return Assembly(fixed=_yacht(draft) if sails else _work_boat(draft))
    return Assembly(fixed=_patrol(draft) if length < 38 else _barge(draft))


# ------------------------------------------------------------------ hulls
def outline(
    length: float, width: float, *, stern: float = 0.85, fullness: float = 2.2, parallel: float = 0.45
) -> Floats:
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
    plan: Floats, top: float, paint: Paint, *, floor: float, inside: Paint, rim: float, flare: float = 0.9
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
    rings = [_at(plan * (flare**0.5, flare), 0.0), _at(plan, top), _at(inner, top), _at(inner * 0.99, floor)]
    outer = np.concatenate([_strip(rings[0], rings[1]), _strip(rings[1], rings[2])])
    return join([painted(outer, paint), painted(np.concatenate([_strip(rings[2], rings[3]), _fan(rings[3])]), inside)])


def _at(plan: Floats, z: float) -> Floats:
    return np.concatenate([plan, np.full((len(plan), 1), z)], 1)


def _strip(a: Floats, b: Floats) -> Floats:
    """Triangles between two closed rings."""
    c, d = np.roll(a, -1, 0), np.roll(b, -1, 0)
    return np.concatenate([np.stack([a, c, d], 1), np.stack([a, d, b], 1)])


def _fan(ring: Floats) -> Floats:
    centre = np.broadcast_to(ring.mean(0), ring.shape)
    return np.stack([centre, ring, np.roll(ring, -1, 0)], 1)


def _white(draft: Draft) -> Paint:
    """Small boats are mostly white."""
    return WHITE_PANEL if draft.chance(0.5) else draft.coat


# ------------------------------------------------------------------ small boats
def _motor_boat(draft: Draft) -> list[Mesh]:
    """Open, with benches, a screen, an outboard; or under a cover or a small roof."""
    rng, length, width, top = draft.rng, draft.length_m, draft.width_m, draft.height_m
    free = min(top, rng.uniform(0.55, 0.9))
    plan = outline(length * 0.95, width, fullness=rng.uniform(1.6, 3.2), parallel=rng.uniform(0.3, 0.6)) + np.array(
        [0.025 * length, 0.0]
    )
    inside = loose(rng, str(rng.choice(DECKS)))
    parts = [hull(plan, free, _white(draft), floor=0.25 * free, inside=inside, rim=0.16 * width)]
    if draft.chance(0.4):
        parts.append(_cover(plan * 0.93, free, min(top, free + 0.35), loose(rng, str(rng.choice(COVERS)))))
    else:
        bench = box((-0.2, 0.2), (-0.34 * width, 0.34 * width), (0.2 * free, 0.7 * free), loose(rng, "#cfc6b4"))
        parts.append(copies(bench, [(share * length, 0, 0) for share in (-0.3, -0.08)]))
        fore = slab(
            [(x, 0.9 * y) for x, y in plan[plan[:, 0] > 0.14 * length]], (0.8 * free, free + 0.03), _white(draft)
        )
        parts.append(fore)
    back = -length / 2
    if draft.chance(0.7):
        parts.append(box((back, back + 0.09 * length), (-0.17, 0.17), (0.3 * free, min(top, 1.3 * free)), CHASSIS))
    else:
        parts.append(box((back, back + 0.05 * length), (-0.3 * width, 0.3 * width), (0.2 * free, 0.4 * free), WOOD))
    parts += _screen(draft, length, width, free, top)
    return parts


def _screen(draft: Draft, length: float, width: float, free: float, top: float) -> list[Mesh]:
    """A windscreen up to the height, or a roof on posts."""
    half = 0.36 * width
    if draft.chance(0.35):
        post = tube((-0.15 * length, half, free), (-0.15 * length, half, top - 0.06), 0.03, STEEL, sides=4)
        shade_roof = box(
            (-0.2 * length, 0.08 * length),
            (-half, half),
            (top - 0.07, top),
            loose(draft.rng, str(draft.rng.choice(COVERS))),
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


def _cover(plan: Floats, low: float, top: float, paint: Paint) -> Mesh:
    """Cloth stretched over the whole boat, a ridge in its middle."""
    ring, high = _at(plan, low + 0.02), _at(plan * (0.7, 0.15), top)
    return painted(np.concatenate([_strip(ring, high), _fan(high)]), paint)


def _yacht(draft: Draft) -> list[Mesh]:
    """A sailing boat: slender, a low cabin, a cockpit aft, mast and boom with the sail furled on it."""
    rng, length, width, top = draft.rng, draft.length_m, draft.width_m, draft.height_m
    free = min(0.11 * length, 0.5 * top)
    plan = outline(length, width, stern=rng.uniform(0.5, 0.85), fullness=1.9, parallel=0.4)
    deck = loose(rng, str(rng.choice(DECKS[:3])))
    cloth = loose(rng, str(rng.choice(COVERS)))
    mast = 0.1 * length
    return [
        hull(plan, free, _white(draft), floor=free - 0.08, inside=deck, rim=0.07 * width),
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


def _work_boat(draft: Draft) -> list[Mesh]:
    """A fishing boat or cabin cruiser: wheelhouse fore or aft, open deck with gear, a short mast."""
    rng, length, width, top = draft.rng, draft.length_m, draft.width_m, draft.height_m
    free = min(0.45 * top, rng.uniform(0.9, 1.5))
    plan = outline(length, width, fullness=rng.uniform(2, 3.5), parallel=rng.uniform(0.45, 0.6))
    deck = loose(rng, str(rng.choice(DECKS)))
    house = -0.28 if draft.chance(0.5) else 0.08
    parts = [hull(plan, free, draft.coat, floor=0.6 * free, inside=deck, rim=0.09 * width)]
    parts += _wheelhouse(
        draft, (house * length, (house + rng.uniform(0.2, 0.3)) * length), 0.3 * width, 0.6 * free, 0.8 * top
    )
    parts.append(tube((house * length + 0.4, 0, 0.7 * top), (house * length + 0.4, 0, top), 0.07, STEEL, sides=4))
    clear = (0.1, 0.36) if house < 0 else (-0.42, -0.02)
    return [*parts, *_gear(draft, (clear[0] * length, clear[1] * length), 0.3 * width, 0.6 * free)]


def _wheelhouse(draft: Draft, x: tuple[float, float], half: float, low: float, top: float) -> list[Mesh]:
    """Walls, windows around, a roof of another tone with a rail or a dome."""
    roof = WHITE_PANEL if draft.chance(0.6) else loose(draft.rng, "#a9adad")
    belt = top - 0.35 * (top - low)
    return [
        box(x, (-half, half), (low, belt), WHITE_PANEL if draft.chance(0.7) else draft.coat),
        taper(x, (-half, half), (belt, top - 0.06), (x[0], x[1] - 0.15), (-half * 0.95, half * 0.95), GLASS),
        box((x[0] - 0.2, x[1]), (-half * 1.04, half * 1.04), (top - 0.08, top), roof),
        cylinder("z", (top, top + 0.15), (sum(x) / 2, 0.0), 0.3 * half, shade(roof, 0.8), sides=8),
    ]


def _gear(draft: Draft, x: tuple[float, float], half: float, z: float) -> list[Mesh]:
    """Nets, boxes, a hatch, tyres as fenders."""
    parts = [
        box(
            (x[0] + 0.3, x[0] + 0.3 + 0.4 * (x[1] - x[0])),
            (-half * 0.6, half * 0.6),
            (z, z + 0.25),
            loose(draft.rng, "#7d7a70"),
        )
    ]
    tones = ("#3f6f4f", "#2f5a8f", "#b8763c", "#c9c2b2", "#8a3f35")
    for _ in range(int(draft.rng.integers(0, 6))):
        at, aside = draft.rng.uniform(*x), draft.rng.uniform(-half, half)
        long, wide, high = draft.rng.uniform((0.15, 0.1 * half, 0.15), (0.6, 0.5 * half, 0.6))
        parts.append(
            box(
                (at - long, at + long),
                (aside - wide, aside + wide),
                (z, z + high),
                loose(draft.rng, str(draft.rng.choice(tones))),
            )
        )
    return parts


# ------------------------------------------------------------------ large boats
def _patrol(draft: Draft) -> list[Mesh]:
    """A fine bow, a superstructure in steps before the middle, mast and dish, something on the fore and after deck."""
    rng, length, width, top = draft.rng, draft.length_m, draft.width_m, draft.height_m
    free = min(0.3 * top, 0.07 * length + 0.8)
    plan = outline(length, width, stern=0.9, fullness=rng.uniform(1.7, 2.6), parallel=0.45)
    deck = shade(draft.coat, rng.uniform(0.5, 0.9)) if draft.chance(0.6) else loose(rng, str(rng.choice(DECKS)))
    first, second = free + 0.28 * (top - free), free + 0.5 * (top - free)
    paint = draft.coat if draft.chance(0.7) else WHITE_PANEL
    low, high = rng.uniform(-0.25, -0.1) * length, rng.uniform(0.15, 0.24) * length
    mast = 0.02 * length
    parts = [
        hull(plan, free, draft.coat, floor=free - 0.15, inside=deck, rim=0.04 * width),
        taper(
            (low, high),
            (-0.36 * width, 0.36 * width),
            (free - 0.15, first),
            (low, high - 0.04 * length),
            (-0.33 * width, 0.33 * width),
            paint,
        ),
        *_wheelhouse(draft, (mast, high - 0.07 * length), 0.27 * width, first, second),
        tube((mast, 0, first), (mast - 0.3, 0, top), 0.14, STEEL, sides=5),
        box((mast - 0.25, mast), (-0.14 * width, 0.14 * width), (0.8 * top, 0.82 * top), STEEL),
        box(
            (low + 0.03 * length, low + 0.09 * length),
            (-0.12 * width, 0.12 * width),
            (first, second * 0.95),
            shade(paint, 0.7),
        ),
    ]
    if draft.chance(0.6):
        parts += _fore_gun(0.31 * length, free, width)
    return [*parts, *_small_craft(draft, -0.38 * length, free, width)]


def _fore_gun(x: float, z: float, width: float) -> list[Mesh]:
    """A mount on the fore deck, or what passes for one: a capstan with a bar."""
    mount = cylinder("z", (z - 0.2, z + 1.0), (x, 0.0), 0.13 * width, STEEL, sides=8)
    return [mount, tube((x, 0, z + 0.8), (x + 0.3 * width, 0, z + 0.95), 0.07, DARK_STEEL, sides=5)]


def _small_craft(draft: Draft, x: float, z: float, width: float) -> list[Mesh]:
    """An inflatable on its chocks, and a crane beside it."""
    if draft.chance(0.35):
        return []
    plan = outline(min(5.0, 0.9 * width), 0.3 * width) + np.array([x, 0.0])
    tube_paint = loose(draft.rng, str(draft.rng.choice(("#d2691e", "#3d3f42", "#8f9192"))))
    ring = _at(plan, z + 0.8)
    raised = painted(np.concatenate([_strip(_at(plan, z - 0.1), ring), _fan(ring)]), tube_paint)
    well = box((x - 1.2, x + 0.8), (-0.08 * width, 0.08 * width), (z + 0.7, z + 0.83), TYRE)
    arm = tube((x + 1.5, 0.35 * width, z), (x - 1.0, 0.3 * width, z + 1.6), 0.12, STEEL, sides=5)
    return [raised, well, arm]


def _barge(draft: Draft) -> list[Mesh]:
    """A long box with a rounded bow: a hold, open, heaped or covered, and a wheelhouse aft on powered ones."""
    rng, length, width, top = draft.rng, draft.length_m, draft.width_m, draft.height_m
    powered = draft.chance(0.6)
    free = 0.5 * top if powered else 0.72 * top
    plan = outline(length, width, stern=0.92, fullness=rng.uniform(3, 9), parallel=rng.uniform(0.7, 0.88))
    deck = loose(rng, str(rng.choice(("#6f5a4c", "#7d7f7c", "#57534e", "#8a4a3c"))))
    aft = -0.32 * length if powered else -0.45 * length
    hold = (aft, 0.4 * length)
    parts = [hull(plan, free, draft.coat, floor=free - 0.1, inside=deck, rim=0.02 * width, flare=0.97)]
    parts += _hold(draft, hold, 0.38 * width, free, free + 0.18 * top)
    parts.append(cylinder("z", (free, free + 0.4), (0.455 * length, 0.0), 0.4, DARK_STEEL, sides=7))
    if powered:
        parts += _wheelhouse(
            draft, (-0.43 * length, -0.43 * length + min(6.0, 0.1 * length)), 0.32 * width, free, top - 0.15
        )
        return parts
    post = box((-0.2, 0.2), (-0.2, 0.2), (free, top), STEEL)
    return [*parts, copies(post, [(-0.47 * length, way * 0.3 * width, 0) for way in (-1, 1)])]


def _hold(draft: Draft, x: tuple[float, float], half: float, low: float, top: float) -> list[Mesh]:
    """Coamings around the hold; in it darkness, a heap, or hatch covers over it."""
    side, end = (
        box(x, (-0.12, 0.12), (low - 0.1, top), draft.coat),
        box((-0.12, 0.12), (-half, half), (low - 0.1, top - 0.01), draft.coat),
    )
    parts = [copies(side, [(0, half, 0), (0, -half, 0)]), copies(end, [(x[0], 0, 0), (x[1], 0, 0)])]
    kind = draft.rng.choice(("open", "heap", "heap", "covers"))
    if kind == "covers":
        edges = np.linspace(*x, int(draft.rng.integers(5, 12))).tolist()
        tone = loose(draft.rng, "#8f9694")
        lid = box((0.05, edges[1] - edges[0] - 0.15), (-half, half), (low, top + 0.02), tone)
        return [*parts, copies(lid, [(at, 0, 0) for at in edges[:-1]])]
    if kind == "heap":
        goods = str(draft.rng.choice(sorted(LOOSE)))
        heights = low + (top - low) * (0.2 + 1.5 * humps(int(draft.rng.integers(1, 6)), (28, 8), draft.rng))
        heights = np.minimum(heights, draft.height_m * 0.97)
        return [*parts, relief(x, (-half, half), heights, loose(draft.rng, str(draft.rng.choice(LOOSE[goods]))))]
    return [*parts, box(x, (-half, half), (low - 0.1, low - 0.05), CHASSIS)]
