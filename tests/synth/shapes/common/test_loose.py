"""Loose goods: heaps stand on their outline and never pass their crest."""

from __future__ import annotations

import numpy as np
import pytest

from vehicle_id.synth.paint import Paint
from vehicle_id.synth.shapes.common.loose import heap, humps

EARTH = Paint(rgb=(0.2, 0.15, 0.1))


@pytest.mark.parametrize("seed", range(5))
def test_a_heap_fills_its_outline_up_to_its_crest(seed: int) -> None:
    mesh = heap((1.0, 5.0), (0.8, 1.2), (0.5, 1.0), 1.9, EARTH, np.random.default_rng(seed))
    corners = mesh.triangles.reshape(-1, 3)
    assert mesh.bounds[:, 0] == pytest.approx([1.0, 5.0])
    assert [np.ptp(corners[corners[:, 0] == x, 1]) for x in (1.0, 5.0)] == pytest.approx([1.6, 2.4])
    rim = corners[np.isclose(np.abs(corners[:, 1]), np.interp(corners[:, 0], [1, 5], [0.8, 1.2]))]
    assert rim[:, 2] == pytest.approx(np.interp(rim[:, 0], [1, 5], [0.5, 1.0]))
    assert corners[:, 2].max() == pytest.approx(1.9, abs=0.1)
    assert corners[:, 2].max() <= 1.9


def test_the_grains_of_a_heap_differ_in_tone() -> None:
    mesh = heap((0.0, 4.0), (1.0, 1.0), (0.0,), 1.0, EARTH, np.random.default_rng(0))
    assert 0.05 < np.std(mesh.rgb[:, 0]) / 0.2 < 0.2


def test_a_row_of_humps_is_lowest_at_its_sides() -> None:
    heights = humps(3, (30, 9), np.random.default_rng(1))
    assert heights[:, [0, -1]] == pytest.approx(0.0)
    assert heights[:, 4].min() > 0.2
