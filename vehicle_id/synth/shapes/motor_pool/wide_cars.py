"""Wide, low cross-country cars in one flat tone: bonnet, roof and rear of one coat, little glass, rings."""

from __future__ import annotations

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, box, copies, cylinder, slab, taper, tube
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, TYRE, Paint, loose, shade, tinted
from vehicle_id.synth.shapes.army_trucks.canvas import bare_hoops
from vehicle_id.synth.shapes.army_trucks.zones import cushion
from vehicle_id.synth.shapes.common.cloth import tilt_paint
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.vehicle_sample import VehicleSample


def wide_car(sample: VehicleSample) -> list[Mesh]:
    """A bonnet of a third of the length, a roof behind a windscreen that is nearly a line, and one of six rears."""
    rng, length, half, top = sample.rng, sample.length_m, sample.width_m / 2, sample.height_m
    belt, cowl = top * rng.uniform(0.56, 0.64), length * rng.uniform(0.62, 0.69)
    low = 0.28 * top
    parts = [
        box((0.03, length - 0.15), (-0.7 * half, 0.7 * half), (0.25 * top, 0.5 * belt), CHASSIS),
        box((0.02, cowl + 0.05), (-0.96 * half, 0.96 * half), (low, belt - 0.02), sample.coat),
    ]
    for at in (0.17 * length, 0.85 * length):
        parts += wheel_pair(at, (0.68 * half, half), 0.25 * top, sides=12)
    return [*parts, *_bonnet(sample, (cowl, length), belt), *_rear(sample, cowl, belt)]


def _bonnet(sample: VehicleSample, x: Span, belt: float) -> list[Mesh]:
    """Nearly level, with a bevelled nose; a grating near the nose or the windscreen, a raised middle."""
    rng, half = sample.rng, sample.width_m / 2
    nose, corner = half * rng.uniform(0.6, 0.86), rng.uniform(0.25, 0.7)
    z = belt * rng.uniform(0.86, 0.97)
    plan = [(x[0], -0.96 * half), (x[1] - corner, -0.94 * half), (x[1], -nose), (x[1], nose),
            (x[1] - corner, 0.94 * half), (x[0], 0.96 * half)]  # fmt: skip
    tone = shade(sample.coat, rng.uniform(0.9, 1.12))
    parts = [slab(plan, (0.3 * sample.height_m, 0.8 * z), sample.coat)]
    crest = (x[0], x[1] - rng.uniform(0.15, 0.5))
    parts.append(taper((x[0], x[1] - 0.05), (-0.9 * half, 0.9 * half), (0.8 * z, z), crest, (-nose, nose), tone))
    if sample.chance(0.5):
        parts.append(box((x[0], x[1] - 0.45), about(0.0, rng.uniform(0.6, 1.0) * half), (z - 0.05, z + 0.05), tone))
    grate = shade(sample.coat, rng.uniform(0.35, 0.8))
    at = x[1] - rng.uniform(0.35, 0.75) if sample.chance(0.6) else x[0] + rng.uniform(0.2, 0.5)
    slot = box((-0.02, 0.03), about(0.0, rng.uniform(0.5, 1.1) * half), (z - 0.05, z + 0.055), grate)
    count = int(rng.integers(1, 5))
    return [*parts, copies(slot, [(at - 0.08 * i, 0.0, 0.0) for i in range(count)])]


