"""Flat wagons: decks of planks or steel, or open frames for containers; empty, with containers, with vehicles."""

from __future__ import annotations

import itertools

import numpy as np

from vehicle_id.synth.mesh import Assembly, Mesh, Span, box
from vehicle_id.synth.paint import DARK_STEEL, STEEL, WOOD, loose, shade
from vehicle_id.synth.shapes.common.freight_container import (
    FEET_20_M,
    FEET_40_M,
    HIGH_M,
    closed_container,
    line_paint,
    tank_container,
)
from vehicle_id.synth.shapes.common.roof_marks import MARK_M, evenly, panels, patches, rust
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.railway.deck_vehicles import row_of_vehicles
from vehicle_id.synth.shapes.railway.loaded_wagon import LoadedWagon
from vehicle_id.synth.shapes.railway.running_gear import bogies, couplers, ends
from vehicle_id.synth.vehicle_sample import VehicleSample

PLANKS = ("#8a7458", "#6d5c48", "#a08c6c", "#55504a", "#9a8a72", "#4a4038")


def flat_car_empty(sample: VehicleSample) -> Assembly:
    """Nothing on the deck but stakes, dunnage, or an end wall."""
    x = ends(sample)
    frame = "ontainer" in sample.row.name and sample.chance(0.6)
    base = _open_frame(sample, x) if frame else _decked(sample, x)
    return LoadedWagon(fixed=base, deck=sample.height_m, load=_fittings(sample, x))


def flat_car_containers(sample: VehicleSample) -> Assembly:
    """Containers of 20 and 40 feet in any order, with gaps; few stand two high."""
    x, deck = ends(sample), sample.height_m
    base = _open_frame(sample, x) if sample.chance(0.5) else _decked(sample, x)
    load = []
    second = sample.chance(0.06)
    for span in _slots(sample, x):
        high = float(sample.rng.choice(HIGH_M))
        load += _container(sample, span, (deck, deck + high))
        if second:
            load += _container(sample, span, (deck + high, deck + 2 * high))
    return LoadedWagon(fixed=base, deck=deck, load=load)


def flat_car_vehicles(sample: VehicleSample) -> Assembly:
    """Lorries, tanks, carriers, cars, tractors, bare or under cloth."""
    x = ends(sample)
    load = row_of_vehicles(sample, (x[0] + 0.3, x[1] - 0.3), sample.height_m)
    return LoadedWagon(fixed=_decked(sample, x), deck=sample.height_m, load=load)


def _below(sample: VehicleSample, x: Span) -> list[Mesh]:
    """Couplers cut to the height of a low deck, bogies."""
    low = (1.0, 1.0, min(1.0, 0.72 * sample.height_m))  # heads and buffers stay below the deck
    return [mesh.scaled(low) for mesh in (*couplers(sample, x), *bogies(sample, x))]


def _decked(sample: VehicleSample, x: Span) -> list[Mesh]:
    """Planks across or along, or steel plate, between sills; low flaps on some; stake pockets."""
    rng, half, top = sample.rng, sample.width_m / 2, sample.height_m
    sill = sample.coat if sample.chance(0.7) else rust(rng)
    plank = (
        loose(rng, str(rng.choice(PLANKS)), spread=0.2) if sample.chance(0.75) else shade(STEEL, rng.uniform(0.5, 1.2))
    )
    level = top - rng.choice((0.0, 0.03, 0.1))
    inner, y = (x[0] + 0.1, x[1] - 0.1), (0.12 - half, half - 0.12)
    found = [box(inner, y, (0.9 * level - 0.1, level - 0.03), shade(plank, 0.5)), *_below(sample, x)]
    if sample.chance(0.75):
        found.append(
            panels(rng, inner, y, level - MARK_M, rng.choice((0.2, 0.25, 0.4)), plank, spread=rng.uniform(0.05, 0.25))
        )
    else:
        strips = np.linspace(y[0], y[1], int(rng.integers(5, 12)))
        found += [
            box(inner, (a + 0.02, b - 0.02), (level - 0.05, level - MARK_M), shade(plank, rng.uniform(0.75, 1.25)))
            for a, b in itertools.pairwise(strips)
        ]
    found += [box(x, side, (top - 0.4, top), sill) for side in both((half - 0.14, half - 0.04))]
    found += [box((a, a + 0.12), (-half, half), (top - 0.4, top), sill) for a in (x[0], x[1] - 0.12)]
    pocket = shade(sill, rng.uniform(0.6, 1.3))
    found += [
        box(about(at, 0.16), side, (top - 0.3, top - 0.02), pocket)
        for at in evenly(x, int(rng.integers(4, 9)))
        for side in both((half - 0.08, half))
    ]
    if sample.chance(0.4):
        found += patches(
            rng, inner, y, level, shade(plank, rng.uniform(0.5, 1.5)), count=int(rng.integers(1, 10)), size=(0.2, 2.0)
        )
    return found


