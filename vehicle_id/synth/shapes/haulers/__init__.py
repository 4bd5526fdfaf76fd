"""Mining and construction haulers: rigid by payload class, and articulated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.haulers.articulated import articulated_hauler
from vehicle_id.synth.shapes.haulers.rigid import rigid_hauler
from vehicle_id.synth.vehicle_sample import VehicleSample

BUILDERS: Final[Mapping[str, Callable[[VehicleSample], Assembly]]] = {
    "rigid_hauler_30t": rigid_hauler,
    "rigid_hauler_45t": rigid_hauler,
    "rigid_hauler_55t": rigid_hauler,
    "rigid_hauler_90t": rigid_hauler,
    "rigid_hauler_130t": rigid_hauler,
    "rigid_hauler_180t": rigid_hauler,
    "rigid_hauler_220t": rigid_hauler,
    "rigid_hauler_320t": rigid_hauler,
    "articulated_hauler": articulated_hauler,
}
"""Leaf of the class tree -> its builder."""