def _rear(sample: VehicleSample, cowl: float, belt: float) -> list[Mesh]:
    """Roof to the tail, sloping tail, cab with an open bed of any length, cloth, box, or no roof at all."""
    kind, rng, length = sample.rng.random(), sample.rng, sample.length_m
    if kind < 0.24:
        back = length * rng.uniform(0.17, 0.3)
        return [*_cab(sample, (back, cowl), belt), *_slope(sample, back, belt)]
    if kind < 0.5:
        back = length * rng.uniform(0.34, 0.44)
        return [*_cab(sample, (back, cowl), belt), *_open_bed(sample, (0.02, back), belt)]
    if kind < 0.68:
        back = length * rng.uniform(0.14, 0.26)
        return [*_cab(sample, (back, cowl), belt), *_open_bed(sample, (0.02, back), belt)]
    if kind < 0.84:
        back = length * rng.uniform(0.36, 0.44)
        cloth = shade(sample.coat, rng.uniform(0.8, 1.3)) if sample.chance(0.5) else _pale(sample)
        shell = cushion((0.02, back), 1.86 * sample.width_m / 2, (belt - 0.1, sample.height_m * rng.uniform(0.93, 1.0)),
                        cloth, bulge=0.12)  # fmt: skip
        return [*_cab(sample, (back, cowl), belt), shell]
    if kind < 0.93:
        return _cab(sample, (0.02, cowl), belt)
    hoops = bare_hoops((0.1, 0.9 * cowl), 0.88 * sample.width_m / 2, (belt, sample.height_m), 4)
    return [*_open_bed(sample, (0.02, cowl - 0.1), belt), *hoops]


def _cab(sample: VehicleSample, x: Span, belt: float) -> list[Mesh]:
    """Panels that lean in, small panes in them, a roof plate that is the lightest or no lighter than the bonnet."""
    rng, half, top = sample.rng, sample.width_m / 2, sample.height_m
    rake, lean, eaves = rng.uniform(0.08, 0.4), rng.uniform(0.78, 0.9), top - rng.uniform(0.05, 0.12)
    upper = (x[0] + 0.04, x[1] - rake)
    walls = taper(x, (-0.95 * half, 0.95 * half), (belt - 0.03, eaves), upper, (-lean * half, lean * half), sample.coat)
    parts = [walls, *_panes(sample, x, belt, eaves, rake, lean * half)]
    roof = _roof_paint(sample)
    parts.append(cushion(upper, 2 * lean * half, (eaves - 0.02, top), roof, bulge=rng.uniform(0.02, 0.07)))
    return [*parts, *_ring(sample, upper, top, roof)]


def _panes(sample: VehicleSample, x: Span, belt: float, eaves: float, rake: float, half: float) -> list[Mesh]:
    """Windscreen and side windows, dull with dust as often as dark; a few lie behind cloth."""
    rng = sample.rng
    glass = tinted(rng) if sample.chance(0.5) else shade(sample.coat, rng.uniform(0.35, 0.7))
    z = (belt + 0.06, eaves - 0.04)
    screen = taper((x[1] - 0.12, x[1] + 0.01), (-0.9 * half, 0.9 * half), z, (x[1] - rake - 0.1, x[1] - rake + 0.03),
                   (-0.9 * half, 0.9 * half), glass)  # fmt: skip
    parts = [screen, box(about(x[1] - 0.5 * rake, rake), about(0.0, 0.08), z, sample.coat)]
    if sample.chance(0.6):
        long = rng.uniform(0.3, 0.6)
        for at in (x[1] - 0.6, x[1] - 1.5)[: 2 if x[1] - x[0] > 1.8 else 1]:
            parts += [box(about(at, long), y, z, glass) for y in both((half - 0.02, half + 0.06))]
    return parts


def _roof_paint(sample: VehicleSample) -> Paint:
    kind = sample.rng.random()
    if kind < 0.6:
        return shade(sample.coat, sample.rng.uniform(0.9, 1.25))
    return _pale(sample) if kind < 0.75 else tilt_paint(sample)


def _pale(sample: VehicleSample) -> Paint:
    return loose(sample.rng, str(sample.rng.choice(("#d6d3c8", "#c3c2bb", "#ddd3b8", "#b5a98a"))))


