"""Box cars, gondolas and tank cars of the 1520 mm gauge, with their Chinese cousins.

From above: a box car is a closed ridged roof over the full width, a gondola an open trough whose inside lies
in shade, a tank car a bright ridge line with a dome and a frame showing at the ends. This room does not know
flat cars, nor the track.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from vehicle_id.synth.draft import Draft
from vehicle_id.synth.mesh import Assembly, Floats, Mesh, Point, arch, box, copies, cylinder, lathe, tube
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, RUST, STEEL, WOOD, Paint, loose, shade
from vehicle_id.synth.shapes.rail_gear import (
    OVERHANG_M,
    Laden,
    brakes,
    couplers,
    end_platforms,
    end_sills,
    ordered,
    running_gear,
)
from vehicle_id.synth.shapes.rail_loads import load

_SIDES = 22
GOODS = ("coal", "coal", "coal", "ore", "sand", "gravel", "scrap", "timber", "timber", "pipes")


# ------------------------------------------------------------------ box car
def box_car(draft: Draft) -> Assembly:
    """A closed wagon: round or ridged roof with seams, hatches or a walkway; doors in the middle of the sides."""
    length, half, top = draft.length_m, draft.width_m / 2, draft.height_m
    end = length / 2 - OVERHANG_M
    wall = half - 0.07
    eaves = top * draft.rng.uniform(0.83, 0.88)
    body = box((-end, end), (-wall, wall), (1.05, eaves), draft.coat)
    roof = _roof_paint(draft)
    parts = [*running_gear(length, _bogie_centres(length)), body]
    parts += _roof(draft, end, wall + 0.04, eaves, top - 0.09, roof)
    parts += _roof_fittings(draft, end, top - 0.09, roof)
    parts += _doors(draft, half, eaves)
    ribs = box((-0.06, 0.06), (-wall - 0.05, wall + 0.05), (1.1, eaves - 0.05), shade(draft.coat, 0.85))
    parts.append(copies(ribs, [(x, 0, 0) for x in np.linspace(-end + 0.07, end - 0.07, 9) if abs(x) > 2.2]))
    return Assembly(fixed=parts)


def _roof_paint(draft: Draft) -> Paint:
    """The roof is painted like the body, zinc grey, or rusty."""
    if draft.chance(0.35):
        return draft.coat
    return loose(draft.rng, str(draft.rng.choice(("#9a9b98", "#b3b3af", "#7d7c78", "#6b5548", "#5a4c44", "#8b847c"))))


def _roof(draft: Draft, end: float, half: float, eaves: float, top: float, paint: Paint) -> list[Mesh]:
    """The shell and its cross seams, which stand up as ribs."""
    section = _vault(half, eaves, top, ridged=draft.chance(0.4))
    rib = [(y * 1.012, z + 0.025) for y, z in section]
    tone = shade(paint, draft.rng.uniform(0.72, 1.2))
    seams = np.linspace(-end + 0.05, end - 0.05, int(draft.rng.integers(8, 14)))
    strip = arch((-0.05, 0.05), rib, tone)
    return [arch((-end - 0.04, end + 0.04), section, paint), copies(strip, [(x, 0, 0) for x in seams])]


def _vault(half: float, eaves: float, top: float, *, ridged: bool) -> list[tuple[float, float]]:
    """Half a roof's section over the eaves: two slopes, or a low round."""
    if ridged:
        return [(-half, eaves), (half, eaves), (half, eaves + 0.1), (0.0, top), (-half, eaves + 0.1)]
    turns = np.linspace(0, math.pi, 8)
    return [(half * math.cos(t), eaves + (top - eaves) * math.sin(t) ** 0.8) for t in turns]


def _roof_fittings(draft: Draft, end: float, ridge: float, roof: Paint) -> list[Mesh]:
    """Loading hatches along the ridge, a walkway on it, or nothing; always some vents."""
    parts: list[Mesh] = []
    style = draft.rng.choice(("hatches", "walkway", "both", "vents"))
    if style in ("hatches", "both"):
        hatch = cylinder("z", (ridge - 0.15, ridge + 0.09), (0.0, 0.0), 0.32, shade(roof, 0.6), sides=10)
        parts.append(copies(hatch, [(x * end, 0, 0) for x in (-0.78, -0.28, 0.28, 0.78)]))
    if style in ("walkway", "both"):
        plank = WOOD if draft.chance(0.4) else shade(roof, 0.55)
        parts.append(box((-end, end), (-0.26, 0.26), (ridge + 0.04, ridge + 0.08), plank))
    vent = box((-0.2, 0.2), (-0.2, 0.2), (ridge - 0.3, ridge + 0.09), DARK_STEEL)
    places = [(x * end, y, 0) for x in (-0.55, 0.55) for y in ((-0.6, 0.6) if style == "vents" else (0.0,))]
    return [*parts, copies(vent, places)]


