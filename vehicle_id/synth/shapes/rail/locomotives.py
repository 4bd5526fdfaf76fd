"""Diesel and electric locomotives: one hood with a cab, a full-width body with a cab at each end, or two such sections.

From above: fans, grilles and exhausts in a row on the roof, or insulators, bus bars and folded pantographs;
noses with dark windscreens and a bright warning colour at the ends. The length of a row decides between them.
"""

from __future__ import annotations

import math

import numpy as np

from vehicle_id.synth.mesh import Assembly, Mesh, arch, box, copies, prism, quad, taper
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, GLASS, LAMP, Paint, loose, shade
from vehicle_id.synth.shapes.common.spans import ordered
from vehicle_id.synth.shapes.rail.gear import OVERHANG_M, Laden, running_gear
from vehicle_id.synth.shapes.rail.locomotive_roofs import high_tension, raised_pantograph, roof_machinery
from vehicle_id.synth.vehicle_sample import VehicleSample

DECK_M = 1.45


def locomotive(sample: VehicleSample) -> Assembly:
    """Two sections when longer than 25 m; else a hood or a full-width body, the shorter the more often a hood."""
    if sample.length_m > 25:
        return _two_sections(sample)
    if sample.length_m < 19 and sample.chance(0.6):
        return _hooded(sample)
    return _single(sample)


def _hooded(sample: VehicleSample) -> Assembly:
    """A road switcher: a long hood narrower than the frame, a cab behind it over the full width, a short hood."""
    length, half, top = sample.length_m, sample.width_m / 2, sample.height_m
    end = length / 2 - OVERHANG_M
    way = 1 if sample.chance(0.7) else -1
    cab = (-end + 0.2 * length, -end + 0.2 * length + sample.rng.uniform(2.2, 3.0))
    hood_half, hood_top = half * sample.rng.uniform(0.58, 0.72), top * sample.rng.uniform(0.82, 0.9)
    walk = shade(sample.coat, 0.5) if sample.chance(0.4) else loose(sample.rng, "#55544f")
    parts = [
        box((-end, end), (-half, half), (DECK_M - 0.35, DECK_M), walk),
        *_hood((cab[1], end - 0.9), hood_half, hood_top, sample.coat),
        *_hood((-end + 0.9, cab[0]), hood_half, hood_top * sample.rng.uniform(0.75, 1.0), sample.coat),
        *_middle_cab(sample, cab, half, top),
        *roof_machinery(sample.rng, (cab[1] + 0.4, end - 1.3), hood_half, hood_top, sample.coat),
        *_railings(end, half),
    ]
    gear = running_gear(length, (-0.27 * length, 0.27 * length), axles=3)
    tank = box((-1.6, 1.6), (-half * 0.8, half * 0.8), (0.4, DECK_M - 0.35), CHASSIS)
    body = [mesh.turned(0 if way > 0 else 180) for mesh in parts]
    return Assembly(fixed=[*gear, tank, *body, *_fronts(sample, end, half)])


def _hood(x: tuple[float, float], half: float, top: float, paint: Paint) -> list[Mesh]:
    """Engine cover with rounded shoulders and doors along its sides."""
    section = [
        (-half, DECK_M),
        (half, DECK_M),
        (half, top - 0.3),
        (half * 0.7, top),
        (-half * 0.7, top),
        (-half, top - 0.3),
    ]
    side = shade(paint, 0.6)
    doors = [
        box(ordered(at, at + 0.06), (-half - 0.02, half + 0.02), (DECK_M + 0.1, top - 0.4), side)
        for at in np.arange(x[0] + 0.8, x[1], 1.4).tolist()
    ]
    return [arch(x, section, paint), *doors]


