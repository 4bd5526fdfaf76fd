"""Fit the numbers of the decision on crops that did not train: temperature, thresholds, size intervals, candidates.

Pure numpy on held-out outputs; `decide.py` uses the fitted numbers. Numbers fitted on few crops, or on renders, hold in
use only as far as those crops resemble the real ones.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar

from vehicle_id.crops.manifest import Crop
from vehicle_id.evaluation import metrics
from vehicle_id.gallery.weights import GalleryWeights
from vehicle_id.model.card import NORMAL_Z, Counts, Decision, MeanDirection, with_present_names
from vehicle_id.model.decide import GSD_ERROR, softmax, with_gsd_error
from vehicle_id.model.ood import UnknownScore, energy
from vehicle_id.model.prior import prior_shift, shift_under
from vehicle_id.model.views import mean_logits
from vehicle_id.taxonomy import Taxonomy
from vehicle_id.train.recipe import CalibrateRecipe, Recipe

TEMPERATURES = (0.05, 20.0)
NEVER = 1.01
"""A threshold that no probability reaches."""
LOWER_PRECISIONS: Final = (0.9, 0.8, 0.7, 0.6, 0.5)
"""Tried in turn where no level reaches the target: a model that never answers is of no use."""
LEAST_THRESHOLD = 0.5
"""Below one half two nodes of one level could both be over their threshold."""
FEWEST_ANSWERS = 10
"""A precision or an interval measured on fewer answers than this is not used."""
SHIFT_PENALTY = 0.01
"""Of the squared shifts of siblings, beside their mean negative log-likelihood."""
COVERAGES: Final = ("0.8", "0.9", "0.95", "0.99")
"""Coverages for which candidates are fitted; as text, since they are keys of the card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOutOutputs:
    """A network's outputs on held-out crops, with their truth."""

    labels: tuple[str, ...]
    """The leaf labels, in the order of the logits."""
    taxonomy: Taxonomy
    """The class tree."""
    target: NDArray[np.bool_]
    """`[N, C]`, the leaves that a crop's label allows: one, or for a coarser label several."""
    source: NDArray[np.str_]
    """`[N]`, where each crop comes from (`sources_of`); every source has the same weight in what is fitted."""
    logits: NDArray[np.floating]
    """`[N, C]`."""
    size: NDArray[np.floating] | None
    """`[N, 4]` as the network returns it."""
    true_size: NDArray[np.floating]
    """`[N, 2]`, NaN where not known."""
    gsd_error: NDArray[np.floating]
    """`[N]`, relative standard deviation of the ground sample distance (`gsd_errors`)."""
    windows: NDArray[np.floating] | None = None
    """`[N, views, C]`, the logits of each window of `chips.WINDOWS`, where answers average several; `logits` is then
    their mean (`mean_logits`)."""
    distance: NDArray[np.float64] | None = None
    """`[N]`, from the nearest mean of a class (`ood.class_distance`); None = no means."""

    def leaves(self) -> NDArray[np.float64]:
        """`[N, C]`, the probabilities."""
        return softmax(self.logits)

    def weights(self) -> NDArray[np.float64]:
        """`[N]`, one over the number of crops of the same source: their shares in the data are not those in use."""
        _, place, counts = np.unique(self.source, return_inverse=True, return_counts=True)
        return np.asarray(1.0 / counts[place])

    def at(self, temperature: float, shift: NDArray[np.float64] | float = 0.0) -> HeldOutOutputs:
        """The outputs of a network whose logits are divided by a temperature, and shifted, before windows are averaged.

        Args:
            temperature: above 0.
            shift: of each logit, `[C]`.
        """
        if self.windows is None:
            return replace(self, logits=self.logits.astype(np.float64) / temperature + shift)
        windows = self.windows.astype(np.float64) / temperature + shift
        return replace(self, logits=mean_logits(windows), windows=windows)

    def nll(self, temperature: float, weights: NDArray[np.float64] | None = None) -> float:
        """Negative log-likelihood at a temperature: the mean over each source, averaged over the sources.

        Args:
            temperature: above 0.
            weights: `[N]`, of the crops, in place of those.
        """
        scaled = self.at(temperature).logits
        each = energy(np.where(self.target, scaled, -np.inf)) - energy(scaled)
        return float(np.average(each, weights=self.weights() if weights is None else weights))

    @property
    def exact(self) -> NDArray[np.bool_]:
        """`[N]`, whether the label is a leaf."""
        return np.asarray(self.target.sum(axis=1) == 1)

    def right(self) -> NDArray[np.bool_]:
        """`[N]`, whether the best leaf is one that the label allows."""
        return np.asarray(self.target[np.arange(len(self.target)), self.logits.argmax(axis=1)])

    def macro_f1(self) -> float:
        """Macro-F1 over the crops labelled by a leaf."""
        exact = self.exact
        truth, answers = self.target[exact].argmax(axis=1), self.logits[exact].argmax(axis=1)
        return metrics.macro_f1(metrics.confusion(truth, answers, num_classes=self.target.shape[1]))


