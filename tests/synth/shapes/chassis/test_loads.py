"""Loads of heavy special chassis: their reach, their height, and raised canisters."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.chassis.cases import LOADED, build, from_above


def test_the_canister_of_the_seven_axle_launcher_reaches_over_the_bumper() -> None:
    name, leaf = "Topol launcher on MAZ-7917", "special_chassis_6_7_axles_loaded"
    ahead = []
    for seed in range(20):
        mesh = build(leaf, seed, name=name).at_rest()
        corners = mesh.triangles.reshape(-1, 3)
        low = corners[corners[:, 2] < 1.6, 0].max()
        ahead.append(corners[:, 0].max() - low)
    assert np.median(ahead) > 1.8


@pytest.mark.parametrize("leaf", LOADED)
def test_a_load_is_higher_than_the_cab_and_a_bare_chassis_is_highest_at_the_cab(leaf: str) -> None:
    for seed in range(4):
        bare, _ = from_above(build(leaf.replace("loaded", "bare"), seed).at_rest(), step_m=0.2)
        load, _ = from_above(build(leaf, seed).at_rest(), step_m=0.2)
        assert bare[bare[:, 2].argmax(), 0] > 0.7 * bare[:, 0].max()
        rear = load[load[:, 0] < 0.6 * load[:, 0].max()]
        assert rear[:, 2].max() > 0.9 * load[:, 2].max()


def test_a_few_canisters_are_raised_on_legs_at_the_rear() -> None:
    leaf, raised = "special_chassis_8_axles_loaded", 0
    for seed in range(60):
        assembly = build(leaf, seed, name="Topol-M launcher on MZKT-79221")
        if assembly.joints:
            raised += 1
            assert assembly.posed(np.random.default_rng(seed)).bounds[1, 2] > 18
            assert assembly.at_rest().bounds[1, 2] < 5
    assert 1 <= raised <= 10
