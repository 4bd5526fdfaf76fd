"""An army lorry of two to four axles whose bed is open, bare or under cloth of its own coat."""

from __future__ import annotations

from typing import Final

import numpy as np

from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.motor_pool.beds import (
    OpenBed,
    boards,
    bows,
    box_tank,
    frame_bed,
    long_dark_load,
    own_cloth,
)
from vehicle_id.synth.shapes.motor_pool.cabs import cab, gear_behind_cab
from vehicle_id.synth.shapes.motor_pool.plan import draw_plan
from vehicle_id.synth.shapes.motor_pool.running_gear import running_gear
from vehicle_id.synth.shapes.motor_pool.working_bodies import bare_tractor, hook_loader, recovery
from vehicle_id.synth.vehicle_sample import VehicleSample

SHORT: Final[tuple[tuple[float, OpenBed], ...]] = (
    (0.2, boards), (0.1, bows), (0.13, frame_bed), (0.27, own_cloth), (0.22, bare_tractor), (0.08, recovery),
)  # fmt: skip
"""Shares of the beds of lorries with two or three axles."""
LONG: Final[tuple[tuple[float, OpenBed], ...]] = (
    (0.1, boards), (0.08, frame_bed), (0.2, long_dark_load), (0.1, own_cloth), (0.22, hook_loader), (0.12, recovery),
    (0.1, bare_tractor), (0.08, box_tank),
)  # fmt: skip
"""The same of lorries with four axles."""


def open_lorry(sample: VehicleSample) -> Assembly:
    """Cab and bed; the one or the other is the higher."""
    plan = draw_plan(sample)
    beds = beds_of(sample) or (LONG if len(plan.axles) > 3 else SHORT)
    shares = np.array([share for share, _ in beds])
    bed = beds[int(sample.rng.choice(len(beds), p=shares / shares.sum()))][1]
    lower = plan.top * sample.rng.uniform(0.82, 0.98)
    body = bed(sample, plan, plan.top if sample.chance(0.5) else lower)
    tallest = max(float(mesh.bounds[1, 2]) for mesh in body)
    cab_top = plan.top if tallest < 0.97 * plan.top else lower
    parts = [*running_gear(sample, plan), *cab(sample, plan, cab_top), *gear_behind_cab(sample, plan, cab_top), *body]
    return Assembly(fixed=parts)


def beds_of(sample: VehicleSample) -> tuple[tuple[float, OpenBed], ...]:
    """The bed that the row's name states, with its share; empty where it states none."""
    name = sample.row.name.lower()
    for word, bed in (("tractor", bare_tractor), ("load handling", hook_loader), ("wrecker", recovery)):
        if word in name:
            return ((1.0, bed),)
    return ()
