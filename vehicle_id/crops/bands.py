"""Samples of any depth and number of bands -> a picture of 8-bit red, green and blue, and what was done to them.

Pixels without a value (`nodata`, a mask, transparency, NaN) are left out of the stretch and shown as padding. Reads no
file.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vehicle_id.crops.speckle import NOT_OPTICAL, is_speckled
from vehicle_id.errors import CropError, InputError
from vehicle_id.results import Status
from vehicle_id.text import visible

FILL: Final = 128
"""Grey of padding: behind transparent pixels here, around the crop in `chips.py`."""
STRETCH_PERCENTILES: Final = (2.0, 98.0)
"""Percentiles of deeper than 8-bit values that become black and white, the usual display stretch of GIS programs."""
MASK_SHARE: Final = 0.9
"""A band is a mask if so many of its values lie at its two ends; a near-infrared band spreads between them."""
MASK_END: Final = 1 / 64
"""How near to an end, of the way between both."""
NAMES: Final = {
    **dict.fromkeys(("red", "r", "bandred", "redband"), "red"),
    **dict.fromkeys(("green", "g", "bandgreen", "greenband"), "green"),
    **dict.fromkeys(("blue", "b", "bandblue", "blueband"), "blue"),
}
"""What files call the bands that are shown."""

MOST_BANDS: Final = 65535
"""The most that a TIFF can have."""

Mask = NDArray[np.bool_]
"""`[H, W]`."""
Bands = tuple[int, ...]
"""Numbers of the bands to show, from 1: three as red, green and blue, or one as grey."""


def parse_bands(given: str | int | Iterable[int | str]) -> Bands:
    """The bands that a person names, as in an option, a cell of a table or an argument.

    Args:
        given: `3,2,1` for red, green and blue, or one number for grey; as text, numbers or a sequence of them.

    Raises:
        InputError: neither one number nor three, from 1 on.
    """
    parts = given.split(",") if isinstance(given, str) else given if isinstance(given, Iterable) else [given]
    texts = [str(part).strip() for part in parts]
    if len(texts) not in (1, 3) or not all(re.fullmatch("[0-9]{1,5}", text) for text in texts):
        raise _no_bands(given)
    numbers = tuple(int(text) for text in texts)
    if not all(1 <= number <= MOST_BANDS for number in numbers):
        raise _no_bands(given)
    return numbers


def bands_text(bands: Iterable[int], *, first: int = 1) -> str:
    """`3,2,1`, as `parse_bands` reads it; of numbers that count from `first`."""
    return ",".join(str(band + 1 - first) for band in bands)


def _no_bands(given: object) -> InputError:
    shown = visible(str(given))[:40]
    return InputError(f"bands {shown!r} cannot be shown: give three numbers from 1, such as 3,2,1, or one for grey")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBands:
    """Samples as a file or an array holds them."""

    values: NDArray[Any]
    """`[H, W, bands]`."""
    is_rgb: bool = False
    """Whether the file states that the first three bands are red, green and blue."""
    names: Mapping[int, str] | None = None
    """Names of bands by their number from 0, such as `red`, where the file gives any."""
    alpha: int | None = None
    """Number of the band that is marked as transparency."""
    alpha_is_premultiplied: bool = False
    white_is_low: bool = False
    nodata: float | None = None
    """Value of pixels without a value."""
    valid: Mask | None = None
    """Where pixels have a value, by a mask of the file."""
    chosen: Bands | None = None
    """The bands that the user wants to see; they are not taken for transparency."""
    stretch: tuple[float, float] | None = None
    """Values that become black and white, where the samples are a part of a larger picture; None = their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Three bands made visible."""

    image: Image.Image
    flags: tuple[str, ...]
    stretch: tuple[float, float] | None = None
    bands: str | None = None
    """The bands shown as red, green and blue, from 1, where they were chosen or there were others: `3,2,1`."""


def to_picture(stored: StoredBands) -> Picture:
    """Choose the bands, leave out what has no value, and stretch what is deeper than 8 bits.

    Raises:
        CropError: no pixel has a value, or the bands cannot be chosen.
    """
    values = stored.values
    alpha = _alpha(stored)
    shown, flags = _chosen(stored, alpha)
    present = _present(values[:, :, shown], stored)
    if not present.any():
        raise CropError(Status.EMPTY, "the image has no pixel with a value")
    if alpha is not None:
        flags = (*flags, "alpha")
    if not present.any(axis=2).all():
        flags = (*flags, "nodata")
    if len(shown) == 1 and present.all() and values[:, :, shown].min() >= 0 and is_speckled(values[:, :, shown[0]]):
        flags = (*flags, NOT_OPTICAL)
    picture = _shallow if values.dtype == np.uint8 else _deep
    pixels, stretch = picture(stored, shown, alpha, present)
    pixels = pixels if pixels.shape[2] == 3 else np.repeat(pixels, 3, axis=2)
    return Picture(
        image=Image.fromarray(np.ascontiguousarray(pixels)),
        flags=flags if stretch is None else (*flags, "stretched"),
        stretch=stretch,
        bands=None if stored.chosen is None and _are_all(shown, stored, alpha) else bands_text(shown, first=0),
    )


def is_mask(band: NDArray[Any]) -> bool:
    """Whether a band marks pixels, as transparency does: nothing but its two ends, 0 and the highest value."""
    low, high = band.min(), band.max()
    if low == high:
        return True
    near = MASK_END * float(high)
    return bool(low == 0) and float(np.mean((band <= near) | (band >= float(high) - near))) >= MASK_SHARE


def names_of_bands(metadata: str) -> dict[int, str]:
    """Names of bands by number, from the metadata of a file that GDAL wrote (tag 42112): roles before descriptions."""
    found: dict[int, str] = {}
    for role in ("description", "colorinterp"):
        for number, name in re.findall(rf'sample="(\d{{1,3}})" role="{role}">([^<]{{1,40}})<', metadata):
            known = NAMES.get(re.sub("[^a-z]", "", name.lower()))
            if known:
                found[int(number)] = known
    return found


def over_fill(image: Image.Image) -> Image.Image:
    """A picture with transparency, laid on the grey of padding."""
    rgba = image.convert("RGBA")
    paper = Image.new("RGBA", rgba.size, (FILL, FILL, FILL, 255))
    return Image.alpha_composite(paper, rgba).convert("RGB")


def without(image: Image.Image, missing: Mask) -> Image.Image:
    """An RGB picture with the grey of padding where pixels have no value."""
    return Image.fromarray(np.where(missing[:, :, None], np.uint8(FILL), np.asarray(image)))


def equals(values: NDArray[Any], nodata: float | None) -> NDArray[np.bool_]:
    """Where values are the one that stands for none, `[...]` as they are."""
    if nodata is None or (values.dtype.kind in "iu" and not _is_whole(nodata, values.dtype)):
        return np.zeros(values.shape, bool)
    with np.errstate(over="ignore"):
        return np.asarray(values == np.array(nodata).astype(values.dtype))


def _is_whole(number: float, kind: np.dtype[Any]) -> bool:
    limits = np.iinfo(kind)
    return math.isfinite(number) and number == int(number) and limits.min <= number <= limits.max


def _alpha(stored: StoredBands) -> int | None:
    """The band of transparency: what is marked as such, is a mask, and is not asked for as a colour."""
    if stored.alpha is None or (stored.chosen is not None and stored.alpha + 1 in stored.chosen):
        return None
    return stored.alpha if is_mask(stored.values[:, :, stored.alpha]) else None


def _are_all(shown: list[int], stored: StoredBands, alpha: int | None) -> bool:
    return shown == [0] or shown == [0, 1, 2] == _colours(stored, alpha)


def _colours(stored: StoredBands, alpha: int | None) -> list[int]:
    return [band for band in range(stored.values.shape[2]) if band != alpha]


def _chosen(stored: StoredBands, alpha: int | None) -> tuple[list[int], tuple[str, ...]]:
    """Numbers of the bands to show, one or three, and flags."""
    colours = _colours(stored, alpha)
    names = {name: band for band, name in (stored.names or {}).items() if band in colours}
    if stored.chosen is not None:
        return _asked_for(stored.chosen, colours, num=stored.values.shape[2])
    if len(colours) == 1:
        return colours, ("grey",)
    extra = ("extra_band",) if len(colours) > 3 else ()
    if {"red", "green", "blue"} <= names.keys():
        return [names["red"], names["green"], names["blue"]], extra
    if stored.is_rgb and len(colours) > 2:
        return colours[:3], extra
    if len(colours) in (3, 4):
        return colours[:3], (*extra, "band_order_assumed")
    raise CropError(
        Status.UNSUPPORTED,
        f"{len(colours)} bands, and the file names no red, green and blue: say which to show, as with --bands 3,2,1",
    )


def _asked_for(chosen: Bands, colours: list[int], *, num: int) -> tuple[list[int], tuple[str, ...]]:
    shown = [number - 1 for number in chosen]
    if max(shown) >= num:
        raise CropError(Status.UNSUPPORTED, f"bands {bands_text(chosen)} are asked for, and the image has {num}")
    grey = ("grey",) if len(shown) == 1 else ()
    return shown, (*grey, *(("extra_band",) if set(colours) - set(shown) else ()))


def present_values(stored: StoredBands) -> NDArray[Any]:
    """The values `[N]` of all bands that are some."""
    return stored.values[_present(stored.values, stored)]


def _present(values: NDArray[Any], stored: StoredBands) -> NDArray[np.bool_]:
    """Where values are some, `[H, W, bands]`."""
    present = ~equals(values, stored.nodata)
    if values.dtype.kind == "f":
        present &= np.isfinite(values)
    if values.dtype == np.uint8:  # one of three may well be black
        present |= present.any(axis=2, keepdims=True)
    return present if stored.valid is None else present & stored.valid[:, :, None]


def stretch_of(values: NDArray[Any]) -> tuple[float, float]:
    """The values that become black and white, of all values `[N]` that are some; at least one is needed."""
    some = values.astype(np.float64)
    low, high = (float(each) for each in np.percentile(some, STRETCH_PERCENTILES))
    return (low, high) if high > low else (float(some.min()), float(max(some.max(), some.min() + 1.0)))


def _shallow(
    stored: StoredBands, shown: list[int], alpha: int | None, present: NDArray[np.bool_]
) -> tuple[NDArray[np.uint8], None]:
    """8-bit values as they are; where they are transparent in part, they are mixed with the padding."""
    pixels: NDArray[np.uint8] = stored.values[:, :, shown]
    pixels = 255 - pixels if stored.white_is_low else pixels
    if alpha is not None:
        colour = np.repeat(pixels, 3, axis=2) if len(shown) == 1 else pixels
        rgba = np.dstack([colour, stored.values[:, :, alpha]])
        image = Image.frombuffer("RGBa" if stored.alpha_is_premultiplied else "RGBA", rgba.shape[1::-1], rgba.tobytes())
        pixels = np.asarray(over_fill(image))
    return np.where(present.any(axis=2, keepdims=True), pixels, np.uint8(FILL)), None


def _deep(
    stored: StoredBands, shown: list[int], alpha: int | None, present: NDArray[np.bool_]
) -> tuple[NDArray[np.uint8], tuple[float, float]]:
    """Percentile stretch of all shown bands together, so that their colours keep their balance."""
    if alpha is not None:
        opacity = stored.values[:, :, alpha]
        present = present & (opacity > opacity.max() / 2)[:, :, None]
        if not present.any():
            raise CropError(Status.EMPTY, "every pixel of the image is transparent")
    values = stored.values[:, :, shown]
    low, high = stored.stretch or stretch_of(values[present])
    numbers = np.where(present, values, low).astype(np.float64)
    black, white = (high, low) if stored.white_is_low else (low, high)
    pixels = np.rint((numbers - black) / (white - black) * 255.0).clip(0, 255).astype(np.uint8)
    return np.where(present.any(axis=2, keepdims=True), pixels, np.uint8(FILL)), (black, white)
