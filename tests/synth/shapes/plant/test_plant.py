"""Construction plant: sizes before the stretch, and moving parts."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.overhead import filled
from tests.synth.shapes.plant.cases import SEEDS, SIZES, build, sample
from vehicle_id.synth.shapes.plant import BUILDERS


@pytest.mark.parametrize("leaf", SIZES)
def test_fills_the_sample_before_any_stretch(leaf: str) -> None:
    for seed in SEEDS:
        each = sample(leaf, seed, name="QY25" if seed % 2 else "KS-3577")
        assembly = BUILDERS[leaf](each)
        assert filled(each, assembly) == pytest.approx(1, abs=0.06), seed
        assert 150 <= len(assembly.at_rest().triangles) <= 1200


@pytest.mark.parametrize("leaf", SIZES)
def test_same_state_same_mesh_and_pose(leaf: str) -> None:
    poses = [build(leaf, 5).posed(np.random.default_rng(9)) for _ in range(2)]
    assert np.array_equal(poses[0].triangles, poses[1].triangles)
    assert np.array_equal(poses[0].rgb, poses[1].rgb)


@pytest.mark.parametrize("leaf", SIZES)
def test_every_variant_can_be_posed(leaf: str) -> None:
    for seed in SEEDS:
        assert np.isfinite(build(leaf, seed).posed(np.random.default_rng(seed)).triangles).all()
