"""The fitted numbers that a gallery is asked with: of the package, or of one model in its card."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

Weight = Annotated[float, msgspec.Meta(ge=-1e4, le=1e4)]


class GalleryWeights(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fitted numbers of the logit of a class (`scores.py`)."""

    similarity: Weight
    constant: Weight
    overlap: Weight
    """Of the logarithm of how alike the network's answers are."""
    certainty: Weight
    """Of the network's log-probability of its best class, for the trained classes together."""
    trained: Weight = 0.0
    """Of the cosine with the mean of the most similar trained class, for the trained classes together. Needs the means
    in the card."""
    kernel: Annotated[float, msgspec.Meta(gt=0, le=1e3)] = 20.0
    """Of exp(kernel * (cosine - 1)), averaged over the references of a class: near ones count most."""
    roots: bool = True
    """Whether the numbers of an embedding are replaced by their signed square roots; not where it is whitened."""

    @property
    def of_class(self) -> NDArray[np.float64]:
        """`[3]`, for the features of a class."""
        return np.array([self.similarity, self.constant, self.overlap])

    @property
    def of_trained(self) -> NDArray[np.float64]:
        """`[2]`, for the features of the trained classes together."""
        return np.array([self.certainty, self.trained])


WEIGHTS: Final = GalleryWeights(similarity=10.06, constant=-6.78, overlap=1.38, certainty=1.23)
"""Fitted once, on classes that were held out (`python -m training.measure.gallery`), for optical models."""
