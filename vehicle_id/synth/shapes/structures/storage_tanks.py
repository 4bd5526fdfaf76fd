"""Storage tanks: vertical under a cone, a dome or a floating roof, or lying on saddles."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from vehicle_id.synth.mesh import Assembly, Mesh, box, copies, cylinder, join, lathe, prism
from vehicle_id.synth.paint import CHASSIS, CONCRETE, DARK_STEEL, RUST, STEEL, WHITE_PANEL, Paint, loose, shade
from vehicle_id.synth.vehicle_sample import VehicleSample

ROUND: Final = 28
"""Sides of a large tank."""


def storage_tank(sample: VehicleSample) -> Assembly:
    """A vertical cylinder; where length and width differ it stands on a pad that fills them, or lies down.

    Rows give length and width of a tank as its diameter, each drawn on its own. Real tanks are round, so the
    difference goes into the pad.
    """
    length, width, height = sample.length_m, sample.width_m, sample.height_m
    long, short = max(length, width), min(length, width)
    if long > 1.7 * short and height < 1.4 * short:
        parts = _lying(sample, long, short)
    elif long > 1.06 * short:
        slab = CONCRETE if sample.chance(0.6) else loose(sample.rng, "#7d7468")
        shift = sample.rng.uniform(-0.5, 0.5) * (long - short)
        tank = [mesh.moved((shift, 0, 0)) for mesh in _vertical(sample, short * 0.93, height)]
        parts = [*tank, *_pad(long, short, slab)]
    else:
        parts = _vertical(sample, (long + short) / 2, height)
    turn = 0 if length >= width else 90
    return Assembly(fixed=[mesh.turned(turn) for mesh in parts])


def _pad(long: float, short: float, paint: Paint) -> list[Mesh]:
    """A slab with a low curb around it."""
    x, y = long / 2, short / 2
    along, across = box((-x, x), (-0.1, 0.1), (0.0, 0.3), paint), box((-0.1, 0.1), (-y, y), (0.0, 0.29), paint)
    curb = [copies(along, [(0, y - 0.1, 0), (0, 0.1 - y, 0)]), copies(across, [(x - 0.1, 0, 0), (0.1 - x, 0, 0)])]
    return [box((-x, x), (-y, y), (0.0, 0.12), shade(paint, 0.9)), *curb]


def _vertical(sample: VehicleSample, across: float, height: float) -> list[Mesh]:
    """Wall, roof, stairs and ladders; the stair sticks out a little, so the wall stands back by half of that."""
    rng = sample.rng
    stair = min(0.8, 0.045 * across)
    radius = across / 2 - stair / 2
    shell = sample.coat if sample.chance(0.75) else WHITE_PANEL
    turn = rng.uniform(0, 360)
    kind = rng.choice(("cone", "dome", "floating"), p=(0.5, 0.2, 0.3)) if across > 9 else rng.choice(("cone", "dome"))
    rail = min(1.0, 0.08 * height)
    rim = height - rail if kind == "floating" else height - rail - (0.06 if kind == "cone" else 0.14) * across * 0.6
    parts = [_wall(radius, rim, shell, rng, floating=kind == "floating")]
    parts += (
        _floating_roof(radius, rim, rng)
        if kind == "floating"
        else _fixed_roof(str(kind), radius, rim, height - rail, shell, rng)
    )
    parts += [_railing(radius, rim, rim + rail), *_hatches(radius, rim, height, str(kind), rng)]
    parts.append(
        _stair(radius, stair, rim, rng)
        if across > 7
        else box((radius, radius + stair), (-0.3, 0.3), (0.0, rim), DARK_STEEL)
    )
    return [mesh.turned(turn) for mesh in parts]


def _wall(radius: float, rim: float, paint: Paint, rng: np.random.Generator, *, floating: bool) -> Mesh:
    """The shell with a chine at its foot, a wind girder near its top, and sometimes a painted band."""
    skin = [lathe("z", [(0.0, radius), (rim, radius)], (0, 0), paint, sides=ROUND)]
    girder = [(rim - 0.35, radius), (rim - 0.3, radius + 0.01 * radius + 0.05), (rim - 0.15, radius)]
    skin.append(lathe("z", girder, (0, 0), shade(paint, 0.85), sides=ROUND))
    if rng.random() < 0.3:
        band = loose(rng, str(rng.choice(("#23407e", "#9c1f1f", "#3b5b34", "#d9a21b"))))
        skin.append(lathe("z", [(0.72 * rim, radius + 0.02), (0.88 * rim, radius + 0.02)], (0, 0), band, sides=ROUND))
    if floating:
        inner = shade(RUST, 1.2) if rng.random() < 0.5 else shade(paint, 0.7)
        skin.append(lathe("z", [(0.1, radius - 0.03), (rim - 0.01, radius - 0.03)], (0, 0), inner, sides=ROUND))
    return join(skin)


def _floating_roof(radius: float, rim: float, rng: np.random.Generator) -> list[Mesh]:
    """A deck at some depth in the shell with its rim seal, pontoons, legs and a ladder down to it."""
    level = rim * rng.uniform(0.25, 0.93)
    deck = loose(rng, str(rng.choice(("#b7b8b4", "#8f908c", "#74706a", "#c9c9c4"))))
    pontoon = lathe(
        "z",
        [(level, radius * 0.86), (level + 0.25, radius * 0.87), (level + 0.25, radius * 0.97)],
        (0, 0),
        shade(deck, 1.15),
        sides=ROUND,
    )
    rim_seal = lathe("z", [(level + 0.1, radius * 0.96), (level + 0.1, radius - 0.04)], (0, 0), CHASSIS, sides=ROUND)
    leg = cylinder("z", (level, level + 0.7), (0.0, 0.0), 0.12, DARK_STEEL, sides=5)
    rings = [(share, turn) for share in (0.35, 0.68) for turn in np.linspace(0, 2 * math.pi, 7)[:-1].tolist()]
    legs = copies(leg, [(share * radius * math.cos(t), share * radius * math.sin(t), 0) for share, t in rings])
    sump = cylinder("z", (level, level + 0.12), (0.0, 0.0), 0.08 * radius, shade(deck, 0.6), sides=10)
    floor = lathe("z", [(level + 0.02, 0.0), (level + 0.02, radius * 0.96)], (0, 0), deck, sides=ROUND)
    ladder = prism(
        [(0.1 * radius, level + 0.3), (0.12 * radius, level + 0.45), (radius, rim + 0.05), (radius, rim - 0.15)],
        (-0.35, 0.35),
        STEEL,
    )
    return [floor, pontoon, rim_seal, legs, sump, ladder]


def _fixed_roof(kind: str, radius: float, rim: float, top: float, paint: Paint, rng: np.random.Generator) -> list[Mesh]:
    """A low cone or a dome of plates, some lighter."""
    cover = shade(paint, rng.uniform(0.8, 1.2))
    if kind == "cone":
        profile = [(rim, radius), (top, 0.0)]
    else:
        turns = np.linspace(0, math.pi / 2, 6)
        profile = [(rim + (top - rim) * math.sin(t), radius * math.cos(t)) for t in turns]
    cap = lathe("z", profile, (0, 0), cover, sides=ROUND)
    rgb = cap.rgb * (1 + 0.06 * rng.normal(size=(len(cap.rgb), 1)))
    return [Mesh(cap.triangles, np.clip(rgb, 0.01, 0.95), cap.gloss, cap.coat)]


def _railing(radius: float, low: float, top: float) -> Mesh:
    """The handrail around the roof's edge: a thin ring on posts."""
    ring = lathe("z", [(top - 0.05, radius - 0.03), (top, radius + 0.02)], (0, 0), STEEL, sides=ROUND)
    post = box((-0.03, 0.03), (-0.03, 0.03), (low, top), STEEL)
    turns = np.linspace(0, 2 * math.pi, 15)[:-1].tolist()
    return join([ring, copies(post, [(radius * math.cos(t), radius * math.sin(t), 0) for t in turns])])


