"""Which bands of a scene are shown as red, green and blue, and which values become black and white.

Both are decided once for the whole scene, so that all its crops look alike. What a crop of its own shows is decided in
`crops/bands.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from vehicle_id.crops.bands import NAMES, Bands, StoredBands, bands_text, is_mask, present_values, stretch_of
from vehicle_id.errors import CropError, InputError
from vehicle_id.scenes.raster import PixelWindow, Samples, SceneRaster

SAMPLED_PX: Final = 1 << 22
"""A scene of at most so many pixels is read whole to find its percentiles."""
SAMPLES: Final = 16
"""Of a larger one, so many windows in each direction are read."""
SAMPLE_SIDE: Final = 64
IMD_BANDS: Final = {("BGRN", 4): (3, 2, 1), ("Multi", 4): (3, 2, 1), ("Multi", 8): (5, 3, 2)}
"""Red, green and blue by the `bandId` of a Maxar .IMD file and the number of bands: those files name no colours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BandChoice:
    """Numbers of bands, from 0."""

    shown: tuple[int, ...]
    """Three for red, green and blue, or a grey one."""
    alpha: int | None = None
    flags: tuple[str, ...] = ()
    has_others: bool = False
    """Whether there are others to choose from."""
    is_stated: bool = False
    """Whether the user chose them."""

    @property
    def listed(self) -> str | None:
        """The bands shown, from 1, as the column `bands` of a result has them."""
        is_plain = self.shown in ((0,), (0, 1, 2)) and not self.has_others
        return None if is_plain and not self.is_stated else bands_text(self.shown, first=0)


def chosen_bands(raster: SceneRaster, stated: Bands | None = None) -> BandChoice:
    """The bands to show: those that are stated, else by the names of the bands, else the first ones.

    Args:
        raster: the scene.
        stated: numbers from 1.

    Raises:
        InputError: a band that the scene lacks, or more than four bands of which nobody says which to show.
    """
    alpha = _alpha(raster)
    colours = [band for band in range(raster.num_bands) if band != alpha]
    if stated is not None:
        missing = next((each for each in stated if not 1 <= each <= raster.num_bands), None)
        if missing is not None:
            raise InputError(f"the scene {raster.path} has no band {missing}: it has {raster.num_bands}")
        return BandChoice(
            shown=tuple(each - 1 for each in stated),
            alpha=None if alpha is None or alpha + 1 in stated else alpha,
            flags=(*(("grey",) if len(stated) == 1 else ()), *(("extra_band",) if len(colours) > len(stated) else ())),
            is_stated=True,
        )
    if len(colours) == 1:
        return _choice(colours, colours, alpha, () if raster.palette is not None else ("grey",))
    named = _named(raster, colours)
    if named is not None:
        return _choice(named, colours, alpha, ())
    if len(colours) in (3, 4):
        return _choice(colours[:3], colours, alpha, ("band_order_assumed",))
    raise InputError(
        f"the scene {raster.path} has {len(colours)} bands and names no red, green and blue: state them, as "
        "--bands 5,3,2 for eight bands of WorldView, or one band, as --bands 1"
    )


def _choice(shown: Sequence[int], colours: list[int], alpha: int | None, flags: tuple[str, ...]) -> BandChoice:
    extra = ("extra_band",) if len(colours) > max(3, len(shown)) else ()
    return BandChoice(shown=tuple(shown), alpha=alpha, flags=(*extra, *flags), has_others=len(colours) > len(shown))


def _alpha(raster: SceneRaster) -> int | None:
    """The band that is marked as transparency, if its values are those of a mask: GDAL marks near infrared so."""
    band = next((band for band, name in enumerate(raster.colours) if name == "alpha"), None)
    if band is None or raster.num_bands == 1:
        return None
    try:
        pieces = [raster.read(window, [band]).ravel() for window in _sampled(raster)]
    except CropError:
        return band
    return band if is_mask(np.concatenate(pieces)) else None


