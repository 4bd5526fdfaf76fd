"""Models measured together on what each has not seen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.conftest import TINY
from training.measure.held_out import ANSWERED, figures, intervals, joined
from vehicle_id import Classifier


@pytest.fixture
def manifests(tmp_path: Path) -> tuple[Path, Path]:
    """Eight crops of four vehicles; each manifest holds out the crops of two of them."""
    labels = Classifier(TINY).card.labels
    rng = np.random.default_rng(0)
    for name in ("one", "other"):
        rows = ["path,label,gsd_m,group,split"]
        for number in range(8):
            Image.fromarray(rng.integers(0, 256, (30, 30, 3), np.uint8)).save(tmp_path / f"{number}.png")
            held = (number % 4 < 2) == (name == "one")
            rows.append(f"{number}.png,{labels[number % 2]},0.3,v{number % 4},{'test' if held else 'train'}")
        (tmp_path / f"{name}.csv").write_text("\n".join(rows))
    return tmp_path / "one.csv", tmp_path / "other.csv"


def test_every_crop_is_measured_once(manifests: tuple[Path, Path]) -> None:
    evaluation = joined([(str(TINY), manifest, "test") for manifest in manifests])
    assert sorted(each.crop.path.stem for each in evaluation.crops) == [str(number) for number in range(8)]
    assert {each.crop.split for each in evaluation.crops} == {"test"}


def test_the_interval_is_drawn_over_groups_and_holds_the_figure(manifests: tuple[Path, Path]) -> None:
    evaluation = joined([(str(TINY), manifest, "test") for manifest in manifests])
    found, between = figures(evaluation), intervals(evaluation, np.random.default_rng(0))
    assert ANSWERED in found and found["class"] == evaluation.measures()["top1"]["accuracy"]
    for name in ("class", ANSWERED):
        low, high = between[name]
        assert low <= found[name] <= high
    assert between["class"][0] in {0.0, 0.25, 0.5, 0.75, 1.0}  # shares of whole groups of two crops alike in label
