"""All builders: every row of the catalogue is built to its size before the stretch."""

from __future__ import annotations

import pytest

from tests.synth.shapes.overhead import catalogue_samples, filled
from vehicle_id.synth.shapes import BUILDERS, Builder


@pytest.mark.parametrize(("leaf", "builder"), [(leaf, each) for leaf, all_ in BUILDERS.items() for each in all_])
def test_rows_of_the_catalogue_are_built_to_size(leaf: str, builder: Builder) -> None:
    for sample in catalogue_samples(leaf, seeds=10):
        assert filled(sample, builder(sample)) == pytest.approx(1, abs=0.06), (sample.row.name, sample.length_m)
