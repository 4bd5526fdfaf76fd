"""Fit what the decision compares with, on crops that did not train: temperature, thresholds, size, candidates.

Pure numpy over held-out outputs; `decide.py` uses what is fitted here. What is fitted on few crops, or on
renders, carries over to the world only as far as those resemble it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from vehicle_id.evaluation import metrics
from vehicle_id.model.card import NORMAL_Z, Counts, Decision
from vehicle_id.model.decide import softmax
from vehicle_id.model.ood import UnknownScore, energy
from vehicle_id.taxonomy import Taxonomy, families_of
from vehicle_id.train.data import tree_of
from vehicle_id.train.recipe import CalibrateRecipe, Recipe

TEMPERATURES = (0.05, 20.0)
NEVER = 1.01
"""A threshold no probability reaches."""
LEAST_THRESHOLD = 0.5
"""Under one half two nodes of one level could both be sure enough."""
FEWEST_ANSWERS = 10
"""A precision or an interval seen on fewer answers than this is not trusted."""
COVERAGES: Final = ("0.8", "0.9", "0.95", "0.99")
"""For which candidates are fitted; as text, since they are keys of the card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The network's outputs on held-out crops."""

    target: NDArray[np.bool_]
    """`[N, C]`, the leaves that a crop's label allows: one, or for a coarser label several."""
    rendered: NDArray[np.bool_]
    """`[N]`."""
    logits: NDArray[np.floating]
    """`[N, C]`."""
    size: NDArray[np.floating] | None
    """`[N, 4]` as the network gives it."""
    true_size: NDArray[np.floating]
    """`[N, 2]`, NaN where not known."""
    embedding: NDArray[np.floating] | None = None
    """`[N, D]`."""
    unknown: NDArray[np.floating] | None = None
    """`[N]`, the unknown score by the embedding, where the recipe asks for one."""

    def nll(self, temperature: float) -> float:
        """Negative log-likelihood at a temperature: the mean of real crops and that of rendered ones, averaged.

        Their numbers differ for no reason that a user would know.
        """
        scaled = self.logits.astype(np.float64) / temperature
        each = energy(np.where(self.target, scaled, -np.inf)) - energy(scaled)
        kinds = [each[kind] for kind in (self.rendered, ~self.rendered) if kind.any()]
        return float(np.mean([kind.mean() for kind in kinds]))

    @property
    def exact(self) -> NDArray[np.bool_]:
        """`[N]`, whether the label is a leaf."""
        return np.asarray(self.target.sum(axis=1) == 1)

    def right(self) -> NDArray[np.bool_]:
        """`[N]`, whether the likeliest leaf is one that the label allows."""
        return np.asarray(self.target[np.arange(len(self.target)), self.logits.argmax(axis=1)])

    def macro_f1(self) -> float:
        """Over the crops labelled by a leaf."""
        exact = self.exact
        truth, answers = self.target[exact].argmax(axis=1), self.logits[exact].argmax(axis=1)
        return metrics.macro_f1(metrics.confusion(truth, answers, num_classes=self.target.shape[1]))


