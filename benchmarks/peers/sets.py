"""A manifest of labelled crops -> the same crops for every peer: folders of classes in folders of splits.

vehicle-id reads the manifest beside them, which names links to the crops and states their ground sample distance.
The pictures of the others are padded to squares with the grey of vehicle-id's chips, so that no peer cuts off the ends
of a long vehicle; a crop that is square already stays the file it is.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image, ImageOps

from vehicle_id.crops.bands import FILL
from vehicle_id.crops.labelled import read_labelled
from vehicle_id.crops.manifest import Crop
from vehicle_id.dataset.splits import split_by_group

SHARES = {"train": 0.6, "val": 0.15, "test": 0.25}
"""Of crops that state no split."""
COLUMNS = ("path", "label", "gsd_m", "group", "split")


@dataclass(frozen=True, slots=True, kw_only=True)
class CropSet:
    """One set of labelled crops, as the peers read it."""

    name: str
    folder: Path
    view: str
    """`above` or `radar`."""
    counts: dict[str, int]
    """Crops by split."""
    truth: dict[str, str]
    """Name of each crop of the split test -> its label."""

    @property
    def labels(self) -> list[str]:
        """The classes, in the order of their names."""
        return sorted(set(self.truth.values()))


def prepare(name: str, manifest: Path, folder: Path, *, view: str, most: int | None = None) -> CropSet:
    """Write a set for the peers, unless it is there.

    Args:
        name: of the set.
        manifest: CSV with the columns path and label, and perhaps gsd_m, group and split.
        folder: of this set.
        view: `above` or `radar`.
        most: crops of the splits train and val together at most, of the manifest's first ones; None = all.
    """
    crops = [crop for crop in read_labelled(manifest) if crop.problem is None]
    if not any(crop.split for crop in crops):
        names = split_by_group(crops, SHARES)
        crops = [replace(crop, split=split) for crop, split in zip(crops, names, strict=True)]
    placed = {place_of(number, crop): crop for number, crop in enumerate(crops) if crop.split in SHARES}
    if most is not None:
        some = [place for place, crop in placed.items() if crop.split != "test"]
        left_out = set(some) - set(some[:: max(1, -(-len(some) // most))])
        placed = {place: crop for place, crop in placed.items() if place not in left_out}
    for place, crop in placed.items():
        for path, write in ((folder / place, _write_square), (folder / _original(place, crop), _write_link)):
            if not os.path.lexists(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                write(crop.path.absolute(), path)
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*COLUMNS, "picture"])
        for place, crop in placed.items():
            row = [getattr(crop, each) for each in COLUMNS[1:]]
            writer.writerow([_original(place, crop), *row, place.name])
    return CropSet(
        name=name,
        folder=folder,
        view=view,
        counts=dict(sorted(Counter(crop.split or "" for crop in placed.values()).items())),
        truth={place.name: crop.label or "" for place, crop in placed.items() if crop.split == "test"},
    )


def place_of(number: int, crop: Crop) -> Path:
    """Where the picture of a crop is, under the folder of its set."""
    with Image.open(crop.path) as image:
        is_square = image.width == image.height
    suffix = crop.path.suffix.lower() if is_square else ".png"
    return Path(crop.split or "", crop.label or "", f"{number:06}{suffix}")


def _original(place: Path, crop: Crop) -> Path:
    """Where the crop as it is can be found, under the folder of its set."""
    return Path("originals", f"{place.stem}{crop.path.suffix.lower()}")


def _write_link(source: Path, target: Path) -> None:
    target.symlink_to(source)


def _write_square(source: Path, target: Path) -> None:
    """A link to a square picture, or a padded copy without loss."""
    with Image.open(source) as image:
        if image.width == image.height:
            _write_link(source, target)
            return
        side = max(image.size)
        ImageOps.pad(image.convert("RGB"), (side, side), color=(FILL, FILL, FILL)).save(target)
