"""Cloth over the beds of the army's cars and lorries."""

from __future__ import annotations

from typing import Final

from vehicle_id.synth.paint import CANVAS, Paint, loose, shade
from vehicle_id.synth.vehicle_sample import VehicleSample

CLOTHS: Final = ("#5c5f49", "#6c705c", "#b5a98a", "#8b8468", "#c9c8c2", "#cdbd98", "#3c3f36", "#565a48", "#40453a")


def tilt_paint(sample: VehicleSample) -> Paint:
    """The coat's tone, bleached or darker; canvas; or another colour."""
    kind = sample.rng.random()
    if kind < 0.4:
        return shade(sample.coat, sample.rng.uniform(0.65, 1.3))
    return CANVAS if kind < 0.6 else loose(sample.rng, str(sample.rng.choice(CLOTHS)))
