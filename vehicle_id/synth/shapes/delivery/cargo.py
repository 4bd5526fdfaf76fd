"""Goods on open decks: pipes, timber, pallets, bags, bricks, drums, machines, heaps, sheeted loads.

Each load fills a hold: a free space over the deck.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, ball, box, cylinder, relief, taper
from vehicle_id.synth.paint import COATS, DARK_STEEL, TYRE, Paint, linear, loose, shade
from vehicle_id.synth.shapes.common.loose import draw_load, heap
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.vehicle_sample import VehicleSample


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """The space over a deck in metres."""

    x: Span
    half: float
    floor: float
    top: float
    """Height that no goods exceed."""

    @property
    def length(self) -> float:
        """Length of the space."""
        return self.x[1] - self.x[0]

    def height(self, sample: VehicleSample, low: float, high: float) -> float:
        """Height of goods over the floor, drawn between two figures and kept under the top."""
        return float(min(sample.rng.uniform(low, high), self.top - self.floor))


def bright(sample: VehicleSample) -> Paint:
    """A machine's or a crate's colour."""
    name = str(sample.rng.choice(["yellow", "red", "blue", "green", "orange", "white", "grey", "black"]))
    return Paint(rgb=linear(str(sample.rng.choice(COATS[name]))), gloss=0.08)


def pipes(sample: VehicleSample, hold: Hold) -> list[Mesh]:
    """Pipes, bars or poles along the deck in one layer or more, their ends uneven."""
    tone = loose(sample.rng, str(sample.rng.choice(["#7d7d7b", "#5b4a3e", "#b8703a", "#d5d3cc", "#33363a", "#3d6a9a",
                                                   "#a9acae"])))  # fmt: skip
    radius = min(sample.rng.uniform(0.03, 0.2), 0.4 * (hold.top - hold.floor))
    fill, parts = sample.rng.uniform(0.4, 0.95), []
    count = min(14, max(2, int(fill * hold.half / radius)))
    for i in range(count):
        y = (i - (count - 1) / 2) * 2.05 * radius
        ends = (
            hold.x[0] + sample.rng.uniform(0, 0.12) * hold.length,
            hold.x[1] - sample.rng.uniform(0, 0.2) * hold.length,
        )
        z = hold.floor + radius * (1 + float(sample.rng.choice([0.0, 0.0, 1.2])))
        parts.append(cylinder("x", ends, (y, z), radius, shade(tone, sample.rng.uniform(0.8, 1.15)), sides=7))
    return parts


def timber(sample: VehicleSample, hold: Hold) -> list[Mesh]:
    """Sawn boards in bundles, or logs."""
    tone = loose(sample.rng, str(sample.rng.choice(["#c9a873", "#b08c58", "#8a7458", "#d6bd8e", "#6d5c48"])))
    files, parts = int(sample.rng.integers(2, 7)), []
    pitch, high = 1.8 * hold.half / files, hold.height(sample, 0.2, 1.1)
    for i in range(files):
        y = (-0.9 * hold.half + i * pitch, -0.9 * hold.half + (i + 0.94) * pitch)
        ends = (
            hold.x[0] + sample.rng.uniform(0, 0.1) * hold.length,
            hold.x[1] - sample.rng.uniform(0, 0.15) * hold.length,
        )
        z = (hold.floor, hold.floor + high * sample.rng.uniform(0.6, 1.0))
        parts.append(box(ends, y, z, shade(tone, sample.rng.uniform(0.8, 1.2))))
    return parts


def pallets(sample: VehicleSample, hold: Hold) -> list[Mesh]:
    """Blocks in a grid: bricks, wrapped goods, tanks for liquids, cartons; some places empty."""
    tones = ["#a5583f", "#8f8f8c", "#e2e2de", "#d3c7a8", "#c9b083", "#b9c4cc", "#8b6f4e"]
    tone, mixed = loose(sample.rng, str(sample.rng.choice(tones))), sample.chance(0.4)
    columns, files = max(1, int(hold.length / sample.rng.uniform(0.8, 1.4))), 2 if hold.half > 0.75 else int(
        sample.rng.integers(1, 3))  # fmt: skip
    pitch, wide, parts = hold.length / columns, 1.84 * hold.half / files, []
    for i in range(columns):
        for j in range(files):
            if sample.chance(0.2):
                continue
            paint = (
                loose(sample.rng, str(sample.rng.choice(tones)))
                if mixed
                else shade(tone, sample.rng.uniform(0.85, 1.1))
            )
            centre = (hold.x[0] + (i + 0.5) * pitch, -0.92 * hold.half + (j + 0.5) * wide)
            z = (hold.floor, hold.floor + hold.height(sample, 0.4, 1.3))
            parts.append(box(about(centre[0], pitch * sample.rng.uniform(0.75, 0.97)),
                             about(centre[1], wide * sample.rng.uniform(0.75, 0.97)), z, paint))  # fmt: skip
    return parts


def clutter(sample: VehicleSample, hold: Hold) -> list[Mesh]:
    """Boxes, tools and bundles of all colours, laid at random."""
    parts = []
    for _ in range(int(sample.rng.integers(3, 16))):
        x, y = sample.rng.uniform(*hold.x), sample.rng.uniform(-0.85, 0.85) * hold.half
        long, wide = sample.rng.uniform(0.15, 0.9), sample.rng.uniform(0.1, 0.5)
        spans = _kept(about(x, long), hold.x), _kept(about(y, wide), (-0.93 * hold.half, 0.93 * hold.half))
        parts.append(box(*spans, (hold.floor, hold.floor + hold.height(sample, 0.05, 0.8)), bright(sample)))
    return parts


def bags(sample: VehicleSample, hold: Hold) -> list[Mesh]:
    """Sacks or large bags, round-shouldered, white or in colours."""
    tone = loose(sample.rng, str(sample.rng.choice(["#e4e2da", "#cfc5a8", "#d9ddd6", "#b7a98a", "#c8862f", "#3f6aa0"])))
    size = sample.rng.uniform(0.4, 1.0)
    columns, files = max(1, int(hold.length / size)), max(1, int(1.85 * hold.half / size))
    high, parts = hold.height(sample, 0.3, 1.0), []
    for i in range(columns):
        for j in range(files):
            if sample.chance(0.15):
                continue
            x, y = hold.x[0] + (i + 0.5) * size, (j - (files - 1) / 2) * size
            parts.append(ball((x, y, hold.floor + 0.5 * high), (0.52 * size, 0.5 * size, 0.5 * high),
                              shade(tone, sample.rng.uniform(0.85, 1.1))))  # fmt: skip
    return parts


def drums(sample: VehicleSample, hold: Hold) -> list[Mesh]:
    """Drums or gas bottles on end."""
    tone, radius = bright(sample), float(sample.rng.choice([0.14, 0.18, 0.29]))
    columns, files = int(hold.length / (2.1 * radius)), int(1.85 * hold.half / (2.1 * radius))
    z = (hold.floor, hold.floor + hold.height(sample, 0.5, 1.1))
    share = sample.rng.uniform(0.3, 1.0)
    return [
        cylinder("z", z, (hold.x[1] - (i + 0.5) * 2.1 * radius, (j - (files - 1) / 2) * 2.1 * radius), radius,
                 shade(tone, sample.rng.uniform(0.8, 1.2)), sides=8)
        for i in range(min(columns, 8)) for j in range(files) if sample.chance(share)
    ]  # fmt: skip


def machine(sample: VehicleSample, hold: Hold) -> list[Mesh]:
    """A small machine: an engine set, a roller, a loader with its arm."""
    paint, long = bright(sample), min(sample.rng.uniform(1.2, 3.2), 0.85 * hold.length)
    middle = sample.rng.uniform(hold.x[0] + 0.5 * long, hold.x[1] - 0.5 * long)
    half, high = hold.half * sample.rng.uniform(0.5, 0.9), hold.height(sample, 0.6, 1.4)
    x, z = about(middle, long), (hold.floor, hold.floor + 0.55 * high)
    tracks = [box(x, (side * half - 0.1, side * half + 0.1), z, TYRE) for side in (-0.85, 0.85)]
    hood_z = (z[0] + 0.1, hold.floor + 0.8 * high)
    hood = taper(about(middle - 0.2 * long, 0.55 * long), (-0.7 * half, 0.7 * half), hood_z,
                 about(middle - 0.2 * long, 0.45 * long), (-0.6 * half, 0.6 * half), paint)  # fmt: skip
    cab = box(about(middle + 0.12 * long, 0.24 * long), (-0.5 * half, 0.5 * half), (z[0], hold.floor + high),
              paint if sample.chance(0.6) else DARK_STEEL)  # fmt: skip
    arm = box((middle + 0.2 * long, x[1]), about(0, 0.25), (z[1], hold.floor + 0.7 * high), paint)
    return [*tracks, hood, cab, arm]


def loose_heap(sample: VehicleSample, hold: Hold) -> list[Mesh]:
    """Earth, sand, scrap or rubbish in a heap."""
    low = hold.floor + 0.08
    crest = hold.floor + hold.height(sample, 0.3, 0.9)
    half = 0.9 * hold.half
    return [heap(hold.x, (half, half), (low, low), crest, draw_load(sample), sample.rng)]


def sheeted(sample: VehicleSample, hold: Hold) -> list[Mesh]:
    """Goods under a sheet, uneven, tied down."""
    tone = loose(sample.rng, str(sample.rng.choice(["#2f5aa0", "#3f5a3c", "#5c5f49", "#8a8c8a", "#c8862f", "#2c2d2f",
                                                   "#d9d8d2", "#3a6fb0"])))  # fmt: skip
    high = hold.height(sample, 0.4, 1.3)
    shape = (int(sample.rng.integers(5, 10)), 6)
    inner = hold.floor + high * sample.rng.uniform(0.7, 1.0, shape)
    inner[[0, -1]] = hold.floor + 0.3 * high
    inner[:, [0, -1]] = np.minimum(inner[:, [0, -1]], hold.floor + 0.6 * high)
    x = (hold.x[0] + sample.rng.uniform(0, 0.3) * hold.length, hold.x[1])
    skirt = box(x, (-0.94 * hold.half, 0.94 * hold.half), (hold.floor, hold.floor + 0.3 * high), tone)
    return [skirt, relief(x, (-0.94 * hold.half, 0.94 * hold.half), inner, tone)]


def _kept(span: Span, within: Span) -> Span:
    return max(span[0], within[0]), min(span[1], within[1])


DeckLoad = Callable[[VehicleSample, Hold], list[Mesh]]

LOADS_ON_DECKS: Final[tuple[DeckLoad, ...]] = (
    pipes, timber, pallets, clutter, bags, drums, machine, loose_heap, sheeted,
)  # fmt: skip
"""All loads of open decks."""


def goods(sample: VehicleSample, hold: Hold) -> list[Mesh]:
    """One load over a part of the hold or all of it; two kinds on some."""
    first = LOADS_ON_DECKS[int(sample.rng.integers(len(LOADS_ON_DECKS)))]
    if sample.chance(0.3) and hold.length > 2.2:
        split = hold.x[0] + sample.rng.uniform(0.35, 0.65) * hold.length
        other = LOADS_ON_DECKS[int(sample.rng.integers(len(LOADS_ON_DECKS)))]
        rear, front = (Hold(x=x, half=hold.half, floor=hold.floor, top=hold.top) for x in (
            (hold.x[0], split - 0.05), (split + 0.05, hold.x[1])))  # fmt: skip
        return [*first(sample, rear), *other(sample, front)]
    return first(sample, hold)
