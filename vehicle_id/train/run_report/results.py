"""What a trained network can and cannot do, counted on the validation crops: by class, by family, and crop by crop.

The epoch and the decision were chosen on these crops, so that the figures are a little better than those on new crops.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vehicle_id.crops.manifest import Crop
from vehicle_id.dataset.labels import FEWEST
from vehicle_id.evaluation.metrics import confusion, share_interval
from vehicle_id.model.card import Decision
from vehicle_id.model.ood import UnknownScore
from vehicle_id.model.prior import fitted_shift
from vehicle_id.train.calibrate import HeldOutOutputs

GOOD: Final = 0.7
"""Precision and recall that the lower ends of both intervals of a class reach that is called well recognised."""
BAD: Final = 0.5
"""Precision or recall that the upper end of an interval is below, of a class that is called weak."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassResult:
    """Validation crops of one class or family, by the class of the highest probability."""

    label: str
    num_train: int
    support: int
    """Validation crops with this label."""
    hits: int
    """Of these, the ones that were answered with it."""
    answered: int
    """Validation crops that were answered with it."""
    mistaken_for: tuple[tuple[str, int], ...]
    """What the others of its crops were answered with, the most frequent first."""

    @property
    def recall(self) -> tuple[float, float, float] | None:
        """Share of its crops that were found, with a 95 % interval; None without crops."""
        return _share(self.hits, self.support)

    @property
    def precision(self) -> tuple[float, float, float] | None:
        """Share of the answers with it that are right, with a 95 % interval; None without answers."""
        return _share(self.hits, self.answered)

    @property
    def standing(self) -> str:
        """In words, how far its answers can be trusted."""
        recall, precision = self.recall, self.precision
        if recall is None or self.support < FEWEST:
            return "too few crops to say"
        if precision is None:
            return "never answered"
        if min(recall[1], precision[1]) >= GOOD:
            return "well recognised"
        if recall[2] < BAD:
            return "mostly missed"
        if precision[2] < BAD:
            return "mostly wrong where it is answered"
        return "check each answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongCrop:
    """A validation crop whose label has a low probability."""

    crop: Crop
    answer: str
    probability: float
    """Of the answer."""
    own_probability: float
    """Of its label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelResult:
    """The answers of one level, with the fitted thresholds."""

    level: str
    answered: int
    """Crops whose final answer is of this level."""
    right: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResults:
    """Everything counted on the validation crops of a run."""

    labels: tuple[str, ...]
    families: tuple[str, ...]
    """Empty where every class is a family of its own."""
    num_crops: int
    num_coarse: int
    """Crops whose label covers several classes: they are not in `matrix`."""
    matrix: NDArray[np.int64]
    """`[C, C]`, rows are the labels, columns the answers."""
    family_matrix: NDArray[np.int64]
    classes: tuple[ClassResult, ...]
    by_family: tuple[ClassResult, ...]
    confidence: NDArray[np.float64]
    """`[N]`, calibrated probability of the best class."""
    right: NDArray[np.bool_]
    """`[N]`, whether the best class is one that the label allows."""
    wrong: tuple[WrongCrop, ...]
    """The wrongly answered crops, that whose label has the lowest probability first."""
    levels: tuple[LevelResult, ...]
    """Final answers by level, the most specific level first, then `unknown`; without the check of sizes."""


def results_of(
    crops: Sequence[Crop], outputs: HeldOutOutputs, decision: Decision, *, train: Sequence[Crop]
) -> RunResults:
    """Count.

    Args:
        crops: those that validate or calibrate, `[N]`.
        outputs: of the network on them, before the temperature.
        decision: as fitted.
        train: the training crops.
    """
    shift = fitted_shift(outputs.labels, outputs.taxonomy, decision)
    outputs = outputs.at(decision.temperature, shift)
    leaves, exact = outputs.leaves(), outputs.exact
    truth, answers = outputs.target.argmax(axis=1), leaves.argmax(axis=1)
    matrix = confusion(truth[exact], answers[exact], num_classes=len(outputs.labels))
    trained = Counter(crop.label or "" for crop in train)
    families, family_matrix, trained_families = _by_family(outputs, answers, trained)
    return RunResults(
        labels=outputs.labels,
        families=families,
        num_crops=len(crops),
        num_coarse=int(np.count_nonzero(~exact)),
        matrix=matrix,
        family_matrix=family_matrix,
        classes=_class_results(outputs.labels, matrix, trained),
        by_family=_class_results(families, family_matrix, trained_families),
        confidence=leaves.max(axis=1),
        right=outputs.right(),
        wrong=_wrong(crops, outputs, leaves),
        levels=_levels(outputs, leaves, decision),
    )


def _share(hits: int, num: int) -> tuple[float, float, float] | None:
    if not num:
        return None
    low, high = share_interval(hits, num)
    return hits / num, max(0.0, low), min(1.0, high)


def _class_results(
    labels: Sequence[str], matrix: NDArray[np.int64], trained: Mapping[str, int]
) -> tuple[ClassResult, ...]:
    def one(row: int, label: str) -> ClassResult:
        others = {labels[column]: int(count) for column, count in enumerate(matrix[row]) if count and column != row}
        return ClassResult(
            label=label,
            num_train=trained.get(label, 0),
            support=int(matrix[row].sum()),
            hits=int(matrix[row, row]),
            answered=int(matrix[:, row].sum()),
            mistaken_for=tuple(sorted(others.items(), key=lambda item: -item[1])),
        )

    return tuple(one(row, label) for row, label in enumerate(labels))


def _by_family(
    outputs: HeldOutOutputs, answers: NDArray[np.intp], trained: Mapping[str, int]
) -> tuple[tuple[str, ...], NDArray[np.int64], dict[str, int]]:
    """Families, their matrix over the crops of exactly one family, and training crops by family."""
    families, membership = outputs.taxonomy.family_membership(outputs.labels)
    if len(families) == len(outputs.labels):
        return (), np.zeros((0, 0), np.int64), {}
    shared = (outputs.target @ membership) > 0
    one = shared.sum(axis=1) == 1
    of_answer = membership.argmax(axis=1)[answers]
    matrix = confusion(shared[one].argmax(axis=1), of_answer[one], num_classes=len(families))
    counts = Counter[str]()
    for name, count in trained.items():
        counts.update({step: count for step in outputs.taxonomy.path(name) if step in families})
    return families, matrix, dict(counts)


def _wrong(crops: Sequence[Crop], outputs: HeldOutOutputs, leaves: NDArray[np.float64]) -> tuple[WrongCrop, ...]:
    own = np.where(outputs.target, leaves, 0.0).sum(axis=1)
    rows = [row for row in np.argsort(own, kind="stable") if not outputs.right()[row]]
    return tuple(
        WrongCrop(
            crop=crops[row],
            answer=outputs.labels[leaves[row].argmax()],
            probability=float(leaves[row].max()),
            own_probability=float(own[row]),
        )
        for row in rows
    )


def _levels(outputs: HeldOutOutputs, leaves: NDArray[np.float64], decision: Decision) -> tuple[LevelResult, ...]:
    """The final answers: the most specific node over its thresholds, unless the crop is unknown."""
    tree = outputs.taxonomy
    membership = tree.membership(outputs.labels)
    nodes, right = leaves @ membership, (outputs.target @ membership) > 0
    allowed = nodes >= np.array([decision.thresholds[node.level] for node in tree.nodes])
    for name, least in decision.node_thresholds.items():
        below = np.array([name in tree.path(node.name) for node in tree.nodes])
        allowed &= ~(below & (nodes[:, [tree.names.index(name)]] < least))
    if decision.unknown_threshold is not None:
        unknown = UnknownScore(decision.unknown_method, tree, outputs.labels)
        score = unknown.of(outputs.logits, leaves, outputs.distance)
        allowed &= (score <= decision.unknown_threshold)[:, None]
    depths = np.array([tree.depth(name) for name in tree.names])
    best = np.where(allowed, depths + nodes / 2, -1.0).argmax(axis=1)
    answered = allowed.any(axis=1)
    hits = right[np.arange(len(nodes)), best] & answered
    levels = np.array([node.level for node in tree.nodes])[best]
    order = sorted(dict.fromkeys(node.level for node in tree.nodes), key=lambda level: -_depth(outputs, level))
    found = [
        LevelResult(
            level=level, answered=int(np.sum(answered & (levels == level))), right=int(hits[levels == level].sum())
        )
        for level in order
    ]
    return (*found, LevelResult(level="unknown", answered=int(np.sum(~answered)), right=0))


def _depth(outputs: HeldOutOutputs, level: str) -> int:
    return max(outputs.taxonomy.depth(node.name) for node in outputs.taxonomy.nodes if node.level == level)
