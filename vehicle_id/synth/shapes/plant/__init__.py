"""Construction plant: excavators, bulldozers, wheel loaders, graders, truck cranes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.plant.bulldozer import bulldozer
from vehicle_id.synth.shapes.plant.excavator import excavator
from vehicle_id.synth.shapes.plant.grader import grader
from vehicle_id.synth.shapes.plant.truck_crane import truck_crane
from vehicle_id.synth.shapes.plant.wheel_loader import wheel_loader
from vehicle_id.synth.vehicle_sample import VehicleSample

BUILDERS: Final[Mapping[str, Callable[[VehicleSample], Assembly]]] = {
    "excavator": excavator,
    "bulldozer": bulldozer,
    "wheel_loader": wheel_loader,
    "grader": grader,
    "truck_crane": truck_crane,
}
"""Leaf of the class tree -> its builder."""