def _middle_cab(sample: VehicleSample, x: tuple[float, float], half: float, top: float) -> list[Mesh]:
    """The cab: windows all round under a roof that stands out a little."""
    roof = (
        sample.coat
        if sample.chance(0.6)
        else loose(sample.rng, str(sample.rng.choice(("#8c8e8c", "#c9c9c4", "#5a5c58"))))
    )
    wall = half * 0.98
    crown = [
        (-half, top - 0.45),
        (half, top - 0.45),
        (half * 0.9, top - 0.18),
        (half * 0.4, top),
        (-half * 0.4, top),
        (-half * 0.9, top - 0.18),
    ]
    return [
        box(x, (-wall, wall), (DECK_M, top - 1.25), sample.coat),
        box((x[0] + 0.03, x[1] - 0.03), (-wall + 0.03, wall - 0.03), (top - 1.25, top - 0.44), GLASS),
        arch((x[0] - 0.15, x[1] + 0.15), crown, roof),
    ]


def _railings(end: float, half: float) -> list[Mesh]:
    """Handrails along the walkway, with gaps."""
    bar = box((-end + 0.3, end - 0.3), (-0.03, 0.03), (DECK_M + 0.95, DECK_M + 1.0), LAMP)
    post = box((-0.03, 0.03), (-0.03, 0.03), (DECK_M, DECK_M + 0.95), LAMP)
    places = [(x, way * (half - 0.06), 0) for way in (-1, 1) for x in np.linspace(-end + 0.3, end - 0.3, 6)]
    return [copies(bar, [(0, way * (half - 0.06), 0) for way in (-1, 1)]), copies(post, places)]


def _single(sample: VehicleSample) -> Assembly:
    """One body, a cab at each end."""
    length = sample.length_m
    electric = sample.chance(0.3)
    top = sample.height_m - (0.65 if electric else 0.3)
    end = length / 2 - OVERHANG_M
    fixed = _body(sample, (-end, end), sample.width_m / 2, top, noses=(True, True), electric=electric)
    gear = running_gear(length, (-0.29 * length, 0.29 * length), axles=2 if electric and sample.chance(0.4) else 3)
    fixed += [*gear, *_fronts(sample, end, sample.width_m / 2)]
    return Laden(fixed=fixed, above=raised_pantograph(sample, -0.27 * length, top) if electric else [])


def _two_sections(sample: VehicleSample) -> Assembly:
    """Two bodies back to back, joined by a gangway; both the same except for random wear."""
    length, half = sample.length_m, sample.width_m / 2
    electric = sample.chance(0.5)
    top = sample.height_m - (0.65 if electric else 0.3)
    end = length / 2 - OVERHANG_M
    gap = sample.rng.uniform(0.35, 0.6)
    state = sample.rng.bit_generator.state
    front = _body(sample, (gap, end), half, top, noses=(False, True), electric=electric)
    sample.rng.bit_generator.state = state
    back = [mesh.turned(180) for mesh in _body(sample, (gap, end), half, top, noses=(False, True), electric=electric)]
    gangway = box((-gap, gap), (-0.6, 0.6), (1.2, top - 0.8), CHASSIS)
    centres = [way * length * at for way in (-1, 1) for at in (0.11, 0.385)]
    gear = running_gear(length, centres, axles=2 if electric else 3)
    fixed = [*gear, *front, *back, gangway, *_fronts(sample, end, half)]
    return Laden(fixed=fixed, above=raised_pantograph(sample, -0.36 * length, top) if electric else [])


def _body(
    sample: VehicleSample, x: tuple[float, float], half: float, top: float, *, noses: tuple[bool, bool], electric: bool
) -> list[Mesh]:
    """Side walls with grilles and windows, a round roof, noses, and roof equipment."""
    slope = sample.rng.uniform(0.5, 1.4)
    roof = (
        sample.coat
        if sample.chance(0.3)
        else loose(sample.rng, str(sample.rng.choice(("#6f716e", "#8c8f8e", "#4b4d4a", "#5e4d42", "#a3a5a2"))))
    )
    shell = (x[0] + slope * noses[0], x[1] - slope * noses[1])
    eaves = top - sample.rng.uniform(0.45, 0.7)
    crown = [(half * math.cos(t), eaves + (top - eaves) * math.sin(t) ** 0.75) for t in np.linspace(0, math.pi, 8)]
    parts = [
        box(shell, (-half, half), (1.05, eaves), sample.coat),
        arch(shell, crown, roof),
        *_side_grilles(sample, shell, half, eaves),
    ]
    for way, nose in zip((-1, 1), noses, strict=True):
        if nose:
            parts += _nose(sample, x[1] if way > 0 else -x[0], slope, half, eaves, top, roof, way)
    inner = (shell[0] + (1.8 if noses[0] else 0.5), shell[1] - 1.8)
    if electric:
        return [*parts, *high_tension(sample.rng, inner, top, both=noses[0])]
    return [*parts, *roof_machinery(sample.rng, inner, half * 0.75, top, roof)]


