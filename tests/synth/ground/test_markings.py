"""Markings: where the vehicle needs them."""

import numpy as np
import pytest

from vehicle_id.synth.ground.context import GroundContext
from vehicle_id.synth.ground.markings import bays

BAY = (6.0, 3.0)


def context(axis_deg, seed=0):
    return GroundContext(rng=np.random.default_rng(seed), axis_deg=axis_deg, bay_m=BAY)


def test_the_vehicle_stands_inside_a_bay_along_the_axis():
    for seed in range(20):
        drawing = context(30.0, seed)
        c, s = np.cos(np.radians(30)), np.sin(np.radians(30))
        lines = [np.array(shape.points) @ [[c, -s], [s, c]] for shape in bays(drawing)]
        along = [line for line in lines if abs(line[0, 1] - line[1, 1]) < 1e-6]
        here = [line[0, 1] for line in along if abs(line[:, 0].mean()) < 1e-6]
        assert min(abs(v) for v in here) == pytest.approx(BAY[1] / 2)
        assert np.diff(sorted(here)) == pytest.approx(BAY[1])
        across = [line[0, 0] for line in lines if abs(line[0, 0] - line[1, 0]) < 1e-6]
        assert all(abs(u) > BAY[0] / 2 - 1e-6 for u in across)
