"""Objects that stand still and look like vehicles: containers, roofs, sheds, storage tanks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.structures.containers import container
from vehicle_id.synth.shapes.structures.roofs import roof
from vehicle_id.synth.shapes.structures.sheds import shed
from vehicle_id.synth.shapes.structures.storage_tanks import storage_tank
from vehicle_id.synth.vehicle_sample import VehicleSample

BUILDERS: Final[Mapping[str, Callable[[VehicleSample], Assembly]]] = {
    "container": container,
    "roof": roof,
    "shed": shed,
    "storage_tank": storage_tank,
}
"""Leaf of the class tree -> its builder."""
