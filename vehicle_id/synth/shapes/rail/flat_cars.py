"""Flat cars: bare, under containers, under vehicles, sheeted or not.

The published height of a flat car is its deck's: what stands on it is `above` and not stretched to that height.
This room does not know the vehicles of the other classes; those it loads are outlines of its own.
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
from vehicle_id.synth.vehicle_sample import Draft

FOOT_20_M, FOOT_40_M = 6.06, 12.19
GAP_M: Final = 0.08
DECKS: Final = ("#8a7458", "#6f6252", "#55504a", "#9b8a70", "#5f4a3c", "#4a4744", "#7b7367")


def flat_car_empty(draft: Draft) -> Assembly:
    """A deck and nothing on it but stakes, blocks and dirt; or an open frame for containers."""
    skeleton = draft.chance(0.3)
    fixed = _wagon(draft, skeleton=skeleton)
    return Laden(fixed=fixed, above=[*_fittings(draft), *([] if skeleton else _leftovers(draft))])


def flat_car_containers(draft: Draft) -> Assembly:
    """Containers in a row, with gaps where a place is free."""
    fixed = _wagon(draft, skeleton=draft.chance(0.65))
    return Laden(fixed=fixed, above=[*_fittings(draft, stakes=False), *_containers(draft)])


def flat_car_vehicles(draft: Draft) -> Assembly:
    """One to three vehicles in a row, chocked; all under cloth, all bare, or some of each."""
    sheeted = float(draft.rng.choice((1.0, 1.0, 0.0, 0.0, 0.6)))
    return Laden(
        fixed=_wagon(draft, skeleton=False), above=[*_fittings(draft, stakes=False), *_vehicles(draft, sheeted)]
    )


def _wagon(draft: Draft, *, skeleton: bool) -> list[Mesh]:
    """Gear, frame and deck up to the published height."""
    length, half, top = draft.length_m, draft.width_m / 2, draft.height_m
    end = length / 2 - OVERHANG_M
    base = 0.66 * length
    low = min(1.0, (top - 0.02) / 1.2)  # a well-worn deck may be drawn lower than couplers are high
    parts = [
        *(mesh.scaled((1, 1, low)) for mesh in (*running_gear(length, (-base / 2, base / 2)), *brakes(length))),
        *end_sills(length, 2 * half, top - 0.04, draft.coat),
    ]
    parts += [
        box((-end, end), ordered(way * half, way * (half - 0.16)), (top - 0.45, top - 0.02), draft.coat)
        for way in (-1, 1)
    ]
    return [*parts, *(_open_frame(draft, end, half, top) if skeleton else _deck(draft, end, half, top))]


def _deck(draft: Draft, end: float, half: float, top: float) -> list[Mesh]:
    """Cross planks in tones of worn wood, or steel plates; a steel strip down the middle at times."""
    rng = draft.rng
    base = loose(rng, str(rng.choice(DECKS)))
    inner = half - 0.08
    parts = [box((-end + 0.1, end - 0.1), (-inner, inner), (top - 0.2, top - 0.02), base)]
    edges = np.linspace(-end + 0.12, end - 0.12, int(rng.integers(6, 26)) + 1)
    for start, stop in pairwise(edges.tolist()):
        tone = shade(base, float(np.clip(rng.normal(1, 0.16), 0.5, 1.5)))
        parts.append(box((start + 0.02, stop - 0.02), (-inner, inner), (top - 0.05, top), tone))
    if draft.chance(0.35):
        parts.append(
            box((-end + 0.1, end - 0.1), (-0.35, 0.35), (top - 0.05, top + 0.015), shade(RUST, rng.uniform(0.6, 1.4)))
        )
    return parts


def _open_frame(draft: Draft, end: float, half: float, top: float) -> list[Mesh]:
    """No deck: a spine, two sides and cross beams, the track showing between them."""
    spine = box((-end, end), (-0.35, 0.35), (top - 0.45, top), draft.coat)
    beam = box((-0.15, 0.15), (-half + 0.1, half - 0.1), (top - 0.35, top - 0.01), draft.coat)
    wide = box((-0.8, 0.8), (-half + 0.1, half - 0.1), (top - 0.35, top - 0.03), shade(draft.coat, 0.85))
    at = np.linspace(-end + 0.3, end - 0.3, int(draft.rng.integers(6, 10)))
    return [spine, copies(beam, [(x, 0, 0) for x in at]), copies(wide, [(way * 0.62 * end, 0, 0) for way in (-1, 1)])]


def _fittings(draft: Draft, *, stakes: bool = True) -> list[Mesh]:
    """Stakes in the side pockets, and the end boards put up."""
    end, half, top = draft.length_m / 2 - OVERHANG_M, draft.width_m / 2, draft.height_m
    parts: list[Mesh] = []
    if stakes and draft.chance(0.35):
        stake = box((-0.06, 0.06), (-0.06, 0.06), (top, top + draft.rng.uniform(0.3, 1.6)), draft.coat)
        at = np.linspace(-end + 0.5, end - 0.5, int(draft.rng.integers(4, 9)))
        parts.append(copies(stake, [(x, way * (half - 0.06), 0) for x in at for way in (-1, 1)]))
    if draft.chance(0.3):
        board = box((-0.04, 0.04), (-half + 0.1, half - 0.1), (top, top + 0.4), draft.coat)
        parts.append(copies(board, [(way * (end - 0.05), 0, 0) for way in (-1, 1)]))
    return parts


def _leftovers(draft: Draft) -> list[Mesh]:
    """Blocks, wire and dirt left on the deck."""
    rng, end, half, top = draft.rng, draft.length_m / 2 - 1.2, draft.width_m / 2 - 0.5, draft.height_m
    parts = []
    for _ in range(int(rng.integers(0, 7))):
        long, wide, high = rng.uniform(0.1, 0.7), rng.uniform(0.08, 0.5), rng.uniform(0.03, 0.25)
        tone = loose(rng, str(rng.choice(("#a88f68", "#6e675c", "#3c3835", "#8d8a84"))))
        at = (rng.uniform(-end, end), rng.uniform(-half, half), top)
        parts.append(box((-long, long), (-wide, wide), (0, high), tone).turned(rng.uniform(0, 90)).moved(at))
    return parts


def _containers(draft: Draft) -> list[Mesh]:
    """The deck's length filled with 40 and 20 foot boxes; at least one stays when places are left free."""
    deck = draft.length_m - 2 * OVERHANG_M
    lengths = _fill(deck, draft.rng)
    shown = [draft.chance(0.88) for _ in lengths]
    if not any(shown):
        shown[int(draft.rng.integers(len(shown)))] = True
    total = sum(lengths) + GAP_M * (len(lengths) - 1)
    apart = float(draft.rng.uniform(0, 1)) * max(0.0, deck - total) / len(lengths)
    x = -(total + apart * (len(lengths) - 1)) / 2
    parts: list[Mesh] = []
    for length, there in zip(lengths, shown, strict=True):
        if there:
            turn = 180 * int(draft.rng.integers(2))
            parts.append(
                join(any_container(length, draft.rng)).turned(turn).moved((x + length / 2, 0, draft.height_m + 0.03))
            )
        x += length + GAP_M + apart
    return parts