def _nose(
    sample: VehicleSample, tip: float, slope: float, half: float, eaves: float, top: float, roof: Paint, way: int
) -> list[Mesh]:
    """A cab front leaning back over the windscreen, the warning colour below it."""
    sill = eaves - 0.85
    brow = tip - slope
    skin = prism(
        [(brow, 1.05), (tip, 1.05), (tip, sill - 0.3), (tip - 0.25 * slope, sill), (brow + 0.1, eaves), (brow, eaves)],
        (-half * 0.94, half * 0.94),
        sample.coat,
    )
    screen = quad(
        (tip - 0.25 * slope + 0.04, -half * 0.8, sill + 0.05),
        (tip - 0.25 * slope + 0.04, half * 0.8, sill + 0.05),
        (brow + 0.16, half * 0.8, eaves - 0.02),
        (brow + 0.16, -half * 0.8, eaves - 0.02),
        GLASS,
    )
    cap = taper(
        (brow, brow + 0.12),
        (-half * 0.95, half * 0.95),
        (eaves, top - 0.08),
        (brow - 0.1, brow),
        (-half * 0.5, half * 0.5),
        roof,
    )
    tone = loose(sample.rng, str(sample.rng.choice(("#d8b13a", "#c23b2a", "#e2e0d8", "#d2691e"))))
    band = box(
        (tip - 0.02, tip + 0.02),
        (-half * 0.9, half * 0.9),
        (sill - 0.9, sill - 0.3),
        tone if sample.chance(0.7) else sample.coat,
    )
    return [mesh.turned(0 if way > 0 else 180) for mesh in (skin, screen, cap, band)]


def _side_grilles(sample: VehicleSample, x: tuple[float, float], half: float, eaves: float) -> list[Mesh]:
    """Dark louvres and portholes high on the sides, a stripe along the waist."""
    parts = []
    stripe = loose(sample.rng, str(sample.rng.choice(("#d8b13a", "#e2e0d8", "#b23a2a"))))
    if sample.chance(0.6):
        parts.append(box(x, (-half - 0.015, half + 0.015), (2.0, 2.35), stripe))
    for _ in range(int(sample.rng.integers(2, 5))):
        start = sample.rng.uniform(x[0] + 0.1 * (x[1] - x[0]), x[1] - 0.3 * (x[1] - x[0]))
        parts.append(
            box(
                (start, start + sample.rng.uniform(0.8, 2.5)),
                (-half - 0.02, half + 0.02),
                (eaves - 1.0, eaves - 0.25),
                DARK_STEEL,
            )
        )
    return parts


def _fronts(sample: VehicleSample, end: float, half: float) -> list[Mesh]:
    """Buffer beams with the warning colour, ploughs, and lamps."""
    tone = loose(sample.rng, str(sample.rng.choice(("#b23a2a", "#c9b23c", "#2c2c2c"))))
    parts = []
    for way in (-1, 1):
        parts.append(
            box(ordered(way * (end - 0.15), way * (end + 0.05)), (-half * 0.97, half * 0.97), (0.75, 1.3), tone)
        )
        parts.append(
            box(ordered(way * (end - 0.1), way * (end + 0.1)), (-half * 0.7, half * 0.7), (0.15, 0.75), CHASSIS)
        )
    return parts
