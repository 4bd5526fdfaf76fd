"""Lorries of building sites: tippers with square or half-pipe bodies, empty, heaped or under a sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.site_lorries.tipper import tipper_truck
from vehicle_id.synth.vehicle_sample import VehicleSample

BUILDERS: Final[Mapping[str, Callable[[VehicleSample], Assembly]]] = {"tipper_truck": tipper_truck}
"""Leaf of the class tree -> its builder."""
