"""Road freight: tractors, semi-trailers of all bodies, tank lorries, containers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.freight.combinations import tractor_trailer, tractor_unit
from vehicle_id.synth.shapes.freight.iso_containers import iso_container
from vehicle_id.synth.shapes.freight.tank_trucks import tank_truck
from vehicle_id.synth.shapes.freight.trailers import semi_trailer
from vehicle_id.synth.vehicle_sample import VehicleSample

BUILDERS: Final[Mapping[str, Callable[[VehicleSample], Assembly]]] = {
    "tractor_trailer": tractor_trailer,
    "semi_trailer": semi_trailer,
    "tractor_unit": tractor_unit,
    "tank_truck": tank_truck,
    "container": iso_container,
}
"""Leaf of the class tree -> its builder."""
