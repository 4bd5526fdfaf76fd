"""Divide labelled crops into folds or splits: whole groups, and each class in about the same share of every part."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from vehicle_id.crops.manifest import Crop


def group_folds(crops: Sequence[Crop], num_folds: int, *, seed: int = 0) -> list[int]:
    """The fold, from 0, of every crop: crops of one group are in one fold.

    Groups are placed one after another, those with many crops of rare classes first, each where the shares of the
    classes then differ least between the folds. A crop without a group is a group of its own, however often it is
    listed.

    Args:
        crops: labelled.
        num_folds: 2 or more.
        seed: another number divides another way.
    """
    return _placed(crops, np.full(num_folds, 1 / num_folds), seed)


def split_by_group(crops: Sequence[Crop], shares: dict[str, float], *, seed: int = 0) -> list[str]:
    """The split of every crop, such as `train` or `val`, with about the stated shares of each class.

    Args:
        crops: labelled.
        shares: name of a split -> share of the crops; they are divided by their sum.
        seed: another number divides another way.
    """
    names, wanted = list(shares), np.array(list(shares.values()), float)
    return [names[part] for part in _placed(crops, wanted / wanted.sum(), seed)]


def _placed(crops: Sequence[Crop], shares: np.ndarray, seed: int) -> list[int]:
    labels = sorted({crop.label or "" for crop in crops})
    totals = Counter(crop.label or "" for crop in crops)
    weight = np.array([1 / totals[label] for label in labels])  # of one crop, so that every class counts the same
    groups: dict[str, list[int]] = defaultdict(list)
    first: dict[Path, int] = {}  # not the path itself: a folder that was moved is divided as before
    for place, crop in enumerate(crops):
        groups[crop.group or f"\0{first.setdefault(crop.path, place)}"].append(place)
    counts = {
        name: np.bincount([labels.index(crops[place].label or "") for place in places], minlength=len(labels)) * weight
        for name, places in groups.items()
    }
    order = sorted(groups, key=lambda name: (-float(counts[name].sum()), _drawn(name, seed)))
    filled = np.zeros((len(shares), len(labels)))
    parts = [0] * len(crops)
    for name in order:
        part = _best(filled, counts[name], shares)
        filled[part] += counts[name]
        for place in groups[name]:
            parts[place] = part
    return parts


def _best(filled: np.ndarray, group: np.ndarray, shares: np.ndarray) -> int:
    """The part that lacks most of what the group brings."""
    lacking = shares[:, None] - filled  # of each class, as a share of all its crops
    gain = (np.abs(lacking) - np.abs(lacking - group)).sum(1)
    return int(np.lexsort((filled.sum(1) / shares, -gain.round(12)))[0])


def _drawn(name: str, seed: int) -> bytes:
    return hashlib.sha256(f"{seed} {name}".encode()).digest()
