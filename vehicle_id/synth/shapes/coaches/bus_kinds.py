"""Chooses the kind of a bus from its size and colour.

The sizes at which the kinds part are those of common builds, remembered, not measured.
"""

from __future__ import annotations

from typing import Final

from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.coaches.articulated import articulated_bus
from vehicle_id.synth.shapes.coaches.dress import BusStyle
from vehicle_id.synth.shapes.coaches.single import minibus, rigid_bus, school_bus
from vehicle_id.synth.shapes.coaches.styles import APRON, CITY, COACH, DOUBLE_DECK, MINIBUS, VETERAN
from vehicle_id.synth.vehicle_sample import VehicleSample

ARTICULATED_M: Final = 15.6
APRON_WIDTH_M: Final = 2.75
DOUBLE_DECK_HEIGHT_M: Final = 3.85
MINIBUS_M: Final = 7.6
MINIBUS_WIDTH_M: Final = 2.3
SCHOOL_WIDTH_M: Final = 2.47
COACH_HEIGHT_M: Final = 3.3


def bus(sample: VehicleSample) -> Assembly:
    """A bus of the kind that its size allows."""
    if sample.length_m > ARTICULATED_M:
        return articulated_bus(sample, VETERAN if sample.chance(0.25) else CITY)
    if sample.width_m > APRON_WIDTH_M:
        return rigid_bus(sample, APRON)
    if sample.height_m > DOUBLE_DECK_HEIGHT_M:
        return rigid_bus(sample, DOUBLE_DECK)
    if sample.length_m < MINIBUS_M and sample.width_m < MINIBUS_WIDTH_M:
        return minibus(sample, MINIBUS)
    if sample.chance(_school_share(sample)):
        return school_bus(sample)
    return rigid_bus(sample, _style(sample))


def _style(sample: VehicleSample) -> BusStyle:
    if sample.height_m > COACH_HEIGHT_M:
        return COACH if sample.chance(0.85) else CITY
    kind = sample.rng.random()
    return CITY if kind < 0.5 else VETERAN if kind < 0.72 else COACH


def _school_share(sample: VehicleSample) -> float:
    """School buses are yellow, and narrower than city buses."""
    if sample.coat_name != "yellow":
        return 0.04
    return 0.85 if sample.width_m < SCHOOL_WIDTH_M else 0.35
