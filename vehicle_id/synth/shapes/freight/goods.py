"""Goods on an open deck: packs, pipes, coils, timber, cloth over something, machines, cars."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from vehicle_id.synth.mesh import Mesh, Span, box, cylinder, relief, taper, tube
from vehicle_id.synth.paint import CONCRETE, DARK_STEEL, RUST, STEEL, TYRE, WOOD, Paint, loose, shade, tinted
from vehicle_id.synth.shapes.common.cloth import CLOTHS
from vehicle_id.synth.shapes.common.roof_marks import foreign
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.vehicle_sample import VehicleSample

PACKS = ("#b9a27a", "#c9b48c", "#8d8a84", "#a85a40", "#d5d3cc", "#3f5a80", "#6d7a6a", "#55504a")


def deck_goods(sample: VehicleSample, x: Span, half: float, z: Span) -> list[Mesh]:
    """One kind of goods over most of the deck, up to `z[1]` or lower."""
    rng = sample.rng
    high = min(z[1], z[0] + rng.uniform(0.5, 2.4))
    kinds = (_packs, _pipes, _coils, _timber, _sheeted, _machine)
    kind = kinds[int(rng.choice(len(kinds), p=(0.3, 0.12, 0.1, 0.14, 0.22, 0.12)))]
    return kind(rng, x, half, (z[0], high))


def _packs(rng: Generator, x: Span, half: float, z: Span) -> list[Mesh]:
    """Blocks in two rows, some missing, of two heights."""
    tone = loose(rng, str(rng.choice(PACKS)), spread=0.2)
    step, wide = rng.uniform(0.9, 2.6), half - 0.03
    found = []
    for at in np.arange(x[0] + step / 2, x[1] - step / 2, step):
        for y in ((0.03, wide), (-wide, -0.03)):
            if rng.random() < 0.88:
                top = z[0] + (z[1] - z[0]) * rng.choice((1.0, 1.0, 0.7))
                found.append(box(about(float(at), 0.92 * step), y, (z[0], top), shade(tone, rng.uniform(0.85, 1.15))))
    return found


def _pipes(rng: Generator, x: Span, half: float, z: Span) -> list[Mesh]:
    """Tubes along the deck in one or two layers."""
    tone = shade((STEEL, RUST, DARK_STEEL, CONCRETE)[int(rng.integers(4))], rng.uniform(0.6, 1.3))
    radius = min(rng.uniform(0.12, 0.55), (z[1] - z[0]) / 2)
    count = max(1, int(half / radius))
    end = x[1] - rng.uniform(0, 0.3) * (x[1] - x[0])
    at = (np.arange(count) - (count - 1) / 2) * 2 * radius
    found = [
        cylinder("x", (x[0], end), (float(y), z[0] + radius), radius, shade(tone, rng.uniform(0.85, 1.15)), sides=8)
        for y in at
    ]
    if z[1] - z[0] > 3.8 * radius and count > 1:
        found += [
            cylinder("x", (x[0], end), (float(y) + radius, z[0] + 2.7 * radius), radius, tone, sides=8) for y in at[:-1]
        ]
    return found


def _coils(rng: Generator, x: Span, half: float, z: Span) -> list[Mesh]:
    """Rolls of sheet steel or cable drums across the deck."""
    tone = shade((STEEL, DARK_STEEL, WOOD)[int(rng.integers(3))], rng.uniform(0.7, 1.4))
    radius, wide = min(rng.uniform(0.5, 0.95), (z[1] - z[0]) / 2), rng.uniform(0.4, 0.85) * half
    at = np.linspace(x[0] + radius, x[1] - radius, int(rng.integers(2, 7)))
    eye = shade(DARK_STEEL, 0.6)
    found = [cylinder("y", (-wide, wide), (float(a), z[0] + radius), radius, tone, sides=14) for a in at]
    return [
        *found,
        *(
            cylinder("y", (-wide - 0.01, wide + 0.01), (float(a), z[0] + radius), 0.4 * radius, eye, sides=8)
            for a in at
        ),
    ]


def _timber(rng: Generator, x: Span, half: float, z: Span) -> list[Mesh]:
    """Logs in two or three piles between stakes, or packs of boards."""
    bark = loose(rng, str(rng.choice(("#6b5a48", "#8a7458", "#5a4a3c", "#a08866"))), spread=0.2)
    piles = int(rng.integers(1, 4))
    step, found = (x[1] - x[0]) / piles, []
    for index in range(piles):
        a, b = x[0] + index * step + 0.1, x[0] + (index + 1) * step - 0.1
        for y in np.arange(-half + 0.15, half - 0.1, 0.28):
            top = z[1] - 0.15 - rng.uniform(0, 0.25)
            ends = (a + rng.uniform(0, 0.3), b - rng.uniform(0, 0.3))
            found.append(
                tube(
                    (ends[0], float(y), top),
                    (ends[1], float(y), top),
                    0.15,
                    shade(bark, rng.uniform(0.7, 1.3)),
                    sides=6,
                )
            )
        found.append(box((a + 0.2, b - 0.2), (0.1 - half, half - 0.1), (z[0], z[1] - 0.35), shade(bark, 0.6)))
        found += [
            box(about(at, 0.1), y, (z[0], z[1]), DARK_STEEL)
            for at in (a + 0.6, b - 0.6)
            for y in ((half - 0.06, half), (-half, 0.06 - half))
        ]
    return found


def _sheeted(rng: Generator, x: Span, half: float, z: Span) -> list[Mesh]:
    """Cloth over an uneven load."""
    cloth = loose(rng, str(rng.choice((*CLOTHS, "#3f5a80", "#2f4a6d", "#7f8285"))), spread=0.15)
    count = int(rng.integers(4, 12))
    along = (
        rng.uniform(0.6, 1.0, count)[:, None] * np.array([0.35, 0.9, 1.0, 0.9, 0.35]) * rng.uniform(0.9, 1, (count, 5))
    )
    heights = z[0] + (z[1] - z[0]) * np.clip(along, 0, 1)
    heights[0] = heights[-1] = z[0]
    return [relief(x, (-half, half), heights, cloth)]


def _machine(rng: Generator, x: Span, half: float, z: Span) -> list[Mesh]:
    """A tracked machine: tracks, a house, a folded boom."""
    tone = foreign(rng, ("yellow", "orange", "red", "white"))
    middle, long = (x[0] + x[1]) / 2, min(4.2, x[1] - x[0])
    wide, high = 0.94 * half, z[1] - z[0]
    found = [
        box(about(middle, long), y, (z[0], z[0] + 0.3 * high), TYRE)
        for y in ((0.55 * wide, wide), (-wide, -0.55 * wide))
    ]
    found.append(
        box(about(middle - 0.3, 0.7 * long), (-0.8 * wide, 0.8 * wide), (z[0] + 0.32 * high, z[0] + 0.75 * high), tone)
    )
    found.append(box((middle, middle + 1.1), (0.2 * wide, 0.8 * wide), (z[0] + 0.3 * high, z[1]), tinted(rng)))
    reach = min(x[1], middle + 5.0)
    return [
        *found,
        tube((middle + 0.4, -0.2, z[0] + 0.6 * high), ((middle + reach) / 2, -0.2, z[1] - 0.1), 0.18, tone, sides=6),
        tube(((middle + reach) / 2, -0.2, z[1] - 0.1), (reach, -0.2, z[0] + 0.3), 0.15, tone, sides=6),
    ]


def small_car(rng: Generator, at: float, long: float, half: float, z: Span, paint: Paint | None = None) -> list[Mesh]:
    """A car about x = `at`, between two heights."""
    tone = paint or foreign(rng, ("mixed",))
    wide = min(half, rng.uniform(0.82, 0.92))
    belt = z[0] + 0.62 * (z[1] - z[0])
    rear, front = at - long / 2, at + long / 2
    way = 1 if rng.random() < 0.6 else -1
    cabin = about(at - way * 0.06 * long, rng.uniform(0.5, 0.62) * long)
    roof = (cabin[0] + 0.16 * long, cabin[1] - 0.16 * long)
    return [
        taper(
            (rear, front),
            (-wide, wide),
            (z[0] + 0.25, belt),
            (rear + 0.1, front - 0.1),
            (-0.93 * wide, 0.93 * wide),
            tone,
        ),
        taper(cabin, (-0.9 * wide, 0.9 * wide), (belt, z[1] - 0.04), roof, (-0.72 * wide, 0.72 * wide), tinted(rng)),
        box(roof, (-0.72 * wide, 0.72 * wide), (z[1] - 0.05, z[1]), tone),
        box((rear + 0.3, front - 0.3), (-0.95 * wide, 0.95 * wide), (z[0], z[0] + 0.3), TYRE),
    ]
