"""Measure before a run what its recipe leaves open: the learning rate, and how many crops fit into memory together."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import msgspec
import numpy as np
import torch
from torch import Tensor, nn

from vehicle_id.errors import TrainError
from vehicle_id.train.crop_dataset import Batch
from vehicle_id.train.faults import is_out_of_memory
from vehicle_id.train.model import VehicleNet
from vehicle_id.train.optimizer import GRADIENT_NORM, make_optimizer, set_lr
from vehicle_id.train.ranks import ALONE, Ranks
from vehicle_id.train.recipe import Recipe, TrainRecipe

RATES: Final = (1e-6, 1.0)
STEPS: Final = 60
SMOOTHING: Final = 0.8
"""Share of the earlier losses in the smoothed loss."""
DIVERGED: Final = 4.0
"""The probe ends when the loss is so many times its least value."""
MARGIN: Final = 10.0
"""How far the rate lies under that of the least loss."""


def probe_lr(
    network: VehicleNet,
    batches: Iterator[Batch],
    loss_of: Callable[[Batch], Tensor],
    recipe: TrainRecipe,
    *,
    ranks: Ranks = ALONE,
) -> float:
    """A learning rate for a run: a tenth of the one at which the loss is least while the rate grows at every step.

    The range test of Smith (2017, arXiv 1506.01186). The network is left as it was.

    Args:
        network: the network, in training.
        batches: at least `STEPS` batches.
        loss_of: the loss of a batch.
        recipe: of the optimizer.
        ranks: this process among those of the run, which all probe together.

    Raises:
        TrainError: the loss is not a number from the first steps.
    """
    optimizer = make_optimizer(network, recipe)
    rates = np.geomspace(*RATES, STEPS)
    losses: list[float] = []
    mean = 0.0
    with _left_as_it_was(network):
        for number, (rate, batch) in enumerate(zip(rates, batches, strict=False)):
            loss = loss_of(batch)
            mean = SMOOTHING * mean + (1 - SMOOTHING) * float(loss.detach())
            smoothed = mean / (1 - SMOOTHING ** (number + 1))
            if not math.isfinite(smoothed) or (losses and smoothed > DIVERGED * min(losses)):
                break
            losses.append(smoothed)
            set_lr(optimizer, float(rate))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            ranks.sum_gradients(network.parameters())
            torch.nn.utils.clip_grad_norm_(network.parameters(), GRADIENT_NORM)
            optimizer.step()
    if not losses:
        raise TrainError(
            "the loss is not a number before the first step: check the crops with vehicle-id dataset check"
        )
    return float(f"{rates[int(np.argmin(losses))] / MARGIN:.2g}")


def fit_memory(network: VehicleNet, recipe: Recipe, device: torch.device) -> TrainRecipe:
    """Divide the batch into as many equal parts as let a step fit into memory: each step still sees as many crops.

    Args:
        network: the network, on the device. It is left as it was.
        recipe: of the run.
        device: where the chips will be.

    Raises:
        TrainError: not even two crops fit.
    """
    train, chip_px = recipe.train, recipe.model.chip_px
    windows = 2 if train.consistency_weight else 1
    while True:
        try:
            with _left_as_it_was(network):
                chips = torch.zeros((windows * train.batch_size, chip_px, chip_px, 3), dtype=torch.uint8, device=device)
                outputs = network(chips, torch.zeros(len(chips), device=device))
                outputs["logits"].square().mean().backward()
            return train
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
        if train.batch_size < 4:
            raise TrainError(
                f"memory is too small for two crops of {chip_px} pixels: set a smaller model.chip_px, or "
                "another backbone"
            )
        parts = math.ceil(train.batch_size / 2)
        train = msgspec.structs.replace(train, batch_size=parts, accumulate=2 * train.accumulate)


@contextmanager
def _left_as_it_was(network: nn.Module) -> Iterator[None]:
    """Whatever the block does to the weights and statistics is undone."""
    before = copy.deepcopy(network.state_dict())
    network.train()
    try:
        yield
    finally:
        network.zero_grad(set_to_none=True)
        network.load_state_dict(before)
