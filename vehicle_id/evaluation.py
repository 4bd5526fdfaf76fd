"""Labelled crops -> how good a model is on them, measured through the same path that users run.

Every published number is made here from `Result`s, so it counts what a user would have been told. This
room knows no data set; how a foreign label maps to the model's is the caller's to say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import tee
from typing import Any

import numpy as np

from vehicle_id import metrics
from vehicle_id.classifier import Classifier
from vehicle_id.errors import InputError
from vehicle_id.manifest import Crop
from vehicle_id.results import UNKNOWN, Result


def evaluate(
    classifier: Classifier, crops: Iterable[Crop], *, mapping: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Classify labelled crops and compare.

    Args:
        classifier: made with `top_k` of at least the number of its labels.
        crops: with labels; one that is neither the model's nor mapped is skipped and counted.
        mapping: foreign label -> one of the model's, or `unknown` for what the model was not made for;
            the latter measure how well unknown things are told, and nothing else.

    Returns:
        A record of plain values: `top1` (raw, every crop answered), `decided` (as users see it),
        `unknown`, `size`, `skipped`, `failed`.

    Raises:
        InputError: a mapping to a label the model lacks, or no crop left to measure.
    """
    mapping = dict(mapping or {})
    labels = classifier.card.labels
    for source, target in mapping.items():
        if target != UNKNOWN and target not in labels:
            known = ", ".join(labels)
            raise InputError(f"cannot map {source!r} to {target!r}: {classifier.card.full_name} knows {known}")
    tally = _Tally(classifier)
    wanted, answered = tee(_mapped(crops, mapping, set(labels), tally.skipped))
    for crop, result in zip(wanted, classifier.classify_crops(answered), strict=True):
        tally.add(crop, result)
    if not tally.truth:
        known = ", ".join(labels)
        raise InputError(
            f"no crop was measured: none is labelled {known}, or none could be opened; see --map and --split"
        )
    return tally.record()


def _mapped(
    crops: Iterable[Crop], mapping: Mapping[str, str], labels: set[str], skipped: Counter[str]
) -> Iterator[Crop]:
    for crop in crops:
        label = mapping.get(crop.label or "", crop.label or "")
        if label in labels or label == UNKNOWN:
            yield replace(crop, label=label)
        else:
            skipped[label] += 1


@dataclass
class _Tally:
    """What has been counted so far: a few numbers per crop."""

    classifier: Classifier
    skipped: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    truth: list[int] = field(default_factory=list)
    top1: list[int] = field(default_factory=list)
    confidence: list[float] = field(default_factory=list)
    known_scores: list[float] = field(default_factory=list)
    foreign_scores: list[float] = field(default_factory=list)
    foreign_answers: Counter[str] = field(default_factory=Counter)
    answers: list[str] = field(default_factory=list)
    length_errors: list[float] = field(default_factory=list)
    width_errors: list[float] = field(default_factory=list)
    length_covered: list[bool] = field(default_factory=list)

    def add(self, crop: Crop, result: Result) -> None:
        """Count one answered crop."""
        if result.label is None or result.unknown_score is None or crop.label is None:
            self.failed[result.status.value] += 1
        elif crop.label == UNKNOWN:
            self.foreign_scores.append(result.unknown_score)
            self.foreign_answers[result.label] += 1
        else:
            labels = self.classifier.card.labels
            self.truth.append(labels.index(crop.label))
            self.top1.append(labels.index(result.top[0].label))
            self.confidence.append(result.top[0].score)
            self.known_scores.append(result.unknown_score)
            self.answers.append(result.label)
            self._add_size(crop, result)

    def _add_size(self, crop: Crop, result: Result) -> None:
        if result.size is None:
            return
        if crop.length_m is not None:
            self.length_errors.append(abs(result.size.length_m / crop.length_m - 1))
            self.length_covered.append(result.size.length_low_m <= crop.length_m <= result.size.length_high_m)
        if crop.width_m is not None:
            self.width_errors.append(abs(result.size.width_m / crop.width_m - 1))

    def record(self) -> dict[str, Any]:
        """Everything measured, as plain values."""
        record = {
            "model": self.classifier.card.full_name,
            "model_sha256": self.classifier.file.sha256,
            "tta": self.classifier.tta,
            "num_crops": len(self.truth),
            "top1": self._top1(),
            "decided": self._decided(),
            "skipped": dict(self.skipped),
            "failed": dict(self.failed),
        }
        if self.foreign_scores:
            record["unknown"] = {
                "num_crops": len(self.foreign_scores),
                "auroc": metrics.auroc(np.array(self.foreign_scores), np.array(self.known_scores)),
                "answered": dict(self.foreign_answers.most_common()),
            }
        if self.length_errors:
            record["size"] = {
                "num_crops": len(self.length_errors),
                "length_median_error": float(np.median(self.length_errors)),
                "length_in_interval": float(np.mean(self.length_covered)),
                "width_median_error": float(np.median(self.width_errors)) if self.width_errors else None,
            }
        return record

    def _top1(self) -> dict[str, Any]:
        labels = self.classifier.card.labels
        truth, answers, confidence = np.array(self.truth), np.array(self.top1), np.array(self.confidence)
        matrix = metrics.confusion(truth, answers, num_classes=len(labels))
        scores = metrics.class_scores(matrix)
        return {
            "accuracy": metrics.accuracy(truth, answers),
            "macro_f1": metrics.macro_f1(matrix),
            "ece": metrics.ece(confidence, truth == answers),
            "aurc": metrics.aurc(confidence, truth == answers),
            "classes": {
                label: {"support": s.support, "precision": s.precision, "recall": s.recall, "f1": s.f1}
                for label, s in zip(labels, scores, strict=True)
            },
            "labels": list(labels),
            "confusion": matrix.tolist(),
        }

    def _decided(self) -> dict[str, Any]:
        """An answer is right when it is the truth or a coarser node above it."""
        card = self.classifier.card
        taxonomy = card.taxonomy()
        levels: dict[str, list[bool]] = {}
        for truth, answer in zip(self.truth, self.answers, strict=True):
            if answer != UNKNOWN:
                right = answer in taxonomy.path(card.labels[truth])
                levels.setdefault(taxonomy[answer].level, []).append(right)
        every = [right for level in levels.values() for right in level]
        return {
            "named": len(every),
            "unknown": len(self.answers) - len(every),
            "precision": float(np.mean(every)) if every else None,
            "levels": {
                name: {"answered": len(level), "precision": float(np.mean(level))} for name, level in levels.items()
            },
        }