def _open_frame(sample: VehicleSample, x: Span) -> list[Mesh]:
    """A spine or two side beams with cross-bearers; ballast shows between; container locks."""
    rng, half, top = sample.rng, sample.width_m / 2, sample.height_m
    tone = sample.coat if sample.chance(0.7) else rust(rng)
    level = top - rng.uniform(0.02, 0.08)
    spine = rng.uniform(0.2, 0.5)
    found = [box(x, (-spine, spine), (0.75, level), tone), *_below(sample, x)]
    if sample.chance(0.7):
        found += [box(x, y, (top - 0.35, level), tone) for y in both((half - rng.uniform(0.14, 0.3), half - 0.02))]
    bearers = evenly(x, int(rng.integers(5, 12)))
    found += [
        box(about(at, rng.uniform(0.12, 0.3)), (-half, half), (top - 0.3, level - 0.02), shade(tone, 0.9))
        for at in bearers
    ]
    found += [box((a, a + 0.2), (-half, half), (top - 0.35, level), tone) for a in (x[0], x[1] - 0.2)]
    if sample.chance(0.5):  # plates over the bogies
        found += [
            box(about(at, 2.0), (-0.9 * half, 0.9 * half), (level - 0.06, level - 0.01), shade(tone, 0.85))
            for at in (x[0] + 2.0, x[1] - 2.0)
        ]
    lock = shade(STEEL, rng.uniform(0.6, 1.8))
    return [
        *found,
        *(
            box(about(at, 0.22), y, (level - 0.1, top), lock)
            for at in (x[0] + 0.15, *bearers[1:-1:2], x[1] - 0.15)
            for y in both((half - 0.3, half - 0.05))
        ),
    ]


def _fittings(sample: VehicleSample, x: Span) -> list[Mesh]:
    """Stakes, timbers and wheel chocks left on an empty deck."""
    rng, half, deck = sample.rng, sample.width_m / 2, sample.height_m
    found = []
    if sample.chance(0.3):
        tone = shade(DARK_STEEL, rng.uniform(0.7, 2.0))
        found += [
            box(about(at, 0.1), y, (deck - 0.1, deck + rng.uniform(0.8, 1.8)), tone)
            for at in evenly(x, 7)
            for y in both((half - 0.12, half - 0.02))
        ]
    if sample.chance(0.15):
        found += [
            box(about(at, 0.12), (-half, half), (deck, deck + 0.6), sample.coat) for at in (x[0] + 0.06, x[1] - 0.06)
        ]
    if sample.chance(0.35):
        wood = shade(WOOD, rng.uniform(0.6, 1.4))
        for _ in range(int(rng.integers(1, 7))):
            timber = box(about(0.0, rng.uniform(0.4, 2.2)), about(0.0, 0.15), (deck, deck + 0.12), wood)
            found.append(
                timber.turned(rng.uniform(-90, 90)).moved(
                    (rng.uniform(x[0] + 1.3, x[1] - 1.3), rng.uniform(-0.1, 0.1) * half, 0)
                )
            )
    return found


def _slots(sample: VehicleSample, x: Span) -> list[Span]:
    """Ends of the containers, packed from one end, spread over the deck, or with one left out."""
    rng, room = sample.rng, x[1] - x[0] + 0.3
    sizes: list[float] = []
    while True:
        size = FEET_40_M if sample.chance(0.45) else FEET_20_M
        if sum(sizes) + size + 0.1 * len(sizes) > room:
            size = FEET_20_M
        if sum(sizes) + size + 0.1 * len(sizes) > room:
            break
        sizes.append(size)
    rest = room - sum(sizes)
    gap = rest / (len(sizes) + 1) if sample.chance(0.6) else min(0.1, rest / (len(sizes) + 1))
    at, found = x[0] - 0.15 + (gap if gap > 0.1 else rng.uniform(0.0, rest - gap * (len(sizes) - 1))), []
    for size in sizes:
        found.append((at, at + size))
        at += size + gap
    if len(found) > 1 and sample.chance(0.25):
        found.pop(int(rng.integers(len(found))))
    return found


def _container(sample: VehicleSample, x: Span, z: Span) -> list[Mesh]:
    """Of any line's colour; a tank in a few."""
    tone = line_paint(sample.rng)
    if x[1] - x[0] < 7 and sample.chance(0.08):
        return tank_container(x, z, tone, sample.rng)
    return closed_container(x, z, tone, sample.rng)
