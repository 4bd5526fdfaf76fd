"""Decode an image safely: RGB uint8 with its flags, or a `CropError` with a status.

Never a black image in place of an unreadable one, never a half-decoded one. Does not resize. Pillow decodes what has 8
bits a band; `tiff.py` and `png16.py` read the rest, and `bands.py` makes it visible.
"""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
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
    ImageChops,
    JpegImagePlugin,  # noqa: F401
    PngImagePlugin,  # noqa: F401
    TiffImagePlugin,  # noqa: F401
    UnidentifiedImageError,
    WebPImagePlugin,  # noqa: F401
)

from vehicle_id.crops.bands import (
    STRETCH_PERCENTILES,
    Bands,
    Mask,
    Picture,
    StoredBands,
    equals,
    is_mask,
    names_of_bands,
    over_fill,
    to_picture,
    without,
)
from vehicle_id.crops.geo import GEO_TAGS, ground_pixel
from vehicle_id.crops.png16 import is_png16, read_png16
from vehicle_id.crops.speckle import MOST_PX, NOT_OPTICAL, is_speckled
from vehicle_id.crops.tiff import (
    COMPRESSION,
    EVERYWHERE,
    EXTRA_SAMPLES,
    HEIGHT,
    METADATA,
    NODATA,
    ORIENTATION,
    PHOTOMETRIC,
    WIDTH,
    Page,
    can_read,
    for_pillow,
    full_pages,
    is_cut_off,
    is_tiff,
    mask_of,
    read_mask,
    read_pages,
    read_samples,
)
from vehicle_id.errors import CropError
from vehicle_id.results import Status
from vehicle_id.text import said

Pixels = NDArray[np.uint8]
"""RGB, `[height, width, 3]`."""

SUFFIXES: Final = (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".tif", ".tiff", ".webp", ".bmp", ".gif")
FORMATS: Final = ("JPEG", "PNG", "TIFF", "WEBP", "BMP", "GIF")
"""The decoders that may run. Pillow has forty more that crops do not need."""

MAX_PIXELS: Final = 50_000_000
MAX_BYTES: Final = 256 << 20
TRANSPARENT: Final = ("RGBA", "LA", "PA", "RGBa", "La")
"""Modes with transparency."""
TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What brings a picture upright, by the tag for its orientation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meaning:
    """What the tags of a TIFF say of its values."""

    nodata: float | None = None
    valid: Mask | None = None
    """Where pixels have a value."""
    white_is_low: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedImage:
    """A decoded image."""

    image: Image.Image
    """RGB, loaded."""
    flags: tuple[str, ...] = ()
    gsd_m: float | None = None
    """Metres per pixel; as `decode_image` returns it, of the file (GeoTIFF, see `geo.py`); None if unknown."""
    aspect: float = 1.0
    """Width of a pixel over its height, on the ground, as the file states it."""
    bands: str | None = None
    """The bands shown as red, green and blue, from 1, where they were chosen or the file has others: `3,2,1`."""
    stretch: tuple[float, float] | None = None
    """Values of the file that became black and white, where it is deeper than 8 bits."""

    @property
    def pixels(self) -> Pixels:
        """A copy as an array."""
        return np.asarray(self.image)


def decode_image(
    source: str | Path | bytes | Image.Image | NDArray[Any], *, bands: Bands | None = None
) -> DecodedImage:
    """Decode an image from a path, encoded bytes, a PIL image or an array.

    Args:
        source: arrays are `[H, W]`, `[H, W, 1]`, `[H, W, 3]` or `[H, W, 4]`, with `bands` of any number of bands;
            uint8, or uint16 and floats, which are stretched.
        bands: the bands to show (`bands.parse_bands`); None = those that the file names, or the first three.

    Raises:
        CropError: with the status and a sentence, whatever is wrong with it.
    """
    if isinstance(source, (str, Path)):
        source = read_bytes(source)
    if isinstance(source, bytes):
        return _decode(source, bands)
    if isinstance(source, Image.Image):
        with _decoder_errors():
            flags, tags = _first_frame(source), _tags_of(source)
            return _placed(_open(source, flags=flags, meaning=_meaning(tags), bands=bands), tags)
    return _from_array(source, bands)


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
        raise CropError(Status.UNREADABLE, f"the file cannot be read: {said(error)}") from error


