"""Embeddings of crops, and a map on which crops that the network takes for alike lie close together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from vehicle_id.crops.manifest import Crop
from vehicle_id.train.crop_dataset import CropDataset, batches, move
from vehicle_id.train.labels import tree_of
from vehicle_id.train.observers import RunContext

BATCH: Final = 64
PERPLEXITY: Final = 20.0
"""Crops that count as neighbours of one, about."""
STEPS: Final = 350
EARLY_STEPS: Final = 100
"""Steps with attraction enlarged by `EXAGGERATION`, as in the paper."""
EXAGGERATION: Final = 12.0


@torch.inference_mode()
def embed(run: RunContext, crops: Sequence[Crop]) -> NDArray[np.float32]:
    """Embeddings `[N, D]` of the averaged network, one window of each crop."""
    network = run.network.eval()
    device = next(network.parameters()).device
    dataset = CropDataset(
        crops,
        run.labels,
        tree_of(run.recipe, run.labels),
        chip_px=run.recipe.model.chip_px,
        augment=None,
        seed=run.recipe.seed,
        images=run.splits.images,
    )
    keys = [(0, number) for number in range(len(crops))]
    parts = []
    for batch in batches(dataset, keys, batch_size=BATCH, num_workers=run.recipe.data.num_workers):
        moved = move(batch, device)
        parts.append(network(moved["chips"], moved["extent_m"])["embedding"].float().cpu().numpy())
    return np.concatenate(parts)


def map_of(embeddings: NDArray[np.float32], *, seed: int) -> NDArray[np.float64]:
    """Places `[N, 2]` of N embeddings: t-SNE (van der Maaten and Hinton 2008, JMLR 9), exact, on unit vectors.

    Distances between groups, and sizes of groups, mean nothing; neighbours do. Takes time and memory of N squared.
    """
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True).clip(1e-9)
    near = _neighbourhoods(unit.astype(np.float64))
    places = _first_places(unit, seed)
    change, gain = np.zeros_like(places), np.ones_like(places)
    rate = max(len(places) / EXAGGERATION, 50.0)
    for step in range(STEPS):
        early = step < EARLY_STEPS
        weights = 1 / (1 + _squares(places))
        np.fill_diagonal(weights, 0)
        pull = (near * (EXAGGERATION if early else 1.0) - weights / weights.sum()) * weights
        slope = 4 * (pull.sum(axis=1)[:, None] * places - pull @ places)
        gain = np.where(np.sign(slope) == np.sign(change), gain * 0.8, gain + 0.2).clip(0.01)
        change = (0.5 if early else 0.8) * change - rate * gain * slope
        places = places + change
        places -= places.mean(axis=0)
    return places


def _first_places(unit: NDArray[np.float32], seed: int) -> NDArray[np.float64]:
    """The two main axes, made small; a little noise separates equal crops."""
    centred = unit - unit.mean(axis=0)
    left, size, _ = np.linalg.svd(centred, full_matrices=False)
    axes = np.zeros((len(unit), 2))
    axes[:, : min(2, len(size))] = (left * size)[:, :2]
    noise = np.random.default_rng(seed).normal(0, 1e-6, axes.shape)
    return np.asarray(1e-4 * axes / max(float(axes[:, 0].std()), 1e-12) + noise, np.float64)


def _squares(places: NDArray[np.float64]) -> NDArray[np.float64]:
    norms = (places**2).sum(axis=1)
    return np.asarray((norms[:, None] + norms - 2 * places @ places.T).clip(0))


def _neighbourhoods(unit: NDArray[np.float64]) -> NDArray[np.float64]:
    """Joint probabilities `[N, N]`: around each crop a bell whose width gives it the wanted number of neighbours."""
    squares = _squares(unit)
    np.fill_diagonal(squares, np.inf)
    wanted = np.log(min(PERPLEXITY, (len(unit) - 1) / 3))
    low, high = np.zeros(len(unit)), np.full(len(unit), np.inf)
    narrowness = np.ones(len(unit))
    for _ in range(60):
        bells = np.exp(-(squares - squares.min(axis=1, keepdims=True)) * narrowness[:, None])
        bells /= bells.sum(axis=1, keepdims=True)
        entropy = -(bells * np.log(bells.clip(1e-300))).sum(axis=1)
        too_wide = entropy > wanted
        low, high = np.where(too_wide, narrowness, low), np.where(too_wide, high, narrowness)
        narrowness = np.where(np.isinf(high), narrowness * 2, (low + high) / 2)
    return np.asarray(((bells + bells.T) / (2 * len(unit))).clip(1e-12))
