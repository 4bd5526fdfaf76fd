"""Buses: city, articulated, coach, the ribbed older kind, school buses with a bonnet, minibuses.

From above a bus is a long rounded roof with coolers and hatches on it, a little glass at its front end.
The length decides the kind, and for older kinds the row's name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Span, box, cylinder
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, LAMP, STEEL, WHITE_PANEL, Paint, linear, loose, shade, tinted
from vehicle_id.synth.shapes.common.shells import SQUARE, End, lid, outline, ring, shrunk, skin
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.shapes.light.body import VAN, car_wheels, van_body
from vehicle_id.synth.shapes.road.cabs import axle, bonneted
from vehicle_id.synth.vehicle_sample import VehicleSample

BELLOWS: Final = Paint(rgb=linear("#2c2c2e"), gloss=0.0)
OLD: Final = ("Ikarus", "LiAZ-677", "PAZ", "LAZ")
"""Words in the names of rows that have ribs and vents instead of coolers."""


def bus(sample: VehicleSample) -> Assembly:
    """The kind by size: minibus, rigid, or articulated; some yellow ones have a bonnet."""
    if sample.width_m < 2.25:
        return _minibus(sample)
    if sample.length_m > 15.5:
        return _articulated(sample)
    if sample.coat_name == "yellow" and not _old(sample) and sample.chance(0.35):
        return _school_bus(sample)
    return _rigid(sample)


def _rigid(sample: VehicleSample) -> Assembly:
    roof, x = _roof_paint(sample), (0.0, sample.length_m)
    parts = [*_shell(sample, x, roof, nose=_nose(sample), tail=(0.25, 0.80)), *_lights(sample)]
    axles = sample.axles_m or (0.225 * sample.length_m, 0.735 * sample.length_m)
    if not sample.axles_m and sample.length_m > 12.4:
        axles = (*axles, axles[-1] + 1.35)
    return Assembly(fixed=[*parts, *_wheels(sample, axles), *_furniture(sample, (0.5, sample.length_m - 1.0))])


def _articulated(sample: VehicleSample) -> Assembly:
    """Two stiff parts and dark bellows between; the rear one turns about the middle of the bellows."""
    length, roof = sample.length_m, _roof_paint(sample)
    fold = length * sample.rng.uniform(0.38, 0.42)
    front, rear = (fold + 0.55, length), (0.0, fold - 0.55)
    head = [*_shell(sample, front, roof, nose=_nose(sample)), *_lights(sample), *_bellows(sample, (fold, fold + 0.57))]
    tail = [*_shell(sample, rear, roof, tail=(0.25, 0.80)), *_bellows(sample, (fold - 0.57, fold))]
    head += [*_wheels(sample, (2.7, 0.475 * length)), *_furniture(sample, (front[0] + 0.3, front[1] - 1.0))]
    tail += [*_wheels(sample, (length - 0.55 * rear[1],)), *_furniture(sample, (0.4, rear[1] - 0.3))]
    most = float(sample.rng.choice([8.0, 25.0, 42.0], p=[0.5, 0.3, 0.2]))
    joint = Joint(part=Assembly(fixed=tail), pivot=(fold, 0.0, 1.0), axis="z", degrees=(-most, most), used=0.5)
    return Assembly(fixed=head, joints=[joint])


def _school_bus(sample: VehicleSample) -> Assembly:
    """A bonnet, a ribbed body, a white or yellow roof with hatches."""
    length, width, height = sample.length_m, sample.width_m, sample.height_m
    rear = length - 1.65
    roof = shade(WHITE_PANEL, 1.1) if sample.chance(0.5) else sample.coat
    front = bonneted(sample, (rear - 1.3, length), 0.86 * height, bonnet=1.55, wide=True)
    body = _shell(sample, (0.0, rear), roof, nose=(0.25, 0.85), tail=(0.15, 0.85))
    parts = [*front, *body, *_ribs((0.4, rear - 0.4), height, 0.80 * width, shade(roof, 0.85), pitch=1.0)]
    parts += _hatches(sample, (0.6, rear - 1.0), height, count=2)
    return Assembly(fixed=[*parts, *_wheels(sample, (1.1, 0.68 * length))])


def _minibus(sample: VehicleSample) -> Assembly:
    """A van's body with windows all along; a cooler or vents on the roof."""
    scale = 5.6 / sample.length_m
    cut = replace(VAN, cowl=VAN.cowl * scale, header=VAN.header * scale, door=1 - 0.30 * scale)
    body = van_body(sample, cut, windows=True)
    top, x = sample.height_m, (0.6, sample.length_m * (1 - cut.header) - 0.6)
    kind, parts = sample.rng.random(), []
    if kind < 0.40:
        at = float(sample.rng.uniform(*x))
        parts = [
            box(about(at, 0.9), about(0.0, 0.5 * sample.width_m), (top - 0.05, top + 0.08), shade(WHITE_PANEL, 0.9))
        ]
    elif kind < 0.70:
        parts = _hatches(sample, x, top, count=int(sample.rng.integers(1, 3)))
    return Assembly(fixed=[*body, *parts, *car_wheels(sample)])


