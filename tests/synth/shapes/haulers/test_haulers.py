"""Mining trucks: sizes before the stretch, what is seen from above, what moves."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.haulers.cases import SIZES, sample, samples
from tests.synth.shapes.overhead import filled
from vehicle_id.synth.shapes.haulers import BUILDERS


def test_fills_the_sample_before_any_stretch() -> None:
    for each in samples():
        assembly = BUILDERS[each.label](each)
        assert filled(each, assembly) == pytest.approx(1, abs=0.02), (each.label, each.row.name)
        assert 150 <= len(assembly.at_rest().triangles) <= 1200


@pytest.mark.parametrize("leaf", SIZES)
def test_same_state_same_mesh(leaf: str) -> None:
    first, second = (BUILDERS[leaf](sample(leaf, 5)).at_rest() for _ in range(2))
    assert np.array_equal(first.triangles, second.triangles)
    assert np.array_equal(first.rgb, second.rgb)
    other = BUILDERS[leaf](sample(leaf, 6)).at_rest()
    assert len(other.triangles) != len(first.triangles) or not np.array_equal(other.triangles, first.triangles)


@pytest.mark.parametrize("leaf", SIZES)
def test_raised_body_stands_higher_and_clears_the_ground(leaf: str) -> None:
    for seed in range(6):
        assembly = BUILDERS[leaf](sample(leaf, seed))
        hoist = assembly.joints[0]
        raised = hoist.part.at_rest().turned(hoist.degrees[0], axis=hoist.axis, about=hoist.pivot)
        assert raised.bounds[1, 2] > 1.1 * assembly.at_rest().bounds[1, 2]
        assert raised.bounds[0, 2] > 0
