"""Closed bodies of army lorries: shelters and bowsers."""

from __future__ import annotations

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, box, copies, cylinder, prism, tube
from vehicle_id.synth.paint import CHASSIS, Paint, loose, shade
from vehicle_id.synth.shapes.army_trucks.layout import TruckLayout
from vehicle_id.synth.shapes.common.shells import barrel
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.vehicle_sample import VehicleSample


def shelter(sample: VehicleSample, layout: TruckLayout, top: float) -> list[Mesh]:
    """A box body: command post, workshop or radio; hatches, air units, racks and ladders on its roof."""
    rng, half = sample.rng, layout.half * sample.rng.uniform(0.93, 1.0)
    paint, bevel = shade(sample.coat, rng.uniform(0.85, 1.15)), rng.choice([0.02, 0.2, 0.35])
    roof, floor = top - rng.uniform(0.0, 0.14), layout.deck + 0.05
    section = [
        (-half, floor),
        (half, floor),
        (half, roof - bevel),
        (half - bevel, roof),
        (bevel - half, roof),
        (-half, roof - bevel),
    ]
    long = layout.bed[1] - layout.bed[0]
    x = (layout.bed[0] + (rng.uniform(0, 0.25) * long if sample.chance(0.3) else 0.0), layout.bed[1])
    body = prism([(y, z) for y, z in section], (0.0, x[1] - x[0]), paint).turned(90.0).moved((x[1], 0.0, 0.0))
    deck = box(layout.bed, (-0.9 * half, 0.9 * half), (layout.deck, floor), CHASSIS)
    edges = [box(about(at, 0.05), (bevel - half, half - bevel), (roof, roof + 0.015), shade(paint, 1.15)) for at in
             np.linspace(x[0] + 0.1, x[1] - 0.1, int(rng.integers(2, 6)))]  # fmt: skip
    return [body, deck, *edges, *_roof_units(sample, x, half - bevel, (roof, top), paint)]


def bowser(sample: VehicleSample, layout: TruckLayout, top: float) -> list[Mesh]:
    """A tank for fuel or water, its walkway and manholes, a pump cabinet behind."""
    rng, bed = sample.rng, layout.bed
    cabinet = rng.uniform(0.4, 0.8)
    radius = (layout.half * rng.uniform(0.8, 0.98), (top - layout.deck - 0.1) / 2)
    centre, x = layout.deck + 0.1 + radius[1], (bed[0] + cabinet, bed[1])
    tones = (shade(sample.coat, 0.85), shade(sample.coat, 1.1))
    lockers = both((0.75 * layout.half, layout.half))
    places = [(float(at), 0.0, 0.0) for at in np.linspace(x[0] + 0.8, x[1] - 0.8, int(rng.integers(1, 4)))]
    manhole = cylinder("z", (top - 0.15, top), (0.0, 0.0), 0.28, tones[0], sides=10)
    walk = box((x[0] + 0.3, x[1] - 0.3), about(0.0, 0.7), (top - 0.1, top - 0.04), loose(rng, "#6b6a62"))
    return [
        barrel(x, centre, radius, sample.coat, dish=0.15), copies(manhole, places), walk,
        box((bed[0], bed[0] + cabinet), (-0.9 * layout.half, 0.9 * layout.half), (layout.deck, centre), tones[1]),
        *(box(x, span, (layout.deck, layout.deck + 0.25), tones[0]) for span in lockers),
    ]  # fmt: skip


def _roof_units(sample: VehicleSample, x: Span, half: float, z: Span, paint: Paint) -> list[Mesh]:
    """Air units, hatches, a rack or an antenna mast lying on the roof."""
    rng, parts = sample.rng, []
    for _ in range(int(rng.integers(0, 4))):
        at, y = float(rng.uniform(x[0] + 0.5, x[1] - 0.5)), float(rng.uniform(-0.6, 0.6)) * half
        size = rng.uniform(0.4, 0.8, 2)
        tone = shade(paint, rng.uniform(0.6, 1.2)) if rng.random() < 0.7 else loose(rng, "#9a9b97")
        parts.append(
            box(about(at, float(size[0])), about(y, float(size[1])), (z[0], z[0] + 0.6 * (z[1] - z[0]) + 0.01), tone)
        )
    if sample.chance(0.3):
        y = float(rng.choice([-0.8, 0.8])) * half
        parts.append(tube((x[0] + 0.2, y, z[0]), (x[1] - 0.2, y, z[0]), 0.06, shade(paint, 0.6), sides=6))
    if sample.chance(0.5):
        at = x[1] - 0.4
        parts.append(
            box(about(at, 0.7), (-0.6 * half, 0.6 * half), (z[0] - 0.1, z[1]), shade(paint, rng.uniform(0.7, 1.1)))
        )
    return parts
