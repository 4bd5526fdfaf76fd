"""Aircraft and boats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.craft.aircraft import aircraft
from vehicle_id.synth.shapes.craft.boats import boat
from vehicle_id.synth.vehicle_sample import VehicleSample

BUILDERS: Final[Mapping[str, Callable[[VehicleSample], Assembly]]] = {
    "aircraft": aircraft,
    "boat": boat,
}
"""Leaf of the class tree -> its builder."""
