"""The army's lorries: all wheels driven, high on large tyres, a cargo bed or another body in its place.

The cab is square or bonneted by the row's name; bodies are drawn in the proportions of a motor pool.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from vehicle_id.synth.mesh import Assembly, Mesh, Span, beam, box, cylinder
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, STEEL, TYRE, loose, shade
from vehicle_id.synth.shapes.chassis.vehicle import special_chassis
from vehicle_id.synth.shapes.common.cloth import tilt_paint
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.shapes.road import bodies, loads
from vehicle_id.synth.shapes.road.cabs import axle, bonneted, cab_over, places
from vehicle_id.synth.vehicle_sample import VehicleSample

BONNETED: Final = ("Ural", "ZIL", "CA-30", "M35", "Jiefang")
FOUR_AXLES: Final = ("HEMTT", "KAT1")
"""Lorries by use and width that are built, and drawn, like a heavy chassis."""
DECK_M: Final = 1.35


def military_truck(sample: VehicleSample) -> Assembly:
    """Cab, gap with spare wheel and gear, and a body: cloth, open bed, load, shelter, tank, crane or bare frame."""
    if any(word in sample.row.name for word in FOUR_AXLES):
        return special_chassis(replace(sample, label="special_chassis_4_axles_bare"))
    cab, rear = _cab(sample)
    gap = sample.rng.uniform(0.3, 0.75)
    body = _body(sample, (0.0, rear - gap))
    return Assembly(fixed=[*cab, *_gap(sample, (rear - gap, rear)), *body, *_gear(sample, rear)])


def _cab(sample: VehicleSample) -> tuple[list[Mesh], float]:
    """The cab, and the x of its rear wall."""
    length, top = sample.length_m, sample.height_m * sample.rng.uniform(0.97, 1.0)
    if any(word in sample.row.name for word in BONNETED):
        bonnet = sample.rng.uniform(0.22, 0.25) * length
        rear = length - bonnet - sample.rng.uniform(1.25, 1.45)
        return bonneted(sample, (rear, length), top, bonnet=bonnet), rear
    rear = length - sample.rng.uniform(1.65, 2.0)
    return [
        *cab_over(sample, (rear, length), top, lean=sample.rng.uniform(0.04, 0.2)),
        *_ring_mount(sample, rear, top),
    ], rear


def _ring_mount(sample: VehicleSample, rear: float, top: float) -> list[Mesh]:
    """A gunner's round opening in a square cab's roof."""
    if not sample.chance(0.35):
        return []
    at = (rear + sample.rng.uniform(0.6, 0.85), sample.rng.uniform(-0.25, 0.25))
    rim = cylinder("z", (top - 0.05, top + 0.04), at, 0.46, shade(sample.coat, 0.8), sides=12)
    return [rim, cylinder("z", (top - 0.05, top + 0.055), at, 0.38, DARK_STEEL, sides=12)]


def _gap(sample: VehicleSample, x: Span) -> list[Mesh]:
    """Between cab and body: spare wheel standing or lying, air tanks, an exhaust."""
    parts, half = [], sample.width_m / 2
    middle, wide = (x[0] + x[1]) / 2, x[1] - x[0]
    side = float(sample.rng.choice([-1.0, 1.0]))
    if sample.chance(0.55):
        parts.append(
            cylinder(
                "x",
                about(middle, min(0.34, wide)),
                (side * 0.35, min(1.75, sample.height_m - 0.65)),
                0.58,
                TYRE,
                sides=12,
            )
        )
    elif sample.chance(0.5):
        parts.append(cylinder("z", (1.45, 1.75), (middle - 0.05, side * 0.4), 0.52, TYRE, sides=12))
    if sample.chance(0.6):
        parts.append(
            cylinder("z", (0.9, 0.92 * sample.height_m), (middle, -side * 0.8 * half), 0.10, DARK_STEEL, sides=8)
        )
    parts.append(box(about(middle, 0.8 * wide), about(0.0, 1.4 * half), (0.9, 1.15), CHASSIS))
    return parts


def _gear(sample: VehicleSample, rear: float) -> list[Mesh]:
    """Large single tyres, three axles from about 6.3 m."""
    length, radius = sample.length_m, 0.57
    axles = places(sample, front=1.15, rear=0.20, count=3 if length > 6.3 else 2)
    wheels = [part for at in axles for part in axle(length - at, sample.width_m, radius)]
    rails = [box((0.05, rear + 0.3), about(y, 0.12), (0.75, 1.05), CHASSIS) for y in (-0.42, 0.42)]
    return [*wheels, *rails]


def _body(sample: VehicleSample, x: Span) -> list[Mesh]:
    kind = sample.rng.random()
    for share, body in _BODIES:
        if kind < share:
            return body(sample, x)
    return _open_bed(sample, x)


def _tilt(sample: VehicleSample, x: Span) -> list[Mesh]:
    """Cloth over bows, up to full height."""
    cloth = tilt_paint(sample)
    return bodies.tarpaulin_body(sample, x, (DECK_M - 0.1, sample.height_m), _wide(sample), cloth)


def _open_bed(sample: VehicleSample, x: Span) -> list[Mesh]:
    """Boards around an empty floor, benches folded along them, sometimes the bare bows; or loaded."""
    width, boards = _wide(sample), sample.rng.uniform(0.35, 0.75)
    floor = (
        loose(sample.rng, str(sample.rng.choice(["#8a7458", "#b08a6a", "#a08a72", "#6f6a58"])))
        if sample.chance(0.6)
        else shade(sample.coat, 0.85)
    )
    parts = bodies.flat_bed(sample, x, DECK_M, width, boards=boards, floor=floor)
    if sample.chance(0.4):
        bench = loose(sample.rng, "#8a7458")
        parts += [
            box((x[0] + 0.15, x[1] - 0.2), about(y, 0.32), (DECK_M + 0.3, DECK_M + 0.34), bench)
            for y in (0.3 - width / 2, width / 2 - 0.3)
        ]
    if sample.chance(0.2):
        parts += _bare_bows(sample, x, width)
    elif sample.chance(0.45):
        parts += loads.bed_load(sample, (x[0] + 0.08, x[1] - 0.1), (DECK_M, sample.height_m), width - 0.14)
    return parts


def _bare_bows(sample: VehicleSample, x: Span, width: float) -> list[Mesh]:
    """The hoops of the cloth without the cloth."""
    top, marks = sample.height_m, np.linspace(x[0] + 0.1, x[1] - 0.1, 5)
    hoops = [box(about(float(at), 0.05), about(0.0, width - 0.1), (top - 0.06, top), STEEL) for at in marks]
    posts = [
        box(about(float(at), 0.05), about(y, 0.05), (DECK_M, top), STEEL)
        for at in marks
        for y in (0.05 - width / 2, width / 2 - 0.05)
    ]
    return [*hoops, *posts]


def _shelter(sample: VehicleSample, x: Span) -> list[Mesh]:
    """A box body: workshop, radio, command post; coolers and hatches on its roof."""
    width, top = _wide(sample), sample.height_m
    parts = [box(x, about(0.0, width), (DECK_M - 0.1, top - 0.05), sample.coat)]
    for _ in range(int(sample.rng.integers(1, 4))):
        at, y = sample.rng.uniform((x[0] + 0.4, -0.7), (x[1] - 0.5, 0.7))
        parts.append(
            box(
                about(at, sample.rng.uniform(0.3, 0.8)),
                about(y, sample.rng.uniform(0.3, 0.8)),
                (top - 0.06, top),
                shade(sample.coat, sample.rng.uniform(0.5, 1.2)),
            )
        )
    return parts


def _tank(sample: VehicleSample, x: Span) -> list[Mesh]:
    """Fuel or water."""
    return bodies.tank_body(sample, (x[0] + 0.1, x[1]), (1.1, sample.height_m), 0.9 * sample.width_m, paint=sample.coat)


def _crane(sample: VehicleSample, x: Span) -> list[Mesh]:
    """A recovery lorry: lockers along the sides, a stowed jib over the middle."""
    width, top = _wide(sample), sample.height_m
    lockers = [
        box(x, about(y, 0.5), (DECK_M - 0.4, DECK_M + 0.35), sample.coat) for y in (0.25 - width / 2, width / 2 - 0.25)
    ]
    post = cylinder("z", (DECK_M - 0.3, top - 0.5), (x[1] - 0.9, 0.0), 0.38, sample.coat, sides=10)
    jib = beam((x[1] - 0.9, 0.0, top - 0.4), (x[0] + 0.2, 0.0, 0.72 * top), (0.4, 0.4), shade(sample.coat, 0.9))
    return [*lockers, box(x, about(0.0, 1.2), (DECK_M - 0.5, DECK_M - 0.2), DARK_STEEL), post, jib]


def _bare_frame(sample: VehicleSample, x: Span) -> list[Mesh]:
    """Frame, wings and fifth wheel, with gear piled behind the cab."""
    wheels = box((0.9, 1.8), about(0.0, 0.95), (1.05, 1.25), DARK_STEEL)
    rack = box((x[1] - 0.9, x[1]), about(0.0, 0.8 * sample.width_m), (1.0, 1.7), sample.coat)
    spare = cylinder("z", (1.7, 1.95), (x[1] - 0.5, sample.rng.uniform(-0.5, 0.5)), 0.52, TYRE, sides=12)
    wings = [
        box((0.2, 2.9), about(y, 0.5), (1.18, 1.22), sample.coat)
        for y in (0.25 - sample.width_m / 2, sample.width_m / 2 - 0.25)
    ]
    return [
        wheels,
        rack,
        spare,
        box((0.0, 0.12), about(0.0, 0.9 * sample.width_m), (0.8, 1.05), sample.coat),
        *wings,
        *_clutter(sample, x),
    ]


def _clutter(sample: VehicleSample, x: Span) -> list[Mesh]:
    """Lockers, reels, generators and winches on a frame, in random order."""
    parts = []
    for _ in range(int(sample.rng.integers(0, 6))):
        at, y = sample.rng.uniform((x[0] + 0.4, -0.35 * sample.width_m), (x[1] - 0.4, 0.35 * sample.width_m))
        size, high = sample.rng.uniform(0.3, 0.9, 2), sample.rng.uniform(1.25, 0.75 * sample.height_m)
        parts.append(
            box(about(at, size[0]), about(y, size[1]), (1.0, high), shade(sample.coat, sample.rng.uniform(0.5, 1.1)))
        )
    return parts


def _wide(sample: VehicleSample) -> float:
    return sample.width_m * (1.0 if sample.chance(0.7) else 0.96)


_BODIES: Final[tuple[tuple[float, Callable[[VehicleSample, Span], list[Mesh]]], ...]] = (
    (0.34, _tilt), (0.70, _open_bed), (0.82, _shelter), (0.85, _tank), (0.90, _crane), (1.0, _bare_frame),
)  # fmt: skip
"""Bodies by the upper bound of their cumulative share."""
