"""Out-of-distribution scores: one number per crop, higher for crops less like the training data.

Which method separates best depends on the network; `training/measure/ood_scores.py` measures all of them. Fits nothing
and knows no threshold.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vehicle_id.model.card import UnknownMethod
from vehicle_id.taxonomy import Taxonomy, families_of


class UnknownScore:
    """The score that a card names.

    - `msp`: one minus the highest probability of a leaf (Hendrycks and Gimpel 2017, arXiv 1610.02136);
    - `max_logit`: minus the highest logit (Hendrycks et al. 2022, arXiv 1911.11132);
    - `energy`: see `energy`;
    - `vehicle`: one minus the probability of all leaves that have a size;
    - `family`: one minus the highest probability of a family, of leaves that have a size;
    - `class_mean`: see `class_distance`.

    Args:
        method: one of these.
        taxonomy: the model's class tree.
        labels: its leaves in the order of the logits.
    """

    def __init__(self, method: UnknownMethod, taxonomy: Taxonomy, labels: Sequence[str]) -> None:
        self.method = method
        self._groups = _groups(method, taxonomy, labels)

    @property
    def of_vehicles(self) -> bool:
        """Whether it also scores ground and clutter as unknown."""
        return self.method in ("vehicle", "family")

    def of(
        self,
        logits: NDArray[np.floating],
        leaves: NDArray[np.float64],
        distance: NDArray[np.float64] | None = None,
    ) -> NDArray[np.float64]:
        """Scores `[N]`.

        Args:
            logits: `[N, C]`.
            leaves: `[N, C]`, their probabilities.
            distance: `[N]`, as `class_distance` gives it; only `class_mean` needs it.
        """
        if self.method == "class_mean":
            assert distance is not None  # the card and the recipe are checked
            return distance
        if self.method == "energy":
            return energy(logits)
        if self.method == "max_logit":
            return np.asarray(-logits.max(axis=1).astype(np.float64))
        return np.asarray(1 - (leaves @ self._groups).max(axis=1, initial=0.0))


def class_distance(
    embedding: NDArray[np.floating] | None, class_means: NDArray[np.float64] | None
) -> NDArray[np.float64] | None:
    """Distance of the directions of embeddings `[N, D]` from the nearest mean `[C, D]`; None where one is missing.

    The mean of a class is one of directions: the more they differ, the shorter it is. With an embedding that is
    whitened by the covariance within the classes this is much as the Mahalanobis distance (Lee et al. 2018, arXiv
    1807.03888).
    """
    if embedding is None or class_means is None:
        return None
    directions = embedding / np.linalg.norm(embedding.astype(np.float64), axis=1, keepdims=True).clip(1e-12)
    squares = 1 + (class_means**2).sum(axis=1) - 2 * directions @ class_means.T
    return np.asarray(np.sqrt(squares.min(axis=1).clip(0)))


def energy(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Minus the log of the summed exponentials of logits `[N, C]` (Liu et al. 2020, arXiv 2010.03759)."""
    peak = logits.max(axis=1).astype(np.float64)
    return np.asarray(-(peak + np.log(np.exp(logits - peak[:, None]).sum(axis=1))))


def _groups(method: UnknownMethod, taxonomy: Taxonomy, labels: Sequence[str]) -> NDArray[np.float64]:
    """`[C, groups]`, 1 where the leaf is of the group: itself, all vehicles, or its family."""
    if method == "msp":
        return np.eye(len(labels))
    sized = np.array([taxonomy[label].has_size for label in labels])
    if method == "vehicle":
        return sized[:, None].astype(float)
    family_of = families_of(taxonomy, {label: (label,) for label in labels})
    families = sorted(frozenset().union(*family_of.values()))
    filed = np.array([[family in family_of[label] for family in families] for label in labels])
    return np.asarray(filed & sized[:, None], float)