class Calibration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a finished run hands to the export besides its weights."""

    decision: Decision
    metrics: dict[str, float]
    counts: dict[str, Counts]


def calibrate(held: Held, labels: Sequence[str], recipe: Recipe, counts: dict[str, Counts]) -> Calibration:
    """Fit the whole decision on held-out outputs."""
    temperature = fit_temperature(held)
    taxonomy = tree_of(recipe, labels)
    raw, exact = softmax(held.logits), held.exact
    held = replace(
        held, logits=held.logits / temperature + prior_shift(labels, taxonomy, recipe.calibrate.family_prior)
    )
    leaves, right = softmax(held.logits), held.right()
    length_z, width_z = fit_intervals(held)
    return Calibration(
        decision=Decision(
            thresholds=fit_thresholds(leaves, held.target, labels, taxonomy, recipe.calibrate.target_precision),
            node_thresholds=fit_node_thresholds(leaves, held.target, labels, taxonomy, recipe.calibrate.node_precision),
            unknown_threshold=fit_unknown_threshold(held, held.logits, labels, taxonomy, recipe.calibrate),
            unknown_method=recipe.calibrate.unknown_method,
            size_interval_z=length_z,
            width_interval_z=width_z,
            temperature=temperature,
            family_prior=recipe.calibrate.family_prior,
            target_precision=recipe.calibrate.target_precision,
            conformal=fit_conformal(leaves[exact], held.target[exact], labels),
        ),
        metrics={
            "val_accuracy": float(np.mean(right)),
            "val_macro_f1": held.macro_f1(),
            "val_ece_uncalibrated": metrics.ece(raw.max(axis=1)[exact], held.target[exact, raw[exact].argmax(axis=1)]),
            "val_ece": metrics.ece(leaves.max(axis=1)[exact], right[exact]),
        },
        counts=counts,
    )


def fit_temperature(held: Held) -> float:
    """The one number that makes held-out probabilities likeliest (Guo et al. 2017, arXiv 1706.04599)."""
    low, high = np.log(TEMPERATURES)
    found = minimize_scalar(lambda log: held.nll(float(np.exp(log))), bounds=(low, high), method="bounded")
    return float(np.exp(found.x))


def prior_shift(labels: Sequence[str], taxonomy: Taxonomy, family_prior: float) -> NDArray[np.float64]:
    """What is added to the logits `[C]` so that families are equally likely before the picture is seen.

    Training shows every class about equally often. A family of nine classes of haul truck is then nine times as
    likely as buses, for no reason but how finely it is divided.

    Args:
        family_prior: 0 = classes equally likely, 1 = families, and classes within them; between, between.
    """
    family_of = families_of(taxonomy, {label: (label,) for label in labels})
    size = Counter(family_of.values())
    shares = np.array([1.0 / size[family_of[label]] for label in labels])
    return np.asarray(family_prior * (np.log(shares) - np.log(shares).mean()))


def fit_thresholds(
    leaves: NDArray[np.floating],
    target: NDArray[np.bool_],
    labels: Sequence[str],
    taxonomy: Taxonomy,
    target_precision: float,
) -> dict[str, float]:
    """For every level, the least threshold at which the answers over it are right often enough.

    Args:
        leaves: `[N, C]`, calibrated probabilities.
        target: `[N, C]`, the leaves that each label allows. A crop counts at the levels on which its label
            tells of every node whether it is right. One that could only be wrong would raise the threshold.
    """
    nodes, right, told = _nodes(leaves, target, labels, taxonomy)
    levels = np.array([node.level for node in taxonomy.nodes])
    thresholds = {}
    for level in dict.fromkeys(levels.tolist()):
        columns = np.flatnonzero(levels == level)
        rows = np.flatnonzero(told[:, columns].all(axis=1))
        best = columns[nodes[np.ix_(rows, columns)].argmax(axis=1)]
        thresholds[level] = _least_threshold(nodes[rows, best], right[rows, best], target_precision)
    return thresholds


def fit_node_thresholds(
    leaves: NDArray[np.floating],
    target: NDArray[np.bool_],
    labels: Sequence[str],
    taxonomy: Taxonomy,
    precisions: dict[str, float],
) -> dict[str, float]:
    """For each named node, the least probability over which it is right as often as is asked of it.

    Args:
        leaves: `[N, C]`, calibrated probabilities.
        target: `[N, C]`, the leaves that each label allows.
        labels: in the order of the columns.
        taxonomy: the class tree.
        precisions: node -> share of the crops over its threshold that shall belong to it.
    """
    nodes, right, told = _nodes(leaves, target, labels, taxonomy)
    columns = {name: taxonomy.names.index(name) for name in precisions}
    return {
        name: _least_threshold(nodes[told[:, column], column], right[told[:, column], column], precisions[name])
        for name, column in columns.items()
    }


def _nodes(
    leaves: NDArray[np.floating], target: NDArray[np.bool_], labels: Sequence[str], taxonomy: Taxonomy
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Of every crop and node, `[N, nodes]`: probability, whether the label belongs to it, whether the label tells."""
    membership = taxonomy.membership(labels)
    shared = target @ membership
    told = (shared == 0) | (shared == target.sum(axis=1)[:, None])
    return np.asarray(leaves @ membership), np.asarray(shared > 0), np.asarray(told)