def _ring(sample: VehicleSample, x: Span, top: float, roof: Paint) -> list[Mesh]:
    """A gunner's ring, shut or open, in some with shields about it."""
    rng = sample.rng
    if sample.chance(0.5):
        if sample.chance(0.4):
            seam = box(about(rng.uniform(*x), 0.05), about(0.0, 1.4), (top - 0.05, top + 0.01), shade(roof, 0.75))
            return [seam]
        return []
    at, radius = (x[0] + rng.uniform(0.3, 0.7) * (x[1] - x[0]), 0.0), rng.uniform(0.32, 0.48)
    inner = shade(CHASSIS, rng.uniform(0.7, 2.5)) if sample.chance(0.4) else shade(roof, rng.uniform(0.75, 1.15))
    parts = [
        cylinder("z", (top - 0.06, top + 0.03), at, radius, shade(roof, rng.uniform(0.6, 1.0)), sides=14),
        cylinder("z", (top - 0.06, top + 0.045), at, 0.8 * radius, inner, sides=12),
    ]
    if sample.chance(0.25):
        turns = np.linspace(0, 2 * np.pi, 7)[:-1]
        own = shade(sample.coat, rng.uniform(0.85, 1.1))
        parts += [
            box((radius - 0.03, radius + 0.05), about(0.0, 0.4), (top - 0.05, top + 0.06), own)
            .turned(float(np.degrees(a)))
            .moved((*at, 0.0))
            for a in turns
        ]
        parts.append(tube((at[0], 0.0, top + 0.03), (at[0] + 0.9, 0.0, top + 0.03), 0.03, DARK_STEEL, sides=5))
    return parts


def _slope(sample: VehicleSample, front: float, belt: float) -> list[Mesh]:
    """The tail slopes down from the roof, a lid in it."""
    half, top = sample.width_m / 2, sample.height_m
    tone = shade(sample.coat, sample.rng.uniform(0.85, 1.1))
    down = taper((0.02, front + 0.05), (-0.95 * half, 0.95 * half), (belt - 0.05, top - 0.06),
                 (front - 0.15, front + 0.05), (-0.84 * half, 0.84 * half), tone)  # fmt: skip
    if sample.chance(0.35):
        spot = cylinder("z", (belt, belt + 0.3), (0.35, sample.rng.uniform(-0.3, 0.3)), 0.22, DARK_STEEL, sides=10)
        return [down, spot]
    return [down]


def _open_bed(sample: VehicleSample, x: Span, belt: float) -> list[Mesh]:
    """Walls and a floor in shade; in some a cross frame, a spare wheel, cans."""
    rng, half, floor = sample.rng, 0.95 * sample.width_m / 2, 0.72 * belt
    wall, inside = shade(sample.coat, rng.uniform(0.85, 1.1)), shade(sample.coat, rng.uniform(0.5, 1.0))
    inside = loose(rng, "#7a6a55", spread=0.2) if sample.chance(0.3) else inside
    parts = [box(x, (-half, half), (0.5 * belt, floor), inside)]
    parts += [box(x, y, (0.4 * belt, belt + 0.06), wall) for y in both((half - 0.07, half))]
    parts += [
        box(end, (-half, half), (0.4 * belt, belt + 0.05), wall) for end in ((x[0], x[0] + 0.07), (x[1] - 0.07, x[1]))
    ]
    if sample.chance(0.4):
        z = belt + rng.uniform(0.05, 0.3)
        for at in np.linspace(x[0] + 0.1, x[1] - 0.1, int(rng.integers(2, 4))):
            parts.append(box(about(float(at), 0.08), (-half, half), (z - 0.06, z), wall))
        parts += [box(x, y, (z - 0.06, z), wall) for y in both((half - 0.08, half))]
    if sample.chance(0.35) and x[1] - x[0] > 0.9:
        at = (x[0] + 0.5, rng.uniform(-0.4, 0.4) * half)
        parts.append(cylinder("z", (floor, belt + 0.1), at, 0.42, TYRE, sides=12))
    if sample.chance(0.35):
        cans = box((-0.09, 0.09), (-0.17, 0.17), (floor, belt + 0.1), loose(rng, "#4c5138"))
        parts.append(copies(cans, [(x[0] + 0.2, y * half, 0.0) for y in (-0.7, -0.3)]))
    return parts
