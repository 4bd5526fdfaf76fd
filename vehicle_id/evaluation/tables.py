"""Answers of labelled crops -> the figures of a measurement and their intervals: by label, by family, decided, sizes.

`docs/models.md` explains each figure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vehicle_id.crops.manifest import Crop
from vehicle_id.evaluation import metrics
from vehicle_id.evaluation.intervals import Draws, Interval, interval, interval_of_share
from vehicle_id.evaluation.label_map import ConfusionColumns, LabelNodes, is_right
from vehicle_id.results import UNKNOWN, Result
from vehicle_id.taxonomy import Taxonomy, families_of

Measures = dict[str, Any]
"""Everything measured, as plain values by name (docs/models.md)."""
Intervals = dict[str, Interval | None]
"""95 % intervals by the name of the figure; None where it cannot be computed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluatedCrop:
    """One crop with its answer."""

    crop: Crop
    result: Result
    """Without its `top`."""
    leaves: NDArray[np.float64] | None
    """Probabilities of the model's labels, in their order; None if there is no answer."""

    @property
    def label(self) -> str:
        """The label of the data."""
        return self.crop.label or ""


def table(columns: ConfusionColumns, crops: Sequence[EvaluatedCrop]) -> Measures:
    """Accuracy and the other measures over the crops whose label has a column."""
    truth, answers, confidence = _answers(columns, [each for each in crops if each.label in columns.of_label])
    matrix = metrics.confusion(truth, answers, num_classes=len(columns.names))
    labels = columns.names[: columns.num_known]
    scores = metrics.class_scores(matrix)[: columns.num_known]
    return {
        "num_crops": len(truth),
        "accuracy": metrics.accuracy(truth, answers),
        "macro_f1": metrics.macro_f1(matrix),
        "ece": metrics.ece(confidence, truth == answers),
        "aurc": metrics.aurc(confidence, truth == answers),
        "classes": {
            label: {"support": s.support, "precision": s.precision, "recall": s.recall, "f1": s.f1}
            for label, s in zip(labels, scores, strict=True)
        },
        "labels": list(labels),
        "columns": list(columns.names),
        "confusion": matrix[: columns.num_known].tolist(),
    }