def _named(raster: SceneRaster, colours: list[int]) -> list[int] | None:
    """Red, green and blue by name: descriptions, then the colours of the file, then a satellite's metadata."""
    for names in (raster.descriptions, raster.colours):
        found = {NAMES.get(re.sub("[^a-z]", "", names[band].lower())): band for band in reversed(colours)}
        if {"red", "green", "blue"} <= found.keys():
            return [found["red"], found["green"], found["blue"]]
    known = IMD_BANDS.get((raster.tags("IMD").get("bandId", "").strip('"'), len(colours)))
    return None if known is None else [colours[band - 1] for band in known]


def stored(raster: SceneRaster, window: PixelWindow, choice: BandChoice) -> StoredBands:
    """Samples of a window, of which a part may lie outside the scene: there no pixel has a value.

    Raises:
        CropError: they cannot be read.
    """
    inside = window.inside(raster.width, raster.height)
    assert inside is not None
    bands = list(choice.shown) + ([] if choice.alpha is None else [choice.alpha])
    samples = raster.read(inside, bands)
    valid = np.ones(samples.shape[:2], bool)
    if choice.alpha is not None:
        opacity, samples = samples[:, :, -1], samples[:, :, :-1]
        valid &= opacity > np.iinfo(opacity.dtype).max / 2 if opacity.dtype == np.uint8 else opacity > 0
    if raster.has_mask:
        valid &= raster.read_mask(inside)
    if raster.palette is not None:
        if raster.nodata is not None:
            valid &= samples[:, :, 0] != raster.nodata
        samples = raster.palette[samples[:, :, 0]]
    samples, valid = _padded(samples, valid, window, inside)
    return StoredBands(
        values=samples,
        is_rgb=samples.shape[2] == 3,
        white_is_low=raster.white_is_low,
        nodata=raster.nodata if raster.palette is None else None,
        valid=None if valid.all() else valid,
    )


def _padded(
    samples: Samples, valid: np.ndarray, window: PixelWindow, inside: PixelWindow
) -> tuple[Samples, np.ndarray]:
    if inside == window:
        return samples, valid
    top, left = inside.top - window.top, inside.left - window.left
    place = (slice(top, top + inside.height), slice(left, left + inside.width))
    whole = np.zeros((window.height, window.width, samples.shape[2]), samples.dtype)
    whole[place] = samples
    known = np.zeros((window.height, window.width), bool)
    known[place] = valid
    return whole, known


def scene_stretch(raster: SceneRaster, choice: BandChoice) -> tuple[float, float] | None:
    """The 2nd and 98th percentile of the shown bands over the scene; None for 8 bits, which are shown as they are.

    Raises:
        InputError: no pixel that was looked at has a value, or can be read.
    """
    if raster.kind == np.uint8:
        return None
    pieces, fault = list[Samples](), None
    for window in _sampled(raster):
        try:
            pieces.append(present_values(stored(raster, window, choice)))
        except CropError as error:  # a scene that ends early has a beginning
            fault = error
    values = np.concatenate(pieces) if pieces else np.zeros(0)
    if not values.size:
        why = f": {fault.reason}" if fault is not None else ""
        raise InputError(f"the scene {raster.path} has no pixel with a value where it was looked at{why}")
    return stretch_of(values)


def _sampled(raster: SceneRaster) -> Iterator[PixelWindow]:
    """The whole scene in rows of blocks, or windows spread over it."""
    width, height = raster.width, raster.height
    if width * height <= SAMPLED_PX:
        step = max(1, min(height, 1 << 9))
        for top in range(0, height, step):
            yield PixelWindow(left=0, top=top, width=width, height=min(step, height - top))
        return
    for row in range(SAMPLES):
        for column in range(SAMPLES):
            # from the beginning of a block, so that few blocks are decoded
            left = _begin((column + 0.5) * width / SAMPLES, raster.block_shape[1], width)
            top = _begin((row + 0.5) * height / SAMPLES, raster.block_shape[0], height)
            found = PixelWindow(left=left, top=top, width=SAMPLE_SIDE, height=SAMPLE_SIDE).inside(width, height)
            if found is not None:
                yield found


def _begin(place: float, block: int, whole: int) -> int:
    return int(place) // block * block if block < whole // SAMPLES else int(place)
