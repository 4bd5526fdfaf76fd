"""The image zoo: one file of every kind seen in folders of crops, and the result that it must give."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from vehicle_id.results import Status

RED = (230, 20, 10)


@dataclass(frozen=True, kw_only=True)
class Animal:
    """One file and its expected result."""

    path: Path
    status: Status = Status.OK
    flags: tuple[str, ...] = ()
    """Flags that opening it sets."""


def build_zoo(folder: Path) -> dict[str, Animal]:
    """Write the zoo into a folder."""
    zoo = {animal.path.name: animal for animal in [*_images(folder), *_sixteen_bit(folder), *_broken(folder)]}
    (folder / "folder.png").mkdir()
    (folder / "folder.png" / "inside.png").write_bytes(_encoded(_gradient(), "PNG"))
    zoo["inside.png"] = Animal(path=folder / "folder.png" / "inside.png")
    zoo["missing.png"] = Animal(path=folder / "missing.png", status=Status.NOT_FOUND)
    return zoo


def geotiff(pixels: np.ndarray, *, scale: tuple[float, float, float], keys: tuple[int, ...]) -> bytes:
    """A TIFF with a pixel scale and a GeoKey directory."""
    from PIL import TiffImagePlugin

    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[33550] = scale
    tags.tagtype[33550] = 12
    tags[34735] = keys
    tags.tagtype[34735] = 3
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "TIFF", tiffinfo=tags)
    return buffer.getvalue()


def png(width: int, height: int, rows: bytes, *, depth: int = 8, colour: int = 2) -> bytes:
    """A PNG by hand, which may promise any size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def png16_colour(high: int) -> bytes:
    """A 16-bit colour PNG (Pillow writes none) whose values run from 0 to `high`."""
    side = 32
    values = np.linspace(0, high, side * side * 3).astype(">u2").reshape(side, side * 3)
    rows = b"".join(b"\0" + row.tobytes() for row in values)
    return png(side, side, rows, depth=16)


def tiff(values: np.ndarray) -> bytes:
    """An uncompressed little-endian TIFF of any number of 16-bit bands `[H, W, bands]`."""
    height, width, bands = values.shape
    body = values.astype("<u2").tobytes()
    depths = struct.pack(f"<{bands}H", *[16] * bands)
    entries = [
        (256, 3, 1, width),
        (257, 3, 1, height),
        (258, 3, bands, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 2 if bands == 3 else 1),
        (273, 4, 1, 8 + len(depths)),
        (277, 3, 1, bands),
        (278, 3, 1, height),
        (279, 4, 1, len(body)),
    ]
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
    start = 8 + len(depths) + len(body)
    return struct.pack("<2sHI", b"II", 42, start) + depths + body + directory + struct.pack("<I", 0)


