"""Buses: city, articulated, coach, the ribbed older kind, school buses with a bonnet, minibuses.

From above a bus is a long rounded roof with coolers and hatches on it, a little glass at its front end.
Which kind is met is told by the length, and for older kinds by the row's name.
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
from vehicle_id.synth.vehicle_sample import Draft

BELLOWS: Final = Paint(rgb=linear("#2c2c2e"), gloss=0.0)
OLD: Final = ("Ikarus", "LiAZ-677", "PAZ", "LAZ")
"""What the names of rows contain that have ribs and vents in place of coolers."""


def bus(draft: Draft) -> Assembly:
    """The kind its size tells: minibus, rigid, or articulated; some yellow ones have a bonnet."""
    if draft.width_m < 2.25:
        return _minibus(draft)
    if draft.length_m > 15.5:
        return _articulated(draft)
    if draft.coat_name == "yellow" and not _old(draft) and draft.chance(0.35):
        return _school_bus(draft)
    return _rigid(draft)


def _rigid(draft: Draft) -> Assembly:
    roof, x = _roof_paint(draft), (0.0, draft.length_m)
    parts = [*_shell(draft, x, roof, nose=_nose(draft), tail=(0.25, 0.80)), *_lights(draft)]
    axles = draft.axles_m or (0.225 * draft.length_m, 0.735 * draft.length_m)
    if not draft.axles_m and draft.length_m > 12.4:
        axles = (*axles, axles[-1] + 1.35)
    return Assembly(fixed=[*parts, *_wheels(draft, axles), *_furniture(draft, (0.5, draft.length_m - 1.0))])


def _articulated(draft: Draft) -> Assembly:
    """Two stiff parts and dark bellows between; the rear one turns about the middle of the bellows."""
    length, roof = draft.length_m, _roof_paint(draft)
    fold = length * draft.rng.uniform(0.38, 0.42)
    front, rear = (fold + 0.55, length), (0.0, fold - 0.55)
    head = [*_shell(draft, front, roof, nose=_nose(draft)), *_lights(draft), *_bellows(draft, (fold, fold + 0.57))]
    tail = [*_shell(draft, rear, roof, tail=(0.25, 0.80)), *_bellows(draft, (fold - 0.57, fold))]
    head += [*_wheels(draft, (2.7, 0.475 * length)), *_furniture(draft, (front[0] + 0.3, front[1] - 1.0))]
    tail += [*_wheels(draft, (length - 0.55 * rear[1],)), *_furniture(draft, (0.4, rear[1] - 0.3))]
    most = float(draft.rng.choice([8.0, 25.0, 42.0], p=[0.5, 0.3, 0.2]))
    joint = Joint(part=Assembly(fixed=tail), pivot=(fold, 0.0, 1.0), axis="z", degrees=(-most, most), used=0.5)
    return Assembly(fixed=head, joints=[joint])


def _school_bus(draft: Draft) -> Assembly:
    """A bonnet, a ribbed body, a white or yellow roof with hatches."""
    length, width, height = draft.length_m, draft.width_m, draft.height_m
    rear = length - 1.65
    roof = shade(WHITE_PANEL, 1.1) if draft.chance(0.5) else draft.coat
    front = bonneted(draft, (rear - 1.3, length), 0.86 * height, bonnet=1.55, wide=True)
    body = _shell(draft, (0.0, rear), roof, nose=(0.25, 0.85), tail=(0.15, 0.85))
    parts = [*front, *body, *_ribs((0.4, rear - 0.4), height, 0.80 * width, shade(roof, 0.85), pitch=1.0)]
    parts += _hatches(draft, (0.6, rear - 1.0), height, count=2)
    return Assembly(fixed=[*parts, *_wheels(draft, (1.1, 0.68 * length))])


def _minibus(draft: Draft) -> Assembly:
    """A van's body with windows all along; a cooler or vents on the roof."""
    scale = 5.6 / draft.length_m
    cut = replace(VAN, cowl=VAN.cowl * scale, header=VAN.header * scale, door=1 - 0.30 * scale)
    body = van_body(draft, cut, windows=True)
    top, x = draft.height_m, (0.6, draft.length_m * (1 - cut.header) - 0.6)
    kind, parts = draft.rng.random(), []
    if kind < 0.40:
        at = float(draft.rng.uniform(*x))
        parts = [
            box(about(at, 0.9), about(0.0, 0.5 * draft.width_m), (top - 0.05, top + 0.08), shade(WHITE_PANEL, 0.9))
        ]
    elif kind < 0.70:
        parts = _hatches(draft, x, top, count=int(draft.rng.integers(1, 3)))
    return Assembly(fixed=[*body, *parts, *car_wheels(draft)])


