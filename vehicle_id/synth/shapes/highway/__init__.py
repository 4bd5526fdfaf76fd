"""Road haulage: bonneted and flat-fronted tractors, box trailers by their roofs, open trailers, light lorries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.highway.combinations import semi_trailer, tractor_trailer, tractor_unit
from vehicle_id.synth.shapes.highway.light_lorries import box_truck, flatbed_truck
from vehicle_id.synth.vehicle_sample import VehicleSample

BUILDERS: Final[Mapping[str, Callable[[VehicleSample], Assembly]]] = {
    "tractor_trailer": tractor_trailer,
    "semi_trailer": semi_trailer,
    "tractor_unit": tractor_unit,
    "flatbed_truck": flatbed_truck,
    "box_truck": box_truck,
}
"""Leaf of the class tree -> its builder."""
