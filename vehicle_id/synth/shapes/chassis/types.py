"""Features of each type of heavy special chassis: its cab, its axle groups, its usual load.

They are remembered from photographs in the open press. No drawing of the rarer types was at hand: there, features are
plausible guesses. A row with an unknown name gets any cab and load of its class.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from vehicle_id.synth.mesh import Span
from vehicle_id.synth.shapes.chassis.cabs import CABS

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
"""Axle groups from front to back, by number of axles."""
AXLES: Final = {"4": (4,), "6_7": (6, 7), "8": (8,), "9_plus": (9, 10, 11, 12)}
UNKNOWN: Final = {
    False: ("canister", "canister", "canister", "missile", "covered"),
    True: ("closed hull", "shelters", "tarpaulin", "covered", "rocket pack", "four tubes", "missile", "canister"),
}
"""Loads of an unknown type: on long chassis, on four axles."""
ODD: Final = {False: ("covered", "covered", "shelters"), True: ("covered", "shelters", "tarpaulin")}
ODD_SHARE: Final = {False: 0.1, True: 0.22}
"""Share of known launchers with another load: under a cloth, or a support vehicle of the same build.

Box bodies and tilts over the whole length of a long chassis are almost unknown, and would look like lorries.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChassisType:
    """Features of a chassis type."""

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

TYPES: Final[Mapping[str, ChassisType]] = {
    "9P117": ChassisType(cabs=SPLIT, loads=("scud",)),
    "9P78": ChassisType(cabs=("wide",), loads=("closed hull",), overhang_m=(2.2, 2.7), cab_m=(2.3, 3.2)),
    "9A52": ChassisType(cabs=("left",), loads=("rocket pack",)),
    "5P85": ChassisType(cabs=("left",), loads=("four tubes",)),
    "MAZ-543M": ChassisType(cabs=("left",), bodies=("ladder", "deck", "bed", "cradle")),
    "MAZ-7310": ChassisType(cabs=ONE_SIDED, bodies=("deck", "bed", "ladder", "tractor")),
    "MAZ-543": ChassisType(cabs=SPLIT, bodies=("ladder", "deck", "cradle", "bed")),
    "MZKT-7930": ChassisType(cabs=("wide",), bodies=("ladder", "deck", "cradle", "bed"), cab_m=(2.3, 3.2)),
    "MZKT-742960": ChassisType(cabs=("wide",), bodies=("tractor",), cab_m=(2.6, 3.6)),
    "9P113": ChassisType(
        cabs=("forward",), groups=((1, 2, 1),), loads=("rail rocket",), overhang_m=(1.35, 1.6), cab_m=(1.9, 2.2)
    ),
    "BM-27": ChassisType(
        cabs=("forward",), groups=((1, 2, 1),), loads=("rocket pack",), overhang_m=(1.35, 1.6), cab_m=(1.9, 2.2)
    ),
    "ZIL-135": ChassisType(
        cabs=("forward",),
        groups=((1, 2, 1),),
        bodies=("bed", "deck", "ladder"),
        overhang_m=(1.35, 1.6),
        cab_m=(1.9, 2.2),
    ),
    "HEMTT": ChassisType(
        cabs=("forward",), bodies=("bed", "tractor", "deck", "hook"), overhang_m=(2.3, 2.7), cab_m=(1.9, 2.4)
    ),
    "KAT1": ChassisType(
        cabs=("forward",), bodies=("bed", "bed", "deck", "hook"), overhang_m=(1.6, 1.9), cab_m=(1.8, 2.1)
    ),
    "RSD-10": ChassisType(cabs=SPLIT, loads=("canister",)),
    "Topol launcher": ChassisType(cabs=SPLIT, groups=((2, 2, 3), (3, 4)), loads=("topol",)),
    "MAZ-547": ChassisType(cabs=SPLIT, groups=((3, 3), (2, 2, 2), (2, 4))),
    "MAZ-7916": ChassisType(cabs=SPLIT, groups=((3, 3), (2, 2, 2), (2, 4))),
    "MAZ-7912": ChassisType(cabs=SPLIT, groups=((2, 2, 3), (3, 4))),
    "MAZ-7917": ChassisType(cabs=SPLIT, groups=((2, 2, 3), (3, 4))),
    "MZKT-79221": ChassisType(
        cabs=("uneven", "uneven", "twin"), groups=((2, 2, 4), (3, 2, 3)), loads=("canister",), overhang_m=(2.2, 2.8)
    ),
    "Hwasong-12": ChassisType(cabs=(*SPLIT, *LOW), groups=((3, 3), (2, 2, 2), (2, 4)), loads=("missile",)),
    "Hwasong-13": ChassisType(cabs=("trough",), loads=("missile", "missile", "canister"), cab_m=(2.6, 3.4)),
    "Hwasong-14": ChassisType(cabs=("trough",), loads=("missile",), cab_m=(2.6, 3.4)),
    "WS51200": ChassisType(cabs=("trough", "wide"), bodies=("ladder", "deck", "ladder", "bed"), cab_m=(2.6, 3.4)),
    "KamAZ-7850": ChassisType(cabs=("wide",), bodies=("ladder", "deck", "bed", "tractor"), cab_m=(2.5, 3.4)),
    "MAZ-7906": ChassisType(cabs=("twin", "uneven"), groups=((2, 2, 4), (4, 4))),
    "MAZ-7907": ChassisType(
        cabs=("twin", "uneven"), groups=((12,), (6, 6), (4, 4, 4)), bodies=("ladder", "deck", "cradle")
    ),
    "Hwasong-15": ChassisType(cabs=LOW, groups=((4, 5), (3, 3, 3), (2, 3, 4)), loads=("missile",)),
    "Hwasong-17": ChassisType(cabs=LOW, groups=((5, 6), (3, 4, 4)), loads=("missile",)),
    "Hwasong-18": ChassisType(cabs=LOW, groups=((4, 5), (3, 3, 3), (2, 3, 4)), loads=("canister",)),
    "Twelve-axle": ChassisType(cabs=LOW, groups=((4, 4, 4), (6, 6), (12,))),
}
"""Words in a row's name -> its type; the first match counts."""
