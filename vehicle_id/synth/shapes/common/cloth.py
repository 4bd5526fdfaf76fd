"""Cloth over the beds of the army's cars and lorries.

This room does not know how it is hung.
"""

from __future__ import annotations

from typing import Final

from vehicle_id.synth.paint import CANVAS, Paint, loose, shade
from vehicle_id.synth.vehicle_sample import Draft

CLOTHS: Final = ("#5c5f49", "#6c705c", "#b5a98a", "#8b8468", "#c9c8c2", "#cdbd98", "#3c3f36", "#565a48", "#40453a")


def tilt_paint(draft: Draft) -> Paint:
    """The coat's tone, bleached or darker; canvas; or another colour."""
    kind = draft.rng.random()
    if kind < 0.4:
        return shade(draft.coat, draft.rng.uniform(0.65, 1.3))
    return CANVAS if kind < 0.6 else loose(draft.rng, str(draft.rng.choice(CLOTHS)))
