"""Models measured together on what each has not seen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.conftest import TINY
from training.measure.held_out import figures, joined
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


def test_every_figure_has_its_interval(manifests: tuple[Path, Path]) -> None:
    measures = joined([(str(TINY), manifest, "test") for manifest in manifests]).measures()
    found = figures(measures)
    assert found["class"][0] == measures["top1"]["accuracy"] and "family or finer, share answered" in found
    assert all(low <= value <= high for value, low, high in found.values())
