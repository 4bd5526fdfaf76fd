"""Rail vehicles: sizes, what is open and what is closed from above, what stands on a deck."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.overhead import filled, make_sample, whole
from tests.synth.shapes.rail.cases import CASES, SIZES, build
from vehicle_id.synth.shapes.rail import BUILDERS
from vehicle_id.synth.shapes.rail.gear import OVERHANG_M


def test_all_classes_are_tested() -> None:
    assert set(SIZES) == set(BUILDERS)


@pytest.mark.parametrize(("leaf", "size"), CASES)
def test_variants_fill_the_sample(leaf: str, size: tuple[float, float, float]) -> None:
    for seed in range(30):
        assert filled(make_sample(leaf, size, seed), build(leaf, size, seed)) == pytest.approx(1, abs=0.06)


@pytest.mark.parametrize("leaf", BUILDERS)
def test_the_same_seed_gives_the_same_mesh(leaf: str) -> None:
    one, other = (whole(build(leaf, SIZES[leaf][0], 3)) for _ in range(2))
    assert np.array_equal(one.triangles, other.triangles)
    assert np.array_equal(one.rgb, other.rgb)


@pytest.mark.parametrize("leaf", BUILDERS)
def test_seeds_differ(leaf: str) -> None:
    assert len({whole(build(leaf, SIZES[leaf][0], seed)).triangles.tobytes() for seed in range(6)}) == 6


@pytest.mark.parametrize(("leaf", "size"), CASES)
def test_couplers_reach_beyond_the_body(leaf: str, size: tuple[float, float, float]) -> None:
    mesh = whole(build(leaf, size, 1))
    beyond = np.abs(mesh.triangles[..., 0]).min(1) > size[0] / 2 - OVERHANG_M + 0.12
    assert beyond.any()
    assert np.abs(mesh.triangles[beyond][..., 1]).max() < 0.3
