"""Craft that are no land vehicles, and what builds them: drawn in `aircraft` and `boats`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vehicle_id.synth.draft import Draft
from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.aircraft import aircraft
from vehicle_id.synth.shapes.boats import boat

BUILDERS: Final[Mapping[str, Callable[[Draft], Assembly]]] = {"aircraft": aircraft, "boat": boat}
