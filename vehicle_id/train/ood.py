"""The unknown scores that are computed from the embedding: fitted on training crops, part of the exported graph.

Only crops of vehicles are compared with: ground would make all ground familiar, the foreign things that stand
on it with it. This room does not know which method serves a run best (`training/measure/unknown.py` measures
it), nor the threshold (`calibrate.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import safetensors
import safetensors.torch
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from vehicle_id.crops.manifest import Crop
from vehicle_id.errors import TrainError
from vehicle_id.files import write_whole
from vehicle_id.model.card import UnknownMethod
from vehicle_id.taxonomy import Taxonomy

NUM_CROPS = {"knn": 2_000, "mahalanobis": 10_000}
"""Training crops that are compared with; all of the first are kept in the graph, 2 MB at 256 dimensions."""
NEIGHBOURS = 10
"""Sun et al. take 10 where the bank is 1 % of ImageNet, about as many a class as here."""
SHRINKAGE = 1e-3
"""Share of the mean variance added to every direction: some have none, and with few crops most."""


class NearestNeighbours(nn.Module):
    """Distance to the k-th nearest training crop on the unit sphere (Sun et al. 2022, arXiv 2204.06507).

    Args:
        bank: `[B, D]`, embeddings of training crops.
    """

    def __init__(self, bank: Tensor) -> None:
        super().__init__()
        self.bank = nn.Buffer(functional.normalize(bank.float(), dim=1))

    def forward(self, embedding: Tensor) -> Tensor:
        """Scores `[N]` of embeddings `[N, D]`."""
        cosines = functional.normalize(embedding, dim=1) @ self.bank.T
        nearest = cosines.topk(min(NEIGHBOURS, len(self.bank)), dim=1).values[:, -1]
        return (2 - 2 * nearest).clamp(min=0).sqrt()


class RelativeMahalanobis(nn.Module):
    """Squared distance to the nearest class less that to all crops together (Ren et al. 2021, arXiv 2106.09022).

    Args:
        whiten: `[D, D]`, makes the classes' shared covariance the unit matrix.
        means: `[K, D]`, whitened means of the classes.
        whiten_all: `[D, D]`, the same for the covariance of all crops.
        mean_all: `[D]`, its whitened mean.
    """

    def __init__(self, whiten: Tensor, means: Tensor, whiten_all: Tensor, mean_all: Tensor) -> None:
        super().__init__()
        self.whiten, self.means = nn.Buffer(whiten.float()), nn.Buffer(means.float())
        self.whiten_all, self.mean_all = nn.Buffer(whiten_all.float()), nn.Buffer(mean_all.float())

    def forward(self, embedding: Tensor) -> Tensor:
        """Scores `[N]` of embeddings `[N, D]`."""
        to_classes = ((embedding @ self.whiten)[:, None] - self.means).square().sum(dim=2)
        to_all = (embedding @ self.whiten_all - self.mean_all).square().sum(dim=1)
        return to_classes.min(dim=1).values - to_all


def draw_vehicles(crops: Sequence[Crop], taxonomy: Taxonomy, method: UnknownMethod, *, seed: int) -> list[Crop]:
    """Training crops of vehicles to compare with, as many of a rare class as of a common one while they last.

    Raises:
        TrainError: there is none.
    """
    order = np.random.default_rng(seed).permutation(len(crops))
    vehicles = [crop for crop in (crops[number] for number in order) if taxonomy[crop.label or ""].has_size]
    if not vehicles:
        raise TrainError(f"the unknown method {method!r} compares with vehicles, no training crop is one")
    seen: Counter[str | None] = Counter()
    turns = []
    for crop in vehicles:
        turns.append(seen[crop.label])
        seen[crop.label] += 1
    return [vehicles[place] for place in np.argsort(turns, kind="stable")[: NUM_CROPS[method]]]


def fit_unknown(method: UnknownMethod, embedding: NDArray[np.floating], target: NDArray[np.bool_]) -> nn.Module:
    """The module that scores embeddings.

    Args:
        method: `knn` or `mahalanobis`.
        embedding: `[N, D]`, of training crops.
        target: `[N, C]`, the leaves that their labels allow; Mahalanobis takes those of one leaf.
    """
    if method == "knn":
        return NearestNeighbours(torch.from_numpy(embedding))
    exact = target.sum(axis=1) == 1
    points, classes = embedding[exact].astype(np.float64), target[exact].argmax(axis=1)
    present = np.unique(classes)
    means = np.stack([points[classes == each].mean(axis=0) for each in present])
    whiten = _whitening(points - means[np.searchsorted(present, classes)])
    whiten_all = _whitening(points - points.mean(axis=0))
    parts = (whiten, means @ whiten, whiten_all, points.mean(axis=0) @ whiten_all)
    return RelativeMahalanobis(*map(torch.from_numpy, parts))


def save_unknown(path: Path, module: nn.Module) -> None:
    """Keep what was fitted beside the run's weights."""
    write_whole(path, safetensors.torch.save({name: tensor.cpu() for name, tensor in module.state_dict().items()}))


def load_unknown(path: Path, method: UnknownMethod) -> nn.Module:
    """The module that `save_unknown` kept.

    Raises:
        TrainError: it is not there, or of another method.
    """
    kind = NearestNeighbours if method == "knn" else RelativeMahalanobis
    try:
        return kind(**safetensors.torch.load(path.read_bytes()))
    except (OSError, safetensors.SafetensorError, TypeError) as error:
        raise TrainError(f"the run holds no {method} statistics at {path}: train it with --resume first") from error


def _whitening(centred: NDArray[np.float64]) -> NDArray[np.float64]:
    """`[D, D]`, a root of the inverse covariance of centred points `[N, D]`."""
    covariance = centred.T @ centred / len(centred)
    num_dimensions = len(covariance)
    # the tiny rest keeps points that do not vary at all apart from a division by zero
    covariance += (SHRINKAGE * np.trace(covariance) / num_dimensions + 1e-12) * np.eye(num_dimensions)
    return np.linalg.cholesky(np.linalg.inv(covariance))
