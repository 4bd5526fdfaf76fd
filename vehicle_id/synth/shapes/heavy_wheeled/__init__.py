"""Heavy wheeled vehicles of four axles and more, as zones along the length that each draw a filling.

The designs follow no list of known vehicles. Proportions are remembered from photographs, not measured; shares of
fillings are guesses, wider than reality.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.heavy_wheeled.vehicle import bare_vehicle, loaded_vehicle
from vehicle_id.synth.vehicle_sample import VehicleSample

_NUM_AXLES: Final[Mapping[str, tuple[int, ...]]] = {
    "4_axles": (4,),
    "6_7_axles": (6, 7),
    "8_axles": (8,),
    "9_plus_axles": (9, 10, 11, 12),
}


def _build(
    vehicle: Callable[[VehicleSample, int], Assembly], numbers: tuple[int, ...], sample: VehicleSample
) -> Assembly:
    """A vehicle of the sample's known axles, or of a number that its length has room for."""
    room = max(numbers[0], int(sample.length_m / 2.05))
    return vehicle(sample, len(sample.axles_m) or int(sample.rng.choice([n for n in numbers if n <= room])))


BUILDERS: Final[Mapping[str, Callable[[VehicleSample], Assembly]]] = {
    f"special_chassis_{axles}_{state}": partial(_build, vehicle, numbers)
    for axles, numbers in _NUM_AXLES.items()
    for state, vehicle in (("bare", bare_vehicle), ("loaded", loaded_vehicle))
}
"""Leaf of the class tree -> builder of its shape."""
