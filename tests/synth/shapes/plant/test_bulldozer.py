"""Bulldozers: the blade."""

from __future__ import annotations

import numpy as np

from tests.synth.shapes.plant.cases import build
from vehicle_id.synth.mesh import Assembly


def test_bulldozer_blade_is_its_widest_part_and_in_front() -> None:
    for seed in range(8):
        assembly = build("bulldozer", seed)
        blade, rest = assembly.joints[0].part.at_rest(), Assembly(fixed=assembly.fixed).at_rest()
        assert np.ptp(blade.bounds[:, 1]) > 1.25 * np.ptp(rest.bounds[:, 1])
        assert blade.bounds[1, 0] > rest.bounds[1, 0]
