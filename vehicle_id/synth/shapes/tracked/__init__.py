"""Tanks and tracked carriers: hulls, turrets, guns and kit drawn apart and combined.

Proportions are remembered from photographs and handbooks, not measured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.tracked.carrier import tracked_carrier
from vehicle_id.synth.shapes.tracked.main_tank import main_tank
from vehicle_id.synth.vehicle_sample import VehicleSample

BUILDERS: Final[Mapping[str, Callable[[VehicleSample], Assembly]]] = {
    "tank": main_tank,
    "armoured_carrier": tracked_carrier,
}
"""Leaf of the class tree -> its builder."""
