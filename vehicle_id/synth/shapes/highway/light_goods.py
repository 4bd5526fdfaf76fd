"""What light lorries carry in view: crates, tarpaulins, sacks, boards, bottles, tanks, tools, rubbish."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from vehicle_id.synth.mesh import Mesh, ball, box, copies, cylinder, relief
from vehicle_id.synth.paint import BRIGHT_STEEL, DARK_STEEL, loose, shade
from vehicle_id.synth.shapes.common.loose import draw_load, heap
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.shapes.highway.heavy_loads import LoadSpace, bright
from vehicle_id.synth.vehicle_sample import VehicleSample

CRATES: Final = ("#2f62b0", "#2f7d4a", "#c9a52b", "#b3342b", "#d8d8d4", "#2e3033", "#d2691e")
SHEETS: Final = ("#2f5aa0", "#3f6a48", "#4c5a3a", "#b9bcbe", "#d2691e", "#e2e2de", "#2c2d2f", "#5fa0a8", "#8c2f2a")
BOARDS: Final = ("#c9b48a", "#d8cfb4", "#b0946a", "#d9d9d5", "#9a9d9f")


def crate_grid(sample: VehicleSample, space: LoadSpace) -> list[Mesh]:
    """Plastic crates of one colour or two in a grid, open above; some missing."""
    rng = sample.rng
    tones = [loose(rng, str(each)) for each in rng.choice(CRATES, 2)]
    long, wide = rng.uniform(0.35, 0.62), rng.uniform(0.3, 0.45)
    columns, files = max(1, int(space.length / long)), max(1, int(1.9 * space.half / wide))
    high, parts = rng.uniform(0.2, 0.75) * space.high, []
    for i in range(columns):
        for j in range(files):
            if sample.chance(0.1):
                continue
            x, y = space.x[0] + (i + 0.5) * long, (j - (files - 1) / 2) * wide
            tone, top = tones[int(sample.chance(0.25))], space.floor + high * rng.uniform(0.85, 1.0)
            parts.append(box(about(x, 0.94 * long), about(y, 0.94 * wide), (space.floor, top), tone))
            parts.append(
                box(about(x, 0.7 * long), about(y, 0.7 * wide), (top, top + 0.006), shade(tone, rng.uniform(0.3, 1.3)))
            )
    return parts


def sheeted(sample: VehicleSample, space: LoadSpace) -> list[Mesh]:
    """A tarpaulin over goods, higher in the middle, wrinkled; a band of another colour at times."""
    rng = sample.rng
    shape = (int(rng.integers(6, 12)), 7)
    arch = 1 - 0.5 * np.linspace(-1, 1, 7)[None] ** 2
    top = space.floor + space.high * rng.uniform(0.4, 0.9) * arch * rng.uniform(0.8, 1.0, (shape[0], 1))
    top = np.clip(top + rng.normal(0, 0.03, shape), space.floor + 0.05, space.top)
    x = (space.x[0], space.x[0] + space.length * rng.uniform(0.55, 1.0))
    y = (-0.97 * space.half, 0.97 * space.half)
    tone = loose(rng, str(rng.choice(SHEETS)))
    return [relief(x, y, top, tone), box(x, y, (space.floor, float(top.min())), tone)]


def jumble(sample: VehicleSample, space: LoadSpace) -> list[Mesh]:
    """Tools, boxes, cans and bags of many colours in no order."""
    rng, parts = sample.rng, []
    for _ in range(int(rng.integers(5, 22))):
        x, y = rng.uniform(*space.x), rng.uniform(-0.9, 0.9) * space.half
        long, wide, top = rng.uniform(0.12, 0.9), rng.uniform(0.1, 0.55), rng.uniform(0.05, 0.7) * space.high
        ends = max(space.x[0], x - long / 2), min(space.x[1], x + long / 2)
        sides = max(-space.half, y - wide / 2), min(space.half, y + wide / 2)
        parts.append(box(ends, sides, (space.floor, space.floor + top), bright(sample)))
    return parts


def boards(sample: VehicleSample, space: LoadSpace) -> list[Mesh]:
    """Planks, panels or profiles lengthwise, in a few piles."""
    rng, tone, parts = sample.rng, loose(sample.rng, str(sample.rng.choice(BOARDS))), []
    piles = int(rng.integers(1, 6))
    wide = 1.9 * space.half / piles
    for i in range(piles):
        y, top = (i - (piles - 1) / 2) * wide, space.floor + rng.uniform(0.1, 0.7) * space.high
        near = space.x[0] + rng.uniform(0, 0.35) * space.length
        parts.append(
            box(
                (near, space.x[1]),
                about(y, wide * rng.uniform(0.6, 0.95)),
                (space.floor, top),
                shade(tone, rng.uniform(0.8, 1.15)),
            )
        )
    return parts


def round_things(sample: VehicleSample, space: LoadSpace) -> list[Mesh]:
    """One water tank, or gas bottles and drums on end."""
    rng, tone = sample.rng, bright(sample)
    if sample.chance(0.3):
        radius = min(0.9 * space.half, rng.uniform(0.4, 0.75))
        x = rng.uniform(space.x[0] + radius, max(space.x[0] + radius, space.x[1] - radius))
        top = space.floor + rng.uniform(0.6, 1.0) * space.high
        lid = cylinder("z", (top, top + 0.01), (x, 0.0), 0.2, shade(tone, 0.5))
        return [cylinder("z", (space.floor, top), (x, 0.0), radius, tone), lid]
    radius, top = float(rng.choice((0.15, 0.19, 0.29))), space.floor + rng.uniform(0.4, 0.9) * space.high
    one, share = cylinder("z", (space.floor, top), (0.0, 0.0), radius, tone, sides=9), rng.uniform(0.4, 1.0)
    columns, files = int(space.length / (2.1 * radius)), int(1.9 * space.half / (2.1 * radius))
    places = [(space.x[1] - (i + 0.5) * 2.1 * radius, (j - (files - 1) / 2) * 2.1 * radius, 0.0)
              for i in range(columns) for j in range(files) if sample.chance(share)]  # fmt: skip
    return [copies(one, places)]


def sacks(sample: VehicleSample, space: LoadSpace) -> list[Mesh]:
    """Sacks piled anyhow, of one kind."""
    rng = sample.rng
    tone = loose(rng, str(rng.choice(("#e4e2da", "#d6cba8", "#c8862f", "#4f86b8", "#9ab0a0", "#3a3c40"))))
    parts = []
    for _ in range(int(rng.integers(6, 26))):
        x, y = rng.uniform(space.x[0] + 0.3, space.x[1] - 0.3), rng.uniform(-0.75, 0.75) * space.half
        z = space.floor + rng.uniform(0.1, 0.5) * space.high
        size = rng.uniform(0.2, 0.32)
        parts.append(ball((x, y, z), (size, 0.7 * size, 0.1 + 0.1 * space.high), shade(tone, rng.uniform(0.8, 1.1))))
    floor = box(space.x, (-0.9 * space.half, 0.9 * space.half), (space.floor, space.floor + 0.06), shade(tone, 0.8))
    return [floor, *parts]


def tipped(sample: VehicleSample, space: LoadSpace) -> list[Mesh]:
    """Earth, sand or rubble."""
    low, crest = space.floor + 0.04, space.floor + sample.rng.uniform(0.3, 0.7) * space.high
    half = 0.95 * space.half
    return [heap(space.x, (half, half), (low, low), crest, draw_load(sample), sample.rng)]


def ladder_rack(sample: VehicleSample, space: LoadSpace, front: float) -> list[Mesh]:
    """Ladders or pipes on a rack, from the tail to over the cab."""
    rng = sample.rng
    tone = shade(BRIGHT_STEEL, rng.uniform(0.6, 1.1)) if sample.chance(0.6) else bright(sample)
    z, y = (space.top - 0.07, space.top), rng.uniform(-0.6, 0.4) * space.half
    x = (space.x[0] + rng.uniform(0, 0.8), front)
    rails = [box(x, about(y + aside, 0.05), z, tone) for aside in (0.0, 0.4)]
    rungs = copies(
        box((-0.02, 0.02), (y, y + 0.4), z, tone), [(float(at), 0.0, 0.0) for at in np.arange(x[0] + 0.2, x[1], 0.35)]
    )
    across = (-0.95 * space.half, 0.95 * space.half)
    frames = [box(about(at, 0.06), across, (space.top - 0.12, space.top - 0.07), DARK_STEEL)
              for at in (space.x[0] + 0.1, space.x[1] - 0.05)]  # fmt: skip
    return [*rails, rungs, *frames]


LightLoad = Callable[[VehicleSample, LoadSpace], list[Mesh]]
LIGHT_LOADS: Final[tuple[LightLoad, ...]] = (
    crate_grid, sheeted, jumble, jumble, boards, round_things, sacks, tipped,
)  # fmt: skip
"""All loads of light lorries; the commonest twice."""


def light_load(sample: VehicleSample, space: LoadSpace) -> list[Mesh]:
    """One load, or two of them one behind the other."""
    first, second = (LIGHT_LOADS[int(sample.rng.integers(len(LIGHT_LOADS)))] for _ in range(2))
    if sample.chance(0.6) or space.length < 1.8:
        return first(sample, space)
    split = space.x[0] + space.length * sample.rng.uniform(0.35, 0.65)
    rear, front = (LoadSpace(x=x, half=space.half, floor=space.floor, top=space.top)
                   for x in ((space.x[0], split - 0.05), (split + 0.05, space.x[1])))  # fmt: skip
    return [*first(sample, rear), *second(sample, front)]
