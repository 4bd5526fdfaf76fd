"""Pickups: cab, and a bed open, covered, canopied or loaded."""

from __future__ import annotations

from dataclasses import replace

from vehicle_id.synth.mesh import Assembly, Mesh, Span, box
from vehicle_id.synth.paint import loose, tinted
from vehicle_id.synth.shapes.common.shells import lid, outline, ring, skin
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.shapes.light.body import (
    BLACK_PLASTIC,
    PICKUP,
    Cut,
    car_wheels,
    glasshouse,
    gutter,
    lamps,
    lower_body,
    varied,
)
from vehicle_id.synth.shapes.light.cars import car_sides, roof_paint
from vehicle_id.synth.vehicle_sample import VehicleSample


def pickup(sample: VehicleSample) -> Assembly:
    """A pickup with one or two rows of seats and an open, covered or loaded bed."""
    cut = varied(sample, _pickup_cut(sample))
    rear = sample.length_m * (1 - cut.glass_end) - 0.03
    parts = [
        *lower_body(sample, cut, rear=rear),
        *glasshouse(sample, cut, car_sides(sample), roof=roof_paint(sample)),
        *gutter(sample, cut),
        *_bed(sample, (0.0, rear - 0.03)),
        *lamps(sample, cut),
        *car_wheels(sample, share=0.30),
    ]
    return Assembly(fixed=parts)


def _pickup_cut(sample: VehicleSample) -> Cut:
    """Two rows of seats mostly; one row leaves more bed."""
    return PICKUP if sample.chance(0.75) else replace(PICKUP, roof_end=0.455, glass_end=0.475)


def _bed(sample: VehicleSample, x: Span) -> list[Mesh]:
    """A pickup's bed behind the cab: its walls, and open, covered, canopied or loaded."""
    half, floor, rim = sample.width_m / 2, 0.40 * sample.height_m, 0.64 * sample.height_m
    walls = [
        box(
            x,
            (side * half - 0.09 * (side > 0), side * half + 0.09 * (side < 0)),
            (0.26 * sample.height_m, rim),
            sample.coat,
        )
        for side in (-1, 1)
    ]
    walls.append(
        box((x[0], x[0] + 0.08), (0.01 - half, half - 0.01), (0.30 * sample.height_m, rim - 0.01), sample.coat)
    )
    walls.append(
        box((x[1] - 0.06, x[1]), (0.01 - half, half - 0.01), (0.30 * sample.height_m, rim - 0.01), sample.coat)
    )
    liner = BLACK_PLASTIC if sample.chance(0.6) else sample.coat
    inside, y = (x[0] + 0.08, x[1] - 0.06), (0.09 - half, half - 0.09)
    bed = box(inside, y, (0.28 * sample.height_m, floor), liner)
    arches = [
        box(((x[0] + x[1]) / 2 - 0.45, (x[0] + x[1]) / 2 + 0.45), about(at, 0.24), (floor, floor + 0.2), liner)
        for at in (0.2 - half, half - 0.2)
    ]
    return [*walls, bed, *arches, *_bed_cover(sample, inside, y, (floor, rim))]


def _bed_cover(sample: VehicleSample, x: Span, y: Span, z: Span) -> list[Mesh]:
    """Load in the bed, or cover over it."""
    kind = sample.rng.random()
    if kind < 0.40:
        return []
    if kind < 0.58:
        return [box(x, y, (z[1] - 0.05, z[1] + 0.02), BLACK_PLASTIC if sample.chance(0.8) else sample.coat)]
    if kind < 0.74:
        return _canopy(sample, x, y, z[1])
    if kind < 0.84:
        return [box((x[1] - 0.25, x[1] - 0.17), (y[0], y[1]), (z[1] - 0.1, 0.9 * sample.height_m), BLACK_PLASTIC)]
    return _bed_load(sample, x, y, z)


def _canopy(sample: VehicleSample, x: Span, y: Span, rim: float) -> list[Mesh]:
    """A hard top over the bed, level with the cab's roof."""
    top = 0.97 * sample.height_m
    foot = outline((x[0], x[1]), y[1] - y[0] + 0.12, tail=(0.06, 0.9))
    edge = outline((x[0] + 0.16, x[1] - 0.02), 0.84 * (y[1] - y[0]), tail=(0.06, 0.9))
    return [skin(ring(foot, rim - 0.02), ring(edge, top), tinted(sample.rng)), lid(ring(edge, top), sample.coat)]


def _bed_load(sample: VehicleSample, x: Span, y: Span, z: Span) -> list[Mesh]:
    """Crates and sacks in random places."""
    colours = ("#8a7458", "#b9b3a4", "#5a5f66", "#3f6b8f", "#a8572e")
    items = []
    for _ in range(int(sample.rng.integers(2, 6))):
        size = sample.rng.uniform(0.3, 0.8, 3)
        at = sample.rng.uniform((x[0], y[0]), (max(x[0], x[1] - size[0]) + 0.01, max(y[0], y[1] - size[1]) + 0.01))
        top = min(z[0] + size[2], 0.9 * sample.height_m)
        items.append(
            box(
                (at[0], at[0] + size[0]),
                (at[1], at[1] + size[1]),
                (z[0], top),
                loose(sample.rng, str(sample.rng.choice(colours))),
            )
        )
    return items