def _gradient(width: int = 40, height: int = 20) -> Image.Image:
    """Not square and not symmetric, so that a rotation is visible."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[..., 0] = np.linspace(40, 250, width, dtype=np.uint8)
    pixels[..., 1] = np.linspace(0, 120, height, dtype=np.uint8)[:, None]
    return Image.fromarray(pixels)


def _encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def _images(folder: Path) -> list[Animal]:
    colour = _gradient()
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    frames = [_gradient(), _gradient().transpose(Image.Transpose.FLIP_LEFT_RIGHT)]
    clear = colour.convert("RGBA")
    clear.putalpha(0)
    palette_clear = colour.convert("P")
    palette_clear.info["transparency"] = 0
    radar = np.random.default_rng(0).rayleigh(60, (40, 40)).clip(0, 255).astype(np.uint8)
    files: dict[str, tuple[bytes, tuple[str, ...]]] = {
        "rgb.jpg": (_encoded(colour, "JPEG"), ()),
        "rgb.png": (_encoded(colour, "PNG"), ()),
        "rgb.tif": (_encoded(colour, "TIFF"), ()),
        "rgb.webp": (_encoded(colour, "WEBP"), ()),
        "rgb.bmp": (_encoded(colour, "BMP"), ()),
        "UPPER.JPG": (_encoded(colour, "JPEG"), ()),
        "grey.jpg": (_encoded(colour.convert("L"), "JPEG"), ("grey",)),
        "bilevel.png": (_encoded(colour.convert("1"), "PNG"), ("grey",)),
        "radar.png": (_encoded(Image.fromarray(radar), "PNG"), ("grey", "not_optical")),
        "cmyk.jpg": (_encoded(colour.convert("CMYK"), "JPEG"), ()),
        "lab.tif": (_encoded(Image.new("LAB", (20, 20), (120, 130, 140)), "TIFF"), ()),
        "palette.png": (_encoded(colour.convert("P"), "PNG"), ()),
        "palette.gif": (_encoded(colour.convert("P"), "GIF"), ()),
        "palette_alpha.png": (_encoded(palette_clear, "PNG"), ("alpha",)),
        "alpha.png": (_encoded(clear, "PNG"), ("alpha",)),
        "grey_alpha.png": (_encoded(colour.convert("LA"), "PNG"), ("alpha",)),
        "exif.jpg": (_encoded(colour, "JPEG", exif=exif.tobytes()), ("exif_turned",)),
        "animated.gif": (_encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]), ("first_frame",)),
        "animated.webp": (_encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:]), ("first_frame",)),
        "wide.png": (_encoded(Image.new("RGB", (20_000, 400), RED).convert("P"), "PNG"), ()),
        "one_pixel.png": (_encoded(Image.new("RGB", (1, 1), RED), "PNG"), ()),
        "ribbon.png": (_encoded(Image.new("RGB", (20_000, 10), RED), "PNG"), ()),
    }
    return [_write(folder / name, data, flags=flags) for name, (data, flags) in files.items()]


def _sixteen_bit(folder: Path) -> list[Animal]:
    deep = np.linspace(0, 2047, 800).reshape(20, 40)
    floats = deep.astype(np.float32)
    floats[0, 0] = np.nan
    return [
        _write(
            folder / "grey16.png", _encoded(Image.fromarray(deep.astype(np.uint16)), "PNG"), flags=("grey", "stretched")
        ),
        _write(
            folder / "grey16.tif",
            _encoded(Image.fromarray(deep.astype(np.uint16)), "TIFF"),
            flags=("grey", "stretched"),
        ),
        _write(folder / "float.tif", _encoded(Image.fromarray(floats), "TIFF"), flags=("grey", "nodata", "stretched")),
        _write(folder / "colour16.png", png16_colour(65535), flags=("stretched",)),
        _write(folder / "colour11.png", png16_colour(2047), flags=("stretched",)),
        _write(folder / "colour16.tif", tiff(_ramp(65535, bands=3)), flags=("stretched",)),
        _write(folder / "colour11.tif", tiff(_ramp(2047, bands=3)), flags=("stretched",)),
        _write(
            folder / "four_bands.tif",
            tiff(_ramp(2047, bands=4)),
            flags=("extra_band", "band_order_assumed", "stretched"),
        ),
        _write(folder / "eight_bands.tif", tiff(_ramp(2047, bands=8)), status=Status.UNSUPPORTED),
    ]


def _ramp(high: int, *, bands: int) -> np.ndarray:
    return np.linspace(0, high, 32 * 32 * bands).reshape(32, 32, bands)


def _broken(folder: Path) -> list[Animal]:
    whole_jpeg, whole_png = _encoded(_gradient(400, 200), "JPEG"), _encoded(_gradient(400, 200), "PNG")
    corrupt = bytearray(whole_png)
    corrupt[len(whole_png) // 2] ^= 0xFF
    return [
        _write(folder / "truncated.jpg", whole_jpeg[: len(whole_jpeg) // 2], status=Status.TRUNCATED),
        _write(folder / "truncated.png", whole_png[: len(whole_png) // 2], status=Status.TRUNCATED),
        _write(folder / "corrupt.png", bytes(corrupt), status=Status.CORRUPT),
        _write(folder / "empty.png", b"", status=Status.EMPTY),
        _write(folder / "text.png", b"no image at all", status=Status.NOT_AN_IMAGE),
        _write(folder / "bomb.png", png(20_000, 20_000, b"tiny"), status=Status.TOO_LARGE),
    ]


def _write(path: Path, data: bytes, *, status: Status = Status.OK, flags: tuple[str, ...] = ()) -> Animal:
    path.write_bytes(data)
    return Animal(path=path, status=status, flags=flags)