def sources_of(origins: Sequence[str | None], target: NDArray[np.bool_], sized: Sequence[bool]) -> NDArray[np.str_]:
    """The source of each crop `[N]`: its origin, and for real crops whether they show a vehicle.

    Args:
        origins: `[N]`, as in a manifest.
        target: `[N, C]`, the leaves that each label allows.
        sized: `[C]`, whether a leaf is a vehicle.
    """
    vehicle = (target & np.array(sized)).any(axis=1)
    names = [origin or "real" for origin in origins]
    return np.array(
        [name if name != "real" or of else f"{name} none" for name, of in zip(names, vehicle, strict=True)], dtype=str
    )


def gsd_errors(crops: Sequence[Crop]) -> NDArray[np.float64]:
    """`[N]`: as stated; else none for renders, whose ground sample distance is exact, and the usual one for others."""
    usual = {"mesh": 0.0, "rendered": 0.0}
    return np.array(
        [usual.get(crop.origin or "real", GSD_ERROR) if crop.gsd_error is None else crop.gsd_error for crop in crops]
    )


class Calibration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What export needs of a finished run besides its weights."""

    decision: Decision
    metrics: dict[str, float]
    counts: dict[str, Counts]

    @classmethod
    def from_json(cls, data: bytes) -> Calibration:
        """Read the file of a run, also of version 0.1.0.

        Raises:
            msgspec.MsgspecError: the data is not a calibration.
        """
        return msgspec.convert(with_present_names(msgspec.json.decode(data, type=dict[str, Any])), cls)


def calibrate(
    outputs: HeldOutOutputs,
    recipe: Recipe,
    counts: dict[str, Counts],
    *,
    class_means: Mapping[str, MeanDirection] = MappingProxyType({}),
    gallery: GalleryWeights | None = None,
) -> Calibration:
    """Fit the decision on held-out outputs.

    Args:
        outputs: on crops that did not train.
        recipe: its targets.
        counts: for the card.
        class_means: what the training fitted of the embedding.
        gallery: what was fitted for galleries.
    """
    wanted = recipe.calibrate
    temperature = fit_temperature(outputs)
    raw, exact = outputs.leaves(), outputs.exact
    shift = prior_shift(outputs.labels, outputs.taxonomy, wanted.family_prior, wanted.relative_prior)
    size_shift = fit_size_shift(outputs.at(temperature, shift))
    outputs = outputs.at(temperature, shift + shift_under(outputs.labels, outputs.taxonomy, size_shift))
    leaves, right = outputs.leaves(), outputs.right()
    length_z, width_z = fit_intervals(outputs)
    thresholds, precision = fit_reachable_thresholds(outputs, wanted.target_precision)
    return Calibration(
        decision=Decision(
            thresholds=thresholds,
            node_thresholds=fit_node_thresholds(outputs, wanted.node_precision, wanted.least_node_threshold),
            unknown_threshold=fit_unknown_threshold(outputs, wanted),
            unknown_method=wanted.unknown_method,
            size_interval_z=length_z,
            width_interval_z=width_z,
            temperature=temperature,
            family_prior=wanted.family_prior,
            relative_prior=wanted.relative_prior,
            size_shift=size_shift,
            target_precision=precision,
            family_threshold=fit_family_threshold(outputs, precision),
            conformal=fit_conformal(outputs),
            class_means=dict(class_means),
            gallery=gallery,
        ),
        metrics={
            "val_accuracy": float(np.mean(right)),
            "val_macro_f1": outputs.macro_f1(),
            "val_ece_uncalibrated": metrics.ece(
                raw.max(axis=1)[exact], outputs.target[exact, raw[exact].argmax(axis=1)]
            ),
            "val_ece": metrics.ece(leaves.max(axis=1)[exact], right[exact]),
        },
        counts=counts,
    )


def fit_temperature(outputs: HeldOutOutputs, weights: NDArray[np.float64] | None = None) -> float:
    """The temperature of the highest likelihood (Guo et al. 2017, arXiv 1706.04599).

    Args:
        outputs: on held-out crops.
        weights: `[N]`, as `HeldOutOutputs.nll` takes them.
    """
    low, high = np.log(TEMPERATURES)
    found = minimize_scalar(lambda log: outputs.nll(float(np.exp(log)), weights), bounds=(low, high), method="bounded")
    return float(np.exp(found.x))


def fit_size_shift(outputs: HeldOutOutputs) -> dict[str, float]:
    """Node -> shift of its logits, of nodes that only size tells from their siblings (`needs_size`).

    Where two sizes meet, training leaves the border now nearer to the one and now to the other. The shifts are those of
    the highest likelihood among the siblings, each of which has the same weight, so that the shares of the crops are no
    prior. They are zero on the mean: how likely the node above them is stays nearly as it is. Siblings of which one has
    fewer than `FEWEST_ANSWERS` crops are left as they are.

    Args:
        outputs: on held-out crops, divided by the temperature and shifted by the prior.
    """
    nodes, right, decided = _nodes(outputs)
    shifts: dict[str, float] = {}
    for siblings in _size_siblings(outputs.taxonomy):
        columns = [outputs.taxonomy.names.index(name) for name in siblings]
        rows = decided[:, columns].all(axis=1) & (right[:, columns].sum(axis=1) == 1)
        truth = right[np.ix_(rows, columns)]
        if len(siblings) > 1 and (truth.sum(axis=0) >= FEWEST_ANSWERS).all():
            logs = np.log(np.maximum(nodes[np.ix_(rows, columns)], np.finfo(float).tiny))
            fitted = _likeliest_shift(logs, truth, _of_equal_classes(outputs.weights()[rows], truth))
            shifts.update(zip(siblings, map(float, fitted), strict=True))
    return shifts


def _size_siblings(taxonomy: Taxonomy) -> list[list[str]]:
    below: dict[str | None, list[str]] = {}
    for node in taxonomy.nodes:
        if node.needs_size:
            below.setdefault(node.parent, []).append(node.name)
    return list(below.values())


def _of_equal_classes(weights: NDArray[np.floating], truth: NDArray[np.bool_]) -> NDArray[np.float64]:
    """`[N]`, the weights with the same sum for every class of `truth [N, C]`."""
    return np.asarray(weights / (weights @ truth)[truth.argmax(axis=1)])


def _likeliest_shift(
    logs: NDArray[np.floating], truth: NDArray[np.bool_], weights: NDArray[np.floating]
) -> NDArray[np.float64]:
    """`[C]`, mean zero: what to add to `logs [N, C]` for the highest mean likelihood of `truth`, with a penalty."""
    shares = weights / weights.sum()

    def cost(shift: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = logs + shift
        each = -energy(scores) - scores[truth]
        slope = shares @ (softmax(scores) - truth)
        return float(shares @ each + SHIFT_PENALTY * shift @ shift / 2), slope + SHIFT_PENALTY * shift

    found = np.asarray(minimize(cost, np.zeros(logs.shape[1]), jac=True, method="L-BFGS-B").x, dtype=np.float64)
    return np.asarray(found - found.mean())


def fit_thresholds(outputs: HeldOutOutputs, target_precision: float) -> dict[str, float]:
    """For every level, the lowest threshold at which the answers above it reach the target precision.

    A crop counts at a level only if its label says, for every node of that level, whether the node is right. A crop
    whose answer could only be wrong would raise the threshold.
    """
    nodes, right, decided = _nodes(outputs)
    weights = outputs.weights()
    levels = np.array([node.level for node in outputs.taxonomy.nodes])
    thresholds = {}
    for level in dict.fromkeys(levels.tolist()):
        columns = np.flatnonzero(levels == level)
        rows = np.flatnonzero(decided[:, columns].all(axis=1))
        best = columns[nodes[np.ix_(rows, columns)].argmax(axis=1)]
        thresholds[level] = _least_threshold(nodes[rows, best], right[rows, best], weights[rows], target_precision)
    return thresholds


def fit_reachable_thresholds(outputs: HeldOutOutputs, target_precision: float) -> tuple[dict[str, float], float]:
    """The thresholds for the target precision, or for the highest lower one that some level reaches; and which it is.

    Where no level reaches one half either, or there are fewer than `FEWEST_ANSWERS` crops, all are `NEVER`.
    """
    for precision in (target_precision, *(each for each in LOWER_PRECISIONS if each < target_precision)):
        thresholds = fit_thresholds(outputs, precision)
        if can_answer(thresholds):
            return thresholds, precision
    return thresholds, target_precision


def can_answer(thresholds: dict[str, float]) -> bool:
    """Whether a probability can reach the threshold of some level."""
    return any(each <= 1 for each in thresholds.values())


def fit_family_threshold(outputs: HeldOutOutputs, target_precision: float) -> float:
    """The lowest threshold at which the likeliest family, if it is above it, is right as often as asked.

    Crops whose label spans several families do not count.
    """
    _, membership = outputs.taxonomy.family_membership(outputs.labels)
    shared = outputs.target @ membership
    rows = np.flatnonzero((shared > 0).sum(axis=1) == 1)
    families = (outputs.leaves() @ membership)[rows]
    best = families.argmax(axis=1)
    right = shared[rows, best] > 0
    return _least_threshold(families.max(axis=1), right, outputs.weights()[rows], target_precision)


def fit_node_thresholds(
    outputs: HeldOutOutputs, precisions: Mapping[str, float], least: Mapping[str, float] = MappingProxyType({})
) -> dict[str, float]:
    """For each named node, the lowest threshold at which the crops above it reach the node's precision.

    Args:
        outputs: the held-out crops.
        precisions: node -> share of the crops above its threshold that must belong to it.
        least: node -> threshold under which it must not be.
    """
    nodes, right, decided = _nodes(outputs)
    weights = outputs.weights()
    fitted = dict(least)
    for name, precision in precisions.items():
        column = outputs.taxonomy.names.index(name)
        rows = decided[:, column]
        reached = _least_threshold(nodes[rows, column], right[rows, column], weights[rows], precision)
        fitted[name] = max(reached, fitted.get(name, reached))
    return fitted


def _nodes(outputs: HeldOutOutputs) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Of every crop and node, `[N, nodes]`: probability, whether the label belongs to it, whether the label decides."""
    membership = outputs.taxonomy.membership(outputs.labels)
    shared = outputs.target @ membership
    decided = (shared == 0) | (shared == outputs.target.sum(axis=1)[:, None])
    return np.asarray(outputs.leaves() @ membership), np.asarray(shared > 0), np.asarray(decided)


