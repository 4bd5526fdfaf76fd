"""Weights read back from a released model."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import torch

from vehicle_id.errors import TrainError
from vehicle_id.export.export import export, with_card
from vehicle_id.model.card import ModelCard
from vehicle_id.model.session import Session
from vehicle_id.train.checkpoint import RunFolder, load
from vehicle_id.train.model import VehicleNet
from vehicle_id.train.recipe import load_recipe
from vehicle_id.train.released import read_released


@pytest.fixture(scope="module")
def released(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The model of a finished run."""
    folder = tmp_path_factory.mktemp("released") / "model"
    export(finished, folder)
    return (folder / "model.onnx").read_bytes()


def recarded(data: bytes, **changes: object) -> bytes:
    """The model with another card."""
    card: ModelCard = Session(data).card
    return with_card(data, msgspec.structs.replace(card, **changes))


def test_a_released_model_gives_back_the_weights_of_its_run(finished: Path, released: bytes) -> None:
    run = RunFolder(folder=finished)
    recipe = load_recipe(run.recipe)
    card, model, state = read_released(released, "mine")
    assert model == recipe.model
    ours, theirs = (VehicleNet(model, num_classes=len(card.labels), pretrained=False).eval() for _ in range(2))
    ours.load_state_dict(state)
    assert load(run.best, model=theirs).labels == card.labels
    chips = torch.randint(0, 256, (3, recipe.model.chip_px, recipe.model.chip_px, 3), dtype=torch.uint8)
    extent_m = torch.tensor([0.0, 8.0, 20.0])
    with torch.inference_mode():
        for name, expected in theirs(chips, extent_m).items():
            torch.testing.assert_close(ours(chips, extent_m)[name], expected, atol=1e-4, rtol=1e-4)


def test_a_model_whose_card_describes_another_network_is_refused(released: bytes) -> None:
    recipe = Session(released).card.recipe
    turned = {**recipe, "model": {**recipe["model"], "canonical_pose": True}}
    with pytest.raises(TrainError, match="mine give other scores than its file"):
        read_released(recarded(released, recipe=turned), "mine")
    wider = {**recipe, "model": {**recipe["model"], "embedding_dim": 17}}
    with pytest.raises(TrainError, match="not those of the network that its card describes: size mismatch"):
        read_released(recarded(released, recipe=wider), "mine")
    with pytest.raises(TrainError, match="does not say how its network is built"):
        read_released(recarded(released, recipe={}), "mine")
    with pytest.raises(TrainError, match="the network of mine is not one of this version"):
        read_released(recarded(released, recipe={"model": {"depth": 3}}), "mine")


def test_a_model_in_eight_bits_is_refused(released: bytes) -> None:
    with pytest.raises(TrainError, match="stores its weights in int8: start from a model in 32 bits"):
        read_released(recarded(released, precision="int8"), "mine")