def _doors(draft: Draft, half: float, eaves: float) -> list[Mesh]:
    """Sliding doors with the rail over them; now and then one left open."""
    parts = []
    width = draft.rng.uniform(2.0, 3.8)
    for side in (-1, 1):
        at = (0.8 if draft.chance(0.12) else 0.0) * width
        outer = side * half
        face = ordered(outer, outer - side * 0.1)
        tone = shade(draft.coat, draft.rng.uniform(0.7, 1.1))
        parts.append(box((at - width / 2, at + width / 2), face, (1.15, eaves - 0.12), tone))
        parts.append(box((-width, width), face, (eaves - 0.1, eaves - 0.02), DARK_STEEL))
        if at:
            inner = ordered(outer - side * 0.02, outer - side * 0.08)
            parts.append(box((-width / 2, at - width / 2), inner, (1.2, eaves - 0.2), CHASSIS))
    return parts


# ------------------------------------------------------------------ gondola
def gondola(draft: Draft) -> Assembly:
    """An open wagon with upright ribs: empty and dark inside, or with a load up to and over the rim."""
    length, rim = draft.length_m, draft.height_m
    end, wall = length / 2 - OVERHANG_M, draft.width_m / 2 - 0.11
    floor = 1.2
    inside = _grimy(draft)
    parts = [*running_gear(length, _bogie_centres(length)), *brakes(length)]
    parts += _trough(draft, end, wall, floor, rim, inside)
    parts += _uprights(draft, end, wall, rim)
    if draft.chance(0.45):
        return Assembly(fixed=[*parts, *_trough_floor(draft, end, wall, floor, inside)])
    goods = str(draft.rng.choice(GOODS))
    within = load(goods, (-end + 0.09, end - 0.09), (-wall + 0.08, wall - 0.08), floor, rim, draft.rng)
    return Laden(fixed=[*parts, *_trough_floor(draft, end, wall, floor, inside)], above=[within])


def _grimy(draft: Draft) -> Paint:
    """The inside: bare, rusted, black of coal."""
    return loose(draft.rng, str(draft.rng.choice(("#5c4334", "#6d4e3b", "#47403b", "#393633", "#7a6250", "#54504c"))))


def _trough(draft: Draft, end: float, wall: float, floor: float, rim: float, inside: Paint) -> list[Mesh]:
    """Floor, walls with a lining a hair inside them, and the rolled rim along the top."""
    chord = shade(draft.coat, draft.rng.uniform(0.9, 1.25))
    low = floor - 0.15
    parts = [box((-end, end), (-wall, wall), (low, floor), inside)]
    for way in (-1, 1):
        for near, far, paint in ((0.0, 0.04, draft.coat), (0.04, 0.07, inside)):
            parts.append(box((-end, end), ordered(way * (wall - near), way * (wall - far)), (low, rim - 0.05), paint))
            parts.append(box(ordered(way * (end - near), way * (end - far)), (-wall, wall), (low, rim - 0.06), paint))
        side, head = ordered(way * (wall - 0.09), way * (wall + 0.05)), ordered(way * (end - 0.09), way * end)
        parts.append(box((-end, end), side, (rim - 0.14, rim), chord))
        parts.append(box(head, (-wall, wall), (rim - 0.14, rim - 0.01), chord))
    return parts


def _uprights(draft: Draft, end: float, wall: float, rim: float) -> list[Mesh]:
    """Ribs outside the walls, closer or wider by the maker."""
    paint = shade(draft.coat, draft.rng.uniform(0.8, 1.05))
    count = int(draft.rng.integers(6, 10))
    rib = box((-0.09, 0.09), (-0.1, 0.0), (1.05, rim - 0.1), paint)
    mirrored = box((-0.09, 0.09), (0.0, 0.1), (1.05, rim - 0.1), paint)
    at = np.linspace(-end + 0.12, end - 0.12, count)
    beam = box((-0.05, 0.05), (-wall, wall), (-0.07, 0.07), paint)
    ends = copies(beam, [(way * end, 0, z) for way in (-1, 1) for z in np.linspace(1.35, rim - 0.5, 3)])
    return [copies(rib, [(x, -wall, 0) for x in at]), copies(mirrored, [(x, wall, 0) for x in at]), ends]


