"""Which epoch of a run is kept: the best on the validation crops, or the last where these are too few to tell.

All classes weigh the same in the likelihood that chooses, as they do in macro-F1. A class of few crops then adds much
noise, so the choice needs enough crops of each class. With fewer the last epoch is kept: its weights are averaged, its
learning rate has fallen, and no chance of few crops decides. Oliver et al. 2018 (arXiv 1804.09170) show that small
validation sets do not tell models apart. What a better epoch would have gained is not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vehicle_id.crops.manifest import Crop
from vehicle_id.taxonomy import Taxonomy
from vehicle_id.train.calibrate import FEWEST_ANSWERS, sources_of
from vehicle_id.train.labels import tree_of
from vehicle_id.train.recipe import Recipe

FEWEST_A_CLASS: Final = FEWEST_ANSWERS
"""Effective validation crops a class that can choose an epoch: as many as a precision is measured on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochChoice:
    """How a run chooses the epoch whose weights it keeps."""

    keeps_last: bool
    """No crop chooses: every epoch replaces the one before, and training does not end early."""
    reason: str
    """The rule and why it holds, as log and report state it."""


def choose_epoch_by(recipe: Recipe, val: Sequence[Crop], labels: Sequence[str]) -> EpochChoice:
    """The rule of a run, by its recipe and the number of its validation crops.

    Args:
        recipe: states a rule in `train.kept_epoch`, or leaves it to the crops.
        val: the validation crops, at least one.
        labels: in the order of the logits.
    """
    rule = recipe.train.kept_epoch
    if rule == "last":
        return EpochChoice(keeps_last=True, reason="keeps the last epoch: train.kept_epoch is last")
    if rule == "best":
        return EpochChoice(keeps_last=False, reason="keeps the best epoch: train.kept_epoch is best")
    num = crops_a_class(val, labels, tree_of(recipe, labels))
    counted = f"validation has {num:.1f} crops a class (effective number)"
    if num < FEWEST_A_CLASS:
        reason = f"keeps the last epoch: {counted}, and under {FEWEST_A_CLASS} do not tell epochs apart"
        return EpochChoice(keeps_last=True, reason=reason)
    return EpochChoice(keeps_last=False, reason=f"keeps the best epoch: {counted}")


def crops_a_class(crops: Sequence[Crop], labels: Sequence[str], taxonomy: Taxonomy) -> float:
    """The effective number of crops (one over the sum of squared weights, Kish 1965) for each label that has crops.

    For crops of one source it is the harmonic mean of the labels' counts: the rarest labels decide it.

    Args:
        crops: at least one.
        labels: in the order of the logits.
        taxonomy: has the label of every crop.
    """
    allowed = dict(zip(taxonomy.names, taxonomy.membership(labels).T > 0, strict=True))
    target = np.stack([allowed[crop.label or ""] for crop in crops])
    source = sources_of([crop.origin for crop in crops], target, [taxonomy[label].has_size for label in labels])
    weights = equal_classes(source, target)
    return float(1 / np.sum(weights**2) / len({crop.label for crop in crops}))


def equal_classes(source: NDArray[np.str_], target: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Weights of crops, `[N]`, that sum up to 1: every source alike, and within each source every label alike.

    Args:
        source: `[N]`, as `sources_of` returns it.
        target: `[N, C]`, the leaves that each label allows; crops of the same row have the same label.
    """
    _, label = np.unique(target, axis=0, return_inverse=True)
    _, origin = np.unique(source, return_inverse=True)
    pairs = np.stack([origin, label.reshape(-1)])
    _, group, size = np.unique(pairs, axis=1, return_inverse=True, return_counts=True)
    weights = 1.0 / size[group.reshape(-1)]
    num_labels = np.bincount(origin, weights=weights)
    return np.asarray(weights / num_labels[origin] / len(num_labels))
