"""Pixels and ground sample distance -> chip: THE ONLY RESIZE in the project, for training, evaluation and inference.

A crop is fitted to a square chip by its longer side and padded, never stretched, so that no detail is lost and no shape
changes. The metres that the chip's side spans are a second input of the network.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vehicle_id.crops.bands import FILL
from vehicle_id.crops.images import Pixels


@dataclass(frozen=True, slots=True)
class Window:
    """A window about the centre of a crop."""

    share: float
    """Its side as a multiple of the crop's longer side."""
    turn_deg: float = 0.0
    """By how much the picture in it is turned, counter-clockwise; headings in it are larger by as much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A turned window anywhere in a crop."""

    degrees: float
    """By how much the picture in it is turned, counter-clockwise."""
    centre: tuple[float, float]
    """In pixels of the crop, from the left and from the top."""
    span_px: float
    """Its side in pixels of the crop."""


TURNING: Final = Image.Resampling.BILINEAR
"""How the pixels of a turned window are interpolated, after it was fitted to the scale of the chip."""
WHOLE: Final = Window(1.0)
WINDOWS: Final[Mapping[int, tuple[Window, ...]]] = {
    1: (WHOLE,),
    2: (WHOLE, Window(0.78, 22.5)),
    3: (WHOLE, Window(0.86, -10.0), Window(0.75, 30.0)),
    4: (WHOLE, Window(0.9), Window(0.8), Window(1.15)),
}
"""Number of views -> the windows of `make_chips`; the first is the whole crop. What surrounds a turned window is in the
crop, so that its corners are not empty. Four are those that overhead-1.1 and 1.2 were fitted with."""
EXTENT_UNKNOWN = 0.0
"""The extent of a chip whose ground sample distance is not known; the network was trained with this value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A crop as the network takes it."""

    pixels: Pixels
    """RGB uint8 `[S, S, 3]`."""
    extent_m: float
    """Metres spanned by the chip's side; 0 = unknown."""


def make_chip(crop: Pixels | Image.Image, *, chip_px: int, gsd_m: float | None = None) -> Chip:
    """Fit a crop to a chip.

    Args:
        crop: RGB uint8 `[H, W, 3]`, at least one pixel; or a PIL image of mode RGB, which saves two copies.
        chip_px: side of the chip.
        gsd_m: metres per pixel of the crop, or None.

    Returns:
        The chip, padded with mid-grey, and its extent in metres: the crop's longer side times its GSD.
    """
    image = crop if isinstance(crop, Image.Image) else _image_of(crop)
    width, height = image.size
    longer = max(height, width)
    fitted = _resized(image, height=_fit(height, longer, chip_px), width=_fit(width, longer, chip_px))
    top, left = (chip_px - fitted.shape[0]) // 2, (chip_px - fitted.shape[1]) // 2
    chip = np.full((chip_px, chip_px, 3), FILL, np.uint8)
    chip[top : top + fitted.shape[0], left : left + fitted.shape[1]] = fitted
    return Chip(pixels=chip, extent_m=EXTENT_UNKNOWN if gsd_m is None else gsd_m * longer)


def make_chips(
    crop: Pixels | Image.Image, *, chip_px: int, gsd_m: float | None = None, views: int = 1
) -> tuple[Chip, ...]:
    """The chips of the windows of `WINDOWS` for `views`.

    Beyond the crop a window is mid-grey, as beside a crop that is not square. Arguments as for `make_chip`.
    """
    image = crop if isinstance(crop, Image.Image) else _image_of(crop)
    return tuple(_chip_of(image, window, chip_px, gsd_m) for window in WINDOWS[views])


def with_distance(chips: Sequence[Chip], *, height: int, width: int, gsd_m: float) -> tuple[Chip, ...]:
    """The chips of `make_chips` with the metres they span, for a distance that became known later."""
    spans = [_span_px(window, max(height, width)) for window in WINDOWS[len(chips)]]
    return tuple(replace(chip, extent_m=gsd_m * span) for chip, span in zip(chips, spans, strict=True))


def _chip_of(image: Image.Image, window: Window, chip_px: int, gsd_m: float | None) -> Chip:
    if not window.turn_deg:
        return make_chip(_cut(image, window.share), chip_px=chip_px, gsd_m=gsd_m)
    centre = (image.width / 2, image.height / 2)
    turn = Turn(degrees=window.turn_deg, centre=centre, span_px=max(image.size) * window.share)
    return turned_chip(image, turn, chip_px=chip_px, gsd_m=gsd_m)


