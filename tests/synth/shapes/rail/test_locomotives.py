"""Locomotives: two sections, and hoods."""

from __future__ import annotations

import numpy as np

from tests.synth.shapes.overhead import heights, whole
from tests.synth.shapes.rail.cases import SIZES, build


def test_long_locomotives_have_two_sections() -> None:
    size = SIZES["locomotive"][2]
    for seed in range(6):
        gap, body = heights(whole(build("locomotive", size, seed)), [0.0, 4.0], 1.2)
        assert gap < 1.3 < 3 < body


def test_some_short_locomotives_have_a_hood_narrower_than_the_frame() -> None:
    size = SIZES["locomotive"][0]
    walkways = [
        np.sum(heights(whole(build("locomotive", size, seed)), np.linspace(-6, 6, 13), 1.3) < 1.7) for seed in range(20)
    ]
    assert min(walkways) == 0
    assert max(walkways) >= 5
