"""Decode an image safely: RGB uint8 with its flags, or a `CropError` with a status.

Never a black image in place of an unreadable one, never a half-decoded one. Does not resize.
"""

from __future__ import annotations

import io
import math
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import (  # the plugins register the six formats; without them Pillow may not know one yet
    BmpImagePlugin,  # noqa: F401
    ExifTags,
    GifImagePlugin,  # noqa: F401
    Image,
    ImageOps,
    JpegImagePlugin,  # noqa: F401
    PngImagePlugin,  # noqa: F401
    TiffImagePlugin,  # noqa: F401
    UnidentifiedImageError,
    WebPImagePlugin,  # noqa: F401
)

from vehicle_id.errors import CropError
from vehicle_id.results import Status

Pixels = NDArray[np.uint8]
"""RGB, `[height, width, 3]`."""

SUFFIXES: Final = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".bmp", ".gif")
FORMATS: Final = ("JPEG", "PNG", "TIFF", "WEBP", "BMP", "GIF")
"""The decoders that may run. Pillow has forty more that crops do not need."""

MAX_PIXELS: Final = 50_000_000
MAX_BYTES: Final = 256 << 20
FILL: Final = 128
"""Grey of padding: behind transparent pixels here, around the crop in `chips.py`."""

STRETCH_PERCENTILES: Final = (2.0, 98.0)
"""Percentiles of deeper than 8-bit values that become black and white, the usual display stretch of GIS programs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedImage:
    """A decoded image."""

    image: Image.Image
    """RGB, loaded."""
    flags: tuple[str, ...] = ()
    gsd_m: float | None = None
    """Metres per pixel; as `decode_image` returns it, of the file (GeoTIFF in a projected system); None if unknown."""
    stretch: tuple[float, float] | None = None
    """Values of the file that became black and white, where it is deeper than 8 bits."""

    @property
    def pixels(self) -> Pixels:
        """A copy as an array."""
        return np.asarray(self.image)


def decode_image(source: str | Path | bytes | Image.Image | NDArray[Any]) -> DecodedImage:
    """Decode an image from a path, encoded bytes, a PIL image or an array.

    Args:
        source: arrays are `[H, W]`, `[H, W, 1]`, `[H, W, 3]` or `[H, W, 4]`; uint8, or uint16 and
            floats, which are stretched.

    Raises:
        CropError: with the status and a sentence, whatever is wrong with it.
    """
    if isinstance(source, (str, Path)):
        source = read_bytes(source)
    if isinstance(source, bytes):
        return _decode(source)
    if isinstance(source, Image.Image):
        with _decoder_errors():
            return _open(source)
    return _from_array(np.asarray(source))


def read_bytes(path: str | Path) -> bytes:
    """A crop's file, whole.

    Never waits for a pipe or a device, and never reads more than `MAX_BYTES`, even if the file grows meanwhile.

    Raises:
        CropError: with the status and a sentence.
    """
    try:
        # without O_NONBLOCK, opening a pipe would wait for a writer; the open file is checked, not the path
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with io.FileIO(handle) as file:
            return _read_regular(file)
    except FileNotFoundError as error:
        raise CropError(Status.NOT_FOUND, "no such file") from error
    except IsADirectoryError as error:
        raise CropError(Status.UNREADABLE, "a folder without crops, or a folder that cannot be listed") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        if os.path.isdir(path):  # Windows raises another error
            raise CropError(Status.UNREADABLE, "a folder without crops, or a folder that cannot be listed") from error
        why = getattr(error, "strerror", None) or str(error)
        raise CropError(Status.UNREADABLE, f"the file cannot be read: {why}") from error


def _read_regular(file: io.FileIO) -> bytes:
    before = os.fstat(file.fileno())
    if stat.S_ISDIR(before.st_mode):
        raise CropError(Status.UNREADABLE, "a folder without crops, or a folder that cannot be listed")
    if not stat.S_ISREG(before.st_mode):
        raise CropError(Status.UNREADABLE, "not a regular file")
    data = b""
    if before.st_size <= MAX_BYTES:
        # reading one byte more than its size shows whether it grows
        pieces, num_left = list[bytes](), min(before.st_size, MAX_BYTES) + 1
        while num_left > 0 and (piece := file.read(num_left)):
            pieces.append(piece)
            num_left -= len(piece)
        data = pieces[0] if len(pieces) == 1 else b"".join(pieces)
    if max(before.st_size, len(data)) > MAX_BYTES:
        raise CropError(Status.TOO_LARGE, f"the file is larger than {MAX_BYTES >> 20} MiB")
    after = os.fstat(file.fileno())
    if len(data) != before.st_size or (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        raise CropError(Status.UNREADABLE, "the file changed while it was read")
    return data


def _decode(data: bytes) -> DecodedImage:
    if not data:
        raise CropError(Status.EMPTY, "the file is empty")
    try:
        with _decoder_errors(), Image.open(io.BytesIO(data), formats=FORMATS) as image:
            return _open(image)
    except UnidentifiedImageError as error:
        raise _unidentified(data) from error


@contextmanager
def _decoder_errors() -> Iterator[None]:
    """Turns any exception into a status: decoders of damaged bytes raise all kinds."""
    try:
        yield
    except (CropError, UnidentifiedImageError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    except MemoryError as error:
        raise CropError(Status.TOO_LARGE, "decoding needs more memory than a crop may use") from error
    except Exception as error:
        raise _decoder_gave_up(error) from error


def _unidentified(data: bytes) -> CropError:
    if data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return CropError(Status.UNSUPPORTED, "a TIFF whose bands or depth cannot be read: convert it to 8-bit RGB")
    return CropError(Status.NOT_AN_IMAGE, "not an image format that this package reads")


def _too_large() -> CropError:
    return CropError(Status.TOO_LARGE, f"the image has more than {MAX_PIXELS // 1_000_000} million pixels")


def _decoder_gave_up(error: Exception) -> CropError:
    message = str(error) or type(error).__name__
    if "truncated" in message.lower() or isinstance(error, EOFError):
        return CropError(Status.TRUNCATED, "the file ends before the image does")
    return CropError(Status.CORRUPT, f"the image cannot be decoded: {message}")


def _open(image: Image.Image) -> DecodedImage:
    """Check size before a pixel is decoded, then bring any mode to RGB uint8."""
    if image.width * image.height > MAX_PIXELS:
        raise _too_large()
    flags: list[str] = []
    gsd_m = _geotiff_gsd(image)
    if getattr(image, "is_animated", False) and image.format != "MPO":  # n_frames would read all of them
        flags.append("first_frame")
        image.seek(0)
    # Pillow has no mode for 16-bit colour: it silently drops the low bytes when it loads the pixels.
    stored = _stored_mode(image)
    image.load()
    if image.getexif().get(ExifTags.Base.Orientation, 1) != 1:
        flags.append("exif_turned")
        image = ImageOps.exif_transpose(image)
    deep_colour = ";16" in stored and not image.mode.startswith("I")
    decoded = _to_rgb(image, deep_colour=deep_colour)
    return replace(decoded, flags=(*flags, *decoded.flags), gsd_m=gsd_m)


def _stored_mode(image: Image.Image) -> str:
    """How the file stores its pixels, in Pillow's notation: `RGB;16B` is 16-bit colour."""
    tiles = getattr(image, "tile", None)
    arguments = tiles[0][3] if tiles else None
    return str(arguments[0] if isinstance(arguments, tuple) else arguments)


