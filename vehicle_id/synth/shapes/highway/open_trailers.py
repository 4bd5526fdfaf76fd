"""Open semi-trailers: flatbeds straight and stepped, low loaders, skeletal frames with or without a container."""

from __future__ import annotations

import itertools

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, box, copies, taper
from vehicle_id.synth.paint import BRIGHT_STEEL, DARK_STEEL, WOOD, Paint, loose, shade
from vehicle_id.synth.shapes.common.freight_container import FEET_20_M, FEET_40_M, WIDE_M, closed_container, line_paint
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.highway.heavy_loads import LoadSpace, heavy_load
from vehicle_id.synth.shapes.highway.rig import FRAME_TONES
from vehicle_id.synth.shapes.highway.undercarriage import Trailer, axle_gear, running_gear
from vehicle_id.synth.vehicle_sample import VehicleSample

FLOORS = ("#8a7458", "#6d5c48", "#a58d68", "#95989a", "#5c5d5e", "#3f3d3a", "#b4b7ba")


def _floor(sample: VehicleSample) -> Paint:
    """Boards, aluminium or painted steel."""
    if sample.chance(0.3):
        return WOOD
    return loose(sample.rng, str(sample.rng.choice(FLOORS)), spread=0.15)


def flatbed(sample: VehicleSample, trailer: Trailer, *, laden: bool) -> list[Mesh]:
    """A deck in one level, or with a step behind the coupling; rub rails, stake pockets, a headboard on some."""
    rng = sample.rng
    high = trailer.top if not laden else float(rng.uniform(1.35, 1.55))
    step = sample.chance(0.35) and trailer.length > 9
    low = high - rng.uniform(0.35, 0.5) if step else high
    split = trailer.kingpin - rng.uniform(1.5, 2.2)
    parts = _deck(sample, (trailer.rear, split), trailer.half, low)
    parts += _deck(sample, (split, trailer.front), trailer.half, high)
    parts += running_gear(sample, trailer, min(low, high) - 0.08)
    if laden:
        parts += heavy_load(sample, LoadSpace(x=(trailer.rear + 0.2, split if step else trailer.front - 0.4),
                                         half=0.96 * trailer.half, floor=low, top=trailer.top))  # fmt: skip
        parts += _headboard(sample, trailer, high)
    return parts


def _deck(sample: VehicleSample, x: Span, half: float, top: float) -> list[Mesh]:
    """Planks of uneven tone along the deck between steel edges."""
    rng, floor = sample.rng, _floor(sample)
    edge = (
        shade(BRIGHT_STEEL, rng.uniform(0.4, 1.0)) if sample.chance(0.5) else loose(rng, str(rng.choice(FRAME_TONES)))
    )
    count = int(rng.integers(3, 10))
    lines = np.linspace(0.06 - half, half - 0.06, count + 1)
    planks = [box(x, (float(a), float(b)), (top - 0.12, top), shade(floor, rng.uniform(0.85, 1.12)))
              for a, b in itertools.pairwise(lines)]  # fmt: skip
    edges = [box(x, y, (top - 0.2, top), edge) for y in both((half - 0.06, half))]
    return [
        *planks,
        *edges,
        *(box(at, (-half, half), (top - 0.2, top), edge) for at in ((x[0], x[0] + 0.1), (x[1] - 0.1, x[1]))),
    ]


def _headboard(sample: VehicleSample, trailer: Trailer, deck: float) -> list[Mesh]:
    """A wall at the front as high as the load may be, of plates or bars."""
    x, tone = (trailer.front - 0.09, trailer.front), shade(BRIGHT_STEEL, sample.rng.uniform(0.4, 1.0))
    if sample.chance(0.5):
        return [box(x, (-0.97 * trailer.half, 0.97 * trailer.half), (deck, trailer.top), tone)]
    posts = [box(x, about(y * trailer.half, 0.1), (deck, trailer.top), tone) for y in (-0.9, -0.3, 0.3, 0.9)]
    return [*posts, box(x, (-0.95 * trailer.half, 0.95 * trailer.half), (trailer.top - 0.1, trailer.top), tone)]


