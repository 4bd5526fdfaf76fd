"""Loads of lorries: goods on flat beds, heaps in tipping bodies, containers.

A load is given by the spans it may fill and is never higher.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, box, cylinder
from vehicle_id.synth.paint import BRIGHT_STEEL, DARK_STEEL, RUST, STEEL, loose, shade
from vehicle_id.synth.shapes.common.loose import heap
from vehicle_id.synth.shapes.common.shells import lid, outline, ring, shrunk, skin
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.vehicle_sample import VehicleSample

TARPAULINS: Final = ("#c9c8c0", "#5e6b54", "#3c5f8f", "#8f9aa0", "#a33a2c", "#d0cbb8", "#86988a", "#4a4c4a")
GOODS: Final = ("#b59a6c", "#d8d6cf", "#8a8d90", "#3f6b8f", "#a8572e", "#6d7a5a", "#54514d")
HEAPS: Final = ("#8b7355", "#a89577", "#5c5046", "#2c2a28", "#b5a890", "#7d5a44", "#9a9a96")


def bed_load(sample: VehicleSample, x: Span, z: Span, width: float) -> list[Mesh]:
    """Goods on a flat bed, none of them higher than `z[1]`."""
    kinds = (_pipes, _timber, _pallets, _sheets, _coils, _covered, _crates, _heaped)
    return kinds[int(sample.rng.integers(len(kinds)))](sample, x, z, width)


def _pipes(sample: VehicleSample, x: Span, z: Span, width: float) -> list[Mesh]:
    radius = sample.rng.uniform(0.10, min(0.45, (z[1] - z[0]) / 2))
    paint = (RUST, STEEL, loose(sample.rng, "#26282b"), loose(sample.rng, "#3d5f96"))[int(sample.rng.integers(4))]
    span = (x[0] + sample.rng.uniform(0.0, 0.2) * (x[1] - x[0]), x[1] - 0.15)
    count = min(9, max(1, int((width - 0.15) / (2 * radius))))
    return [
        cylinder("x", span, (y, z[0] + radius), radius, paint, sides=8)
        for y in (np.arange(count) - (count - 1) / 2) * 2 * radius
    ]


def _timber(sample: VehicleSample, x: Span, z: Span, width: float) -> list[Mesh]:
    parts, radius = [], sample.rng.uniform(0.13, 0.2)
    for y in np.arange(-width / 2 + radius + 0.06, width / 2 - radius, 2 * radius):
        layer, shift = sample.rng.uniform(0.2, 1.0), sample.rng.uniform(0.0, 0.3)
        top = min(z[1] - radius, z[0] + radius + layer * (z[1] - z[0]))
        parts.append(
            cylinder(
                "x",
                (x[0] + shift, x[1] - 0.2 - shift / 2),
                (float(y), top),
                radius,
                loose(sample.rng, "#8a6a48"),
                sides=6,
            )
        )
    return [
        box((x[0] + 0.3, x[1] - 0.4), about(0.0, width - 0.3), (z[0], z[0] + 0.3), loose(sample.rng, "#5e4a35")),
        *parts,
    ]


def _pallets(sample: VehicleSample, x: Span, z: Span, width: float) -> list[Mesh]:
    paint, parts = loose(sample.rng, str(sample.rng.choice(GOODS))), []
    for at in np.arange(x[0] + 0.1, x[1] - 0.95, 0.95):
        for y in (-width / 4, width / 4):
            if sample.chance(0.85):
                top = z[0] + sample.rng.uniform(0.35, 1.0) * (z[1] - z[0])
                parts.append(
                    box(
                        (float(at), float(at) + 0.85),
                        about(y, 0.44 * width),
                        (z[0], top),
                        shade(paint, sample.rng.normal(1, 0.1)),
                    )
                )
    return parts


def _sheets(sample: VehicleSample, x: Span, z: Span, width: float) -> list[Mesh]:
    paint = (STEEL, RUST, loose(sample.rng, "#c8b48a"), BRIGHT_STEEL)[int(sample.rng.integers(4))]
    count, parts = int(sample.rng.integers(1, 4)), []
    for low in np.linspace(x[0] + 0.1, x[1] - 0.1, count + 1)[:-1]:
        long = (x[1] - x[0] - 0.2) / count
        high = z[0] + sample.rng.uniform(0.1, 0.5) * (z[1] - z[0])
        parts.append(
            box((low, low + 0.92 * long), about(0.0, width * sample.rng.uniform(0.5, 0.9)), (z[0], high), paint)
        )
    return parts


def _coils(sample: VehicleSample, x: Span, z: Span, width: float) -> list[Mesh]:
    radius, paint = min(0.75, (z[1] - z[0]) / 2), (STEEL, DARK_STEEL, BRIGHT_STEEL)[int(sample.rng.integers(3))]
    marks = np.linspace(x[0] + 1.0, x[1] - 1.0, int(sample.rng.integers(2, 5)))
    return [
        cylinder("y", about(0.0, 0.55 * width), (float(at), z[0] + radius), radius, paint, sides=10) for at in marks
    ]


def _covered(sample: VehicleSample, x: Span, z: Span, width: float) -> list[Mesh]:
    """A load under a sheet."""
    cloth = loose(sample.rng, str(sample.rng.choice(TARPAULINS)))
    foot = outline((x[0] + 0.15, x[1] - 0.2), width - 0.2, nose=(0.3, 0.8), tail=(0.3, 0.8))
    top = z[0] + sample.rng.uniform(0.5, 1.0) * (z[1] - z[0])
    crest = ring(shrunk(foot, sample.rng.uniform(0.1, 0.5), sample.rng.uniform(0.55, 0.9)), top)
    return [skin(ring(foot, z[0]), crest, cloth), lid(crest, cloth)]


def _crates(sample: VehicleSample, x: Span, z: Span, width: float) -> list[Mesh]:
    parts = []
    for _ in range(int(sample.rng.integers(2, 7))):
        size = sample.rng.uniform((0.6, 0.5, 0.3), (min(2.2, 0.5 * (x[1] - x[0])), 0.8 * width, z[1] - z[0]))
        low = sample.rng.uniform((x[0] + 0.05, -width / 2 + 0.06), (x[1] - size[0] - 0.05, width / 2 - size[1] - 0.05))
        paint = loose(sample.rng, str(sample.rng.choice(GOODS)))
        parts.append(box((low[0], low[0] + size[0]), (low[1], low[1] + size[1]), (z[0], z[0] + size[2]), paint))
    return parts


def _heaped(sample: VehicleSample, x: Span, z: Span, width: float) -> list[Mesh]:
    paint = loose(sample.rng, str(sample.rng.choice(HEAPS)))
    top, half = z[0] + sample.rng.uniform(0.25, 0.6) * (z[1] - z[0]), width / 2 - 0.06
    return [heap((x[0] + 0.1, x[1] - 0.1), (half, half), (z[0] + 0.01,), top, paint, sample.rng)]


def tipper_load(sample: VehicleSample, x: Span, z: Span, width: float) -> list[Mesh]:
    """Earth, ore, coal or rubble in a tipping body, up to about its rim; or a sheet drawn over it."""
    inside, half = (x[0] + 0.08, x[1] - 0.08), width / 2 - 0.135
    if sample.chance(0.15):
        return [
            box(
                inside,
                about(0.0, width - 0.2),
                (z[1] - 0.05, z[1] + 0.02),
                loose(sample.rng, str(sample.rng.choice(TARPAULINS))),
            )
        ]
    level = z[0] + sample.rng.uniform(0.35, 0.92) * (z[1] - z[0])
    paint = loose(sample.rng, str(sample.rng.choice(HEAPS)))
    return [heap(inside, (half, half), (level,), level + sample.rng.uniform(0.15, 0.55), paint, sample.rng)]


def container(sample: VehicleSample, x: Span, z: Span, width: float) -> list[Mesh]:
    """A sea container: one colour, corrugated roof, corner posts."""
    paint = loose(
        sample.rng,
        str(sample.rng.choice(["#7a3b2a", "#2f5a8c", "#3c6b4a", "#8c8f8e", "#b5532a", "#c9c9c2", "#6b2f2a"])),
    )
    body = box(x, about(0.0, width), (z[0], z[1] - 0.02), paint)
    ribs = np.linspace(x[0] + 0.25, x[1] - 0.25, max(4, int((x[1] - x[0]) / 0.75)))
    return [
        body,
        *(box(about(float(at), 0.16), about(0.0, width - 0.2), (z[1] - 0.03, z[1]), shade(paint, 0.86)) for at in ribs),
    ]
