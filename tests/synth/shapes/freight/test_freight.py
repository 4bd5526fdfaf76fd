"""Road freight: gaps, joints, and frames through which the ground shows."""

from __future__ import annotations

import numpy as np

from tests.synth.shapes.overhead import heights, make_sample, seen, whole
from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.freight import BUILDERS


def built(leaf: str, size: tuple[float, float, float], seed: int, name: str = "") -> Assembly:
    """The vehicle before the fit."""
    return BUILDERS[leaf](make_sample(leaf, size, seed, name=name or leaf))


def test_tractor_and_trailer_bend_at_the_kingpin() -> None:
    for seed in range(6):
        assembly = built("tractor_trailer", (16.5, 2.55, 4.0), seed)
        (joint,) = assembly.joints
        assert 10 < joint.pivot[0] < 13.6
        straight, bent = joint.part.at_rest(), joint.part.at_rest().turned(45.0, about=joint.pivot)
        assert bent.bounds[1, 1] > straight.bounds[1, 1] + 1.5


def test_a_long_combination_has_a_gap_behind_the_cab() -> None:
    gaps = 0
    for seed in range(10):
        along = heights(whole(built("tractor_trailer", (16.5, 2.55, 4.0), seed)), np.linspace(13, 15.4, 50), 0.9)
        gaps += bool(along.min() < 2.0)
    assert gaps >= 7


def test_most_low_trailers_let_the_ground_show_inside_their_outline() -> None:
    shares = []
    for seed in range(12):
        mesh = whole(built("semi_trailer", (12.4, 2.5, 1.5), seed))
        shares.append(seen(mesh.moved((-6.2, 0, 0)), extent_m=14).sum() * 0.01 / (12.4 * 2.5))
    assert np.mean(np.array(shares) < 0.75) >= 0.4
    assert max(shares) > 0.95  # decks


def test_a_tall_trailer_fills_its_outline() -> None:
    for seed in range(6):
        mesh = whole(built("semi_trailer", (16.15, 2.59, 4.1), seed, "53-foot"))
        assert seen(mesh.moved((-8.1, 0, 0)), extent_m=18).sum() * 0.01 > 0.75 * 16.15 * 2.59


def test_a_tractor_unit_is_low_behind_its_cab() -> None:
    for seed in range(8):
        along = heights(whole(built("tractor_unit", (6.0, 2.5, 3.6), seed)), [1.0, 5.0], 0.0)
        assert along[0] < 1.4 < 2.4 < along[1]


def test_a_container_is_closed_and_level() -> None:
    for seed in range(6):
        top = heights(whole(built("container", (12.192, 2.438, 2.591), seed)), np.linspace(1, 11, 50), 0.4)
        assert np.ptp(top) < 0.3
        assert top.min() > 2.2
