"""The network that a run starts from: of a published model, a run, a checkpoint or an ONNX file.

A class that both have keeps its row of the last layer; a new class gets a new row on the same embedding.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
from torch import Tensor

from vehicle_id.errors import ModelNotFoundError, TrainError
from vehicle_id.model import hub
from vehicle_id.model.card import Counts
from vehicle_id.taxonomy import Node, Taxonomy
from vehicle_id.train import checkpoint
from vehicle_id.train.checkpoint import RunFolder
from vehicle_id.train.crop_dataset import Batch
from vehicle_id.train.model import VehicleNet
from vehicle_id.train.recipe import ModelRecipe, Recipe, load_recipe
from vehicle_id.train.released import read_released

FIXED: Final = ("backbone", "embedding_dim", "extent")
"""Fields of the network that weights fix."""
TAKEN: Final = (*FIXED, "chip_px", "centre", "canonical_pose", "stretch")
"""Fields that a recipe takes from the network it starts from, unless it states them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A trained network with its classes."""

    name: str
    """As the recipe names it."""
    labels: tuple[str, ...]
    """Its classes, in the order of the logits."""
    nodes: tuple[Node, ...]
    """Its class tree."""
    model: ModelRecipe
    state: dict[str, Tensor]
    """Of a `VehicleNet`, as it was before its decision was fitted."""
    counts: Mapping[str, Counts] | None
    """Crops of each class, as its card says; None for a run, which has no card."""


def read_start(name: str | Path) -> Start:
    """Read what a recipe names in `start_from`.

    Args:
        name: a published name (`overhead-2.0`), the folder of a finished run or of a model, a checkpoint of a run
            (.safetensors, with its recipe.yaml beside it), or an ONNX file that `vehicle-id export` wrote.

    Raises:
        TrainError: there is no such thing, or its weights cannot be used.
        ModelError: a model file that cannot be read.
    """
    path = Path(name)
    if str(name) in _published() or path.suffix == ".onnx":
        return _of_model(str(name))
    if path.suffix == ".safetensors":
        return _of_run(str(name), path, path.parent / "recipe.yaml")
    run = RunFolder(folder=path)
    if os.path.isfile(run.best):
        return _of_run(str(name), run.best, run.recipe)
    if os.path.isfile(path / "model.onnx"):
        return _of_model(str(path / "model.onnx"))
    if os.path.isfile(run.recipe):
        raise TrainError(f"the run {path} has no usable checkpoint: train it first, or start from another one")
    known = ", ".join(_published())
    near = difflib.get_close_matches(str(name), _published(), n=1)
    raise TrainError(
        f"start_from names {str(name)!r}, which is no published model ({known}), run folder, model folder, "
        f".safetensors or .onnx file{f': did you mean {near[0]}?' if near else ''}"
    )


def fill(network: VehicleNet, start: Start, labels: Sequence[str]) -> None:
    """Fill a network with the weights of another one.

    Rows of the last layer go by the name of the class; heads that the other lacks stay as they are.

    Args:
        network: as the recipe builds it.
        start: the other one.
        labels: the classes of `network`, in the order of its logits.

    Raises:
        TrainError: the weights do not fit the network.
    """
    wanted = network.state_dict()
    state = {key: tensor for key, tensor in start.state.items() if key in wanted}
    for key in ("classify.weight", "classify.bias"):
        rows = wanted[key].clone()
        for number, label in enumerate(labels):
            if label in start.labels and rows.shape[1:] == state[key].shape[1:]:
                rows[number] = state[key][start.labels.index(label)]
        state[key] = rows
    try:
        network.load_state_dict({**wanted, **state})
    except RuntimeError as error:
        fault = str(error).splitlines()[-1].strip()
        raise TrainError(f"the weights of {start.name} do not fit the recipe: {fault}") from error


def check_network(recipe: ModelRecipe, start: Start) -> None:
    """Refuse a network that the weights cannot fill.

    Raises:
        TrainError: names the field, and both values.
    """
    for field in FIXED:
        ours, theirs = getattr(recipe, field), getattr(start.model, field)
        if ours != theirs:
            raise TrainError(
                f"the recipe states model.{field} {ours}, but {start.name}, from which it starts, has {theirs}: leave "
                f"model.{field} out, or set it to {theirs}"
            )


def with_kept_classes(recipe: Recipe, start: Start, found: Sequence[str]) -> tuple[Node, ...]:
    """The class tree of a run that keeps the classes of the network it starts from.

    Args:
        recipe: its own tree says where new classes stand.
        start: the network whose tree comes first.
        found: labels of the crops; one that is in neither tree becomes a class of its own at the top.

    Raises:
        TrainError: the recipe's tree would make a kept class a group.
    """
    known = {node.name for node in start.nodes}
    own = [node for node in recipe.taxonomy if node.name not in known]
    alone = [Node(name=label) for label in sorted(set(found)) if label not in known | {node.name for node in own}]
    nodes = (*start.nodes, *own, *alone)
    try:
        leaves = Taxonomy(nodes).leaves
    except ValueError as error:
        raise TrainError(f"the classes of the crops cannot join those of {start.name}: {error}") from error
    for label in start.labels:
        if label not in leaves:
            raise TrainError(
                f"keep_classes keeps {label!r} of {start.name}, so no class can be under it: give the new class "
                "another parent, or train without keep_classes"
            )
    return nodes


class Teacher:
    """What the network of a start answers among its own classes, for a run that keeps them.

    Args:
        start: the network; it does not change.
        labels: the classes of the run, among them those of the start.
        device: where the batches are.
    """

    def __init__(self, start: Start, labels: Sequence[str], device: torch.device) -> None:
        self.network = VehicleNet(start.model, num_classes=len(start.labels), pretrained=False)
        self.network.load_state_dict(start.state)
        self.network.eval().to(device)
        self.columns = torch.tensor([labels.index(label) for label in start.labels], device=device)
        self.num_classes = len(labels)

    @torch.no_grad()
    def taught(self, batch: Batch) -> Batch:
        """The batch with `kept [N, C]`: the logits of the start, NaN for the classes that it does not have."""
        logits = self.network(batch["chips"], batch["extent_m"])["logits"].float()
        kept = torch.full((len(logits), self.num_classes), torch.nan, device=logits.device)
        kept[:, self.columns] = logits
        return {**batch, "kept": kept}


def backbone_weights(name: str | Path) -> dict[str, Tensor]:
    """The backbone of a trained network, for `timm.create_model(..., num_classes=0)`.

    The pixels that it expects are scaled to 0 to 1 and normalised with `pretrained_cfg`'s mean and std; in a model
    whose `canonical_pose` is true, the chip is turned by `train.model.canonical_pose` before.

    Args:
        name: as for `read_start`.

    Returns:
        The state dict of timm's module.

    Raises:
        TrainError: as `read_start`.
        ModelError: as `read_start`.
    """
    prefix = "backbone."
    state = read_start(name).state
    return {key.removeprefix(prefix): tensor for key, tensor in state.items() if key.startswith(prefix)}


def _of_model(name: str) -> Start:
    card, model, state = read_released(hub.load(name).data, name)
    return Start(name=name, labels=card.labels, nodes=card.nodes, model=model, state=state, counts=card.counts)


def _of_run(name: str, weights: Path, recipe_file: Path) -> Start:
    recipe = load_recipe(recipe_file)
    labels = checkpoint.read_progress(weights).labels
    network = VehicleNet(recipe.model, num_classes=len(labels), pretrained=False)
    checkpoint.load(weights, model=network)
    nodes = recipe.taxonomy or Taxonomy.flat(labels).nodes
    return Start(name=name, labels=labels, nodes=nodes, model=recipe.model, state=network.state_dict(), counts=None)


def _published() -> list[str]:
    """Names of the published models; none where this install contains no models."""
    try:
        return sorted(hub.read_index()[0].models)
    except ModelNotFoundError:
        return []
