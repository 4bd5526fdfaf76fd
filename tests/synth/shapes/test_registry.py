"""What holds for the builders of all families: every row of the catalogue is built to its size before the stretch."""

from __future__ import annotations

import pytest

from tests.synth.shapes.overhead import catalogue_drafts, filled
from vehicle_id.synth.shapes import BUILDERS


@pytest.mark.parametrize("leaf", BUILDERS)
def test_rows_of_the_catalogue_are_built_to_size(leaf: str) -> None:
    for draft in catalogue_drafts(leaf, seeds=10):
        assert filled(draft, BUILDERS[leaf](draft)) == pytest.approx(1, abs=0.06), (draft.row.name, draft.length_m)
