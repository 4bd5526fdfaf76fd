"""The decoder process: bytes from standard input, chips to standard output, and no right to do anything else.

The process loads all that it needs, gives up its rights (`processes/sandbox.py`), and only then receives the first
byte of a crop.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from typing import IO, Final

import numpy as np
from PIL import Image

from vehicle_id.crops import decoder_messages as messages
from vehicle_id.crops.chips import WINDOWS
from vehicle_id.crops.open import DecodedCrop, open_crop
from vehicle_id.errors import CropError
from vehicle_id.parallel import keep_freed_memory
from vehicle_id.processes import sandbox
from vehicle_id.results import Status

MEMORY_LIMIT: Final = 1 << 30
"""Address space in bytes beyond what the process uses when it is ready."""
KEPT_BYTES: Final = 16 << 20
"""Of freed memory: more than the pixels of most crops take. A crop of 50 million pixels leaves none of its memory."""


def serve() -> None:
    """Answer requests from standard input until it is closed."""
    serve_streams(sys.stdin.buffer, sys.stdout.buffer)


def serve_streams(source: IO[bytes], sink: IO[bytes]) -> None:
    """As `serve`, where standard input and output are opened already."""
    keep_freed_memory(KEPT_BYTES)
    load_all()
    gc.freeze()  # what is loaded stays: it need not be searched for cycles, nor copied from the process of a fork
    sink.write(messages.READY + (messages.FILTERED if give_up_rights() else messages.NOT_FILTERED))
    sink.flush()
    while _answer_one(source, sink):
        pass


def load_all() -> None:
    """Make Pillow and numpy load what they load on first use, since the process cannot open files later."""
    from PIL import ImageCms, ImageOps, MpoImagePlugin  # noqa: F401

    Image.preinit()
    open_crop(np.array([[0, 1000]], np.uint16), chip_px=8, views=max(WINDOWS))
    open_crop(Image.new("LA", (2, 2)), chip_px=8)


def give_up_rights() -> bool:
    """Forbid files, connections, processes and much memory; whether the filter of system calls holds as well."""
    sandbox.limit_memory(MEMORY_LIMIT)
    sandbox.set_limits(sandbox.NOTHING_LEFT)
    sandbox.give_up_privileges()
    return sandbox.filter_system_calls()


def _answer_one(source: IO[bytes], sink: IO[bytes]) -> bool:
    try:
        request, sizes = messages.read_request(lambda num: _read(source, num))
    except EOFError:
        return False
    # all of them before the first is decoded: while this process answers, its parent does not write
    sink.write(answer(request, [source.read(size) for size in sizes]))
    sink.flush()
    return True


def answer(request: messages.Request, crops: Sequence[bytes]) -> bytes:
    """The reply to one request."""
    opened = [_open(data, stated, request) for data, stated in zip(crops, request.stated, strict=True)]
    return messages.pack_reply(request.number, opened)


def _open(data: bytes, stated: messages.Stated, request: messages.Request) -> DecodedCrop | CropError:
    try:
        return open_crop(data, chip_px=request.chip_px, gsd_m=stated.gsd_m, views=request.views, bands=stated.bands)
    except CropError as error:
        return error
    except MemoryError:
        return CropError(Status.TOO_LARGE, "decoding needs more memory than a crop may use")


def _read(source: IO[bytes], num_bytes: int) -> bytes:
    data = source.read(num_bytes)
    if len(data) < num_bytes:
        raise EOFError
    return data