def _fill(deck: float, rng: Generator) -> list[float]:
    """Lengths that fit; a single box is left alone on a short deck now and then."""
    lengths: list[float] = []
    room = deck + 0.1
    while room >= FOOT_20_M:
        length = FOOT_40_M if room >= FOOT_40_M and rng.random() < 0.5 else FOOT_20_M
        lengths.append(length)
        room -= length + GAP_M
    rng.shuffle(lengths)
    return lengths


def _vehicles(draft: Draft, sheeted: float) -> list[Mesh]:
    """As many as fit, all of about one kind, as transports go."""
    rng, top = draft.rng, draft.height_m
    deck = draft.length_m - 2 * OVERHANG_M - 0.4
    count = int(rng.choice((1, 2, 3), p=(0.4, 0.45, 0.15)))
    room = deck / count
    kind = _kind(room, rng)
    paint = loose(
        rng, str(rng.choice(("#4c5138", "#5b5f44", "#4f5a3c", "#6a6a58", "#b9a67f", "#d9a21b", "#7d8286", "#d9d8d2")))
    )
    parts = []
    for index in range(count):
        long = min(room - 0.3, kind[1] * rng.uniform(0.95, 1.05))
        at = (-deck / 2 + (index + 0.5) * room, rng.uniform(-0.06, 0.06), top)
        build = sheeted_vehicle if rng.random() < sheeted else cargo_vehicle
        vehicle = build(kind[0], long, min(kind[2], draft.width_m + 0.45), paint, rng)
        parts.append(join([vehicle, *_chocks(long)]).moved(at))
    return parts


def _kind(room: float, rng: Generator) -> tuple[str, float, float]:
    """Kind, usual length and width of what there is room for."""
    kinds = {
        "truck": (7.4, 2.5), "long truck": (11.0, 2.6), "tank": (6.9, 3.35), "carrier": (6.7, 2.9),
        "car": (4.6, 1.9), "gun": (5.5, 2.2), "tipper": (7.2, 3.3),
    }  # fmt: skip
    fitting = [name for name, (long, _) in kinds.items() if min(room - 4.5, 6.5) < long < room + 0.7] or ["car"]
    name = str(rng.choice(fitting))
    return name, *kinds[name]


def _chocks(long: float) -> list[Mesh]:
    """Wooden blocks before and behind the wheels, spiked to the deck."""
    block = box((-0.14, 0.14), (-0.35, 0.35), (0.0, 0.18), WOOD)
    return [copies(block, [(x * (long / 2 + 0.05), y, 0) for x in (-1, 1) for y in (-0.85, 0.85)])]
