"""Boats: pointed bows, open hulls."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.craft.cases import SIZES
from tests.synth.shapes.overhead import heights, make_sample, whole
from vehicle_id.synth.shapes.craft import BUILDERS
from vehicle_id.synth.shapes.craft.hulls import outline


@pytest.mark.parametrize("size", SIZES["boat"])
def test_bows_are_narrower_than_the_middle(size: tuple[float, float, float]) -> None:
    for seed in range(4):
        mesh = whole(BUILDERS["boat"](make_sample("boat", size, seed)))
        corners = mesh.triangles.reshape(-1, 3)
        bow = np.abs(corners[corners[:, 0] > 0.48 * size[0], 1]).max()
        stern = np.abs(corners[corners[:, 0] < -0.3 * size[0], 1]).max()
        assert bow < 0.8 * stern


def test_some_motor_boats_are_open_and_some_covered() -> None:
    depths = []
    for seed in range(20):
        mesh = whole(BUILDERS["boat"](make_sample("boat", (5.0, 2.0, 1.4), seed)))
        depths.append(heights(mesh, [-0.95], 0.1)[0] - heights(mesh, [-0.95], 0.94)[0])
    assert min(depths) < -0.25
    assert max(depths) > 0


def test_hull_outlines_have_the_given_length_and_width() -> None:
    plan = outline(10.0, 3.0)
    assert np.ptp(plan, axis=0) == pytest.approx([10.0, 3.0], rel=0.01)
    assert np.abs(plan[plan[:, 0] == plan[:, 0].max(), 1]).max() == pytest.approx(0)
