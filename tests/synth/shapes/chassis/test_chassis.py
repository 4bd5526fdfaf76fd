"""Heavy special chassis: sizes before the stretch, what is seen from above, what overhangs, what rises."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.chassis.cases import AXLES, SIZES, build, samples, tyre_places
from tests.synth.shapes.overhead import filled
from vehicle_id.synth.shapes.chassis import BUILDERS


@pytest.mark.parametrize("chosen", SIZES)
def test_every_variant_has_the_size_of_its_sample_before_any_stretch(chosen: str) -> None:
    for each in samples(chosen):
        assert filled(each, BUILDERS[chosen](each)) == pytest.approx(1, abs=0.06), each.row.name


@pytest.mark.parametrize("leaf", SIZES)
def test_nothing_is_under_the_ground_in_any_pose(leaf: str) -> None:
    for seed in range(6):
        assert build(leaf, seed).posed(np.random.default_rng(seed)).bounds[0, 2] > -0.01


@pytest.mark.parametrize("leaf", SIZES)
def test_the_class_decides_the_number_of_axles(leaf: str) -> None:
    wanted = AXLES[leaf.removeprefix("special_chassis_").partition("_axles_")[0]]
    assert {len(tyre_places(build(leaf, seed).at_rest())) for seed in range(8)} <= wanted


@pytest.mark.parametrize("leaf", SIZES)
def test_the_same_draw_makes_the_same_mesh(leaf: str) -> None:
    one, two, other = (build(leaf, seed).at_rest().triangles for seed in (4, 4, 5))
    assert np.array_equal(one, two)
    assert one.shape != other.shape or not np.array_equal(one, other)


@pytest.mark.parametrize("leaf", SIZES)
def test_a_mesh_is_light_enough_to_render_by_the_thousand(leaf: str) -> None:
    assert all(150 < len(build(leaf, seed).at_rest().triangles) < 2400 for seed in range(5))
