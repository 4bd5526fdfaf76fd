"""Cars: a rounded body by its cut, and what is on the roof.

Cuts are drawn by size where a row's name does not tell them. This room knows no models.
"""

from __future__ import annotations

from dataclasses import replace

from vehicle_id.synth.mesh import Assembly, Mesh, box
from vehicle_id.synth.paint import BRIGHT_STEEL, Paint, linear, tinted
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.shapes.light.body import (
    BLACK_PLASTIC,
    CLASSIC,
    COUPE,
    ESTATE,
    HATCHBACK,
    MPV,
    SEDAN,
    SUV,
    Cut,
    car_wheels,
    glasshouse,
    gutter,
    lamps,
    lower_body,
    varied,
)
from vehicle_id.synth.vehicle_sample import Draft


def car(draft: Draft) -> Assembly:
    """A passenger car: hatchback, sedan, estate, coupe, sport utility, people carrier or an old angular sedan."""
    cut = varied(draft, _car_cut(draft))
    roof = roof_paint(draft)
    parts = [
        *lower_body(draft, cut),
        *glasshouse(draft, cut, car_sides(draft), roof=roof),
        *gutter(draft, cut),
        *lamps(draft, cut),
        *_car_roof(draft, cut),
        *car_wheels(draft),
    ]
    return Assembly(fixed=parts)


def _car_cut(draft: Draft) -> Cut:
    """The cut by name where the name tells, by size where it does not."""
    name = draft.row.name
    if "sedan" in name:
        return SEDAN
    if "2107" in name:
        return CLASSIC
    if draft.height_m > 1.6:
        return SUV if draft.chance(0.85) else MPV
    cuts, shares = (HATCHBACK, SEDAN, ESTATE, COUPE, MPV), (0.20, 0.48, 0.20, 0.08, 0.04)
    if draft.length_m < 4.4:
        cuts, shares = (HATCHBACK, SEDAN, ESTATE, MPV, CLASSIC), (0.70, 0.08, 0.08, 0.10, 0.04)
    return cuts[int(draft.rng.choice(len(cuts), p=shares))]


def car_sides(draft: Draft) -> list[Paint]:
    """Paints of a car's glasshouse: one tint all around, pillars in the coat or blacked out."""
    glass = tinted(draft.rng)
    pillar = draft.coat if draft.chance(0.75) else BLACK_PLASTIC
    return [glass, glass, draft.coat, glass, glass, pillar, glass, glass]


def roof_paint(draft: Draft) -> Paint:
    """The coat; now and then black, white, or glass all over."""
    kind = draft.rng.random()
    if kind < 0.06:
        return replace(BLACK_PLASTIC, gloss=0.3)
    if kind < 0.09:
        return tinted(draft.rng)
    return Paint(rgb=linear("#e4e4e0"), gloss=0.2) if kind < 0.10 else draft.coat


def _car_roof(draft: Draft, cut: Cut) -> list[Mesh]:
    """A sunroof, rails, an antenna fin, a box or bars: each on some cars."""
    x = (draft.length_m * (1 - cut.roof_end), draft.length_m * (1 - cut.header))
    half, top, span = cut.roof_y * draft.width_m / 2, draft.height_m, x[1] - x[0]
    parts = []
    if draft.chance(0.22):
        panorama = 0.62 if draft.chance(0.35) else 0.32
        at = (x[1] - 0.14 - panorama * span, x[1] - 0.14)
        parts.append(box(at, (-0.58 * half, 0.58 * half), (top - 0.06, top + 0.006), tinted(draft.rng)))
    if span > 1.7 and draft.chance(0.35):
        rail = BRIGHT_STEEL if draft.chance(0.6) else BLACK_PLASTIC
        parts += [
            box((x[0] + 0.2, x[1] - 0.2), about(y, 0.05), (top - 0.05, top + 0.01), rail)
            for y in (-0.86 * half, 0.86 * half)
        ]
    if draft.chance(0.03):
        parts.append(
            box((x[0] + 0.15, x[1] - 0.2), (-0.55 * half, 0.45 * half), (top - 0.02, top + 0.02), BLACK_PLASTIC)
        )
    return parts
