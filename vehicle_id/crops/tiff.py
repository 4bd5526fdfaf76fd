"""The pages and tags of a TIFF, and the samples that Pillow cannot read or halves: 16 bits, several bands, floats.

Pillow still decodes everything else. Knows no colours and no coordinates (`bands.py`, `geo.py`). Tags and values: TIFF
6.0, its supplements 1 and 3, BigTIFF, and OGC 19-008r4 for `NODATA`. A damaged tag is left out, as if it were absent.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vehicle_id.errors import CropError
from vehicle_id.results import Status

Tags = Mapping[int, tuple[Any, ...]]
"""Values of each tag by its number; text is a tuple of one string."""
SampleArray = NDArray[Any]
"""`[H, W, bands]`, of the type that the file states."""

SUBFILE, OLD_SUBFILE, WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER = 254, 255, 256, 257, 258, 259, 262, 266
STRIP_OFFSETS, ORIENTATION, BANDS, ROWS_PER_STRIP, STRIP_BYTES, PLANAR, PREDICTOR = 273, 274, 277, 278, 279, 284, 317
TILE_WIDTH, TILE_HEIGHT, TILE_OFFSETS, TILE_BYTES, EXTRA_SAMPLES, SAMPLE_FORMAT = 322, 323, 324, 325, 338, 339
METADATA, NODATA = 42112, 42113

REDUCED, MASK = 1, 4
"""Bits of `SUBFILE`."""
MAX_PAGES: Final = 64
MAX_TAGS: Final = 1024
MAX_VALUES: Final = 1 << 20
"""Of one tag."""
MAX_SAMPLE_BYTES: Final = 1 << 30

DEFLATE: Final = (8, 32946)
LOSSLESS: Final = (1, 5, *DEFLATE, 32773, 50000)
"""None, LZW, Deflate, PackBits, Zstandard: what can be decoded as bytes, whatever the samples are."""
EVERYWHERE: Final = (1, 2, 3, 4, 5, 7, *DEFLATE, 32773)
"""What every libtiff decodes: these, and CCITT and JPEG."""

_FORMATS: Final = ("", *("B", "s", "H", "I", "II", "b", "s", "h", "i", "ii", "f", "d", "I"), "", "", "Q", "q", "Q")
"""Of the values of a tag, by its type, in the notation of `struct`; empty where there is no such type."""
_TYPES: Final = {
    (8, 1): "u1",
    (16, 1): "u2",
    (32, 1): "u4",
    (16, 2): "i2",
    (32, 2): "i4",
    (16, 3): "f2",
    (32, 3): "f4",
    (64, 3): "f8",
}
"""Type of a sample by its bits and its format (1 and 4: unsigned, 2: signed, 3: floating point)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One image of a TIFF."""

    offset: int
    """Of its directory in the file."""
    order: str
    """`<` or `>`."""
    is_big: bool = False
    """Of a BigTIFF."""
    tags: Tags

    def number(self, tag: int, default: int = 0) -> int:
        """The first value of a tag as a whole number."""
        values = self.tags.get(tag)
        return values[0] if values and isinstance(values[0], int) else default

    def text(self, tag: int) -> str:
        """The value of a text tag; empty where there is none."""
        values = self.tags.get(tag)
        return values[0] if values and isinstance(values[0], str) else ""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.number(WIDTH), self.number(HEIGHT)

    @property
    def num_bands(self) -> int:
        """Samples of a pixel, those beyond colour among them."""
        return self.number(BANDS, 1)

    @property
    def is_big_of_the_other_order(self) -> bool:
        """Whether it is of a big-endian BigTIFF, which Pillow does not read."""
        return self.is_big and self.order == ">"

    @property
    def is_reduced(self) -> bool:
        """Whether it is a smaller copy of another page."""
        return bool(self.number(SUBFILE) & REDUCED) or self.number(OLD_SUBFILE) == 2

    @property
    def is_mask(self) -> bool:
        """Whether its pixels say which pixels of another page are valid."""
        return bool(self.number(SUBFILE) & MASK) or self.number(PHOTOMETRIC) == 4

    @property
    def sample_type(self) -> str | None:
        """Type of the samples in numpy's notation without byte order; None where they differ or have none."""
        bits, formats = set(self.tags.get(BITS, (1,))), set(self.tags.get(SAMPLE_FORMAT, (1,)))
        if len(bits) != 1 or len(formats) != 1:
            return None
        sample_format = formats.pop()
        return _TYPES.get((bits.pop(), 1 if sample_format == 4 else sample_format))


