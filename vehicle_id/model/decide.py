"""Scores -> answer: calibrated probabilities, tree thresholds, unknown, size check, reasons.

Pure numpy, no I/O. Every number compared with comes from the model's card. This room has not seen the
picture; it knows scores, the card, and the metres that the chip spans.

Order of the decision:
1. the unknown score that the card names (`unknown.py`) over the card's threshold -> unknown;
2. probabilities summed up the tree; of the nodes at or over their level's threshold, the most specific; one
   that the card is careful with, or under such a node, only where that node reaches its own threshold as well;
3. a node that only size can tell is passed over without a GSD, and one whose published dimensions
   exclude the measured interval is passed over with it; the next coarser node answers, and says so.

Beside it, where asked for, stand the candidates: every class that is not too unlikely for the true one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vehicle_id.errors import InputError
from vehicle_id.model.card import ModelCard
from vehicle_id.model.ood import UnknownScore
from vehicle_id.model.session import Floats, Scores
from vehicle_id.results import UNKNOWN, Prediction, Size
from vehicle_id.taxonomy import Range

TOUCHES_BORDER_SHARE = 0.95
"""A vehicle measured longer than this share of its crop may be cut by the border."""
LONGEST_SHARE = 1.5
"""A vehicle cannot be longer than its crop's diagonal; such a measurement is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The decision for one chip; its fields are those of `Result`."""

    label: str
    level: str | None
    score: float | None
    reason: str
    top: tuple[Prediction, ...]
    candidates: tuple[str, ...] | None
    size: Size | None
    heading_deg: float | None
    unknown_score: float
    decision: tuple[str, ...]
    flags: tuple[str, ...]


class Decider:
    """The decision rule of one model.

    Args:
        card: labels, tree and fitted thresholds.
        top_k: leaf classes kept in `Answer.top`.
        coverage: share of crops whose `Answer.candidates` shall hold the true class; None = no candidates.

    Raises:
        InputError: a coverage that the card was not fitted for.
    """

    def __init__(self, card: ModelCard, *, top_k: int = 5, coverage: float | None = None) -> None:
        self.card = card
        self.top_k = top_k
        self.taxonomy = card.taxonomy()
        self._membership = self.taxonomy.membership(card.labels)
        self._thresholds = np.array([card.decision.thresholds[node.level] for node in card.nodes])
        self._depths = np.array([self.taxonomy.depth(name) for name in self.taxonomy.names])
        self._sized = np.array([node.has_size for node in card.nodes])
        self._careful = [
            (
                self.taxonomy.names.index(name),
                least,
                np.array([name in self.taxonomy.path(node.name) for node in card.nodes]),
            )
            for name, least in card.decision.careful.items()
        ]
        self._ranges = {name: self.taxonomy.size_ranges(name) for name in self.taxonomy.names}
        self._leaves = set(card.labels)
        self._unknown = UnknownScore(card.decision.unknown_method, self.taxonomy, card.labels)
        length_z = card.decision.size_interval_z
        self._interval_z = (length_z, card.decision.width_interval_z or length_z)
        self._shortfalls = None if coverage is None else _shortfalls(card, coverage)

    def decide(self, scores: Scores, extent_m: Floats) -> list[Answer]:
        """One answer per chip.

        Args:
            scores: the session's outputs for N chips.
            extent_m: `[N]`, metres spanned by each chip's side, 0 = unknown.
        """
        leaves = softmax(scores.logits)
        nodes = leaves @ self._membership
        unknown = self._unknown.of(scores.logits, leaves, scores.unknown)
        return [
            self._answer(
                leaves[row],
                nodes[row],
                float(unknown[row]),
                None if scores.size is None else scores.size[row],
                None if scores.heading is None else scores.heading[row],
                float(extent_m[row]),
            )
            for row in range(len(leaves))
        ]

    def _answer(
        self,
        leaves: NDArray[np.float64],
        nodes: NDArray[np.float64],
        unknown_score: float,
        size_row: Floats | None,
        heading_row: Floats | None,
        extent_m: float,
    ) -> Answer:
        size = _measure(size_row, extent_m, self._interval_z)
        order = np.argsort(-leaves, kind="stable")
        top = tuple(Prediction(label=self.card.labels[i], score=float(leaves[i])) for i in order[: self.top_k])
        label, reason, decision = self._choose(nodes, top[0], unknown_score, size, extent_m)
        node = None if label == UNKNOWN else self.taxonomy[label]
        has_size = (node or self.taxonomy[top[0].label]).has_size
        return Answer(
            label=label,
            level=None if node is None else node.level,
            score=None if node is None else float(nodes[self.taxonomy.names.index(label)]),
            reason=reason,
            top=top,
            candidates=None if self._shortfalls is None else self._candidates(leaves, order, self._shortfalls),
            size=size if has_size else None,
            heading_deg=_heading_deg(heading_row) if has_size else None,
            unknown_score=unknown_score,
            decision=decision,
            flags=("touches_border",) if has_size and _touches_border(size_row) else (),
        )

    def _candidates(
        self, leaves: NDArray[np.float64], order: NDArray[np.intp], shortfalls: NDArray[np.float64]
    ) -> tuple[str, ...]:
        return tuple(self.card.labels[i] for i in order if 1 - leaves[i] <= shortfalls[i])

    def _choose(
        self, nodes: NDArray[np.float64], best: Prediction, unknown_score: float, size: Size | None, extent_m: float
    ) -> tuple[str, str, tuple[str, ...]]:
        """Label, reason, and the way to it as `node:verdict`."""
        limit = self.card.decision.unknown_threshold
        if limit is not None and unknown_score > limit and not self._surely_no_vehicle(nodes):
            likeliest = f"likeliest {best.label} {best.score:.2f}"
            reason = f"unlike what it learned, score {unknown_score:.2f} over {limit:.2f}; {likeliest}"
            return UNKNOWN, reason, (f"{UNKNOWN}:unlike",)
        passed_over, steps = list[str](), list[str]()
        allowed = nodes >= self._thresholds
        for column, least, under in self._careful:
            if nodes[column] < least and np.any(allowed & under):
                harmful = self.taxonomy.names[column]
                score, need = _told_apart(float(nodes[column]), least)
                passed_over.append(f"{harmful} {score} is under the {need} asked of it")
                steps.append(f"{harmful}:careful")
                allowed &= ~under
        sure = np.flatnonzero(allowed)
        for index in sorted(sure, key=lambda i: (-self._depths[i], -nodes[i])):
            name = self.taxonomy.names[index]
            verdict, obstacle = self._obstacle(name, size, extent_m)
            if not obstacle:
                need = f"{self._thresholds[index]:.2f} needed at level {self.taxonomy[name].level}"
                sureness = f"{name} {nodes[index]:.2f} reaches the {need}"
                unsure = self._why_not_finer(name, best)
                return name, "; ".join([sureness, *unsure, *passed_over]), _way(best, unsure, steps, name)
            passed_over.append(obstacle)
            steps.append(f"{name}:{verdict}")
        unsure = self._why_not_finer(UNKNOWN, best)
        return UNKNOWN, "; ".join([*unsure, *passed_over]), _way(best, unsure, steps, UNKNOWN)

    def _surely_no_vehicle(self, nodes: NDArray[np.float64]) -> bool:
        """Ground is unlike every vehicle; where the tree is sure that it is ground, that is the better answer."""
        return self._unknown.of_vehicles and bool(np.any(~self._sized & (nodes >= self._thresholds)))

    def _why_not_finer(self, answer: str, best: Prediction) -> list[str]:
        need = self.card.decision.thresholds[self.taxonomy[best.label].level]
        if answer in self._leaves or best.score >= need:
            return []
        score, least = _told_apart(best.score, need)
        return [f"the likeliest class, {best.label} {score}, is under its {least}"]

    def _obstacle(self, name: str, size: Size | None, extent_m: float) -> tuple[str, str]:
        """A verdict and its sentence; both empty where nothing stands in the way."""
        if extent_m <= 0 and self.taxonomy.needs_size(name):
            return "no_gsd", f"{name} can only be told by size, and no ground sample distance was given"
        if size is None or not self.taxonomy[name].has_size:
            return "", ""
        length, width = self._ranges[name]
        excluded = _excluded(name, "length", size.length_low_m, size.length_high_m, length) or _excluded(
            name, "width", size.width_low_m, size.width_high_m, width
        )
        return ("size", excluded) if excluded else ("", "")


