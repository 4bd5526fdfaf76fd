"""Labelled crops: a folder per class, or a manifest with a `label` column -> `Crop` rows.

Training and evaluation read labelled data through `read_labelled` and take parts of it with `select`. Does not check
whether labels are classes.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, Literal

from vehicle_id.crops.manifest import Crop, read_manifest
from vehicle_id.crops.sources import find_crops
from vehicle_id.errors import InputError, ManifestError
from vehicle_id.text import said

ANSWERS: Final = "answers.csv"
"""Beside folders that `vehicle-id sort` made: they are named for answers of a model."""
SPLIT_FOLDERS: Final = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "test": "test",
    "testing": "test",
    "calibrate": "calibrate",
}
"""Names of folders, and the split that their crops are in."""


def read_labelled(data: str | Path) -> Iterator[Crop]:
    """Labelled crops in a stable order.

    Args:
        data: a CSV manifest, or a folder whose subfolders are named for their class. A folder per class
            states no group and no GSD; a manifest can. Subfolders that are all named for a split (`train`, `val`, ...)
            hold the folders of the classes.

    Raises:
        InputError: no such file or folder, or no class folder in it.
        ManifestError: a manifest that cannot be read, or without a label column.
    """
    data = Path(data)
    if os.path.isdir(data):
        return _from_folders(data)
    if not os.path.lexists(data):
        raise InputError(f"no labelled crops at {data}: name a CSV manifest, or a folder with a subfolder per class")
    return _from_manifest(data)


def select(crops: Iterable[Crop], *, split: str | None = None, half: Literal["a", "b"] | None = None) -> list[Crop]:
    """A part of a data set.

    Args:
        split: only the crops of this split.
        half: only the crops whose group falls into this half. The half depends on the group's name
            alone, so that one half can steer the work and the other can report, today and next year.

    Raises:
        InputError: a half is asked for, and crops state no group.
    """
    kept = [crop for crop in crops if split is None or crop.split == split]
    if half is None:
        return kept
    without = sum(crop.group is None for crop in kept)
    if without:
        raise InputError(
            f"half {half!r} is chosen by group, and {without} of {len(kept)} crops state none: fill 'group'"
        )
    return [crop for crop in kept if _half(crop.group or "") == half]


def _half(group: str) -> str:
    return "ab"[hashlib.sha256(group.encode()).digest()[0] % 2]


def _from_folders(folder: Path) -> Iterator[Crop]:
    if os.path.lexists(folder / ANSWERS):
        raise InputError(
            f"the folders in {folder} are named for answers of a model ({ANSWERS}): check every crop, then remove "
            f"{ANSWERS}"
        )
    folders = _subfolders(folder)
    splits = [SPLIT_FOLDERS.get(each.name.lower()) for each in folders]
    if len(folders) > 1 and all(splits) and "train" in splits:
        parts = [(split, _from_classes(_subfolders(each))) for split, each in zip(splits, folders, strict=True)]
        return (replace(crop, split=split) for split, part in parts for crop in part)
    return _from_classes(folders)


def _subfolders(folder: Path) -> list[Path]:
    try:
        found = sorted(each for each in folder.iterdir() if os.path.isdir(each) and not each.name.startswith("."))
    except OSError as error:
        raise InputError(f"the folder {folder} cannot be listed: {said(error)}") from error
    if not found:
        raise InputError(f"the folder {folder} has no subfolders: make one per class, or name a CSV manifest")
    return found


def _from_classes(classes: Iterable[Path]) -> Iterator[Crop]:
    found = [(each.name, find_crops([each])) for each in classes]  # an empty folder raises here, before the first crop
    return (Crop(path=path, label=name) for name, paths in found for path in paths)


def labelled_rows(manifest: Path) -> list[Crop]:
    """All rows of a manifest of labelled crops, those without a label too.

    Raises:
        ManifestError: it cannot be read, or its labels are answers of a model.
    """
    rows = list(read_manifest(manifest))
    if any(row.model_sha256 for row in rows):
        raise ManifestError(f"{manifest} holds the answers of a model: they cannot serve as true labels")
    return rows


def labelled_with_own_columns(data: str | Path) -> list[Crop]:
    """Labelled crops as of `read_labelled`; those of a manifest with the user's own columns.

    Raises:
        InputError, ManifestError: as `read_labelled`.
    """
    data = Path(data)
    if os.path.isdir(data) or not os.path.lexists(data):
        return list(read_labelled(data))
    rows = labelled_rows(data)
    if rows and not any(row.label for row in rows):
        raise ManifestError(f"the manifest {data} labels no crop: fill its column 'label'")
    return [row for row in rows if row.label]


def _from_manifest(manifest: Path) -> Iterator[Crop]:
    return (replace(row, extra={}) for row in labelled_with_own_columns(manifest))
