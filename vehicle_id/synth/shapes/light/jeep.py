"""Jeeps: upright and narrow, a flat bonnet between wings; cloth, steel or no roof."""

from __future__ import annotations

from typing import Final

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, box, cylinder, taper
from vehicle_id.synth.paint import DARK_STEEL, LAMP, TYRE, Paint, linear, loose, shade, tinted
from vehicle_id.synth.shapes.common.cloth import tilt_paint
from vehicle_id.synth.shapes.common.shells import lid, outline, ring, shrunk, skin
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.shapes.light.cross_country import hard_roof, upright_outline, wheels
from vehicle_id.synth.vehicle_sample import Draft

SEATS: Final = Paint(rgb=linear("#2d2c28"), gloss=0.0)


def jeep(draft: Draft) -> list[Mesh]:
    """Upright and narrow: a short flat bonnet between wings, cloth, steel or no roof, a spare wheel behind."""
    length, width, height = draft.length_m, draft.width_m, draft.height_m
    belt, rear = 0.60 * height, 0.24 if draft.chance(0.75) else 0.0
    cowl = length - draft.rng.uniform(0.28, 0.34) * (length - rear)
    wing = draft.rng.uniform(0.68, 0.98)
    tub = outline((rear, cowl), 0.96 * width, tail=(0.06, 0.93), steps=2)
    parts = [*wheels(draft, radius=min(0.40, 0.20 * height), wide=0.12 * width, places=(0.16, 0.79))]
    parts += [skin(ring(tub, 0.25 * height), ring(tub, belt), draft.coat), lid(ring(tub, belt), draft.coat)]
    parts += _jeep_front(draft, (cowl, length), belt, wing)
    if rear:
        parts.append(cylinder("x", (0.0, rear - 0.02), (0.12 * width, 0.95 * belt), 0.36, TYRE, sides=10))
    return [*parts, *_jeep_top(draft, (rear + 0.02, cowl), belt)]


def _jeep_front(draft: Draft, x: Span, belt: float, share: float) -> list[Mesh]:
    """Wings as wide as the car, lower than the bonnet when that is narrow; lamps and bumper."""
    half, low = draft.width_m / 2, belt * (0.84 if share < 0.85 else 0.94)
    wings = outline((x[0], x[1] - 0.08), 0.99 * draft.width_m, nose=(0.30, 0.86))
    bonnet = outline((x[0], x[1] - 0.10), share * 1.90 * half, nose=(0.12, 0.82))
    lamps = [
        cylinder("x", (x[1] - 0.16, x[1] - 0.04), (y, 0.72 * belt), 0.10, LAMP, sides=8)
        for y in (-0.7 * half, 0.7 * half)
    ]
    return [
        skin(ring(wings, 0.48 * belt), ring(wings, low), draft.coat),
        lid(ring(wings, low), draft.coat),
        skin(ring(bonnet, low), ring(shrunk(bonnet, 0.04, 0.92), belt - 0.01), draft.coat),
        lid(ring(shrunk(bonnet, 0.04, 0.92), belt - 0.01), draft.coat),
        box((x[1] - 0.12, x[1]), (-0.92 * half, 0.92 * half), (0.42 * belt, 0.56 * belt), DARK_STEEL),
        *lamps,
    ]


def _jeep_top(draft: Draft, x: Span, belt: float) -> list[Mesh]:
    """Windscreen, and above the tub: cloth, a steel roof with windows, or the seats in the open."""
    width, height, kind = draft.width_m, draft.height_m, draft.rng.random()
    military = draft.coat_name in ("olive", "green", "camouflage", "sand")
    if kind < (0.15 if military else 0.04):
        return _seats(draft, x, belt)
    cloth = kind < (0.65 if military else 0.20)
    roof = tilt_paint(draft) if cloth else hard_roof(draft)
    pane = tinted(draft.rng)
    glass = roof if cloth else pane
    foot, edge = upright_outline(x, 0.93 * width), upright_outline((x[0] + 0.06, x[1] - 0.18), 0.85 * width)
    top = ring(edge, 0.965 * height)
    ridge = ring(shrunk(edge, 0.10, 0.86), height)
    sides = [glass, roof if cloth else draft.coat, glass, draft.coat, pane]
    shell = [skin(ring(foot, belt - 0.01), top, sides), skin(top, ridge, roof), lid(ridge, roof)]
    return [*shell, *(_bows(x, width, height, roof) if cloth else _carrier(draft, x))]


def _bows(x: Span, width: float, height: float, cloth: Paint) -> list[Mesh]:
    """Cloth shows the bars under it."""
    return [
        box((at - 0.03, at + 0.03), about(0.0, 0.72 * width), (0.95 * height, height + 0.02), shade(cloth, 1.15))
        for at in np.linspace(x[0] + 0.35, x[1] - 0.45, 3)
    ]


def _carrier(draft: Draft, x: Span) -> list[Mesh]:
    """A roof rack on some."""
    if not draft.chance(0.25):
        return []
    top = draft.height_m
    bars = np.linspace(x[0] + 0.3, x[1] - 0.5, 6)
    return [box((at - 0.03, at + 0.03), about(0.0, 0.76 * draft.width_m), (top, top + 0.05), DARK_STEEL) for at in bars]


def _seats(draft: Draft, x: Span, belt: float) -> list[Mesh]:
    """The car without its roof: windscreen frame, floor and seats."""
    width, height = draft.width_m, draft.height_m
    frame = taper((x[1] - 0.08, x[1]), about(0.0, 0.88 * width), (belt, height),
                  (x[1] - 0.16, x[1] - 0.12), about(0.0, 0.84 * width), tinted(draft.rng))  # fmt: skip
    floor = box((x[0] + 0.08, x[1] - 0.25), about(0.0, 0.84 * width), (belt - 0.2, belt + 0.01), SEATS)
    paint = loose(draft.rng, str(draft.rng.choice(["#54503f", "#33352f", "#6b5a45"])))
    rows = [
        box((at, at + 0.45), about(y, 0.40 * width - 0.1), (belt, belt + 0.14), paint)
        for at in (x[1] - 1.05, x[1] - 1.95)
        for y in (-0.21 * width, 0.21 * width)
    ]
    return [frame, floor, *(row for row in rows if row.bounds[0, 0] > x[0])]
