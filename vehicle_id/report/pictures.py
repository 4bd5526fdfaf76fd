"""Crops of finished rows -> small pictures, encoded again from decoded pixels.

A crop is shown only if its content has the hash in its row. No byte of the crop's file comes into a report: it is
decoded in a process without rights, and what comes back are pixels.
"""

from __future__ import annotations

import base64
import io
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image

from vehicle_id.crops.bands import parse_bands
from vehicle_id.crops.chips import resample, unpadded
from vehicle_id.crops.cut import SceneCut
from vehicle_id.crops.decoder_messages import EncodedCrop, Stated
from vehicle_id.crops.images import Pixels
from vehicle_id.crops.isolation import Decoders
from vehicle_id.crops.open import DecodedCrop, open_crop
from vehicle_id.errors import CropError, InputError
from vehicle_id.report.crop_files import CHANGED, CropFiles
from vehicle_id.report.options import PICTURE_PX
from vehicle_id.results import Record, Status

BUDGET_BYTES: Final = 2400
"""Of an encoded picture of `PICTURE_PX`, so that 200 crops take under 1 MB; a larger picture may take more."""
LOSSLESS_PX: Final = 48 * 48
"""Smaller pictures are first encoded without loss."""
QUALITIES: Final = (90, 75, 60, 45, 30, 15)

NOT_DECODED: Final = "the crop cannot be decoded"


@dataclass(frozen=True, slots=True)
class ShownCrop:
    """A crop of a row."""

    crop: DecodedCrop
    """Its chip shows the whole crop, reduced where it is larger than was asked for."""
    source: bytes | Image.Image
    """Its file, or its pixels where it was cut from a scene."""

    @property
    def pixels(self) -> Pixels:
        """The picture, `[H, W, 3]`."""
        return unpadded(self.crop.chip.pixels, height=self.crop.height_px, width=self.crop.width_px)


class Pictures:
    """Finds and decodes the crops of rows; `close` ends its process.

    Args:
        longest_px: longest side of a picture.
        crops: folder to look in for crops that are not at the path of their row.
        find_cut: as in `ReportOptions`.
        isolate: decode in a separate process.
    """

    def __init__(
        self,
        *,
        longest_px: int = PICTURE_PX,
        crops: Path | None = None,
        find_cut: Callable[[Record], SceneCut | None] | None = None,
        isolate: bool = True,
    ) -> None:
        self.longest_px, self.find_cut, self.isolate = longest_px, find_cut, isolate
        self.files = CropFiles(crops)
        self.missing: Counter[str] = Counter()
        """Crops without a picture so far, by reason."""
        self._decoders: Decoders | None = None

    def close(self) -> None:
        """End the process."""
        if self._decoders is not None:
            self._decoders.close()
            self._decoders = None

    def of(self, record: Record) -> ShownCrop | None:
        """A row's crop as it is shown; None, counted in `missing`, where it cannot be."""
        width, height = record["width_px"] or 0, record["height_px"] or 0
        # a chip as large as the crop is the crop itself, without a resize
        chip_px = max(1, min(self.longest_px, max(width, height) or self.longest_px))
        try:
            cut = self.find_cut(record) if self.find_cut is not None else None
            source = self.files.content(record) if cut is None else _unchanged(cut, record)
            return ShownCrop(self.open(source, record, chip_px=chip_px), source)
        except CropError as error:
            self.missing[error.reason] += 1
            return None

    def open(self, source: bytes | Image.Image, record: Record, *, chip_px: int) -> DecodedCrop:
        """A crop, decoded and fitted to a chip as when it was answered.

        Args:
            source: its file, or its pixels.
            record: of its row.
            chip_px: side of the chip.

        Raises:
            CropError: it cannot be decoded.
        """
        if isinstance(source, bytes):
            return self._decoded(source, record, chip_px=chip_px)
        return open_crop(source, chip_px=chip_px, gsd_m=record["gsd_m"])

    def _decoded(self, content: bytes, record: Record, *, chip_px: int) -> DecodedCrop:
        try:
            stated = _stated(record)
            if not self.isolate:
                return open_crop(content, chip_px=chip_px, gsd_m=stated.gsd_m, bands=stated.bands)
            if self._decoders is None:
                self._decoders = Decoders(1)
            [crop] = self._decoders.open_crops([EncodedCrop(data=content, stated=stated)], chip_px=chip_px)
            if isinstance(crop, CropError):
                raise crop
        except (CropError, InputError) as error:  # InputError: bands that no run wrote
            raise CropError(Status.CORRUPT, NOT_DECODED) from error
        return crop


def _stated(record: Record) -> Stated:
    """What was stated about a crop when it was answered, so that it is decoded in the same way."""
    is_chosen = record["bands"] is not None and record["bands_source"] != "file"
    return Stated(
        gsd_m=None if record["gsd_source"] == "file" else record["gsd_m"],
        bands=parse_bands(record["bands"]) if is_chosen else None,
    )


def _unchanged(cut: SceneCut, record: Record) -> Image.Image:
    if cut.sha256 != record["sha256"]:
        raise CropError(Status.NOT_FOUND, CHANGED)
    return cut.picture.image


def encoded(pixels: Pixels) -> bytes:
    """A picture as WebP within the budget of its size: without loss if it is small, else as good as possible.

    One that exceeds the budget even at the lowest quality, such as noise, is reduced.
    """
    budget = int(BUDGET_BYTES * max(1.0, max(pixels.shape) ** 2 / PICTURE_PX**2))
    if pixels.shape[0] * pixels.shape[1] <= LOSSLESS_PX:
        found = _webp(pixels, lossless=True)
        if len(found) <= budget:
            return found
    while True:
        for quality in QUALITIES:
            found = _webp(pixels, quality=quality)
            if len(found) <= budget:
                return found
        height, width = (max(1, round(side * 0.75)) for side in pixels.shape[:2])
        pixels = resample(pixels, height=height, width=width)


def data_uri(webp: bytes) -> str:
    """An encoded picture as an address that holds it whole."""
    return "data:image/webp;base64," + base64.b64encode(webp).decode()


def _webp(pixels: Pixels, *, quality: int = 75, lossless: bool = False) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "WEBP", quality=quality, lossless=lossless, method=4)
    return buffer.getvalue()
