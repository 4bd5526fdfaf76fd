"""Files of the kinds that Pillow does not write: TIFFs of any depth, bands, layout and tags, and 16-bit PNGs."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence

import numpy as np

TYPES = {"u": 1, "i": 2, "f": 3}
SIZES = {2: 1, 3: 2, 4: 4, 12: 8, 16: 8}
CODES = {3: "H", 4: "I", 12: "d", 16: "Q"}


def tiff_of(
    values: np.ndarray,
    *,
    photometric: int | None = None,
    extra: Sequence[int] | None = None,
    planar: bool = False,
    compression: int = 1,
    predictor: int = 1,
    tile: int | None = None,
    rows_per_strip: int = 50,
    big_endian: bool = False,
    bigtiff: bool = False,
    tags: Mapping[int, tuple[int, object]] | None = None,
    pages: Sequence[tuple[np.ndarray, int]] = (),
) -> bytes:
    """A TIFF.

    Args:
        values: `[H, W, bands]` of uint8, uint16, int16 or float32.
        photometric: 0 white is low, 1 black is low, 2 RGB; by the number of bands where not given.
        extra: kinds of the bands beyond colour: 0 unspecified, 1 premultiplied alpha, 2 alpha.
        planar: band after band.
        compression: 1 none, 5 LZW, 8 Deflate, 32773 PackBits.
        predictor: 1 none, 2 horizontal differences, 3 floating point.
        tile: side of the tiles; strips where not given.
        rows_per_strip: of the strips.
        big_endian: byte order.
        bigtiff: 64-bit offsets.
        tags: further tags as type and values, text or numbers.
        pages: pictures with their NewSubfileType, as pages; the picture itself is the one with an empty array. A
            mask (type 4) is written with one bit a pixel, as GDAL does.
    """
    order = ">" if big_endian else "<"
    writer = _Writer(order, bigtiff)
    everything = pages or [(np.zeros(0), 0)]
    for each, subfile in everything:
        own = each.size == 0
        shown = values if own else each
        bands = shown.shape[2]
        kind = (2 if bands >= 3 else 1) if photometric is None or not own else photometric
        if subfile & 4:
            kind = 4
        num_extra = bands - (3 if kind == 2 else 1)
        extras = tuple(extra) if extra is not None and own else (0,) * num_extra
        width, bits = shown.shape[1], 8 * shown.dtype.itemsize
        if subfile & 4:
            shown, bits = np.packbits(shown > 0, axis=1), 1
        chunks = _chunks(shown.astype(shown.dtype.newbyteorder(order)), planar, tile if own else None, rows_per_strip)
        how = predictor if own else 1
        places = [writer.append(_compressed(_differences(chunk, how), compression)) for chunk in chunks]
        entries: dict[int, tuple[int, object]] = {
            254: (4, (subfile,)),
            256: (4, (width,)),
            257: (4, (shown.shape[0],)),
            258: (3, (bits,) * bands),
            259: (3, (compression,)),
            262: (3, (kind,)),
            277: (3, (bands,)),
            284: (3, (2 if planar else 1,)),
            317: (3, (how,)),
            339: (3, (TYPES[shown.dtype.kind],) * bands),
            (324 if tile and own else 273): (4, tuple(place for place, _ in places)),
            (325 if tile and own else 279): (4, tuple(size for _, size in places)),
        }
        if extras:
            entries[338] = (3, extras)
        if tile and own:
            entries |= {322: (3, (tile,)), 323: (3, (tile,))}
        else:
            entries[278] = (4, (rows_per_strip,))
        writer.directory(entries | dict(tags or {}) if own else entries)
    return bytes(writer.data)


def geo_tags(
    keys: Mapping[int, int],
    *,
    scale: tuple[float, float] | None = None,
    at: tuple[float, float] | None = None,
    matrix: Sequence[float] | None = None,
    doubles: Mapping[int, float] | None = None,
) -> dict[int, tuple[int, object]]:
    """GeoTIFF tags: keys with their numbers, and where the pixel in the upper left corner lies."""
    rows = [(key, 0, 1, value) for key, value in keys.items()]
    rows += [(key, 34736, 1, place) for place, key in enumerate(doubles or {})]
    found: dict[int, tuple[int, object]] = {
        34735: (3, (1, 1, 0, len(rows), *(number for row in sorted(rows) for number in row)))
    }
    if doubles:
        found[34736] = (12, tuple(doubles.values()))
    if scale is not None:
        found[33550] = (12, (*scale, 0.0))
    if at is not None:
        found[33922] = (12, (0.0, 0.0, 0.0, *at, 0.0))
    if matrix is not None:
        found[34264] = (12, tuple(matrix))
    return found


def text_tag(text: str) -> tuple[int, object]:
    """The value of a text tag."""
    return 2, text


def png16_of(values: np.ndarray, *, filters: Sequence[int] = (0, 1, 2, 4), transparent: bytes = b"") -> bytes:
    """A 16-bit PNG of 1 to 4 samples; its rows use the filters in turn."""
    height, width, samples = values.shape
    raw = values.astype(">u2").tobytes()
    stride, pixel = 2 * width * samples, 2 * samples
    rows, above = list[bytes](), bytes(stride)
    for y in range(height):
        row, kind = raw[y * stride : (y + 1) * stride], filters[y % len(filters)]
        rows.append(bytes([kind]) + _filtered(row, above, pixel, kind))
        above = row
    header = struct.pack(">IIBBBBB", width, height, 16, {1: 0, 2: 4, 3: 2, 4: 6}[samples], 0, 0, 0)
    chunks = [(b"IHDR", header), *([(b"tRNS", transparent)] if transparent else [])]
    chunks += [(b"IDAT", zlib.compress(b"".join(rows), 1)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )


def _filtered(row: bytes, above: bytes, pixel: int, kind: int) -> bytes:
    now, up = np.frombuffer(row, np.uint8).astype(int), np.frombuffer(above, np.uint8).astype(int)
    left, corner = np.r_[np.zeros(pixel, int), now[:-pixel]], np.r_[np.zeros(pixel, int), up[:-pixel]]
    guess = left + up - corner
    a, b, c = abs(guess - left), abs(guess - up), abs(guess - corner)
    paeth = np.where((a <= b) & (a <= c), left, np.where(b <= c, up, corner))
    return (now - (0, left, up, (left + up) // 2, paeth)[kind]).astype(np.uint8).tobytes()


class _Writer:
    def __init__(self, order: str, bigtiff: bool) -> None:
        mark = b"II" if order == "<" else b"MM"
        self.order, self.big = order, bigtiff
        head = struct.pack(order + "HHHQ", 43, 8, 0, 0) if bigtiff else struct.pack(order + "HI", 42, 0)
        self.data = bytearray(mark + head)
        self.link = 8 if bigtiff else 4

    def append(self, piece: bytes) -> tuple[int, int]:
        self.data += bytes(len(self.data) % 2)
        place = len(self.data)
        self.data += piece
        return place, len(piece)

    def directory(self, entries: Mapping[int, tuple[int, object]]) -> None:
        inline, offset = (8, "Q") if self.big else (4, "I")
        rows = b""
        for tag, (kind, given) in sorted(entries.items()):
            body, count = self._value(kind, given)
            if len(body) > inline:
                body = struct.pack(self.order + offset, self.append(body)[0])
            rows += struct.pack(self.order + "HH" + offset, tag, kind, count) + body.ljust(inline, b"\0")
        self.append(b"")
        struct.pack_into(self.order + offset, self.data, self.link, len(self.data))
        self.data += struct.pack(self.order + ("Q" if self.big else "H"), len(entries)) + rows
        self.link = len(self.data)
        self.data += bytes(inline)

    def _value(self, kind: int, given: object) -> tuple[bytes, int]:
        if isinstance(given, str):
            return given.encode("latin-1") + b"\0", len(given) + 1
        numbers = tuple(given)  # type: ignore[call-overload]
        return struct.pack(f"{self.order}{len(numbers)}{CODES[kind]}", *numbers), len(numbers)


def _chunks(values: np.ndarray, planar: bool, tile: int | None, rows: int) -> list[np.ndarray]:
    planes = [values[:, :, [band]] for band in range(values.shape[2])] if planar else [values]
    found = []
    for plane in planes:
        height, width, _ = plane.shape
        if tile is None:
            found += [plane[top : top + rows] for top in range(0, height, rows)]
            continue
        padded = np.pad(plane, ((0, -height % tile), (0, -width % tile), (0, 0)))
        for top in range(0, height, tile):
            found += [padded[top : top + tile, left : left + tile] for left in range(0, width, tile)]
    return found


def _differences(chunk: np.ndarray, predictor: int) -> bytes:
    if predictor == 1:
        return chunk.tobytes()
    if predictor == 2:
        order, size = chunk.dtype.byteorder, chunk.dtype.itemsize
        bits = chunk.astype(chunk.dtype.newbyteorder("=")).view(f"u{size}")
        return np.diff(bits, axis=1, prepend=bits.dtype.type(0)).astype(f"{order}u{size}").tobytes()
    rows, columns, samples = chunk.shape
    size = chunk.dtype.itemsize
    planes = np.frombuffer(chunk.astype(chunk.dtype.newbyteorder(">")).tobytes(), np.uint8)
    planes = planes.reshape(rows, columns * samples, size).transpose(0, 2, 1).reshape(rows, -1, samples)
    return np.diff(planes, axis=1, prepend=np.uint8(0)).astype(np.uint8).tobytes()


def _compressed(plain: bytes, compression: int) -> bytes:
    return {1: bytes, 5: _lzw, 8: zlib.compress, 32773: _packbits}[compression](plain)


def _lzw(plain: bytes) -> bytes:
    """Valid and no smaller: single bytes as codes of nine bits, the table cleared before a tenth is needed."""
    codes = list[int]()
    for start in range(0, len(plain), 250):
        codes += [256, *plain[start : start + 250]]
    bits = "".join(f"{code:09b}" for code in [*codes, 257])
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def _packbits(plain: bytes) -> bytes:
    """Valid and no smaller: literal runs."""
    return b"".join(
        bytes([len(plain[start : start + 128]) - 1]) + plain[start : start + 128] for start in range(0, len(plain), 128)
    )
