"""Cars, vans and pickups: a rounded body by its cut, and what they carry on the roof or in the bed.

Cuts are drawn by size where a row's name does not tell them. This room knows no models.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from vehicle_id.synth.draft import Draft
from vehicle_id.synth.mesh import Assembly, Mesh, Span, box, cylinder
from vehicle_id.synth.paint import BRIGHT_STEEL, STEEL, Paint, linear, loose, tinted
from vehicle_id.synth.shapes import light_utility
from vehicle_id.synth.shapes.light_body import (
    BLACK_PLASTIC,
    CLASSIC,
    COUPE,
    ESTATE,
    HATCHBACK,
    LOAF,
    MPV,
    PICKUP,
    SEDAN,
    SUV,
    VAN,
    Cut,
    car_wheels,
    glasshouse,
    gutter,
    lamps,
    lower_body,
    van_body,
    varied,
)  # fmt: skip
from vehicle_id.synth.shapes.shells import about, lid, outline, ring, skin


def car(draft: Draft) -> Assembly:
    """A passenger car: hatchback, sedan, estate, coupe, sport utility, people carrier or an old angular sedan."""
    cut = varied(draft, _car_cut(draft))
    roof = _roof_paint(draft)
    parts = [
        *lower_body(draft, cut),
        *glasshouse(draft, cut, _car_sides(draft), roof=roof),
        *gutter(draft, cut),
        *lamps(draft, cut),
        *_car_roof(draft, cut),
        *car_wheels(draft),
    ]
    return Assembly(fixed=parts)


def van(draft: Draft) -> Assembly:
    """A panel van, or a bus-like one with windows; the short ones may have their engine under the seats."""
    cut = _van_cut(draft)
    windows = draft.chance(0.22)
    return Assembly(fixed=[*van_body(draft, cut, windows=windows), *_van_roof(draft, cut), *car_wheels(draft)])


def pickup(draft: Draft) -> Assembly:
    """A pickup with one or two rows of seats and an open, covered or loaded bed."""
    cut = varied(draft, _pickup_cut(draft))
    rear = draft.length_m * (1 - cut.glass_end) - 0.03
    parts = [
        *lower_body(draft, cut, rear=rear),
        *glasshouse(draft, cut, _car_sides(draft), roof=_roof_paint(draft)),
        *gutter(draft, cut),
        *_bed(draft, (0.0, rear - 0.03)),
        *lamps(draft, cut),
        *car_wheels(draft, share=0.30),
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


def _van_cut(draft: Draft) -> Cut:
    """Engine under the seats for the shortest, a bonnet of about 0.9 m for the others, whatever their length."""
    if "452" in draft.row.name or (draft.length_m < 4.6 and draft.chance(0.5)):
        return varied(draft, LOAF)
    long = 5.6 / draft.length_m
    return varied(draft, replace(VAN, cowl=VAN.cowl * long, header=VAN.header * long, door=1 - 0.30 * long))


def _pickup_cut(draft: Draft) -> Cut:
    """Two rows of seats mostly; one row leaves more bed."""
    return PICKUP if draft.chance(0.75) else replace(PICKUP, roof_end=0.455, glass_end=0.475)


def _car_sides(draft: Draft) -> list[Paint]:
    """Paints of a car's glasshouse: one tint all around, pillars in the coat or blacked out."""
    glass = tinted(draft.rng)
    pillar = draft.coat if draft.chance(0.75) else BLACK_PLASTIC
    return [glass, glass, draft.coat, glass, glass, pillar, glass, glass]


def _roof_paint(draft: Draft) -> Paint:
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


def _van_roof(draft: Draft, cut: Cut) -> list[Mesh]:
    """Pressed ribs along or across, a rack with a ladder, vents; all low enough to keep the height."""
    x = (draft.length_m * (1 - cut.roof_end) + 0.2, draft.length_m * (1 - cut.header) - 0.3)
    half, top = cut.roof_y * draft.width_m / 2, draft.height_m
    kind = draft.rng.random()
    if kind < 0.35:
        tone = Paint(rgb=draft.coat.rgb, gloss=0.0)
        return [box(x, about(y, 0.06), (top - 0.05, top + 0.025), tone) for y in np.linspace(-0.66, 0.66, 5) * half]
    if kind < 0.50:
        places = np.linspace(*x, 7)
        return [
            box((at - 0.04, at + 0.04), (-0.7 * half, 0.7 * half), (top - 0.05, top + 0.025), draft.coat)
            for at in places
        ]
    if kind < 0.62:
        return _rack(x, half, top, ladder=draft.chance(0.5))
    if kind < 0.75:
        at = float(draft.rng.uniform(*x))
        return [cylinder("z", (top - 0.05, top + 0.03), (at, 0.0), 0.18, STEEL, sides=8)]
    return []


