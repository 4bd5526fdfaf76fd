"""A bus of any kind by its size: one body, or two with bellows between them."""

from __future__ import annotations

import numpy as np

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Span, box, copies, join, tube
from vehicle_id.synth.paint import CHASSIS, COATS, DARK_STEEL, Paint, linear, loose, shade
from vehicle_id.synth.shapes.common.spans import about, both, ordered
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.shapes.plain_buses.body import BusBody, BusPaints, bus_body
from vehicle_id.synth.shapes.plain_buses.kinds import (
    CITY,
    COACH,
    MINIBUS,
    SCHOOL,
    VETERAN,
    BusKind,
    draw_body,
    draw_paints,
)
from vehicle_id.synth.shapes.plain_buses.roof import roof_parts
from vehicle_id.synth.vehicle_sample import VehicleSample

ARTICULATED_M = 15.6
DOUBLE_DECK_HEIGHT_M = 3.85


def bus(sample: VehicleSample) -> Assembly:
    """Two bodies from 15.6 m; else a kind that the size and the colour allow."""
    if sample.length_m > ARTICULATED_M:
        return _articulated(sample)
    kind = _kind(sample)
    side = _school_yellow(sample) if kind is SCHOOL and sample.coat_name != "yellow" else sample.coat
    reach = float(sample.rng.uniform(0.08, 0.4)) if sample.chance(kind.mirrors) and sample.length_m > 7.5 else 0.0
    decks = 2 if sample.height_m > DOUBLE_DECK_HEIGHT_M else 1
    body = draw_body(sample, kind, (0.0, sample.length_m - reach), sample.height_m - 0.05, decks=decks)
    fixed, _ = _dressed(sample, kind, body, side)
    return Assembly(fixed=[*fixed, *(_mirrors(sample, body, reach) if reach else [])])


def _kind(sample: VehicleSample) -> BusKind:
    """Coaches are high, minibuses narrow, school buses yellow; veterans of any height."""
    rng = sample.rng
    if sample.length_m < 7.6 and sample.width_m < 2.3:
        return MINIBUS
    if sample.height_m > DOUBLE_DECK_HEIGHT_M or sample.width_m > 2.75:
        return CITY
    if rng.random() < (0.05 if sample.coat_name != "yellow" else 0.85 if sample.width_m < 2.47 else 0.3):
        return SCHOOL
    if sample.height_m > 3.3:
        return COACH if rng.random() < 0.9 else CITY
    return (CITY, COACH, VETERAN)[int(rng.choice(3, p=(0.5, 0.25, 0.25)))]


def _school_yellow(sample: VehicleSample) -> Paint:
    return Paint(rgb=linear(str(sample.rng.choice(COATS["yellow"]))), gloss=0.1, coat=True)


def _dressed(
    sample: VehicleSample, kind: BusKind, body: BusBody, side: Paint, paints: BusPaints | None = None
) -> tuple[list[Mesh], BusPaints]:
    """A body with its roof, wheels and doors, and the paints that it wears."""
    paints = paints or draw_paints(sample, kind, body, side)
    doors = tuple(sample.rng.uniform(0.1, 0.97, int(sample.rng.integers(1, 4))))
    fixed = bus_body(body, paints, doors=doors) + roof_parts(sample, kind, body, paints.roof)
    return fixed + _wheels(sample, body), paints


def _wheels(sample: VehicleSample, body: BusBody) -> list[Mesh]:
    """Two or three axles in dark arches."""
    rng, long = sample.rng, body.x[1] - body.x[0]
    radius = min(0.5, 0.36 * body.half + 0.04)
    front = [min(body.x[1] - rng.uniform(0.18, 0.25) * long, body.cowl - 0.3 if body.bonnet < 0.6 else body.x[1] - 0.9)]
    rear = body.x[0] + long * rng.uniform(0.22, 0.32)
    axles = [*(front if body.nose else []), rear, *([rear - 1.35] if long > 11.5 and sample.chance(0.4) else [])]
    parts: list[Mesh] = []
    for x in axles:
        parts += wheel_pair(x, (body.half - 0.3, body.half - 0.015), radius)
        parts += [box(about(x, 2.4 * radius), y, (0.25, 2.1 * radius), CHASSIS)
                  for y in both((body.half - 0.3, body.half + 0.003))]  # fmt: skip
    return parts


def _mirrors(sample: VehicleSample, body: BusBody, reach: float) -> list[Mesh]:
    """Mirrors that hang before the upper corners of the front like horns, or on the left alone."""
    rng = sample.rng
    paint = shade(DARK_STEEL, rng.uniform(0.4, 1.3)) if sample.chance(0.7) else sample.coat
    level, out = body.belts[-1][1], body.x[1] + reach
    parts: list[Mesh] = []
    for side in (1.0, -1.0) if sample.chance(0.85) else (1.0,):
        root = (body.header - 0.1, side * 0.85 * body.half, level)
        parts.append(tube(root, (out - 0.05, side * 0.94 * body.half, level - 0.05), 0.04, paint, sides=5))
        glass_y = ordered(side * 0.84 * body.half, side * body.half)
        parts.append(box((out - 0.12, out), glass_y, (level - 0.5, level), paint))
    return parts


def _articulated(sample: VehicleSample) -> Assembly:
    """The rear body turns about the middle of the bellows; the bellows are dark, grey or of a pale cloth."""
    rng, length, kind = sample.rng, sample.length_m, VETERAN if sample.chance(0.2) else CITY
    fold, gap, top = length * rng.uniform(0.36, 0.46), rng.uniform(0.45, 0.8), sample.height_m - 0.05
    front = draw_body(sample, kind, (fold + gap, length), top, decks=1, joined="rear")
    rear = draw_body(sample, kind, (0.0, fold - gap), top, decks=1, joined="front")
    head, paints = _dressed(sample, kind, front, sample.coat)
    tail, _ = _dressed(sample, kind, rear, sample.coat, paints if not paints.roof_parts else None)
    cloth = loose(rng, str(rng.choice(["#2a2b2d", "#46484a", "#7e8080", "#b5b3aa"])))
    wide = front.half * rng.uniform(0.86, 0.97)
    bellows = [_bellows(x, wide, top, cloth) for x in ((fold, fold + gap), (fold - gap, fold))]
    most = float(rng.choice([5.0, 20.0, 40.0], p=[0.5, 0.3, 0.2]))
    joint = Joint(part=Assembly(fixed=[*tail, bellows[1]]), pivot=(fold, 0.0, 1.0), axis="z", degrees=(-most, most))
    return Assembly(fixed=[*head, bellows[0]], joints=[joint])


def _bellows(x: Span, half: float, top: float, cloth: Paint) -> Mesh:
    """Folds one after the other, each a little narrower at its ends."""
    count = max(3, round((x[1] - x[0]) / 0.14))
    step = (x[1] - x[0]) / count
    one = box((0.0, 0.62 * step), (-half, half), (0.4, top - 0.1), cloth)
    core = box((0.0, step), (0.06 - half, half - 0.06), (0.45, top - 0.16), shade(cloth, 0.6))
    places = np.stack([x[0] + step * np.arange(count), np.zeros(count), np.zeros(count)], 1)
    return join([copies(core, places), copies(one, places)])
