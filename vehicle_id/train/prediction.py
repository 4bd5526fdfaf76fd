"""What a network answers for crops that it does not train on, with what is true of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from vehicle_id.model.ood import class_distance
from vehicle_id.model.session import Scores
from vehicle_id.model.views import mean_of_windows
from vehicle_id.train.calibrate import HeldOutOutputs, fit_temperature, gsd_errors, sources_of
from vehicle_id.train.crop_dataset import CropDataset, batches, move
from vehicle_id.train.epoch_choice import equal_classes
from vehicle_id.train.model import VehicleNet

CHIPS: Final = 128
"""Chips that go through the network together."""


@torch.inference_mode()
def predict(
    network: nn.Module,
    dataset: CropDataset,
    labels: Sequence[str],
    *,
    num_workers: int,
    class_means: NDArray[np.float64] | None = None,
) -> HeldOutOutputs:
    """Outputs of a network on the crops of a dataset, in their order, each the mean of the dataset's views.

    Args:
        network: a `VehicleNet`. It is left in evaluation mode.
        dataset: without augmentation.
        labels: in the order of the logits.
        num_workers: processes that open the crops.
        class_means: `[C, D]`, mean directions of the embedding.
    """
    network.eval()
    device = next(network.parameters()).device
    crops, taxonomy, views = dataset.crops, dataset.taxonomy, dataset.views
    keys = [(0, number) for number in range(len(crops))]
    parts = []
    for batch in batches(dataset, keys, batch_size=CHIPS // views, num_workers=num_workers):
        flat = batch if views == 1 else {name: tensor.flatten(0, 1) for name, tensor in batch.items()}
        moved = move(flat, device)
        outputs = network(moved["chips"], moved["extent_m"])
        known = {"target": flat["target"][::views], "true_size": flat["size"][::views]}
        parts.append({name: tensor.float().cpu().numpy() for name, tensor in {**outputs, **known}.items()})
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    scores = mean_of_windows(
        Scores(logits=joined["logits"], embedding=joined["embedding"], size=joined.get("size")), views
    )
    return HeldOutOutputs(
        labels=tuple(labels),
        taxonomy=taxonomy,
        target=joined["target"] > 0,
        source=sources_of(
            [crop.origin for crop in crops],
            joined["target"] > 0,
            [taxonomy[label].has_size for label in labels],
        ),
        logits=scores.logits,
        size=scores.size,
        true_size=joined["true_size"],
        gsd_error=gsd_errors(crops),
        windows=None if views == 1 else joined["logits"].reshape(len(crops), views, -1),
        distance=class_distance(scores.embedding, class_means),
    )


@torch.inference_mode()
def training_features(
    network: VehicleNet, dataset: CropDataset, *, num_workers: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """The features of crops that trained, and their classes.

    Args:
        network: with `whitening`. It is left in evaluation mode.
        dataset: without augmentation.
        num_workers: processes that open the crops.

    Returns:
        Features `[N, F]` of the crops labelled by a leaf, and `[N]`, the numbers of their labels.
    """
    network.eval()
    device = next(network.parameters()).device
    keys = [(0, number) for number in range(len(dataset))]
    features, targets = [], []
    for batch in batches(dataset, keys, batch_size=CHIPS, num_workers=num_workers):
        moved = move(batch, device)
        features.append(network.described(moved["chips"]).float().cpu())
        targets.append(batch["target"])
    target = torch.cat(targets)
    exact = target.sum(dim=1) == 1
    return torch.cat(features)[exact], target[exact].int().argmax(dim=1)


def validation_scores(outputs: HeldOutOutputs) -> tuple[float, dict[str, float]]:
    """Score to maximise, the likelihood at the best temperature with all classes alike, and what to log.

    Accuracy and macro-F1 of a few rare crops vary by chance; the likelihood uses every crop.
    """
    weights = equal_classes(outputs.source, outputs.target)
    nll = outputs.nll(fit_temperature(outputs, weights), weights)
    record = {"val_accuracy": float(np.mean(outputs.right())), "val_macro_f1": outputs.macro_f1(), "val_nll": nll}
    sources = np.unique(outputs.source)
    if len(sources) > 1:
        record |= {
            f"val_accuracy_{name.replace(' ', '_')}": float(np.mean(outputs.right()[outputs.source == name]))
            for name in sources.tolist()
        }
    return -nll, record
