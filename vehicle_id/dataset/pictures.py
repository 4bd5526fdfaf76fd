"""Each labelled crop opened once: whether it can be read, its digest, its size, and a thumbnail for comparison."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vehicle_id.crops.images import read_bytes
from vehicle_id.crops.manifest import Crop
from vehicle_id.crops.open import decode_crop
from vehicle_id.errors import CropError
from vehicle_id.parallel import map_ordered, usable_cores

THUMBNAIL_PX: Final = 16
"""Side of the grey thumbnail that crops are compared by."""
FLAT: Final = 2.0
"""Standard deviation of a thumbnail, in grey levels, below which it shows nothing to compare."""
BATCH: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPicture:
    """What was found when a crop was opened."""

    crop: Crop
    problem: str | None = None
    """Why it cannot be read; all that follows is then empty."""
    sha256: str = ""
    """Of the decoded pixels: the same for a copy under another name or in another lossless format."""
    width_px: int = 0
    height_px: int = 0
    gsd_m: float | None = None
    """As stated, else as the file states."""
    thumbnail: NDArray[np.float32] | None = None
    """Grey values `[256]` with mean 0 and norm 1: two pictures correlate by their product. None for flat pictures."""


def open_pictures(crops: Iterable[Crop]) -> Iterator[LabelledPicture]:
    """Open every crop, in order, on all cores; a crop that cannot be read has its problem."""
    return map_ordered(_batches(iter(crops)), _open_all, threads=usable_cores())


def _batches(crops: Iterator[Crop]) -> Iterator[Sequence[Crop]]:
    while batch := list(islice(crops, BATCH)):
        yield batch


def _open_all(crops: Sequence[Crop]) -> list[LabelledPicture]:
    return [_open(crop) for crop in crops]


def _open(crop: Crop) -> LabelledPicture:
    if crop.problem is not None:
        return LabelledPicture(crop=crop, problem=crop.problem)
    try:
        decoded = decode_crop(read_bytes(crop.path), gsd_m=crop.gsd_m, bands=crop.bands)
    except CropError as error:
        return LabelledPicture(crop=crop, problem=error.reason)
    pixels = decoded.pixels
    height, width = pixels.shape[:2]
    digest = hashlib.sha256(f"{width} {height} ".encode())
    digest.update(np.ascontiguousarray(pixels))
    return LabelledPicture(
        crop=crop,
        sha256=digest.hexdigest(),
        width_px=width,
        height_px=height,
        gsd_m=decoded.gsd_m,
        thumbnail=_thumbnail(decoded.image),
    )


def _thumbnail(image: Image.Image) -> NDArray[np.float32] | None:
    small = image.convert("L").resize((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.BOX)
    values = np.asarray(small, np.float32).ravel()
    values = values - values.mean()
    spread = float(np.linalg.norm(values))
    return values / spread if spread / THUMBNAIL_PX > FLAT else None
