"""The comparison of out-of-distribution scores: its scores are those of the exported model."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from training.measure.ood_scores import METHODS, ScoredRun, read_part, table
from vehicle_id import Classifier
from vehicle_id.crops.labelled import read_labelled
from vehicle_id.export.export import export
from vehicle_id.train.loop import train
from vehicle_id.train.recipe import CalibrateRecipe, Recipe, load_recipe


def test_the_scores_of_a_run_are_those_of_its_exported_model(crops: Path, recipe: Recipe, tmp_path: Path) -> None:
    run = train(crops, recipe, tmp_path / "run", log=lambda _: None)
    trained = run.best.read_bytes()
    # the method of a finished run is changed as docs/training.md describes
    run.recipe.write_text(run.recipe.read_text().replace("unknown_method: energy", "unknown_method: family"))
    assert load_recipe(run.recipe).calibrate == CalibrateRecipe(unknown_method="family")
    train(crops, load_recipe(run.recipe), run.folder, resume=True, log=lambda _: None)
    assert run.best.read_bytes() == trained
    export(run.folder, tmp_path / "model")
    vehicles = [crop for crop in read_labelled(crops) if crop.label != "ground"]
    with Classifier(tmp_path / "model") as classifier:
        answers = [result.unknown_score for result in classifier.classify_crops(vehicles)]
        assert classifier.card.decision.unknown_method == "family"
    measured = ScoredRun(run.folder).scores(vehicles)
    assert set(measured) == set(METHODS)
    np.testing.assert_allclose(measured["family"], answers, rtol=1e-3, atol=1e-5)


def test_the_table_has_a_row_for_each_label_out_of_the_taxonomy() -> None:
    known = dict.fromkeys(METHODS, np.array([0.0, 1, 2]))
    others = {name: dict.fromkeys(known, np.array(scores)) for name, scores in {"a": [3.0], "b": [-1.0, 1, 3]}.items()}
    rows = [line.split()[-2:] for line in table(known, others)]
    assert rows == [["vehicle", "family"], ["1.000"] * 2, ["0.500"] * 2, ["0.625"] * 2, ["0.750"] * 2]


def test_a_part_of_a_manifest_can_be_named(crops: Path) -> None:
    assert [len(part) for part in read_part(f"{crops}:car,bus")] == [72, 2]
    assert read_part(str(crops))[1] == []
