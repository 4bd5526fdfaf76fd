"""Crops of finished rows -> small pictures, encoded again from decoded pixels.

A crop is shown only if its content has the hash in its row. No byte of the crop's file comes into a report: it is
decoded in a process without rights, and what comes back are pixels.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from PIL import Image

from vehicle_id.crops.bands import parse_bands
from vehicle_id.crops.chips import make_chip, resample, unpadded
from vehicle_id.crops.cut import SceneCut
from vehicle_id.crops.decoder_messages import EncodedCrop, Stated
from vehicle_id.crops.images import Pixels, read_bytes
from vehicle_id.crops.isolation import Decoders
from vehicle_id.crops.open import DecodedCrop, open_crop
from vehicle_id.crops.shards import is_shard, read_shard
from vehicle_id.errors import CropError, InputError
from vehicle_id.report.options import PICTURE_PX
from vehicle_id.results import Record, Status
from vehicle_id.text import path_of

BUDGET_BYTES: Final = 2400
"""Of an encoded picture of `PICTURE_PX`, so that 200 crops take under 1 MB; a larger picture may take more."""
LOSSLESS_PX: Final = 48 * 48
"""Smaller pictures are first encoded without loss."""
QUALITIES: Final = (90, 75, 60, 45, 30, 15)

GONE: Final = "the crop is not at its path"
CHANGED: Final = "the crop was changed since it was answered"
NOT_A_FILE: Final = "the crop was no file"
NOT_DECODED: Final = "the crop cannot be decoded"


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
        self.longest_px, self.crops, self.find_cut, self.isolate = longest_px, crops, find_cut, isolate
        self.missing: Counter[str] = Counter()
        """Crops without a picture so far, by reason."""
        self._decoders: Decoders | None = None
        self._shard: Path | None = None
        self._members: Iterator[tuple[str, bytes]] = iter(())

    def close(self) -> None:
        """End the process."""
        if self._decoders is not None:
            self._decoders.close()
            self._decoders = None

    def of(self, record: Record) -> Pixels | None:
        """The picture of a row's crop `[H, W, 3]`, reduced where it is larger than was asked for.

        None, counted in `missing`, where there is none.
        """
        width, height = record["width_px"] or 0, record["height_px"] or 0
        # a chip as large as the crop is the crop itself, without a resize
        chip_px = max(1, min(self.longest_px, max(width, height) or self.longest_px))
        try:
            cut = self.find_cut(record) if self.find_cut is not None else None
            if cut is not None:
                return _shown(cut, record, chip_px=chip_px)
            crop = self._decoded(self._content(record), record, chip_px=chip_px)
        except CropError as error:
            self.missing[error.reason] += 1
            return None
        return unpadded(crop.chip.pixels, height=crop.height_px, width=crop.width_px)

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

    def _content(self, record: Record) -> bytes:
        if record["path"] is None or record["sha256"] is None:
            raise CropError(Status.NOT_FOUND, NOT_A_FILE)
        was_changed = False
        for content in self._candidates(record):
            if hashlib.sha256(content).hexdigest() == record["sha256"]:
                return content
            was_changed = True
        raise CropError(Status.NOT_FOUND, CHANGED if was_changed else GONE)

    def _candidates(self, record: Record) -> Iterator[bytes]:
        for place in self._places(Path(path_of(record["path"]))):
            with suppress(CropError):
                yield self._read(place)

    def _places(self, path: Path) -> Iterator[Path]:
        """The path, then the ends of it under the folder of crops: `DIR/a/b.png`, `DIR/b.png`."""
        yield path
        if self.crops is not None:
            parts = path.parts[1:] if path.is_absolute() else path.parts
            yield from (self.crops.joinpath(*parts[start:]) for start in range(len(parts)))

    def _read(self, path: Path) -> bytes:
        shard = next((each for each in path.parents if is_shard(each) and os.path.isfile(each)), None)
        return read_bytes(path) if shard is None else self._member(shard, str(path))

    def _member(self, shard: Path, path: str) -> bytes:
        """A crop of a tar file: rows come in its order, so that it is read once."""
        is_anew = shard != self._shard
        for _ in range(1 if is_anew else 2):  # from here to its end, then once from its start
            if is_anew:
                self._shard = shard
                self._members = ((str(each.path), each.content) for each in read_shard(shard) if each.content)
            found = next((content for name, content in self._members if name == path), None)
            if found is not None:
                return found
            is_anew = True
        raise CropError(Status.NOT_FOUND, GONE)


def _stated(record: Record) -> Stated:
    """What was stated about a crop when it was answered, so that it is decoded in the same way."""
    is_chosen = record["bands"] is not None and record["bands_source"] != "file"
    return Stated(
        gsd_m=None if record["gsd_source"] == "file" else record["gsd_m"],
        bands=parse_bands(record["bands"]) if is_chosen else None,
    )


def _shown(cut: SceneCut, record: Record, *, chip_px: int) -> Pixels:
    if cut.sha256 != record["sha256"]:
        raise CropError(Status.NOT_FOUND, CHANGED)
    image = cut.picture.image
    return unpadded(make_chip(image, chip_px=chip_px).pixels, height=image.height, width=image.width)


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
