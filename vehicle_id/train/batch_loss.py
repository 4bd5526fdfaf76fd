"""From a training batch to its loss: the way through the network, and what several processes exchange."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from vehicle_id.train.crop_dataset import Batch, move, window_pairs
from vehicle_id.train.device import autocast
from vehicle_id.train.hooks import BatchTransform, LossFunction
from vehicle_id.train.losses import loss_parts, summed, total_loss
from vehicle_id.train.ranks import Rows
from vehicle_id.train.recipe import Recipe
from vehicle_id.train.start import Teacher


class BatchLoss:
    """Computes the loss of a batch.

    Args:
        network: a `VehicleNet`, in training.
        recipe: of the run.
        device: of the network.
        rows: is given how each batch lies on the processes of the run.
        teacher: adds what a kept network answers.
        batch: see `Trainer`.
        loss: see `Trainer`. With several processes it sees the outputs and truths of all crops, and no chips.
        log_share: logarithm of how often each class is drawn, `[C]`, for `logit_adjustment`.
    """

    def __init__(
        self,
        network: nn.Module,
        recipe: Recipe,
        device: torch.device,
        *,
        rows: Rows,
        teacher: Teacher | None = None,
        batch: BatchTransform | None = None,
        loss: LossFunction = total_loss,
        log_share: Tensor | None = None,
    ) -> None:
        self.network, self.recipe, self.device, self.rows = network, recipe, device, rows
        self.teacher, self.batch, self.loss, self.log_share = teacher, batch, loss, log_share
        self.parts: dict[str, Tensor] = {}
        """Losses of the heads of the last batch."""

    def __call__(self, batch: Batch, *, step: int = 0) -> Tensor:
        """The loss of the crops of all processes; its gradients are those of the crops of this one.

        Args:
            batch: as the loader gives it, on the host.
            step: by which a study's change of the batch draws.
        """
        train = self.recipe.train
        windows = 2 if train.consistency_weight else 1
        if windows == 2:
            batch = window_pairs(batch)
        if self.batch is not None:
            batch = self.batch(batch, np.random.default_rng([self.recipe.seed, step]))
        batch = move(batch, self.device)
        if self.teacher is not None:
            batch = self.teacher.taught(batch)
        self.rows.lay_out(len(batch["chips"]), self.device, windows=windows)
        with autocast(self.device, train):
            outputs = self.network(batch["chips"], batch["extent_m"])
            if self.rows.ranks.size > 1:
                truths = {name: tensor for name, tensor in batch.items() if name != "chips"}
                outputs, batch = self.rows.whole(outputs), self.rows.whole(truths)
            if self.log_share is not None:
                batch = {**batch, "log_share": self.log_share}
            if self.loss is not total_loss:
                return self.loss(outputs, batch, train)
            parts = loss_parts(outputs, batch, train)
        self.parts = {name: part.detach() for name, part in parts.items()}
        return summed(parts)
