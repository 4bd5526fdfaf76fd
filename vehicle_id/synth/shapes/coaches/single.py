"""Buses of one body: city buses, coaches, double-deck buses, minibuses, school buses, apron buses."""

from __future__ import annotations

from dataclasses import replace

from vehicle_id.synth.mesh import Assembly, Mesh, prism, taper
from vehicle_id.synth.paint import COATS, DARK_STEEL, WHITE_PANEL, Paint, linear, shade
from vehicle_id.synth.shapes.coaches.dress import BusStyle, draw_finish, draw_shell, draw_unit, roof_parts
from vehicle_id.synth.shapes.coaches.running_gear import bus_wheels, front_and_rear_axle, mirrors
from vehicle_id.synth.shapes.coaches.shell import BusFinish, bus_body
from vehicle_id.synth.shapes.coaches.styles import SCHOOL
from vehicle_id.synth.vehicle_sample import VehicleSample


def rigid_bus(sample: VehicleSample, style: BusStyle) -> Assembly:
    """A single body from end to end, the mirrors before it."""
    unit = draw_unit(sample, style)
    reach = float(sample.rng.uniform(0.1, 0.45)) if sample.chance(0.7) and sample.length_m > 8 else 0.0
    shell = draw_shell(sample, style, (0.0, sample.length_m - reach), sample.height_m - unit[1])
    finish = draw_finish(sample, style, shell)
    fixed = [*bus_body(shell, finish), *roof_parts(sample, style, shell, unit)]
    fixed += bus_wheels(shell, front_and_rear_axle(sample, shell))
    return Assembly(fixed=[*fixed, *(mirrors(sample, shell, reach) if reach else [])])


def minibus(sample: VehicleSample, style: BusStyle) -> Assembly:
    """A body as for the larger ones, or one with a short bonnet before a leaning windscreen."""
    if sample.chance(0.35):
        return rigid_bus(sample, style)
    unit = draw_unit(sample, style)
    bonnet = sample.rng.uniform(0.35, 0.95)
    shell = draw_shell(sample, style, (0.0, sample.length_m - bonnet), sample.height_m - unit[1])
    fixed = [*bus_body(shell, draw_finish(sample, style, shell)), *roof_parts(sample, style, shell, unit)]
    fixed += _bonnet(sample, (shell.x[1] - 0.5, sample.length_m), shell.half, 0.98 * shell.belt, sample.coat)
    front = sample.length_m - sample.rng.uniform(0.8, 1.0)
    return Assembly(fixed=[*fixed, *bus_wheels(shell, [min(front, shell.x[1] - 0.3), shell.at(0.25)])])


def school_bus(sample: VehicleSample) -> Assembly:
    """A yellow body with ribs behind a bonnet, the roof yellow or white."""
    yellow = sample.coat if sample.coat_name == "yellow" else _school_yellow(sample)
    flat_nosed = sample.chance(0.2)
    bonnet = 0.05 if flat_nosed else sample.rng.uniform(0.9, 1.7)
    shell = draw_shell(sample, SCHOOL, (0.0, sample.length_m - bonnet), sample.height_m)
    roof = yellow if sample.chance(0.45) else shade(WHITE_PANEL, sample.rng.uniform(0.85, 1.15))
    finish = replace(BusFinish(side=yellow, roof=roof), edge=yellow if sample.chance(0.5) else None)
    fixed = [*bus_body(shell, finish), *roof_parts(sample, SCHOOL, shell, ("bare", 0.0))]
    black = shade(DARK_STEEL, 0.5) if sample.chance(0.15) else yellow
    fixed += _bonnet(sample, (shell.x[1] - 0.4, sample.length_m), 0.93 * shell.half, 0.98 * shell.belt, black)
    front = sample.length_m - sample.rng.uniform(0.8, 1.1)
    return Assembly(fixed=[*fixed, *bus_wheels(shell, [min(front, shell.x[1] - 0.2), shell.at(0.26)])])


def _school_yellow(sample: VehicleSample) -> Paint:
    return Paint(rgb=linear(str(sample.rng.choice(COATS["yellow"]))), gloss=0.1, coat=True)


def _bonnet(sample: VehicleSample, x: tuple[float, float], half: float, high: float, paint: Paint) -> list[Mesh]:
    """A bonnet that falls to the front and narrows towards it, over a bumper as wide as the wings."""
    front, narrow = high * sample.rng.uniform(0.72, 0.95), half * sample.rng.uniform(0.6, 0.86)
    low = 0.3
    hood = prism([(x[0], low), (x[1] - 0.1, low), (x[1], 0.8 * front), (x[1] - 0.15, front), (x[0], high)],
                 (-narrow, narrow), paint)  # fmt: skip
    wings = taper((x[0], x[1] - 0.08), (-half, half), (low, 0.75 * front), (x[0], x[1] - 0.3),
                  (-0.93 * half, 0.93 * half), paint)  # fmt: skip
    return [hood, wings]