def _trough_floor(draft: Draft, end: float, wall: float, floor: float, inside: Paint) -> list[Mesh]:
    """What an empty one shows: the hump over the centre sill, cross beams between hatches, dregs of the last load."""
    parts = [box((-end + 0.1, end - 0.1), (-0.22, 0.22), (floor, floor + 0.06), shade(inside, 1.25))]
    if draft.chance(0.75):
        beam = box((-0.08, 0.08), (-wall + 0.1, wall - 0.1), (floor, floor + 0.04), shade(inside, 0.7))
        parts.append(copies(beam, [(x, 0, 0) for x in np.linspace(-end + 0.2, end - 0.2, 8)]))
    for _ in range(int(draft.rng.integers(0, 4))):
        goods = loose(draft.rng, str(draft.rng.choice(("#1f1e1e", "#a38c62", "#8d8a84", "#6e5546"))))
        radius, x, y = (
            draft.rng.uniform(0.3, 1.0),
            draft.rng.uniform(-end + 1.2, end - 1.2),
            draft.rng.uniform(-0.5, 0.5),
        )
        parts.append(lathe("z", [(floor + 0.02, radius), (floor + 0.15 * radius, 0.0)], (x, y), goods, sides=7))
    return parts


# ------------------------------------------------------------------ tank car
def tank_car(draft: Draft) -> Assembly:
    """A barrel on a frame with dome, catwalk and ladders in its middle; two barrels when it is very long."""
    length = draft.length_m
    if length > 22.5:
        return Assembly(fixed=_twin_tanks(draft))
    axles = 4 if length > 18 else 2
    base = 0.6 * length if axles == 4 else 2 * _bogie_centres(length)[1]
    gear = running_gear(length, (-base / 2, base / 2), axles=axles)
    domes = (-0.2, 0.2) if axles == 4 else (0.0,)
    barrel = 2 * (length / 2 - OVERHANG_M) - draft.rng.uniform(0.25, 1.1)
    return Assembly(fixed=[*gear, *_tank(draft, 0.0, barrel, domes), *_underframe(draft, length, 0.0)])


def _twin_tanks(draft: Draft) -> list[Mesh]:
    """Two tanks on one coupled pair of frames over three bogies."""
    length, unit = draft.length_m, draft.length_m / 2
    barrel = unit - OVERHANG_M - draft.rng.uniform(0.5, 0.9)
    parts = [*couplers(length)]
    parts += running_gear(length, (-length / 2 + 2.6, 0.0, length / 2 - 2.6))[2:]
    state = draft.rng.bit_generator.state
    for way in (-1, 1):
        draft.rng.bit_generator.state = state  # the two halves are twins
        parts += _tank(draft, way * (unit / 2 - 0.15), barrel, (0.0,))
    return [*parts, *_underframe(draft, length, 0.0)]


def _tank(draft: Draft, middle: float, barrel: float, domes: tuple[float, ...]) -> list[Mesh]:
    """A barrel with its ends, bands, domes and catwalks."""
    crown = draft.height_m - 0.42
    radius = min(draft.width_m / 2 - 0.06, (crown - 1.05) / 2)
    axle = crown - radius
    half = barrel / 2
    dish = draft.rng.uniform(0.25, 0.5)
    profile = [(-half, 0.0), *_dish(-half, dish, radius), *_dish(half, -dish, radius)[::-1], (half, 0.0)]
    shell = lathe("x", profile, (0.0, axle), draft.coat, sides=_SIDES).moved((middle, 0, 0))
    parts = [shell, *_bands(draft, half - dish, axle, radius, middle)]
    for share in domes:
        at = middle + share * barrel
        parts += [*_stain(draft, at, axle, radius), *_dome(draft, at, crown), *_catwalk(draft, at, axle, radius, crown)]
    if draft.chance(0.3):  # a walkway along the spine
        walk = box((middle - half + 0.4, middle + half - 0.4), (-0.25, 0.25), (crown + 0.04, crown + 0.1), DARK_STEEL)
        parts.append(walk)
    return parts


def _dish(tip: float, depth: float, radius: float) -> list[tuple[float, float]]:
    """The round of a dished end, from its tip to the barrel."""
    turns = np.linspace(0.45, math.pi / 2, 3)
    return [(tip + depth * (1 - math.cos(t)), radius * math.sin(t)) for t in turns]


def _bands(draft: Draft, reach: float, axle: float, radius: float, middle: float) -> list[Mesh]:
    """Straps that hold the barrel down, or plate seams of another tone."""
    tone = shade(draft.coat, float(draft.rng.choice((0.6, 0.75, 1.3))))
    ring = lathe("x", [(-0.06, radius + 0.025), (0.06, radius + 0.025)], (0.0, axle), tone, sides=_SIDES)
    places = np.linspace(-reach, reach, int(draft.rng.integers(3, 7)))
    return [copies(ring, [(middle + x, 0, 0) for x in places])]


