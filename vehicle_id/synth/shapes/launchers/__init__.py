"""Launchers of missiles and rockets, and their many-wheeled carriers without a load."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.launchers.designs import bare_chassis, loaded_launcher
from vehicle_id.synth.vehicle_sample import VehicleSample

BUILDERS: Final[Mapping[str, Callable[[VehicleSample], Assembly]]] = {
    f"special_chassis_{axles}_axles_{load}": builder
    for axles in ("4", "6_7", "8", "9_plus")
    for load, builder in (("bare", bare_chassis), ("loaded", loaded_launcher))
}
"""Leaf of the class tree -> its builder."""
