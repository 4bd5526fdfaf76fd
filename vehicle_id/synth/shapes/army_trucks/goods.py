"""What army lorries carry: crates, drums, vehicles, pallets, heaps under tarpaulin, timber, sand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, box, copies, cylinder, join, relief, taper
from vehicle_id.synth.paint import DARK_STEEL, Paint, loose, shade, tinted
from vehicle_id.synth.shapes.army_trucks.canvas import canvas_paint
from vehicle_id.synth.shapes.common.loose import draw_load, heap
from vehicle_id.synth.shapes.common.spans import about, ordered
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.vehicle_sample import VehicleSample

BOX_TONES: Final = ("#6b6d45", "#8a744f", "#a08a60", "#55603c", "#7f7a68", "#b49a6a", "#4d5142", "#bdb7a8")
DRUM_TONES: Final = ("#3f4a38", "#7a3a2c", "#2f4a78", "#5b5b58", "#8b8a80", "#6a4a33")


def goods(sample: VehicleSample, x: Span, half: float, z: Span) -> list[Mesh]:
    """A load of one kind or two on a floor, up to a height."""
    kinds = [_KINDS[int(i)] for i in sample.rng.integers(len(_KINDS), size=2)]
    if sample.chance(0.55):
        return kinds[0](sample, x, half, z)
    cut = x[0] + (x[1] - x[0]) * sample.rng.uniform(0.3, 0.7)
    return [*kinds[0](sample, (x[0], cut - 0.1), half, z), *kinds[1](sample, (cut, x[1]), half, z)]


def crates(sample: VehicleSample, x: Span, half: float, z: Span) -> list[Mesh]:
    """Crates in rows, some missing, of one tone or several."""
    rng = sample.rng
    long, wide = rng.uniform(0.5, 1.2), rng.uniform(0.4, 0.9)
    tone = loose(rng, str(rng.choice(BOX_TONES)))
    parts = []
    for left in np.arange(x[0], x[1] - 0.3, long + 0.05):
        for low in np.arange(-half, half - 0.3, wide + 0.04):
            if rng.random() < 0.8:
                paint = (
                    shade(tone, rng.uniform(0.75, 1.25))
                    if rng.random() < 0.8
                    else loose(rng, str(rng.choice(BOX_TONES)))
                )
                top = z[0] + (z[1] - z[0]) * rng.choice([0.3, 0.55, 0.8])
                ends = ((float(left), min(float(left) + long, x[1])), (float(low), min(float(low) + wide, half)))
                parts.append(box(*ends, (z[0], float(top)), paint))
    return parts


def drums(sample: VehicleSample, x: Span, half: float, z: Span) -> list[Mesh]:
    """Drums of 200 litres on end, close together."""
    rng, pitch = sample.rng, 0.62
    top = z[0] + min(0.88, 0.9 * (z[1] - z[0]))
    tone = loose(rng, str(rng.choice(DRUM_TONES)))
    parts = []
    for at in np.arange(x[0] + 0.3, x[1] - 0.25, pitch):
        for y in np.arange(-half + 0.3, half - 0.25, pitch):
            if rng.random() < 0.85:
                paint = tone if rng.random() < 0.8 else loose(rng, str(rng.choice(DRUM_TONES)))
                parts.append(cylinder("z", (z[0], top), (float(at), float(y)), 0.29, paint, sides=10))
    return parts


def car(sample: VehicleSample, x: Span, half: float, z: Span) -> list[Mesh]:
    """A field car on the bed, soft-topped or open; crates where the bed is short."""
    if x[1] - x[0] < 2.8 or z[1] - z[0] < 0.9:
        return crates(sample, x, half, z)
    long, wide, middle = min(x[1] - x[0], 3.7), min(half, 0.82), sum(x) / 2
    rear, front, floor = middle - long / 2, middle + long / 2, z[0]
    top, coat = min(z[1], floor + 1.6), shade(sample.coat, sample.rng.uniform(0.7, 1.3))
    waist, screen = floor + 0.6 * (top - floor), front - 0.36 * long
    parts = [box((rear, front), (-wide, wide), (floor + 0.3, waist), coat)]
    parts += [
        mesh.moved((0, 0, floor))
        for at in (0.2, 0.8)
        for mesh in wheel_pair(rear + at * long, (wide - 0.2, wide), 0.35)
    ]
    parts.append(
        taper(
            (rear + 0.1, screen),
            (-0.95 * wide, 0.95 * wide),
            (waist, top - 0.08),
            (rear + 0.15, screen - 0.2),
            (-0.85 * wide, 0.85 * wide),
            tinted(sample.rng),
        )
    )
    return [
        *parts,
        box((rear + 0.12, screen - 0.18), (-0.86 * wide, 0.86 * wide), (top - 0.1, top), canvas_paint(sample)),
    ]


def covered_heap(sample: VehicleSample, x: Span, half: float, z: Span) -> list[Mesh]:
    """Goods of uneven height under a tarpaulin, its folds of uneven tone."""
    rng, cloth = sample.rng, canvas_paint(sample)
    shape = (max(6, int((x[1] - x[0]) / 0.4)), 8)
    blocks = np.repeat(rng.uniform(0.45, 0.95, (shape[0] // 2 + 1, 1)), 2, axis=0)[: shape[0]]
    heights = z[0] + (z[1] - z[0]) * blocks * rng.uniform(0.92, 1.0, shape)
    heights[[0, -1]] = heights[:, [0, -1]] = z[0]
    cover = relief(x, (-half, half), heights, cloth)
    return [replace(cover, rgb=cover.rgb * rng.uniform(0.85, 1.1, (len(cover.rgb), 1)))]


def timber(sample: VehicleSample, x: Span, half: float, z: Span) -> list[Mesh]:
    """Logs, planks, pipes or bridge parts lying lengthwise."""
    rng = sample.rng
    tone, radius = loose(rng, str(rng.choice(["#7a6044", "#9a8a6a", "#6f6f6c", "#56603f"]))), rng.uniform(0.08, 0.17)
    log = cylinder("x", x, (0.0, z[0] + radius), radius, tone, sides=8)
    across = np.arange(-half + radius, half - radius, 2.1 * radius)
    high = [2 * radius * i for i in range(int(rng.integers(1, max(2, int((z[1] - z[0]) / 2 / radius)))))]
    return [copies(log, [(0.0, float(y), up) for y in across for up in high[: int(rng.integers(1, len(high) + 1))]])]


def sand(sample: VehicleSample, x: Span, half: float, z: Span) -> list[Mesh]:
    """Earth, sand or gravel."""
    base = (z[0] + 0.1, z[0] + 0.3, z[0] + 0.1)
    return [heap(x, (half, half), base, z[0] + 0.7 * (z[1] - z[0]), draw_load(sample), sample.rng)]


def machine(sample: VehicleSample, x: Span, half: float, z: Span) -> list[Mesh]:
    """A generator or pump under its hood, with a dark grille, and hoses coiled beside it."""
    rng, high = sample.rng, z[1] - z[0]
    middle, long = float(rng.uniform(*ordered(x[0] + 0.9, x[1] - 0.9))), min(1.7, x[1] - x[0])
    hood = loose(rng, str(rng.choice(BOX_TONES))) if rng.random() < 0.5 else shade(sample.coat, rng.uniform(0.8, 1.2))
    body = (max(x[0], middle - long / 2), min(x[1], middle + long / 2))
    top = z[0] + 0.85 * high
    return [
        box(body, (-0.6 * half, 0.6 * half), (z[0], top), hood),
        box(about(sum(body) / 2, 0.4 * long), about(0.0, 0.7 * half), (top - 0.1, top + 0.03), DARK_STEEL),
        join(
            [
                cylinder("z", (z[0], z[0] + 0.2), (body[0] + 0.3, y), 0.25, _hose(sample))
                for y in (-0.8 * half, 0.8 * half)
            ]
        ),
    ]


def _hose(sample: VehicleSample) -> Paint:
    return loose(sample.rng, "#3a3a38")


_KINDS: Final[tuple[Callable[[VehicleSample, Span, float, Span], list[Mesh]], ...]] = (
    crates,
    crates,
    drums,
    car,
    covered_heap,
    covered_heap,
    timber,
    sand,
    machine,
)