def _stain(draft: Draft, at: float, axle: float, radius: float) -> list[Mesh]:
    """What was spilt around the dome, or a painted band across the middle."""
    if draft.chance(0.4):
        return []
    width = draft.rng.uniform(0.5, 1.4)
    tones = ("#2a2725", "#3a332d", "#2a2725", "#a08028", "#8d8d8a", "#7a2a22")
    paint = loose(draft.rng, str(draft.rng.choice(tones)))
    return [lathe("x", [(at - width, radius + 0.012), (at + width, radius + 0.012)], (0.0, axle), paint, sides=_SIDES)]


def _dome(draft: Draft, at: float, crown: float) -> list[Mesh]:
    """The hatch collar with its lid, and valves beside it."""
    radius = draft.rng.uniform(0.35, 0.75)
    lid = loose(draft.rng, str(draft.rng.choice(("#3b3937", "#77766f", "#a5a49c", "#56504a"))))
    collar = lathe(
        "z",
        [(crown - 0.2, radius), (crown + 0.24, radius), (crown + 0.34, radius * 0.6), (crown + 0.36, 0)],
        (at, 0),
        lid,
    )
    valve = cylinder("z", (crown - 0.1, crown + 0.28), (at, 0.0), 0.14, DARK_STEEL, sides=6)
    return [collar, copies(valve, [(way * (radius + 0.45), 0, 0) for way in (-1, 1)])]


def _catwalk(draft: Draft, at: float, axle: float, radius: float, crown: float) -> list[Mesh]:
    """A platform across the top beside the dome, its railing, and a ladder down each side."""
    long, wide = draft.rng.uniform(0.9, 2.2), draft.rng.uniform(0.6, 0.95)
    crown -= 0.2
    grate = shade(STEEL, draft.rng.uniform(0.4, 1.2))
    parts = [
        box((at - long / 2, at + long / 2), (way * wide - 0.3, way * wide + 0.3), (crown - 0.06, crown), grate)
        for way in (-1, 1)
    ]
    if draft.chance(0.6):
        corners = [(at + x * long / 2, way * (wide + 0.28)) for way in (-1, 1) for x in (-1, 1)]
        parts += [tube((x, y, crown), (x, y, crown + 0.62), 0.03, DARK_STEEL, sides=4) for x, y in corners]
        rail = box((at - long / 2, at + long / 2), (-0.03, 0.03), (crown + 0.56, crown + 0.62), DARK_STEEL)
        parts.append(copies(rail, [(0, way * (wide + 0.28), 0) for way in (-1, 1)]))
    side = radius + 0.03
    path: list[Point] = [(at, 0.5 * side, axle + 0.87 * side), (at, side, axle), (at, side, 1.05)]
    for way in (-1, 1):
        steps = [(x, way * y, z) for x, y, z in path]
        parts += [_ladder(a, b, grate) for a, b in pairwise(steps)]
    return parts


def _ladder(low: Point, high: Point, paint: Paint) -> Mesh:
    """Seen from far a ladder is a strip: a flat bar half a metre wide along x."""
    a, b = np.array(low), np.array(high)
    away = np.array([0.25, 0.0, 0.0])
    lift = np.array([0.0, np.sign(a[1] or b[1]) * 0.03, 0.03])
    corners: Floats = np.array([[a - away, a + away, b + away], [a - away, b + away, b - away]]) + lift
    return Mesh(corners, np.tile(paint.rgb, (2, 1)), np.full(2, paint.gloss), np.zeros(2, bool))


def _underframe(draft: Draft, length: float, z: float) -> list[Mesh]:
    """Footplates at the ends, saddles under the barrel, and side sills if it has them."""
    paint = RUST if draft.chance(0.3) else CHASSIS if draft.chance(0.5) else shade(draft.coat, 0.6)
    half = draft.width_m / 2
    parts = [*end_platforms(length, 2 * half, 1.25, paint, depth_m=0.9), *end_sills(length, 2 * half, 1.2, paint)]
    saddle = box((-0.25, 0.25), (-half * 0.8, half * 0.8), (0.95, 1.5), paint)
    parts.append(copies(saddle, [(x, 0, z) for x in _bogie_centres(length)]))
    if draft.chance(0.4):
        end = length / 2 - OVERHANG_M
        parts += [box((-end, end), ordered(way * half, way * (half - 0.12)), (1.0, 1.24), paint) for way in (-1, 1)]
    return parts


def _bogie_centres(length: float) -> tuple[float, float]:
    """Pivots as on the gondola 12-132: 8.65 of 13.92 m; longer wagons have them relatively further out."""
    base = 0.62 * length if length < 15 else 0.68 * length
    return -base / 2, base / 2
