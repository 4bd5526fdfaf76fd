"""Flat cars: bare, under containers, under vehicles, sheeted or not.

The published height of a flat car is its deck's: objects on it are `above` and not stretched to that height.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np
from numpy.random import Generator

from vehicle_id.synth.mesh import Assembly, Mesh, box, copies, join
from vehicle_id.synth.paint import RUST, WOOD, loose, shade
from vehicle_id.synth.shapes.common.spans import ordered
from vehicle_id.synth.shapes.rail.cargo import cargo_vehicle, sheeted_vehicle
from vehicle_id.synth.shapes.rail.gear import OVERHANG_M, Laden, brakes, end_sills, running_gear
from vehicle_id.synth.shapes.structures.containers import any_container
from vehicle_id.synth.vehicle_sample import VehicleSample

FOOT_20_M, FOOT_40_M = 6.06, 12.19
GAP_M: Final = 0.08
DECKS: Final = ("#8a7458", "#6f6252", "#55504a", "#9b8a70", "#5f4a3c", "#4a4744", "#7b7367")


def flat_car_empty(sample: VehicleSample) -> Assembly:
    """A bare deck with stakes, blocks and dirt; or an open frame for containers."""
    skeleton = sample.chance(0.3)
    fixed = _wagon(sample, skeleton=skeleton)
    return Laden(fixed=fixed, above=[*_fittings(sample), *([] if skeleton else _leftovers(sample))])


def flat_car_containers(sample: VehicleSample) -> Assembly:
    """Containers in a row, with gaps where a place is free."""
    fixed = _wagon(sample, skeleton=sample.chance(0.65))
    return Laden(fixed=fixed, above=[*_fittings(sample, stakes=False), *_containers(sample)])


def flat_car_vehicles(sample: VehicleSample) -> Assembly:
    """One to three vehicles in a row, chocked; all under cloth, all bare, or some of each."""
    sheeted = float(sample.rng.choice((1.0, 1.0, 0.0, 0.0, 0.6)))
    return Laden(
        fixed=_wagon(sample, skeleton=False), above=[*_fittings(sample, stakes=False), *_vehicles(sample, sheeted)]
    )


def _wagon(sample: VehicleSample, *, skeleton: bool) -> list[Mesh]:
    """Gear, frame and deck up to the published height."""
    length, half, top = sample.length_m, sample.width_m / 2, sample.height_m
    end = length / 2 - OVERHANG_M
    base = 0.66 * length
    low = min(1.0, (top - 0.02) / 1.2)  # a well-worn deck may be drawn lower than couplers are high
    parts = [
        *(mesh.scaled((1, 1, low)) for mesh in (*running_gear(length, (-base / 2, base / 2)), *brakes(length))),
        *end_sills(length, 2 * half, top - 0.04, sample.coat),
    ]
    parts += [
        box((-end, end), ordered(way * half, way * (half - 0.16)), (top - 0.45, top - 0.02), sample.coat)
        for way in (-1, 1)
    ]
    return [*parts, *(_open_frame(sample, end, half, top) if skeleton else _deck(sample, end, half, top))]


def _deck(sample: VehicleSample, end: float, half: float, top: float) -> list[Mesh]:
    """Cross planks in tones of worn wood, or steel plates; sometimes a steel strip down the middle."""
    rng = sample.rng
    base = loose(rng, str(rng.choice(DECKS)))
    inner = half - 0.08
    parts = [box((-end + 0.1, end - 0.1), (-inner, inner), (top - 0.2, top - 0.02), base)]
    edges = np.linspace(-end + 0.12, end - 0.12, int(rng.integers(6, 26)) + 1)
    for start, stop in pairwise(edges.tolist()):
        tone = shade(base, float(np.clip(rng.normal(1, 0.16), 0.5, 1.5)))
        parts.append(box((start + 0.02, stop - 0.02), (-inner, inner), (top - 0.05, top), tone))
    if sample.chance(0.35):
        parts.append(
            box((-end + 0.1, end - 0.1), (-0.35, 0.35), (top - 0.05, top + 0.015), shade(RUST, rng.uniform(0.6, 1.4)))
        )
    return parts


def _open_frame(sample: VehicleSample, end: float, half: float, top: float) -> list[Mesh]:
    """No deck: a spine, two sides and cross beams, the track showing between them."""
    spine = box((-end, end), (-0.35, 0.35), (top - 0.45, top), sample.coat)
    beam = box((-0.15, 0.15), (-half + 0.1, half - 0.1), (top - 0.35, top - 0.01), sample.coat)
    wide = box((-0.8, 0.8), (-half + 0.1, half - 0.1), (top - 0.35, top - 0.03), shade(sample.coat, 0.85))
    at = np.linspace(-end + 0.3, end - 0.3, int(sample.rng.integers(6, 10)))
    return [spine, copies(beam, [(x, 0, 0) for x in at]), copies(wide, [(way * 0.62 * end, 0, 0) for way in (-1, 1)])]


def _fittings(sample: VehicleSample, *, stakes: bool = True) -> list[Mesh]:
    """Stakes in the side pockets, and the end boards put up."""
    end, half, top = sample.length_m / 2 - OVERHANG_M, sample.width_m / 2, sample.height_m
    parts: list[Mesh] = []
    if stakes and sample.chance(0.35):
        stake = box((-0.06, 0.06), (-0.06, 0.06), (top, top + sample.rng.uniform(0.3, 1.6)), sample.coat)
        at = np.linspace(-end + 0.5, end - 0.5, int(sample.rng.integers(4, 9)))
        parts.append(copies(stake, [(x, way * (half - 0.06), 0) for x in at for way in (-1, 1)]))
    if sample.chance(0.3):
        board = box((-0.04, 0.04), (-half + 0.1, half - 0.1), (top, top + 0.4), sample.coat)
        parts.append(copies(board, [(way * (end - 0.05), 0, 0) for way in (-1, 1)]))
    return parts


def _leftovers(sample: VehicleSample) -> list[Mesh]:
    """Blocks, wire and dirt left on the deck."""
    rng, end, half, top = sample.rng, sample.length_m / 2 - 1.2, sample.width_m / 2 - 0.5, sample.height_m
    parts = []
    for _ in range(int(rng.integers(0, 7))):
        long, wide, high = rng.uniform(0.1, 0.7), rng.uniform(0.08, 0.5), rng.uniform(0.03, 0.25)
        tone = loose(rng, str(rng.choice(("#a88f68", "#6e675c", "#3c3835", "#8d8a84"))))
        at = (rng.uniform(-end, end), rng.uniform(-half, half), top)
        parts.append(box((-long, long), (-wide, wide), (0, high), tone).turned(rng.uniform(0, 90)).moved(at))
    return parts


def _containers(sample: VehicleSample) -> list[Mesh]:
    """The deck's length filled with 40 and 20 foot boxes; at least one stays when places are left free."""
    deck = sample.length_m - 2 * OVERHANG_M
    lengths = _fill(deck, sample.rng)
    shown = [sample.chance(0.88) for _ in lengths]
    if not any(shown):
        shown[int(sample.rng.integers(len(shown)))] = True
    total = sum(lengths) + GAP_M * (len(lengths) - 1)
    apart = float(sample.rng.uniform(0, 1)) * max(0.0, deck - total) / len(lengths)
    x = -(total + apart * (len(lengths) - 1)) / 2
    parts: list[Mesh] = []
    for length, there in zip(lengths, shown, strict=True):
        if there:
            turn = 180 * int(sample.rng.integers(2))
            parts.append(
                join(any_container(length, sample.rng)).turned(turn).moved((x + length / 2, 0, sample.height_m + 0.03))
            )
        x += length + GAP_M + apart
    return parts


