"""Vans, and lorries with closed bodies or open decks, from one-tonne trucks to heavy ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.delivery.box_trucks import box_truck
from vehicle_id.synth.shapes.delivery.flatbeds import flatbed_truck
from vehicle_id.synth.shapes.delivery.vans import van
from vehicle_id.synth.vehicle_sample import VehicleSample

BUILDERS: Final[Mapping[str, Callable[[VehicleSample], Assembly]]] = {
    "van": van,
    "box_truck": box_truck,
    "flatbed_truck": flatbed_truck,
}
"""Leaf of the class tree -> its builder."""
