"""Splits by group: no group is divided, and every class has about the same share of every part."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vehicle_id.crops.manifest import Crop
from vehicle_id.dataset.splits import group_folds, split_by_group


def crops_of(groups: list[tuple[str, int]]) -> list[Crop]:
    """Crops of groups, each given by its label and its size."""
    return [
        Crop(path=Path(f"{number}-{each}.png"), label=label, group=f"g{number}")
        for number, (label, size) in enumerate(groups)
        for each in range(size)
    ]


GROUPS = st.lists(st.tuples(st.sampled_from(["car", "bus", "tank"]), st.integers(1, 6)), min_size=1, max_size=40)


@given(groups=GROUPS, num_folds=st.integers(2, 6), seed=st.integers(0, 3))
def test_no_group_is_divided(groups: list[tuple[str, int]], num_folds: int, seed: int) -> None:
    crops = crops_of(groups)
    folds = group_folds(crops, num_folds, seed=seed)
    assert len(folds) == len(crops) and set(folds) <= set(range(num_folds))
    of_group: dict[str | None, set[int]] = {}
    for crop, fold in zip(crops, folds, strict=True):
        of_group.setdefault(crop.group, set()).add(fold)
    assert all(len(each) == 1 for each in of_group.values())
    assert folds == group_folds(crops, num_folds, seed=seed)


def test_classes_have_the_same_share_of_every_fold() -> None:
    rng = np.random.default_rng(0)
    groups = [(label, int(rng.integers(1, 5))) for label, many in (("car", 200), ("bus", 20)) for _ in range(many)]
    crops = crops_of(groups)
    folds = group_folds(crops, 5)
    for label in ("car", "bus"):
        counts = Counter(fold for crop, fold in zip(crops, folds, strict=True) if crop.label == label)
        assert max(counts.values()) - min(counts.values()) <= 4


@pytest.mark.parametrize("shares", [{"train": 0.8, "val": 0.2}, {"train": 7, "val": 2, "test": 1}])
def test_splits_have_the_stated_shares(shares: dict[str, float]) -> None:
    crops = crops_of([(label, 2) for label in ("car", "bus", "tank") for _ in range(50)])
    counts = Counter(split_by_group(crops, shares))
    for name, share in shares.items():
        assert counts[name] / len(crops) == pytest.approx(share / sum(shares.values()), abs=0.03)


def test_another_seed_divides_another_way() -> None:
    crops = crops_of([("car", 1)] * 40)
    assert group_folds(crops, 4, seed=0) != group_folds(crops, 4, seed=1)


def test_crops_without_a_group_are_divided_alone() -> None:
    crops = [Crop(path=Path(f"{each}.png"), label="car") for each in range(40)]
    assert Counter(group_folds(crops, 4)) == {0: 10, 1: 10, 2: 10, 3: 10}


def test_a_crop_that_is_listed_twice_is_in_one_fold() -> None:
    crops = [Crop(path=Path(f"{each % 20}.png"), label="car") for each in range(40)]
    folds = group_folds(crops, 2)
    assert folds[:20] == folds[20:] and set(folds) == {0, 1}


def test_a_folder_that_was_moved_is_divided_as_before() -> None:
    here, there = ([Crop(path=Path(f"{folder}/{each}.png"), label="car") for each in range(40)] for folder in "ab")
    assert group_folds(here, 4) == group_folds(there, 4)