def is_jpeg(path: str | Path) -> bool:
    """Whether a regular file begins as a JPEG, whatever its name; False where it cannot be read."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116  # opening a device may do something
            return False
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with io.FileIO(handle) as file:
            return file.read(3) == b"\xff\xd8\xff"
    except (OSError, ValueError):
        return False


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


def _decode(data: bytes, bands: Bands | None) -> DecodedImage:
    if not data:
        raise CropError(Status.EMPTY, "the file is empty")
    try:
        with _decoder_errors():
            if is_tiff(data):
                return _decode_tiff(data, bands)
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                return _open(image, flags=_first_frame(image), png16=data if is_png16(data) else None, bands=bands)
    except UnidentifiedImageError as error:
        raise _unidentified(data) from error


def _decode_tiff(data: bytes, bands: Bands | None) -> DecodedImage:
    """The first page that is a picture of its own, by Pillow or, where that would lose something, by `tiff.py`."""
    pages = read_pages(data)
    full = full_pages(pages)
    if not full and is_cut_off(data):
        raise CropError(Status.TRUNCATED, "the file ends before the image does")
    if not full:
        raise UnidentifiedImageError
    page, flags = full[0], ("first_frame",) if len(full) > 1 else ()
    if page.size[0] * page.size[1] > MAX_PIXELS:
        raise _too_large()
    mask = mask_of(page, pages)
    meaning = _meaning(page.tags, valid=None if mask is None else read_mask(data, mask))
    if _has_samples(page) and (bands is not None or _is_beyond_pillow(page)):
        picture = to_picture(replace(_stored_bands(page, read_samples(data, page), meaning), chosen=bands))
        decoded = _turned(_of_picture(picture), page.number(ORIENTATION, 1))
        decoded = replace(decoded, flags=(*flags, *decoded.flags))
    else:
        decoded = _by_pillow(data, page, flags=flags, meaning=meaning, bands=bands)
    return _placed(decoded, page.tags)


def _by_pillow(
    data: bytes, page: Page, *, flags: tuple[str, ...], meaning: _Meaning, bands: Bands | None
) -> DecodedImage:
    try:
        with Image.open(io.BytesIO(for_pillow(data, page)), formats=("TIFF",)) as image:
            return _open(image, flags=flags, meaning=meaning, bands=bands)
    except OSError as error:
        compression = page.number(COMPRESSION, 1)
        if compression in EVERYWHERE or isinstance(error, UnidentifiedImageError):
            raise
        # Pillow knows the name of every compression, and its libtiff not all of them
        raise CropError(
            Status.UNSUPPORTED, f"a TIFF with compression {compression} that cannot be decoded: write it without"
        ) from error


def _has_samples(page: Page) -> bool:
    """Whether the samples of a page can be read, and are brightness or colours."""
    return can_read(page) and page.number(PHOTOMETRIC, 1) in (0, 1, 2) and 0 not in page.size


def _is_beyond_pillow(page: Page) -> bool:
    """Whether Pillow refuses the samples of a page, drops some of their bits, or takes a band for what it is not."""
    num_usual = 3 if page.number(PHOTOMETRIC, 1) == 2 else 1
    return page.sample_type != "u1" or page.num_bands != num_usual or page.is_big_of_the_other_order


def _stored_bands(page: Page, values: NDArray[Any], meaning: _Meaning) -> StoredBands:
    extra = page.tags.get(EXTRA_SAMPLES, ())
    first_extra = page.num_bands - len(extra)
    alpha = next((first_extra + i for i, kind in enumerate(extra) if kind in (1, 2)), None)
    return StoredBands(
        values=values,
        is_rgb=page.number(PHOTOMETRIC) == 2,
        names=names_of_bands(page.text(METADATA)),
        alpha=alpha if alpha is None or 0 <= alpha < values.shape[2] else None,
        alpha_is_premultiplied=alpha is not None and extra[alpha - first_extra] == 1,
        white_is_low=meaning.white_is_low,
        nodata=meaning.nodata,
        valid=meaning.valid,
    )


def _meaning(tags: Mapping[int, tuple[Any, ...]], *, valid: Mask | None = None) -> _Meaning:
    try:
        nodata = float(str(tags.get(NODATA, ("",))[0]).strip("\0 "))
    except ValueError:
        nodata = None
    return _Meaning(nodata=nodata, valid=valid, white_is_low=tags.get(PHOTOMETRIC, (1,))[0] == 0)


def _first_frame(image: Image.Image) -> tuple[str, ...]:
    """The flag of an animation, which is set to its first frame."""
    if getattr(image, "is_animated", False) and image.format != "MPO":  # n_frames would read all of them
        image.seek(0)
        return ("first_frame",)
    return ()


def _tags_of(image: Image.Image) -> Mapping[int, tuple[Any, ...]]:
    """The tags of an open TIFF; none for other formats."""
    found: dict[int, tuple[Any, ...]] = {}
    tags = getattr(image, "tag_v2", {})
    for tag in (WIDTH, HEIGHT, ORIENTATION, PHOTOMETRIC, NODATA, *GEO_TAGS):
        with suppress(Exception):  # what cannot be read is as good as absent
            if tag in tags:
                found[tag] = tags[tag] if isinstance(tags[tag], tuple) else (tags[tag],)
    return found


def _placed(decoded: DecodedImage, tags: Mapping[int, tuple[Any, ...]]) -> DecodedImage:
    """With the metres of a pixel that the tags of a TIFF state."""
    pixel = ground_pixel(tags)
    if pixel is None:
        return decoded
    is_on_side = tags.get(ORIENTATION, (1,))[0] in (5, 6, 7, 8)
    return replace(decoded, gsd_m=pixel.gsd_m, aspect=1 / pixel.aspect if is_on_side else pixel.aspect)


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
    if is_tiff(data):
        return CropError(Status.UNSUPPORTED, "a TIFF whose bands or depth cannot be read: convert it to 8-bit RGB")
    return CropError(Status.NOT_AN_IMAGE, "not an image format that this package reads")


def _too_large() -> CropError:
    return CropError(Status.TOO_LARGE, f"the image has more than {MAX_PIXELS // 1_000_000} million pixels")


def _decoder_gave_up(error: Exception) -> CropError:
    message = said(error)
    if "truncated" in message.lower() or isinstance(error, EOFError):
        return CropError(Status.TRUNCATED, "the file ends before the image does")
    return CropError(Status.CORRUPT, f"the image cannot be decoded: {message}")


def _open(
    image: Image.Image,
    *,
    flags: tuple[str, ...] = (),
    png16: bytes | None = None,
    meaning: _Meaning | None = None,
    bands: Bands | None = None,
) -> DecodedImage:
    """Check size before a pixel is decoded, then bring any mode to RGB uint8.

    Args:
        image: just opened.
        flags: what is known already.
        png16: the file, if it is a PNG of 16 bits.
        meaning: of a TIFF.
        bands: to show, where the user chooses them.
    """
    if image.width * image.height > MAX_PIXELS:
        raise _too_large()
    stored, orientation = _stored_mode(image), image.getexif().get(ExifTags.Base.Orientation, 1)
    image.load()
    if image.format == "TIFF" and meaning is not None and meaning.valid is not None:
        meaning = replace(meaning, valid=_turned_mask(meaning.valid, orientation))  # Pillow has turned the picture
    if png16 is not None:
        decoded = _of_samples(read_png16(png16), chosen=bands)
    else:
        decoded = _to_rgb(image, stored=stored, meaning=meaning or _Meaning(), bands=bands)
    if orientation != 1:
        decoded = replace(decoded, flags=("exif_turned", *decoded.flags))
    if image.format != "TIFF":
        decoded = replace(decoded, image=_upright(decoded.image, orientation))
    return replace(decoded, flags=(*flags, *decoded.flags))


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    return image.transpose(TURNS[orientation]) if orientation in TURNS else image


def _turned(decoded: DecodedImage, orientation: int) -> DecodedImage:
    if orientation == 1:
        return decoded
    return replace(decoded, image=_upright(decoded.image, orientation), flags=("exif_turned", *decoded.flags))


def _turned_mask(mask: Mask, orientation: int) -> Mask:
    return np.asarray(_upright(Image.fromarray(mask.astype(np.uint8)), orientation)) > 0


def _stored_mode(image: Image.Image) -> str:
    """How the file stores its pixels, in Pillow's notation: `RGB;16B` is 16-bit colour."""
    tiles = getattr(image, "tile", None)
    arguments = tiles[0][3] if tiles else None
    return str(arguments[0] if isinstance(arguments, tuple) else arguments)


