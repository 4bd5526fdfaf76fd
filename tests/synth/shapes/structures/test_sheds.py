"""Sheds: sections."""

from __future__ import annotations

import numpy as np

from tests.synth.shapes.overhead import heights, make_sample, whole
from vehicle_id.synth.shapes.structures import BUILDERS


def test_sheds_differ_in_section() -> None:
    falls = set()
    for seed in range(20):
        mesh = whole(BUILDERS["shed"](make_sample("shed", (6.0, 4.0, 2.8), seed)))
        right, middle, left = (round(heights(mesh, [0.2], y)[0], 1) for y in (-1.9, 0.0, 1.9))
        falls.add((np.sign(middle - right), np.sign(left - middle)))
    assert len(falls) >= 3
