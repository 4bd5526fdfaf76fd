"""Heavy special chassis of four to twelve axles, bare or under a load: one builder, driven by the axles.

Which cab, axle grouping and load belong to which type is remembered from photographs in the open press, and
of the rarer types no drawing was at hand: where it is not sure, it is drawn from what is plausible. A row
whose name is not known gets any cab and load of its class.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from vehicle_id.synth.draft import Draft
from vehicle_id.synth.mesh import Assembly, Mesh, Span
from vehicle_id.synth.paint import CHASSIS, Paint, shade
from vehicle_id.synth.shapes.chassis_bodies import bed, cradle, deck, hook_lift, ladder, tractor
from vehicle_id.synth.shapes.chassis_cabs import CABS
from vehicle_id.synth.shapes.chassis_frame import Frame, place_axles, running_gear
from vehicle_id.synth.shapes.chassis_loads import LOADS, Load
from vehicle_id.synth.shapes.chassis_tubes import bore, rail_rocket

GROUPS: Final[Mapping[int, Sequence[tuple[int, ...]]]] = {
    4: ((2, 2),),
    6: ((3, 3), (2, 2, 2), (2, 4)),
    7: ((2, 2, 3), (3, 4)),
    8: ((2, 2, 4), (4, 4), (3, 5), (3, 2, 3)),
    9: ((4, 5), (3, 3, 3), (2, 3, 4)),
    10: ((5, 5), (4, 6)),
    11: ((5, 6), (3, 4, 4)),
    12: ((4, 4, 4), (6, 6), (12,)),
}
"""Axle groups from front to back that are met, by number of axles."""
AXLES: Final = {"4": (4,), "6_7": (6, 7), "8": (8,), "9_plus": (9, 10, 11, 12)}
BODIES: Final = {"ladder": ladder, "deck": deck, "bed": bed, "cradle": cradle, "tractor": tractor, "hook": hook_lift}
UNKNOWN: Final = {
    False: ("canister", "canister", "canister", "missile", "covered"),
    True: ("closed hull", "shelters", "tarpaulin", "covered", "rocket pack", "four tubes", "missile", "canister"),
}
"""Loads met where the type is not known: on long chassis, on four axles."""
ODD: Final = {False: ("covered", "covered", "shelters"), True: ("covered", "shelters", "tarpaulin")}
ODD_SHARE: Final = {False: 0.1, True: 0.22}
"""Share of known launchers seen with something else: under a cloth, or a support vehicle of the same build.

Box bodies and tilts over the whole length of a long chassis are next to unknown, and would be taken for lorries.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """What a chassis type looks like, as far as remembered."""

    cabs: Sequence[str] = tuple(CABS)
    groups: Sequence[tuple[int, ...]] = ()
    bodies: Sequence[str] = ("ladder", "ladder", "deck", "cradle")
    loads: Sequence[str] = ()
    overhang_m: Span = (2.0, 2.7)
    """From the bumper to the first axle, for a vehicle 3.05 m wide."""
    cab_m: Span = (2.2, 2.9)


WHOLE: Final = ("wide", "forward")
"""Cabs without an open centre."""
SPLIT: Final = ("twin",)
ONE_SIDED: Final = ("left", "left", "twin")
LOW: Final = ("trough", "uneven", "wide")

