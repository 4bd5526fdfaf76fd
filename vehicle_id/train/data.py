"""Labelled crops -> splits by group -> batches of tensors.

A group (one image, one sequence, one site) is never divided between splits: crops of one image look alike, so such a
split would measure memory. `augment.py` varies the crops.
"""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset

from vehicle_id.crops.bands import bands_text, parse_bands
from vehicle_id.crops.chips import Chip, make_chip, make_chips, short_side_px
from vehicle_id.crops.images import DecodedImage, Pixels
from vehicle_id.crops.labelled import read_labelled
from vehicle_id.crops.manifest import ORIGINS, Crop
from vehicle_id.crops.open import decode_crop
from vehicle_id.dataset.splits import split_by_group
from vehicle_id.errors import CropError, TrainError
from vehicle_id.model.card import Counts
from vehicle_id.parallel import map_ordered, usable_cores
from vehicle_id.taxonomy import Taxonomy
from vehicle_id.train.augment import Augment, CropWindow
from vehicle_id.train.recipe import DataRecipe, Recipe, TrainRecipe

SPLITS = ("train", "val", "test")
CALIBRATE = "calibrate"
"""Split of crops that only fit the decision: no epoch is chosen by them."""
LISTED_COLUMNS = ("label", "gsd_m", "gsd_error", "bands", "origin", "length_m", "width_m")
"""Columns of `splits.csv` besides path, split and note."""
OPENED_AT_ONCE = 64
"""Crops that one thread decodes before it takes the next ones."""

Batch = dict[str, torch.Tensor]


class ChipFunction(Protocol):
    """Brings a crop to a chip."""

    def __call__(self, crop: Pixels | Image.Image, *, chip_px: int, gsd_m: float | None = None) -> Chip:
        """As `make_chip`."""


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


def _check_labels(crops: Iterable[Crop], tree: Taxonomy) -> None:
    """A crop may be listed twice, but not with labels of which at most one can be right."""
    label_of: dict[Path, str] = {}
    for crop in crops:
        one, other = label_of.setdefault(crop.path, crop.label or ""), crop.label or ""
        if one not in tree.path(other) and other not in tree.path(one):
            raise TrainError(f"{crop.path} is labelled both {one!r} and {other!r}: keep one")


def labels_of(splits: Splits, recipe: Recipe, *, kept: Sequence[str] = ()) -> tuple[str, ...]:
    """The labels in the order of the logits: the leaves of the recipe's tree, or those of the data.

    A crop may be labelled by any node of the tree: a label `road_truck` allows any leaf under that node.

    Args:
        splits: the crops.
        recipe: has the tree, or none.
        kept: leaves that need no crop, since the network that the run starts from knows them.

    Raises:
        TrainError: the data has a label that is not in the tree, or lacks one of its leaves; no validation crop is
            labelled by a leaf; or a crop has two labels of which at most one can be right.
    """
    found = sorted({crop.label or "" for crop in splits.train})
    leaves = Taxonomy(recipe.taxonomy).leaves or tuple(found)
    known = Taxonomy(recipe.taxonomy).names or leaves
    crops = [*splits.train, *splits.val, *splits.calibrate, *splits.test]
    for crop in crops:
        if crop.label not in known and not recipe.taxonomy:
            raise TrainError(
                f"{crop.path} validates or tests the label {crop.label!r}, which no training crop has: put some of its "
                "crops into the split train, or take it out"
            )
        if crop.label not in known:
            raise TrainError(f"the label {crop.label!r} of {crop.path} is not among {', '.join(known)}")
    missing = set(leaves) - set(found) - set(kept)
    if missing:
        raise TrainError(f"no training crop is labelled {sorted(missing)[0]!r}")
    if not any(crop.label in leaves for crop in splits.val):
        raise TrainError(
            f"no validation crop is labelled by a leaf of the class tree: label some as {', '.join(leaves)}"
        )
    try:
        tree = tree_of(recipe, leaves)
    except ValueError as error:  # before hours of training, not after
        raise TrainError(f"the labels of the crops cannot be classes: {error}") from error
    _check_labels(crops, tree)
    if len(leaves) < 2:
        raise TrainError(
            f"a classifier needs two classes, the data has {len(leaves)}: add crops of another one, such as ground "
            "without a vehicle"
        )
    return leaves