def _rack(x: Span, half: float, top: float, *, ladder: bool) -> list[Mesh]:
    bars = [
        box((at - 0.03, at + 0.03), (-0.85 * half, 0.85 * half), (top, top + 0.05), STEEL) for at in np.linspace(*x, 4)
    ]
    if not ladder:
        return bars
    rails = [box((x[0] + 0.2, x[1] - 0.1), about(y, 0.05), (top + 0.03, top + 0.07), BRIGHT_STEEL) for y in (0.2, 0.5)]
    return [*bars, *rails]


def _bed(draft: Draft, x: Span) -> list[Mesh]:
    """A pickup's bed behind the cab: its walls, and open, covered, canopied or loaded."""
    half, floor, rim = draft.width_m / 2, 0.40 * draft.height_m, 0.64 * draft.height_m
    walls = [
        box(
            x,
            (side * half - 0.09 * (side > 0), side * half + 0.09 * (side < 0)),
            (0.26 * draft.height_m, rim),
            draft.coat,
        )
        for side in (-1, 1)
    ]
    walls.append(box((x[0], x[0] + 0.08), (0.01 - half, half - 0.01), (0.30 * draft.height_m, rim - 0.01), draft.coat))
    walls.append(box((x[1] - 0.06, x[1]), (0.01 - half, half - 0.01), (0.30 * draft.height_m, rim - 0.01), draft.coat))
    liner = BLACK_PLASTIC if draft.chance(0.6) else draft.coat
    inside, y = (x[0] + 0.08, x[1] - 0.06), (0.09 - half, half - 0.09)
    bed = box(inside, y, (0.28 * draft.height_m, floor), liner)
    arches = [
        box(((x[0] + x[1]) / 2 - 0.45, (x[0] + x[1]) / 2 + 0.45), about(at, 0.24), (floor, floor + 0.2), liner)
        for at in (0.2 - half, half - 0.2)
    ]
    return [*walls, bed, *arches, *_bed_cover(draft, inside, y, (floor, rim))]


def _bed_cover(draft: Draft, x: Span, y: Span, z: Span) -> list[Mesh]:
    """What lies in or over the bed."""
    kind = draft.rng.random()
    if kind < 0.40:
        return []
    if kind < 0.58:
        return [box(x, y, (z[1] - 0.05, z[1] + 0.02), BLACK_PLASTIC if draft.chance(0.8) else draft.coat)]
    if kind < 0.74:
        return _canopy(draft, x, y, z[1])
    if kind < 0.84:
        return [box((x[1] - 0.25, x[1] - 0.17), (y[0], y[1]), (z[1] - 0.1, 0.9 * draft.height_m), BLACK_PLASTIC)]
    return _bed_load(draft, x, y, z)


def _canopy(draft: Draft, x: Span, y: Span, rim: float) -> list[Mesh]:
    """A hard top over the bed, level with the cab's roof."""
    top = 0.97 * draft.height_m
    foot = outline((x[0], x[1]), y[1] - y[0] + 0.12, tail=(0.06, 0.9))
    edge = outline((x[0] + 0.16, x[1] - 0.02), 0.84 * (y[1] - y[0]), tail=(0.06, 0.9))
    return [skin(ring(foot, rim - 0.02), ring(edge, top), tinted(draft.rng)), lid(ring(edge, top), draft.coat)]


def _bed_load(draft: Draft, x: Span, y: Span, z: Span) -> list[Mesh]:
    """Crates and sacks in no order."""
    colours = ("#8a7458", "#b9b3a4", "#5a5f66", "#3f6b8f", "#a8572e")
    items = []
    for _ in range(int(draft.rng.integers(2, 6))):
        size = draft.rng.uniform(0.3, 0.8, 3)
        at = draft.rng.uniform((x[0], y[0]), (max(x[0], x[1] - size[0]) + 0.01, max(y[0], y[1] - size[1]) + 0.01))
        top = min(z[0] + size[2], 0.9 * draft.height_m)
        items.append(
            box(
                (at[0], at[0] + size[0]),
                (at[1], at[1] + size[1]),
                (z[0], top),
                loose(draft.rng, str(draft.rng.choice(colours))),
            )
        )
    return items


BUILDERS: Final[Mapping[str, Callable[[Draft], Assembly]]] = {
    "car": car,
    "van": van,
    "pickup": pickup,
    **light_utility.BUILDERS,
}
