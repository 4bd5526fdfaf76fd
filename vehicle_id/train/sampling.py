"""Which crops an epoch draws: classes by their weight, origins by the shares of the recipe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from vehicle_id.crops.manifest import Crop
from vehicle_id.train.recipe import TrainRecipe


def draw_epoch(crops: Sequence[Crop], *, epoch: int, seed: int, recipe: TrainRecipe) -> list[tuple[int, int]]:
    """Keys of one epoch: crops by the weight of their class (`class_weight`), origins by the recipe's shares."""
    num = recipe.epoch_crops or len(crops)
    rng = np.random.default_rng([seed, epoch])
    unbalanced = recipe.class_balance == 0 if recipe.effective_beta is None else recipe.effective_beta == 0
    if unbalanced and not _shares(recipe) and num <= len(crops):
        order = rng.permutation(len(crops))[:num]
    else:
        order = rng.choice(len(crops), size=num, p=_weights(crops, recipe))
    return [(epoch, int(number)) for number in order]


def _weights(crops: Sequence[Crop], recipe: TrainRecipe) -> np.ndarray:
    """Probability of drawing each crop, `[N]`; classes are balanced within each origin."""
    origins = np.array([crop.origin or "real" for crop in crops])
    counts = Counter((crop.label, crop.origin or "real") for crop in crops)
    weights = np.array([class_weight(counts[crop.label, crop.origin or "real"], recipe) for crop in crops])
    shares = {origin: share for origin, share in _shares(recipe).items() if (origins == origin).any()}
    others = ~np.isin(origins, list(shares))
    if others.any():
        weights[others] *= (1 - sum(shares.values())) / weights[others].sum()
        for origin, share in shares.items():
            weights[origins == origin] *= share / weights[origins == origin].sum()
    return np.asarray(weights / weights.sum())


def class_shares(crops: Sequence[Crop], labels: Sequence[str], recipe: TrainRecipe) -> np.ndarray:
    """How often an epoch draws each class, `[C]`; one without a crop counts as the rarest.

    Args:
        crops: of the training; those with a coarser label count for no class.
        labels: in the order of the logits.
        recipe: its balance of classes and origins.
    """
    weights, names = _weights(crops, recipe), np.array([crop.label for crop in crops])
    shares = np.array([weights[names == label].sum() for label in labels])
    return np.asarray(shares.clip(shares[shares > 0].min()))


def class_weight(count: int, recipe: TrainRecipe) -> float:
    """How often a crop of a class of so many crops is drawn, against a crop of a class of one."""
    beta = recipe.effective_beta
    if beta is None:
        return float(count**-recipe.class_balance)
    return (1 - beta) / (1 - beta**count)


def _shares(recipe: TrainRecipe) -> dict[str, float]:
    """The share that the recipe gives to an origin."""
    given = {"real": recipe.real_share, "mesh": recipe.mesh_share}
    return {origin: share for origin, share in given.items() if share is not None}