def _shell(sample: VehicleSample, x: Span, roof: Paint, *, nose: End = SQUARE, tail: End = SQUARE) -> list[Mesh]:
    """Skirt, windows and a roof with rounded edges; the windscreen leans a little, coaches' more."""
    width, height, paint = sample.width_m, sample.height_m, sample.coat
    plan = outline(x, width, nose=nose, tail=tail, steps=4)
    lean = np.where(plan[:, 0] > x[1] - nose[0] - 0.01, min(0.35, 0.5 * nose[0]), 0.0) * (nose != SQUARE)
    upper = np.column_stack([plan[:, 0] - lean, plan[:, 1] * 0.975])
    eaves, shoulder = 0.86 * height, 0.965 * height
    edge, crest = ring(shrunk(upper, 0.05, 0.955), shoulder), ring(shrunk(upper, 0.22, 0.72), 0.995 * height)
    count = len(plan)
    glass = tinted(sample.rng)
    front = [glass] * 4 if nose != SQUARE else [paint] * 4
    windows = [glass if tail != SQUARE else paint, *[paint] * 3, glass, *front]
    assert len(windows) == count + 1
    return [
        skin(ring(plan, 0.32), ring(plan, 0.42 * height), paint),
        skin(ring(plan, 0.42 * height), ring(upper, eaves), windows),
        skin(ring(upper, eaves), edge, roof),
        skin(edge, crest, roof),
        lid(crest, roof),
        box((x[0] + 0.3, x[1] - 0.3), about(0.0, width - 0.8), (0.3, 0.5), CHASSIS),
    ]


def _furniture(sample: VehicleSample, x: Span) -> list[Mesh]:
    """Equipment on the roof: ribs and vents on old buses; coolers, hatches, battery or gas boxes on others."""
    top, width = sample.height_m, sample.width_m
    if _old(sample):
        parts = _hatches(sample, x, top, count=int(sample.rng.integers(2, 5)))
        tone = shade(sample.coat, sample.rng.uniform(0.75, 1.1))
        return [*parts, *(_ribs(x, top, 0.85 * width, tone, pitch=0.9) if sample.chance(0.5) else [])]
    parts = _hatches(sample, x, top, count=int(sample.rng.integers(1, 4)))
    if sample.chance(0.85):
        parts += _cooler(sample, x, top)
    if sample.chance(0.18):
        parts += _pods(sample, x, top)
    if sample.chance(0.15):
        parts += _ribs(x, top, 0.6 * width, shade(sample.coat, 0.85), pitch=1.2)
    if sample.chance(0.25):
        edge = shade(WHITE_PANEL, sample.rng.uniform(0.8, 1.1))
        parts += [
            box((x[0], x[1]), about(y, 0.10), (0.94 * top, 0.985 * top), edge) for y in (-0.42 * width, 0.42 * width)
        ]
    return parts


def _cooler(sample: VehicleSample, x: Span, top: float) -> list[Mesh]:
    """A flat box with rounded ends and rows of dark fans or a dark grille."""
    long = sample.rng.uniform(1.6, min(3.4, 0.6 * (x[1] - x[0])))
    at = float(sample.rng.uniform(x[0] + long / 2, x[1] - long / 2))
    wide = sample.width_m * sample.rng.uniform(0.55, 0.78)
    grey = shade(WHITE_PANEL, sample.rng.uniform(0.55, 1.15)) if sample.chance(0.8) else DARK_STEEL
    plan = outline(about(at, long), wide, nose=(0.25, 0.7), tail=(0.25, 0.7))
    crest = ring(shrunk(plan, 0.08, 0.9), top + 0.05)
    parts = [skin(ring(plan, top - 0.12), crest, grey), lid(crest, grey)]
    kind = sample.rng.random()
    if kind < 0.45:
        rows, spots = (
            (-0.2 * wide, 0.2 * wide),
            np.linspace(at - 0.32 * long, at + 0.32 * long, int(sample.rng.integers(2, 5))),
        )
        return parts + [
            cylinder("z", (top, top + 0.07), (float(s), y), 0.20, DARK_STEEL, sides=6) for s in spots for y in rows
        ]
    if kind < 0.80:
        parts.append(box(about(at, 0.62 * long), about(0.0, 0.36 * wide), (top, top + 0.065), DARK_STEEL))
    return parts