def _least_threshold(
    confidence: NDArray[np.floating], right: NDArray[np.bool_], weights: NDArray[np.floating], target: float
) -> float:
    order = np.argsort(-confidence, kind="stable")
    precision = np.cumsum((right * weights)[order]) / np.cumsum(weights[order])
    # of crops with the same confidence a threshold lets all pass, or none
    is_last = np.append(np.diff(confidence[order]) != 0, True)
    enough = np.flatnonzero((precision >= target) & (np.arange(1, len(order) + 1) >= FEWEST_ANSWERS) & is_last)
    if not len(enough):
        return NEVER
    return float(max(LEAST_THRESHOLD, confidence[order[enough[-1]]]))


def fit_unknown_threshold(outputs: HeldOutOutputs, recipe: CalibrateRecipe) -> float | None:
    """The out-of-distribution score below which the recipe's share of in-distribution crops lies.

    In-distribution are all held-out crops; for a score of vehicles, all vehicles. None where there is no such crop.

    Args:
        outputs: the held-out crops, their logits divided by the temperature.
        recipe: method and share.
    """
    score = UnknownScore(recipe.unknown_method, outputs.taxonomy, outputs.labels)
    sized = np.array([outputs.taxonomy[label].has_size for label in outputs.labels])
    known = ~np.any(outputs.target & ~sized, axis=1) | (not score.of_vehicles)
    scores = score.of(outputs.logits, outputs.leaves(), outputs.distance)[known]
    return _quantile(scores, outputs.weights()[known], recipe.in_distribution_tpr) if len(scores) else None


