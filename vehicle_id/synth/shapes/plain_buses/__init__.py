"""Buses lofted from cross-sections along their length, with little or nothing on a flat, crowned or glazed roof."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.plain_buses.bus import bus
from vehicle_id.synth.vehicle_sample import VehicleSample

BUILDERS: Final[Mapping[str, Callable[[VehicleSample], Assembly]]] = {"bus": bus}
"""Leaf of the class tree -> its builder."""
