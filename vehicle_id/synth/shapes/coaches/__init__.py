"""Buses as continuous shells on rounded plans, with plain, glazed, ribbed and equipped roofs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.coaches.bus_kinds import bus
from vehicle_id.synth.vehicle_sample import VehicleSample

BUILDERS: Final[Mapping[str, Callable[[VehicleSample], Assembly]]] = {"bus": bus}
"""Leaf of the class tree -> its builder."""
