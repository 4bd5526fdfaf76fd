"""The samples of a 16-bit PNG, of which Pillow keeps the upper eight bits where there is colour or transparency.

A PNG filter joins each byte with the same byte of its neighbours, never the two bytes of a sample. So the upper bytes
alone are a PNG of 8 bits, and the lower bytes another: Pillow decodes both. The chunks are those of the PNG
specification (https://www.w3.org/TR/png-3/).
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vehicle_id.errors import CropError
from vehicle_id.results import Status

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
NUM_SAMPLES: Final = {0: 1, 2: 3, 4: 2, 6: 4}
"""Samples of a pixel by colour type: grey, colour, grey with alpha, colour with alpha."""
PASSES: Final = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Of an interlaced file: first column, first row, steps across and down."""


def is_png16(data: bytes) -> bool:
    """Whether a file begins as a PNG with 16 bits a sample."""
    return data[:8] == SIGNATURE and data[12:16] == b"IHDR" and data[24:25] == b"\x10"


def read_png16(data: bytes) -> NDArray[np.uint16]:
    """The samples of a file for which `is_png16` holds, `[H, W, samples]`; the last of two or four is alpha.

    A colour that is marked as transparent becomes alpha.

    Raises:
        CropError: the file ends before the image does.
    """
    width, height, _, colour, _, _, interlaced = struct.unpack_from(">IIBBBBB", data, 16)
    samples = NUM_SAMPLES[colour]
    chunks = dict[bytes, bytes]()
    for name, body in _chunks(data):
        chunks[name] = chunks.get(name, b"") + body
    lengths = list(_row_lengths(width, height, samples, bool(interlaced)))
    size = sum(rows * (1 + length) for rows, length in lengths)
    plain = zlib.decompressobj().decompress(chunks.get(b"IDAT", b""), size)
    if len(plain) < size:
        raise CropError(Status.TRUNCATED, "the file ends before the image does")
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, interlaced)
    upper, lower = (_decoded(header, half, (height, width, samples)) for half in _halves(plain, lengths))
    values = (upper.astype(np.uint16) << 8 | lower).astype(np.uint16)
    return _with_alpha(values, chunks.get(b"tRNS", b""))


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(SIGNATURE)
    while place + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, place)
        yield name, data[place + 8 : place + 8 + length]
        place += 12 + length


def _row_lengths(width: int, height: int, samples: int, interlaced: bool) -> Iterator[tuple[int, int]]:
    """Rows, and bytes of a row without its filter, of each pass."""
    for left, top, across, down in PASSES if interlaced else ((0, 0, 1, 1),):
        columns, rows = -(-(width - left) // across), -(-(height - top) // down)
        if columns > 0 and rows > 0:
            yield rows, 2 * samples * columns


def _halves(plain: bytes, lengths: list[tuple[int, int]]) -> tuple[bytes, bytes]:
    """The rows with the upper bytes of their samples, and with the lower ones, each row after its filter."""
    halves, place = (list[bytes](), list[bytes]()), 0
    for rows, length in lengths:
        block = np.frombuffer(plain, np.uint8, count=rows * (1 + length), offset=place).reshape(rows, 1 + length)
        for half, pieces in enumerate(halves):
            pieces.append(np.hstack([block[:, :1], block[:, 1 + half :: 2]]).tobytes())
        place += block.size
    return b"".join(halves[0]), b"".join(halves[1])


def _decoded(header: bytes, rows: bytes, shape: tuple[int, int, int]) -> NDArray[np.uint8]:
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 0)), (b"IEND", b""))
    body = b"".join(_chunk(name, content) for name, content in chunks)
    with Image.open(io.BytesIO(SIGNATURE + body), formats=("PNG",)) as image:
        return np.asarray(image).reshape(shape)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _with_alpha(values: NDArray[np.uint16], transparent: bytes) -> NDArray[np.uint16]:
    samples = values.shape[2]
    if samples not in (1, 3) or len(transparent) != 2 * samples:
        return values
    is_clear = (values == np.frombuffer(transparent, ">u2")).all(axis=2)
    return np.dstack([values, np.where(is_clear, 0, 65535).astype(np.uint16)])
