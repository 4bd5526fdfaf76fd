"""The epoch that a run keeps: by its recipe, and by how many crops of each class validate."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from vehicle_id.crops.manifest import Crop
from vehicle_id.taxonomy import Taxonomy
from vehicle_id.train import checkpoint
from vehicle_id.train.calibrate import HeldOutOutputs
from vehicle_id.train.epoch_choice import FEWEST_A_CLASS, choose_epoch_by, crops_a_class, equal_classes
from vehicle_id.train.loop import train
from vehicle_id.train.prediction import validation_scores
from vehicle_id.train.recipe import Recipe, TrainRecipe
from vehicle_id.train.trainer import Trainer

LABELS = ("bus", "car")
TREE = Taxonomy.flat(LABELS)


def val(*, bus: int, car: int, origin: str | None = None) -> list[Crop]:
    names = ["bus"] * bus + ["car"] * car
    return [Crop(path=Path(f"{number}.png"), label=label, origin=origin) for number, label in enumerate(names)]


def recipe_with(**values: object) -> Recipe:
    return Recipe(train=TrainRecipe(**values))  # type: ignore[arg-type]


def test_the_effective_number_of_one_source_is_the_harmonic_mean() -> None:
    assert crops_a_class(val(bus=20, car=20), LABELS, TREE) == pytest.approx(20)
    assert crops_a_class(val(bus=3, car=1000), LABELS, TREE) == pytest.approx(2 / (1 / 3 + 1 / 1000))
    assert crops_a_class(val(bus=0, car=8), LABELS, TREE) == pytest.approx(8)


def test_a_second_source_adds_crops() -> None:
    both = [*val(bus=6, car=6), *val(bus=6, car=6, origin="rendered")]
    assert crops_a_class(both, LABELS, TREE) == pytest.approx(12)


def test_sources_weigh_the_same_and_labels_within_a_source() -> None:
    source = np.array(["real"] * 5 + ["rendered"] * 2)
    target = np.array([[True, False]] * 4 + [[False, True]] + [[True, False], [True, True]])  # the last one is coarser
    expected = [1 / 16] * 4 + [1 / 4] + [1 / 4] * 2
    assert equal_classes(source, target) == pytest.approx(expected)
    assert equal_classes(source[:1], target[:1]) == pytest.approx([1.0])


@pytest.mark.parametrize(
    ("rule", "bus", "keeps_last"),
    [
        ("auto", FEWEST_A_CLASS, False),
        ("auto", FEWEST_A_CLASS - 1, True),
        ("best", 1, False),
        ("last", 500, True),
    ],
)
def test_few_crops_of_a_class_do_not_choose_unless_the_recipe_says_so(rule: str, bus: int, keeps_last: bool) -> None:
    choice = choose_epoch_by(recipe_with(kept_epoch=rule), val(bus=bus, car=10), LABELS)
    assert choice.keeps_last is keeps_last
    assert choice.reason.startswith(f"keeps the {'last' if keeps_last else 'best'} epoch: ")
    assert ("crops a class" in choice.reason) is (rule == "auto")


def test_a_rare_class_weighs_as_much_as_a_frequent_one_in_the_score() -> None:
    """Of two epochs with as many right, the one is better that is right where the class is rare."""
    target = np.array([[True, False]] * 2 + [[False, True]] * 18)
    sure = np.where(target, 3.0, -3.0)
    outputs = HeldOutOutputs(
        labels=LABELS,
        taxonomy=TREE,
        target=target,
        source=np.full(20, "real"),
        logits=sure,
        size=None,
        true_size=np.full((20, 2), np.nan),
        gsd_error=np.zeros(20),
    )

    def score(wrong: slice) -> float:
        logits = sure.copy()
        logits[wrong] *= -1
        return validation_scores(replace(outputs, logits=logits))[0]

    assert score(slice(18, 20)) > score(slice(0, 2)) + 0.1


def test_the_kept_weights_are_the_last_ones_however_the_validation_went(
    crops: Path, recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for rule, kept, epochs in (("auto", 4, 4), ("best", 1, 3)):
        scores = iter([-1.0, -1.1, -1.2, -1.3])
        monkeypatch.setattr(Trainer, "validate", lambda _, scores=scores: (next(scores), {}))
        varied = msgspec.structs.replace(recipe.train, epochs=4, patience=2, kept_epoch=rule)
        lines: list[str] = []
        run = train(crops, msgspec.structs.replace(recipe, train=varied), tmp_path / rule, log=lines.append)
        assert checkpoint.read_progress(run.best).best_epoch == kept
        assert checkpoint.read_progress(run.last).epoch == epochs
        assert sum(line.startswith("keeps the ") for line in lines) == 1
        assert any("best" in line for line in lines if line.startswith("epoch ")) is (rule == "best")