def _to_rgb(image: Image.Image, *, stored: str, meaning: _Meaning, bands: Bands | None = None) -> DecodedImage:
    """A loaded image of any mode as RGB."""
    if meaning.white_is_low and stored in ("1", "L"):  # of a band that lies apart: see `for_pillow`
        image = ImageChops.invert(image)
    if ";16" in stored and not image.mode.startswith("I"):
        decoded = _reduced(image)
        if bands is not None:
            chosen = _choose(decoded.image, bands, _Meaning(valid=meaning.valid))
            return replace(chosen, flags=(*decoded.flags, *chosen.flags))
    elif image.mode.startswith("I") or image.mode == "F":
        values = np.asarray(image)[:, :, None]
        return _of_picture(
            to_picture(
                StoredBands(
                    values=values,
                    nodata=meaning.nodata,
                    valid=meaning.valid,
                    white_is_low=meaning.white_is_low,
                    chosen=bands,
                )
            )
        )
    elif bands is not None:
        return _choose(image, bands, meaning)
    elif image.format == "TIFF" and image.mode == "RGBA" and not is_mask(np.asarray(image)[:, :, 3]):
        decoded = DecodedImage(image=image.convert("RGB"), flags=("extra_band",), bands="1,2,3")
    elif image.mode in TRANSPARENT or "transparency" in image.info:
        decoded = DecodedImage(image=over_fill(image), flags=("alpha",))
    else:
        rgb = image if image.mode == "RGB" else image.convert("RGB")
        grey = ("grey",) if image.mode in ("1", "L") else ()
        speckled = (NOT_OPTICAL,) if image.mode != "1" and _is_grey_and_speckled(rgb) else ()
        decoded = DecodedImage(image=rgb, flags=(*grey, *speckled))
    if meaning.nodata is None and meaning.valid is None:
        return decoded
    missing = _missing(image, meaning)
    if not missing.any():
        return decoded
    if missing.all():
        raise CropError(Status.EMPTY, "the image has no pixel with a value")
    return replace(decoded, image=without(decoded.image, missing), flags=(*decoded.flags, "nodata"))


