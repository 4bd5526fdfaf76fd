"""Evaluation: counts what users would have been told, by hand-countable crops."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.conftest import TINY, plain
from vehicle_id import Classifier, Crop, InputError
from vehicle_id.evaluation import evaluate

COLOUR_OF = {"car": "red", "bus": "blue", "ground": "green", "dark": "black"}


@pytest.fixture
def crops(tmp_path: Path) -> dict[str, Path]:
    """One file of every colour."""
    paths = {}
    for name, colour in COLOUR_OF.items():
        paths[name] = tmp_path / f"{name}.png"
        Image.fromarray(plain(colour)).save(paths[name])
    return paths


@pytest.fixture
def wide() -> Classifier:
    """Keeps every class."""
    return Classifier(TINY, top_k=99)


def test_right_wrong_and_unknown_are_counted(wide: Classifier, crops: dict[str, Path]) -> None:
    rows = [
        Crop(path=crops["car"], label="car", gsd_m=0.4),
        Crop(path=crops["car"], label="bus", gsd_m=0.4),  # wrong
        Crop(path=crops["bus"], label="bus", gsd_m=1.0),
        Crop(path=crops["ground"], label="ground"),
    ]
    record = evaluate(wide, rows)
    assert record["num_crops"] == 4
    assert record["top1"]["accuracy"] == 0.75
    assert record["top1"]["confusion"] == [[1, 0, 0, 0], [0, 0, 0, 0], [1, 0, 1, 0], [0, 0, 0, 1]]
    assert record["top1"]["classes"]["bus"] == {
        "support": 2,
        "precision": 1.0,
        "recall": 0.5,
        "f1": pytest.approx(2 / 3),
    }
    assert record["top1"]["macro_f1"] == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)
    assert record["decided"] == {
        "named": 4,
        "unknown": 0,
        "precision": 0.75,
        "levels": {"class": {"answered": 4, "precision": 0.75}},
    }
    assert record["model"] == "tiny-0.1" and record["model_sha256"] == wide.file.sha256


def test_a_coarser_answer_above_the_truth_is_right(wide: Classifier, crops: dict[str, Path]) -> None:
    record = evaluate(wide, [Crop(path=crops["car"], label="car", gsd_m=0.6)])  # between car and van
    assert record["decided"]["levels"] == {"family": {"answered": 1, "precision": 1.0}}


def test_foreign_labels_are_mapped_skipped_or_unknown(wide: Classifier, crops: dict[str, Path]) -> None:
    rows = [
        Crop(path=crops["car"], label="sedan"),
        Crop(path=crops["dark"], label="aircraft"),
        Crop(path=crops["bus"], label="boat"),
    ]
    record = evaluate(wide, rows, mapping={"sedan": "car", "aircraft": "unknown"})
    assert record["num_crops"] == 1
    assert record["skipped"] == {"boat": 1}
    assert record["unknown"] == {"num_crops": 1, "auroc": 1.0, "answered": {"unknown": 1}}


def test_sizes_are_compared_where_the_truth_is_known(wide: Classifier, crops: dict[str, Path]) -> None:
    rows = [
        Crop(path=crops["car"], label="car", gsd_m=0.4, length_m=4.0, width_m=2.0),  # measured 4.0 x 1.6
        Crop(path=crops["car"], label="car", gsd_m=0.4, length_m=5.0),
    ]
    size = evaluate(wide, rows)["size"]
    assert size["num_crops"] == 2
    assert size["length_median_error"] == pytest.approx((0.0 + 0.2) / 2, abs=1e-4)
    assert size["length_in_interval"] == 0.5
    assert size["width_median_error"] == pytest.approx(0.2, abs=1e-4)


def test_failures_are_counted_by_reason(wide: Classifier, crops: dict[str, Path], tmp_path: Path) -> None:
    rows = [Crop(path=tmp_path / "gone.png", label="car"), Crop(path=crops["car"], label="car")]
    assert evaluate(wide, rows)["failed"] == {"not_found": 1}


def test_nothing_to_measure_is_told(wide: Classifier, crops: dict[str, Path]) -> None:
    with pytest.raises(InputError, match="no crop was measured"):
        evaluate(wide, [Crop(path=crops["car"], label="sedan")])
    with pytest.raises(InputError, match="cannot map 'sedan' to 'lorry'"):
        evaluate(wide, [], mapping={"sedan": "lorry"})
