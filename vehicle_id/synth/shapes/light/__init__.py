"""Cars, vans, pickups and cross-country cars."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.light.cars import car
from vehicle_id.synth.shapes.light.pickups import pickup
from vehicle_id.synth.shapes.light.utility import utility_vehicle
from vehicle_id.synth.shapes.light.vans import van
from vehicle_id.synth.vehicle_sample import VehicleSample

BUILDERS: Final[Mapping[str, Callable[[VehicleSample], Assembly]]] = {
    "car": car,
    "van": van,
    "pickup": pickup,
    "utility_vehicle": utility_vehicle,
}
"""Leaf of the class tree -> its builder."""
