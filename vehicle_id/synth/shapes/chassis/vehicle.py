"""A heavy special chassis of four to twelve axles, bare or under a load: one builder, driven by the axles.

Places bumper, axles, cab and engine, and the body or load on them; the features of each type are in `types`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from vehicle_id.synth.mesh import Assembly, Mesh
from vehicle_id.synth.paint import CHASSIS, Paint, shade
from vehicle_id.synth.shapes.chassis.bodies import bed, cradle, deck, hook_lift, ladder, tractor
from vehicle_id.synth.shapes.chassis.cabs import CABS
from vehicle_id.synth.shapes.chassis.frame import Frame, place_axles, running_gear
from vehicle_id.synth.shapes.chassis.loads import LOADS, Load
from vehicle_id.synth.shapes.chassis.tubes import bore, rail_rocket
from vehicle_id.synth.shapes.chassis.types import AXLES, GROUPS, ODD, ODD_SHARE, TYPES, UNKNOWN, WHOLE, ChassisType
from vehicle_id.synth.vehicle_sample import VehicleSample

BODIES: Final = {"ladder": ladder, "deck": deck, "bed": bed, "cradle": cradle, "tractor": tractor, "hook": hook_lift}


def special_chassis(sample: VehicleSample) -> Assembly:
    """A special chassis of any number of axles, bare or loaded, by the sample's class."""
    kind = next((kind for word, kind in TYPES.items() if word in sample.row.name), ChassisType())
    if not sample.label.endswith("_loaded"):
        frame = _frame(sample, kind, _pick(sample, kind.cabs), None)
        return Assembly(fixed=[*running_gear(frame), *_cab(frame), *BODIES[_pick(sample, kind.bodies)](frame)])
    name = _load_name(sample, kind)
    load = LOADS[name]
    cab = _pick(sample, kind.cabs)
    if cab in WHOLE and load.over_cab and name != "rail rocket":
        cab = "trough"
    frame = _frame(sample, kind, cab, load)
    carried = load.build(frame, (0.0, sample.length_m if load.over_cab else frame.bed[1] - 0.05))
    return Assembly(fixed=[*running_gear(frame), *_cab(frame), *carried.fixed], joints=carried.joints)


def _load_name(sample: VehicleSample, kind: ChassisType) -> str:
    """The load of the type, or sometimes another; any load for its size where none is known."""
    small = _class_axles(sample) == AXLES["4"]
    if not kind.loads:
        return _pick(sample, UNKNOWN[small])
    return _pick(sample, ODD[small] if sample.chance(ODD_SHARE[small]) else kind.loads)


def _frame(sample: VehicleSample, kind: ChassisType, cab: str, load: Load | None) -> Frame:
    """Positions of bumper, axles, cab and engine."""
    length, scale, rng = sample.length_m, sample.width_m / 3.05, sample.rng
    front = length * (1 - rng.uniform(*load.ahead)) if load else length
    rear = length * rng.uniform(*load.behind) if load else 0.0
    axles = _axles(sample, kind, front, rear)
    top = min(0.96 * sample.height_m, rng.uniform(2.5, 2.9) * min(max(scale, 0.85), 1.12)) if load else sample.height_m
    radius = min(rng.uniform(0.7, 0.78) * scale, 0.86, 0.47 * min(a - b for a, b in pairwise(axles)))
    if load and load.build is rail_rocket:
        top = min(top, sample.height_m - 0.75)
    return Frame(
        sample=sample, front=front, rear=rear, axles=axles, radius=radius, half=sample.width_m / 2, cab=cab,
        cab_length=rng.uniform(*kind.cab_m) * min(scale, 1.15), engine_length=rng.uniform(0.9, 1.7) * min(scale, 1.2),
        cab_top=top, passage=_passage(sample, cab, load, top, 1.72 * radius), metal=_metal(sample),
    )  # fmt: skip


def _axles(sample: VehicleSample, kind: ChassisType, front: float, rear: float) -> tuple[float, ...]:
    if sample.axles_m:
        return tuple(sample.length_m - behind for behind in sample.axles_m)
    scale, rng = sample.width_m / 3.05, sample.rng
    count = _class_axles(sample)[int(rng.integers(len(_class_axles(sample))))]
    options = kind.groups or GROUPS[count]
    first, last = front - rng.uniform(*kind.overhang_m) * scale, rear + rng.uniform(1.0, 1.6) * scale
    return place_axles(options[int(rng.integers(len(options)))], first, last, rng.uniform(1.25, 1.65))


def _class_axles(sample: VehicleSample) -> tuple[int, ...]:
    return AXLES[sample.label.removeprefix("special_chassis_").partition("_axles_")[0]]


def _passage(sample: VehicleSample, cab: str, load: Load | None, cab_top: float, rail_top: float) -> float:
    """Half the width left free between split cabs: as built, or as much as the load between them needs."""
    half = sample.width_m / 2
    usual = half - sample.rng.uniform(0.95, 1.15) if cab == "left" else half * sample.rng.uniform(0.32, 0.42)
    if not load or not load.over_cab or cab in WHOLE:
        return usual
    radius = bore(sample, rail_top)
    above = max(0.0, sample.height_m - 1.04 * radius - cab_top)
    return max(usual, math.sqrt(max(0.0, radius**2 - above**2)) + 0.04)


def _metal(sample: VehicleSample) -> Paint:
    """Paint of rails and wheels: the coat, darker, or black."""
    return CHASSIS if sample.chance(0.3) else shade(sample.coat, sample.rng.uniform(0.5, 0.9))


def _cab(frame: Frame) -> list[Mesh]:
    return CABS[frame.cab](frame)


def _pick(sample: VehicleSample, names: Sequence[str]) -> str:
    return names[int(sample.rng.integers(len(names)))]
