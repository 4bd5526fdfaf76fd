"""Rail vehicles: each class and what builds it; the drawings are in the `rail_` modules beside this one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vehicle_id.synth.draft import Draft
from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.rail_flats import flat_car_containers, flat_car_empty, flat_car_vehicles
from vehicle_id.synth.shapes.rail_locomotives import locomotive
from vehicle_id.synth.shapes.rail_wagons import box_car, gondola, tank_car

BUILDERS: Final[Mapping[str, Callable[[Draft], Assembly]]] = {
    "locomotive": locomotive,
    "box_car": box_car,
    "gondola": gondola,
    "tank_car": tank_car,
    "flat_car_empty": flat_car_empty,
    "flat_car_containers": flat_car_containers,
    "flat_car_vehicles": flat_car_vehicles,
}
