"""A light flatbed lorry as a drone sees it: white cab, white bed, hardly a gap, and something on the bed.

Heavier ones are built as in `highway`. Proportions are remembered from photographs, not measured.
"""

from __future__ import annotations

from typing import Final

from vehicle_id.synth.mesh import Assembly, Mesh, Span, box
from vehicle_id.synth.paint import CHASSIS, GLASS, LAMP, Paint, shade
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.common.stretch import as_high
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.shapes.delivery.cabin import Cabin, cabin_shell
from vehicle_id.synth.shapes.highway import light_lorries
from vehicle_id.synth.shapes.highway.heavy_loads import LoadSpace
from vehicle_id.synth.shapes.highway.light_goods import ladder_rack, light_load
from vehicle_id.synth.shapes.one_tonne.covers import canvas_hood, flat_sheet, pale_panels
from vehicle_id.synth.vehicle_sample import VehicleSample

LONGEST_M: Final = light_lorries.LONGEST_LIGHT_M
FLOOR_TONES: Final = (0.25, 0.95)
"""Least and most brightness of an empty floor, as a share of the bed's sides."""


def flatbed_truck(sample: VehicleSample) -> Assembly:
    """Cab, bed, and on most of them a load, a sheet or a hood."""
    if sample.length_m > LONGEST_M or sample.width_m > 2.15:
        return light_lorries.flatbed_truck(sample)
    rng, half, top = sample.rng, sample.width_m / 2, sample.height_m
    cabin = _draw_cabin(sample)
    bed = (0.0, cabin.x[0] - float(rng.uniform(0.0, 0.07)))
    floor = float(rng.uniform(0.68, 0.84))
    rim = floor + float(rng.uniform(0.26, 0.42))
    parts = [*_cab(sample, cabin), *_bed(sample, bed, floor, rim), *_running(sample, cabin, floor)]
    space = LoadSpace(x=(bed[0] + 0.08, bed[1] - 0.1), half=half - 0.08, floor=floor, top=0.98 * top)
    parts += _on_the_bed(sample, space, rim)
    return Assembly(fixed=[as_high(parts, top)])


def _draw_cabin(sample: VehicleSample) -> Cabin:
    """One row of seats on most; a row and a half, or two, on others."""
    rng, top, half = sample.rng, sample.height_m, 0.98 * sample.width_m / 2
    sort = rng.random()
    deep = rng.uniform(1.55, 1.8) if sort < 0.55 else rng.uniform(1.8, 2.1) if sort < 0.82 else rng.uniform(2.35, 2.7)
    deep = min(deep, 0.52 * sample.length_m)
    roof = top * rng.uniform(0.96, 1.0)
    return Cabin(
        x=(sample.length_m - deep, sample.length_m), half=half, sill=0.35, belt=roof * rng.uniform(0.54, 0.6),
        prow=roof * rng.uniform(0.44, 0.52), roof=roof, bonnet=rng.uniform(0.14, 0.38), lean=rng.uniform(0.45, 0.72),
        lean_rear=rng.uniform(0.0, 0.1), across=rng.uniform(0.84, 0.93),
        nose=(rng.uniform(0.2, 0.5), rng.uniform(0.68, 0.88)), tail=(rng.uniform(0.05, 0.2), rng.uniform(0.9, 0.98)),
        crown=rng.uniform(0.03, 0.08), edge=rng.uniform(0.06, 0.14),
    )  # fmt: skip


def _cab(sample: VehicleSample, cabin: Cabin) -> list[Mesh]:
    """Dark windscreen between a pale nose and a pale roof, side windows, lamps, mirrors."""
    glass, coat = shade(GLASS, sample.rng.uniform(0.5, 2.5)), sample.coat
    door = cabin.x[0] + sample.rng.uniform(0.2, 0.45)
    parts = cabin_shell(cabin, coat=coat, glass=glass, side=lambda x: glass if x > door else coat, roof=lambda _: coat,
                        tail=glass if sample.chance(0.4) else coat, pillars=(door,))  # fmt: skip
    foot, dark = cabin.x[1] - cabin.bonnet, shade(CHASSIS, sample.rng.uniform(0.8, 2.0))
    lamps = (cabin.x[1] - 0.28, cabin.x[1] - 0.08)
    parts += [box(lamps, y, (0.75 * cabin.prow, 0.96 * cabin.prow), LAMP) for y in both((0.5, 0.62))]
    if sample.chance(0.35):
        parts.append(box((foot - 0.03, foot + 0.08), about(0, 1.6 * cabin.half), (0.6, cabin.belt + 0.01), dark))
    mirrors = both((0.96 * cabin.half, sample.width_m / 2))
    at = foot - sample.rng.uniform(0.05, 0.35)
    return [*parts, *(box(about(at, 0.12), y, (cabin.belt, cabin.belt + 0.25), dark) for y in mirrors)]


def _bed(sample: VehicleSample, x: Span, floor: float, rim: float) -> list[Mesh]:
    """Drop sides in the coat or nearly white, their rim as broad as a hand; a guard behind the cab on half of them."""
    rng, half = sample.rng, sample.width_m / 2
    side = shade(sample.coat, rng.uniform(0.85, 1.1))
    thick = rng.uniform(0.05, 0.11)
    tone = Paint(rgb=shade(side, rng.uniform(*FLOOR_TONES)).rgb, gloss=0.02)
    parts = [box(x, (-half, half), (floor - 0.1, floor), tone)]
    parts += [box(x, y, (floor - 0.15, rim), side) for y in both((half - thick, half))]
    tail_open = sample.chance(0.06)
    ends = [(x[1] - thick, x[1])] if tail_open else [(x[0], x[0] + thick), (x[1] - thick, x[1])]
    parts += [box(end, (-half, half), (floor - 0.15, rim), side) for end in ends]
    if sample.chance(0.5):
        top = sample.height_m * rng.uniform(0.75, 0.98)
        paint = side if sample.chance(0.6) else shade(CHASSIS, 2.5)
        parts += [box((x[1] - 0.06, x[1]), about(y * half, 0.06), (floor, top), paint) for y in (-0.9, 0.0, 0.9)]
        parts.append(box((x[1] - 0.06, x[1]), about(0, 1.86 * half), (top - 0.08, top), paint))
    return parts


def _running(sample: VehicleSample, cabin: Cabin, floor: float) -> list[Mesh]:
    half = sample.width_m / 2
    front, rear = cabin.x[1] - sample.rng.uniform(0.75, 1.0), 0.2 * sample.length_m
    wheels = [tyre for x in (front, rear) for tyre in wheel_pair(x, (0.7 * half, 0.96 * half), 0.31)]
    rails = [box((0.1, cabin.x[0] + 0.4), y, (floor - 0.3, floor - 0.1), CHASSIS) for y in both((0.3, 0.4))]
    bumper = box((0.0, 0.08), (-0.92 * half, 0.92 * half), (0.38, 0.52), shade(CHASSIS, 2.0))
    return [*wheels, *rails, bumper]


def _on_the_bed(sample: VehicleSample, space: LoadSpace, rim: float) -> list[Mesh]:
    """Goods in the open, a flat sheet, a hood over bows, pale panels; a fifth of the beds are empty."""
    sort = sample.rng.random()
    if sort < 0.4:
        parts = light_load(sample, space)
        return parts + (ladder_rack(sample, space, sample.length_m - 0.3) if sample.chance(0.15) else [])
    if sort < 0.55:
        return flat_sheet(sample, space, rim)
    if sort < 0.66:
        return canvas_hood(sample, space, rim)
    return pale_panels(sample, space) if sort < 0.8 else []
