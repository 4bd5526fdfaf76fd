"""Pictures that occur more than once, exactly or nearly, and scenes on both sides of a split."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from vehicle_id.dataset.faults import Fault, FaultKind
from vehicle_id.dataset.pictures import LabelledPicture
from vehicle_id.taxonomy import Taxonomy

ALIKE: Final = 0.985
"""Correlation of two thumbnails from which on they are one picture: copies compressed, enlarged or made lighter have
0.99, the most alike pair of 1,287 different real crops has 0.984 (tanks of one photograph, side by side)."""
ROWS: Final = 2048
"""Thumbnails compared at once with all others: 16 MB for each 2,000 crops."""


def duplicate_faults(pictures: Sequence[LabelledPicture], tree: Taxonomy | None) -> list[Fault]:
    """The same picture, nearly the same picture, and scenes that a split divides.

    Args:
        pictures: readable ones, in the order of the data set.
        tree: a label and a coarser node above it do not contradict each other; None = any two labels do.
    """
    exact = _groups(picture.sha256 for picture in pictures)
    faults = [_of_copies([pictures[each] for each in group], tree) for group in exact]
    firsts = sorted(set(range(len(pictures))) - {each for group in exact for each in group[1:]})
    near = [[firsts[each] for each in group] for group in _nearly([pictures[each] for each in firsts])]
    faults += [_of_near([pictures[each] for each in group]) for group in near]
    return faults + _leaks(pictures, [*exact, *near])


def _groups(keys: Iterator[str]) -> list[list[int]]:
    """Positions with the same key, where there are two or more."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, key in enumerate(keys):
        places[key].append(place)
    return [group for group in places.values() if len(group) > 1]


def _of_copies(copies: Sequence[LabelledPicture], tree: Taxonomy | None) -> Fault:
    labels = list(dict.fromkeys(each.crop.label or "" for each in copies))
    finest = _finest(labels, tree)
    if finest is None:
        paths = tuple(each.crop.path for each in copies)
        message = f"the same picture is labelled {' and '.join(labels)}"
        return Fault(kind=FaultKind.CONTRADICTION, message=message, paths=paths, drop=paths)
    message = f"{len(copies)} times the same picture, labelled {finest}"
    ordered = sorted(copies, key=lambda each: each.crop.label != finest)
    return Fault(kind=FaultKind.DUPLICATE, message=message, paths=tuple(each.crop.path for each in ordered))


def _finest(labels: Sequence[str], tree: Taxonomy | None) -> str | None:
    """The label that all others are, or lie above; None where they contradict each other."""
    if len(labels) == 1:
        return labels[0]
    if tree is None or any(label not in tree for label in labels):
        return None
    deepest = max(labels, key=tree.depth)
    return deepest if all(label in tree.path(deepest) for label in labels) else None


def _of_near(alike: Sequence[LabelledPicture]) -> Fault:
    labels = " and ".join(dict.fromkeys(each.crop.label or "" for each in alike))
    message = f"{len(alike)} pictures are nearly the same, labelled {labels}"
    return Fault(kind=FaultKind.NEAR_DUPLICATE, message=message, paths=tuple(each.crop.path for each in alike))


def _nearly(pictures: Sequence[LabelledPicture]) -> list[list[int]]:
    """Positions of pictures that are alike, directly or through others."""
    known = [place for place, picture in enumerate(pictures) if picture.thumbnail is not None]
    if not known:
        return []
    thumbnails = np.stack([pictures[place].thumbnail for place in known])  # type: ignore[misc]
    parent = list(range(len(known)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = place = parent[parent[place]]
        return place

    for start in range(0, len(known), ROWS):
        block = thumbnails[start : start + ROWS] @ thumbnails.T
        for one, other in np.argwhere(block >= ALIKE):
            if start + one < other:
                parent[root(int(other))] = root(start + int(one))
    found: dict[int, list[int]] = defaultdict(list)
    for place in range(len(known)):
        found[root(place)].append(known[place])
    return [group for group in found.values() if len(group) > 1]


def _leaks(pictures: Sequence[LabelledPicture], alike: Sequence[Sequence[int]]) -> list[Fault]:
    """Groups and repeated pictures with crops in more than one stated split; `calibrate` counts like `val`."""
    sides = [_side(picture.crop.split) for picture in pictures]
    groups: dict[str, list[int]] = defaultdict(list)
    for place, picture in enumerate(pictures):
        if picture.crop.group:
            groups[f"the group {picture.crop.group}"].append(place)
    named = [*groups.items(), *(("one picture, or nearly the same,", group) for group in alike)]
    faults = []
    for name, places in named:
        counts = Counter(side for place in places if (side := sides[place]))
        if len(counts) > 1:
            kept = counts.most_common(1)[0][0]
            where = " and ".join(f"{side} ({count})" for side, count in counts.most_common())
            drop = tuple(pictures[place].crop.path for place in places if sides[place] not in (None, kept))
            paths = tuple(pictures[place].crop.path for place in places)
            faults.append(Fault(kind=FaultKind.LEAK, message=f"{name} is in {where}", paths=paths, drop=drop))
    return faults


def _side(split: str | None) -> str | None:
    return "val" if split == "calibrate" else split
