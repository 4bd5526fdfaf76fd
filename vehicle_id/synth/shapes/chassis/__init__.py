"""Heavy special chassis of four to twelve axles, bare or under a load."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.chassis.vehicle import special_chassis
from vehicle_id.synth.vehicle_sample import VehicleSample

BUILDERS: Final[Mapping[str, Callable[[VehicleSample], Assembly]]] = {
    "special_chassis_4_axles_bare": special_chassis,
    "special_chassis_4_axles_loaded": special_chassis,
    "special_chassis_6_7_axles_bare": special_chassis,
    "special_chassis_6_7_axles_loaded": special_chassis,
    "special_chassis_8_axles_bare": special_chassis,
    "special_chassis_8_axles_loaded": special_chassis,
    "special_chassis_9_plus_axles_bare": special_chassis,
    "special_chassis_9_plus_axles_loaded": special_chassis,
}
"""Leaf of the class tree -> its builder."""
