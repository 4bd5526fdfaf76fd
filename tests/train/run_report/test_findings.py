"""Warnings that a person can act on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from tests.fixtures.labelled_crops import epochs as with_number_of_epochs
from tests.train.run_report.test_results import counted, crops
from vehicle_id.crops.manifest import Crop
from vehicle_id.dataset.faults import Fault, FaultKind
from vehicle_id.model.card import Decision
from vehicle_id.taxonomy import Node
from vehicle_id.train.calibrate import NEVER, Calibration
from vehicle_id.train.history import EpochRecord
from vehicle_id.train.recipe import Recipe
from vehicle_id.train.run_report import findings
from vehicle_id.train.run_report.results import RunResults
from vehicle_id.train.splits import Splits

RIGHT = ["car"] * 10 + ["bus"] * 10 + ["ground"] * 10


def splits(train: list[Crop], val: list[Crop]) -> Splits:
    return Splits(train=train, val=val, test=[], calibrate=[], dropped=[], images={})


def topics(
    results: RunResults,
    rows: Sequence[EpochRecord] = (),
    *,
    epochs: int = 30,
    kept_epoch: int = 2,
    **decision: object,
) -> dict[str, str]:
    fitted = msgspec.structs.replace(
        Decision(thresholds={"class": 0.5, "family": 0.5}, target_precision=0.95), **decision
    )
    calibration = Calibration(decision=fitted, metrics={}, counts={})
    recipe = with_number_of_epochs(Recipe(), epochs)
    return {
        each.topic: each.line for each in findings.of_run(recipe, rows, results, calibration, kept_epoch=kept_epoch)
    }


def of_labels(labels: list[str], **more: object) -> dict[str, str]:
    many = crops(labels * 6)
    recipe = Recipe(**more)  # type: ignore[arg-type]
    return {each.topic: each.line for each in findings.of_labels(splits(many, many), recipe)}


def test_a_run_without_fault_has_no_warning() -> None:
    labels = ["car"] * 10 + ["bus"] * 10
    assert topics(counted(labels, labels)) == {}


def test_no_background_class_is_said_before_the_training() -> None:
    assert "Add crops of ground" in of_labels(["car", "bus"])["no_background"]
    assert "no_background" not in of_labels(["car", "none"])
    tree = (Node(name="car"), Node(name="sea", has_size=False))
    assert "no_background" not in of_labels(["car", "sea"], taxonomy=tree)


def test_classes_with_few_validation_crops_are_named_in_one_warning() -> None:
    part = splits(crops(["car"] * 9 + ["bus"] * 9 + ["none"] * 9), crops(["car"] * 9 + ["bus"] * 2))
    [few] = [each for each in findings.of_labels(part, Recipe()) if each.topic == "few_validation"]
    assert "bus has 2 of 11" in few.message and "none has 0 of 9" in few.message


def test_groups_are_not_asked_for_where_splits_are_stated() -> None:
    stated = [Crop(path=each.path, label=each.label, split="train") for each in crops(RIGHT)]
    assert "no_groups" not in {each.topic for each in findings.of_labels(splits(stated, []), Recipe())}
    assert "no_groups" in {each.topic for each in findings.of_labels(splits(crops(RIGHT), []), Recipe())}


def test_too_few_validation_crops_cannot_fit_a_threshold() -> None:
    labels = ["car", "bus"]
    assert topics(counted(labels, labels))["validation"].startswith("2 validation crops cannot fit a threshold.")


def test_thresholds_out_of_reach_are_named() -> None:
    labels = ["car"] * 10 + ["bus"] * 10
    found = topics(counted(labels, labels), thresholds={"class": NEVER, "family": 0.5}, target_precision=0.8)
    assert found["thresholds"].startswith("no threshold of the level class is right in 95%")
    assert "thresholds are fitted for 80%" in found["precision"]


def test_confused_classes_are_named_with_their_counts() -> None:
    found = topics(counted(["car"] * 10 + ["bus"] * 10, ["car"] * 10 + ["car"] * 4 + ["bus"] * 6))
    assert found["confused_classes"].startswith("classes are confused: bus as car (4 of 10). Look at")
    assert "confused_families" not in found
    assert "missed" in topics(counted(["car"] * 10 + ["bus"] * 10, ["car"] * 20))


def test_a_class_that_was_never_trained_is_named() -> None:
    assert "label ground" in topics(counted(RIGHT, RIGHT))["untrained"]


def history(losses: Sequence[float], train: Sequence[float] | None = None) -> list[dict[str, float]]:
    train = train or losses
    return [
        {"epoch": epoch, "loss": loss, "val_nll": nll}
        for epoch, (loss, nll) in enumerate(zip(train, losses, strict=True), 1)
    ]


@pytest.mark.parametrize(
    ("losses", "train", "epochs", "topic"),
    [
        ((2.0, 1.5, 1.2), (2.0, 1.5, 1.2), 3, "epochs"),
        ((2.0, 1.5, 1.499), (2.0, 1.5, 1.2), 3, None),  # levelled off
        ((2.0, 1.5, 1.2), (2.0, 1.5, 1.2), 9, None),  # stopped early
        ((2.0, 1.0, 1.3), (2.0, 1.5, 0.5), 3, "over_fitting"),
        ((2.0, 1.0, 1.3), (2.0, 1.5, 1.6), 3, None),  # the training loss rose too
        ((2.0,), (2.0,), 1, None),
    ],
)
def test_the_course_of_the_losses_says_whether_to_train_longer(
    losses: tuple[float, ...], train: tuple[float, ...], epochs: int, topic: str | None
) -> None:
    labels = ["car"] * 10 + ["bus"] * 10
    found = topics(counted(labels, labels), history(losses, train), epochs=epochs)
    assert set(found) == ({topic} if topic else set())


def test_over_fitting_names_the_epoch_that_is_kept() -> None:
    labels = ["car"] * 10 + ["bus"] * 10
    rows = history((2.0, 1.0, 1.3), (2.0, 1.5, 0.5))
    best, last = (topics(counted(labels, labels), rows, kept_epoch=kept)["over_fitting"] for kept in (2, 3))
    assert "The weights of epoch 2 are kept; more crops help" in best
    assert "The weights of epoch 3 are kept all the same (train.kept_epoch)" in last


def test_suspect_labels_are_one_warning_with_their_crops() -> None:
    faults = [
        Fault(kind=FaultKind.SUSPECT_LABEL, message="labelled car, looks like bus", paths=(Path(name),))
        for name in ("a.png", "b.png")
    ]
    [one] = findings.of_suspects(faults, num_crops=50)
    assert one.message.startswith("2 labels of 50 may be wrong") and one.paths == (Path("a.png"), Path("b.png"))
    assert findings.of_suspects([], num_crops=50) == []