def _choose(image: Image.Image, bands: Bands, meaning: _Meaning) -> DecodedImage:
    """Bands of a loaded image of 8 bits, as the user names them: grey, or red, green and blue; then transparency."""
    has_alpha = image.mode in TRANSPARENT or "transparency" in image.info
    is_grey = image.mode in ("1", "L", "LA", "La")
    mode = {(True, False): "L", (True, True): "LA", (False, False): "RGB", (False, True): "RGBA"}[is_grey, has_alpha]
    valid = ~_missing(image, meaning)
    return _of_samples(np.asarray(image.convert(mode)).reshape(image.height, image.width, -1), valid, chosen=bands)


def _missing(image: Image.Image, meaning: _Meaning) -> Mask:
    """Where a loaded image of 8 bits has no value."""
    missing = np.zeros((image.height, image.width), bool) if meaning.valid is None else ~meaning.valid
    if meaning.nodata is None or image.mode not in ("L", "P", "LA", "RGB", "RGBA"):
        return missing
    values = np.asarray(image)
    colour = values if values.ndim == 2 else values[:, :, : 1 if image.mode == "LA" else 3]
    inverted = meaning.white_is_low and image.mode == "L"  # by Pillow
    found = equals(colour, 255 - meaning.nodata if inverted else meaning.nodata)
    return missing | (found if found.ndim == 2 else found.all(axis=2))


