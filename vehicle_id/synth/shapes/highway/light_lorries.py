"""Lorries with an open bed or a box: one-tonne cab-overs of 5 m first, heavier ones with the cabs of tractors."""

from __future__ import annotations

from typing import Final

import numpy as np

from vehicle_id.synth.mesh import Assembly, Mesh, Span, box, taper
from vehicle_id.synth.paint import BRIGHT_STEEL, CHASSIS, COATS, DARK_STEEL, STEEL, Paint, linear, loose, shade
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.common.stretch import as_high
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.shapes.highway.bonneted import conventional, draw_conventional
from vehicle_id.synth.shapes.highway.closed_trailers import body_paint, cooling_unit
from vehicle_id.synth.shapes.highway.flat_front import flat_front
from vehicle_id.synth.shapes.highway.heavy_loads import LoadSpace, heavy_load
from vehicle_id.synth.shapes.highway.light_cabs import draw_depth, light_cab
from vehicle_id.synth.shapes.highway.light_goods import ladder_rack, light_load
from vehicle_id.synth.shapes.highway.rig import Rig
from vehicle_id.synth.shapes.highway.roofs import Roof, draw_roof
from vehicle_id.synth.vehicle_sample import VehicleSample

LONGEST_LIGHT_M: Final = 6.3
FLOORS: Final = ("#8d9092", "#6d7072", "#4a4744", "#7d6a52", "#5c4a3a", "#a5a8a8", "#3f5f8a", "#d6d6d2", "#6f8a7c")


def flatbed_truck(sample: VehicleSample) -> Assembly:
    """A cab and an open bed with low sides, empty or with goods."""
    cab, back = _cab(sample, sample.height_m)
    light = sample.length_m <= LONGEST_LIGHT_M
    floor = float(sample.rng.uniform(0.7, 0.86) if light else sample.rng.uniform(1.05, 1.25))
    bed = (0.0, back - float(sample.rng.uniform(0.03, 0.14)))
    rim = floor + float(sample.rng.uniform(0.28, 0.45) if sample.chance(0.9) else 0.02)
    parts = [*cab, *_bed(sample, bed, floor, rim), *_running(sample, back, floor)]
    space = LoadSpace(
        x=(bed[0] + 0.08, bed[1] - 0.12), half=sample.width_m / 2 - 0.07, floor=floor, top=0.99 * sample.height_m
    )
    if sample.chance(0.7):
        parts += light_load(sample, space) if light or sample.chance(0.4) else heavy_load(sample, space)
    if light and sample.chance(0.14):
        parts += ladder_rack(sample, space, sample.length_m - float(sample.rng.uniform(0.0, 1.2)))
    return Assembly(fixed=[as_high(parts, sample.height_m)])


def box_truck(sample: VehicleSample) -> Assembly:
    """A cab, and a box behind and mostly above it."""
    cab, back = _cab(sample, sample.height_m * float(sample.rng.uniform(0.68, 0.86)))
    half, top, light = sample.width_m / 2, sample.height_m, sample.length_m <= LONGEST_LIGHT_M
    floor = 0.75 if light else 1.0
    x = (0.0, back - float(sample.rng.uniform(0.03, 0.2 if light else 0.5)))
    side = body_paint(sample, white=0.55)
    parts = [*cab, *_running(sample, back, floor), box(x, (-half, half), (floor, top - 0.14), side)]
    roof = Roof(x=x, half=half, z=top)
    parts += _wing_roof(sample, roof, side) if sample.chance(0.25) else draw_roof(sample, roof, side)
    if sample.chance(0.3):  # the unit stands out over the cab
        parts += cooling_unit(sample, (x[1], x[1] + float(sample.rng.uniform(0.3, 0.5))), 0.8 * half, top)
    parts.append(
        box((0.0, 0.08), (-half, half), (floor - 0.15, top - 0.02), shade(STEEL, sample.rng.uniform(1.0, 1.7)))
    )
    return Assembly(fixed=[as_high(parts, top)])


def _cab(sample: VehicleSample, top: float) -> tuple[list[Mesh], float]:
    """The cab of the size of the lorry, and where its back is."""
    half, length = sample.width_m / 2, sample.length_m
    old = sample.label == "flatbed_truck" and sample.width_m > 2.1 and top < 2.5
    if old and sample.chance(0.85):  # a bonnet before a low cab
        rig = Rig(rear=0, front=length, half=half, top=top, coupling=0, rear_axles=(), paint=sample.coat)
        plan = draw_conventional(sample, rig, room=length - float(sample.rng.uniform(2.5, 3.1)))
        return conventional(sample, rig, plan), plan.rear
    if length <= LONGEST_LIGHT_M:
        deep = draw_depth(sample)
        return light_cab(sample, deep, half, top, sample.coat), length - deep
    deep = float(sample.rng.uniform(1.6, 2.3))
    rig = Rig(rear=0, front=length, half=half, top=top, coupling=0, rear_axles=(), paint=sample.coat)
    return flat_front(sample, rig, deep, shield=sample.label == "box_truck" and sample.chance(0.5)), length - deep


