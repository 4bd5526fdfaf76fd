"""Cabs of heavy special chassis: split, whole, and on one side."""

from __future__ import annotations

import numpy as np

from tests.synth.shapes.chassis.cases import build, from_above


def test_split_cabs_leave_a_low_centre_and_a_whole_cab_does_not() -> None:
    for name, low in (("MAZ-543", True), ("MZKT-7930", False)):
        for seed in range(4):
            points, _ = from_above(build("special_chassis_4_axles_bare", seed, name=name).at_rest())
            front = points[(points[:, 0] > 10.0) & (points[:, 0] < 10.6)]
            centre, side = front[np.abs(front[:, 1]) < 0.3, 2].max(), front[np.abs(front[:, 1]) > 0.9, 2].max()
            assert (centre < side - 0.4) == low, (name, seed)


def test_the_single_cab_of_the_543m_is_on_the_left() -> None:
    for seed in range(4):
        points, _ = from_above(build("special_chassis_4_axles_bare", seed, name="MAZ-543M").at_rest())
        high = points[(points[:, 0] > 9.5) & (points[:, 2] > 2.6)]
        assert high[:, 1].min() > 0
