"""Roofs: gables, flat roofs within a parapet, saw teeth."""

from __future__ import annotations

import numpy as np

from tests.synth.shapes.overhead import heights
from vehicle_id.synth.shapes.structures.roofs import building_mesh_of


def test_gables_fall_to_the_eaves_and_flat_roofs_to_a_deck_within_the_parapet() -> None:
    rng = np.random.default_rng(0)
    gable = building_mesh_of("gable", 12.0, 8.0, 6.0, rng, None)
    assert heights(gable, [3.0], 0.1)[0] > heights(gable, [3.0], 3.8)[0] + 1.5
    flat = building_mesh_of("flat", 12.0, 8.0, 6.0, rng, None)
    edge, inner = heights(flat, [5.9], 0.1)[0], heights(flat, [5.0], 3.0)[0]
    assert edge > inner + 0.3


def test_a_saw_tooth_roof_rises_and_falls() -> None:
    ridge = heights(
        building_mesh_of("saw", 40.0, 20.0, 9.0, np.random.default_rng(1), None), np.linspace(-19, 19, 60), 2.0
    )
    turns = np.sum(np.diff(ridge) < -0.8)
    assert 2 <= turns <= 10
