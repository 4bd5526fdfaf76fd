"""What stands on the frame behind the cab: drop-side beds and their covers, shelters, tanks, cranes, nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, box, copies, cylinder, join, tube
from vehicle_id.synth.paint import DARK_STEEL, STEEL, WOOD, Paint, loose, shade
from vehicle_id.synth.shapes.army_trucks.canvas import (
    bare_hoops,
    canvas_paint,
    folded_cloth,
    net,
    rolled_tilt,
    tilt,
)
from vehicle_id.synth.shapes.army_trucks.closed_bodies import bowser, shelter
from vehicle_id.synth.shapes.army_trucks.goods import goods
from vehicle_id.synth.shapes.army_trucks.layout import TruckLayout
from vehicle_id.synth.shapes.army_trucks.prime_movers import ballast_box, fifth_wheel, flat_rack, wrecker
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.vehicle_sample import VehicleSample


def truck_body(sample: VehicleSample, layout: TruckLayout, top: float) -> list[Mesh]:
    """One body of many, up to a height."""
    shares = np.array([share for share, _ in _BODIES])
    return _BODIES[int(sample.rng.choice(len(_BODIES), p=shares / shares.sum()))][1](sample, layout, top)


def covered_bed(sample: VehicleSample, layout: TruckLayout, top: float) -> list[Mesh]:
    """Drop sides under a tilt."""
    parts, rim = _drop_sides(sample, layout)
    foot = rim - sample.rng.uniform(0.0, 0.3)
    return [*parts, *tilt(sample, layout.bed, layout.half, (foot, top), canvas_paint(sample))]


def half_covered_bed(sample: VehicleSample, layout: TruckLayout, top: float) -> list[Mesh]:
    """The tilt rolled back to show benches or a load."""
    parts, rim = _drop_sides(sample, layout)
    return [
        *parts,
        *_benches(sample, layout, rim),
        *rolled_tilt(sample, layout.bed, layout.half, (rim, top), canvas_paint(sample)),
    ]


def open_bed(sample: VehicleSample, layout: TruckLayout, top: float) -> list[Mesh]:
    """No cover: bare floor or benches, hoops or a folded cloth in some."""
    parts, rim = _drop_sides(sample, layout)
    if sample.chance(0.55):
        parts += _benches(sample, layout, rim)
    if sample.chance(0.25):
        parts += bare_hoops(layout.bed, 0.97 * layout.half, (rim, top), int(sample.rng.integers(3, 6)))
    if sample.chance(0.25):
        parts.append(folded_cloth(sample, layout.bed, layout.half, layout.deck + 0.1, canvas_paint(sample)))
    return parts


def loaded_bed(sample: VehicleSample, layout: TruckLayout, top: float) -> list[Mesh]:
    """An open bed with goods."""
    parts, _ = _drop_sides(sample, layout)
    bed = (layout.bed[0] + 0.15, layout.bed[1] - 0.15)
    return parts + goods(sample, bed, layout.half - 0.15, (layout.deck + 0.12, top))


def netted_bed(sample: VehicleSample, layout: TruckLayout, top: float) -> list[Mesh]:
    """A camouflage net over the whole bed."""
    parts, rim = _drop_sides(sample, layout)
    return parts + net(sample, layout.bed, 0.99 * layout.half, (rim - 0.1, top))


def no_body(sample: VehicleSample, layout: TruckLayout, top: float) -> list[Mesh]:
    """A bare frame: mudguards, air tanks, and a fifth wheel, a turntable or a second spare wheel in some."""
    del top
    deck, parts = layout.deck, []
    if sample.chance(0.6):
        guard, z = shade(sample.coat, sample.rng.uniform(0.6, 1.1)), 2 * layout.wheel + 0.1
        for at in layout.axles[1:]:
            parts += [
                box(about(at, 1.3 * layout.wheel), span, (z - 0.04, z), guard) for span in both((0.55, layout.half))
            ]
    for at in sample.rng.uniform(*layout.bed, int(sample.rng.integers(1, 4))):
        parts.append(cylinder("y", (-0.3, 0.3), (float(at), deck - 0.15), 0.15, STEEL, sides=8))
    middle = sum(layout.axles[-2:]) / 2 if len(layout.axles) > 2 else layout.axles[-1]
    if sample.chance(0.4):
        parts.append(cylinder("z", (deck, deck + 0.12), (middle, 0.0), 0.45, DARK_STEEL))
    if sample.chance(0.4):
        plate = (middle - 0.5, min(middle + sample.rng.uniform(0.8, 2.2), layout.bed[1]))
        parts.append(box(plate, (-0.6, 0.6), (deck, deck + 0.06), shade(sample.coat, 0.8)))
    return parts


def crane(sample: VehicleSample, layout: TruckLayout, top: float) -> list[Mesh]:
    """An open bed, shorter, with a folded loading crane at one of its ends."""
    rng, parts = sample.rng, []
    bed, room = layout.bed, rng.uniform(0.6, 0.9)
    at, rest = (bed[1] - room, bed[1]), (bed[0], bed[1] - room)
    sides, _ = _drop_sides(sample, layout, rest)
    tone = shade(sample.coat, rng.uniform(0.8, 1.3)) if sample.chance(0.7) else loose(rng, "#b8932e")
    middle, z = sum(at) / 2, min(top - 0.15, layout.deck + 1.5)
    parts = [cylinder("z", (layout.deck, z), (middle, 0.0), 0.25, tone, sides=10)]
    parts += [
        box(about(middle + dx, 0.22), about(0.0, 1.9 * layout.half), (z + up - 0.2, z + up), tone)
        for dx, up in ((0.0, 0.1), (-0.25, 0.0))
    ]
    if sample.chance(0.4):
        parts.append(
            tube((middle, 0.2, z), (max(bed[0] + 0.3, middle - 4.0), 0.3, layout.deck + 0.7), 0.14, tone, sides=6)
        )
    if sample.chance(0.5):
        sides += goods(sample, (rest[0] + 0.15, rest[1] - 0.15), layout.half - 0.15, (layout.deck + 0.1, top - 0.2))
    return sides + parts


_BODIES: Final[tuple[tuple[float, Callable[[VehicleSample, TruckLayout, float], list[Mesh]]], ...]] = (
    (0.3, covered_bed), (0.07, half_covered_bed), (0.16, open_bed), (0.16, loaded_bed), (0.05, netted_bed),
    (0.06, no_body), (0.1, shelter), (0.03, bowser), (0.04, crane), (0.12, fifth_wheel), (0.08, wrecker),
    (0.06, flat_rack), (0.03, ballast_box),
)  # fmt: skip


def _drop_sides(sample: VehicleSample, layout: TruckLayout, bed: Span | None = None) -> tuple[list[Mesh], float]:
    """Floor of planks or plate and four low walls; also the height of their rim."""
    rng, deck = sample.rng, layout.deck
    x, half = bed or layout.bed, layout.half
    rim = deck + rng.uniform(0.3, 0.75)
    wall = sample.coat if sample.chance(0.8) else loose(rng, "#7a6a50")
    floor = _floor_paint(sample)
    parts = [box(x, (-half, half), (deck, deck + 0.1), floor)]
    parts += [box(x, span, (deck, rim), wall) for span in both((half - 0.06, half))]
    parts += [
        box((at, at + 0.06), (-half, half), (deck, rim + high), wall) for at, high in ((x[0], 0.0), (x[1] - 0.06, 0.15))
    ]
    if sample.chance(0.5):
        pitch = rng.uniform(0.2, 0.5)
        seams = [(0.0, float(y), 0.0) for y in np.arange(-half + 0.2, half - 0.2, pitch)]
        parts.append(copies(box(x, (-0.02, 0.02), (deck, deck + 0.104), shade(floor, 0.7)), seams))
    return parts, rim


def _floor_paint(sample: VehicleSample) -> Paint:
    kind = sample.rng.random()
    if kind < 0.35:
        return shade(WOOD, sample.rng.uniform(0.6, 1.5))
    return shade(sample.coat, sample.rng.uniform(0.6, 1.1)) if kind < 0.7 else loose(sample.rng, "#6e6a62", spread=0.25)


def _benches(sample: VehicleSample, layout: TruckLayout, rim: float) -> list[Mesh]:
    """Benches along both sides, or a double one in the middle; soldiers' packs are not shown."""
    z, seat = (rim - 0.06, rim), loose(sample.rng, "#8a7754", spread=0.25)
    inner = layout.half - sample.rng.uniform(0.4, 0.5)
    spans = [(-0.35, 0.35)] if sample.chance(0.25) else both((inner, layout.half - 0.07))
    slat = [box(layout.bed, (a + 0.02, b - 0.02), z, seat) for y in spans for a, b in _halved(y)]
    return [join(slat)]


def _halved(y: Span) -> tuple[Span, Span]:
    return (y[0], sum(y) / 2), (sum(y) / 2, y[1])
