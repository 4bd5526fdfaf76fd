"""What is added to the logits in a finished model: the prior of families and nodes, and what was fitted among sizes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from vehicle_id.model.card import Decision, ModelCard
from vehicle_id.taxonomy import Taxonomy, families_of


def prior_shift(
    labels: Sequence[str],
    taxonomy: Taxonomy,
    family_prior: float,
    relative_prior: Mapping[str, float] = MappingProxyType({}),
) -> NDArray[np.float64]:
    """Shift of the logits `[C]` that gives all families the same prior probability, but for stated factors.

    Training shows every class about equally often. Without the shift a family of nine classes of haul truck has nine
    times the prior of buses, only because it is divided more finely.

    Args:
        labels: in the order of the logits.
        taxonomy: the class tree.
        family_prior: 0 = equal prior of classes, 1 = equal prior of families and of the classes within each; values
            between interpolate.
        relative_prior: node -> factor by which the prior of the labels under it is multiplied.
    """
    family_of = families_of(taxonomy, {label: (label,) for label in labels})
    size = Counter(family_of.values())
    of_families = family_prior * np.log([1.0 / size[family_of[label]] for label in labels])
    factors = {name: float(np.log(factor)) for name, factor in relative_prior.items()}
    shift = of_families + shift_under(labels, taxonomy, factors)
    return np.asarray(shift - shift.mean())


def class_priors(card: ModelCard) -> NDArray[np.float64]:
    """The prior probability of each label `[C]` that the graph of a finished model applies."""
    decision = card.decision
    shares = np.exp(prior_shift(card.labels, card.taxonomy(), decision.family_prior, decision.relative_prior))
    return np.asarray(shares / shares.sum())


def fitted_shift(labels: Sequence[str], taxonomy: Taxonomy, decision: Decision) -> NDArray[np.float64]:
    """All that the graph of a finished model adds to the logits `[C]`, after the temperature.

    Args:
        labels: in the order of the logits.
        taxonomy: the class tree.
        decision: as fitted: its priors, and its shifts of nodes, which count for every label under them.
    """
    prior = prior_shift(labels, taxonomy, decision.family_prior, decision.relative_prior)
    return prior + shift_under(labels, taxonomy, decision.size_shift)


def shift_under(labels: Sequence[str], taxonomy: Taxonomy, shifts: Mapping[str, float]) -> NDArray[np.float64]:
    """For each label `[C]` the sum of the shifts of the nodes that it is or lies under."""
    return np.asarray(taxonomy.membership(labels) @ [shifts.get(name, 0.0) for name in taxonomy.names])
