"""Crops of vehicles of no class."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.synth.test_dataset import rows_of
from vehicle_id.errors import InputError
from vehicle_id.synth.dataset import RenderPlan, render_dataset


def test_crops_of_random_vehicles_are_labelled_vehicle_and_have_a_size(tmp_path: Path) -> None:
    plan = RenderPlan(seed=1, random_vehicles=True, gsd_m=(0.4, 0.5))
    rows = rows_of(render_dataset(plan, tmp_path / "set", num=4))
    assert {row["label"] for row in rows} == {"vehicle"}
    assert len({row["length_m"] for row in rows}) == 4


@pytest.mark.parametrize("plan", [RenderPlan(random_vehicles=True, classes=("bus",))])
def test_random_vehicles_are_of_no_class(plan: RenderPlan) -> None:
    with pytest.raises(InputError, match="random vehicles are of no class"):
        render_dataset(plan, "unused", num=1)
