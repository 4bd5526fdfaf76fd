"""Weights read back from a released model."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import torch

from vehicle_id.errors import TrainError
from vehicle_id.export.export import export
from vehicle_id.train.checkpoint import RunFolder, load
from vehicle_id.train.loop import start_from, train
from vehicle_id.train.model import VehicleNet
from vehicle_id.train.recipe import load_recipe
from vehicle_id.train.released import load_released, released_labels


@pytest.fixture(scope="module")
def released(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model folder of a finished run."""
    folder = tmp_path_factory.mktemp("released") / "model"
    export(finished, folder)
    return folder


def test_a_released_model_gives_back_the_weights_of_its_run(finished: Path, released: Path) -> None:
    run = RunFolder(folder=finished)
    recipe, labels = load_recipe(run.recipe), released_labels(released / "model.onnx")
    ours, theirs = (VehicleNet(recipe.model, num_classes=len(labels), pretrained=False).eval() for _ in range(2))
    load_released(ours, released / "model.onnx")
    assert load(run.best, model=theirs).labels == labels
    chips = torch.randint(0, 256, (3, recipe.model.chip_px, recipe.model.chip_px, 3), dtype=torch.uint8)
    extent_m = torch.tensor([0.0, 8.0, 20.0])
    with torch.inference_mode():
        for name, expected in theirs(chips, extent_m).items():
            torch.testing.assert_close(ours(chips, extent_m)[name], expected, atol=1e-4, rtol=1e-4)


def test_a_run_starts_from_a_released_model(finished: Path, released: Path, crops: Path, tmp_path: Path) -> None:
    recipe = msgspec.structs.replace(load_recipe(finished / "recipe.yaml"), start_from=str(released))
    run = train(crops, recipe, tmp_path / "run", log=lambda _: None)
    assert run.best.is_file()


def test_another_network_is_refused(finished: Path, released: Path) -> None:
    recipe = load_recipe(finished / "recipe.yaml")
    other = msgspec.structs.replace(recipe.model, embedding_dim=recipe.model.embedding_dim + 1)
    network = VehicleNet(other, num_classes=len(released_labels(released / "model.onnx")), pretrained=False)
    with pytest.raises(TrainError, match="do not fit the recipe: size mismatch"):
        load_released(network, released / "model.onnx")


def test_a_folder_without_run_or_model_is_refused(tmp_path: Path, finished: Path) -> None:
    recipe = load_recipe(finished / "recipe.yaml")
    network = VehicleNet(recipe.model, num_classes=2, pretrained=False)
    with pytest.raises(TrainError, match="no usable checkpoint"):
        start_from(network, tmp_path, ("a", "b"))
