"""Means of training, and what each of them does."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec
import pytest
import torch

from vehicle_id.crops.manifest import Crop
from vehicle_id.train.cpu_convolutions import Pointwise
from vehicle_id.train.crop_dataset import Batch
from vehicle_id.train.device import repeatable
from vehicle_id.train.labels import labels_of
from vehicle_id.train.loop import train
from vehicle_id.train.losses import total_loss
from vehicle_id.train.recipe import Recipe, TrainRecipe
from vehicle_id.train.sampling import draw_epoch
from vehicle_id.train.splits import load_splits
from vehicle_id.train.trainer import Trainer


def changed(recipe: Recipe, **values: object) -> Recipe:
    """The recipe with other values of training."""
    return msgspec.structs.replace(recipe, train=msgspec.structs.replace(recipe.train, **values))


def trainer_of(crops: Path, recipe: Recipe, **hooks: object) -> Trainer:
    """A trainer on the coloured crops."""
    splits = load_splits(crops, recipe.data, chip_px=32, seed=0)
    return Trainer(recipe, splits, labels_of(splits, recipe), **hooks)  # type: ignore[arg-type]


def test_two_half_batches_summed_up_move_the_weights_as_one_whole_batch_does(crops: Path, recipe: Recipe) -> None:
    """With a frozen backbone, whose batch norm does not see the batch, and without dropout."""
    still = msgspec.structs.replace(recipe, model=msgspec.structs.replace(recipe.model, dropout=0.0, heads=()))
    found = []
    for batch_size, accumulate in ((16, 1), (8, 2), (16, 2)):
        varied = changed(still, freeze_epochs=1, class_balance=0.0, batch_size=batch_size, accumulate=accumulate)
        trainer = trainer_of(crops, varied)
        trainer.train_epoch(0)
        found.append(trainer.model.classify.weight.detach().clone())
    assert (found[0] - found[1]).abs().max() < 1e-4 < (found[0] - found[2]).abs().max()


def test_the_precision_is_that_of_the_recipe(crops: Path, recipe: Recipe) -> None:
    seen: list[torch.dtype] = []

    def loss(outputs: dict[str, torch.Tensor], batch: Batch, train_recipe: TrainRecipe) -> torch.Tensor:
        seen.append(outputs["logits"].dtype)
        return total_loss(outputs, batch, train_recipe)

    for precision in ("bf16", "fp32"):
        value = trainer_of(crops, changed(recipe, precision=precision), loss=loss).train_epoch(0)
        assert 0 < value < 10
    assert seen[0] is torch.bfloat16 and seen[-1] is torch.float32


@pytest.mark.skipif(torch.cuda.is_available(), reason="for processors")
def test_faster_gradients_are_those_of_the_network_that_learns_in_fp32_alone(crops: Path, recipe: Recipe) -> None:
    for precision, is_faster in (("auto", True), ("bf16", False)):
        trainer = trainer_of(crops, changed(recipe, precision=precision))
        assert any(isinstance(module, Pointwise) for module in trainer.model.modules()) is is_faster
        assert not any(isinstance(module, Pointwise) for module in trainer.ema.module.modules())


def test_deterministic_algorithms_hold_for_the_run_alone(crops: Path, recipe: Recipe, tmp_path: Path) -> None:
    seen: list[bool] = []

    def loss(outputs: dict[str, torch.Tensor], batch: Batch, train_recipe: TrainRecipe) -> torch.Tensor:
        seen.append(torch.are_deterministic_algorithms_enabled() and not torch.backends.cudnn.benchmark)
        return total_loss(outputs, batch, train_recipe)

    train(crops, changed(recipe, deterministic=True), tmp_path / "a", log=lambda _: None, loss=loss)
    assert all(seen) and not torch.are_deterministic_algorithms_enabled()
    with pytest.raises(KeyError), repeatable(True):
        raise KeyError
    assert not torch.are_deterministic_algorithms_enabled()


def test_the_network_lies_in_memory_as_the_chips_do(crops: Path, recipe: Recipe) -> None:
    weight = trainer_of(crops, recipe).model.backbone.conv_stem.weight
    assert weight.is_contiguous(memory_format=torch.channels_last)


def test_classes_are_drawn_by_their_effective_number() -> None:
    crops = [Crop(path=Path(f"{n}.png"), label="car" if n < 400 else "tram") for n in range(410)]

    def share(**values: object) -> float:
        recipe = TrainRecipe(epoch_crops=40_000, **values)  # type: ignore[arg-type]
        drawn = Counter(crops[number].label for _, number in draw_epoch(crops, epoch=0, seed=0, recipe=recipe))
        return drawn["tram"] / 40_000

    beta = 0.99
    effective = {n: (1 - beta**n) / (1 - beta) for n in (400, 10)}
    weights = {n: n / effective[n] for n in (400, 10)}
    assert share(effective_beta=beta) == pytest.approx(weights[10] / (weights[10] + weights[400]), abs=0.01)
    assert share(effective_beta=0.0) == pytest.approx(10 / 410, abs=0.005)
    assert share(effective_beta=0.9999) == pytest.approx(0.5, abs=0.02)
    assert share(class_balance=1.0) == pytest.approx(0.5, abs=0.02)


def test_the_loss_of_a_run_is_adjusted_by_the_shares_of_its_own_crops(crops: Path, recipe: Recipe) -> None:
    splits = load_splits(crops, recipe.data, chip_px=32, seed=0)
    buses = [crop for crop in splits.train if crop.label == "bus"]
    for crop in buses[1:]:
        splits.train.remove(crop)
    losses = []
    for amount in (0.0, 1.0):
        varied = changed(recipe, logit_adjustment=amount, class_balance=0.0)
        trainer = Trainer(varied, splits, labels_of(splits, varied))
        torch.manual_seed(0)
        losses.append(float(trainer.loss_of(next(iter(trainer.loader(0)))).detach()))
    shares = trainer.loss_of.log_share
    assert shares is not None
    assert shares.exp().tolist()[1] == pytest.approx(1 / len(splits.train))
    assert abs(losses[0] - losses[1]) > 1e-3