def tree_of(recipe: Recipe, labels: Sequence[str]) -> Taxonomy:
    """The recipe's class tree, or one without coarser answers."""
    return Taxonomy(recipe.taxonomy) if recipe.taxonomy else Taxonomy.flat(labels)


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
        raise TrainError(f"the list {file} cannot be read: {error.strerror}") from error
    except (KeyError, ValueError) as error:
        raise TrainError(
            f"the list {file} has no columns for origin and size: run vehicle-id train with the run's own recipe and "
            "--resume, which writes the list again and trains nothing"
        ) from error


def _number(text: str) -> float | None:
    return float(text) if text else None


class CropDataset(Dataset[Batch]):
    """Crops as tensors, indexed by `(epoch, number)`: the random numbers of an item depend on nothing else.

    An item of several `windows`, drawn at random, or of several `views`, the windows of `make_chips`, has one more
    dimension in front.
    """

    def __init__(
        self,
        crops: Sequence[Crop],
        labels: Sequence[str],
        taxonomy: Taxonomy,
        *,
        chip_px: int,
        augment: Augment | None,
        seed: int,
        windows: int = 1,
        views: int = 1,
        images: Mapping[Path, DecodedImage] | None = None,
        chip: ChipFunction = make_chip,
    ) -> None:
        self.windows = windows
        self.views = views
        self.crops = crops
        self.taxonomy = taxonomy
        self.chip = chip
        self.images = images or {}
        membership = torch.from_numpy(taxonomy.membership(labels).T > 0)
        self.targets = dict(zip(taxonomy.names, membership, strict=True))
        self.ancestors = _ancestors(taxonomy, self.targets)
        self.chip_px = chip_px
        self.augment = augment
        self.seed = seed

    def __len__(self) -> int:
        return len(self.crops)

    def __getitem__(self, key: tuple[int, int]) -> Batch:
        epoch, number = key
        crop = self.crops[number]
        image = self.images.get(crop.path) or _reopened(crop)
        if self.views > 1:
            drawn = self._views(crop, image)
        else:
            drawn = [self._window(crop, image, (self.seed, epoch, number, 2 * each)) for each in range(self.windows)]
        known = {"target": self.targets[crop.label or ""], "ancestors": self.ancestors[crop.label or ""]}
        if len(drawn) == 1:
            return {**drawn[0], **known}
        return {name: torch.stack([each[name] for each in drawn]) for name in drawn[0]} | {
            name: torch.stack([tensor] * len(drawn)) for name, tensor in known.items()
        }

    def _views(self, crop: Crop, image: DecodedImage) -> list[Batch]:
        """The windows that a finished model averages; the size is a share of the first one's side."""
        chips = make_chips(image.pixels, chip_px=self.chip_px, gsd_m=image.gsd_m, views=self.views)
        size = _size_target(crop, chips[0].extent_m)
        return [_item(chip.pixels, chip.extent_m, size, crop.heading_deg) for chip in chips]

    def _window(self, crop: Crop, image: DecodedImage, key: tuple[int, ...]) -> Batch:
        """One window of a crop, varied by the random numbers of two keys: the given one and the next."""
        window = CropWindow(
            pixels=image.pixels,
            gsd_m=image.gsd_m,
            heading_deg=crop.heading_deg,
            margin_px=crop.margin_px or 0.0,
        )
        if self.augment is not None:
            window = self.augment.before_chip(window, np.random.default_rng(key))
        chip = self.chip(window.pixels, chip_px=self.chip_px, gsd_m=window.gsd_m)
        pixels, extent_m, heading_deg = chip.pixels, chip.extent_m, window.heading_deg
        if self.augment is not None:
            rng = np.random.default_rng([*key[:-1], key[-1] + 1])
            pixels, extent_m, heading_deg = self.augment.on_chip(pixels, extent_m, heading_deg, rng)
        return _item(pixels, extent_m, _size_target(crop, chip.extent_m), heading_deg)


def _item(pixels: Pixels, extent_m: float, size: torch.Tensor, heading_deg: float | None) -> Batch:
    """One chip with the truth that depends on its window."""
    return {
        "chips": torch.from_numpy(np.ascontiguousarray(pixels)),
        "extent_m": torch.tensor(extent_m, dtype=torch.float32),
        "size": size,
        "heading": _heading_target(heading_deg),
    }