def _to_rgb(image: Image.Image, *, deep_colour: bool) -> DecodedImage:
    if deep_colour:
        low, high = np.percentile(np.asarray(image.convert("RGB")), STRETCH_PERCENTILES)
        if high - low < 32:
            raise CropError(
                Status.UNSUPPORTED, "16-bit colour with under 32 grey levels left in 8 bits: stretch it first"
            )
        return DecodedImage(image=image.convert("RGB"), flags=("depth_reduced",))
    if image.mode.startswith("I") or image.mode == "F":
        return _stretched(np.asarray(image))
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        paper = Image.new("RGBA", rgba.size, (FILL, FILL, FILL, 255))
        return DecodedImage(image=Image.alpha_composite(paper, rgba).convert("RGB"), flags=("alpha",))
    flags = ("grey",) if image.mode in ("1", "L") else ()
    return DecodedImage(image=image if image.mode == "RGB" else image.convert("RGB"), flags=flags)


def _from_array(array: NDArray[Any]) -> DecodedImage:
    if array.ndim == 2:
        array = array[:, :, None]
    if array.ndim != 3 or array.shape[2] not in (1, 3, 4) or array.dtype.kind not in "uif":
        raise CropError(
            Status.UNSUPPORTED,
            f"an array of shape {array.shape} and type {array.dtype}: give numbers [H, W] or [H, W, 1, 3 or 4]",
        )
    if 0 in array.shape:
        raise CropError(Status.EMPTY, "the array has no pixels")
    if array.shape[0] * array.shape[1] > MAX_PIXELS:
        raise _too_large()
    if array.dtype != np.uint8:
        return _stretched(array[:, :, :3] if array.shape[2] >= 3 else array[:, :, 0])
    return _to_rgb(Image.fromarray(array[:, :, 0] if array.shape[2] == 1 else array), deep_colour=False)


def _stretched(values: NDArray[Any]) -> DecodedImage:
    """Percentile stretch of 16-bit or float values to RGB uint8; `[H, W]` or `[H, W, 3]` alike."""
    finite = np.isfinite(values)
    if not finite.any():
        raise CropError(Status.EMPTY, "the image holds no finite value")
    numbers = np.where(finite, values, values[finite].min()).astype(np.float64)
    low, high = (float(each) for each in np.percentile(numbers[finite], STRETCH_PERCENTILES))
    if high <= low:
        low, high = float(numbers.min()), float(max(numbers.max(), numbers.min() + 1.0))
    grey = np.rint((numbers - low) / (high - low) * 255.0).clip(0, 255).astype(np.uint8)
    flat = grey.ndim == 2
    return DecodedImage(
        image=Image.fromarray(np.repeat(grey[:, :, None], 3, axis=2) if flat else grey),
        flags=("grey", "stretched") if flat else ("stretched",),
        stretch=(low, high),
    )


# GeoTIFF tags and keys: OGC 19-008r4, annex D and section 7.
_PIXEL_SCALE = 33550
_GEO_KEYS = 34735
_MODEL_TYPE = 1024
_PROJECTED = 1
_LINEAR_UNITS = 3076
_METRE = 9001


def _geotiff_gsd(image: Image.Image) -> float | None:
    """Metres per pixel of a GeoTIFF in a projected system measured in metres, else None."""
    tags = getattr(image, "tag_v2", None)
    if tags is None or _PIXEL_SCALE not in tags or _GEO_KEYS not in tags:
        return None
    numbers = tags[_GEO_KEYS]
    keys = {numbers[i]: numbers[i + 3] for i in range(4, len(numbers) - 3, 4) if numbers[i + 1] == 0}
    if keys.get(_MODEL_TYPE) != _PROJECTED or keys.get(_LINEAR_UNITS, _METRE) != _METRE:
        return None
    across, down = (float(step) for step in tags[_PIXEL_SCALE][:2])
    gsd_m = math.sqrt(across * down) if across > 0 and down > 0 else 0.0
    return gsd_m if 0 < gsd_m < math.inf else None