def _answers(
    columns: ConfusionColumns, crops: Sequence[EvaluatedCrop]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """True column, column of the answer and its confidence `[N]` of crops whose label has a column."""
    truth = np.array([columns.of_label[each.label] for each in crops])
    best, confidence = columns.answers(np.array([each.leaves for each in crops]))
    counted = [columns.counted(each.label, answer) for each, answer in zip(crops, best, strict=True)]
    return truth, np.array(counted), confidence


def table_intervals(columns: ConfusionColumns, crops: Sequence[EvaluatedCrop], draws: Draws) -> Intervals:
    """Of what `table` gives."""
    kept = [place for place, each in enumerate(crops) if each.label in columns.of_label]
    if not kept:
        return {}
    truth, answers, confidence = _answers(columns, [crops[place] for place in kept])
    drawn, right = draws.of(kept), truth == answers
    return {
        "accuracy": interval_of_share(drawn, right),
        "macro_f1": interval(drawn.macro_f1(truth, answers, num_classes=len(columns.names))),
        "ece": interval(drawn.ece(confidence, right)),
    }


def decided(taxonomy: Taxonomy, label_nodes: Mapping[str, LabelNodes], crops: Sequence[EvaluatedCrop]) -> Measures:
    """What users see: an answer is right if it is the true node, under it, or above it."""
    levels: dict[str, list[bool]] = {
        node.level: [] for node in sorted(taxonomy.nodes, key=lambda n: taxonomy.depth(n.name))
    }
    answers = {label: Counter[str]() for label in _labels(crops)}
    for each in crops:
        answer = each.result.label
        answers[each.label][str(answer)] += 1
        if answer is not None and answer != UNKNOWN:
            levels[taxonomy[answer].level].append(is_right(taxonomy, answer, label_nodes[each.label]))
    every = [right for level in levels.values() for right in level]
    specific = [right for right in _at_family(taxonomy, label_nodes, crops) if right is not None]
    return {
        "named": len(every),
        "unknown": len(crops) - len(every),
        "precision": _mean(every),
        "at_family": {"answered": len(specific), "precision": _mean(specific)},
        "levels": {
            name: {"answered": len(level), "precision": _mean(level)} for name, level in levels.items() if level
        },
        "answers": {label: dict(counted.most_common()) for label, counted in answers.items()},
    }


def decided_intervals(
    taxonomy: Taxonomy, label_nodes: Mapping[str, LabelNodes], crops: Sequence[EvaluatedCrop], draws: Draws
) -> Intervals:
    """Of the answers at least as specific as the family of the truth: their share of all crops, and their precision."""
    rights = _at_family(taxonomy, label_nodes, crops)
    answered = [place for place, right in enumerate(rights) if right is not None]
    return {
        "share_at_family": interval_of_share(draws, np.array([right is not None for right in rights])),
        "precision_at_family": interval_of_share(
            draws.of(answered), np.array([rights[place] for place in answered], bool)
        ),
    }


def _at_family(
    taxonomy: Taxonomy, label_nodes: Mapping[str, LabelNodes], crops: Sequence[EvaluatedCrop]
) -> list[bool | None]:
    """Whether each answer is right; None where it is less specific than the family of the truth, or unknown."""
    families = families_of(taxonomy, label_nodes)
    least = {label: min(map(taxonomy.depth, (*nodes, *families[label]))) for label, nodes in label_nodes.items()}
    rights: list[bool | None] = []
    for each in crops:
        answer = each.result.label
        specific = answer is not None and answer != UNKNOWN and taxonomy.depth(answer) >= least[each.label]
        rights.append(is_right(taxonomy, str(answer), label_nodes[each.label]) if specific else None)
    return rights


def unknown(out_of_taxonomy: Sequence[EvaluatedCrop], known: Sequence[EvaluatedCrop]) -> Measures:
    """How well the score separates crops outside the class tree from the others, together and by label."""
    own = np.array([each.result.unknown_score for each in known])

    def separated(crops: Sequence[EvaluatedCrop]) -> Measures:
        scores = np.array([each.result.unknown_score for each in crops])
        answered = Counter(str(each.result.label) for each in crops)
        return {"auroc": metrics.auroc(scores, own), "answered": dict(answered.most_common())}

    labels = {label: [each for each in out_of_taxonomy if each.label == label] for label in _labels(out_of_taxonomy)}
    return {
        "num_crops": len(out_of_taxonomy),
        **separated(out_of_taxonomy),
        "labels": {label: {"num": len(crops), **separated(crops)} for label, crops in labels.items()},
    }


def sizes(crops: Sequence[EvaluatedCrop], columns: ConfusionColumns) -> Measures:
    """Measured sizes, all together and label by label; compared where the truth is stated."""
    length = _compared("length", [_length(each) for each in crops])
    width = _compared("width", [_width(each) for each in crops])
    by_label = {label: [_length(each) for each in crops if each.label == label] for label in _labels(crops)}
    return {
        "num_measured": len(crops),
        **length,
        **{name: value for name, value in width.items() if name != "num_crops"},
        "labels": {
            label: {
                "num_measured": len(by_label[label]),
                "measured_length_m": float(np.median([each.measured for each in by_label[label]])),
                **_compared("length", by_label[label]),
            }
            for label in sorted(by_label, key=lambda label: columns.of_label[label])
        },
    }


def size_intervals(crops: Sequence[EvaluatedCrop], draws: Draws) -> Intervals:
    """Of the measured lengths whose truth is stated."""
    stated = [place for place, each in enumerate(crops) if each.result.size and each.crop.length_m is not None]
    lengths = [_length(crops[place]) for place in stated]
    drawn = draws.of(stated)
    errors = np.array([_error(each) for each in lengths])
    return {
        "length_median_error": interval(drawn.median(errors)),
        "length_in_interval": interval_of_share(drawn, np.array([_holds(each) for each in lengths], bool)),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measure:
    """One dimension of one crop in metres, measured with its interval, and true where stated."""

    measured: float
    low: float
    high: float
    true: float | None


def _length(crop: EvaluatedCrop) -> _Measure:
    size = crop.result.size
    assert size is not None
    return _Measure(measured=size.length_m, low=size.length_low_m, high=size.length_high_m, true=crop.crop.length_m)


def _width(crop: EvaluatedCrop) -> _Measure:
    size = crop.result.size
    assert size is not None
    return _Measure(measured=size.width_m, low=size.width_low_m, high=size.width_high_m, true=crop.crop.width_m)


def _compared(what: str, measures: Sequence[_Measure]) -> Measures:
    stated = [each for each in measures if each.true is not None]
    return {
        "num_crops": len(stated),
        f"{what}_median_error": float(np.median([_error(each) for each in stated])) if stated else None,
        f"{what}_in_interval": _mean([_holds(each) for each in stated]),
    }


def _error(measure: _Measure) -> float:
    """As a share of the truth."""
    assert measure.true is not None
    return abs(measure.measured / measure.true - 1)


def _holds(measure: _Measure) -> bool:
    """Whether the truth is inside the interval."""
    assert measure.true is not None
    return measure.low <= measure.true <= measure.high


def _labels(crops: Sequence[EvaluatedCrop]) -> list[str]:
    """Labels of the data in the order they first occur."""
    return list(dict.fromkeys(each.label for each in crops))


def _mean(values: Sequence[bool]) -> float | None:
    return float(np.mean(values)) if values else None