def _least_threshold(confidence: NDArray[np.floating], right: NDArray[np.bool_], target: float) -> float:
    order = np.argsort(-confidence, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero((precision >= target) & (np.arange(1, len(order) + 1) >= FEWEST_ANSWERS))
    if not len(enough):
        return NEVER
    return float(max(LEAST_THRESHOLD, confidence[order[enough[-1]]]))


def fit_unknown_threshold(
    held: Held, logits: NDArray[np.floating], labels: Sequence[str], taxonomy: Taxonomy, recipe: CalibrateRecipe
) -> float | None:
    """The score that the recipe's share of known crops stays under; None where there is none.

    Known is every held-out crop; to a score of vehicles, every vehicle.

    Args:
        held: the crops, and their scores by the embedding.
        logits: `[N, C]`, over the temperature.
        labels: in the order of the logits.
        taxonomy: the class tree.
        recipe: method and share.
    """
    score = UnknownScore(recipe.unknown_method, taxonomy, labels)
    sized = np.array([taxonomy[label].has_size for label in labels])
    known = ~np.any(held.target & ~sized, axis=1) | (not score.of_vehicles)
    scores = score.of(logits, softmax(logits), held.unknown)[known]
    return float(np.quantile(scores, recipe.in_distribution_tpr)) if len(scores) else None


def fit_intervals(held: Held) -> tuple[float, float]:
    """Standard deviations that hold nine in ten held-out lengths, and widths; the normal's where few are known.

    Rendered crops alone count where there are enough of them: their sizes are exact, those of real crops
    often estimates from the picture.
    """
    if held.size is None:
        return NORMAL_Z, NORMAL_Z
    errors = np.abs(held.size[:, :2] - held.true_size) / np.exp(0.5 * held.size[:, 2:])
    length, width = (_interval(error, held.rendered) for error in errors.T)
    return length, width


def _interval(error: NDArray[np.floating], rendered: NDArray[np.bool_]) -> float:
    known = np.isfinite(error)
    for counted in (error[known & rendered], error[known]):
        if len(counted) >= FEWEST_ANSWERS:
            return float(np.quantile(counted, 0.9))
    return NORMAL_Z


def fit_conformal(
    leaves: NDArray[np.floating], target: NDArray[np.bool_], labels: Sequence[str]
) -> dict[str, dict[str, float]]:
    """For each coverage and label, the largest nonconformity with which the label is still a candidate.

    Class-conditional sets of least ambiguity (Sadinle, Lei and Wasserman 2019, arXiv 1609.00451): of the n
    nonconformity, one minus the true label's probability, of a class's crops the ceil((n + 1) coverage)-th
    smallest. A class of fewer crops than that (4, 9, 19 and 99 are enough) has 1: it is always a candidate.

    Args:
        leaves: `[N, C]`, calibrated probabilities.
        target: `[N, C]`, one leaf each.
        labels: in the order of the columns.
    """
    nonconformity = [np.sort(1 - leaves[target[:, column], column]) for column in range(len(labels))]
    fitted: dict[str, dict[str, float]] = {}
    for coverage in COVERAGES:
        ranks = [math.ceil((len(each) + 1) * Fraction(coverage)) for each in nonconformity]
        limits = [
            float(each[rank - 1]) if rank <= len(each) else 1.0 for rank, each in zip(ranks, nonconformity, strict=True)
        ]
        fitted[coverage] = dict(zip(labels, limits, strict=True))
    return fitted
