"""Tank cars of the 1520 mm gauge: a bright ridge line with a dome, the frame showing at the ends."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from vehicle_id.synth.mesh import Assembly, Mesh, Point, box, copies, cylinder, lathe, plates, tube
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, RUST, STEEL, Paint, loose, shade
from vehicle_id.synth.shapes.common.spans import ordered
from vehicle_id.synth.shapes.rail.gear import (
    OVERHANG_M,
    bogie_centres,
    couplers,
    end_platforms,
    end_sills,
    running_gear,
)
from vehicle_id.synth.vehicle_sample import VehicleSample

_SIDES = 22


def tank_car(sample: VehicleSample) -> Assembly:
    """A barrel on a frame with dome, catwalk and ladders in its middle; two barrels when it is very long."""
    length = sample.length_m
    if length > 22.5:
        return Assembly(fixed=_twin_tanks(sample))
    axles = 4 if length > 18 else 2
    base = 0.6 * length if axles == 4 else 2 * bogie_centres(length)[1]
    gear = running_gear(length, (-base / 2, base / 2), axles=axles)
    domes = (-0.2, 0.2) if axles == 4 else (0.0,)
    barrel = 2 * (length / 2 - OVERHANG_M) - sample.rng.uniform(0.25, 1.1)
    return Assembly(fixed=[*gear, *_tank(sample, 0.0, barrel, domes), *_underframe(sample, length, 0.0)])


def _twin_tanks(sample: VehicleSample) -> list[Mesh]:
    """Two tanks on one coupled pair of frames over three bogies."""
    length, unit = sample.length_m, sample.length_m / 2
    barrel = unit - OVERHANG_M - sample.rng.uniform(0.5, 0.9)
    parts = [*couplers(length)]
    parts += running_gear(length, (-length / 2 + 2.6, 0.0, length / 2 - 2.6))[2:]
    state = sample.rng.bit_generator.state
    for way in (-1, 1):
        sample.rng.bit_generator.state = state  # the two halves are equal
        parts += _tank(sample, way * (unit / 2 - 0.15), barrel, (0.0,))
    return [*parts, *_underframe(sample, length, 0.0)]


def _tank(sample: VehicleSample, middle: float, barrel: float, domes: tuple[float, ...]) -> list[Mesh]:
    """A barrel with its ends, bands, domes and catwalks."""
    crown = sample.height_m - 0.42
    radius = min(sample.width_m / 2 - 0.06, (crown - 1.05) / 2)
    axle = crown - radius
    half = barrel / 2
    dish = sample.rng.uniform(0.25, 0.5)
    profile = [(-half, 0.0), *_dish(-half, dish, radius), *_dish(half, -dish, radius)[::-1], (half, 0.0)]
    shell = lathe("x", profile, (0.0, axle), sample.coat, sides=_SIDES).moved((middle, 0, 0))
    parts = [shell, *_bands(sample, half - dish, axle, radius, middle)]
    for share in domes:
        at = middle + share * barrel
        parts += [
            *_stain(sample, at, axle, radius),
            *_dome(sample, at, crown),
            *_catwalk(sample, at, axle, radius, crown),
        ]
    if sample.chance(0.3):  # a walkway along the spine
        walk = box((middle - half + 0.4, middle + half - 0.4), (-0.25, 0.25), (crown + 0.04, crown + 0.1), DARK_STEEL)
        parts.append(walk)
    return parts


def _dish(tip: float, depth: float, radius: float) -> list[tuple[float, float]]:
    """The round of a dished end, from its tip to the barrel."""
    turns = np.linspace(0.45, math.pi / 2, 3)
    return [(tip + depth * (1 - math.cos(t)), radius * math.sin(t)) for t in turns]


def _bands(sample: VehicleSample, reach: float, axle: float, radius: float, middle: float) -> list[Mesh]:
    """Straps that hold the barrel down, or plate seams of another tone."""
    tone = shade(sample.coat, float(sample.rng.choice((0.6, 0.75, 1.3))))
    ring = lathe("x", [(-0.06, radius + 0.025), (0.06, radius + 0.025)], (0.0, axle), tone, sides=_SIDES)
    places = np.linspace(-reach, reach, int(sample.rng.integers(3, 7)))
    return [copies(ring, [(middle + x, 0, 0) for x in places])]


def _stain(sample: VehicleSample, at: float, axle: float, radius: float) -> list[Mesh]:
    """Spilt goods around the dome, or a painted band across the middle."""
    if sample.chance(0.4):
        return []
    width = sample.rng.uniform(0.5, 1.4)
    tones = ("#2a2725", "#3a332d", "#2a2725", "#a08028", "#8d8d8a", "#7a2a22")
    paint = loose(sample.rng, str(sample.rng.choice(tones)))
    return [lathe("x", [(at - width, radius + 0.012), (at + width, radius + 0.012)], (0.0, axle), paint, sides=_SIDES)]


def _dome(sample: VehicleSample, at: float, crown: float) -> list[Mesh]:
    """The hatch collar with its lid, and valves beside it."""
    radius = sample.rng.uniform(0.35, 0.75)
    lid = loose(sample.rng, str(sample.rng.choice(("#3b3937", "#77766f", "#a5a49c", "#56504a"))))
    collar = lathe(
        "z",
        [(crown - 0.2, radius), (crown + 0.24, radius), (crown + 0.34, radius * 0.6), (crown + 0.36, 0)],
        (at, 0),
        lid,
    )
    valve = cylinder("z", (crown - 0.1, crown + 0.28), (at, 0.0), 0.14, DARK_STEEL, sides=6)
    return [collar, copies(valve, [(way * (radius + 0.45), 0, 0) for way in (-1, 1)])]


def _catwalk(sample: VehicleSample, at: float, axle: float, radius: float, crown: float) -> list[Mesh]:
    """A platform across the top beside the dome, its railing, and a ladder down each side."""
    long, wide = sample.rng.uniform(0.9, 2.2), sample.rng.uniform(0.6, 0.95)
    crown -= 0.2
    grate = shade(STEEL, sample.rng.uniform(0.4, 1.2))
    parts = [
        box((at - long / 2, at + long / 2), (way * wide - 0.3, way * wide + 0.3), (crown - 0.06, crown), grate)
        for way in (-1, 1)
    ]
    if sample.chance(0.6):
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
    """From far away a ladder is a strip: a flat bar half a metre wide along x."""
    a, b = np.array(low), np.array(high)
    away = np.array([0.25, 0.0, 0.0])
    lift = np.array([0.0, np.sign(a[1] or b[1]) * 0.03, 0.03])
    return plates(np.array([[a - away, a + away, b + away, b - away]]) + lift, paint)


def _underframe(sample: VehicleSample, length: float, z: float) -> list[Mesh]:
    """Footplates at the ends, saddles under the barrel, and side sills if it has them."""
    paint = RUST if sample.chance(0.3) else CHASSIS if sample.chance(0.5) else shade(sample.coat, 0.6)
    half = sample.width_m / 2
    parts = [*end_platforms(length, 2 * half, 1.25, paint, depth_m=0.9), *end_sills(length, 2 * half, 1.2, paint)]
    saddle = box((-0.25, 0.25), (-half * 0.8, half * 0.8), (0.95, 1.5), paint)
    parts.append(copies(saddle, [(x, 0, z) for x in bogie_centres(length)]))
    if sample.chance(0.4):
        end = length / 2 - OVERHANG_M
        parts += [box((-end, end), ordered(way * half, way * (half - 0.12)), (1.0, 1.24), paint) for way in (-1, 1)]
    return parts