def low_loader(sample: VehicleSample, trailer: Trailer, *, laden: bool) -> list[Mesh]:
    """A gooseneck, a low bed between it and the wheels, ramps at the rear, a load in the well."""
    rng = sample.rng
    tone = loose(rng, str(rng.choice((*FRAME_TONES, "#b8641f", "#c9a52b", "#2f4a38"))), spread=0.15)
    neck = trailer.front - min(rng.uniform(2.6, 3.6), 0.3 * trailer.length)
    wheels = max(trailer.axles) + 0.75
    half, low, high = (
        trailer.half,
        rng.uniform(0.75, 0.95),
        (trailer.top if not laden else float(rng.uniform(1.35, 1.5))),
    )
    over = min(1.1, high)
    parts = [
        box((neck, trailer.front), (-0.72 * half, 0.72 * half), (high - 0.35, high), tone),
        taper(
            (neck - 0.5, neck),
            (-0.9 * half, 0.9 * half),
            (low - 0.3, high - 0.1),
            (neck - 0.1, neck),
            (-0.8 * half, 0.8 * half),
            tone,
        ),
        *(box((wheels, neck - 0.3), y, (low - 0.3, low), tone) for y in both((0.82 * half, half))),
        box((wheels, neck - 0.3), (-0.82 * half, 0.82 * half), (low - 0.25, low - 0.04), _floor(sample)),
        box((trailer.rear, wheels), (-0.55 * half, 0.55 * half), (0.7, over), tone),
        *(
            box((trailer.rear + 0.1, wheels), y, (over - 0.06, over), shade(tone, 0.8))
            for y in both((0.56 * half, half))
        ),
    ]
    if sample.chance(0.6):
        ramp = shade(DARK_STEEL, rng.uniform(0.6, 1.6))
        parts += [
            taper(
                (trailer.rear, trailer.rear + 0.7),
                y,
                (over, min(trailer.top, over + 0.9)),
                (trailer.rear, trailer.rear + 0.12),
                y,
                ramp,
            )
            for y in both((0.3 * half, 0.9 * half))
        ]
    parts += axle_gear(sample, trailer, 0.9 * over)
    if laden:
        hold = LoadSpace(x=(wheels, neck - 0.4), half=0.97 * half, floor=low, top=trailer.top)
        parts += heavy_load(sample, hold)
    return parts


def skeletal(sample: VehicleSample, trailer: Trailer, *, laden: bool) -> list[Mesh]:
    """Two beams with arms out to the corner locks; on it one long container, one short, or two short ones."""
    rng = sample.rng
    tone = loose(rng, str(rng.choice(FRAME_TONES)), spread=0.2)
    deck = trailer.top if not laden else float(rng.uniform(1.15, 1.45))
    half = trailer.half
    beams = [box((trailer.rear, trailer.front), y, (deck - 0.3, deck - 0.06), tone) for y in both((0.36, 0.52))]
    ends = [trailer.rear + 0.1, trailer.front - 0.1]
    at = [*ends, *(float(x) for x in np.linspace(ends[0], ends[1], int(rng.integers(4, 9)))[1:-1])]
    arms = [box(about(x, 0.18), (-half, half), (deck - 0.16, deck), tone) for x in at]
    bays = np.linspace(ends[0], ends[1], int(rng.integers(6, 12)))
    ties = copies(
        box((-0.04, 0.04), (-0.4, 0.4), (deck - 0.25, deck - 0.1), tone), [(float(x), 0.0, 0.0) for x in bays]
    )
    parts = [*beams, *arms, ties, *running_gear(sample, trailer, deck - 0.06)]
    if not laden:
        return parts
    wide = min(WIDE_M, 2 * half)
    long = FEET_40_M if trailer.length > FEET_40_M else trailer.length
    if sample.chance(0.72):
        spans = [(trailer.front - long, trailer.front)]
    elif sample.chance(0.5) and trailer.length > 2 * FEET_20_M:
        spans = [
            (trailer.front - FEET_20_M, trailer.front),
            (trailer.front - 2 * FEET_20_M - 0.07, trailer.front - FEET_20_M - 0.07),
        ]
    else:
        rear = trailer.rear + rng.uniform(0, max(0.01, trailer.length - FEET_20_M))
        spans = [(rear, min(rear + FEET_20_M, trailer.front))]
    for span in spans:
        parts += closed_container(span, (deck, trailer.top), line_paint(rng), rng, wide=wide)
    return parts
