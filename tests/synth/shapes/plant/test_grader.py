"""Graders: the neck and the blade."""

from __future__ import annotations

import numpy as np

from tests.synth.shapes.plant.cases import build, turned


def test_grader_is_thin_between_cab_and_front_wheels() -> None:
    """The neck itself, without blade and wheels, is the waist that no other machine has."""
    neck = build("grader", 3).joints[0].part
    beams = neck.fixed[:2]
    assert max(np.ptp(part.bounds[:, 1]) for part in beams) < 0.2 * 2.6
    assert sum(np.ptp(part.bounds[:, 0]) for part in beams) > 0.35 * 9.4


def test_grader_blade_swings_out_beyond_its_width() -> None:
    for seed in range(6):
        blade = build("grader", seed).joints[0].part.joints[0]
        outer = blade.degrees[0] if abs(blade.degrees[0]) > abs(blade.degrees[1]) else blade.degrees[1]
        assert np.ptp(turned(blade, outer).bounds[:, 1]) > 1.2 * 2.6
        assert np.ptp(turned(blade, 0.0).bounds[:, 1]) <= 1.01 * 2.6
