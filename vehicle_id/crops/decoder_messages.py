"""What a decoder process is asked and answers, as bytes. Whatever comes back is checked here before it is used.

A decoder may have been taken over by a crop. Its reply is therefore text from a stranger: every length is compared
with the most that it may be before it is read, and every value before it is returned.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final

import msgspec
import numpy as np

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
MAX_REASON_CHARACTERS: Final = 2000
_REQUEST: Final = struct.Struct(">QIBd3HQ")
"""Number of the request, side of the chips in pixels, number of windows, stated ground sample distance or 0, three
bands or 0, number of bytes."""
_REPLY: Final = struct.Struct(">QII")
"""Number of the request, numbers of bytes of the note and of the pixels."""

ReadExactly = Callable[[int], bytes]
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
class Request:
    """What is asked of a decoder, besides the bytes of the crop."""

    number: int
    """Other than that of every other request to this decoder: no reply is taken for that to another."""
    chip_px: int
    views: int
    gsd_m: float | None
    bands: Bands | None = None
    """The bands to show."""

    def pack(self, num_bytes: int) -> bytes:
        """The bytes before those of the crop."""
        bands = (*(self.bands or ()), 0, 0, 0)[:3]
        return _REQUEST.pack(self.number, self.chip_px, self.views, self.gsd_m or 0.0, *bands, num_bytes)

    @property
    def num_pixel_bytes(self) -> int:
        """Bytes of all chips."""
        return 3 * self.chip_px * self.chip_px * self.views


def read_request(read: ReadExactly) -> tuple[Request, int]:
    """The next request and the number of bytes of its crop.

    Raises:
        EOFError: there is none.
    """
    number, chip_px, views, gsd_m, *bands, num_bytes = _REQUEST.unpack(read(_REQUEST.size))
    shown = tuple(band for band in bands if band) or None
    return Request(number=number, chip_px=chip_px, views=views, gsd_m=gsd_m or None, bands=shown), num_bytes


class _Note(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
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


def pack_crop(number: int, crop: DecodedCrop) -> bytes:
    """The reply to a request: the crop."""
    note = _Note(
        extents_m=tuple(chip.extent_m for chip in crop.chips),
        width_px=crop.width_px,
        height_px=crop.height_px,
        flags=crop.flags,
        gsd_m=crop.gsd_m,
        stretch=crop.stretch,
        bands=crop.bands,
    )
    return _pack(number, note, b"".join(chip.pixels.tobytes() for chip in crop.chips))


def pack_error(number: int, error: CropError) -> bytes:
    """The reply to a request: why there is no crop."""
    return _pack(number, _Note(status=error.status, reason=plain_text(error.reason)[:MAX_REASON_CHARACTERS]), b"")


def _pack(number: int, note: _Note, pixels: bytes) -> bytes:
    text = msgspec.json.encode(note)
    return _REPLY.pack(number, len(text), len(pixels)) + text + pixels


def read_reply(read: ReadExactly, request: Request) -> DecodedCrop:
    """The crop of a reply. Reads no more than a reply to this request can have.

    Raises:
        CropError: the reply is that there is no crop.
        BadReplyError: it is no valid reply to this request.
        EOFError: it ends early.
    """
    number, num_note, num_pixels = _REPLY.unpack(read(_REPLY.size))
    if number != request.number:
        raise StaleReplyError
    if num_note > MAX_NOTE_BYTES or num_pixels not in (0, request.num_pixel_bytes):
        raise BadReplyError
    note = _parsed(read(num_note))
    pixels = read(num_pixels)
    if note.status is not Status.OK:
        if note.status not in _DECODER_STATUSES or pixels:
            raise BadReplyError
        raise CropError(note.status, note.reason)
    if not _is_valid(note, request) or len(pixels) != request.num_pixel_bytes:
        raise BadReplyError
    return _crop(note, pixels, request)


def _parsed(text: bytes) -> _Note:
    try:
        return msgspec.json.decode(text, type=_Note)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:  # UnicodeDecodeError is a ValueError
        raise BadReplyError from error


def _is_valid(note: _Note, request: Request) -> bool:
    numbers = (*note.extents_m, *(note.stretch or ()), *(() if note.gsd_m is None else (note.gsd_m,)))
    return (
        len(note.extents_m) == request.views
        and 0 < note.width_px * note.height_px <= MAX_PIXELS
        and all(math.isfinite(number) for number in numbers)
        and (note.gsd_m is None or note.gsd_m > 0)
        and (request.gsd_m is None or note.gsd_m == request.gsd_m)
        and (request.bands is None or note.bands == bands_text(request.bands))
        # an extent is known where the ground sample distance is
        and all(extent_m > 0 if note.gsd_m else extent_m == 0 for extent_m in note.extents_m)
    )


def _crop(note: _Note, pixels: bytes, request: Request) -> DecodedCrop:
    squares = np.frombuffer(pixels, np.uint8).reshape(request.views, request.chip_px, request.chip_px, 3)
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
