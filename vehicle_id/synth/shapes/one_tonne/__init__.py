"""One-tonne lorries: a rounded cab with a large windscreen, and a bed of its width close behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.one_tonne.lorry import flatbed_truck
from vehicle_id.synth.vehicle_sample import VehicleSample

BUILDERS: Final[Mapping[str, Callable[[VehicleSample], Assembly]]] = {"flatbed_truck": flatbed_truck}
"""Leaf of the class tree -> its builder."""
