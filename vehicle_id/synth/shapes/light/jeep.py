"""Jeeps: steep and narrow, a flat bonnet between wings; cloth, steel or no roof."""

from __future__ import annotations

from typing import Final

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, box, cylinder, taper
from vehicle_id.synth.paint import DARK_STEEL, LAMP, TYRE, Paint, linear, loose, shade, tinted
from vehicle_id.synth.shapes.common.cloth import tilt_paint
from vehicle_id.synth.shapes.common.shells import lid, outline, ring, shrunk, skin
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.shapes.light.cross_country import hard_roof, upright_outline, wheels
from vehicle_id.synth.vehicle_sample import VehicleSample

SEATS: Final = Paint(rgb=linear("#2d2c28"), gloss=0.0)


def jeep(sample: VehicleSample) -> list[Mesh]:
    """Steep and narrow: a short flat bonnet between wings, cloth, steel or no roof, a spare wheel behind."""
    length, width, height = sample.length_m, sample.width_m, sample.height_m
    belt, rear = 0.60 * height, 0.24 if sample.chance(0.75) else 0.0
    cowl = length - sample.rng.uniform(0.28, 0.34) * (length - rear)
    wing = sample.rng.uniform(0.68, 0.98)
    tub = outline((rear, cowl), 0.96 * width, tail=(0.06, 0.93), steps=2)
    parts = [*wheels(sample, radius=min(0.40, 0.20 * height), wide=0.12 * width, places=(0.16, 0.79))]
    parts += [skin(ring(tub, 0.25 * height), ring(tub, belt), sample.coat), lid(ring(tub, belt), sample.coat)]
    parts += _jeep_front(sample, (cowl, length), belt, wing)
    if rear:
        parts.append(cylinder("x", (0.0, rear - 0.02), (0.12 * width, 0.95 * belt), 0.36, TYRE, sides=10))
    return [*parts, *_jeep_top(sample, (rear + 0.02, cowl), belt)]


def _jeep_front(sample: VehicleSample, x: Span, belt: float, share: float) -> list[Mesh]:
    """Wings as wide as the car, lower than the bonnet when that is narrow; lamps and bumper."""
    half, low = sample.width_m / 2, belt * (0.84 if share < 0.85 else 0.94)
    wings = outline((x[0], x[1] - 0.08), 0.99 * sample.width_m, nose=(0.30, 0.86))
    bonnet = outline((x[0], x[1] - 0.10), share * 1.90 * half, nose=(0.12, 0.82))
    lamps = [
        cylinder("x", (x[1] - 0.16, x[1] - 0.04), (y, 0.72 * belt), 0.10, LAMP, sides=8)
        for y in (-0.7 * half, 0.7 * half)
    ]
    return [
        skin(ring(wings, 0.48 * belt), ring(wings, low), sample.coat),
        lid(ring(wings, low), sample.coat),
        skin(ring(bonnet, low), ring(shrunk(bonnet, 0.04, 0.92), belt - 0.01), sample.coat),
        lid(ring(shrunk(bonnet, 0.04, 0.92), belt - 0.01), sample.coat),
        box((x[1] - 0.12, x[1]), (-0.92 * half, 0.92 * half), (0.42 * belt, 0.56 * belt), DARK_STEEL),
        *lamps,
    ]


def _jeep_top(sample: VehicleSample, x: Span, belt: float) -> list[Mesh]:
    """Windscreen, and above the tub: cloth, a steel roof with windows, or the seats in the open."""
    width, height, kind = sample.width_m, sample.height_m, sample.rng.random()
    military = sample.coat_name in ("olive", "green", "camouflage", "sand")
    if kind < (0.15 if military else 0.04):
        return _seats(sample, x, belt)
    cloth = kind < (0.65 if military else 0.20)
    roof = tilt_paint(sample) if cloth else hard_roof(sample)
    pane = tinted(sample.rng)
    glass = roof if cloth else pane
    foot, edge = upright_outline(x, 0.93 * width), upright_outline((x[0] + 0.06, x[1] - 0.18), 0.85 * width)
    top = ring(edge, 0.965 * height)
    ridge = ring(shrunk(edge, 0.10, 0.86), height)
    sides = [glass, roof if cloth else sample.coat, glass, sample.coat, pane]
    shell = [skin(ring(foot, belt - 0.01), top, sides), skin(top, ridge, roof), lid(ridge, roof)]
    return [*shell, *(_bows(x, width, height, roof) if cloth else _carrier(sample, x))]


def _bows(x: Span, width: float, height: float, cloth: Paint) -> list[Mesh]:
    """Cloth shows the bars under it."""
    return [
        box((at - 0.03, at + 0.03), about(0.0, 0.72 * width), (0.95 * height, height + 0.02), shade(cloth, 1.15))
        for at in np.linspace(x[0] + 0.35, x[1] - 0.45, 3)
    ]


def _carrier(sample: VehicleSample, x: Span) -> list[Mesh]:
    """A roof rack on some."""
    if not sample.chance(0.25):
        return []
    top = sample.height_m
    bars = np.linspace(x[0] + 0.3, x[1] - 0.5, 6)
    return [
        box((at - 0.03, at + 0.03), about(0.0, 0.76 * sample.width_m), (top, top + 0.05), DARK_STEEL) for at in bars
    ]


def _seats(sample: VehicleSample, x: Span, belt: float) -> list[Mesh]:
    """The car without its roof: windscreen frame, floor and seats."""
    width, height = sample.width_m, sample.height_m
    frame = taper((x[1] - 0.08, x[1]), about(0.0, 0.88 * width), (belt, height),
                  (x[1] - 0.16, x[1] - 0.12), about(0.0, 0.84 * width), tinted(sample.rng))  # fmt: skip
    floor = box((x[0] + 0.08, x[1] - 0.25), about(0.0, 0.84 * width), (belt - 0.2, belt + 0.01), SEATS)
    paint = loose(sample.rng, str(sample.rng.choice(["#54503f", "#33352f", "#6b5a45"])))
    rows = [
        box((at, at + 0.45), about(y, 0.40 * width - 0.1), (belt, belt + 0.14), paint)
        for at in (x[1] - 1.05, x[1] - 1.95)
        for y in (-0.21 * width, 0.21 * width)
    ]
    return [frame, floor, *(row for row in rows if row.bounds[0, 0] > x[0])]