def _reduced(image: Image.Image) -> DecodedImage:
    """16-bit colour of which Pillow has read the upper 8 bits: where the file itself is not at hand."""
    rgb = image.convert("RGB")
    low, high = np.percentile(np.asarray(rgb), STRETCH_PERCENTILES)
    if high - low < 32:
        raise CropError(Status.UNSUPPORTED, "16-bit colour with under 32 grey levels left in 8 bits: stretch it first")
    return DecodedImage(image=rgb, flags=("depth_reduced",))


def _is_grey_and_speckled(rgb: Image.Image) -> bool:
    """Whether the middle of a picture looks like radar; looks at few pixels where there is colour."""
    width, height = rgb.size
    places = ((width * across // 8, height * down // 8) for across in (1, 4, 7) for down in (1, 4, 7))
    if any(len(set(rgb.getpixel(place))) > 1 for place in places):  # type: ignore[arg-type]
        return False
    left, top = (max(0, (side - MOST_PX) // 2) for side in rgb.size)
    pixels = np.asarray(rgb.crop((left, top, min(width, left + MOST_PX), min(height, top + MOST_PX))))
    return bool((pixels == pixels[:, :, :1]).all()) and is_speckled(pixels[:, :, 0])


def _of_picture(picture: Picture) -> DecodedImage:
    return DecodedImage(image=picture.image, flags=picture.flags, stretch=picture.stretch, bands=picture.bands)


def _of_samples(values: NDArray[Any], valid: Mask | None = None, *, chosen: Bands | None = None) -> DecodedImage:
    """Of a PNG or an array `[H, W, samples]`: grey or red, green and blue, and alpha last."""
    samples = values.shape[2]
    alpha = samples - 1 if samples in (2, 4) else None
    stored = StoredBands(values=values, is_rgb=samples > 2, alpha=alpha, valid=valid, chosen=chosen)
    return _of_picture(to_picture(stored))


def _from_array(source: NDArray[Any], bands: Bands | None) -> DecodedImage:
    array = np.asarray(source)
    if array.ndim == 2:
        array = array[:, :, None]
    is_shown = array.ndim == 3 and (bands is not None or array.shape[2] in (1, 3, 4))
    if not is_shown or array.dtype.kind not in "uif":
        raise CropError(
            Status.UNSUPPORTED,
            f"an array of shape {array.shape} and type {array.dtype}: give numbers [H, W] or [H, W, 1, 3 or 4], or say "
            "which bands to show",
        )
    if 0 in array.shape:
        raise CropError(Status.EMPTY, "the array has no pixels")
    if array.shape[0] * array.shape[1] > MAX_PIXELS:
        raise _too_large()
    masked = np.ma.getmask(source)
    valid: Mask | None = None
    if masked is not np.ma.nomask:
        valid = np.asarray(~np.asarray(masked).reshape(array.shape).all(axis=2))
    if array.dtype == np.uint8 and array.shape[2] in (1, 3) and bands is None:
        image = Image.fromarray(array[:, :, 0] if array.shape[2] == 1 else array)
        return _to_rgb(image, stored="", meaning=_Meaning(valid=valid))
    return _of_samples(array, valid, chosen=bands)