def _shell(draft: Draft, x: Span, roof: Paint, *, nose: End = SQUARE, tail: End = SQUARE) -> list[Mesh]:
    """Skirt, windows and a roof with rounded edges; the windscreen leans a little, coaches' more."""
    width, height, paint = draft.width_m, draft.height_m, draft.coat
    plan = outline(x, width, nose=nose, tail=tail, steps=4)
    lean = np.where(plan[:, 0] > x[1] - nose[0] - 0.01, min(0.35, 0.5 * nose[0]), 0.0) * (nose != SQUARE)
    upper = np.column_stack([plan[:, 0] - lean, plan[:, 1] * 0.975])
    eaves, shoulder = 0.86 * height, 0.965 * height
    edge, crest = ring(shrunk(upper, 0.05, 0.955), shoulder), ring(shrunk(upper, 0.22, 0.72), 0.995 * height)
    count = len(plan)
    glass = tinted(draft.rng)
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


def _furniture(draft: Draft, x: Span) -> list[Mesh]:
    """What is on the roof: ribs and vents on old buses; coolers, hatches, battery or gas boxes on others."""
    top, width = draft.height_m, draft.width_m
    if _old(draft):
        parts = _hatches(draft, x, top, count=int(draft.rng.integers(2, 5)))
        tone = shade(draft.coat, draft.rng.uniform(0.75, 1.1))
        return [*parts, *(_ribs(x, top, 0.85 * width, tone, pitch=0.9) if draft.chance(0.5) else [])]
    parts = _hatches(draft, x, top, count=int(draft.rng.integers(1, 4)))
    if draft.chance(0.85):
        parts += _cooler(draft, x, top)
    if draft.chance(0.18):
        parts += _pods(draft, x, top)
    if draft.chance(0.15):
        parts += _ribs(x, top, 0.6 * width, shade(draft.coat, 0.85), pitch=1.2)
    if draft.chance(0.25):
        edge = shade(WHITE_PANEL, draft.rng.uniform(0.8, 1.1))
        parts += [
            box((x[0], x[1]), about(y, 0.10), (0.94 * top, 0.985 * top), edge) for y in (-0.42 * width, 0.42 * width)
        ]
    return parts


def _cooler(draft: Draft, x: Span, top: float) -> list[Mesh]:
    """A flat box with rounded ends and rows of dark fans or a dark grille."""
    long = draft.rng.uniform(1.6, min(3.4, 0.6 * (x[1] - x[0])))
    at = float(draft.rng.uniform(x[0] + long / 2, x[1] - long / 2))
    wide = draft.width_m * draft.rng.uniform(0.55, 0.78)
    grey = shade(WHITE_PANEL, draft.rng.uniform(0.55, 1.15)) if draft.chance(0.8) else DARK_STEEL
    plan = outline(about(at, long), wide, nose=(0.25, 0.7), tail=(0.25, 0.7))
    crest = ring(shrunk(plan, 0.08, 0.9), top + 0.05)
    parts = [skin(ring(plan, top - 0.12), crest, grey), lid(crest, grey)]
    kind = draft.rng.random()
    if kind < 0.45:
        rows, spots = (
            (-0.2 * wide, 0.2 * wide),
            np.linspace(at - 0.32 * long, at + 0.32 * long, int(draft.rng.integers(2, 5))),
        )
        return parts + [
            cylinder("z", (top, top + 0.07), (float(s), y), 0.20, DARK_STEEL, sides=6) for s in spots for y in rows
        ]
    if kind < 0.80:
        parts.append(box(about(at, 0.62 * long), about(0.0, 0.36 * wide), (top, top + 0.065), DARK_STEEL))
    return parts


