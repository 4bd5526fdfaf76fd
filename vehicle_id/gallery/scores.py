"""How alike a crop is to the references of each class, as probabilities beside those of the trained classes.

A reference and a crop are compared in two ways: the cosine of their embeddings, whose numbers are first replaced by
their signed square roots (Perronnin, Sánchez and Mensink 2010, "Improving the Fisher Kernel"), and the overlap of what
the network answers for both (the Bhattacharyya coefficient, in its logarithm). The logit of a class is linear in both.
Against it stands the network's own certainty and, where the model's card has the means of its classes, how alike the
crop is to the nearest of them.

The weights are those of `weights.py`, or those that were fitted for the model and are in its card. How sharply one
class of a gallery is told from another is fitted on each gallery itself: each reference is answered by the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vehicle_id.gallery.references import Gallery
from vehicle_id.gallery.weights import WEIGHTS, GalleryWeights
from vehicle_id.taxonomy import Node, Taxonomy

Array = NDArray[np.float64]

LEAST_OVERLAP: Final = 1e-3
SHARPEST: Final = 2.5
"""Largest natural logarithm of the sharpness; the smallest is -1.5."""
SHARPNESS_SPREAD: Final = 0.5
"""Standard deviation of that logarithm before any reference is seen."""
FEWEST: Final = 2
"""References from which on a class can be judged by its own."""
SHOWN: Final = 3
"""Nearest references that are returned for each crop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Answers of the network and of a gallery for N crops."""

    probabilities: Array
    """`[N, L]`, of `GalleryScores.labels`; each row sums to one."""
    of_gallery: Array
    """`[N, K]`, the part of it that the references of each class have."""
    nearest: NDArray[np.intp]
    """`[N, SHOWN]` or fewer, numbers of the most similar references."""
    similarity: Array
    """`[N, SHOWN]` or fewer, their cosines."""


class GalleryScores:
    """A gallery, ready to be asked.

    Args:
        gallery: at least one reference, of the model whose labels follow.
        labels: of the model, in the order of its logits.
        taxonomy: the class tree of the model.
        level: of the tree, for classes that are new in it.
        weights: fitted for the model, or for models like it.
        class_means: `[C, D]`, mean directions of the trained classes; None = not known.

    Raises:
        ValueError: in one sentence, for references that do not fit the model or a parent that it does not have.
    """

    def __init__(
        self,
        gallery: Gallery,
        *,
        labels: tuple[str, ...],
        taxonomy: Taxonomy,
        level: str,
        weights: GalleryWeights = WEIGHTS,
        class_means: Array | None = None,
    ) -> None:
        self.gallery = gallery
        self.weights = weights
        self.classes = gallery.labels
        """The labels of the gallery, `[K]`."""
        self.taxonomy = extended(taxonomy, gallery, level=level)
        self.labels = (*labels, *(each for each in self.classes if each not in labels))
        """The labels of the model, then those that are new."""
        if not self.classes:
            raise ValueError("it has no reference: add some with 'vehicle-id gallery add'")
        if gallery.logits().shape[1] != len(labels):
            raise ValueError(f"its references have {gallery.logits().shape[1]} logits, the model {len(labels)}")
        self._num_trained = len(labels)
        self._columns = np.array([self.labels.index(each) for each in self.classes])
        self._means = None if class_means is None else self._directions(class_means)
        self._unit = self._directions(gallery.embeddings())
        self._probabilities = _softmax(gallery.logits())
        self._member = np.array([[float(each.label == name) for name in self.classes] for each in gallery.references])
        self._counts = self._member.sum(axis=0)
        self.sharpness = 1.0
        """How many times as sharply its classes are told apart as on average; fitted."""
        self.sharpness = self._fitted_sharpness()

    def join(self, leaves: Array, embedding: NDArray[np.floating]) -> Joined:
        """The probabilities of the network and of the gallery as one distribution.

        Args:
            leaves: `[N, C]`, the network's probabilities.
            embedding: `[N, D]`.
        """
        unit = self._directions(embedding)
        cosines = unit @ self._unit.T
        logits = self._features_of(cosines, leaves) @ self.weights.of_class
        of_gallery, trained = self._shares(logits, self._trained_features(unit, leaves) @ self.weights.of_trained)
        joined = np.zeros((len(leaves), len(self.labels)))
        joined[:, : self._num_trained] = leaves * trained[:, None]
        joined[:, self._columns] += of_gallery
        nearest = np.argsort(-cosines, axis=1, kind="stable")[:, :SHOWN]
        similarity = np.take_along_axis(cosines, nearest, axis=1)
        return Joined(probabilities=joined, of_gallery=of_gallery, nearest=nearest, similarity=similarity)

    @cached_property
    def found(self) -> dict[str, int | None]:
        """Of each class, how many of its references are found by the others; None where there are none to ask."""
        own = self._member.astype(bool)
        of_trained = self._trained_features(self._unit, self._probabilities) @ self.weights.of_trained
        of_gallery, trained = self._shares(self._among_references, of_trained)
        is_found = (of_gallery.argmax(axis=1) == own.argmax(axis=1)) & (of_gallery.max(axis=1) > trained)
        return {
            name: int(is_found[own[:, column]].sum()) if self._counts[column] >= FEWEST else None
            for column, name in enumerate(self.classes)
        }

    @cached_property
    def disagreements(self) -> dict[str, str]:
        """New classes that are not answered, since most of their references are not found by the others, and why."""
        known = self.labels[: self._num_trained]
        numbers = {name: int(number) for name, number in zip(self.classes, self._counts, strict=True)}
        return {
            name: f"{name} is not answered: only {found} of its {numbers[name]} references are found by the others"
            for name, found in self.found.items()
            if name not in known and found is not None and 2 * found < numbers[name]
        }

    def _shares(self, logits: Array, of_trained: Array) -> tuple[Array, Array]:
        """Of each class of the gallery `[N, K]` and of all trained classes together `[N]`, from their logits."""
        all_of_gallery = np.logaddexp.reduce(logits, axis=1)
        gallery = 1 / (1 + np.exp(np.clip(of_trained - all_of_gallery, -500, 500)))
        return _softmax(self.sharpness * logits) * gallery[:, None], 1 - gallery

    def features(self, leaves: Array, embedding: NDArray[np.floating]) -> Array:
        """What the logit of a class is computed from, `[N, K, 3]`: that of `GalleryWeights.of_class`."""
        return self._features_of(self._directions(embedding) @ self._unit.T, leaves)

    def trained_features(self, leaves: Array, embedding: NDArray[np.floating]) -> Array:
        """What the logit of the trained classes is computed from, `[N, 2]`: that of `GalleryWeights.of_trained`."""
        return self._trained_features(self._directions(embedding), leaves)

    def _trained_features(self, unit: Array, leaves: Array) -> Array:
        nearest = np.zeros(len(unit)) if self._means is None else (unit @ self._means.T).max(axis=1)
        return np.column_stack([np.log(leaves.max(axis=1).clip(1e-300)), nearest])

    def _directions(self, embedding: NDArray[np.floating]) -> Array:
        double = embedding.astype(np.float64)
        return _unit(np.sign(double) * np.sqrt(np.abs(double)) if self.weights.roots else double)

    def _features_of(self, cosines: Array, leaves: Array) -> Array:
        similarity = self._mean_similarity(self._kernel(cosines) @ self._member, self._counts)
        means = self._member.T @ self._probabilities / self._counts[:, None]
        return _features(similarity, np.sqrt(leaves) @ np.sqrt(means).T)

    @cached_property
    def _similarity_of_references(self) -> Array:
        """`[R, K]` of each reference to each class without it; to a class of it alone, as to one that is unlike."""
        kernel = self._kernel(self._unit @ self._unit.T)
        np.fill_diagonal(kernel, 0.0)
        return self._mean_similarity(kernel @ self._member, self._others)

    def _kernel(self, cosines: Array) -> Array:
        return np.asarray(np.exp(self.weights.kernel * (cosines - 1)))

    def _mean_similarity(self, sums: Array, counts: Array) -> Array:
        """Of summed kernels and how many there are; a similarity as of the cosine."""
        return np.asarray(1 + np.log((sums / np.maximum(counts, 1)).clip(1e-300)) / self.weights.kernel)

    @property
    def _others(self) -> Array:
        """`[R, K]`: references of each class besides the one of the row."""
        return np.asarray(self._counts - self._member)

    @property
    def _among_references(self) -> Array:
        """`[R, K]`, the logits of each reference without itself."""
        overlap = np.empty_like(self._member)
        for column, is_member in enumerate(self._member.T):  # one class at a time: all at once do not fit in memory
            sums = is_member @ self._probabilities - is_member[:, None] * self._probabilities
            means = sums.clip(0) / self._others[:, column, None].clip(1)
            overlap[:, column] = (np.sqrt(self._probabilities) * np.sqrt(means)).sum(axis=1)
        return np.asarray(_features(self._similarity_of_references, overlap) @ self.weights.of_class)

    def _fitted_sharpness(self) -> float:
        """The most likely sharpness, when each reference is answered by the others and every class counts alike."""
        asked = self._counts[self._member.argmax(axis=1)] >= FEWEST
        if len(self.classes) < FEWEST or not asked.any():
            return 1.0
        logits, own = self._among_references[asked], self._member[asked].astype(bool)
        weights = (1 / self._counts)[own.argmax(axis=1)]
        weights *= len(weights) / weights.sum()
        logarithms = np.linspace(-1.5, SHARPEST, 81)
        losses = [
            -(weights * np.log(_softmax(np.exp(each) * logits)[own].clip(1e-300))).sum()
            + 0.5 * (each / SHARPNESS_SPREAD) ** 2
            for each in logarithms
        ]
        return float(np.exp(logarithms[int(np.argmin(losses))]))


def extended(taxonomy: Taxonomy, gallery: Gallery, *, level: str) -> Taxonomy:
    """The class tree with the classes of a gallery that are new in it.

    Raises:
        ValueError: a parent is not in the tree, or a label of the tree has another parent there.
    """
    nodes = list(taxonomy.nodes)
    for name in gallery.labels:
        parent = gallery.parents.get(name)
        if parent is not None and parent not in taxonomy:
            near = taxonomy.nearest(parent)
            raise ValueError(
                f"{name!r} is a kind of {parent!r}, which is not in the model's class tree; "
                + (f"nearest are {', '.join(near)}" if near else "'vehicle-id catalogue --classes' prints the tree")
            )
        if name not in taxonomy:
            nodes.append(
                Node(name=name, parent=parent, level=level, has_size=parent is None or taxonomy[parent].has_size)
            )
        elif parent is not None and parent != taxonomy[name].parent:
            raise ValueError(f"{name!r} is in the model's class tree already, and no kind of {parent!r} there")
    return Taxonomy(nodes)


def _features(similarity: Array, overlap: Array) -> Array:
    return np.stack([similarity, np.ones_like(similarity), np.log(overlap + LEAST_OVERLAP)], axis=2)


def _unit(rows: Array) -> Array:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True).clip(1e-12))


def _softmax(logits: Array) -> Array:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
