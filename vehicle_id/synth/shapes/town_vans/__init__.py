"""Vans of 3.4 to 5.4 m as they stand in car parks: a plain roof from a dark windscreen to the tail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.town_vans.van import van
from vehicle_id.synth.vehicle_sample import VehicleSample

BUILDERS: Final[Mapping[str, Callable[[VehicleSample], Assembly]]] = {"van": van}
"""Leaf of the class tree -> its builder."""
