"""Cars: a rounded body by its cut, and the equipment on the roof.

The row's name decides the cut; where it does not, the size does.
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
from vehicle_id.synth.vehicle_sample import VehicleSample


def car(sample: VehicleSample) -> Assembly:
    """A passenger car: hatchback, sedan, estate, coupe, sport utility, people carrier or an old angular sedan."""
    cut = varied(sample, _car_cut(sample))
    roof = roof_paint(sample)
    parts = [
        *lower_body(sample, cut),
        *glasshouse(sample, cut, car_sides(sample), roof=roof),
        *gutter(sample, cut),
        *lamps(sample, cut),
        *_car_roof(sample, cut),
        *car_wheels(sample),
    ]
    return Assembly(fixed=parts)


def _car_cut(sample: VehicleSample) -> Cut:
    """The cut by name where the name states it, else by size."""
    name = sample.row.name
    if "sedan" in name:
        return SEDAN
    if "2107" in name:
        return CLASSIC
    if sample.height_m > 1.6:
        return SUV if sample.chance(0.85) else MPV
    cuts, shares = (HATCHBACK, SEDAN, ESTATE, COUPE, MPV), (0.20, 0.48, 0.20, 0.08, 0.04)
    if sample.length_m < 4.4:
        cuts, shares = (HATCHBACK, SEDAN, ESTATE, MPV, CLASSIC), (0.70, 0.08, 0.08, 0.10, 0.04)
    return cuts[int(sample.rng.choice(len(cuts), p=shares))]


def car_sides(sample: VehicleSample) -> list[Paint]:
    """Paints of a car's glasshouse: one tint all around, pillars in the coat or blacked out."""
    glass = tinted(sample.rng)
    pillar = sample.coat if sample.chance(0.75) else BLACK_PLASTIC
    return [glass, glass, sample.coat, glass, glass, pillar, glass, glass]


def roof_paint(sample: VehicleSample) -> Paint:
    """The coat; sometimes black, white, or glass all over."""
    kind = sample.rng.random()
    if kind < 0.06:
        return replace(BLACK_PLASTIC, gloss=0.3)
    if kind < 0.09:
        return tinted(sample.rng)
    return Paint(rgb=linear("#e4e4e0"), gloss=0.2) if kind < 0.10 else sample.coat


def _car_roof(sample: VehicleSample, cut: Cut) -> list[Mesh]:
    """A sunroof, rails, an antenna fin, a box or bars: each on some cars."""
    x = (sample.length_m * (1 - cut.roof_end), sample.length_m * (1 - cut.header))
    half, top, span = cut.roof_y * sample.width_m / 2, sample.height_m, x[1] - x[0]
    parts = []
    if sample.chance(0.22):
        panorama = 0.62 if sample.chance(0.35) else 0.32
        at = (x[1] - 0.14 - panorama * span, x[1] - 0.14)
        parts.append(box(at, (-0.58 * half, 0.58 * half), (top - 0.06, top + 0.006), tinted(sample.rng)))
    if span > 1.7 and sample.chance(0.35):
        rail = BRIGHT_STEEL if sample.chance(0.6) else BLACK_PLASTIC
        parts += [
            box((x[0] + 0.2, x[1] - 0.2), about(y, 0.05), (top - 0.05, top + 0.01), rail)
            for y in (-0.86 * half, 0.86 * half)
        ]
    if sample.chance(0.03):
        parts.append(
            box((x[0] + 0.15, x[1] - 0.2), (-0.55 * half, 0.45 * half), (top - 0.02, top + 0.02), BLACK_PLASTIC)
        )
    return parts
