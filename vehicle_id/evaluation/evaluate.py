"""Labelled crops -> how good a model is on them, measured through the same code that users run.

Every published number is computed here from `Result`s, so that it counts what a user gets. The caller says what labels
that are not in the model's class tree stand for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from vehicle_id.classifier import Classifier
from vehicle_id.crops.labelled import select
from vehicle_id.crops.manifest import Crop
from vehicle_id.errors import InputError
from vehicle_id.evaluation import metrics
from vehicle_id.evaluation.label_map import (
    ConfusionColumns,
    LabelNodes,
    by_family,
    by_label,
    is_right,
    read_label_nodes,
)
from vehicle_id.results import UNKNOWN, Result
from vehicle_id.taxonomy import Taxonomy, families_of

Measures = dict[str, Any]
"""Everything measured, as plain values by name (docs/models.md)."""
ALL_CLASSES = 1_000_000
"""A `top_k` that keeps the score of every class, which measuring needs."""


def evaluate(
    classifier: Classifier,
    crops: Iterable[Crop],
    *,
    mapping: Mapping[str, LabelNodes] | None = None,
    split: str | None = None,
    half: Literal["a", "b"] | None = None,
) -> Evaluation:
    """Classify labelled crops and keep every answer with its true label.

    Args:
        classifier: made with `ALL_CLASSES` as `top_k`, or with as many as it has labels.
        crops: a whole data set with labels; a crop whose label is neither a node of the model's tree nor mapped is
            skipped and counted.
        mapping: label of the data -> one or more nodes at any level, or `("unknown",)` for labels outside
            the class tree, which only measure how well the out-of-distribution score separates them.
        split: measure only the crops of this split. All labels of the data set keep their column.
        half: measure only this half of the groups (`crops.labelled.select`).

    Raises:
        InputError: a mapping that is not possible, two labels for one node, crops without a group for
            `half`, or no crop left to measure.
    """
    card, rows = classifier.card, list(crops)
    taxonomy = card.taxonomy()
    known, out_of_taxonomy = read_label_nodes(taxonomy, {row.label for row in rows if row.label}, mapping or {})
    chosen = select(rows, split=split, half=half)
    wanted = [row for row in chosen if row.label in known or row.label in out_of_taxonomy]
    evaluation = Evaluation(
        model=card.full_name,
        model_sha256=classifier.file.sha256,
        views=classifier.views,
        tta=classifier.tta,
        taxonomy=taxonomy,
        label_nodes=known,
        by_label=by_label(taxonomy, card.labels, known),
        by_family=by_family(taxonomy, card.labels, known),
        crops=list(_evaluated(classifier, wanted)),
        skipped=Counter(row.label or "" for row in chosen) - Counter(row.label or "" for row in wanted),
    )
    if not evaluation.known:
        raise InputError(
            f"no crop was measured: none is labelled with a node of {card.full_name} ({', '.join(taxonomy.names)}), "
            "or none could be decoded; see --map, --split and --half"
        )
    return evaluation


def _evaluated(classifier: Classifier, crops: Sequence[Crop]) -> Iterator[EvaluatedCrop]:
    labels = classifier.card.labels
    for crop, result in zip(crops, classifier.classify_crops(crops), strict=True):
        scores = {each.label: each.score for each in result.top}
        if result.ok and len(scores) < len(labels):
            raise InputError(f"the classifier keeps {len(scores)} of {len(labels)} scores: make it with a larger top_k")
        leaves = np.array([scores[label] for label in labels]) if result.ok else None
        # the pairs of `top` would be most of the memory of a long run
        yield EvaluatedCrop(crop=crop, result=replace(result, top=()), leaves=leaves)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """All answers of one measurement."""

    model: str
    model_sha256: str
    views: int
    tta: bool
    taxonomy: Taxonomy
    label_nodes: dict[str, LabelNodes]
    """Nodes of every label inside the class tree."""
    by_label: ConfusionColumns
    by_family: ConfusionColumns | None
    crops: list[EvaluatedCrop]
    """In input order, crops without an answer included."""
    skipped: Counter[str]

    @property
    def known(self) -> list[EvaluatedCrop]:
        """Answered crops of the model's classes."""
        return [each for each in self.crops if each.result.ok and each.label in self.label_nodes]

    @property
    def out_of_taxonomy(self) -> list[EvaluatedCrop]:
        """Answered crops with labels outside the class tree."""
        return [each for each in self.crops if each.result.ok and each.label not in self.label_nodes]

    def measures(self) -> Measures:
        """Everything measured, as plain values; docs/models.md explains each key."""
        known, out_of_taxonomy = self.known, self.out_of_taxonomy
        sizes = [each for each in known if each.result.size is not None]
        record: Measures = {
            "model": self.model,
            "model_sha256": self.model_sha256,
            "views": self.views,
            "tta": self.tta,
            "num_crops": len(known),
            "origins": dict(Counter(each.crop.origin or "real" for each in known)),
            "nodes": {label: list(nodes) for label, nodes in self.label_nodes.items()},
            "top1": _table(self.by_label, known),
        }
        if self.by_family is not None and any(each.label in self.by_family.of_label for each in known):
            left_out = [label for label in self.label_nodes if label not in self.by_family.of_label]
            record["families"] = {**_table(self.by_family, known), "left_out": left_out}
        record["decided"] = _decided(self.taxonomy, self.label_nodes, known)
        if out_of_taxonomy:
            record["unknown"] = _unknown(out_of_taxonomy, known)
        if sizes:
            record["size"] = _sizes(sizes, self.by_label)
        failed = Counter(each.result.status.value for each in self.crops if not each.result.ok)
        return {**record, "skipped": dict(self.skipped), "failed": dict(failed)}

    def rows(self) -> Iterator[Measures]:
        """One row per crop, for finding errors and drawing plots; unknown values are None.

        `label` and `length_m` are the truth, as in a manifest; `answer` is by label of the data.
        """
        for each in self.crops:
            result = each.result
            plain = result.to_dict()
            row: Measures = {"path": plain["path"], "label": each.label, "status": plain["status"]}
            row |= dict.fromkeys(("answer", "confidence", "right"))
            if each.leaves is not None:
                [column], [confidence] = self.by_label.answers(each.leaves[None])
                row |= {"answer": self.by_label.names[column], "confidence": round(float(confidence), 6)}
                if each.label in self.label_nodes:
                    row["right"] = int(self.by_label.counted(each.label, column) == self.by_label.of_label[each.label])
            row |= {
                "decided": plain["label"],
                "score": plain["score"],
                "unknown_score": plain["unknown_score"],
            }
            yield {
                **row,
                "measured_length_m": plain["length_m"],
                "measured_width_m": plain["width_m"],
                "length_m": each.crop.length_m,
            }


