"""Pictures of every kind, in combination: answered as their plain 8-bit copies by the default model, or refused.

Written by the tests' own TIFF writer, by GDAL and by Pillow. A kind is right if at least 11 of the 12 rendered example
crops have the likeliest class of their plain copy, or as good as tied with theirs, and at least 2 of the 3 real ones.
"""

from __future__ import annotations

import io
import random
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import product
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.crops.test_picture_kinds import (
    EXAMPLES,
    SELF,
    is_answered,
    mask_page,
    near_infrared,
    opaque,
    png_of,
    with_margin,
)
from tests.picture_kinds import text_tag, tiff_of
from vehicle_id import Classifier
from vehicle_id.crops.bands import FILL
from vehicle_id.crops.images import decode_image
from vehicle_id.crops.manifest import Crop, read_manifest
from vehicle_id.results import Result, Status

SEED = 20261129
REFUSING = {Status.UNSUPPORTED, Status.TOO_LARGE}
"""What may be said of a sound picture in place of an answer."""


@cache
def crops() -> list[tuple[Crop, np.ndarray]]:
    """Never black, since black is a nodata value of some kinds."""
    rows = sorted(read_manifest(EXAMPLES / "manifest.csv"), key=lambda crop: crop.path.name)
    return [(crop, np.maximum(decode_image(crop.path).pixels, 1)) for crop in rows]


class Judge:
    """Answers of the default model with its default options, one for each picture that is the same in all pixels."""

    def __init__(self) -> None:
        self._classifier = Classifier(threads=1)
        self._known: dict[bytes, Result] = {}

    def right(self, make: Callable[[np.ndarray], bytes], plain: Callable[[np.ndarray], np.ndarray]) -> str:
        """`answered`, or the status with which every file was refused; fails for anything else."""
        files = [make(rgb) for _, rgb in crops()]
        statuses = {each.status for each in map(self._answer, files, [crop for crop, _ in crops()])}
        if statuses <= REFUSING:
            return min(statuses).value
        assert statuses == {Status.OK}, statuses
        same = {"rendered": [], "real": []}  # type: dict[str, list[bool]]
        for file, (crop, rgb) in zip(files, crops(), strict=True):
            truth = self._answer(png_of(plain(rgb)), crop).top[0].label
            same[crop.origin or "real"].append(is_answered(self._answer(file, crop), truth))
        assert sum(same["rendered"]) >= 11 and sum(same["real"]) >= 2, same
        return "answered"

    def _answer(self, file: bytes, crop: Crop) -> Result:
        try:
            pixels = decode_image(file).pixels
        except Exception:
            return next(self._classifier.classify_crops([replace(crop, content=file)]))
        key = repr((pixels.shape, crop.gsd_m)).encode() + pixels.tobytes()
        if key not in self._known:
            result = next(self._classifier.classify_crops([replace(crop, content=file)]))
            assert result.ok, result.reason
            self._known[key] = result
        return self._known[key]


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge()


Make = Callable[[np.ndarray], bytes]
Plain = Callable[[np.ndarray], np.ndarray]


def check_all(judge: Judge, what: str, kinds: Iterable[tuple[object, Make, Plain]]) -> Counter[str]:
    """Every kind is answered or refused; all that are not are named."""
    found, wrong = Counter[str](), list[str]()
    for name, make, plain in kinds:
        try:
            found[judge.right(make, plain)] += 1
        except AssertionError as error:
            wrong.append(f"{name}: {str(error).splitlines()[0]}")
    print(f"{found.total() + len(wrong)} {what}: {dict(found)}, {len(wrong)} wrong")
    assert not wrong, "\n".join(wrong)
    return found


def stored(values: np.ndarray, orientation: int) -> np.ndarray:
    """The pixels of a file with this orientation whose upright picture is given (TIFF 6.0, page 36)."""
    if orientation > 4:
        values = values.transpose(1, 0, 2)
    flipped = {1: (1, 1), 2: (1, -1), 3: (-1, -1), 4: (-1, 1), 5: (1, 1), 6: (-1, 1), 7: (-1, -1), 8: (1, -1)}
    down, across = flipped[orientation]
    return np.ascontiguousarray(values[::down, ::across])


