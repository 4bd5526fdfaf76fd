"""Plant of builders and armies: excavators, bulldozers, loaders of every size, graders, truck cranes.

Proportions are remembered from photographs and brochures, not measured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.earthmovers.bulldozers import bulldozer
from vehicle_id.synth.shapes.earthmovers.excavators import excavator
from vehicle_id.synth.shapes.earthmovers.graders import grader
from vehicle_id.synth.shapes.earthmovers.loaders import loader
from vehicle_id.synth.shapes.earthmovers.truck_cranes import truck_crane
from vehicle_id.synth.vehicle_sample import VehicleSample

BUILDERS: Final[Mapping[str, Callable[[VehicleSample], Assembly]]] = {
    "excavator": excavator,
    "bulldozer": bulldozer,
    "wheel_loader": loader,
    "grader": grader,
    "truck_crane": truck_crane,
}
"""Leaf of the class tree -> its builder."""
