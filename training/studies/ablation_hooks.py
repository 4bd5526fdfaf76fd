"""Changes to the training that a study can name and a recipe cannot; each replaces public arguments of `Trainer`.

    fixed_gsd_m: 0.3   chip: every crop at one ground sample distance, cut or padded to the chip instead of fitted to it
    mixup: 0.2         batch, loss: blend two crops; the shares come from a beta distribution with this parameter
    cutmix: 1.0        batch, loss: paste a rectangle of one crop into another; shares as for mixup
    fourier: 0.05      batch: half of the chips get the low-frequency amplitudes of real ground (Yang and Soatto 2020,
                       arXiv 2004.05498), up to this share of the spectrum's side; ground from data/ground
    augmix: 3          batch: blend this many chains of edits of light and colour into every chip (AugMix, Hendrycks
                       and others 2020, arXiv 1912.02781, without its consistency loss and without turns and shears)
    frozen: 3          network: the stem and this many of the backbone's first stages keep their ImageNet weights

`fourier` and `augmix` change the finished chips of a batch, after the recipe's own variation. The runs of 2026-11-27 in
LOG.md changed the chips before it. A change that improves the model moves into the recipe, and out of this module.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageEnhance, ImageOps
from torch import Tensor

from vehicle_id.crops.bands import FILL
from vehicle_id.crops.chips import EXTENT_UNKNOWN, Chip, resample
from vehicle_id.crops.images import Pixels
from vehicle_id.crops.open import decode_crop
from vehicle_id.crops.sources import find_crops
from vehicle_id.train.crop_dataset import Batch
from vehicle_id.train.losses import total_loss
from vehicle_id.train.model import VehicleNet
from vehicle_id.train.recipe import ModelRecipe, TrainRecipe

GROUND = Path("data/ground")

Blend = Callable[[Tensor, Tensor, float, np.random.Generator], tuple[Tensor, float]]
"""Chips, their partners, the requested share of the first, a generator -> the blend, and its share of the first."""


def hooks_of(changes: dict[str, Any]) -> dict[str, Any]:
    """Arguments of `train` and `Trainer` for the changes of a variant; names that are not in `HOOKS` are ignored.

    Raises:
        SystemExit: two changes replace the same argument.
    """
    arguments: dict[str, Any] = {}
    for name, value in changes.items():
        replaced = HOOKS[name](value) if name in HOOKS else {}
        taken = set(arguments) & set(replaced)
        if taken:
            raise SystemExit(f"{name} cannot be combined with another change of {min(taken)}: make two variants")
        arguments |= replaced
    return arguments


@dataclass(frozen=True)
class FixedScale:
    """Brings every crop to one ground sample distance; a crop of unknown GSD keeps its pixels."""

    gsd_m: float

    def __call__(self, crop: Pixels | Image.Image, *, chip_px: int, gsd_m: float | None = None) -> Chip:
        """As `make_chip`."""
        pixels = np.asarray(crop)
        scale = 1.0 if gsd_m is None else gsd_m / self.gsd_m
        height, width = (max(1, round(side * scale)) for side in pixels.shape[:2])
        scaled = resample(pixels, height=height, width=width)[_middle(height, chip_px), _middle(width, chip_px)]
        chip = np.full((chip_px, chip_px, 3), FILL, np.uint8)
        chip[_middle(chip_px, scaled.shape[0]), _middle(chip_px, scaled.shape[1])] = scaled
        return Chip(pixels=chip, extent_m=EXTENT_UNKNOWN if gsd_m is None else self.gsd_m * chip_px)


def _middle(side: int, wanted: int) -> slice:
    start = max(0, (side - wanted) // 2)
    return slice(start, min(side, start + wanted))


def mixup(chips: Tensor, partners: Tensor, share: float, _rng: np.random.Generator) -> tuple[Tensor, float]:
    """Mixup (Zhang et al. 2018, arXiv 1710.09412)."""
    return (share * chips.float() + (1 - share) * partners.float()).round().to(chips.dtype), share


def cutmix(chips: Tensor, partners: Tensor, share: float, rng: np.random.Generator) -> tuple[Tensor, float]:
    """Cutmix (Yun et al. 2019, arXiv 1905.04899)."""
    side = chips.shape[1]
    reach = round(side * np.sqrt(1 - share) / 2)
    (top, left), (bottom, right) = (np.clip(rng.integers(0, side, 2)[None] + [[-reach], [reach]], 0, side)).tolist()
    blend = chips.clone()
    blend[:, top:bottom, left:right] = partners[:, top:bottom, left:right]
    return blend, 1 - (bottom - top) * (right - left) / side**2


@dataclass(frozen=True)
class BlendedBatch:
    """Blends each chip of a batch with the chip of a partner; `partner` and `share` go to `blended_loss`."""

    blend: Blend
    alpha: float

    def __call__(self, batch: Batch, rng: np.random.Generator) -> Batch:
        """The batch with blended chips, `partner [N]` and `share []`."""
        partner = torch.from_numpy(rng.permutation(len(batch["chips"])))
        share = rng.beta(self.alpha, self.alpha)
        chips, share = self.blend(batch["chips"], batch["chips"][partner], share, rng)
        return {**batch, "chips": chips, "partner": partner, "share": torch.tensor(share, dtype=torch.float64)}


def blended_loss(outputs: dict[str, Tensor], batch: Batch, recipe: TrainRecipe) -> Tensor:
    """The loss against the truth of both chips, in their shares."""
    share = float(batch["share"])
    partner = {name: tensor[batch["partner"]] for name, tensor in batch.items() if tensor.ndim}
    return share * total_loss(outputs, batch, recipe) + (1 - share) * total_loss(outputs, partner, recipe)


def with_amplitudes_of(chip: Pixels, other: Pixels, share: float) -> Pixels:
    """The chip's phases, with the low-frequency amplitudes of another picture of the same size."""
    own, foreign = (np.fft.fftshift(np.fft.fft2(each, axes=(0, 1)), axes=(0, 1)) for each in (chip, other))
    amplitude, (height, width) = np.abs(own), chip.shape[:2]
    rows, columns = (
        slice(side // 2 - round(share * side), side // 2 + round(share * side) + 1) for side in (height, width)
    )
    amplitude[rows, columns] = np.abs(foreign[rows, columns])
    mixed = np.fft.ifft2(np.fft.ifftshift(amplitude * np.exp(1j * np.angle(own)), axes=(0, 1)), axes=(0, 1))
    return np.asarray(mixed.real.round().clip(0, 255), np.uint8)


EDITS: tuple[Callable[[Image.Image, float], Image.Image], ...] = (
    lambda image, _: ImageOps.autocontrast(image),
    lambda image, _: ImageOps.equalize(image),
    lambda image, strength: ImageOps.posterize(image, 8 - round(4 * abs(strength))),
    lambda image, strength: ImageOps.solarize(image, 256 - round(110 * abs(strength))),
    lambda image, strength: ImageEnhance.Color(image).enhance(1 + 0.9 * strength),
    lambda image, strength: ImageEnhance.Contrast(image).enhance(1 + 0.9 * strength),
    lambda image, strength: ImageEnhance.Brightness(image).enhance(1 + 0.9 * strength),
    lambda image, strength: ImageEnhance.Sharpness(image).enhance(1 + 0.9 * strength),
)
"""Edits of AugMix that move no pixel, since a vehicle that is stretched is another vehicle. Strengths from -1 to 1."""


def augmixed(chip: Pixels, chains: int, rng: np.random.Generator) -> Pixels:
    """The chip blended with chains of one to three random edits, in random shares."""
    kept = rng.beta(1.0, 1.0)
    mixed = kept * chip
    for share in rng.dirichlet(np.ones(chains)):
        image = Image.fromarray(chip)
        for edit in rng.integers(len(EDITS), size=rng.integers(1, 4)):
            image = EDITS[edit](image, rng.uniform(-1, 1))
        mixed += (1 - kept) * share * np.asarray(image)
    return np.asarray(mixed.round(), np.uint8)


@dataclass(frozen=True)
class AugMix:
    """AugMix on every chip of a batch."""

    chains: int

    def __call__(self, batch: Batch, rng: np.random.Generator) -> Batch:
        """The batch with edited chips."""
        return _edited(batch, lambda chip: augmixed(chip, self.chains, rng))


@dataclass(frozen=True)
class FourierMix:
    """Low-frequency amplitudes of real ground for half of the chips of a batch."""

    share: float
    ground: list[Pixels] = field(default_factory=lambda: [decode_crop(path).pixels for path in find_crops([GROUND])])

    def __call__(self, batch: Batch, rng: np.random.Generator) -> Batch:
        """The batch with edited chips."""
        return _edited(batch, lambda chip: self._mixed(chip, rng))

    def _mixed(self, chip: Pixels, rng: np.random.Generator) -> Pixels:
        if rng.random() >= 0.5:
            return chip
        picture = self.ground[int(rng.integers(len(self.ground)))]
        return with_amplitudes_of(chip, resample(picture, height=chip.shape[0], width=chip.shape[1]), self.share)


def _edited(batch: Batch, edit: Callable[[Pixels], Pixels]) -> Batch:
    return {**batch, "chips": torch.from_numpy(np.stack([edit(chip) for chip in batch["chips"].numpy()]))}


@dataclass(frozen=True)
class FrozenStages:
    """Builds the network with the stem and the first stages of the backbone frozen."""

    stages: int

    def __call__(self, recipe: ModelRecipe, *, num_classes: int, pretrained: bool) -> VehicleNet:
        """As `VehicleNet`."""
        network = VehicleNet(recipe, num_classes=num_classes, pretrained=pretrained)
        for part in (network.backbone.conv_stem, network.backbone.bn1, *network.backbone.blocks[: self.stages]):
            part.requires_grad_(requires_grad=False)
        return network


HOOKS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "fixed_gsd_m": lambda gsd_m: {"chip": FixedScale(gsd_m)},
    "mixup": lambda alpha: {"batch": BlendedBatch(mixup, alpha), "loss": blended_loss},
    "cutmix": lambda alpha: {"batch": BlendedBatch(cutmix, alpha), "loss": blended_loss},
    "fourier": lambda share: {"batch": FourierMix(share)},
    "augmix": lambda chains: {"batch": AugMix(chains)},
    "frozen": lambda stages: {"network": FrozenStages(stages)},
}
"""Name in a study -> the arguments of `Trainer` that it replaces, for a value."""
