"""Vary training crops: the only module that imports albumentations (2.0.8, the last MIT release).

Before the chip is made: tight, loose, off-centre and turned windows, coarser GSD. On the chip: heading, flips, light,
colour, blur, noise, compression, and last the extent that the network is given. `chips.py` does every resize.
Validation crops are not varied.
"""

from __future__ import annotations

import math
import os
import random
from dataclasses import dataclass, replace

import numpy as np

# albumentations looks for a newer version on the network when imported, unless this is set
os.environ["NO_ALBUMENTATIONS_UPDATE"] = "1"
import albumentations as A
import cv2  # comes with albumentations; here only for the name of a border mode

from vehicle_id.crops.bands import FILL
from vehicle_id.crops.chips import EXTENT_UNKNOWN, Turn, resample
from vehicle_id.crops.images import Pixels
from vehicle_id.train.recipe import AugmentRecipe

TURNED = 0.7
"""Share of windows, or of chips, that are turned by an angle that is no quarter turn."""
HAZELESS = 0.6
"""Share of chips that keep their contrast."""
MIN_COARSE_PX = 12
"""A crop is not made coarser than this many pixels on its short side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CropWindow:
    """The part of a crop that becomes the chip."""

    pixels: Pixels
    gsd_m: float | None
    heading_deg: float | None
    margin_px: float
    turn: Turn | None = None
    """The window is turned, and lies within the pixels; else it is all of them."""


class Augment:
    """The variations of one recipe; every draw comes from the generator passed in.

    Args:
        coarsest_gsd_m: no crop is made coarser than this, since the finished model refuses such crops.
    """

    def __init__(self, recipe: AugmentRecipe, *, coarsest_gsd_m: float = math.inf) -> None:
        self.recipe = recipe
        self.coarsest_gsd_m = coarsest_gsd_m
        # OpenCV's threads would compete with the loader's processes
        cv2.setNumThreads(0)
        turns = _geometric(recipe)
        points = A.KeypointParams(format="xy", remove_invisible=False)
        self._turn = A.Compose(turns, keypoint_params=points) if turns else None
        self._light = A.Compose(_photometric(recipe), p=recipe.photometric)

    def before_chip(self, window: CropWindow, rng: np.random.Generator) -> CropWindow:
        """A window around the object, tight or loose, off its centre; then a coarser GSD."""
        window = _shifted(window, self.recipe, rng)
        if self.recipe.coarsen_share < 1 and rng.random() >= self.recipe.coarsen_share:
            return window
        limit = self.recipe.coarsen if window.gsd_m is None else self.coarsest_gsd_m / window.gsd_m
        return _coarsened(window, min(limit, self.recipe.coarsen), rng)

    def on_chip(
        self, chip: Pixels, extent_m: float, heading_deg: float | None, rng: np.random.Generator
    ) -> tuple[Pixels, float, float | None]:
        """Vary a chip; returns its pixels, the extent for the network, and the heading."""
        self._draw_from(rng)
        turned, heading = self._turned(chip, heading_deg)
        lit = self._light(image=_hazed(turned, self.recipe, rng))["image"]
        if self.recipe.speckle or self.recipe.amplitude:
            lit = _speckled(lit, self.recipe, rng)
        return lit, self._stated_extent(extent_m, rng), heading

    def _draw_from(self, rng: np.random.Generator) -> None:
        """Give all steps one stream: seeded with the same number, they would draw the same values and vary together."""
        py_random = random.Random(int(rng.integers(2**31)))  # noqa: S311  # nothing secret
        for steps in (self._turn, self._light):
            if steps is not None:
                steps.set_random_state(rng, py_random)

    def _turned(self, chip: Pixels, heading_deg: float | None) -> tuple[Pixels, float | None]:
        """Turn and flip; the heading goes along as a line between two keypoints."""
        if self._turn is None:
            return chip, heading_deg
        angle = math.radians(heading_deg or 0.0)
        middle, reach = chip.shape[0] / 2, chip.shape[0] / 4
        ends = [[middle, middle], [middle + reach * math.cos(angle), middle - reach * math.sin(angle)]]
        turned = self._turn(image=chip, keypoints=np.array(ends))
        (x0, y0), (x1, y1) = turned["keypoints"][:, :2]
        heading = None if heading_deg is None else math.degrees(math.atan2(y0 - y1, x1 - x0)) % 180.0
        return turned["image"], heading

    def _stated_extent(self, extent_m: float, rng: np.random.Generator) -> float:
        error = math.exp(rng.normal(0.0, self.recipe.gsd_error))
        return EXTENT_UNKNOWN if rng.random() < self.recipe.gsd_unknown else extent_m * error


def _hazed(chip: Pixels, recipe: AugmentRecipe, rng: np.random.Generator) -> Pixels:
    """Draw a chip towards one grey near its mean: the effect of haze, and of a print with low contrast."""
    if rng.random() < HAZELESS:
        return chip
    left = 1.0 - recipe.haze * rng.random()
    grey = float(np.clip(chip.mean() + rng.normal(10.0, 30.0), 0.0, 255.0))
    return np.asarray((grey + left * (chip - grey)).round(), np.uint8)


def _speckled(chip: Pixels, recipe: AugmentRecipe, rng: np.random.Generator) -> Pixels:
    """Radar: another stretch of the amplitudes, then noise in proportion to them, the same in all channels."""
    exponent = math.exp(rng.uniform(-1, 1) * math.log1p(recipe.amplitude))
    stretched = (255.0 * np.linspace(0.0, 1.0, 256) ** exponent).astype(np.float32)
    noise = rng.standard_normal(chip.shape[:2], np.float32) * np.float32(recipe.speckle * rng.random()) + 1
    return np.asarray((stretched[chip] * noise[..., None]).clip(0, 255).round(), np.uint8)


def _shifted(window: CropWindow, recipe: AugmentRecipe, rng: np.random.Generator) -> CropWindow:
    height, width = window.pixels.shape[:2]
    longer = max(height, width)
    square = max(1.0, longer - 2 * window.margin_px)
    side = square * rng.uniform(recipe.tightest, max(recipe.tightest, longer / square))
    shift_x, shift_y = rng.uniform(-1, 1, 2) * recipe.off_centre * square
    x, y = width / 2 + shift_x, height / 2 + shift_y
    if recipe.turn_in_crop and rng.random() < TURNED:
        degrees = rng.uniform(-1, 1) * min(recipe.rotate_deg, 45.0)
        return _turning(window, Turn(degrees=degrees, centre=(x, y), span_px=side))
    left, right = _clipped(x, side, width)
    top, bottom = _clipped(y, side, height)
    return replace(window, pixels=window.pixels[top:bottom, left:right], margin_px=0.0)


def _clipped(middle: float, side: float, limit: int) -> tuple[int, int]:
    low = min(max(0, round(middle - side / 2)), limit - 1)
    return low, max(low + 1, min(limit, round(middle + side / 2)))


def _turning(window: CropWindow, turn: Turn) -> CropWindow:
    """The part of the crop that a turned window needs, and the heading in it."""
    (x, y), around = turn.centre, turn.span_px * math.sqrt(2)
    left, right = _clipped(x, around, window.pixels.shape[1])
    top, bottom = _clipped(y, around, window.pixels.shape[0])
    return replace(
        window,
        pixels=window.pixels[top:bottom, left:right],
        heading_deg=None if window.heading_deg is None else (window.heading_deg + turn.degrees) % 180.0,
        margin_px=0.0,
        turn=replace(turn, centre=(x - left, y - top)),
    )


def _coarsened(window: CropWindow, coarsest: float, rng: np.random.Generator) -> CropWindow:
    height, width = window.pixels.shape[:2]
    limit = min(coarsest, min(height, width) / MIN_COARSE_PX)
    factor = math.exp(rng.uniform(0.0, math.log(max(1.0, limit))))
    if factor < 1.05:
        return window
    small = resample(window.pixels, height=round(height / factor), width=round(width / factor))
    gsd_m = None if window.gsd_m is None else window.gsd_m * factor
    return replace(window, pixels=small, gsd_m=gsd_m, turn=window.turn and _scaled(window.turn, 1 / factor))


def _scaled(turn: Turn, scale: float) -> Turn:
    x, y = turn.centre
    return replace(turn, centre=(x * scale, y * scale), span_px=turn.span_px * scale)


def _geometric(recipe: AugmentRecipe) -> list[A.BasicTransform | A.BaseCompose]:
    steps: list[A.BasicTransform | A.BaseCompose] = []
    if recipe.flip:
        steps.append(A.HorizontalFlip(p=0.5))
    if recipe.rotate_deg > 45:
        steps.append(A.RandomRotate90(p=1.0))
    if recipe.rotate_deg > 0 and not recipe.turn_in_crop:
        most = min(recipe.rotate_deg, 45.0)
        steps.append(A.Affine(rotate=(-most, most), border_mode=cv2.BORDER_CONSTANT, fill=FILL, p=TURNED))
    return steps


def _photometric(recipe: AugmentRecipe) -> list[A.BasicTransform | A.BaseCompose]:
    return [
        A.RandomBrightnessContrast(brightness_limit=0.2, contrast_limit=(-0.2, 0.35), p=0.6),
        A.RandomGamma(gamma_limit=(70, 140), p=0.3),
        # OpenCV counts hue in steps of two degrees
        A.HueSaturationValue(
            hue_shift_limit=round(recipe.hue_deg / 2),
            sat_shift_limit=(-round(255 * recipe.fading), 35),
            val_shift_limit=0,
            p=0.5,
        ),
        A.ToGray(p=0.1),
        A.OneOf([A.GaussianBlur(sigma_limit=(0.3, recipe.blur_px)), A.MotionBlur(blur_limit=(3, 5))], p=0.3),
        A.GaussNoise(std_range=(0.01, 0.04), p=0.3),
        A.ImageCompression(quality_range=(50, 95), p=0.3),
    ]