def _fill(deck: float, rng: Generator) -> list[float]:
    """Lengths that fit; sometimes a single box stands on a short deck."""
    lengths: list[float] = []
    space = deck + 0.1
    while space >= FOOT_20_M:
        length = FOOT_40_M if space >= FOOT_40_M and rng.random() < 0.5 else FOOT_20_M
        lengths.append(length)
        space -= length + GAP_M
    rng.shuffle(lengths)
    return lengths


def _vehicles(sample: VehicleSample, sheeted: float) -> list[Mesh]:
    """As many vehicles as fit, all of about one kind, as on real transports."""
    rng, top = sample.rng, sample.height_m
    deck = sample.length_m - 2 * OVERHANG_M - 0.4
    count = int(rng.choice((1, 2, 3), p=(0.4, 0.45, 0.15)))
    space = deck / count
    kind = _kind(space, rng)
    paint = loose(
        rng, str(rng.choice(("#4c5138", "#5b5f44", "#4f5a3c", "#6a6a58", "#b9a67f", "#d9a21b", "#7d8286", "#d9d8d2")))
    )
    parts = []
    for index in range(count):
        long = min(space - 0.3, kind[1] * rng.uniform(0.95, 1.05))
        at = (-deck / 2 + (index + 0.5) * space, rng.uniform(-0.06, 0.06), top)
        build = sheeted_vehicle if rng.random() < sheeted else cargo_vehicle
        vehicle = build(kind[0], long, min(kind[2], sample.width_m + 0.45), paint, rng)
        parts.append(join([vehicle, *_chocks(long)]).moved(at))
    return parts


def _kind(space: float, rng: Generator) -> tuple[str, float, float]:
    """Kind, usual length and width of a vehicle that fits the space."""
    kinds = {
        "truck": (7.4, 2.5), "long truck": (11.0, 2.6), "tank": (6.9, 3.35), "carrier": (6.7, 2.9),
        "car": (4.6, 1.9), "gun": (5.5, 2.2), "tipper": (7.2, 3.3),
    }  # fmt: skip
    fitting = [name for name, (long, _) in kinds.items() if min(space - 4.5, 6.5) < long < space + 0.7] or ["car"]
    name = str(rng.choice(fitting))
    return name, *kinds[name]


def _chocks(long: float) -> list[Mesh]:
    """Wooden blocks before and behind the wheels, spiked to the deck."""
    block = box((-0.14, 0.14), (-0.35, 0.35), (0.0, 0.18), WOOD)
    return [copies(block, [(x * (long / 2 + 0.05), y, 0) for x in (-1, 1) for y in (-0.85, 0.85)])]
