"""Counts from the scores of each crop, with the mix of the group learned from them: an optional prior of the folder.

Where a group holds many wagons, a crop that is undecided between a wagon and a lorry is more likely a wagon. The mix
and the true units are drawn in turn: the Bayesian form of the EM algorithm of Saerens, Latinne and Decaestecker 2002
(doi 10.1162/089976602753284446). **For counts only**: no answer changes, and no rare class is named because its
group makes it likely.

On imagery unlike the training data the scores of a unit are all too high or all too low together. So each chain draws a
factor for each unit, and the interval holds what these allow.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from vehicle_id.model.card import ModelCard
from vehicle_id.model.prior import class_priors
from vehicle_id.report.rates import Units
from vehicle_id.results import Record

NUM_CHAINS: Final = 50
NUM_STEPS: Final = 30
NUM_KEPT: Final = 10
LEAST_PROBABILITY: Final = 1e-6
SPREAD_OF_IMAGERY: Final = 0.7
"""Standard deviation of the logarithm of that factor: with it the intervals of overhead-1.2 hold the truth in 0.9 of
groups of half a of overhead-dev (`training/measure/counts.py`). Half b checks it.
"""


class UnitLikelihoods:
    """How likely the picture of a crop is under each unit, from the scores in its row.

    Args:
        units: what is counted.
        card: of the model that answered, whose prior is divided out.
    """

    def __init__(self, units: Units, card: ModelCard) -> None:
        self._units = units
        self._prior = np.zeros(len(units.names))
        for label, share in zip(card.labels, class_priors(card), strict=True):
            self._prior[self._column(label)] += share

    def of(self, record: Record) -> NDArray[np.float64]:
        """`[units]`, up to a factor. What `top` leaves out is shared evenly among all units."""
        scores = np.zeros(len(self._units.names))
        top: Sequence[dict[str, Any]] = record["top"]
        for each in top:
            if self._units.of(each["label"]) is not None and each["score"] is not None:
                scores[self._column(each["label"])] += each["score"]
        rest = max(0.0, 1.0 - float(scores.sum())) / len(scores)
        return np.asarray((scores + rest + LEAST_PROBABILITY) / self._prior)

    def _column(self, label: str) -> int:
        unit = self._units.of(label)
        assert unit is not None
        return self._units.names.index(unit)


def draw_counts_from_scores(likelihoods: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Draws of how many objects of each unit there are, by Gibbs sampling.

    Args:
        likelihoods: `[objects, units]`.
        rng: source of the draws.

    Returns:
        `[draws, units]`, each row with as many objects as there are.
    """
    num_objects, num_units = likelihoods.shape
    seen = likelihoods * np.exp(rng.normal(0.0, SPREAD_OF_IMAGERY, (NUM_CHAINS, 1, num_units)))
    mix = np.full((NUM_CHAINS, num_units), 1.0 / num_units)
    kept = []
    for step in range(NUM_STEPS):
        shares = np.cumsum(mix[:, None, :] * seen, axis=2)
        drawn = rng.random((NUM_CHAINS, num_objects, 1)) * shares[:, :, -1:]
        truths = (drawn > shares).sum(axis=2)
        counts = np.stack([np.bincount(chain, minlength=num_units) for chain in truths])
        # a flat prior: every mix of units is equally likely beforehand
        mix = rng.standard_gamma(1.0 + counts)
        mix /= mix.sum(axis=1, keepdims=True)
        if step >= NUM_STEPS - NUM_KEPT:
            kept.append(counts)
    return np.concatenate(kept)
