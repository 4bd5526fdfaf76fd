"""Weights of a released model, read back from its ONNX file, to train it further.

The exported graph keeps every tensor of the network under its own name. It also holds the temperature and the prior of
the decision, which are taken out again. Reads models in 32 bits alone.
"""

from __future__ import annotations

from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from vehicle_id.errors import CardError, TrainError
from vehicle_id.model.card import METADATA_KEY, ModelCard
from vehicle_id.model.onnx_file import inspect
from vehicle_id.model.prior import prior_shift
from vehicle_id.train.model import VehicleNet

PREFIX = "network."
"""Before the names of the network's tensors in the graph."""


def released_labels(model: Path) -> tuple[str, ...]:
    """The labels of a released model, in the order of its logits.

    Raises:
        TrainError: the file cannot be read, or has no card.
    """
    return _card(model).labels


def load_released(network: VehicleNet, model: Path) -> None:
    """Fill a network with the weights of a released model, as they were before its decision was fitted.

    Raises:
        TrainError: the file cannot be read, or has other layers or shapes than the network.
    """
    card = _card(model)
    found = _tensors(model)
    wanted = network.state_dict()
    tensors = {name: _counterpart(name, found) for name in wanted}
    missing = [name for name, tensor in tensors.items() if tensor is None and not _is_constant(name)]
    if missing:
        raise TrainError(
            f"{model} lacks {missing[0]}: start from a model in 32 bits with the recipe's backbone and heads"
        )
    try:
        network.load_state_dict({name: wanted[name] if tensor is None else tensor for name, tensor in tensors.items()})
    except RuntimeError as error:
        fault = str(error).splitlines()[-1].strip()
        raise TrainError(f"the weights of {model} do not fit the recipe: {fault}") from error
    shift = prior_shift(card.labels, card.taxonomy(), card.decision.family_prior)
    with torch.no_grad():
        network.classify.bias.sub_(card.decision.temperature * torch.from_numpy(shift))
        network.temperature.fill_(1.0)


def _card(model: Path) -> ModelCard:
    try:
        return ModelCard.from_json(inspect(model.read_bytes()).metadata[METADATA_KEY])
    except OSError as error:
        raise TrainError(f"the model {model} cannot be read: {error.strerror}") from error
    except (CardError, KeyError) as error:
        raise TrainError(f"the model {model} has no card that this version reads: {error}") from error


def _tensors(model: Path) -> dict[str, Tensor]:
    graph = onnx.load_from_string(model.read_bytes()).graph
    return {
        each.name.removeprefix(PREFIX): torch.from_numpy(numpy_helper.to_array(each).copy())
        for each in graph.initializer
        if each.name.startswith(PREFIX)
    }


def _counterpart(name: str, found: dict[str, Tensor]) -> Tensor | None:
    """The graph's tensor; a convolution with static padding is the second of two layers there."""
    if name in found:
        return found[name]
    layer, _, parameter = name.rpartition(".")
    return found.get(f"{layer}.1.{parameter}")


def _is_constant(name: str) -> bool:
    """Whether the network makes the tensor itself: normalisation of the pixels, and batch norm's counter."""
    return name in ("mean", "std") or name.endswith("num_batches_tracked")