def _hatches(draft: Draft, x: Span, top: float, *, count: int) -> list[Mesh]:
    """Emergency hatches and vents along the middle, lighter or darker than the roof."""
    tones = (shade(WHITE_PANEL, 1.15), shade(draft.coat, 0.7), STEEL, DARK_STEEL)
    tone = tones[int(draft.rng.integers(len(tones)))]
    size = draft.rng.uniform(0.5, 0.85)
    places = (np.arange(count) + draft.rng.uniform(0.3, 0.7)) / count * (x[1] - x[0]) + x[0]
    return [box(about(float(at), size), about(0.0, 0.95 * size), (top - 0.06, top + 0.045), tone) for at in places]


def _pods(draft: Draft, x: Span, top: float) -> list[Mesh]:
    """Long covers over gas bottles or batteries."""
    long = draft.rng.uniform(0.35, 0.6) * (x[1] - x[0])
    low = draft.rng.uniform(x[0], x[1] - long)
    plan = outline((low, low + long), 0.84 * draft.width_m, nose=(0.3, 0.85), tail=(0.3, 0.85))
    tone = draft.coat if draft.chance(0.4) else shade(WHITE_PANEL, draft.rng.uniform(0.8, 1.1))
    crest = ring(shrunk(plan, 0.08, 0.9), top + 0.07)
    return [skin(ring(plan, 0.95 * top), crest, tone), lid(crest, tone)]


def _ribs(x: Span, top: float, width: float, paint: Paint, *, pitch: float) -> list[Mesh]:
    marks = np.arange(x[0], x[1], pitch)
    return [box(about(float(at), 0.07), about(0.0, width), (0.94 * top, top + 0.012), paint) for at in marks]


def _bellows(draft: Draft, x: Span) -> list[Mesh]:
    """Half of the folds, waved so that their edges catch the light."""
    top, width = draft.height_m, draft.width_m
    core = box(x, about(0.0, 0.90 * width), (0.45, 0.94 * top), BELLOWS)
    marks = np.linspace(x[0] + 0.1, x[1] - 0.1, 3)
    return [
        core,
        *(
            box(about(float(at), 0.07), about(0.0, 0.95 * width), (0.45, 0.965 * top), shade(BELLOWS, 2.5))
            for at in marks
        ),
    ]


def _wheels(draft: Draft, axles: tuple[float, ...]) -> list[Mesh]:
    """Wheels at metres behind the front end."""
    return [part for at in axles for part in axle(draft.length_m - at, draft.width_m - 0.04, 0.48)]


def _lights(draft: Draft) -> list[Mesh]:
    length, width = draft.length_m, draft.width_m
    return [
        box((length - 0.35, length - 0.03), about(y, 0.25), (0.6, 0.8), LAMP) for y in (-0.36 * width, 0.36 * width)
    ]


def _nose(draft: Draft) -> End:
    """How round the front is: coaches and new city buses more than old ones."""
    return (
        (draft.rng.uniform(0.15, 0.3), 0.75)
        if _old(draft)
        else (draft.rng.uniform(0.30, 0.75), draft.rng.uniform(0.45, 0.65))
    )


def _roof_paint(draft: Draft) -> Paint:
    """White over any coat on half of the coloured ones; the sun bleaches roofs."""
    kind = draft.rng.random()
    if kind < 0.45:
        return shade(WHITE_PANEL, draft.rng.uniform(0.8, 1.2))
    if kind < 0.55:
        return loose(draft.rng, str(draft.rng.choice(["#2a9d8a", "#4a5ab0", "#b8bcc0", "#c23b2e", "#d8b430"])))
    return draft.coat


def _old(draft: Draft) -> bool:
    return any(name in draft.row.name for name in OLD)


BUILDERS: Final[Mapping[str, Callable[[Draft], Assembly]]] = {"bus": bus}
"""Leaf of the class tree -> what builds it."""
