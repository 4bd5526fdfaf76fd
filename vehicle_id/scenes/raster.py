"""A scene on the disk, read window by window through GDAL, so that it is never in memory as a whole.

Only the formats of `DRIVERS` are opened: GDAL knows a hundred more, some of which read other files or the network. The
pixels are decoded in this process, and not in one without rights as those of crops are.
"""

from __future__ import annotations

import logging
import math
import warnings
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.enums import ColorInterp, MaskFlags
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.windows import Window

from vehicle_id.errors import CropError, InputError
from vehicle_id.files import open_regular
from vehicle_id.results import Status
from vehicle_id.scenes.georeference import Transform
from vehicle_id.text import said

DRIVERS: Final = {
    **dict.fromkeys((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"), "GTiff"),
    **dict.fromkeys((b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51"), "JP2OpenJPEG"),
    **dict.fromkeys((b"NITF0", b"NSIF0"), "NITF"),
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
}
"""What opens a file, by its first bytes."""
SUFFIXES: Final = (".tif", ".tiff", ".jp2", ".j2k", ".ntf", ".nitf", ".nsf", ".png", ".jpg", ".jpeg")
"""Of the scenes in a folder."""
SETTINGS: Final = {
    "GDAL_CACHEMAX": 64,  # MB: neighbouring boxes share blocks, and the rest of the cache would only grow
    "GDAL_DISABLE_READDIR_ON_OPEN": "FALSE",  # world files and .IMD files are found by listing the folder
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "none",  # no file names an address that is opened
}
logging.getLogger("rasterio").addHandler(logging.NullHandler())  # what GDAL logs quotes the file: it is in our errors

Samples = NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PixelWindow:
    """A rectangle in pixels of a scene, part of which may lie outside of it."""

    left: int
    top: int
    width: int
    height: int

    def inside(self, width: int, height: int) -> PixelWindow | None:
        """Its part inside a scene of that size; None if there is none."""
        left, top = max(self.left, 0), max(self.top, 0)
        right, bottom = min(self.left + self.width, width), min(self.top + self.height, height)
        if right <= left or bottom <= top:
            return None
        return PixelWindow(left=left, top=top, width=right - left, height=bottom - top)

    def __str__(self) -> str:
        return f"[{self.left},{self.top},{self.width},{self.height}]"


class SceneRaster:
    """An open scene; a context manager. Used by one thread at a time.

    Args:
        path: of a GeoTIFF, COG, JPEG 2000, NITF, PNG or JPEG file.

    Raises:
        InputError: no such file, another format, or samples that are no real numbers.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        driver = _driver_of(path)
        try:
            with self.settings(), warnings.catch_warnings():
                warnings.simplefilter("ignore", NotGeoreferencedWarning)
                self._file = rasterio.open(path.absolute(), driver=driver)
        except RasterioError as error:
            raise InputError(f"the scene {path} cannot be opened: {_said(error)}") from error
        self.width, self.height = int(self._file.width), int(self._file.height)
        self.num_bands = int(self._file.count)
        self.kind = np.dtype(self._file.dtypes[0]) if self.num_bands else np.dtype(np.uint8)
        if not self.num_bands or self.kind.kind not in "uif":
            self.close()
            raise InputError(
                f"the scene {path} has no bands of real numbers: radar must be detected and written as such"
            )
        self.palette = self._palette()
        self.white_is_low = self.tags("IMAGE_STRUCTURE").get("MINISWHITE") == "YES"
        """Whether the lowest value is white."""
        self.nodata: float | None = self._file.nodata

    def __enter__(self) -> SceneRaster:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @staticmethod
    def settings() -> AbstractContextManager[Any]:
        """GDAL's settings, to read many windows with: to set them for each would take as long as to read it."""
        context: AbstractContextManager[Any] = rasterio.Env(**SETTINGS)
        return context

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    @property
    def transform(self) -> Transform | None:
        """From pixels to coordinates; None where the file places no pixel."""
        found = self._file.transform
        if found.is_identity:
            points, _ = self._file.gcps
            if len(points) < 3:
                return None
            found = rasterio.transform.from_gcps(points)
        a, b, c, d, e, f = (float(each) for each in found[:6])
        is_possible = all(map(math.isfinite, (a, b, c, d, e, f))) and a * e != b * d
        return (a, b, c, d, e, f) if is_possible else None

    @property
    def crs_wkt(self) -> str | None:
        """Its coordinate system as WKT; None where the file states none."""
        crs = self._file.crs or self._file.gcps[1]
        return str(crs.to_wkt()) if crs else None

    @property
    def has_rpcs(self) -> bool:
        """Whether rational polynomials place its pixels, as in a scene that was not rectified."""
        return self._file.rpcs is not None

    @property
    def colours(self) -> tuple[str, ...]:
        """What each band is: `red`, `gray`, `alpha`, `undefined`, ..."""
        return tuple(ColorInterp(each).name for each in self._file.colorinterp)

    @property
    def descriptions(self) -> tuple[str, ...]:
        """The name of each band, empty where it has none."""
        return tuple(each or "" for each in self._file.descriptions)

    @property
    def has_mask(self) -> bool:
        """Whether a mask of the file, besides alpha and nodata, says which pixels have a value."""
        flags = self._file.mask_flag_enums[0]
        return MaskFlags.per_dataset in flags and MaskFlags.alpha not in flags

    @property
    def block_shape(self) -> tuple[int, int]:
        """Rows and columns of the pieces in which the first band is stored."""
        rows, columns = self._file.block_shapes[0]
        return int(rows), int(columns)

    def tags(self, domain: str | None = None) -> Mapping[str, str]:
        """Metadata of the file, of its default domain or another one."""
        with self.settings():
            return dict(self._file.tags(ns=domain))

    def read(self, window: PixelWindow, bands: list[int]) -> Samples:
        """Samples `[H, W, bands]` of a window inside the scene, of bands by their number from 0.

        Raises:
            CropError: the file ends early or is damaged there.
        """
        return np.moveaxis(self._read(self._file.read, [band + 1 for band in bands], window), 0, 2)

    def read_mask(self, window: PixelWindow) -> NDArray[np.bool_]:
        """Where pixels of a window have a value by the file's mask, `[H, W]`."""
        return np.asarray(self._read(self._file.read_masks, 1, window) > 0)

    def _read(self, read: Any, bands: Any, window: PixelWindow) -> Samples:
        place = Window(window.left, window.top, window.width, window.height)
        try:
            return np.asarray(read(bands, window=place))
        except (RasterioError, MemoryError) as error:
            why = _said(error)
            is_cut = any(word in why.lower() for word in ("truncat", "eof", "end of file", "read error at scanline"))
            raise CropError(
                Status.TRUNCATED if is_cut else Status.CORRUPT, f"the scene cannot be read at this window: {why}"
            ) from error

    def _palette(self) -> NDArray[np.uint8] | None:
        """Red, green and blue of each value `[256, 3]`, of a scene with a table of colours."""
        if self.colours[:1] != ("palette",) or self.kind != np.uint8:
            return None
        table = np.zeros((256, 3), np.uint8)
        for value, colour in self._file.colormap(1).items():
            if 0 <= value < 256:
                table[value] = colour[:3]
        return table


def _driver_of(path: Path) -> str:
    """What opens a file. Never waits for a pipe; a name that GDAL would take apart is no file."""
    try:
        with open_regular(path) as file:
            head = file.read(12)
    except (OSError, ValueError) as error:
        raise InputError(f"the scene {path} cannot be opened: {said(error)}") from error
    found = next((driver for begin, driver in DRIVERS.items() if head.startswith(begin)), None)
    if found is None:
        raise InputError(f"the scene {path} is no GeoTIFF, JPEG 2000, NITF, PNG or JPEG file: convert it to one")
    return found


def _said(error: BaseException) -> str:
    """What GDAL said, which rasterio keeps as the cause."""
    while error.__cause__ is not None:
        error = error.__cause__
    return said(error)
