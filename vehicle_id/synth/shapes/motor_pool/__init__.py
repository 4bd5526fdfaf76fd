"""Vehicles of an army's motor pool: open and bare lorries, wide cars, bulldozers, excavators that drive in convoys.

Written after what was seen in orthophotos of 0.1 m. Proportions are remembered from photographs, not measured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes import earthmovers, light
from vehicle_id.synth.shapes.earthmovers.finish import is_army
from vehicle_id.synth.shapes.motor_pool.dozers import army_dozer
from vehicle_id.synth.shapes.motor_pool.engineer_tractors import engineer_tractor
from vehicle_id.synth.shapes.motor_pool.lorries import open_lorry
from vehicle_id.synth.shapes.motor_pool.wide_cars import wide_car
from vehicle_id.synth.vehicle_sample import VehicleSample

WIDE_M: Final = 2.05
"""Narrower cross-country cars are jeeps."""
CONVOY_BACKHOES: Final = ("hmee", "see")
"""Words in the names of backhoe loaders of armies."""


def utility_vehicle(sample: VehicleSample) -> Assembly:
    """A wide car, or one of the other designs where the row is narrow or names an armoured one."""
    if sample.width_m < WIDE_M or "Tigr" in sample.row.name:
        return light.BUILDERS["utility_vehicle"](sample)
    return Assembly(fixed=wide_car(sample))


def bulldozer(sample: VehicleSample) -> Assembly:
    """One of the army in an army's coat, else a builder's."""
    return army_dozer(sample) if is_army(sample) else earthmovers.BUILDERS["bulldozer"](sample)


def wheel_loader(sample: VehicleSample) -> Assembly:
    """A convoy's excavator where the row is one, else a loader."""
    words = sample.row.name.lower().split()
    convoy = any(word in words for word in CONVOY_BACKHOES)
    return engineer_tractor(sample) if convoy else earthmovers.BUILDERS["wheel_loader"](sample)


BUILDERS: Final[Mapping[str, Callable[[VehicleSample], Assembly]]] = {
    "military_truck": open_lorry,
    "utility_vehicle": utility_vehicle,
    "bulldozer": bulldozer,
    "wheel_loader": wheel_loader,
}
"""Leaf of the class tree -> its builder."""