TYPES: Final[Mapping[str, Type]] = {
    "9P117": Type(cabs=SPLIT, loads=("scud",)),
    "9P78": Type(cabs=("wide",), loads=("closed hull",), overhang_m=(2.2, 2.7), cab_m=(2.3, 3.2)),
    "9A52": Type(cabs=("left",), loads=("rocket pack",)),
    "5P85": Type(cabs=("left",), loads=("four tubes",)),
    "MAZ-543M": Type(cabs=("left",), bodies=("ladder", "deck", "bed", "cradle")),
    "MAZ-7310": Type(cabs=ONE_SIDED, bodies=("deck", "bed", "ladder", "tractor")),
    "MAZ-543": Type(cabs=SPLIT, bodies=("ladder", "deck", "cradle", "bed")),
    "MZKT-7930": Type(cabs=("wide",), bodies=("ladder", "deck", "cradle", "bed"), cab_m=(2.3, 3.2)),
    "MZKT-742960": Type(cabs=("wide",), bodies=("tractor",), cab_m=(2.6, 3.6)),
    "9P113": Type(
        cabs=("forward",), groups=((1, 2, 1),), loads=("rail rocket",), overhang_m=(1.35, 1.6), cab_m=(1.9, 2.2)
    ),
    "BM-27": Type(
        cabs=("forward",), groups=((1, 2, 1),), loads=("rocket pack",), overhang_m=(1.35, 1.6), cab_m=(1.9, 2.2)
    ),
    "ZIL-135": Type(
        cabs=("forward",),
        groups=((1, 2, 1),),
        bodies=("bed", "deck", "ladder"),
        overhang_m=(1.35, 1.6),
        cab_m=(1.9, 2.2),
    ),
    "HEMTT": Type(
        cabs=("forward",), bodies=("bed", "tractor", "deck", "hook"), overhang_m=(2.3, 2.7), cab_m=(1.9, 2.4)
    ),
    "KAT1": Type(cabs=("forward",), bodies=("bed", "bed", "deck", "hook"), overhang_m=(1.6, 1.9), cab_m=(1.8, 2.1)),
    "RSD-10": Type(cabs=SPLIT, loads=("canister",)),
    "Topol launcher": Type(cabs=SPLIT, groups=((2, 2, 3), (3, 4)), loads=("topol",)),
    "MAZ-547": Type(cabs=SPLIT, groups=((3, 3), (2, 2, 2), (2, 4))),
    "MAZ-7916": Type(cabs=SPLIT, groups=((3, 3), (2, 2, 2), (2, 4))),
    "MAZ-7912": Type(cabs=SPLIT, groups=((2, 2, 3), (3, 4))),
    "MAZ-7917": Type(cabs=SPLIT, groups=((2, 2, 3), (3, 4))),
    "MZKT-79221": Type(
        cabs=("uneven", "uneven", "twin"), groups=((2, 2, 4), (3, 2, 3)), loads=("canister",), overhang_m=(2.2, 2.8)
    ),
    "Hwasong-12": Type(cabs=(*SPLIT, *LOW), groups=((3, 3), (2, 2, 2), (2, 4)), loads=("missile",)),
    "Hwasong-13": Type(cabs=("trough",), loads=("missile", "missile", "canister"), cab_m=(2.6, 3.4)),
    "Hwasong-14": Type(cabs=("trough",), loads=("missile",), cab_m=(2.6, 3.4)),
    "WS51200": Type(cabs=("trough", "wide"), bodies=("ladder", "deck", "ladder", "bed"), cab_m=(2.6, 3.4)),
    "KamAZ-7850": Type(cabs=("wide",), bodies=("ladder", "deck", "bed", "tractor"), cab_m=(2.5, 3.4)),
    "MAZ-7906": Type(cabs=("twin", "uneven"), groups=((2, 2, 4), (4, 4))),
    "MAZ-7907": Type(cabs=("twin", "uneven"), groups=((12,), (6, 6), (4, 4, 4)), bodies=("ladder", "deck", "cradle")),
    "Hwasong-15": Type(cabs=LOW, groups=((4, 5), (3, 3, 3), (2, 3, 4)), loads=("missile",)),
    "Hwasong-17": Type(cabs=LOW, groups=((5, 6), (3, 4, 4)), loads=("missile",)),
    "Hwasong-18": Type(cabs=LOW, groups=((4, 5), (3, 3, 3), (2, 3, 4)), loads=("canister",)),
    "Twelve-axle": Type(cabs=LOW, groups=((4, 4, 4), (6, 6), (12,))),
}
"""Words in a row's name -> what is known of it; the first that is met counts."""


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


BUILDERS: Final[Mapping[str, Callable[[Draft], Assembly]]] = {
    f"special_chassis_{axles}_axles_{state}": special_chassis for axles in AXLES for state in ("bare", "loaded")
}
