"""The folds of the radar chips: no block of azimuth is on both sides of one."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from training.datasets.mstar import NUM_FOLDS, split_of, write_manifests

SECTORS = range(20)
FOLDS = range(NUM_FOLDS)
CHIPS = [
    (f"{label}/{sector}-{number}.jpeg", label, sector)
    for label in ("BMP2", "T72")
    for sector in SECTORS
    for number in range(3)
]


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as text:
        return list(csv.DictReader(text))


@pytest.fixture
def manifests(tmp_path: Path) -> Path:
    write_manifests(tmp_path, CHIPS)
    return tmp_path


def test_every_sector_tests_in_one_fold_and_none_that_validates_is_beside_it() -> None:
    for sector in SECTORS:
        assert [split_of(sector, fold) for fold in FOLDS].count("test") == 1
    for fold in FOLDS:
        splits = [split_of(sector, fold) for sector in SECTORS]
        assert Counter(splits) == {"train": 14, "val": 2, "test": 4}
        for sector in SECTORS:
            if splits[sector] != "train":
                assert splits[sector - 1] == splits[(sector + 1) % 20] == "train"


@pytest.mark.parametrize("name", ["manifest", *(f"fold-{fold}" for fold in FOLDS)])
def test_no_block_of_azimuth_is_in_two_splits(manifests: Path, name: str) -> None:
    splits = defaultdict(set)
    for row in rows(manifests / f"{name}.csv"):
        splits[row["group"]].add(row["split"])
    assert len(splits) == 40 and all(len(each) == 1 for each in splits.values())


def test_the_folds_test_every_chip_once(manifests: Path) -> None:
    tested = Counter(
        row["path"] for fold in FOLDS for row in rows(manifests / f"fold-{fold}.csv") if row["split"] == "test"
    )
    assert set(tested) == {path for path, _, _ in CHIPS} and set(tested.values()) == {1}


def test_the_release_trains_on_every_chip_once(manifests: Path) -> None:
    listed = rows(manifests / "all.csv")
    trained = [row["path"] for row in listed if row["split"] == "train"]
    assert sorted(trained) == sorted(path for path, _, _ in CHIPS)
    assert {row["split"] for row in listed[len(CHIPS) :]} == {"val"} and len(listed) == len(CHIPS) + 12
