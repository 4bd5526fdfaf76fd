"""What a decoder process is asked and answers, as bytes. Whatever comes back is checked here before it is used.

Crops go and come in groups: for small crops one message each would cost as much as decoding. A decoder may have been
taken over by a crop. Its reply is therefore text from a stranger: every length is compared with the most that it may be
before it is read, and every value before it is returned.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from vehicle_id.crops.bands import Bands, bands_text
from vehicle_id.crops.chips import Chip
from vehicle_id.crops.images import MAX_PIXELS
from vehicle_id.crops.open import DecodedCrop
from vehicle_id.errors import CropError
from vehicle_id.results import Status
from vehicle_id.text import plain_text

READY: Final = b"ready"
"""The first bytes of a decoder; `FILTERED` or `NOT_FILTERED` follows."""
FILTERED: Final = b"+"
"""System calls are filtered."""
NOT_FILTERED: Final = b"-"
MAX_NOTE_BYTES: Final = 1 << 16
"""Of one crop."""
MAX_REASON_CHARACTERS: Final = 2000
_REQUEST: Final = struct.Struct(">QIBI")
"""Number of the request, side of the chips in pixels, number of windows, number of crops."""
_ENTRY: Final = struct.Struct(">d3HQ")
"""Of each crop: stated ground sample distance or 0, three bands or 0, number of bytes."""
_REPLY: Final = struct.Struct(">QII")
"""Number of the request, numbers of bytes of the notes and of the pixels."""

ReadExactly = Callable[[int], bytes | bytearray]
"""Reads so many bytes, or raises EOFError."""

_Side = Annotated[int, msgspec.Meta(ge=0, le=MAX_PIXELS)]
_Flag = Annotated[str, msgspec.Meta(pattern=r"\A[a-z0-9_]{1,64}\Z")]
_Bands = Annotated[str, msgspec.Meta(pattern=r"\A[0-9]{1,5}(,[0-9]{1,5}){0,2}\Z")]
_Reason = Annotated[str, msgspec.Meta(max_length=MAX_REASON_CHARACTERS)]
_DECODER_STATUSES: Final = frozenset(Status) - {Status.NOT_FOUND, Status.BAD_ROW, Status.CRASHED, Status.TIMED_OUT}
"""What a decoder may say of a crop; the others are for its parent to say."""


class BadReplyError(Exception):
    """Bytes that are no reply to the request."""


class StaleReplyError(BadReplyError):
    """The reply to another request, or bytes that were left before this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What is stated of a crop."""

    gsd_m: float | None = None
    """Ground sample distance in metres per pixel."""
    bands: Bands | None = None
    """The bands to show."""


@dataclass(frozen=True, slots=True)
class EncodedCrop:
    """A crop as a decoder gets it."""

    data: bytes
    """Its file."""
    stated: Stated = Stated()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of a decoder, besides the bytes of the crops."""

    number: int
    chip_px: int
    views: int
    stated: tuple[Stated, ...]
    """Of each crop."""

    def pack(self, sizes: Sequence[int]) -> bytes:
        """The bytes before those of the crops, whose numbers are given."""
        entries = [
            _ENTRY.pack(each.gsd_m or 0.0, *(*(each.bands or ()), 0, 0, 0)[:3], size)
            for each, size in zip(self.stated, sizes, strict=True)
        ]
        return _REQUEST.pack(self.number, self.chip_px, self.views, len(entries)) + b"".join(entries)

    @property
    def num_pixel_bytes(self) -> int:
        """Bytes of all chips of one crop."""
        return 3 * self.chip_px * self.chip_px * self.views


def read_request(read: ReadExactly) -> tuple[Request, tuple[int, ...]]:
    """The next request and the numbers of bytes of its crops.

    Raises:
        EOFError: there is none.
    """
    number, chip_px, views, num_crops = _REQUEST.unpack(read(_REQUEST.size))
    stated, sizes = list[Stated](), list[int]()
    for gsd_m, *bands, size in _ENTRY.iter_unpack(read(num_crops * _ENTRY.size)):
        stated.append(Stated(gsd_m=gsd_m or None, bands=tuple(band for band in bands if band) or None))
        sizes.append(size)
    return Request(number=number, chip_px=chip_px, views=views, stated=tuple(stated)), tuple(sizes)


