"""Damaged images: files of the six formats, changed at random by a seed."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from tests.picture_kinds import geo_tags, png16_of, tiff_of

KINDS = {"JPEG": ".jpg", "PNG": ".png", "TIFF": ".tif", "WEBP": ".webp", "BMP": ".bmp", "GIF": ".gif"}
NASTY = (0, 1, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
"""Numbers at which sizes and counts go wrong."""


def write_mutants(folder: Path, *, num: int, seed: int) -> None:
    """Write `num` files, `00000.jpg` and on; the same for the same seed."""
    rng = random.Random(seed)
    seeds = list(_seeds(np.random.default_rng(seed)))
    for number in range(num):
        suffix, data = rng.choice(seeds)
        for _ in range(rng.randint(1, 4)):
            data = rng.choice(CHANGES)(data, rng)
        (folder / f"{number:05}{suffix}").write_bytes(data)


def _seeds(rng: np.random.Generator) -> Iterator[tuple[str, bytes]]:
    """Whole files of all formats, in the modes and compressions that each has."""
    picture = Image.fromarray(rng.integers(0, 256, (24, 40, 3), np.uint8))
    modes = {
        "JPEG": ("RGB", "L", "CMYK"),
        "PNG": ("RGB", "RGBA", "L", "LA", "P", "1", "I;16"),
        "TIFF": ("RGB", "L", "I;16", "F", "CMYK", "LAB"),
        "WEBP": ("RGB", "RGBA"),
        "BMP": ("RGB", "L", "P"),
        "GIF": ("P", "L"),
    }
    options: dict[str, tuple[dict[str, object], ...]] = {
        "JPEG": ({}, {"progressive": True}, {"subsampling": 0, "quality": 30}),
        "TIFF": ({}, {"compression": "tiff_lzw"}, {"compression": "tiff_adobe_deflate"}, {"compression": "packbits"}),
        "WEBP": ({}, {"lossless": True}),
        "GIF": ({}, {"save_all": True, "append_images": [picture.convert("P")]}),
    }
    for kind, suffix in KINDS.items():
        for mode in modes[kind]:
            for each in options.get(kind, ({},)):
                buffer = io.BytesIO()
                (_lab(picture) if mode == "LAB" else _of(picture, mode)).save(buffer, kind, **each)
                yield suffix, buffer.getvalue()
    yield from _beyond_pillow(np.asarray(picture))


def _beyond_pillow(pixels: np.ndarray) -> Iterator[tuple[str, bytes]]:
    """What `tiff.py` and `png16.py` read."""
    deep, four = pixels.astype(np.uint16) * 5 + 150, np.dstack([pixels, pixels[:, :, :1]])
    place = geo_tags({1024: 1, 3072: 32633, 3076: 9001}, scale=(0.3, 0.3), at=(5e5, 5e6))
    mask = np.full((*pixels.shape[:2], 1), 255, np.uint8)
    yield ".tif", tiff_of(deep, planar=True, compression=8, predictor=2, tags=place)
    yield ".tif", tiff_of(deep, tile=16, compression=5, big_endian=True)
    yield ".tif", tiff_of((pixels / 600).astype(np.float32), compression=8, predictor=3, bigtiff=True)
    yield ".tif", tiff_of(four, extra=[2], rows_per_strip=5, compression=32773)
    yield ".tif", tiff_of(deep, pages=[(np.zeros(0), 0), (mask, 4), (deep[::2, ::2], 1)])
    yield ".png", png16_of(deep)


def _of(picture: Image.Image, mode: str) -> Image.Image:
    if mode == "I;16":
        return Image.fromarray(np.asarray(picture.convert("L")).astype(np.uint16) * 31)
    return picture.convert(mode)


def _lab(picture: Image.Image) -> Image.Image:
    return Image.frombytes("LAB", picture.size, picture.tobytes())


def _flip(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8, 64))):
        if changed:
            changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _early(data: bytes, rng: random.Random) -> bytes:
    """In the headers, where the sizes are."""
    head = min(len(data), 96)
    return _flip(data[:head], rng) + data[head:]


def _number(data: bytes, rng: random.Random) -> bytes:
    """A number at a limit, two or four bytes long, in either byte order."""
    width = rng.choice((2, 4))
    if len(data) <= width:
        return data
    at = rng.randrange(min(len(data), rng.choice((64, 256, 1 << 30))) - width + 1)
    value = rng.choice(NASTY) & ((1 << 8 * width) - 1)
    return data[:at] + value.to_bytes(width, rng.choice(("big", "little"))) + data[at + width :]


def _cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _without(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + data[at + rng.randint(1, 64) :]


def _twice(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    piece = data[at : at + rng.randint(1, 256)]
    return data[:at] + piece * rng.choice((2, 3, 100)) + data[at + len(piece) :]


def _rubbish(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.randbytes(rng.choice((1, 16, 1000))) + data[at:]


CHANGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *(_flip, _early, _number, _number, _cut, _without, _twice, _rubbish),
)
