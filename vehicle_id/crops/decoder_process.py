"""The decoder process: bytes from standard input, chips to standard output, and no right to do anything else.

The process loads all that it needs, gives up its rights (`processes/sandbox.py`), and only then receives the first
byte of a crop.
"""

from __future__ import annotations

import sys
from typing import IO, Final

import numpy as np
from PIL import Image

from vehicle_id.crops import decoder_messages as messages
from vehicle_id.crops.chips import WINDOWS
from vehicle_id.crops.open import open_crop
from vehicle_id.errors import CropError
from vehicle_id.processes import sandbox
from vehicle_id.results import Status

MEMORY_LIMIT: Final = 1 << 30
"""Address space in bytes beyond what the process uses when it is ready."""


def serve() -> None:
    """Answer requests from standard input until it is closed."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    load_all()
    sink.write(messages.READY + (messages.FILTERED if give_up_rights() else messages.NOT_FILTERED))
    sink.flush()
    while _answer_one(source, sink):
        pass


def load_all() -> None:
    """Make Pillow and numpy load what they load on first use, since the process cannot open files later."""
    from PIL import ImageCms, ImageOps, MpoImagePlugin  # noqa: F401

    Image.preinit()
    open_crop(np.array([[0, 1000]], np.uint16), chip_px=8, views=len(WINDOWS))
    open_crop(Image.new("LA", (2, 2)), chip_px=8)


def give_up_rights() -> bool:
    """Forbid files, connections, processes and much memory; whether the filter of system calls holds as well."""
    sandbox.limit_memory(MEMORY_LIMIT)
    sandbox.set_limits(sandbox.NOTHING_LEFT)
    sandbox.give_up_privileges()
    return sandbox.filter_system_calls()


def _answer_one(source: IO[bytes], sink: IO[bytes]) -> bool:
    try:
        request, num_bytes = messages.read_request(lambda num: _read(source, num))
    except EOFError:
        return False
    sink.write(answer(request, source.read(num_bytes)))
    sink.flush()
    return True


def answer(request: messages.Request, data: bytes) -> bytes:
    """The reply to one request."""
    try:
        crop = open_crop(data, chip_px=request.chip_px, gsd_m=request.gsd_m, views=request.views, bands=request.bands)
        return messages.pack_crop(request.number, crop)
    except CropError as error:
        return messages.pack_error(request.number, error)
    except MemoryError:
        too_large = CropError(Status.TOO_LARGE, "decoding needs more memory than a crop may use")
        return messages.pack_error(request.number, too_large)


def _read(source: IO[bytes], num_bytes: int) -> bytes:
    data = source.read(num_bytes)
    if len(data) < num_bytes:
        raise EOFError
    return data
