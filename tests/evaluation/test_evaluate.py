"""Evaluation: counts the answers that users get, over crops that can be counted by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.conftest import TINY, plain
from vehicle_id import Classifier, Crop, InputError
from vehicle_id.evaluation.evaluate import evaluate

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
    record = evaluate(wide, rows).measures()
    assert record["num_crops"] == 4
    assert record["top1"]["accuracy"] == 0.75
    assert record["origins"] == {"real": 4}
    assert record["top1"]["labels"] == ["car", "bus", "ground"]
    assert record["top1"]["columns"] == ["car", "bus", "ground", "other"]  # no crop is a van
    assert record["top1"]["confusion"] == [[1, 0, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0]]
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
        "at_family": {"answered": 4, "precision": 0.75},
        "levels": {"class": {"answered": 4, "precision": 0.75}},
        "answers": {"car": {"car": 1}, "bus": {"car": 1, "bus": 1}, "ground": {"ground": 1}},
    }
    assert record["model"] == "tiny-0.1" and record["model_sha256"] == wide.file.sha256


def test_a_coarser_answer_above_the_truth_is_right(wide: Classifier, crops: dict[str, Path]) -> None:
    record = evaluate(wide, [Crop(path=crops["car"], label="car", gsd_m=0.6)]).measures()  # between car and van
    assert record["decided"]["levels"] == {"family": {"answered": 1, "precision": 1.0}}
    assert record["decided"]["at_family"] == {"answered": 1, "precision": 1.0}


def test_an_answer_above_every_family_is_right_and_says_little(wide: Classifier, crops: dict[str, Path]) -> None:
    record = evaluate(wide, [Crop(path=crops["bus"], label="bus", gsd_m=0.4)]).measures()  # 4 m: too short for a bus
    assert record["decided"]["levels"] == {"any": {"answered": 1, "precision": 1.0}}
    assert record["decided"]["at_family"] == {"answered": 0, "precision": None}


def test_an_answer_under_a_coarse_truth_is_right(wide: Classifier, crops: dict[str, Path]) -> None:
    rows = [
        Crop(path=crops["car"], label="light", gsd_m=0.4),
        Crop(path=crops["car"], label="light", gsd_m=0.6),  # car and van share it: together they are sure
        Crop(path=crops["bus"], label="light", gsd_m=1.0),
    ]
    record = evaluate(wide, rows).measures()
    assert record["top1"]["confusion"] == [[2, 1]]
    assert record["nodes"] == {"light": ["light"]}
    assert record["decided"]["precision"] == pytest.approx(2 / 3)
    confidences = [row["confidence"] for row in evaluate(wide, rows).rows()]
    assert confidences[1] > 0.9


def test_an_answer_with_a_label_under_a_coarse_truth_is_right(wide: Classifier, crops: dict[str, Path]) -> None:
    """Of a set with labels of several levels; a coarse answer to a crop with a finer label is none of its column."""
    rows = [
        Crop(path=crops["car"], label="light", gsd_m=0.4),
        Crop(path=crops["car"], label="car", gsd_m=0.4),
        Crop(path=crops["bus"], label="light", gsd_m=1.0),
        Crop(path=crops["bus"], label="bus", gsd_m=1.0),
        Crop(path=crops["bus"], label="car", gsd_m=1.0),
    ]
    evaluation = evaluate(wide, rows)
    top1 = evaluation.measures()["top1"]
    assert top1["labels"] == ["light", "car", "bus"]
    assert top1["confusion"] == [[1, 0, 1, 0], [0, 1, 1, 0], [0, 0, 1, 0]]
    assert top1["accuracy"] == pytest.approx(0.6)
    assert [row["right"] for row in evaluation.rows()] == [1, 1, 0, 1, 0]


def test_a_label_of_several_nodes_sums_their_probabilities(wide: Classifier, crops: dict[str, Path]) -> None:
    rows = [Crop(path=crops["car"], label="any", gsd_m=0.4), Crop(path=crops["bus"], label="any", gsd_m=0.4)]
    record = evaluate(wide, rows, mapping={"any": ("car", "bus")}).measures()
    assert record["top1"]["confusion"] == [[2, 0]]
    assert "families" not in record  # a car is light, a bus stands alone


def test_families_are_a_table_of_their_own(wide: Classifier, crops: dict[str, Path]) -> None:
    rows = [
        Crop(path=crops["car"], label="van", gsd_m=0.4),  # wrong, but light
        Crop(path=crops["bus"], label="bus", gsd_m=0.4),
        Crop(path=crops["bus"], label="vehicle", gsd_m=0.4),
    ]
    families = evaluate(wide, rows).measures()["families"]
    assert families["labels"] == ["light", "bus"]
    assert families["confusion"] == [[1, 0, 0], [0, 1, 0]]
    assert families["accuracy"] == 1.0
    assert families["left_out"] == ["vehicle"]


def test_labels_outside_the_tree_are_mapped_skipped_or_unknown(wide: Classifier, crops: dict[str, Path]) -> None:
    rows = [
        Crop(path=crops["car"], label="sedan"),
        Crop(path=crops["dark"], label="aircraft"),
        Crop(path=crops["bus"], label="boat"),
        Crop(path=crops["bus"], label="tram"),
    ]
    record = evaluate(
        wide, rows, mapping={"sedan": ("car",), "aircraft": ("unknown",), "tram": ("unknown",)}
    ).measures()
    assert record["num_crops"] == 1
    assert record["skipped"] == {"boat": 1}
    aircraft = {"num": 1, "auroc": 1.0, "answered": {"unknown": 1}}
    assert record["unknown"]["num_crops"] == 2
    assert record["unknown"]["answered"] == {"unknown": 1, "bus": 1}
    assert record["unknown"]["labels"]["aircraft"] == aircraft
    assert record["unknown"]["labels"]["tram"]["answered"] == {"bus": 1}


def test_sizes_are_compared_where_the_truth_is_known(wide: Classifier, crops: dict[str, Path]) -> None:
    rows = [
        Crop(path=crops["car"], label="car", gsd_m=0.4, length_m=4.0, width_m=2.0),  # measured 4.0 x 1.6
        Crop(path=crops["car"], label="car", gsd_m=0.4, length_m=5.0),
        Crop(path=crops["bus"], label="bus", gsd_m=1.0),  # measured 10 m
        Crop(path=crops["ground"], label="ground", gsd_m=0.4),  # has no size
    ]
    size = evaluate(wide, rows).measures()["size"]
    assert (size["num_measured"], size["num_crops"]) == (3, 2)
    assert size["length_median_error"] == pytest.approx((0.0 + 0.2) / 2, abs=1e-4)
    assert size["length_in_interval"] == 0.5
    assert size["width_median_error"] == pytest.approx(0.2, abs=1e-4)
    assert size["width_in_interval"] == 0.0
    assert list(size["labels"]) == ["car", "bus"]
    assert size["labels"]["car"]["num_crops"] == 2
    assert size["labels"]["car"]["length_in_interval"] == 0.5
    assert size["labels"]["bus"] == {
        "num_measured": 1,
        "measured_length_m": pytest.approx(10, abs=1e-4),
        "num_crops": 0,
        "length_median_error": None,
        "length_in_interval": None,
    }


def test_every_crop_that_was_answered_or_failed_has_a_row(
    wide: Classifier, crops: dict[str, Path], tmp_path: Path
) -> None:
    rows = [
        Crop(path=crops["car"], label="car", gsd_m=0.4, length_m=5.0),
        Crop(path=crops["car"], label="bus", gsd_m=0.4),
        Crop(path=crops["dark"], label="aircraft"),
        Crop(path=tmp_path / "gone.png", label="car"),
        Crop(path=crops["car"], label="tram"),
    ]
    found = list(evaluate(wide, rows, mapping={"aircraft": ("unknown",)}).rows())
    assert [row["status"] for row in found] == ["ok", "ok", "ok", "not_found"]
    assert [row["label"] for row in found] == ["car", "bus", "aircraft", "car"]
    assert [row["right"] for row in found] == [1, 0, None, None]
    assert [row["decided"] for row in found] == ["car", "car", "unknown", None]
    assert found[0]["path"] == str(crops["car"])
    assert found[0]["measured_length_m"] == pytest.approx(4.0, abs=1e-4)
    assert found[0]["measured_width_m"] is not None
    assert (found[0]["length_m"], found[1]["length_m"]) == (5.0, None)
    assert found[0]["confidence"] == pytest.approx(found[0]["score"])
    assert len({tuple(row) for row in found}) == 1  # the same columns


def test_a_part_is_measured_in_the_columns_of_the_whole(wide: Classifier, crops: dict[str, Path]) -> None:
    rows = [
        Crop(path=crops["car"], label="car", split="test"),
        Crop(path=crops["bus"], label="autobus", split="train"),
    ]
    record = evaluate(
        wide, rows, split="test", mapping={"autobus": ("bus",)}
    ).measures()  # mapped, though not in the part
    assert record["num_crops"] == 1
    assert record["top1"]["labels"] == ["car", "autobus"]
    assert record["top1"]["macro_f1"] == 1.0


def test_halves_split_by_group(wide: Classifier, crops: dict[str, Path]) -> None:
    rows = [Crop(path=crops["car"], label="car", group=f"g{number}") for number in range(8)]
    halves = [evaluate(wide, rows, half=half).measures()["num_crops"] for half in ("a", "b")]
    assert sum(halves) == 8 and min(halves) > 0


def test_failures_are_counted_by_reason(wide: Classifier, crops: dict[str, Path], tmp_path: Path) -> None:
    rows = [Crop(path=tmp_path / "gone.png", label="car"), Crop(path=crops["car"], label="car")]
    assert evaluate(wide, rows).measures()["failed"] == {"not_found": 1}


def test_nothing_to_measure_is_an_error(wide: Classifier, crops: dict[str, Path]) -> None:
    with pytest.raises(InputError, match="no crop was measured"):
        evaluate(wide, [Crop(path=crops["car"], label="sedan")]).measures()


def test_an_impossible_mapping_is_an_error(wide: Classifier, crops: dict[str, Path]) -> None:
    rows = [Crop(path=crops["car"], label="sedan")]
    with pytest.raises(InputError, match="cannot map 'sedan' to 'lorry'"):
        evaluate(wide, rows, mapping={"sedan": ("lorry",)}).measures()
    with pytest.raises(InputError, match="cannot map 'sedn'"):
        evaluate(wide, rows, mapping={"sedn": ("car",)}).measures()


def test_a_classifier_that_keeps_too_few_scores_is_an_error(crops: dict[str, Path]) -> None:
    with pytest.raises(InputError, match="make it with a larger top_k"):
        evaluate(Classifier(TINY, top_k=2), [Crop(path=crops["car"], label="car")]).measures()
