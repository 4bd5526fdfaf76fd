"""Open a crop: from a path, bytes, image or array to a decoded image or a chip, with the metres that it spans.

The one way from a crop to pixels: `classify`, `evaluate`, golden outputs, export and training all come here, so that
none of them reads a file, or its ground sample distance, differently from the others.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from PIL import Image

from vehicle_id.crops.bands import Bands
from vehicle_id.crops.chips import Chip, make_chips, resample, with_distance
from vehicle_id.crops.cut import SceneCut
from vehicle_id.crops.images import DecodedImage, decode_image
from vehicle_id.crops.projection import ground_pixel_by_proj

SQUARE_WITHIN = 1.02
"""Pixels whose sides differ by less are square: a length is then wrong by under 1 %."""

Source = str | Path | bytes | Image.Image | NDArray[Any] | SceneCut
"""A path, an encoded file, a PIL image, an array `[H, W]` or `[H, W, bands]`, or a cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedCrop:
    """A crop, decoded and fitted to one chip or several."""

    chips: tuple[Chip, ...]
    """One for each window of `chips.WINDOWS` that was asked for; the first shows the whole crop."""
    width_px: int
    """Of the crop."""
    height_px: int
    flags: tuple[str, ...] = ()
    gsd_m: float | None = None
    """Metres per pixel of the crop: as stated, else as the file states; None where neither does."""
    stretch: tuple[float, float] | None = None
    """Values of the file that became black and white, where it is deeper than 8 bits."""
    bands: str | None = None
    """The bands shown as red, green and blue, from 1, where they were chosen or the file has others: `3,2,1`."""

    @property
    def chip(self) -> Chip:
        """The chip of the whole crop."""
        return self.chips[0]


def decode_crop(source: Source, *, gsd_m: float | None = None, bands: Bands | None = None) -> DecodedImage:
    """Decode a crop; its `gsd_m` is the stated one or, where none is stated, that of the file.

    A crop whose file states pixels that are not square, as in degrees far from the equator, is made square, unless a
    distance is stated: that one is of the crop as it is.

    Args:
        source: the crop.
        gsd_m: stated ground sample distance in metres per pixel.
        bands: as for `decode_image`.

    Raises:
        CropError: with its status, whatever is wrong with the crop.
    """
    if isinstance(source, SceneCut):
        return source.picture
    decoded = decode_image(source, bands=bands)
    return squared(decoded) if gsd_m is None else replace(decoded, gsd_m=gsd_m)


def located(crop: DecodedCrop, data: bytes) -> DecodedCrop:
    """A crop without a distance, with the one that PROJ knows, if it is installed and the pixels are square."""
    pixel = ground_pixel_by_proj(data) if crop.gsd_m is None else None
    if pixel is None or not 1 / SQUARE_WITHIN < pixel.aspect < SQUARE_WITHIN:
        return crop
    chips = with_distance(crop.chips, height=crop.height_px, width=crop.width_px, gsd_m=pixel.gsd_m)
    return replace(crop, gsd_m=pixel.gsd_m, chips=chips)


def squared(decoded: DecodedImage) -> DecodedImage:
    """An image whose pixels are as wide as high: the same area of ground and, if it is resampled, number of pixels."""
    if 1 / SQUARE_WITHIN < decoded.aspect < SQUARE_WITHIN:
        return decoded
    width, height = decoded.image.size
    stretch = math.sqrt(decoded.aspect)
    pixels = resample(decoded.pixels, height=max(1, round(height / stretch)), width=max(1, round(width * stretch)))
    return replace(decoded, image=Image.fromarray(pixels), aspect=1.0, flags=(*decoded.flags, "squared"))


def open_crop(
    source: Source, *, chip_px: int, gsd_m: float | None = None, views: int = 1, bands: Bands | None = None
) -> DecodedCrop:
    """Decode a crop and fit it to a chip, or to several.

    Args:
        source: the crop.
        chip_px: side of the chip in pixels.
        gsd_m: stated ground sample distance in metres per pixel; None = that of the file, if it has one.
        views: number of windows, see `chips.make_chips`.
        bands: as for `decode_image`.

    Raises:
        CropError: with its status, whatever is wrong with the crop.
    """
    decoded = decode_crop(source, gsd_m=gsd_m, bands=bands)
    width_px, height_px = decoded.image.size
    return DecodedCrop(
        chips=make_chips(decoded.image, chip_px=chip_px, gsd_m=decoded.gsd_m, views=views),
        width_px=width_px,
        height_px=height_px,
        flags=decoded.flags,
        gsd_m=decoded.gsd_m,
        stretch=decoded.stretch,
        bands=decoded.bands,
    )