def _ancestors(taxonomy: Taxonomy, targets: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The leaves under each node above a label, `[A, C]`; all leaves in the rows that are left over."""
    above = {name: taxonomy.path(name)[1:] for name in taxonomy.names}
    num = max(map(len, above.values()))
    every = torch.ones((num, len(taxonomy.leaves)), dtype=torch.bool)
    return {
        name: torch.stack([targets[node] for node in path] + list(every[len(path) :])) if num else every
        for name, path in above.items()
    }


def window_pairs(batch: Batch) -> Batch:
    """A batch `[N, 2, ...]` of two windows per crop as `[2 N, ...]`: all first windows, then all second ones."""
    return {name: tensor.transpose(0, 1).flatten(0, 1) for name, tensor in batch.items()}


def batches(
    dataset: CropDataset, keys: Iterable[tuple[int, int]], *, batch_size: int, num_workers: int
) -> DataLoader[Batch]:
    """Batches for the given `(epoch, number)` keys, in their order."""
    return DataLoader(
        dataset,
        batch_size=batch_size,
        sampler=list(keys),  # a sampler may be any list of keys
        num_workers=num_workers,
        pin_memory=torch.cuda.is_available(),
    )


def draw_epoch(crops: Sequence[Crop], *, epoch: int, seed: int, recipe: TrainRecipe) -> list[tuple[int, int]]:
    """Keys of one epoch: crops by the weight of their class (`class_weight`), origins by the recipe's shares."""
    num = recipe.epoch_crops or len(crops)
    rng = np.random.default_rng([seed, epoch])
    unbalanced = recipe.class_balance == 0 if recipe.effective_beta is None else recipe.effective_beta == 0
    if unbalanced and not _shares(recipe) and num <= len(crops):
        order = rng.permutation(len(crops))[:num]
    else:
        order = rng.choice(len(crops), size=num, p=_weights(crops, recipe))
    return [(epoch, int(number)) for number in order]


def _weights(crops: Sequence[Crop], recipe: TrainRecipe) -> np.ndarray:
    """Probability of drawing each crop, `[N]`; classes are balanced within each origin."""
    origins = np.array([crop.origin or "real" for crop in crops])
    counts = Counter((crop.label, crop.origin or "real") for crop in crops)
    weights = np.array([class_weight(counts[crop.label, crop.origin or "real"], recipe) for crop in crops])
    shares = {origin: share for origin, share in _shares(recipe).items() if (origins == origin).any()}
    others = ~np.isin(origins, list(shares))
    if others.any():
        weights[others] *= (1 - sum(shares.values())) / weights[others].sum()
        for origin, share in shares.items():
            weights[origins == origin] *= share / weights[origins == origin].sum()
    return np.asarray(weights / weights.sum())


def class_weight(count: int, recipe: TrainRecipe) -> float:
    """How often a crop of a class of so many crops is drawn, against a crop of a class of one."""
    beta = recipe.effective_beta
    if beta is None:
        return float(count**-recipe.class_balance)
    return (1 - beta) / (1 - beta**count)


def _shares(recipe: TrainRecipe) -> dict[str, float]:
    """The share that the recipe gives to an origin."""
    given = {"real": recipe.real_share, "mesh": recipe.mesh_share}
    return {origin: share for origin, share in given.items() if share is not None}


def _opened(crops: Iterable[Crop], recipe: DataRecipe, chip_px: int) -> Iterator[tuple[Crop, DecodedImage | str]]:
    """Each crop with its decoded image or the reason why there is none, in order; one thread per core decodes them."""
    rest = iter(crops)
    some = iter(lambda: list(islice(rest, OPENED_AT_ONCE)), [])
    return map_ordered(
        some, lambda batch: [(crop, _open(crop, recipe, chip_px)) for crop in batch], threads=usable_cores()
    )


def _reopened(crop: Crop) -> DecodedImage:
    """A crop that could be read when the run began."""
    try:
        return decode_crop(crop.path, gsd_m=crop.gsd_m, bands=crop.bands)
    except CropError as error:
        raise TrainError(
            f"the crop {crop.path} can no longer be read ({error.reason}): put it back, and run the command again "
            "(vehicle-id train continues with --resume)"
        ) from error


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


def _size_target(crop: Crop, extent_m: float) -> torch.Tensor:
    """Ln of length and width as fractions of the chip's side; NaN where not known."""
    if extent_m <= 0:
        return torch.full((2,), math.nan)
    return torch.tensor([math.log(value / extent_m) if value else math.nan for value in (crop.length_m, crop.width_m)])


def _heading_target(heading_deg: float | None) -> torch.Tensor:
    """Cosine and sin of twice the heading; NaN where not known."""
    if heading_deg is None:
        return torch.full((2,), math.nan)
    doubled = math.radians(2 * heading_deg)
    return torch.tensor([math.cos(doubled), math.sin(doubled)])


def move(batch: Batch, device: torch.device) -> Batch:
    """The batch on a device."""
    return {name: tensor.to(device, non_blocking=True) for name, tensor in batch.items()}
