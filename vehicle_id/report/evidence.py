"""Crops of one kind of vehicle -> how much they speak for one class against another.

The likelihood ratio of a crop is the ratio of the model's probabilities of two hypotheses, without the prior
probabilities that are part of them. Crops of one kind of vehicle depend on each other: they share a picture, a sensor
or at least a model of what the vehicle looks like. So their log ratios are added and divided by a power of their number
that was fitted on crops of known classes. Knows nothing of a third class: see `share`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vehicle_id.errors import InputError
from vehicle_id.model.card import ModelCard
from vehicle_id.model.prior import class_priors
from vehicle_id.results import UNKNOWN, Result
from vehicle_id.text import path_text

POOLING_EXPONENT: Final = 0.5
"""The sum of N log ratios is divided by N to this power: 0 = independent crops, 1 = the mean, as if all were one crop.
The best log score on groups of 1, 2, 4 and 8, both of real crops of one picture and of renders of one vehicle
(`training/measure/evidence.py`)."""
MOST_LOG_RATIO: Final = math.log(1000)
"""One crop never counts for more than 1000 to 1: larger ratios were not more often right."""
LARGEST_EXPONENT: Final = 700.0
"""Of a pooled ratio: a larger one is no floating-point number."""
LEAST_PROBABILITY: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class CropEvidence:
    """What one crop says."""

    path: str
    log_ratio: float | None
    """Natural logarithm of the likelihood ratio, first to second; None for a crop that was left out."""
    why_not: str = ""
    """Why it was left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What several crops of one kind of vehicle say together."""

    first: str
    second: str
    crops: tuple[CropEvidence, ...]
    log_ratio: float
    """Of all crops that were used; 0 without any."""
    share: float
    """Mean probability of either hypothesis; the rest belongs to other classes."""
    other: str | None
    """The most likely class that is in neither; None where there is no other."""
    other_share: float

    @property
    def used(self) -> tuple[CropEvidence, ...]:
        """Crops that were not left out."""
        return tuple(each for each in self.crops if each.log_ratio is not None)

    @property
    def favoured(self) -> str:
        """The hypothesis that the ratio speaks for."""
        return self.first if self.log_ratio >= 0 else self.second

    @property
    def other_hypothesis(self) -> str:
        """The hypothesis that the ratio speaks against."""
        return self.second if self.log_ratio >= 0 else self.first

    @property
    def ratio(self) -> float:
        """Likelihood ratio for the favoured hypothesis, at least 1."""
        return math.exp(min(abs(self.log_ratio), LARGEST_EXPONENT))

    @property
    def num_favouring(self) -> int:
        """Crops used whose own ratio is for the favoured hypothesis."""
        return sum((each.log_ratio or 0.0) * self.log_ratio > 0 for each in self.used)


def weigh(results: Sequence[Result], card: ModelCard, *, first: str, second: str) -> Evidence:
    """Weigh two hypotheses by the answers to crops of one kind of vehicle.

    Args:
        results: the crops' answers, with the probabilities of all classes in `top`.
        card: of the model that answered.
        first: a node of the class tree.
        second: another one, neither above nor below the first.

    Raises:
        InputError: a hypothesis that is not a node of vehicles of the tree, or two that overlap.
    """
    masks = [_mask(card, name) for name in (first, second)]
    if (masks[0] & masks[1]).any():
        raise InputError(f"{first} and {second} are not two hypotheses: one of them contains the other")
    prior = class_priors(card)
    crops, probabilities = [], []
    for result in results:
        leaves, why_not = _leaves(result, card)
        ratio = None
        if leaves is not None:
            probabilities.append(leaves)
            ratio = _log_ratio(leaves, prior, masks[0]) - _log_ratio(leaves, prior, masks[1])
        crops.append(CropEvidence(path=path_text(result.path or ""), log_ratio=ratio, why_not=why_not))
    mean = np.mean(probabilities, axis=0) if probabilities else np.zeros(len(card.labels))
    neither = np.where(masks[0] | masks[1], -1.0, mean)
    best = int(neither.argmax())
    return Evidence(
        first=first,
        second=second,
        crops=tuple(crops),
        log_ratio=pooled([each.log_ratio for each in crops if each.log_ratio is not None]),
        share=float(mean[masks[0] | masks[1]].sum()),
        other=card.labels[best] if neither[best] > 0 else None,
        other_share=max(0.0, float(neither[best])),
    )


def pooled(log_ratios: Sequence[float]) -> float:
    """The log ratio of several crops together; 0 for none."""
    if not log_ratios:
        return 0.0
    limited = [min(MOST_LOG_RATIO, max(-MOST_LOG_RATIO, each)) for each in log_ratios]
    return math.fsum(limited) / math.pow(len(limited), POOLING_EXPONENT)


def _mask(card: ModelCard, name: str) -> NDArray[np.bool_]:
    """`[labels]`, True for the leaves of a hypothesis."""
    taxonomy = card.taxonomy()
    if name not in taxonomy:
        near = taxonomy.nearest(name)
        allowed = f"nearest are {', '.join(near)}" if near else f"name one of {_names(card)}"
        raise InputError(f"{name!r} is not in the class tree of {card.full_name}: {allowed}")
    mask = np.array([name in taxonomy.path(label) for label in card.labels])
    if mask.all():
        raise InputError(f"{name} contains every class: name a finer one")
    return mask


def _names(card: ModelCard) -> str:
    return ", ".join(node.name for node in card.nodes if node.has_size)


def _leaves(result: Result, card: ModelCard) -> tuple[NDArray[np.float64] | None, str]:
    """Probabilities `[labels]` of a crop that says something of vehicles; else None and the reason."""
    if not result.ok:
        return None, f"{result.status.value}: {result.reason}"
    if result.label == UNKNOWN:
        return None, result.reason
    if "not_optical" in result.flags:
        return None, "not an optical picture"
    scores = {each.label: each.score for each in result.top}
    assert scores.keys() == set(card.labels), "all classes are needed: classify with a larger top_k"
    return np.array([scores[label] for label in card.labels]), ""


def _log_ratio(leaves: NDArray[np.float64], prior: NDArray[np.float64], mask: NDArray[np.bool_]) -> float:
    """Log of how much more likely a hypothesis is after the crop than before."""
    return math.log(max(float(leaves[mask].sum()), LEAST_PROBABILITY) / float(prior[mask].sum()))
