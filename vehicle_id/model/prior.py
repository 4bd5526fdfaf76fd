"""The prior probabilities of the classes that are part of a model's scores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vehicle_id.taxonomy import Taxonomy, families_of


def prior_shift(labels: Sequence[str], taxonomy: Taxonomy, family_prior: float) -> NDArray[np.float64]:
    """Shift of the logits `[C]` that gives all families the same prior probability.

    Training shows every class about equally often. Without the shift a family of nine classes of haul truck has nine
    times the prior of buses, only because it is divided more finely.

    Args:
        labels: in the order of the logits.
        taxonomy: the class tree.
        family_prior: 0 = equal prior of classes, 1 = equal prior of families and of the classes within each; values
            between interpolate.
    """
    family_of = families_of(taxonomy, {label: (label,) for label in labels})
    size = Counter(family_of.values())
    shares = np.array([1.0 / size[family_of[label]] for label in labels])
    return np.asarray(family_prior * (np.log(shares) - np.log(shares).mean()))
