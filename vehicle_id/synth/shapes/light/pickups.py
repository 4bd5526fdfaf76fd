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
from vehicle_id.synth.vehicle_sample import Draft


def pickup(draft: Draft) -> Assembly:
    """A pickup with one or two rows of seats and an open, covered or loaded bed."""
    cut = varied(draft, _pickup_cut(draft))
    rear = draft.length_m * (1 - cut.glass_end) - 0.03
    parts = [
        *lower_body(draft, cut, rear=rear),
        *glasshouse(draft, cut, car_sides(draft), roof=roof_paint(draft)),
        *gutter(draft, cut),
        *_bed(draft, (0.0, rear - 0.03)),
        *lamps(draft, cut),
        *car_wheels(draft, share=0.30),
    ]
    return Assembly(fixed=parts)


def _pickup_cut(draft: Draft) -> Cut:
    """Two rows of seats mostly; one row leaves more bed."""
    return PICKUP if draft.chance(0.75) else replace(PICKUP, roof_end=0.455, glass_end=0.475)


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
