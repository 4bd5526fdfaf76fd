"""Weights of a released model, read back from its ONNX file, to train it further.

The exported graph keeps every tensor of the network under its own name. It also holds the temperature and the prior of
the decision, which are taken out again. Reads models in 32 bits alone.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor

from vehicle_id.errors import TrainError
from vehicle_id.model.card import ModelCard
from vehicle_id.model.prior import fitted_shift
from vehicle_id.model.session import Session
from vehicle_id.train.model import VehicleNet
from vehicle_id.train.recipe import ModelRecipe, model_recipe

PREFIX = "network."
"""Before the names of the network's tensors in the graph."""
NUM_COMPARED: Final = 4
"""Chips on which the network and the graph are compared."""
TOLERANCE: Final = 1e-3
"""Largest difference of a logit between them, as a share of the largest logit."""


def read_released(data: bytes, name: str) -> tuple[ModelCard, ModelRecipe, dict[str, Tensor]]:
    """The card of a released model, its network, and the weights as they were before its decision was fitted.

    The weights are put into a network, whose logits on a few chips must be those of the ONNX file in onnxruntime.

    Args:
        data: the bytes of the ONNX file.
        name: of the model, for messages.

    Raises:
        TrainError: it is not in 32 bits, does not say how its network is built, or gives other logits.
        ModelError: the file cannot be read, or has no card.
    """
    session = Session(data)
    card = session.card
    if card.precision != "fp32":
        raise TrainError(f"{name} stores its weights in {card.precision}: start from a model in 32 bits")
    if not card.recipe:
        raise TrainError(f"{name} does not say how its network is built: start from its run folder, or another model")
    model = model_recipe(card.recipe, name)
    network = VehicleNet(model, num_classes=len(card.labels), pretrained=False).eval()
    _fill(network, _tensors(data), name)
    shift = torch.from_numpy(fitted_shift(card.labels, card.taxonomy(), card.decision)).float()
    with torch.no_grad():
        network.temperature.fill_(1.0)
        network.classify.bias.sub_(card.decision.temperature * shift)
        _compare(network, session, name)
    return card, model, network.state_dict()


def _fill(network: VehicleNet, found: dict[str, Tensor], name: str) -> None:
    wanted = network.state_dict()
    tensors = {key: _counterpart(key, found) for key in wanted}
    missing = [key for key, tensor in tensors.items() if tensor is None and not _is_constant(key)]
    if missing:
        raise TrainError(f"{name} lacks the weights {missing[0]}: start from a model that vehicle-id export wrote")
    try:
        network.load_state_dict({key: wanted[key] if tensor is None else tensor for key, tensor in tensors.items()})
    except RuntimeError as error:
        fault = str(error).splitlines()[-1].strip()
        raise TrainError(
            f"the weights of {name} are not those of the network that its card describes: {fault}"
        ) from error


def _compare(network: VehicleNet, session: Session, name: str) -> None:
    """Refuse weights that, with the decision put back, do not give the logits of the file."""
    card = session.card
    pixels, extent_m = _chips(card.chip_px)
    ours = network(torch.from_numpy(pixels), torch.from_numpy(extent_m))["logits"].numpy() / card.decision.temperature
    ours = ours + fitted_shift(card.labels, card.taxonomy(), card.decision)
    theirs = session.run(pixels, extent_m).logits
    difference = float(np.abs(ours - theirs).max() / max(1.0, np.abs(theirs).max()))
    if not difference <= TOLERANCE:
        raise TrainError(
            f"the weights read back from {name} give other scores than its file (they differ by {difference:.1g} of "
            "the largest): start from its run folder, or another model"
        )


def _chips(chip_px: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Chips with coarse and fine structure, `[N, S, S, 3]`, and their extents, of which one is unknown."""
    rng = np.random.default_rng(0)
    coarse = (
        rng.integers(0, 256, (NUM_COMPARED, 8, 8, 3)).repeat(chip_px // 8 + 1, axis=1).repeat(chip_px // 8 + 1, axis=2)
    )
    chips = coarse[:, :chip_px, :chip_px] * 0.8 + rng.normal(20, 10, (NUM_COMPARED, chip_px, chip_px, 3))
    extents = np.linspace(0.0, 30.0, NUM_COMPARED, dtype=np.float32)
    return np.clip(chips, 0, 255).astype(np.uint8), extents


def _tensors(data: bytes) -> dict[str, Tensor]:
    graph = onnx.load_from_string(data).graph
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
