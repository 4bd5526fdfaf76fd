"""Crops of a split as tensors: a window and a chip each, with what is true of it.

`augment.py` varies window and chip.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset

from vehicle_id.crops.chips import Chip, make_chip, make_chips, turned_chip
from vehicle_id.crops.images import DecodedImage, Pixels
from vehicle_id.crops.manifest import Crop
from vehicle_id.crops.open import decode_crop
from vehicle_id.errors import CropError, TrainError
from vehicle_id.taxonomy import Taxonomy
from vehicle_id.train.augment import Augment, CropWindow
from vehicle_id.train.ranks import ALONE, Ranks

Batch = dict[str, torch.Tensor]


class ChipFunction(Protocol):
    """Brings a crop to a chip."""

    def __call__(self, crop: Pixels | Image.Image, *, chip_px: int, gsd_m: float | None = None) -> Chip:
        """As `make_chip`."""


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
        chip = self._chip(window)
        pixels, extent_m, heading_deg = chip.pixels, chip.extent_m, window.heading_deg
        if self.augment is not None:
            rng = np.random.default_rng([*key[:-1], key[-1] + 1])
            pixels, extent_m, heading_deg = self.augment.on_chip(pixels, extent_m, heading_deg, rng)
        return _item(pixels, extent_m, _size_target(crop, chip.extent_m), heading_deg)

    def _chip(self, window: CropWindow) -> Chip:
        if window.turn is None:
            return self.chip(window.pixels, chip_px=self.chip_px, gsd_m=window.gsd_m)
        return turned_chip(window.pixels, window.turn, chip_px=self.chip_px, gsd_m=window.gsd_m)


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
    dataset: CropDataset,
    keys: Iterable[tuple[int, int]],
    *,
    batch_size: int,
    num_workers: int,
    ranks: Ranks = ALONE,
    fewest: int = 1,
) -> DataLoader[Batch]:
    """Batches for the given `(epoch, number)` keys, in their order.

    Args:
        dataset: the crops.
        keys: of all processes.
        batch_size: crops of a batch of all processes together.
        num_workers: processes that open crops.
        ranks: of each batch, the share of this process is opened.
        fewest: crops of a batch; a last one of fewer is left out.
    """
    rest = iter(keys)
    whole = iter(lambda: list(islice(rest, batch_size)), [])
    return DataLoader(
        dataset,
        batch_sampler=[batch[ranks.share(len(batch))] for batch in whole if len(batch) >= fewest],
        num_workers=num_workers,
        pin_memory=torch.cuda.is_available(),
    )


def move(batch: Batch, device: torch.device) -> Batch:
    """The batch on a device."""
    return {name: tensor.to(device, non_blocking=True) for name, tensor in batch.items()}


def _reopened(crop: Crop) -> DecodedImage:
    """A crop that could be read when the run began."""
    try:
        return decode_crop(crop.path, gsd_m=crop.gsd_m, bands=crop.bands)
    except CropError as error:
        raise TrainError(
            f"the crop {crop.path} can no longer be read ({error.reason}): put it back, and run the command again "
            "(vehicle-id train continues with --resume)"
        ) from error


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