def _running(sample: VehicleSample, back: float, floor: float) -> list[Mesh]:
    """Frame, rear wheels, boxes, bumper with lamps."""
    length, half = sample.length_m, sample.width_m / 2
    radius = 0.31 if length <= LONGEST_LIGHT_M else 0.48
    rear = max(0.2 * length, radius + 0.2) * float(sample.rng.uniform(0.85, 1.1))
    axles = [rear] if length < 8.2 or sample.chance(0.4) else [rear - 0.65, rear + 0.65]
    parts = [box((0.1, back + 0.6), y, (floor - 0.3, floor - 0.1), CHASSIS) for y in both((0.3, 0.4))]
    for x in axles:
        parts += wheel_pair(x, (0.62 * half, 0.97 * half), radius)
    parts.append(box((0.0, 0.1), (-0.95 * half, 0.95 * half), (0.38, 0.55), shade(CHASSIS, 2.0)))
    side = both((0.6 * half, 0.95 * half))
    return [*parts, *(box((back - 0.9, back - 0.3), y, (0.35, floor - 0.12), DARK_STEEL) for y in side)]


def _bed(sample: VehicleSample, x: Span, floor: float, rim: float) -> list[Mesh]:
    """Floor, drop sides with a pale rim, a headboard or a frame of tubes behind the cab."""
    rng, half = sample.rng, sample.width_m / 2
    paint = _bed_paint(sample)
    ground = (
        loose(rng, str(rng.choice(FLOORS)), spread=0.15) if sample.chance(0.75) else shade(paint, rng.uniform(0.5, 0.9))
    )
    parts = [box(x, (-half, half), (floor - 0.1, floor), ground)]
    if sample.chance(0.5):
        lines = np.linspace(-half, half, int(rng.integers(5, 11)))[1:-1]
        parts += [box(x, about(float(y), 0.03), (floor - 0.01, floor + 0.004), shade(ground, 0.7)) for y in lines]
    thick = rng.uniform(0.03, 0.07)
    walls = [box(x, y, (floor - 0.12, rim), paint) for y in both((half - thick, half))]
    walls += [
        box(end, (-half, half), (floor - 0.12, rim), paint) for end in ((x[0], x[0] + thick), (x[1] - thick, x[1]))
    ]
    parts += walls
    post, count = shade(paint, 0.8), int(rng.integers(3, 5))
    posts = [box(about(float(at), 0.07), y, (floor - 0.1, rim + 0.02), post)
             for at in np.linspace(*x, count)[1:-1] for y in both((half - thick - 0.02, half))]  # fmt: skip
    guard, top = shade(paint if sample.chance(0.5) else DARK_STEEL, rng.uniform(0.7, 1.3)), 0.97 * sample.height_m
    at = (x[1] - 0.06, x[1])
    if sample.chance(0.55):
        parts += [box(at, about(y * half, 0.06), (floor, top), guard) for y in (-0.9, -0.3, 0.3, 0.9)]
        parts.append(box(at, (-0.93 * half, 0.93 * half), (top - 0.06, top), guard))
    elif sample.chance(0.5):
        parts.append(box(at, (-0.95 * half, 0.95 * half), (floor, rng.uniform(0.7, 0.97) * sample.height_m), guard))
    return [*parts, *posts]


def _bed_paint(sample: VehicleSample) -> Paint:
    """The coat; else white, blue, bare aluminium, or another coat."""
    sort = sample.rng.random()
    if sort < 0.55:
        return shade(sample.coat, sample.rng.uniform(0.85, 1.05))
    if sort < 0.7:
        return shade(BRIGHT_STEEL, sample.rng.uniform(0.5, 0.95))
    name = str(sample.rng.choice(["white", "white", "blue", "blue", "grey", "green"]))
    return Paint(rgb=linear(str(sample.rng.choice(COATS[name]))), gloss=0.06)


def _wing_roof(sample: VehicleSample, roof: Roof, side: Paint) -> list[Mesh]:
    """Two leaves that open upwards, hinged at a beam along the middle; aluminium or painted."""
    tone = shade(BRIGHT_STEEL, sample.rng.uniform(0.6, 1.0)) if sample.chance(0.6) else shade(side, 0.95)
    leaves = [taper(roof.x, y, (roof.z - 0.14, roof.z - 0.03), roof.x, inner, tone)
              for y, inner in zip(both((0.08, roof.half)), both((0.08, roof.half - 0.05)), strict=True)]  # fmt: skip
    beam = box(roof.x, (-0.08, 0.08), (roof.z - 0.1, roof.z), shade(tone, sample.rng.uniform(0.6, 1.1)))
    ends = [box(x, (-roof.half, roof.half), (roof.z - 0.12, roof.z - 0.01), shade(side, 0.9))
            for x in ((roof.x[0], roof.x[0] + 0.1), (roof.x[1] - 0.1, roof.x[1]))]  # fmt: skip
    return [*leaves, beam, *ends]