def is_tiff(data: bytes) -> bool:
    """Whether a file begins as a TIFF or a BigTIFF."""
    return data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def read_pages(data: bytes) -> list[Page]:
    """The pages of a TIFF in the order of the file; as many as can be read."""
    order = "<" if data[:1] == b"I" else ">"
    big = b"+" in data[2:4]
    offset, pages, seen = _offset(data, 8 if big else 4, order, big), list[Page](), set[int]()
    while offset and offset not in seen and len(pages) < MAX_PAGES:
        seen.add(offset)
        try:
            tags, after = _directory(data, offset, order, big)
        except struct.error:  # beyond the end of the file
            break
        pages.append(Page(offset=offset, order=order, is_big=big, tags=tags))
        offset = _offset(data, after, order, big)
    return pages


def is_cut_off(data: bytes) -> bool:
    """Whether a TIFF ends before its first directory, which many writers put after the pixels."""
    order, big = "<" if data[:1] == b"I" else ">", b"+" in data[2:4]
    try:
        _directory(data, _offset(data, 8 if big else 4, order, big), order, big)
    except struct.error:
        return True
    return False


def full_pages(pages: Sequence[Page]) -> list[Page]:
    """The pages that are pictures of their own; of a file of reduced copies alone, the largest."""
    pictures = [page for page in pages if not page.is_mask]
    full = [page for page in pictures if not page.is_reduced]
    return full or sorted(pictures, key=lambda page: -page.size[0])[:1]


def mask_of(page: Page, pages: Sequence[Page]) -> Page | None:
    """The page that says which pixels of another one are valid, as GDAL writes it."""
    return next((each for each in pages if each.is_mask and each is not page and each.size == page.size), None)


def for_pillow(data: bytes, page: Page) -> bytes:
    """The file with a page as its first one, as Pillow reads it rightly."""
    if page.num_bands == 1 and page.number(PLANAR, 1) == 2 and isinstance(page.tags, _TagsOfFile):
        # one band lies apart from no other; if it is said to, Pillow takes it for 8 bits with black as the low value
        data = page.tags.with_number(data, PLANAR, 1)
    return _begin_at(data, page)


def _begin_at(data: bytes, page: Page) -> bytes:
    if _offset(data, 8 if b"+" in data[2:4] else 4, page.order, b"+" in data[2:4]) == page.offset:
        return data
    if b"+" in data[2:4]:
        return data[:8] + struct.pack(page.order + "Q", page.offset) + data[16:]
    return data[:4] + struct.pack(page.order + "I", page.offset) + data[8:]


def _offset(data: bytes, place: int, order: str, big: bool) -> int:
    try:
        return int(struct.unpack_from(order + ("Q" if big else "I"), data, place)[0])
    except struct.error:
        return 0


def _directory(data: bytes, offset: int, order: str, big: bool) -> tuple[Tags, int]:
    """Its tags, and where the offset of the next one stands."""
    (num,) = struct.unpack_from(order + ("Q" if big else "H"), data, offset)
    start, step = offset + (8 if big else 2), 20 if big else 12
    places: dict[int, int] = {}
    for place in range(start, start + min(num, MAX_TAGS) * step, step):
        places.setdefault(struct.unpack_from(order + "H", data, place)[0], place)
    return _TagsOfFile(data, order, big, places), start + min(num, 65535) * step


