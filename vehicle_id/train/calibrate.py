"""Fit what the decision compares with, on crops that did not train: temperature, thresholds, size interval.

Pure numpy over held-out outputs; `decide.py` uses what is fitted here. What is fitted on few crops, or on
renders, carries over to the world only as far as those resemble it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from vehicle_id import metrics
from vehicle_id.card import NORMAL_Z, Counts, Decision
from vehicle_id.decide import energy, softmax
from vehicle_id.taxonomy import Taxonomy
from vehicle_id.train.recipe import Recipe

TEMPERATURES = (0.05, 20.0)
NEVER = 1.01
"""A threshold no probability reaches."""
LEAST_THRESHOLD = 0.5
"""Under one half two nodes of one level could both be sure enough."""
FEWEST_ANSWERS = 10
"""A precision seen on fewer answers than this is not trusted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The network's outputs on held-out crops."""

    truth: NDArray[np.integer]
    """`[N]`, numbers of the labels."""
    logits: NDArray[np.floating]
    """`[N, C]`."""
    size: NDArray[np.floating] | None
    """`[N, 4]` as the network gives it."""
    true_size: NDArray[np.floating]
    """`[N, 2]`, NaN where not known."""

    def nll(self, temperature: float) -> float:
        """Mean negative log-likelihood at a temperature."""
        scaled = self.logits.astype(np.float64) / temperature
        return float(np.mean(-energy(scaled) - scaled[np.arange(len(scaled)), self.truth]))


class Calibration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a finished run hands to the export besides its weights."""

    decision: Decision
    metrics: dict[str, float]
    counts: dict[str, Counts]


def calibrate(held: Held, labels: Sequence[str], recipe: Recipe, counts: dict[str, Counts]) -> Calibration:
    """Fit the whole decision on held-out outputs."""
    temperature = fit_temperature(held)
    logits = held.logits / temperature
    leaves = softmax(logits)
    taxonomy = Taxonomy(recipe.taxonomy) if recipe.taxonomy else Taxonomy.flat(labels)
    confidence, right = leaves.max(axis=1), leaves.argmax(axis=1) == held.truth
    raw = softmax(held.logits)
    matrix = metrics.confusion(held.truth, leaves.argmax(axis=1), num_classes=len(labels))
    return Calibration(
        decision=Decision(
            thresholds=fit_thresholds(leaves, held.truth, labels, taxonomy, recipe.calibrate.target_precision),
            unknown_threshold=float(np.quantile(energy(logits), recipe.calibrate.known_share)),
            size_interval_z=fit_interval(held),
            temperature=temperature,
            target_precision=recipe.calibrate.target_precision,
        ),
        metrics={
            "val_accuracy": metrics.accuracy(held.truth, leaves.argmax(axis=1)),
            "val_macro_f1": metrics.macro_f1(matrix),
            "val_ece_uncalibrated": metrics.ece(raw.max(axis=1), raw.argmax(axis=1) == held.truth),
            "val_ece": metrics.ece(confidence, right),
        },
        counts=counts,
    )


def fit_temperature(held: Held) -> float:
    """The one number that makes held-out probabilities likeliest (Guo et al. 2017, arXiv 1706.04599)."""
    low, high = np.log(TEMPERATURES)
    found = minimize_scalar(lambda log: held.nll(float(np.exp(log))), bounds=(low, high), method="bounded")
    return float(np.exp(found.x))


def fit_thresholds(
    leaves: NDArray[np.floating],
    truth: NDArray[np.integer],
    labels: Sequence[str],
    taxonomy: Taxonomy,
    target_precision: float,
) -> dict[str, float]:
    """For every level, the least threshold at which the answers over it are right often enough.

    Args:
        leaves: `[N, C]`, calibrated probabilities.
        truth: `[N]`, numbers of the labels.
    """
    membership = taxonomy.membership(labels)
    nodes = leaves @ membership
    levels = np.array([node.level for node in taxonomy.nodes])
    thresholds = {}
    for level in dict.fromkeys(levels.tolist()):
        columns = np.flatnonzero(levels == level)
        best = columns[nodes[:, columns].argmax(axis=1)]
        right = membership[truth, best] > 0
        thresholds[level] = _least_threshold(nodes[np.arange(len(nodes)), best], right, target_precision)
    return thresholds


def _least_threshold(confidence: NDArray[np.floating], right: NDArray[np.bool_], target: float) -> float:
    order = np.argsort(-confidence, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero((precision >= target) & (np.arange(1, len(order) + 1) >= FEWEST_ANSWERS))
    if not len(enough):
        return NEVER
    return float(max(LEAST_THRESHOLD, confidence[order[enough[-1]]]))


def fit_interval(held: Held) -> float:
    """Standard deviations that hold nine in ten held-out lengths and widths; the normal's where none is known."""
    if held.size is None:
        return NORMAL_Z
    error = np.abs(held.size[:, :2] - held.true_size) / np.exp(0.5 * held.size[:, 2:])
    error = error[np.isfinite(error)]
    return float(np.quantile(error, 0.9)) if len(error) >= FEWEST_ANSWERS else NORMAL_Z