def _table(columns: ConfusionColumns, crops: Sequence[EvaluatedCrop]) -> Measures:
    """Accuracy and the other measures over the crops whose label has a column."""
    kept = [each for each in crops if each.label in columns.of_label]
    truth = np.array([columns.of_label[each.label] for each in kept])
    best, confidence = columns.answers(np.array([each.leaves for each in kept]))
    answers = np.array([columns.counted(each.label, answer) for each, answer in zip(kept, best, strict=True)])
    matrix = metrics.confusion(truth, answers, num_classes=len(columns.names))
    labels = columns.names[: columns.num_known]
    scores = metrics.class_scores(matrix)[: columns.num_known]
    return {
        "num_crops": len(kept),
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


def _decided(taxonomy: Taxonomy, label_nodes: Mapping[str, LabelNodes], crops: Sequence[EvaluatedCrop]) -> Measures:
    """What users see: an answer is right if it is the true node, under it, or above it."""
    families = families_of(taxonomy, label_nodes)
    least = {label: min(map(taxonomy.depth, (*nodes, *families[label]))) for label, nodes in label_nodes.items()}
    levels: dict[str, list[bool]] = {
        node.level: [] for node in sorted(taxonomy.nodes, key=lambda n: taxonomy.depth(n.name))
    }
    specific: list[bool] = []
    for each in crops:
        answer = each.result.label
        if answer is not None and answer != UNKNOWN:
            right = is_right(taxonomy, answer, label_nodes[each.label])
            levels[taxonomy[answer].level].append(right)
            if taxonomy.depth(answer) >= least[each.label]:
                specific.append(right)
    every = [right for level in levels.values() for right in level]
    answers = {label: Counter[str]() for label in _labels(crops)}
    for each in crops:
        answers[each.label][str(each.result.label)] += 1
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


def _unknown(out_of_taxonomy: Sequence[EvaluatedCrop], known: Sequence[EvaluatedCrop]) -> Measures:
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


def _sizes(crops: Sequence[EvaluatedCrop], columns: ConfusionColumns) -> Measures:
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
    stated = [(each, each.true) for each in measures if each.true is not None]
    return {
        "num_crops": len(stated),
        f"{what}_median_error": float(np.median([abs(each.measured / true - 1) for each, true in stated]))
        if stated
        else None,
        f"{what}_in_interval": _mean([each.low <= true <= each.high for each, true in stated]),
    }


def _labels(crops: Sequence[EvaluatedCrop]) -> list[str]:
    """Labels of the data in the order they first occur."""
    return list(dict.fromkeys(each.label for each in crops))


def _mean(values: Sequence[bool]) -> float | None:
    return float(np.mean(values)) if values else None
