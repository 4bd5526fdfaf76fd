"""What a study may replace in the training, besides the chip: the batch, the loss and the network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from torch import Tensor

from vehicle_id.train.crop_dataset import Batch
from vehicle_id.train.model import VehicleNet
from vehicle_id.train.recipe import ModelRecipe, TrainRecipe

BatchTransform = Callable[[Batch, np.random.Generator], Batch]
"""A training batch on the host and a generator of this step alone -> the batch to train on. May add tensors."""
LossFunction = Callable[[dict[str, Tensor], Batch, TrainRecipe], Tensor]
"""Outputs of the network, the batch and the recipe -> a scalar."""


class NetworkFactory(Protocol):
    """Builds the network of a recipe."""

    def __call__(self, recipe: ModelRecipe, *, num_classes: int, pretrained: bool) -> VehicleNet:
        """As `VehicleNet` itself."""
