"""Articulated haulers: a tractor with a short bonnet and a cab in its middle, and behind a hinge a dump body.

Where the parts lie is remembered from photographs and drawings, not measured.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, beam, box, cylinder, plates, prism, taper
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, GLASS, WHITE_PANEL, Paint, shade
from vehicle_id.synth.shapes.common.loose import draw_load, heap
from vehicle_id.synth.shapes.common.spans import both
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.shapes.haulers.dump_body import Station, draw_skins, ribs, trough
from vehicle_id.synth.vehicle_sample import VehicleSample

HINGE: Final = 0.595
"""Share of the length behind the hinge."""


def articulated_hauler(sample: VehicleSample) -> Assembly:
    """A tractor that turns about a hinge before its dump body, which tips about the rear."""
    length, height = sample.length_m, sample.height_m
    body, loaded = _body(sample)
    pivot = (0.13 * length, 0.0, 0.40 * height)
    tipping = (-30.0, -8.0) if loaded else (-70.0, -40.0)
    hoist = Joint(part=Assembly(fixed=body), pivot=pivot, axis="y", degrees=tipping, used=0.05 if loaded else 0.25)
    tractor = Assembly(fixed=[*_bonnet(sample), *_cab(sample), *_behind_the_cab(sample)])
    hinge = Joint(part=tractor, pivot=(HINGE * length, 0.0, 0.0), axis="z", degrees=(-38.0, 38.0), used=0.4)
    return Assembly(fixed=_rear_frame(sample), joints=[hoist, hinge])


def _wheel_pair(sample: VehicleSample, at: float) -> list[Mesh]:
    """Two single tyres and their hubs, at a share of the length."""
    half, x, radius = sample.width_m / 2, at * sample.length_m, 0.228 * sample.height_m
    inner = half - 0.205 * sample.width_m
    hubs = [
        cylinder("y", y, (x, radius), 0.5 * radius, sample.coat, sides=8) for y in both((half - 0.12, half - 0.005))
    ]
    return [*wheel_pair(x, (inner, half - 0.02), radius, sides=12), *hubs]


def _rear_frame(sample: VehicleSample) -> list[Mesh]:
    length, width, height = sample.length_m, sample.width_m, sample.height_m
    frame = box((0.08 * length, HINGE * length), (-0.14 * width, 0.14 * width), (0.20 * height, 0.36 * height), CHASSIS)
    return [frame, *_wheel_pair(sample, 0.165), *_wheel_pair(sample, 0.325)]


def _bonnet(sample: VehicleSample) -> list[Mesh]:
    """A bonnet that falls towards the front, between level wings over the wheels."""
    length, width, height, draw = sample.length_m, sample.width_m, sample.height_m, sample.rng.uniform
    half, rear = width * draw(0.25, 0.31), 0.79 * length
    top, tip = height * draw(0.60, 0.68), height * draw(0.44, 0.54)
    wing_z, wing_half = 0.50 * height, width * draw(0.46, 0.5)
    profile = [(rear, 0.25 * height), (0.985 * length, 0.22 * height), (0.985 * length, tip), (rear, top)]
    grille = shade(CHASSIS, draw(0.7, 2.0))
    slope = (tip - top) / (0.985 * length - rear)
    vent = [rear + 0.05 * length, rear + 0.12 * length]
    near, far = ((x, top + slope * (x - rear) + 0.02) for x in vent)
    parts = [
        prism(profile, (-half, half), sample.coat),
        box((0.96 * length, length), (-0.40 * width, 0.40 * width), (0.15 * height, 0.26 * height), CHASSIS),
        box((0.985 * length, 0.99 * length), (-0.8 * half, 0.8 * half), (0.3 * height, tip - 0.05), grille),
        *_wheel_pair(sample, 0.735),
    ]
    if sample.chance(0.6):
        y = 0.7 * half
        parts.append(
            plates([[(near[0], -y, near[1]), (near[0], y, near[1]), (far[0], y, far[1]), (far[0], -y, far[1])]], grille)
        )
    for low, high in ((half - 0.02, wing_half), (-wing_half, 0.02 - half)):
        parts.append(box((0.665 * length, 0.865 * length), (low, high), (wing_z - 0.08, wing_z), sample.coat))
    return parts


def _cab(sample: VehicleSample) -> list[Mesh]:
    """In the middle, as high as the vehicle, windows all around."""
    length, width, height = sample.length_m, sample.width_m, sample.height_m
    half = width * sample.rng.uniform(0.24, 0.29)
    rear, front = 0.645 * length, length * sample.rng.uniform(0.79, 0.81)
    roof = sample.coat if sample.chance(0.65) else (WHITE_PANEL, DARK_STEEL)[int(sample.chance(0.3))]
    return [
        box((rear, front), (-half, half), (0.34 * height, 0.62 * height), sample.coat),
        taper((rear + 0.05, front), (0.02 - half, half - 0.02), (0.62 * height, 0.93 * height),
              (rear + 0.08, front - 0.22), (0.1 - half, half - 0.1), GLASS),
        box((rear, front - 0.15), (0.06 - half, half - 0.06), (0.93 * height, 0.97 * height), roof),
        box((rear + 0.35, front - 0.75), (0.3 - half, half - 0.3), (0.97 * height, height), roof),
    ]  # fmt: skip


def _behind_the_cab(sample: VehicleSample) -> list[Mesh]:
    """Hinge, exhaust and air cleaner."""
    length, width, height = sample.length_m, sample.width_m, sample.height_m
    side = 1 if sample.chance(0.5) else -1
    return [
        cylinder("z", (0.18 * height, 0.42 * height), (HINGE * length, 0.0), 0.12 * width, CHASSIS, sides=8),
        box((HINGE * length, 0.7 * length), (-0.16 * width, 0.16 * width), (0.2 * height, 0.4 * height), CHASSIS),
        cylinder("z", (0.45 * height, 0.92 * height), (0.80 * length, side * 0.33 * width), 0.09, DARK_STEEL, sides=6),
        box((0.62 * length, 0.645 * length), (-0.3 * width, 0.3 * width), (0.4 * height, 0.62 * height), sample.coat),
    ]


def _body(sample: VehicleSample) -> tuple[list[Mesh], bool]:
    """The dump body with its load, and whether it is loaded."""
    length, width = sample.length_m, sample.width_m
    stations = _stations(sample)
    skins = draw_skins(sample, sample.coat, segments=len(stations) - 1)
    positions = np.linspace(0.08, 0.5, int(sample.rng.integers(3, 6))) * length
    parts = [
        trough(stations, skins, wall=0.035 * width),
        ribs(stations, list(positions), depth=0.06 * width, proud=0.0, thick=0.14, paint=sample.coat),
    ]
    if sample.chance(0.7):
        parts.append(_spill_guard(sample, stations[-1]))
    if sample.chance(0.25):
        parts.append(_tailgate(stations, sample.coat))
    loaded = sample.chance(0.45)
    if loaded:
        parts.append(_load(sample, stations))
    return parts, loaded


def _stations(sample: VehicleSample) -> list[Station]:
    """Tail, end of the upswept floor, foot of the front wall."""
    length, height, draw = sample.length_m, sample.height_m, sample.rng.uniform
    half = sample.width_m / 2 * draw(0.92, 0.97)
    floor, low, rim = half * draw(0.68, 0.8), height * draw(0.37, 0.42), height * draw(0.70, 0.78)
    return [
        Station(x=0.02 * length, floor_x=0.0, half_rim=half, rim_z=rim - 0.1 * height, half_floor=floor,
                floor_z=low + 0.13 * height),
        Station(x=0.17 * length, floor_x=0.17 * length, half_rim=half, rim_z=rim, half_floor=floor, floor_z=low),
        Station(x=0.57 * length, floor_x=0.53 * length, half_rim=0.97 * half, rim_z=rim + 0.05 * height,
                half_floor=floor, floor_z=low),
    ]  # fmt: skip


def _spill_guard(sample: VehicleSample, wall: Station) -> Mesh:
    """A short vertical visor on the front wall."""
    half, rise, length = 0.95 * wall.half_rim, sample.rng.uniform(0.05, 0.12) * sample.height_m, sample.length_m
    foot, head = wall.x + 0.02, wall.x + 0.03 * length
    top = wall.rim_z + rise
    return plates(
        [[(foot, -half, wall.rim_z), (foot, half, wall.rim_z), (head, 0.9 * half, top), (head, -0.9 * half, top)]],
        sample.coat,
    )


def _tailgate(stations: list[Station], coat: Paint) -> Mesh:
    tail = stations[0]
    return beam((tail.x + 0.06, -tail.half_rim, tail.rim_z - 0.3), (tail.x + 0.06, tail.half_rim, tail.rim_z - 0.3),
                (0.1, 0.55), coat)  # fmt: skip


def _load(sample: VehicleSample, stations: list[Station]) -> Mesh:
    tail, bend, wall = stations
    base = bend.rim_z - sample.height_m * sample.rng.uniform(0.01, 0.1)
    crest = base + sample.height_m * sample.rng.uniform(0.08, 0.18)
    half = wall.half_rim - 0.03 * sample.width_m
    lip = tail.floor_z + 0.05
    x = (0.03 * sample.length_m, wall.x - 0.1)
    return heap(x, (half, half), (lip, base, base, base), crest, draw_load(sample), sample.rng)
