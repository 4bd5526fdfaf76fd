"""Lorries of the road and of the army, tractors, and the trailers behind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.road.lorries import box_truck, flatbed_truck, tank_truck, tipper_truck, tractor_unit
from vehicle_id.synth.shapes.road.military import military_truck
from vehicle_id.synth.shapes.road.trailers import semi_trailer, tractor_trailer
from vehicle_id.synth.vehicle_sample import VehicleSample

BUILDERS: Final[Mapping[str, Callable[[VehicleSample], Assembly]]] = {
    "box_truck": box_truck,
    "flatbed_truck": flatbed_truck,
    "tipper_truck": tipper_truck,
    "tank_truck": tank_truck,
    "tractor_unit": tractor_unit,
    "tractor_trailer": tractor_trailer,
    "semi_trailer": semi_trailer,
    "military_truck": military_truck,
}
"""Leaf of the class tree -> its builder."""
