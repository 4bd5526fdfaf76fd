"""What a study may try and no recipe has: each is a change to the training for as long as a `with` lasts.

    fixed_gsd_m: 0.3   every crop at one ground sample distance, cut or padded to the chip instead of fitted to it
    mixup: 0.2         two crops laid over one another, their shares drawn from a beta distribution of this number
    cutmix: 1.0        a rectangle of one crop set into another, its share of the chip drawn likewise
    fourier: 0.05      half of the chips get the low frequencies' amplitudes of real ground (Yang and Soatto 2020, arXiv
                       2004.05498), up to this share of the spectrum's side; ground from data/ground
    augmix: 3          so many chains of edits of its light and colour are laid over every chip (AugMix, Hendrycks and
                       others 2020, arXiv 1912.02781, without its consistency loss and without turns and shears)
    frozen: 3          the stem and so many of the backbone's first stages keep their ImageNet weights

A change that pays moves into the recipe, and out of here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import torch
from PIL import Image, ImageEnhance, ImageOps
from torch import Tensor

from vehicle_id.crops.chips import EXTENT_UNKNOWN, Chip, resample
from vehicle_id.crops.images import FILL, Pixels, decode_image, find_crops
from vehicle_id.train.augment import Augment
from vehicle_id.train.data import Batch
from vehicle_id.train.loop import _Trainer
from vehicle_id.train.losses import total_loss
from vehicle_id.train.model import VehicleNet
from vehicle_id.train.recipe import TrainRecipe

GROUND = Path("data/ground")

Blend = Callable[[Tensor, Tensor, float, np.random.Generator], tuple[Tensor, float]]
"""Chips, their partners, the first one's wished share, a generator -> the blend, and the share it came to."""


@contextlib.contextmanager
def tried(changes: dict[str, Any]) -> Iterator[None]:
    """Training, export and inference within it go as changed."""
    with contextlib.ExitStack() as stack:
        for name, value in changes.items():
            TRIED[name](stack, value)
        yield


def fixed_chip(fixed_gsd_m: float) -> Callable[..., Chip]:
    """A `make_chip` that brings every crop to one ground sample distance; one of unknown GSD stays as it is."""

    def chip_of(crop: Pixels | Image.Image, *, chip_px: int, gsd_m: float | None = None) -> Chip:
        pixels = np.asarray(crop)
        scale = 1.0 if gsd_m is None else gsd_m / fixed_gsd_m
        height, width = (max(1, round(side * scale)) for side in pixels.shape[:2])
        scaled = resample(pixels, height=height, width=width)[_middle(height, chip_px), _middle(width, chip_px)]
        chip = np.full((chip_px, chip_px, 3), FILL, np.uint8)
        chip[_middle(chip_px, scaled.shape[0]), _middle(chip_px, scaled.shape[1])] = scaled
        return Chip(pixels=chip, extent_m=EXTENT_UNKNOWN if gsd_m is None else fixed_gsd_m * chip_px)

    return chip_of


