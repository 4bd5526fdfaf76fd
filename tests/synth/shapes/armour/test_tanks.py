"""Battle tanks: the barrel before the hull, turrets round and angular, turned and under cloth."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.armour.cases import SIZES, build
from tests.synth.shapes.overhead import met_from_above


@pytest.mark.parametrize("name", ["T-72", "M1A1 Abrams"])
def test_before_the_hull_there_is_nothing_but_the_barrel(name: str) -> None:
    for seed in range(8):
        points, _ = met_from_above(build(name, seed).at_rest(), step_m=0.05)
        ahead = points[points[:, 0] > 0.85 * SIZES[name][1]]
        assert 0.02 < np.ptp(ahead[:, 1]) < 0.6
        assert np.ptp(points[points[:, 0] < 0.6 * SIZES[name][1], 1]) > 0.95 * SIZES[name][2]


def test_round_and_angular_turrets_differ_high_over_the_deck() -> None:
    shares = {}
    for name in ("T-72", "M1A1 Abrams"):
        height, length, width = SIZES[name][3], SIZES[name][1], SIZES[name][2]
        built = (build(name, seed) for seed in range(12))
        above = [met_from_above(each.at_rest())[0] for each in built if each.joints]
        shares[name] = np.median([(each[:, 2] > 0.8 * height).sum() * 0.1**2 / (length * width) for each in above])
    assert shares["M1A1 Abrams"] > 2 * shares["T-72"]


def test_some_tanks_have_their_turret_turned_and_some_are_under_cloth() -> None:
    lengths, covered = [], 0
    for seed in range(60):
        assembly = build("T-72", seed)
        covered += not assembly.joints
        lengths.append(np.ptp(assembly.posed(np.random.default_rng(seed)).bounds[:, 0]))
    assert 1 <= covered <= 14
    assert min(lengths) < 8.5
    assert np.median(lengths) > 9.3