def _hatches(radius: float, rim: float, height: float, kind: str, rng: np.random.Generator) -> list[Mesh]:
    """Manholes and vents on a fixed roof, the middle vent filling the height."""
    if kind == "floating":
        return []
    parts = [cylinder("z", (rim, height), (0.0, 0.0), min(0.5, 0.12 * radius), DARK_STEEL, sides=8)]
    for _ in range(int(rng.integers(1, 5))):
        turn, share = rng.uniform(0, 2 * math.pi), rng.uniform(0.6, 0.9)
        at = (share * radius * math.cos(turn), share * radius * math.sin(turn))
        size = min(0.45, 0.1 * radius)
        parts.append(cylinder("z", (rim, rim + (height - rim) * (1 - share) + 0.3), at, size, STEEL, sides=7))
    return parts


def _stair(radius: float, wide: float, rim: float, rng: np.random.Generator) -> Mesh:
    """Flights up around the wall, their treads as one strip, and a landing."""
    sweep = min(2.4, 1.6 * rim / radius) * (1 if rng.random() < 0.5 else -1)
    turns = np.linspace(0, sweep, 19)
    tread = box((0.0, wide), (-0.5 * abs(sweep) * radius / 18, 0.5 * abs(sweep) * radius / 18), (-0.12, 0.0), STEEL)
    steps = [
        tread.moved((radius, 0, 0.5 + (rim - 0.5) * i / 18)).turned(math.degrees(turn)) for i, turn in enumerate(turns)
    ]
    return join(steps)


def _lying(sample: VehicleSample, long: float, short: float) -> list[Mesh]:
    """A barrel on two saddles, with a manhole; a bund around it where it is wider than high."""
    top = sample.height_m
    radius = min(short / 2, top * 0.44) * 0.97
    axle, half = top - 0.06 * top - radius, long / 2
    shell = lathe(
        "x",
        [
            (-half, 0.0),
            (-half * 0.95, radius * 0.7),
            (-half * 0.88, radius),
            (half * 0.88, radius),
            (half * 0.95, radius * 0.7),
            (half, 0.0),
        ],
        (0.0, axle),
        sample.coat,
        sides=18,
    )
    saddle = box((-0.25, 0.25), (-radius * 0.8, radius * 0.8), (0.0, axle - 0.4 * radius), CONCRETE)
    manhole = cylinder("z", (axle, top), (0.0, 0.0), min(0.4, radius * 0.4), DARK_STEEL, sides=8)
    return [
        shell,
        copies(saddle, [(way * 0.55 * half, 0, 0) for way in (-1, 1)]),
        manhole,
        *_pad(long, short, CONCRETE),
    ]
