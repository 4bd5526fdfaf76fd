"""Labelled crops -> usable crops in splits by group, and the list of them in a run folder.

A group (one image, one sequence, one site) is never divided between splits: crops of one image look alike, so such a
split would measure memory.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from vehicle_id.crops.bands import bands_text, parse_bands
from vehicle_id.crops.chips import short_side_px
from vehicle_id.crops.images import DecodedImage
from vehicle_id.crops.labelled import read_labelled
from vehicle_id.crops.manifest import ORIGINS, Crop
from vehicle_id.crops.open import decode_crop
from vehicle_id.dataset.splits import split_by_group
from vehicle_id.errors import CropError, TrainError
from vehicle_id.model.card import Counts
from vehicle_id.parallel import map_ordered, usable_cores
from vehicle_id.text import said
from vehicle_id.train.recipe import DataRecipe

SPLITS = ("train", "val", "test")
CALIBRATE = "calibrate"
"""Split of crops that only fit the decision: no epoch is chosen by them."""
LISTED_COLUMNS = ("label", "gsd_m", "gsd_error", "bands", "origin", "length_m", "width_m")
"""Columns of `splits.csv` besides path, split and note."""
OPENED_AT_ONCE = 64
"""Crops that one thread decodes before it takes the next ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Splits:
    """Usable crops by split, and those left out with the reason."""

    train: list[Crop]
    val: list[Crop]
    test: list[Crop]
    calibrate: list[Crop]
    dropped: list[tuple[Crop, str]]
    images: Mapping[Path, DecodedImage]
    """Decoded images by path; empty unless the recipe keeps them in memory."""

    def counts(self, labels: Sequence[str]) -> dict[str, Counts]:
        """Crops of every label by origin and split, for the model's card; further labels of the crops follow."""
        tally = Counter((crop.label, crop.origin or "real", name) for name in SPLITS for crop in getattr(self, name))
        tally += Counter((crop.label, crop.origin or "real", "val") for crop in self.calibrate)
        coarser = sorted({label for label, _, _ in tally if label is not None} - set(labels))
        return {
            label: Counts(
                **{f"{origin}_{split}": tally[label, origin, split] for origin in ORIGINS for split in SPLITS}
            )
            for label in (*labels, *coarser)
        }


def load_splits(data: str | Path, recipe: DataRecipe, *, chip_px: int, seed: int) -> Splits:
    """Open every labelled crop once, leave out what cannot be used, and split the rest by group.

    Raises:
        TrainError: no crop left, a split without crops, or a stated split of another name.
        InputError: there is no such data.
    """
    kept: list[Crop] = []
    dropped: list[tuple[Crop, str]] = []
    images: dict[Path, DecodedImage] = {}
    for crop, opened in _opened(read_labelled(data), recipe, chip_px):
        if isinstance(opened, str):
            dropped.append((crop, opened))
            continue
        kept.append(crop)
        if recipe.in_memory:
            images[crop.path] = opened
    if not kept:
        why = f": {dropped[0][0].path}: {dropped[0][1]}" if dropped else ""
        raise TrainError(f"no crop in {data} can be used{why}")
    names = _stated_splits(kept) or _drawn_splits(kept, recipe, seed)
    parts: dict[str, list[Crop]] = {name: [] for name in (*SPLITS, CALIBRATE)}
    for crop, name in zip(kept, names, strict=True):
        parts[name].append(crop)
    for name in ("train", "val"):
        if not parts[name]:
            raise TrainError(
                f"no crop in {data} is in the split {name}: state more groups (images, sites), fill a column split, or "
                "set data.val_share higher"
            )
    return Splits(**parts, dropped=dropped, images=images)


def splits_csv(splits: Splits) -> bytes:
    """CSV of the split of every crop: the record of a run. Export compares on its crops and fits by them."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["path", *LISTED_COLUMNS, "split", "note"])

    def row(crop: Crop, split: str, note: str) -> list[object]:
        values = {name: getattr(crop, name) for name in LISTED_COLUMNS}
        values["bands"] = bands_text(crop.bands) if crop.bands else None
        return [crop.path.absolute(), *values.values(), split, note]

    for name in (*SPLITS, CALIBRATE):
        writer.writerows(row(crop, name, "") for crop in getattr(splits, name))
    writer.writerows(row(crop, "dropped", why) for crop, why in splits.dropped)
    return text.getvalue().encode()


def read_splits(file: Path) -> list[Crop]:
    """The crops of a run that were not left out, each with its split, as `splits_csv` wrote them.

    Raises:
        TrainError: the list cannot be read, or was written before it had columns for origin and size.
    """
    try:
        with file.open(newline="", encoding="utf-8") as text:
            rows = [row for row in csv.DictReader(text) if row["split"] != "dropped"]
        return [
            Crop(
                path=Path(row["path"]),
                label=row["label"],
                split=row["split"],
                origin=row["origin"] or None,
                gsd_m=_number(row["gsd_m"]),
                gsd_error=_number(row.get("gsd_error", "")),
                bands=parse_bands(row["bands"]) if row.get("bands") else None,
                length_m=_number(row["length_m"]),
                width_m=_number(row["width_m"]),
            )
            for row in rows
        ]
    except OSError as error:
        raise TrainError(f"the list {file} cannot be read: {said(error)}") from error
    except (KeyError, ValueError) as error:
        raise TrainError(
            f"the list {file} has no columns for origin and size: run vehicle-id train with the run's own recipe and "
            "--resume, which writes the list again and trains nothing"
        ) from error


def _number(text: str) -> float | None:
    return float(text) if text else None


def _opened(crops: Iterable[Crop], recipe: DataRecipe, chip_px: int) -> Iterator[tuple[Crop, DecodedImage | str]]:
    """Each crop with its decoded image or the reason why there is none, in order; one thread per core decodes them."""
    rest = iter(crops)
    some = iter(lambda: list(islice(rest, OPENED_AT_ONCE)), [])
    return map_ordered(
        some, lambda batch: [(crop, _open(crop, recipe, chip_px)) for crop in batch], threads=usable_cores()
    )


def _open(crop: Crop, recipe: DataRecipe, chip_px: int) -> DecodedImage | str:
    if crop.problem is not None:
        return crop.problem
    try:
        image = decode_crop(crop.path, gsd_m=crop.gsd_m, bands=crop.bands)
    except CropError as error:
        return error.reason
    width, height = image.image.size
    short = short_side_px(height=height, width=width, chip_px=chip_px)
    return image if short >= recipe.min_side_px else f"{width} x {height} pixels are too few"


def _stated_splits(crops: Sequence[Crop]) -> list[str] | None:
    stated = [crop.split for crop in crops]
    if not any(stated):
        return None
    for crop in crops:
        if crop.split not in (*SPLITS, CALIBRATE):
            raise TrainError(
                f"{crop.path} has the split {crop.split!r}: state {', '.join(SPLITS)} or {CALIBRATE} for every crop "
                "or for none"
            )
    return [split or "" for split in stated]


def _drawn_splits(crops: Sequence[Crop], recipe: DataRecipe, seed: int) -> list[str]:
    shares = {"train": 1 - recipe.val_share - recipe.test_share, "val": recipe.val_share, "test": recipe.test_share}
    return split_by_group(crops, {name: share for name, share in shares.items() if share > 0}, seed=seed)