class _TagsOfFile(Mapping[int, tuple[Any, ...]]):
    """Tags that are read when they are asked for: a file may state far more values than anybody needs."""

    def __init__(self, data: bytes, order: str, big: bool, places: dict[int, int]) -> None:
        self._data, self._order, self._big, self._places = data, order, big, places

    def __getitem__(self, tag: int) -> tuple[Any, ...]:
        try:
            values = _values(self._data, self._places[tag], self._order, self._big)
        except struct.error:
            values = ()
        if not values:
            raise KeyError(tag)
        return values

    def with_number(self, data: bytes, tag: int, number: int) -> bytes:
        """The file with another number as the value of a tag that has one."""
        kind, place = struct.unpack_from(self._order + "H", data, self._places[tag] + 2)[0], self._places[tag]
        value = struct.pack(self._order + _FORMATS[kind], number)
        start = place + (12 if self._big else 8)
        return data[:start] + value + data[start + len(value) :]

    def __iter__(self) -> Iterator[int]:
        return (tag for tag in self._places if tag in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _values(data: bytes, place: int, order: str, big: bool) -> tuple[Any, ...]:
    _, kind, count = struct.unpack_from(order + ("HHQ" if big else "HHI"), data, place)
    code = _FORMATS[kind] if kind < len(_FORMATS) else ""
    if not code or not 0 < count <= MAX_VALUES:
        return ()
    full = order + (f"{count}{code}" if len(code) == 1 else code * count)
    num_bytes = struct.calcsize(full)
    inline = place + (12 if big else 8)
    start = inline if num_bytes <= (8 if big else 4) else _offset(data, inline, order, big)
    if start + num_bytes > len(data):
        return ()
    values = struct.unpack_from(full, data, start)
    if len(code) == 2:  # fractions
        return tuple(top / bottom if bottom else 0.0 for top, bottom in zip(values[::2], values[1::2], strict=True))
    return (values[0].split(b"\0")[0].decode("latin-1"),) if kind == 2 else values


def can_read(page: Page) -> bool:
    """Whether `read_samples` can read a page."""
    kind, predictor = page.sample_type, page.number(PREDICTOR, 1)
    return (
        kind is not None
        and page.number(COMPRESSION, 1) in LOSSLESS
        and page.number(FILL_ORDER, 1) == 1
        and page.number(PLANAR, 1) in (1, 2)
        and (predictor in (1, 2) or (predictor == 3 and kind[0] == "f"))
    )


def read_samples(data: bytes, page: Page) -> SampleArray:
    """The samples of a page for which `can_read` holds.

    Raises:
        CropError: the file ends before the image does, or is damaged.
    """
    width, height = page.size
    assert page.sample_type is not None
    kind = np.dtype(page.order + page.sample_type)
    bands = page.num_bands
    if width * height * bands * kind.itemsize > MAX_SAMPLE_BYTES:
        raise CropError(Status.TOO_LARGE, f"{bands} bands of {width} x {height} pixels take more than 1 GiB")
    layout = _layout(page, width, height)
    planes = bands if page.number(PLANAR, 1) == 2 else 1
    if len(layout.offsets) < planes * layout.num or len(layout.num_bytes) < planes * layout.num:
        raise CropError(Status.CORRUPT, "the TIFF lists fewer strips or tiles than the image has")
    values = np.zeros((height, width, bands), kind.newbyteorder("="))
    for index in range(planes * layout.num):
        plane, number = divmod(index, layout.num)
        down, across = divmod(number, layout.across)
        top, left = down * layout.height, across * layout.width
        rows = layout.height if layout.is_tiled else min(layout.height, height - top)
        shape = (rows, layout.width, bands // planes)
        chunk = data[layout.offsets[index] : layout.offsets[index] + layout.num_bytes[index]]
        block = _samples(chunk, page, shape, kind)[: height - top, : width - left]
        columns = slice(None) if planes == 1 else slice(plane, plane + 1)
        values[top : top + block.shape[0], left : left + block.shape[1], columns] = block
    return values


def read_mask(data: bytes, page: Page) -> NDArray[np.bool_] | None:
    """Where a page of one band of 1 or 8 bits is not zero, `[H, W]`; None where it cannot be read."""
    bits = page.tags.get(BITS, (1,))
    if bits == (1,):  # eight pixels a byte, rows and tiles in whole bytes
        eighths = {tag: (-(-page.number(tag) // 8),) for tag in (WIDTH, TILE_WIDTH) if tag in page.tags}
        packed = replace(page, tags={**page.tags, **eighths, BITS: (8,)})
        if not can_read(packed):
            return None
        whole = np.unpackbits(read_samples(data, packed)[:, :, 0], axis=1)
        return whole[:, : page.size[0]] > 0
    return np.asarray(read_samples(data, page)[:, :, 0] > 0) if bits == (8,) and can_read(page) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """Strips or tiles of a page. A strip is a tile as wide as the page."""

    is_tiled: bool
    width: int
    height: int
    across: int
    """Tiles in a row."""
    num: int
    """Of one band where bands are apart, else of all."""
    offsets: tuple[int, ...]
    num_bytes: tuple[int, ...]


def _layout(page: Page, width: int, height: int) -> _Layout:
    is_tiled = TILE_OFFSETS in page.tags
    if is_tiled:
        tile_width, tile_height = page.number(TILE_WIDTH), page.number(TILE_HEIGHT)
    else:
        tile_width, tile_height = width, min(page.number(ROWS_PER_STRIP, height), height)
    if tile_width < 1 or tile_height < 1 or tile_width * tile_height > MAX_SAMPLE_BYTES // 16:
        raise CropError(Status.CORRUPT, "the TIFF has strips or tiles of an impossible size")
    across, down = -(-width // tile_width), -(-height // tile_height)
    offsets = page.tags.get(TILE_OFFSETS if is_tiled else STRIP_OFFSETS, ())
    num_bytes = page.tags.get(TILE_BYTES if is_tiled else STRIP_BYTES, ())
    return _Layout(
        is_tiled=is_tiled,
        width=tile_width,
        height=tile_height,
        across=across,
        num=across * down,
        offsets=offsets,
        num_bytes=num_bytes or (MAX_SAMPLE_BYTES,) * len(offsets),  # old writers leave it out: to the end of the file
    )


def _samples(chunk: bytes, page: Page, shape: tuple[int, int, int], kind: np.dtype[Any]) -> SampleArray:
    """One strip or tile `[rows, columns, samples]`, in the byte order of this machine."""
    rows, columns, samples = shape
    num_bytes = rows * columns * samples * kind.itemsize
    if num_bytes > MAX_SAMPLE_BYTES:
        raise CropError(Status.TOO_LARGE, "the TIFF has strips or tiles of more than 1 GiB")
    plain = _decompressed(chunk, page.number(COMPRESSION, 1), num_bytes // rows, rows)
    if len(plain) < num_bytes:
        raise CropError(Status.TRUNCATED, "the file ends before the image does")
    predictor = page.number(PREDICTOR, 1)
    if predictor == 3:
        return _float_differences(plain[:num_bytes], shape, kind)
    values = np.frombuffer(plain, kind, count=rows * columns * samples).reshape(shape)
    values = values.astype(kind.newbyteorder("="))
    if predictor != 2:
        return values
    whole = values.view(f"u{kind.itemsize}")  # differences of bits, also where these are floating-point numbers
    return np.cumsum(whole, axis=1, dtype=whole.dtype).view(values.dtype)


def _float_differences(plain: bytes, shape: tuple[int, int, int], kind: np.dtype[Any]) -> SampleArray:
    """Predictor 3 (Adobe Photoshop TIFF technical note 3): differences of bytes, the highest bytes of a row first."""
    rows, columns, samples = shape
    differences = np.frombuffer(plain, np.uint8).reshape(rows, -1, samples)
    planes = np.cumsum(differences, axis=1, dtype=np.uint8).reshape(rows, kind.itemsize, columns * samples)
    numbers = np.ascontiguousarray(planes.transpose(0, 2, 1)).view(kind.newbyteorder(">"))
    return numbers.reshape(shape).astype(kind.newbyteorder("="))


def _decompressed(chunk: bytes, compression: int, row_bytes: int, rows: int) -> bytes:
    if compression == 1:
        return chunk
    if compression in DEFLATE:
        return zlib.decompressobj().decompress(chunk, row_bytes * rows)
    # Pillow has LZW, PackBits and Zstandard: it is given the bytes as a grey picture of eight bits
    entries = [
        *((WIDTH, row_bytes), (HEIGHT, rows), (BITS, 8), (COMPRESSION, compression), (PHOTOMETRIC, 1)),
        *((STRIP_OFFSETS, 8), (BANDS, 1), (ROWS_PER_STRIP, rows), (STRIP_BYTES, len(chunk))),
    ]
    directory = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in entries)
    start = 8 + len(chunk) + len(chunk) % 2
    head = struct.pack("<2sHI", b"II", 42, start) + chunk.ljust(start - 8, b"\0")
    with Image.open(
        io.BytesIO(head + struct.pack("<H", len(entries)) + directory + bytes(4)), formats=("TIFF",)
    ) as image:
        return image.tobytes()