def turned_chip(crop: Pixels | Image.Image, turn: Turn, *, chip_px: int, gsd_m: float | None = None) -> Chip:
    """The chip of a turned window, which `make_chips` makes about the centre of a crop.

    The square that holds the window is fitted to the scale of the chip, then turned. Fractions of a pixel are kept, so
    that a crop turned by 90 degrees gives the same chip, turned. Arguments as for `make_chip`.
    """
    image = crop if isinstance(crop, Image.Image) else _image_of(crop)
    centre, span_px = turn.centre, turn.span_px
    angle = math.radians(turn.degrees)
    around_px = math.ceil(chip_px * (abs(math.cos(angle)) + abs(math.sin(angle))))
    half = span_px * around_px / chip_px / 2
    left, top = (math.floor(middle - half) for middle in centre)
    wide, high = (math.ceil(middle + half) - low for middle, low in zip(centre, (left, top), strict=True))
    square = Image.new("RGB", (wide, high), (FILL, FILL, FILL))
    square.paste(image, (-left, -top))
    box = (centre[0] - half - left, centre[1] - half - top, centre[0] + half - left, centre[1] + half - top)
    kernel = Image.Resampling.HAMMING if around_px < 2 * half else Image.Resampling.BICUBIC
    fitted = square.resize((around_px, around_px), kernel, box=box)
    turned = fitted.transform((chip_px, chip_px), Image.Transform.AFFINE, _turn(angle, around_px, chip_px), TURNING)
    return Chip(pixels=np.array(turned), extent_m=EXTENT_UNKNOWN if gsd_m is None else gsd_m * span_px)


def _turn(angle: float, around_px: int, chip_px: int) -> tuple[float, ...]:
    """Where each pixel of the chip comes from, as Pillow takes it: two rows of an affine map."""
    cos, sin = math.cos(angle), math.sin(angle)
    middle, half = around_px / 2, chip_px / 2
    return (cos, -sin, middle - half * (cos - sin), sin, cos, middle - half * (sin + cos))


def _span_px(window: Window, longer: int) -> float:
    """Side of a window in pixels of the crop, whose longer side has `longer`."""
    return longer * window.share if window.turn_deg else max(1, round(longer * window.share))


def _cut(image: Image.Image, share: float) -> Image.Image:
    if share == 1.0:
        return image
    width, height = (max(1, round(side * share)) for side in image.size)
    left, top = (image.width - width) // 2, (image.height - height) // 2
    if share < 1.0:
        return image.crop((left, top, left + width, top + height))
    larger = Image.new("RGB", (width, height), (FILL, FILL, FILL))
    larger.paste(image, (-left, -top))
    return larger


def area_of(*, height: int, width: int, chip_px: int) -> tuple[int, int, int, int]:
    """Where a crop lies on its chip: top, left, rows and columns in pixels of the chip.

    Args:
        height: of the crop in pixels, before it was fitted.
        width: likewise.
        chip_px: side of the chip.
    """
    longer = max(height, width)
    rows, columns = _fit(height, longer, chip_px), _fit(width, longer, chip_px)
    return (chip_px - rows) // 2, (chip_px - columns) // 2, rows, columns


def unpadded(pixels: Pixels, *, height: int, width: int) -> Pixels:
    """The crop on a chip, without the grey beside it: `[h, w, 3]` from the pixels of `make_chip`.

    Args:
        pixels: of the chip, `[S, S, 3]`.
        height: of the crop in pixels, before it was fitted.
        width: likewise.
    """
    top, left, rows, columns = area_of(height=height, width=width, chip_px=pixels.shape[0])
    return pixels[top : top + rows, left : left + columns]


def stack(chips: Sequence[Chip]) -> tuple[Pixels, NDArray[np.float32]]:
    """A batch as the network takes it: pixels uint8 `[N, S, S, 3]` and extents float32 `[N]`."""
    return np.stack([chip.pixels for chip in chips]), np.array([chip.extent_m for chip in chips], np.float32)


def short_side_px(*, height: int, width: int, chip_px: int) -> float:
    """Pixels of the crop's short side, in the crop or on the chip, whichever is fewer."""
    return min(height, width) * min(1.0, chip_px / max(height, width))


def resample(pixels: Pixels, *, height: int, width: int) -> Pixels:
    """Area-averaged down, interpolated up.

    Down, Pillow's Hamming kernel: an average over the area of each new pixel, tapered so that fractional
    ratios do not drop or double rows as a plain box does. Up, bicubic.
    """
    return pixels if pixels.shape[:2] == (height, width) else _resized(_image_of(pixels), height=height, width=width)


def _image_of(pixels: Pixels) -> Image.Image:
    # Pillow copies a part of a larger array byte by byte, NumPy row by row: a twentieth of the time
    return Image.fromarray(np.ascontiguousarray(pixels))


def _resized(image: Image.Image, *, height: int, width: int) -> Pixels:
    if image.size == (width, height):
        return np.asarray(image)
    shrinks = height < image.height or width < image.width
    kernel = Image.Resampling.HAMMING if shrinks else Image.Resampling.BICUBIC
    return np.asarray(image.resize((width, height), kernel))


def _fit(side: int, longer: int, chip_px: int) -> int:
    return max(1, round(side * chip_px / longer))
