"""What is counted on the validation crops."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from vehicle_id.crops.manifest import Crop
from vehicle_id.model.card import Decision
from vehicle_id.taxonomy import Node, Taxonomy
from vehicle_id.train.calibrate import HeldOutOutputs
from vehicle_id.train.run_report.results import ClassResult, RunResults, results_of

TREE = Taxonomy(
    (
        Node(name="vehicle", level="family"),
        Node(name="car", parent="vehicle"),
        Node(name="bus", parent="vehicle"),
        Node(name="ground", level="family", has_size=False),
    )
)
LABELS = ("car", "bus", "ground")


def outputs(labels: list[str], answers: list[str], *, sure: float = 0.9) -> HeldOutOutputs:
    membership = TREE.membership(LABELS)
    target = np.array([membership[:, TREE.names.index(label)] > 0 for label in labels])
    chosen = np.array([[name == answer for name in LABELS] for answer in answers])
    logits = np.log(np.where(chosen, sure, (1 - sure) / 2))
    num = len(labels)
    return HeldOutOutputs(
        labels=LABELS,
        taxonomy=TREE,
        target=target,
        source=np.array(["real"] * num),
        logits=logits,
        size=None,
        true_size=np.full((num, 2), np.nan),
        gsd_error=np.zeros(num),
    )


def crops(labels: list[str]) -> list[Crop]:
    return [Crop(path=Path(f"{number}.png"), label=label) for number, label in enumerate(labels)]


def counted(labels: list[str], answers: list[str], *, threshold: float = 0.5, sure: float = 0.9) -> RunResults:
    decision = Decision(thresholds={"class": threshold, "family": 0.5})
    train = crops(["car"] * 7 + ["bus"] * 3)
    return results_of(crops(labels), outputs(labels, answers, sure=sure), decision, train=train)


def test_classes_and_families_are_counted_with_what_is_taken_for_what() -> None:
    labels = ["car"] * 6 + ["bus"] * 4 + ["ground"] * 2
    answers = ["car"] * 5 + ["bus"] + ["bus", "car", "car", "ground"] + ["ground"] * 2
    results = counted(labels, answers)
    bus = results.classes[1]
    assert (bus.num_train, bus.support, bus.hits, bus.answered) == (3, 4, 1, 2)
    assert bus.mistaken_for == (("car", 2), ("ground", 1))
    assert bus.recall is not None and bus.recall[0] == 0.25 and bus.recall[1] < 0.25 < bus.recall[2]
    assert results.families == ("vehicle", "ground") and results.family_matrix.tolist() == [[9, 1], [0, 2]]
    assert results.by_family[0].num_train == 10
    assert int(results.right.sum()) == 8


def test_the_crop_whose_label_is_least_likely_comes_first() -> None:
    results = counted(["car", "bus", "ground"], ["car", "ground", "car"])
    assert [(str(each.crop.path), each.answer) for each in results.wrong] == [("1.png", "ground"), ("2.png", "car")]
    assert results.wrong[0].own_probability == pytest.approx(0.05)


def test_a_coarser_label_counts_for_its_family_and_is_right_with_each_class_under_it() -> None:
    results = counted(["vehicle", "vehicle", "ground"], ["bus", "ground", "ground"])
    assert results.num_coarse == 2 and results.matrix.sum() == 1
    assert results.family_matrix.tolist() == [[1, 1], [0, 1]]
    assert results.right.tolist() == [True, False, True]


def test_final_answers_are_the_most_specific_ones_over_their_threshold() -> None:
    results = counted(["car", "bus"], ["car", "car"], threshold=0.95)
    assert {each.level: (each.answered, each.right) for each in results.levels} == {
        "class": (0, 0),
        "family": (2, 2),
        "unknown": (0, 0),
    }
    assert counted(["car", "bus"], ["car", "car"]).levels[0].right == 1


def test_a_crop_over_the_unknown_threshold_has_no_answer() -> None:
    decision = Decision(thresholds={"class": 0.5, "family": 0.5}, unknown_threshold=-5.0)
    found = results_of(crops(["car"]), outputs(["car"], ["car"]), decision, train=[])
    assert found.levels[-1].level == "unknown" and found.levels[-1].answered == 1


def test_an_interval_ends_at_none_and_all() -> None:
    none = ClassResult(label="car", num_train=9, support=15, hits=0, answered=0, mistaken_for=())
    assert none.recall is not None and f"{none.recall[1]:.2f}" == "0.00" and none.precision is None


@pytest.mark.parametrize(
    ("support", "hits", "answered", "standing"),
    [
        (4, 4, 4, "too few crops to say"),
        (60, 58, 60, "well recognised"),
        (10, 9, 10, "check each answer"),
        (30, 5, 6, "mostly missed"),
        (30, 25, 90, "mostly wrong where it is answered"),
        (30, 0, 0, "never answered"),
    ],
)
def test_a_class_has_a_standing_in_words(support: int, hits: int, answered: int, standing: str) -> None:
    one = ClassResult(label="car", num_train=9, support=support, hits=hits, answered=answered, mistaken_for=())
    assert one.standing == standing
