"""Railway stock of Russian, Chinese, European and American practice: locomotives and wagons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.railway.box_cars import box_car
from vehicle_id.synth.shapes.railway.flat_cars import flat_car_containers, flat_car_empty, flat_car_vehicles
from vehicle_id.synth.shapes.railway.gondolas import gondola
from vehicle_id.synth.shapes.railway.locomotives import locomotive
from vehicle_id.synth.shapes.railway.tank_cars import tank_car
from vehicle_id.synth.vehicle_sample import VehicleSample

BUILDERS: Final[Mapping[str, Callable[[VehicleSample], Assembly]]] = {
    "locomotive": locomotive,
    "box_car": box_car,
    "gondola": gondola,
    "tank_car": tank_car,
    "flat_car_empty": flat_car_empty,
    "flat_car_containers": flat_car_containers,
    "flat_car_vehicles": flat_car_vehicles,
}
"""Leaf of the class tree -> its builder."""
