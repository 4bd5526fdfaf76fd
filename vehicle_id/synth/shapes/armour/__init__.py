"""Tracked armour: battle tanks, and armoured carriers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.armour.carriers import armoured_carrier
from vehicle_id.synth.shapes.armour.tanks import tank
from vehicle_id.synth.vehicle_sample import VehicleSample

BUILDERS: Final[Mapping[str, Callable[[VehicleSample], Assembly]]] = {
    "tank": tank,
    "armoured_carrier": armoured_carrier,
}
"""Leaf of the class tree -> its builder."""