def _way(best: Prediction, unsure: list[str], steps: list[str], answer: str) -> tuple[str, ...]:
    first = [f"{best.label}:unsure"] if unsure else []
    return (*first, *steps, f"{answer}:answered")


def _told_apart(score: float, need: float) -> tuple[str, str]:
    """Both with two decimals, or as many as it takes to see which is larger."""
    for digits in range(2, 9):
        texts = f"{score:.{digits}f}", f"{need:.{digits}f}"
        if texts[0] != texts[1]:
            break
    return texts


def softmax(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Probabilities `[N, C]` of logits `[N, C]`, in double precision."""
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    powers = np.exp(shifted)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _shortfalls(card: ModelCard, coverage: float) -> NDArray[np.float64]:
    """Largest one minus probability of each label `[C]` with which it is a candidate."""
    fitted = card.decision.conformal
    if not fitted:
        raise InputError(f"{card.full_name} was not calibrated for candidates: leave the coverage out")
    limits = fitted.get(f"{coverage:g}")
    if limits is None:
        raise InputError(f"{card.full_name} has no candidates for a coverage of {coverage:g}: give {', '.join(fitted)}")
    return np.array([limits[label] for label in card.labels])


def _measure(size: Floats | None, extent_m: float, z: tuple[float, float]) -> Size | None:
    if size is None or extent_m <= 0 or math.exp(float(size[0])) > LONGEST_SHARE:
        return None
    middle = [extent_m * math.exp(float(size[i])) for i in (0, 1)]
    # exp(z * sigma): the interval is symmetric in the logarithm. Capped at a factor of e^5.
    spread = [math.exp(min(5.0, z[i] * math.exp(0.5 * float(size[2 + i])))) for i in (0, 1)]
    return Size(
        length_m=middle[0],
        length_low_m=middle[0] / spread[0],
        length_high_m=middle[0] * spread[0],
        width_m=middle[1],
        width_low_m=middle[1] / spread[1],
        width_high_m=middle[1] * spread[1],
    )


def _touches_border(size: Floats | None) -> bool:
    return size is not None and math.exp(float(size[0])) > TOUCHES_BORDER_SHARE


def _heading_deg(heading: Floats | None) -> float | None:
    if heading is None:
        return None
    return math.degrees(math.atan2(float(heading[1]), float(heading[0]))) / 2 % 180.0


def _excluded(name: str, what: str, low: float, high: float, published: Range | None) -> str | None:
    if published is None or (low <= published[1] and high >= published[0]):
        return None
    return f"{name} is excluded: {what} {low:.1f} to {high:.1f} m, published {published[0]:.1f} to {published[1]:.1f} m"
