"""Small and old tanks: short hulls with the tracks beside them, and low cast, conical, faceted or boxy turrets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.low_tanks.tank import tank
from vehicle_id.synth.vehicle_sample import VehicleSample

BUILDERS: Final[Mapping[str, Callable[[VehicleSample], Assembly]]] = {"tank": tank}
"""Leaf of the class tree -> its builder."""
