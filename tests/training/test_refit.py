"""A decision fitted again: the weights stay, the windows and thresholds are new, and the counts say what trained."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest
from safetensors.torch import load_file

from training.refit import refit
from vehicle_id import Classifier
from vehicle_id.errors import TrainError
from vehicle_id.export.export import export
from vehicle_id.train.calibrate import Calibration
from vehicle_id.train.checkpoint import RunFolder
from vehicle_id.train.recipe import Recipe


def test_the_weights_stay_and_the_decision_is_fitted_on_other_windows(
    crops: Path, recipe: Recipe, finished: Path, tmp_path: Path
) -> None:
    export(finished, tmp_path / "released")
    windows = msgspec.structs.replace(recipe.calibrate, views=3)
    again = msgspec.structs.replace(recipe, start_from=str(tmp_path / "released"), calibrate=windows, taxonomy=())
    run = refit(crops, again, tmp_path / "run")
    first, second = load_file(RunFolder(folder=finished).best), load_file(run.best)
    weights = {name: tensor for name, tensor in first.items() if tensor.is_floating_point()}  # not counts of batches
    assert len(weights) > 10
    for name, tensor in weights.items():
        assert tensor.numpy() == pytest.approx(second[name].numpy(), abs=1e-5), name
    export(run.folder, tmp_path / "model")
    before, after = (Classifier(tmp_path / name).card for name in ("released", "model"))
    assert (before.views, after.views) == (1, 3)
    assert after.decision.temperature != before.decision.temperature
    assert after.counts == before.counts  # of the same crops
    assert Calibration.from_json(run.calibration.read_bytes()).decision == after.decision


def test_a_decision_is_fitted_to_a_checkpoint_that_was_never_released(
    crops: Path, recipe: Recipe, finished: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    for name in ("best.safetensors", "recipe.yaml"):  # as in models/overhead-2.0-last
        shutil.copy(finished / name, kept)
    windows = msgspec.structs.replace(recipe.calibrate, views=3)
    again = msgspec.structs.replace(recipe, start_from=str(kept), calibrate=windows, taxonomy=())
    run = refit(crops, again, tmp_path / "run")
    fitted = Calibration.from_json(run.calibration.read_bytes())
    trained = Calibration.from_json(RunFolder(folder=finished).calibration.read_bytes())
    assert fitted.counts == trained.counts  # both count the same manifest
    assert sum(of.real_train + of.rendered_train for of in fitted.counts.values()) > 0
    assert fitted.decision.temperature != trained.decision.temperature


def test_without_a_model_to_start_from_there_is_nothing_to_fit(crops: Path, recipe: Recipe, tmp_path: Path) -> None:
    with pytest.raises(TrainError, match="no start_from"):
        refit(crops, recipe, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_whitened_embedding_is_not_fitted_again(crops: Path, recipe: Recipe, tmp_path: Path) -> None:
    model = msgspec.structs.replace(recipe.model, whitened=True)
    with pytest.raises(TrainError, match="train it anew"):
        refit(crops, msgspec.structs.replace(recipe, model=model, start_from="overhead-1.3"), tmp_path / "run")
