"""Armoured carriers: bows, and which of the three a name means."""

from __future__ import annotations

import numpy as np

from tests.synth.shapes.armour.cases import SIZES, build
from tests.synth.shapes.overhead import met_from_above


def test_the_bow_of_the_wedge_is_lower_than_that_of_the_box() -> None:
    share = {}
    for name in ("BMP-2", "M113"):
        _, length, _, height = SIZES[name]
        points, _ = met_from_above(build(name, 1).at_rest(), step_m=0.05)
        bow = points[(points[:, 0] > 0.72 * length) & (points[:, 0] < 0.76 * length) & (np.abs(points[:, 1]) > 0.2)]
        share[name] = np.median(bow[:, 2]) / height
    assert share["BMP-2"] < share["M113"] - 0.1


def test_a_carrier_of_unknown_name_may_be_any_of_the_three() -> None:
    assert len({len(build("a carrier", seed).fixed) for seed in range(20)}) >= 3