class _Note(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is returned beside the pixels, or the reason why there are none."""

    extents_m: Annotated[tuple[float, ...], msgspec.Meta(max_length=16)] = ()
    """Of each chip."""
    width_px: _Side = 0
    height_px: _Side = 0
    flags: Annotated[tuple[_Flag, ...], msgspec.Meta(max_length=32)] = ()
    gsd_m: float | None = None
    stretch: tuple[float, float] | None = None
    bands: _Bands | None = None
    status: Status = Status.OK
    reason: _Reason = ""


def pack_reply(number: int, crops: Sequence[DecodedCrop | CropError]) -> bytes:
    """The reply to a request: each crop, or why there is none."""
    notes = msgspec.json.encode([_refusal(crop) if isinstance(crop, CropError) else _note(crop) for crop in crops])
    pixels = [chip.pixels for crop in crops if not isinstance(crop, CropError) for chip in crop.chips]
    head = _REPLY.pack(number, len(notes), sum(each.nbytes for each in pixels))
    return b"".join([head, notes, *map(np.ascontiguousarray, pixels)])


def _note(crop: DecodedCrop) -> _Note:
    return _Note(
        extents_m=tuple(chip.extent_m for chip in crop.chips),
        width_px=crop.width_px,
        height_px=crop.height_px,
        flags=crop.flags,
        gsd_m=crop.gsd_m,
        stretch=crop.stretch,
        bands=crop.bands,
    )


def _refusal(error: CropError) -> _Note:
    return _Note(status=error.status, reason=plain_text(error.reason)[:MAX_REASON_CHARACTERS])


def read_reply(read: ReadExactly, request: Request) -> list[DecodedCrop | CropError]:
    """The crops of a reply, each or why there is none. Reads no more than a reply to this request can have.

    Raises:
        BadReplyError: it is no valid reply to this request.
        EOFError: it ends early.
    """
    number, num_note_bytes, num_pixel_bytes = _REPLY.unpack(read(_REPLY.size))
    num_crops = len(request.stated)
    if number != request.number:
        raise StaleReplyError
    if num_note_bytes > num_crops * MAX_NOTE_BYTES or num_pixel_bytes > num_crops * request.num_pixel_bytes:
        raise BadReplyError
    notes = _parsed(read(num_note_bytes))
    num_decoded = sum(note.status is Status.OK for note in notes)
    if len(notes) != num_crops or num_pixel_bytes != num_decoded * request.num_pixel_bytes:
        raise BadReplyError
    pixels = np.frombuffer(read(num_pixel_bytes), np.uint8)
    chips = iter(pixels.reshape(num_decoded, request.views, request.chip_px, request.chip_px, 3))
    return [
        _crop(note, next(chips), stated) if note.status is Status.OK else _error(note)
        for note, stated in zip(notes, request.stated, strict=True)
    ]


def _parsed(text: bytes | bytearray) -> list[_Note]:
    try:
        return msgspec.json.decode(text, type=list[_Note])
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:  # UnicodeDecodeError is a ValueError
        raise BadReplyError from error


def _error(note: _Note) -> CropError:
    if note.status not in _DECODER_STATUSES:
        raise BadReplyError
    return CropError(note.status, note.reason)


def _crop(note: _Note, squares: NDArray[np.uint8], stated: Stated) -> DecodedCrop:
    if not _is_valid(note, len(squares), stated):
        raise BadReplyError
    return DecodedCrop(
        chips=tuple(
            Chip(pixels=square, extent_m=extent_m) for square, extent_m in zip(squares, note.extents_m, strict=True)
        ),
        width_px=note.width_px,
        height_px=note.height_px,
        flags=note.flags,
        gsd_m=note.gsd_m,
        stretch=note.stretch,
        bands=note.bands,
    )


def _is_valid(note: _Note, views: int, stated: Stated) -> bool:
    numbers = (*note.extents_m, *(note.stretch or ()), *(() if note.gsd_m is None else (note.gsd_m,)))
    return (
        len(note.extents_m) == views
        and 0 < note.width_px * note.height_px <= MAX_PIXELS
        and all(math.isfinite(number) for number in numbers)
        and (note.gsd_m is None or note.gsd_m > 0)
        and (stated.gsd_m is None or note.gsd_m == stated.gsd_m)
        and (stated.bands is None or note.bands == bands_text(stated.bands))
        # an extent is known where the ground sample distance is
        and all(extent_m > 0 if note.gsd_m else extent_m == 0 for extent_m in note.extents_m)
    )
