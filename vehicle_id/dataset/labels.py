"""Labels: not in the class tree, spelt in two ways, of few crops, or not supported by the picture."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vehicle_id.crops.manifest import Crop
from vehicle_id.dataset.faults import Fault, FaultKind
from vehicle_id.dataset.splits import group_folds
from vehicle_id.taxonomy import Taxonomy
from vehicle_id.text import letters_of

FEWEST: Final = 5
"""Crops of a class, to train and to validate on, below which a warning is due."""
BACKGROUND: Final = frozenset(
    ("none", "no_vehicle", "nothing", "empty", "ground", "background", "clutter", "other", "negative", "negatives")
)
SUPPORTED: Final = 0.1
"""Score of a label, of 1, from which on the picture supports it."""
FOLDS: Final = 10
PENALTY: Final = 0.1
"""Of the ridge regression on embeddings of norm 1; between 0.01 and 1 it finds the same labels."""


def label_faults(crops: Sequence[Crop], tree: Taxonomy | None) -> list[Fault]:
    """Faults of the names and of their numbers.

    Args:
        crops: readable and labelled.
        tree: the class tree that the labels should be nodes of; None = any label is right.
    """
    counts = Counter(crop.label or "" for crop in crops)
    faults = _spellings(crops, counts, tree)
    misspelt = {crop.label for fault in faults for crop in crops if crop.path in fault.paths}
    if tree is not None:
        unknown = [label for label in counts if label not in tree and label not in misspelt]
        faults += [_unknown(label, crops, tree) for label in unknown]
        misspelt |= set(unknown)
    rest = {label: count for label, count in counts.items() if label not in misspelt}
    if len(counts) == 1:
        faults.append(
            Fault(kind=FaultKind.ONE_CLASS, message=f"all {len(crops)} crops are labelled {next(iter(counts))}")
        )
    elif not any(_is_background(label, tree) for label in counts):
        faults.append(Fault(kind=FaultKind.NO_BACKGROUND, message="no label says that a crop shows no vehicle"))
    faults += [
        Fault(kind=FaultKind.FEW_CROPS, message=f"{label} has {count}, fewer than {FEWEST}")
        for label, count in rest.items()
        if count < FEWEST
    ]
    if not any(crop.group for crop in crops):
        faults.append(Fault(kind=FaultKind.NO_GROUPS, message="no crop states which others it looks like"))
    return faults + _validation(crops, rest)


def _is_background(label: str, tree: Taxonomy | None) -> bool:
    return letters_of(label) in {letters_of(each) for each in BACKGROUND} or (
        tree is not None and label in tree and not tree[label].has_size
    )


def _spellings(crops: Sequence[Crop], counts: Mapping[str, int], tree: Taxonomy | None) -> list[Fault]:
    """Labels that differ in capitals, spaces and hyphens alone; the right one is the tree's, else the most frequent."""
    alike: dict[str, list[str]] = defaultdict(list)
    for label in counts:
        alike[letters_of(label)].append(label)
    known = {letters_of(name): name for name in tree.names} if tree is not None else {}
    faults = []
    for letters, labels in alike.items():
        right = known.get(letters) or max(labels, key=lambda label: counts[label])
        for label in labels:
            if label != right:
                paths = tuple(crop.path for crop in crops if crop.label == label)
                message = f"{label!r} is spelt {right!r} elsewhere"
                faults.append(Fault(kind=FaultKind.SPELLING, message=message, paths=paths, relabel=right))
    return faults


def _unknown(label: str, crops: Sequence[Crop], tree: Taxonomy) -> Fault:
    near = tree.nearest(label)
    hint = f": nearest are {', '.join(near)}" if near else ""
    paths = tuple(crop.path for crop in crops if crop.label == label)
    return Fault(kind=FaultKind.UNKNOWN_LABEL, message=f"{label!r} is not a class{hint}", paths=paths)


def _validation(crops: Sequence[Crop], counts: Mapping[str, int]) -> list[Fault]:
    if not any(crop.split == "val" for crop in crops):
        return []
    validating = Counter(crop.label for crop in crops if crop.split == "val")
    return [
        Fault(
            kind=FaultKind.FEW_VALIDATION,
            message=f"{label} has {validating[label]} of {counts[label]} in 'val', fewer than {FEWEST}",
        )
        for label in counts
        if validating[label] < FEWEST
    ]


def suspect_labels(crops: Sequence[Crop], embeddings: NDArray[np.float32]) -> list[Fault]:
    """Labels that the embedding of the crop speaks against, most suspicious first.

    A ridge regression on embeddings scores every class for every crop, learned from the crops of other groups, where 1
    is certain. A label is suspect if its own score is below `SUPPORTED` and not the highest. docs/training.md says how
    many exchanged labels it finds (`python -m training.measure.label_noise`).

    Args:
        crops: labelled, N of them.
        embeddings: `[N, D]`, from `Classifier.embed`; rows of NaN are left out.
    """
    places = np.flatnonzero(np.isfinite(embeddings).all(1))
    names = sorted({crops[place].label or "" for place in places})
    if len(names) < 2:
        return []
    truth = np.array([names.index(crops[place].label or "") for place in places])
    folds = np.array(group_folds([crops[place] for place in places], FOLDS))
    if len(set(folds)) < 2:  # one group: nothing to learn from
        return []
    scores = _held_out_scores(embeddings[places], truth, folds, len(names))
    own = scores[np.arange(len(truth)), truth]
    best = scores.argmax(1)
    is_suspect = (best != truth) & (own < SUPPORTED)
    order = sorted(np.flatnonzero(is_suspect), key=lambda row: own[row] - scores[row, best[row]])
    return [
        Fault(
            kind=FaultKind.SUSPECT_LABEL,
            message=f"labelled {names[truth[row]]}, looks like {names[best[row]]}",
            paths=(crops[places[row]].path,),
        )
        for row in order
    ]


def _held_out_scores(
    embeddings: NDArray[np.float32], truth: NDArray[np.int64], folds: NDArray[np.int64], num_classes: int
) -> NDArray[np.float64]:
    """Score of every class for every crop `[N, classes]`, learned from the crops of the other folds."""
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True).clip(1e-9)
    inputs = np.hstack([unit, np.ones((len(unit), 1))]).astype(np.float64)
    scores = np.zeros((len(truth), num_classes))
    for fold in np.unique(folds):
        seen = folds != fold
        weights = 1 / np.sqrt(np.bincount(truth[seen], minlength=num_classes).clip(1)[truth[seen]])
        weighted = inputs[seen].T * (weights / weights.mean())
        gram = weighted @ inputs[seen] + PENALTY * np.eye(inputs.shape[1])
        scores[~seen] = inputs[~seen] @ np.linalg.solve(gram, weighted @ np.eye(num_classes)[truth[seen]])
    return scores
