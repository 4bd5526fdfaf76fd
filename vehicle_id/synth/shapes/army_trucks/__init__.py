"""Army lorries of two to four axles: from a list of real designs, or put together zone by zone.

Proportions are remembered from photographs and handbooks, not measured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.army_trucks.by_design import truck_by_design
from vehicle_id.synth.shapes.army_trucks.by_zone import truck_by_zone
from vehicle_id.synth.vehicle_sample import VehicleSample


def army_truck(sample: VehicleSample) -> Assembly:
    """A lorry of a real design, or one assembled zone by zone."""
    return truck_by_design(sample) if sample.chance(0.6) else truck_by_zone(sample)


BUILDERS: Final[Mapping[str, Callable[[VehicleSample], Assembly]]] = {"military_truck": army_truck}
"""Leaf of the class tree -> its builder."""
