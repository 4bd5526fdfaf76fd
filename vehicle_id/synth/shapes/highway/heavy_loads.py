"""Loads of open semi-trailers: coils, beams, timber, slabs, crates, bales, machines, humps under tarpaulins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, box, cylinder, relief, taper
from vehicle_id.synth.paint import BRIGHT_STEEL, CONCRETE, RUST, STEEL, TYRE, WOOD, Paint, loose, shade
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.vehicle_sample import VehicleSample

TARPAULINS: Final = ("#2b2d30", "#2c4f8a", "#3f5a45", "#b9bab6", "#7d2723", "#c8a23a", "#d8d8d4")
MACHINES: Final = ("#d9a21b", "#e3b42a", "#d2691e", "#b02a25", "#3b5b34", "#e6e6e2")
BRIGHT: Final = ("#2f6db0", "#c0392b", "#3c8a4e", "#d9a21b", "#e2e2de", "#7d7d7b", "#d2691e", "#3a3c40", "#9a7b52")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadSpace:
    """Room above a deck; metres."""

    x: Span
    half: float
    floor: float
    top: float

    @property
    def length(self) -> float:
        """From end to end."""
        return self.x[1] - self.x[0]

    @property
    def high(self) -> float:
        """From the floor up."""
        return self.top - self.floor


def bright(sample: VehicleSample) -> Paint:
    """Any colour of goods."""
    return loose(sample.rng, str(sample.rng.choice(BRIGHT)), spread=0.15)


def coils(sample: VehicleSample, hold: LoadSpace) -> list[Mesh]:
    """Two to six coils of steel in a row, their axes along or across, on timber."""
    tone = shade(STEEL, sample.rng.uniform(0.7, 1.8)) if sample.chance(0.7) else RUST
    radius, count = min(sample.rng.uniform(0.5, 0.9), 0.5 * hold.high), int(sample.rng.integers(2, 7))
    along, wide, parts = sample.chance(0.5), min(sample.rng.uniform(1.0, 1.7), 1.8 * hold.half), []
    for x in np.linspace(hold.x[0] + 1.2, hold.x[1] - 1.2, count):
        z = hold.floor + radius
        if along:
            parts.append(cylinder("x", about(float(x), wide), (0.0, z), radius, tone))
        else:
            parts.append(cylinder("y", about(0.0, wide), (float(x), z), radius, tone))
        parts.append(
            box(about(float(x), 1.4), (-0.9 * hold.half, 0.9 * hold.half), (hold.floor, hold.floor + 0.1), WOOD)
        )
    return parts


def long_goods(sample: VehicleSample, hold: LoadSpace) -> list[Mesh]:
    """Pipes, beams or reinforcement in layers along the deck."""
    rng = sample.rng
    tone = (RUST, shade(STEEL, 0.7), shade(BRIGHT_STEEL, 0.8), loose(rng, "#2e6fb5"), CONCRETE)[int(rng.integers(5))]
    radius = rng.uniform(0.06, 0.32)
    files, layers = max(2, int(0.92 * hold.half / radius)), int(rng.integers(1, 4))
    x = (hold.x[0] + rng.uniform(0, 1.5), hold.x[1] - rng.uniform(0, 1.5))
    parts = []
    for layer in range(layers):
        z = hold.floor + radius * (2 * layer + 1)
        if z + radius > hold.top:
            break
        for i in range(files - layer):
            y = (i - (files - layer - 1) / 2) * 2 * radius
            parts.append(cylinder("x", x, (y, z), 0.97 * radius, shade(tone, rng.uniform(0.85, 1.15)), sides=7))
    stakes = np.linspace(x[0] + 0.5, x[1] - 0.5, 4)
    posts = (hold.floor, min(hold.top, hold.floor + 2 * radius * layers + 0.2))
    return [*parts, *(box(about(float(at), 0.1), y, posts, STEEL) for at in stakes
                      for y in both((0.93 * hold.half, 0.98 * hold.half)))]  # fmt: skip


def stacks_of_boards(sample: VehicleSample, hold: LoadSpace) -> list[Mesh]:
    """Packs of timber, plasterboard or wrapped goods in two files, of uneven height."""
    rng = sample.rng
    tone = loose(rng, str(rng.choice(("#b89a6a", "#d2bc8f", "#e4e4e0", "#c9c2b0", "#8f9aa0", "#5f7fa8"))))
    pitch, parts = rng.uniform(1.2, 4.9), []
    for x in np.arange(hold.x[0] + 0.1, hold.x[1] - pitch, pitch):
        for y in both((0.04, 0.95 * hold.half)):
            if sample.chance(0.93):
                top = hold.floor + rng.uniform(0.35, 0.95) * hold.high
                parts.append(
                    box((float(x), float(x) + 0.96 * pitch), y, (hold.floor, top), shade(tone, rng.uniform(0.85, 1.1)))
                )
    return parts


def slabs(sample: VehicleSample, hold: LoadSpace) -> list[Mesh]:
    """Concrete elements lying flat, or standing on an A-frame."""
    tone = shade(CONCRETE, sample.rng.uniform(0.7, 1.3))
    if sample.chance(0.5):
        count = int(sample.rng.integers(1, 6))
        high = min(0.22, hold.high / count)
        return [box((hold.x[0] + sample.rng.uniform(0, 0.5), hold.x[1] - sample.rng.uniform(0, 0.8)),
                    (-0.95 * hold.half, 0.95 * hold.half), (hold.floor + i * high, hold.floor + (i + 0.85) * high),
                    shade(tone, sample.rng.uniform(0.9, 1.1))) for i in range(count)]  # fmt: skip
    x = (hold.x[0] + 0.4, hold.x[1] - 0.4)
    return [taper(x, y, (hold.floor, hold.floor + 0.9 * hold.high), x, top, tone)
            for y, top in zip(both((0.35 * hold.half, 0.6 * hold.half)), both((0.06, 0.25)), strict=True)]  # fmt: skip


def crates(sample: VehicleSample, hold: LoadSpace) -> list[Mesh]:
    """Boxes of all sizes and colours."""
    parts, x = [], hold.x[0] + 0.1
    while x < hold.x[1] - 0.9:
        long, half = sample.rng.uniform(0.8, 3.2), hold.half * sample.rng.uniform(0.45, 0.97)
        end = min(x + long, hold.x[1])
        if sample.chance(0.85):
            aside = sample.rng.uniform(-1, 1) * (0.97 * hold.half - half)
            top = hold.floor + sample.rng.uniform(0.25, 1.0) * hold.high
            parts.append(box((x, end), (aside - half, aside + half), (hold.floor, top), bright(sample)))
        x = end + sample.rng.uniform(0.02, 0.6)
    return parts


def machine(sample: VehicleSample, hold: LoadSpace) -> list[Mesh]:
    """An excavator or another machine on tracks, its boom laid forward."""
    rng, tone = sample.rng, loose(sample.rng, str(sample.rng.choice(MACHINES)))
    long, high = min(rng.uniform(3.2, 4.6), 0.6 * hold.length), hold.high
    x = (hold.x[0] + 0.3, hold.x[0] + 0.3 + long)
    tracks = [box(x, y, (hold.floor, hold.floor + 0.3 * high), TYRE) for y in both((0.5 * hold.half, 0.97 * hold.half))]
    body = taper(
        (x[0] + 0.1, x[1] - 0.5),
        (-0.9 * hold.half, 0.9 * hold.half),
        (hold.floor + 0.3 * high, hold.floor + 0.75 * high),
        (x[0] + 0.3, x[1] - 0.6),
        (-0.85 * hold.half, 0.85 * hold.half),
        tone,
    )
    cab = box((x[1] - 1.8, x[1] - 0.5), (0.1, 0.85 * hold.half), (hold.floor + 0.5 * high, hold.top), shade(tone, 0.6))
    boom = box(
        (x[1] - 1.0, min(hold.x[1] - 0.2, x[1] + rng.uniform(2, 5))),
        (-0.5, -0.1),
        (hold.floor + 0.55 * high, hold.floor + 0.9 * high),
        tone,
    )
    bucket = box(
        (boom.bounds[1, 0] - 0.8, boom.bounds[1, 0]), (-0.75, 0.2), (hold.floor, hold.floor + 0.6 * high), STEEL
    )
    return [*tracks, body, cab, boom, bucket]


def under_tarpaulin(sample: VehicleSample, hold: LoadSpace) -> list[Mesh]:
    """Goods under one or more tarpaulins, their tops uneven, skirts hanging over the sides."""
    rng = sample.rng
    shape = (int(rng.integers(6, 16)), 6)
    top = hold.floor + hold.high * rng.uniform(0.6, 0.98, (shape[0], 1)) * np.ones(shape) + rng.normal(0, 0.03, shape)
    top[:, [0, -1]] -= 0.12 * hold.high
    top[[0, -1]] -= 0.3 * hold.high
    x, y = (hold.x[0] + rng.uniform(0, 1), hold.x[1] - rng.uniform(0, 1)), (-0.96 * hold.half, 0.96 * hold.half)
    tone = loose(rng, str(rng.choice(TARPAULINS)))
    top = np.clip(top, hold.floor + 0.1, hold.top)
    return [relief(x, y, top, tone), box(x, y, (hold.floor, float(top.min())), tone)]


HeavyLoad = Callable[[VehicleSample, LoadSpace], list[Mesh]]
HEAVY_LOADS: Final[tuple[HeavyLoad, ...]] = (
    coils, long_goods, stacks_of_boards, slabs, crates, machine, under_tarpaulin,
)  # fmt: skip
"""All loads of open trailers."""


def heavy_load(sample: VehicleSample, hold: LoadSpace) -> list[Mesh]:
    """One of them."""
    return HEAVY_LOADS[int(sample.rng.integers(len(HEAVY_LOADS)))](sample, hold)
