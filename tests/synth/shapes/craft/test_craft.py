"""Aircraft and boats: sizes, wings where the width is, pointed bows, open hulls."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.craft.cases import CASES, SIZES
from tests.synth.shapes.overhead import filled, make_sample, whole
from vehicle_id.synth.shapes.craft import BUILDERS


def test_all_classes_are_tested() -> None:
    assert set(SIZES) == set(BUILDERS)


@pytest.mark.parametrize(("leaf", "size"), CASES)
def test_variants_fill_the_sample(leaf: str, size: tuple[float, float, float]) -> None:
    for seed in range(30):
        sample = make_sample(leaf, size, seed)
        assert filled(sample, BUILDERS[leaf](sample)) == pytest.approx(1, abs=0.06), seed


@pytest.mark.parametrize(("leaf", "size"), CASES)
def test_the_same_seed_gives_the_same_mesh(leaf: str, size: tuple[float, float, float]) -> None:
    one, other = (whole(BUILDERS[leaf](make_sample(leaf, size, 5))) for _ in range(2))
    assert np.array_equal(one.triangles, other.triangles)
    assert np.array_equal(one.rgb, other.rgb)