def _hatches(sample: VehicleSample, x: Span, top: float, *, count: int) -> list[Mesh]:
    """Emergency hatches and vents along the middle, lighter or darker than the roof."""
    tones = (shade(WHITE_PANEL, 1.15), shade(sample.coat, 0.7), STEEL, DARK_STEEL)
    tone = tones[int(sample.rng.integers(len(tones)))]
    size = sample.rng.uniform(0.5, 0.85)
    places = (np.arange(count) + sample.rng.uniform(0.3, 0.7)) / count * (x[1] - x[0]) + x[0]
    return [box(about(float(at), size), about(0.0, 0.95 * size), (top - 0.06, top + 0.045), tone) for at in places]


def _pods(sample: VehicleSample, x: Span, top: float) -> list[Mesh]:
    """Long covers over gas bottles or batteries."""
    long = sample.rng.uniform(0.35, 0.6) * (x[1] - x[0])
    low = sample.rng.uniform(x[0], x[1] - long)
    plan = outline((low, low + long), 0.84 * sample.width_m, nose=(0.3, 0.85), tail=(0.3, 0.85))
    tone = sample.coat if sample.chance(0.4) else shade(WHITE_PANEL, sample.rng.uniform(0.8, 1.1))
    crest = ring(shrunk(plan, 0.08, 0.9), top + 0.07)
    return [skin(ring(plan, 0.95 * top), crest, tone), lid(crest, tone)]


def _ribs(x: Span, top: float, width: float, paint: Paint, *, pitch: float) -> list[Mesh]:
    marks = np.arange(x[0], x[1], pitch)
    return [box(about(float(at), 0.07), about(0.0, width), (0.94 * top, top + 0.012), paint) for at in marks]


def _bellows(sample: VehicleSample, x: Span) -> list[Mesh]:
    """Half of the folds, waved so that their edges catch the light."""
    top, width = sample.height_m, sample.width_m
    core = box(x, about(0.0, 0.90 * width), (0.45, 0.94 * top), BELLOWS)
    marks = np.linspace(x[0] + 0.1, x[1] - 0.1, 3)
    return [
        core,
        *(
            box(about(float(at), 0.07), about(0.0, 0.95 * width), (0.45, 0.965 * top), shade(BELLOWS, 2.5))
            for at in marks
        ),
    ]


def _wheels(sample: VehicleSample, axles: tuple[float, ...]) -> list[Mesh]:
    """Wheels at places in metres behind the front end."""
    return [part for at in axles for part in axle(sample.length_m - at, sample.width_m - 0.04, 0.48)]


def _lights(sample: VehicleSample) -> list[Mesh]:
    length, width = sample.length_m, sample.width_m
    return [
        box((length - 0.35, length - 0.03), about(y, 0.25), (0.6, 0.8), LAMP) for y in (-0.36 * width, 0.36 * width)
    ]


def _nose(sample: VehicleSample) -> End:
    """Roundness of the front: coaches and new city buses are rounder than old ones."""
    return (
        (sample.rng.uniform(0.15, 0.3), 0.75)
        if _old(sample)
        else (sample.rng.uniform(0.30, 0.75), sample.rng.uniform(0.45, 0.65))
    )


def _roof_paint(sample: VehicleSample) -> Paint:
    """White over any coat on half of the coloured ones; the sun bleaches roofs."""
    kind = sample.rng.random()
    if kind < 0.45:
        return shade(WHITE_PANEL, sample.rng.uniform(0.8, 1.2))
    if kind < 0.55:
        return loose(sample.rng, str(sample.rng.choice(["#2a9d8a", "#4a5ab0", "#b8bcc0", "#c23b2e", "#d8b430"])))
    return sample.coat


def _old(sample: VehicleSample) -> bool:
    return any(name in sample.row.name for name in OLD)


BUILDERS: Final[Mapping[str, Callable[[VehicleSample], Assembly]]] = {"bus": bus}
"""Leaf of the class tree -> its builder."""
