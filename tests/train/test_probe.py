"""What is measured before a run: the learning rate, and the batch that fits into memory."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import torch

from tests.fixtures.labelled_crops import epochs
from tests.fixtures.small_network import SMALL, small_network
from vehicle_id.errors import TrainError
from vehicle_id.train.loop import train
from vehicle_id.train.model import VehicleNet
from vehicle_id.train.probe import RATES, fit_memory, probe_lr
from vehicle_id.train.recipe import Recipe, TrainRecipe, load_recipe


def test_the_probed_rate_learns_and_the_network_is_left_as_it_was(crops: Path, recipe: Recipe, tmp_path: Path) -> None:
    """A far too low rate in the recipe is replaced; the run records the one it found, and keeps it on resuming."""
    slow = msgspec.structs.replace(recipe.train, lr=1e-6, epochs=4, batch_size=8)
    losses = []
    for probe in (False, True):
        probed = msgspec.structs.replace(recipe, train=msgspec.structs.replace(slow, probe_lr=probe))
        run = train(crops, probed, tmp_path / str(probe), log=lambda _: None)
        losses.append(msgspec.json.decode(run.history.read_bytes().splitlines()[-1])["loss"])
    assert losses[1] < 0.85 * losses[0]
    found = load_recipe(run.recipe).train
    assert found.probe_lr and 1e-4 < found.lr < 0.1
    train(crops, probed, run.folder, resume=True, log=lambda _: None)
    assert load_recipe(run.recipe).train == found


def test_a_probe_changes_no_weight_and_no_statistic() -> None:
    network = small_network()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    chips = torch.randint(0, 256, (8, 32, 32, 3), dtype=torch.uint8)

    def loss_of(batch: dict[str, torch.Tensor]) -> torch.Tensor:
        outputs = network(batch["chips"], torch.ones(8))
        return torch.nn.functional.cross_entropy(outputs["logits"], torch.arange(8) % 3)

    rate = probe_lr(network, iter([{"chips": chips}] * 60), loss_of, TrainRecipe())
    assert RATES[0] < rate < RATES[1]
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())
    with pytest.raises(TrainError, match="not a number before the first step"):
        probe_lr(network, iter([{"chips": chips}] * 60), lambda batch: loss_of(batch) * torch.nan, TrainRecipe())


class Greedy(VehicleNet):
    """A network that has memory for six chips."""

    def forward(self, chips: torch.Tensor, extent_m: torch.Tensor | None = None) -> dict[str, torch.Tensor]:
        if self.training and len(chips) > 6:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return super().forward(chips, extent_m)


def test_a_batch_that_is_too_large_is_divided(crops: Path, recipe: Recipe, tmp_path: Path) -> None:
    with pytest.raises(TrainError, match=r"train\.fit_memory"):
        train(crops, recipe, tmp_path / "run", log=lambda _: None, network=Greedy)
    fitted = msgspec.structs.replace(recipe, train=msgspec.structs.replace(recipe.train, fit_memory=True))
    lines: list[str] = []
    run = train(crops, epochs(fitted, 2), tmp_path / "run", log=lines.append, network=Greedy)
    assert "memory: batches of 4 crops, 4 of them a step" in lines
    found = load_recipe(run.recipe).train
    assert (found.batch_size, found.accumulate) == (4, 4)
    train(crops, epochs(fitted, 2), run.folder, resume=True, log=lambda _: None, network=Greedy)


def test_memory_for_no_batch_is_refused() -> None:
    class Full(VehicleNet):
        def forward(self, chips: torch.Tensor, extent_m: torch.Tensor | None = None) -> dict[str, torch.Tensor]:
            raise MemoryError

    network = Full(SMALL, num_classes=2, pretrained=False)
    with pytest.raises(TrainError, match="memory is too small for two crops of 32 pixels: set a smaller"):
        fit_memory(network, Recipe(model=SMALL), torch.device("cpu"))
