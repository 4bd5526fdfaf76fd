"""A heavy special chassis of four to twelve axles, bare or under a load: one builder, driven by the axles.

Where bumper, axles, cab and engine are, and what is put on them; what is known of a type is in `types`.
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
from vehicle_id.synth.shapes.chassis.types import AXLES, GROUPS, ODD, ODD_SHARE, TYPES, UNKNOWN, WHOLE, Type
from vehicle_id.synth.vehicle_sample import Draft

BODIES: Final = {"ladder": ladder, "deck": deck, "bed": bed, "cradle": cradle, "tractor": tractor, "hook": hook_lift}


def special_chassis(draft: Draft) -> Assembly:
    """A special chassis of any number of axles, bare or loaded, as the draft's class says."""
    kind = next((kind for word, kind in TYPES.items() if word in draft.row.name), Type())
    if not draft.label.endswith("_loaded"):
        frame = _frame(draft, kind, _pick(draft, kind.cabs), None)
        return Assembly(fixed=[*running_gear(frame), *_cab(frame), *BODIES[_pick(draft, kind.bodies)](frame)])
    name = _load_name(draft, kind)
    load = LOADS[name]
    cab = _pick(draft, kind.cabs)
    if cab in WHOLE and load.over_cab and name != "rail rocket":
        cab = "trough"
    frame = _frame(draft, kind, cab, load)
    carried = load.build(frame, (0.0, draft.length_m if load.over_cab else frame.bed[1] - 0.05))
    return Assembly(fixed=[*running_gear(frame), *_cab(frame), *carried.fixed], joints=carried.joints)


def _load_name(draft: Draft, kind: Type) -> str:
    """The load the type is known for, or now and then another; any of its size where none is known."""
    small = _class_axles(draft) == AXLES["4"]
    if not kind.loads:
        return _pick(draft, UNKNOWN[small])
    return _pick(draft, ODD[small] if draft.chance(ODD_SHARE[small]) else kind.loads)


def _frame(draft: Draft, kind: Type, cab: str, load: Load | None) -> Frame:
    """Where bumper, axles, cab and engine are."""
    length, scale, rng = draft.length_m, draft.width_m / 3.05, draft.rng
    front = length * (1 - rng.uniform(*load.ahead)) if load else length
    rear = length * rng.uniform(*load.behind) if load else 0.0
    axles = _axles(draft, kind, front, rear)
    top = min(0.96 * draft.height_m, rng.uniform(2.5, 2.9) * min(max(scale, 0.85), 1.12)) if load else draft.height_m
    radius = min(rng.uniform(0.7, 0.78) * scale, 0.86, 0.47 * min(a - b for a, b in pairwise(axles)))
    if load and load.build is rail_rocket:
        top = min(top, draft.height_m - 0.75)
    return Frame(
        draft=draft, front=front, rear=rear, axles=axles, radius=radius, half=draft.width_m / 2, cab=cab,
        cab_length=rng.uniform(*kind.cab_m) * min(scale, 1.15), engine_length=rng.uniform(0.9, 1.7) * min(scale, 1.2),
        cab_top=top, passage=_passage(draft, cab, load, top, 1.72 * radius), metal=_metal(draft),
    )  # fmt: skip


def _axles(draft: Draft, kind: Type, front: float, rear: float) -> tuple[float, ...]:
    if draft.axles_m:
        return tuple(draft.length_m - behind for behind in draft.axles_m)
    scale, rng = draft.width_m / 3.05, draft.rng
    count = _class_axles(draft)[int(rng.integers(len(_class_axles(draft))))]
    options = kind.groups or GROUPS[count]
    first, last = front - rng.uniform(*kind.overhang_m) * scale, rear + rng.uniform(1.0, 1.6) * scale
    return place_axles(options[int(rng.integers(len(options)))], first, last, rng.uniform(1.25, 1.65))


def _class_axles(draft: Draft) -> tuple[int, ...]:
    return AXLES[draft.label.removeprefix("special_chassis_").partition("_axles_")[0]]


def _passage(draft: Draft, cab: str, load: Load | None, cab_top: float, rail_top: float) -> float:
    """Half the width left free between split cabs: as built, or as much as the load between them needs."""
    half = draft.width_m / 2
    usual = half - draft.rng.uniform(0.95, 1.15) if cab == "left" else half * draft.rng.uniform(0.32, 0.42)
    if not load or not load.over_cab or cab in WHOLE:
        return usual
    radius = bore(draft, rail_top)
    above = max(0.0, draft.height_m - 1.04 * radius - cab_top)
    return max(usual, math.sqrt(max(0.0, radius**2 - above**2)) + 0.04)


def _metal(draft: Draft) -> Paint:
    """Of rails and wheels: the coat, darker, or black."""
    return CHASSIS if draft.chance(0.3) else shade(draft.coat, draft.rng.uniform(0.5, 0.9))


def _cab(frame: Frame) -> list[Mesh]:
    return CABS[frame.cab](frame)


def _pick(draft: Draft, names: Sequence[str]) -> str:
    return names[int(draft.rng.integers(len(names)))]
