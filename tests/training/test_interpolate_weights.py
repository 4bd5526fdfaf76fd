"""The interpolation of two runs: its weights, and that the result is a finished run."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from safetensors.torch import load_file

from training.interpolate_weights import interpolate
from vehicle_id.errors import TrainError
from vehicle_id.export.export import export
from vehicle_id.train.checkpoint import RunFolder
from vehicle_id.train.loop import train
from vehicle_id.train.recipe import Recipe, load_recipe


def test_weights_are_interpolated_and_the_run_is_finished_without_training(
    crops: Path, recipe: Recipe, tmp_path: Path
) -> None:
    first = train(crops, recipe, tmp_path / "first")
    second = train(crops, msgspec.structs.replace(recipe, start_from=str(first.folder)), tmp_path / "second")
    out = RunFolder(folder=tmp_path / "out")
    interpolate(first.folder, second, out, share=0.25)
    start, end, between = (load_file(run.best) for run in (first, second, out))
    changed = 0
    for name, tensor in between.items():
        expected = 0.75 * start[name] + 0.25 * end[name] if tensor.is_floating_point() else end[name]
        assert tensor.numpy() == pytest.approx(expected.numpy(), abs=1e-6)
        changed += bool((start[name] != end[name]).any())
    assert changed > 10
    weights = out.best.read_bytes()
    train(crops, load_recipe(out.recipe), out.folder, resume=True)
    assert out.best.read_bytes() == weights and out.calibration.read_bytes() != second.calibration.read_bytes()
    assert export(out.folder, tmp_path / "model").largest_difference < 1e-4


def test_an_unfinished_run_is_not_interpolated(crops: Path, recipe: Recipe, tmp_path: Path) -> None:
    first, second = (train(crops, recipe, tmp_path / name) for name in ("first", "second"))
    second.calibration.unlink()
    with pytest.raises(TrainError, match="not finished"):
        interpolate(first.folder, second, RunFolder(folder=tmp_path / "out"), share=0.5)


def test_runs_of_different_classes_are_not_interpolated(crops: Path, recipe: Recipe, tmp_path: Path) -> None:
    first = train(crops, recipe, tmp_path / "first")
    turned = msgspec.structs.replace(recipe, taxonomy=(recipe.taxonomy[0], *recipe.taxonomy[:0:-1]))
    second = train(crops, turned, tmp_path / "second")
    with pytest.raises(TrainError, match="has other classes"):
        interpolate(first.folder, second, RunFolder(folder=tmp_path / "out"), share=0.5)


def test_runs_of_different_networks_are_not_interpolated(crops: Path, recipe: Recipe, tmp_path: Path) -> None:
    first = train(crops, recipe, tmp_path / "first")
    wider = msgspec.structs.replace(recipe.model, embedding_dim=24)
    second = train(crops, msgspec.structs.replace(recipe, model=wider), tmp_path / "second")
    with pytest.raises(TrainError, match="do not fit the recipe: size mismatch"):
        interpolate(first.folder, second, RunFolder(folder=tmp_path / "out"), share=0.5)
    assert not (tmp_path / "out").exists()