def _middle(side: int, wanted: int) -> slice:
    start = max(0, (side - wanted) // 2)
    return slice(start, min(side, start + wanted))


def _fixed(stack: contextlib.ExitStack, fixed_gsd_m: float) -> None:
    for room in ("train.data", "train.export", "decoders"):
        stack.enter_context(mock.patch(f"vehicle_id.{room}.make_chip", fixed_chip(fixed_gsd_m)))


def laid_over(chips: Tensor, partners: Tensor, share: float, _rng: np.random.Generator) -> tuple[Tensor, float]:
    """Mixup (Zhang et al. 2018, arXiv 1710.09412)."""
    return (share * chips.float() + (1 - share) * partners.float()).round().to(chips.dtype), share


def set_in(chips: Tensor, partners: Tensor, share: float, rng: np.random.Generator) -> tuple[Tensor, float]:
    """Cutmix (Yun et al. 2019, arXiv 1905.04899)."""
    side = chips.shape[1]
    reach = round(side * np.sqrt(1 - share) / 2)
    (top, left), (bottom, right) = (np.clip(rng.integers(0, side, 2)[None] + [[-reach], [reach]], 0, side)).tolist()
    blend = chips.clone()
    blend[:, top:bottom, left:right] = partners[:, top:bottom, left:right]
    return blend, 1 - (bottom - top) * (right - left) / side**2


def _mixed(blend: Blend) -> Callable[[contextlib.ExitStack, float], None]:
    step_of = _Trainer._step

    def change(stack: contextlib.ExitStack, alpha: float) -> None:
        def step_mixed(trainer: _Trainer, batch: Batch, *, step: int) -> float:
            rng = np.random.default_rng([trainer.recipe.seed, step])
            partner = torch.from_numpy(rng.permutation(len(batch["chips"])))
            chips, share = blend(batch["chips"], batch["chips"][partner], rng.beta(alpha, alpha), rng)

            def both(outputs: dict[str, Tensor], own: Batch, recipe: TrainRecipe) -> Tensor:
                other = {name: tensor[partner] for name, tensor in own.items()}
                return share * total_loss(outputs, own, recipe) + (1 - share) * total_loss(outputs, other, recipe)

            with mock.patch("vehicle_id.train.loop.total_loss", both):
                return step_of(trainer, {**batch, "chips": chips}, step=step)

        stack.enter_context(mock.patch.object(_Trainer, "_step", step_mixed))

    return change


def with_amplitudes_of(chip: Pixels, other: Pixels, share: float) -> Pixels:
    """The chip's phases, and of its amplitudes those of low frequency taken from another picture of its size."""
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
"""Edits of AugMix that leave every pixel where it is: a vehicle laid over itself longer would be another one.
Strengths from -1 to 1."""


def augmixed(chip: Pixels, chains: int, rng: np.random.Generator) -> Pixels:
    """The chip and, over it, chains of one to three random edits, in random shares."""
    kept = rng.beta(1.0, 1.0)
    mixed = kept * chip
    for share in rng.dirichlet(np.ones(chains)):
        image = Image.fromarray(chip)
        for edit in rng.integers(len(EDITS), size=rng.integers(1, 4)):
            image = EDITS[edit](image, rng.uniform(-1, 1))
        mixed += (1 - kept) * share * np.asarray(image)
    return np.asarray(mixed.round(), np.uint8)


def _before_variation(stack: contextlib.ExitStack, edit: Callable[[Pixels, np.random.Generator], Pixels]) -> None:
    """Every training chip goes through the edit before the recipe varies it."""
    on_chip = Augment.on_chip

    def on_edited(
        augment: Augment, chip: Pixels, extent_m: float, heading_deg: float | None, rng: np.random.Generator
    ) -> tuple[Pixels, float, float | None]:
        return on_chip(augment, edit(chip, rng), extent_m, heading_deg, rng)

    stack.enter_context(mock.patch.object(Augment, "on_chip", on_edited))


def _augmix(stack: contextlib.ExitStack, chains: int) -> None:
    _before_variation(stack, lambda chip, rng: augmixed(chip, chains, rng))


def _fourier(stack: contextlib.ExitStack, share: float) -> None:
    ground = [decode_image(path).pixels for path in find_crops([GROUND])]

    def mixed(chip: Pixels, rng: np.random.Generator) -> Pixels:
        if rng.random() >= 0.5:
            return chip
        picture = ground[int(rng.integers(len(ground)))]
        return with_amplitudes_of(chip, resample(picture, height=chip.shape[0], width=chip.shape[1]), share)

    _before_variation(stack, mixed)


def _frozen(stack: contextlib.ExitStack, stages: int) -> None:
    def build(*arguments: Any, **named: Any) -> VehicleNet:
        network = VehicleNet(*arguments, **named)
        for part in (network.backbone.conv_stem, network.backbone.bn1, *network.backbone.blocks[:stages]):
            part.requires_grad_(requires_grad=False)
        return network

    stack.enter_context(mock.patch("vehicle_id.train.loop.VehicleNet", build))


TRIED: dict[str, Callable[[contextlib.ExitStack, Any], None]] = {
    "fixed_gsd_m": _fixed,
    "mixup": _mixed(laid_over),
    "cutmix": _mixed(set_in),
    "fourier": _fourier,
    "augmix": _augmix,
    "frozen": _frozen,
}