def fit_intervals(outputs: HeldOutOutputs) -> tuple[float, float]:
    """Standard deviations that contain 90 % of held-out lengths, and of widths; those of a normal if few are known."""
    if outputs.size is None:
        return NORMAL_Z, NORMAL_Z
    sigma = with_gsd_error(np.exp(outputs.size[:, 2:]), outputs.gsd_error[:, None])
    errors = np.abs(outputs.size[:, :2] - outputs.true_size) / sigma
    length, width = (_interval(error, outputs) for error in errors.T)
    return length, width


def _interval(error: NDArray[np.floating], outputs: HeldOutOutputs) -> float:
    known = np.isfinite(error)
    if np.count_nonzero(known) < FEWEST_ANSWERS:
        return NORMAL_Z
    # weights among the crops of known size: few real crops have one
    _, place, counts = np.unique(outputs.source[known], return_inverse=True, return_counts=True)
    return _quantile(error[known], 1.0 / counts[place], 0.9)


def _quantile(values: NDArray[np.floating], weights: NDArray[np.floating], share: float) -> float:
    """The least value at or under which lies at least that share of the weight."""
    order = np.argsort(values)
    reached = np.cumsum(weights[order]) / weights.sum()
    return float(values[order[min(int(np.searchsorted(reached, share - 1e-9)), len(values) - 1)]])


def fit_conformal(outputs: HeldOutOutputs) -> dict[str, dict[str, float]]:
    """For each coverage and label, the largest nonconformity with which the label is still a candidate.

    Class-conditional sets of least ambiguity (Sadinle, Lei and Wasserman 2019, arXiv 1609.00451). The nonconformity of
    a crop is one minus the probability of its true label; of the n values of a class the limit is the
    ceil((n + 1) coverage)-th smallest. A class with too few crops for that (4, 9, 19 and 99 are enough) has the limit
    1: it is always a candidate. Crops with a coarser label do not count.
    """
    leaves, target = outputs.leaves()[outputs.exact], outputs.target[outputs.exact]
    nonconformity = [np.sort(1 - leaves[target[:, column], column]) for column in range(len(outputs.labels))]
    fitted: dict[str, dict[str, float]] = {}
    for coverage in COVERAGES:
        ranks = [math.ceil((len(each) + 1) * Fraction(coverage)) for each in nonconformity]
        limits = [
            float(each[rank - 1]) if rank <= len(each) else 1.0 for rank, each in zip(ranks, nonconformity, strict=True)
        ]
        fitted[coverage] = dict(zip(outputs.labels, limits, strict=True))
    return fitted