DEPTHS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "u8": lambda p: p,
    "u11": lambda p: (p.astype(np.uint16) * 5 + 150).astype(np.uint16),
    "u16": lambda p: p.astype(np.uint16) * 257,
    "i16": lambda p: (p.astype(np.int16) * 5 - 300).astype(np.int16),
    "u32": lambda p: p.astype(np.uint32) * 70_000,
    "f2": lambda p: (p / 255).astype(np.float16),
    "f4": lambda p: (p / 600).astype(np.float32),
    "f8": lambda p: p / 600,
}
COLOURS = ("grey", "grey+alpha", "rgb", "rgb+alpha", "rgb+nir", "rgb+nir as alpha")
MISSING = ("none", "nodata", "nodata high", "NaN", "mask")
COMPRESSIONS = ((1, 1), (5, 1), (5, 2), (8, 1), (8, 2), (8, 3), (32773, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of TIFF."""

    depth: str
    colour: str
    missing: str
    planar: bool
    white_is_low: bool
    compression: tuple[int, int]
    tile: int | None
    big_endian: bool
    bigtiff: bool
    orientation: int

    @property
    def is_possible(self) -> bool:
        is_float = self.depth[0] == "f"
        return (
            (is_float or self.compression[1] != 3)
            and (is_float or self.missing != "NaN")
            and not (self.white_is_low and (self.colour != "grey" or is_float or self.depth == "i16"))
            and not ("alpha" in self.colour and self.depth == "i16")
            and not (self.missing == "mask" and self.compression[0] in (5, 32773))
            and not (self.missing != "none" and "alpha" in self.colour)
        )

    def file(self, rgb: np.ndarray) -> bytes:
        """A crop as this kind."""
        values = DEPTHS[self.depth](self.colours(rgb))
        high: Any = np.iinfo(values.dtype).max if values.dtype.kind in "ui" else values.dtype.type(1.0)
        if self.white_is_low:
            values = (high - values).astype(values.dtype)
        tags: dict[int, tuple[int, object]] = {}
        nodata = {"nodata": 0 if self.depth[0] == "u" else -9999, "nodata high": high, "NaN": np.nan}.get(self.missing)
        if nodata is not None:
            nodata = np.asarray(nodata).astype(values.dtype)
            values = with_margin(values, nodata)
            tags[42113] = text_tag(f"{float(nodata):.17g}" if self.depth[0] == "f" else str(int(nodata)))
        extra = None
        if self.colour in ("grey+alpha", "rgb+alpha"):
            values, extra = np.dstack([values, opaque(rgb, 1).astype(values.dtype) * high]).astype(values.dtype), [2]
        elif "nir" in self.colour:
            extra = [2 if "as" in self.colour else 0]
        if self.orientation > 1:
            tags[274] = (3, (self.orientation,))
        mask = stored(mask_page(rgb), self.orientation)
        return tiff_of(
            stored(values, self.orientation),
            photometric=0 if self.white_is_low else 1 if self.colour.startswith("grey") else 2,
            extra=extra,
            planar=self.planar,
            compression=self.compression[0],
            predictor=self.compression[1],
            tile=self.tile,
            rows_per_strip=7,
            big_endian=self.big_endian,
            bigtiff=self.bigtiff,
            tags=tags,
            pages=[(SELF, 0), (mask, 4)] if self.missing == "mask" else (),
        )

    def colours(self, rgb: np.ndarray) -> np.ndarray:
        """The bands that are stored, without transparency."""
        if self.colour.startswith("grey"):
            return np.asarray(Image.fromarray(rgb).convert("L"))[:, :, None]
        return np.dstack([rgb, near_infrared(rgb)]) if "nir" in self.colour else rgb

    def plain(self, rgb: np.ndarray) -> np.ndarray:
        """Its plain copy: three bands of 8 bits, padding where there is no value or nothing is opaque."""
        shown = self.colours(rgb)[:, :, :3]
        if self.missing != "none":
            return with_margin(shown, FILL)
        if self.colour in ("grey+alpha", "rgb+alpha"):
            return np.where(opaque(rgb, 1) > 0, shown, FILL).astype(np.uint8)
        return shown


def kinds() -> list[Kind]:
    """Every possible combination."""
    names = Kind.__dataclass_fields__
    axes = (DEPTHS, COLOURS, MISSING, (False, True), (False, True), COMPRESSIONS, (None, 48), *((False, True),) * 2)
    every = (
        Kind(**dict(zip(names, values, strict=True)))
        for values in product(*axes, range(1, 9))
    )  # fmt: skip
    return [kind for kind in every if kind.is_possible]


@pytest.mark.parametrize("num", [6, pytest.param(400, marks=pytest.mark.long)])
def test_tiffs_of_any_combination(judge: Judge, num: int) -> None:
    chosen = random.Random(SEED).sample(kinds(), num)
    found = check_all(judge, "kinds of TIFF", ((kind, kind.file, kind.plain) for kind in chosen))
    assert found["answered"] > 0.9 * num


@pytest.mark.parametrize("num", [100, pytest.param(10_000, marks=pytest.mark.long)])
def test_the_layout_of_a_tiff_changes_no_pixel(num: int) -> None:
    """Byte order, strips or tiles, compression, planes and orientation; and 8 bits are shown as they are."""
    rgb, every = crops()[0][1], kinds()
    for kind in random.Random(SEED).choices(every, k=num):
        plain = {"planar": False, "compression": (1, 1), "tile": None, "big_endian": False, "bigtiff": False}
        found, simple = (decode_image(each.file(rgb)) for each in (kind, replace(kind, orientation=1, **plain)))
        np.testing.assert_array_equal(found.pixels, simple.pixels, err_msg=str(kind))
        assert tuple(flag for flag in found.flags if flag != "exif_turned") == simple.flags, kind
        if kind.depth == "u8":
            np.testing.assert_array_equal(found.pixels, np.broadcast_to(kind.plain(rgb), rgb.shape), err_msg=str(kind))
    print(f"{num} draws of {len(every)} kinds of TIFF: the same pixels in every layout")


def by_gdal(rgb: np.ndarray, *, driver: str = "GTiff", mask: bool = False, **options: Any) -> bytes:
    """A file that GDAL has written; `[H, W, bands]`."""
    rasterio = pytest.importorskip("rasterio", reason="needs the extra geo")
    from rasterio.io import MemoryFile

    height, width, bands = rgb.shape
    with warnings.catch_warnings(), rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), MemoryFile() as memory:
        warnings.simplefilter("ignore")  # no place on the earth
        with memory.open(
            driver=driver, width=width, height=height, count=bands, dtype=rgb.dtype.name, **options
        ) as file:
            file.write(rgb.transpose(2, 0, 1))
            if mask:
                file.write_mask(mask_page(rgb)[:, :, 0])
        return bytes(memory.read())


def gdal_kinds() -> Iterator[tuple[str, Make, Plain]]:
    def kind(name: str, values: Plain, plain: Plain = _same, **options: Any) -> tuple[str, Make, Plain]:
        return name, lambda rgb: by_gdal(values(rgb), **options), plain

    u11, u16, f4 = DEPTHS["u11"], DEPTHS["u16"], DEPTHS["f4"]
    for how in ("NONE", "LZW", "DEFLATE", "ZSTD", "LZMA", "PACKBITS", "LERC", "LERC_ZSTD"):
        yield kind(f"8 bits {how}", _same, compress=how)
        yield kind(f"11 bits {how}", u11, compress=how, tiled=True, blockxsize=32, blockysize=32)
    yield kind("8 bits WEBP", _same, compress="WEBP", WEBP_LOSSLESS=True)
    yield kind("8 bits JPEG", _same, compress="JPEG", JPEG_QUALITY=100)
    yield kind("grey JPEG", _grey, _grey, compress="JPEG", JPEG_QUALITY=100)
    for bits in (10, 11, 12):
        for how in ("NONE", "LZW"):
            yield kind(
                f"packed {bits} bits {how}", lambda p, b=bits: p.astype("u2") << (b - 8), NBITS=bits, compress=how
            )
    for predictor in (2, 3):
        yield kind(f"float predictor {predictor}", f4, compress="DEFLATE", predictor=predictor)
    for order in ("BAND", "PIXEL"):
        yield kind(f"16 bits {order}", u16, interleave=order)
        yield kind(f"16 bits and infrared {order}", lambda p: u11(_with_infrared(p)), interleave=order)
    yield kind("infrared", _with_infrared, photometric="RGB")
    yield kind("infrared as alpha", _with_infrared, photometric="RGB", ALPHA="YES")
    yield kind("alpha", _with_alpha, _clear, photometric="RGB", ALPHA="YES")
    yield kind("white is low", lambda p: 255 - _grey(p), _grey, photometric="MINISWHITE")
    yield kind("16 bits, white is low", lambda p: 65535 - u16(_grey(p)), _grey, photometric="MINISWHITE")
    yield kind("nodata", lambda p: with_margin(u11(p), 0), _with_padding, nodata=0)
    yield kind("float nodata", lambda p: with_margin(f4(p), -9999), _with_padding, nodata=-9999)
    yield kind("mask", lambda p: with_margin(u11(p), 9), _with_padding, mask=True)
    yield kind("mask of 8 bits", lambda p: with_margin(p, 9), _with_padding, mask=True, compress="DEFLATE")
    yield kind("COG", u11, driver="COG", blocksize=128, overview_count=2)
    yield kind("PNG of 16 bits", u16, driver="PNG")
    yield kind("PNG with alpha", _with_alpha, _clear, driver="PNG")
    yield kind("BMP", _same, driver="BMP")
    yield kind("WebP", _same, driver="WEBP", LOSSLESS=True)
    yield kind("int8", lambda p: (p.astype("i2") - 128).astype("i1"))
    yield kind("float64", lambda p: p / 600)
    yield kind("complex", lambda p: p.astype("c8"))


def _shifted(rgb: np.ndarray, *, by: int) -> np.ndarray:
    return rgb.astype(np.uint16) << by


def _with_infrared(rgb: np.ndarray) -> np.ndarray:
    return np.dstack([rgb, near_infrared(rgb)])


def _with_alpha(rgb: np.ndarray) -> np.ndarray:
    return np.dstack([rgb, opaque(rgb, 255).astype(np.uint8)])


def _same(rgb: np.ndarray) -> np.ndarray:
    return rgb


def _grey(rgb: np.ndarray) -> np.ndarray:
    return np.asarray(Image.fromarray(rgb).convert("L"))[:, :, None]


def _clear(rgb: np.ndarray) -> np.ndarray:
    return np.where(opaque(rgb, 1) > 0, rgb, FILL).astype(np.uint8)


def _with_padding(rgb: np.ndarray) -> np.ndarray:
    return with_margin(rgb, FILL)


@pytest.mark.long
def test_files_of_gdal(judge: Judge) -> None:
    check_all(judge, "kinds of files by GDAL", gdal_kinds())


def by_pillow(rgb: np.ndarray, *, mode: str, kind: str, orientation: int = 1, **options: Any) -> bytes:
    image = Image.fromarray(stored(rgb, orientation))
    if mode in ("LA", "RGBA", "PA"):
        image.putalpha(255)
    image = image.quantize(256) if mode == "P" else image.convert(mode)
    exif = Image.Exif()
    exif[274] = orientation
    buffer = io.BytesIO()
    image.save(buffer, kind, **options, **({"exif": exif} if orientation > 1 else {}))
    return buffer.getvalue()


FINEST: dict[str, Any] = {"quality": 100, "subsampling": 0}
"""Of a JPEG: coarser ones are other pictures."""


def pillow_kinds() -> Iterator[tuple[dict[str, Any], Plain]]:
    for orientation in range(1, 9):
        for kind in ("JPEG", "PNG", "WEBP", "TIFF"):
            options = (
                {"quality": 100, "subsampling": 0} if kind == "JPEG" else {"lossless": True} if kind == "WEBP" else {}
            )
            yield {"mode": "RGB", "kind": kind, "orientation": orientation, **options}, _same
    for mode in ("RGB", "RGBA", "P", "L", "LA", "CMYK", "YCbCr", "I", "F"):
        yield {"mode": mode, "kind": "TIFF"}, _grey if mode in ("L", "LA", "I", "F") else _same
    for mode in ("RGB", "RGBA", "P", "L", "LA", "I;16"):
        yield {"mode": mode, "kind": "PNG"}, _grey if mode in ("L", "LA", "I;16") else _same
    for mode in ("RGB", "L", "P"):
        yield {"mode": mode, "kind": "BMP"}, _grey if mode == "L" else _same
    for mode in ("L", "CMYK"):
        yield {"mode": mode, "kind": "JPEG", **FINEST}, _grey if mode == "L" else _same
    yield {"mode": "RGB", "kind": "JPEG", **FINEST, "progressive": True}, _same
    yield {"mode": "P", "kind": "GIF"}, _same


@pytest.mark.long
def test_files_of_pillow(judge: Judge) -> None:
    makers = ((how, partial(by_pillow, **how), plain) for how, plain in pillow_kinds())
    check_all(judge, "kinds of files by Pillow", makers)
