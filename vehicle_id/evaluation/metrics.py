"""Measures of answers: accuracy, F1, calibration, ranking, risk and coverage.

Labels are integers `0 .. num_classes - 1`, probabilities `[N, C]`. Pure numpy, no I/O.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.integer]
FloatArray = NDArray[np.floating]
NUM_BINS: Final = 15
"""Bins of the expected calibration error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassScore:
    """Support, precision, recall and F1 of one class."""

    support: int
    precision: float
    """0 where the class was never answered."""
    recall: float
    """0 where the class has no crop."""
    f1: float


def confusion(truth: IntArray, answers: IntArray, *, num_classes: int) -> NDArray[np.int64]:
    """Counts `[num_classes, num_classes]`: rows are the truth, columns the answers."""
    pairs = truth.astype(np.int64) * num_classes + answers
    return np.bincount(pairs, minlength=num_classes**2).reshape(num_classes, num_classes)


def accuracy(truth: IntArray, answers: IntArray) -> float:
    """Share of answers that are the truth."""
    return float(np.mean(truth == answers))


def class_scores(matrix: NDArray[np.int64]) -> list[ClassScore]:
    """Precision, recall and F1 of every class of a confusion matrix."""
    hits, support, answered = np.diag(matrix), matrix.sum(axis=1), matrix.sum(axis=0)
    return [
        ClassScore(
            support=int(s),
            precision=float(h / a) if a else 0.0,
            recall=float(h / s) if s else 0.0,
            f1=float(2 * h / (s + a)) if s + a else 0.0,
        )
        for h, s, a in zip(hits, support, answered, strict=True)
    ]


def macro_f1(matrix: NDArray[np.int64]) -> float:
    """Mean F1 over the classes that have a crop."""
    present = [score.f1 for score in class_scores(matrix) if score.support]
    return float(np.mean(present))


def ece(confidence: FloatArray, correct: NDArray[np.bool_], *, num_bins: int = NUM_BINS) -> float:
    """Expected calibration error over equal-width bins (Guo et al. 2017, arXiv 1706.04599).

    Args:
        confidence: `[N]`, the probability of the answer.
        correct: `[N]`, whether it was right.
    """
    means, shares, counts = reliability(confidence, correct, num_bins=num_bins)
    return float(np.sum(np.abs(shares - means) * counts) / len(confidence))


def reliability(
    confidence: FloatArray, correct: NDArray[np.bool_], *, num_bins: int = NUM_BINS
) -> tuple[FloatArray, FloatArray, IntArray]:
    """Equal-width bins of confidence, empty bins left out.

    Returns:
        mean confidence, share of right answers and number of answers of each bin.
    """
    bins = bins_of(confidence, num_bins=num_bins)
    filled = [bins == each for each in np.unique(bins)]
    return (
        np.array([np.mean(confidence[each]) for each in filled]),
        np.array([np.mean(correct[each]) for each in filled]),
        np.array([np.sum(each) for each in filled]),
    )


def bins_of(confidence: FloatArray, *, num_bins: int) -> IntArray:
    """The equal-width bin `[N]` of each confidence, from 0 to `num_bins - 1`."""
    bins: IntArray = np.minimum((confidence * num_bins).astype(int), num_bins - 1)
    return bins


def share_interval(hits: int, num: int, *, z: float = 1.96) -> tuple[float, float]:
    """Interval of a share with `hits` of `num` observed (Wilson 1927); 95 % at the default z."""
    share, spread = hits / num, z * z / num
    middle = (share + spread / 2) / (1 + spread)
    reach = z * float(np.sqrt(share * (1 - share) / num + spread / num / 4)) / (1 + spread)
    return middle - reach, middle + reach


def auroc(positive: FloatArray, negative: FloatArray) -> float:
    """Probability that a positive scores over a negative, ties counted half (Mann-Whitney)."""
    order = np.sort(negative)
    below = np.searchsorted(order, positive, side="left")
    not_above = np.searchsorted(order, positive, side="right")
    return float(np.mean((below + not_above) / 2) / len(negative))


def risk_coverage(
    confidence: FloatArray, correct: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Error among the answers kept, with ever more answers kept in order of confidence.

    Returns:
        coverage `[N]` and risk `[N]` (El-Yaniv and Wiener 2010).
    """
    order = np.argsort(-confidence, kind="stable")
    kept = np.arange(1, len(order) + 1)
    return kept / len(order), np.cumsum(~correct[order]) / kept


def aurc(confidence: FloatArray, correct: NDArray[np.bool_]) -> float:
    """Area under the risk-coverage curve: the mean risk over all coverages; lower is better."""
    return float(np.mean(risk_coverage(confidence, correct)[1]))
