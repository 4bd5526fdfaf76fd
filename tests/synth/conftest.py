"""Rendered crops, made once for the tests that read them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from vehicle_id.synth.dataset import RenderPlan, render_dataset

PLAN = RenderPlan(seed=3, classes=("car", "rigid_hauler_30t", "tank_car", "ground"), gsd_m=(0.3, 0.5))


def rows_of(manifest: Path) -> list[dict[str, str]]:
    """The rows of a manifest."""
    with manifest.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The manifest of 70 crops, rendered in one process: two whole blocks and a cut one."""
    return render_dataset(PLAN, tmp_path_factory.mktemp("rendered") / "set", num=70)
