"""Encoded crops -> chips in a separate process: a decoder that crashes, hangs or fills the memory costs one crop.

The child process receives bytes and returns pixels. It opens no file and no connection: where the system supports it
(POSIX resource limits), it gives up the right to do so before it receives the first byte.
"""

from __future__ import annotations

import os
import queue
import signal
import struct
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

import msgspec
import numpy as np
from PIL import Image

from vehicle_id.crops.chips import WINDOWS, Chip
from vehicle_id.crops.open import DecodedCrop, open_crop
from vehicle_id.errors import CropError, InputError
from vehicle_id.results import Status

TIME_LIMIT_S: Final = 5.0
"""For one crop, from its first byte to its chip. The largest crops take under one second."""
MEMORY_LIMIT: Final = 1 << 30
"""Address space in bytes beyond what the child uses when it is ready."""
START_LIMIT_S: Final = 60.0
READY: Final = b"ready"
REQUEST: Final = struct.Struct(">IBdQ")
"""Side of the chips in pixels, number of windows, stated ground sample distance or 0, number of bytes."""
REPLY: Final = struct.Struct(">II")
"""Numbers of bytes of the note and of the pixels."""


class _Note(msgspec.Struct, kw_only=True):
    """What is returned beside the pixels, or the reason why there are none."""

    extents_m: tuple[float, ...] = ()
    """Of each chip."""
    width_px: int = 0
    height_px: int = 0
    flags: tuple[str, ...] = ()
    gsd_m: float | None = None
    stretch: tuple[float, float] | None = None
    bands: str | None = None
    status: Status = Status.OK
    reason: str = ""


class Decoders:
    """A pool of child processes, each used by one caller at a time. They end with the pool and with its process.

    The first child starts at once, the others when all that are running are in use: few crops need one process.

    Args:
        num: the most processes.
    """

    def __init__(self, num: int) -> None:
        self._children = [_Child()]
        self._num_left = num - 1
        self._lock = threading.Lock()
        self._idle: queue.LifoQueue[_Child] = queue.LifoQueue()
        self._idle.put(self._children[0])
        self._finalizer = weakref.finalize(self, _end, self._children)

    @contextmanager
    def one(self) -> Iterator[_Child]:
        """A child process that no other caller uses meanwhile."""
        child = self._take()
        try:
            yield child
        finally:
            self._idle.put(child)

    def _take(self) -> _Child:
        with suppress(queue.Empty):
            return self._idle.get_nowait()
        with self._lock:
            if self._num_left:
                child = _Child()
                self._children.append(child)
                self._num_left -= 1
                return child
        return self._idle.get()

    def close(self) -> None:
        """End the children."""
        self._finalizer()


def _end(children: Sequence[_Child]) -> None:
    for child in children:
        child.end()


class _Child:
    """One child process and its successors. It starts at once; the first use waits until it is ready."""

    def __init__(self) -> None:
        self._deadline: float | None = None
        self._timed_out = False
        self._ended = threading.Event()
        self._start()
        threading.Thread(target=_watch, args=(weakref.ref(self), self._ended), daemon=True).start()

    def open_crop(self, data: bytes, *, chip_px: int, gsd_m: float | None = None, views: int = 1) -> DecodedCrop:
        """As `open.open_crop`, in the child process.

        Raises:
            CropError: also where the decoder crashes, or takes longer than `TIME_LIMIT_S`.
            InputError: the child does not start.
        """
        if not self._ready:
            self._wait_until_ready()
        self._timed_out, self._deadline = False, time.monotonic() + TIME_LIMIT_S
        try:
            _write(self._process.stdin, REQUEST.pack(chip_px, views, gsd_m or 0.0, len(data)), data)
            num_note, num_pixels = REPLY.unpack(_read(self._process.stdout, REPLY.size))
            note = msgspec.json.decode(_read(self._process.stdout, num_note), type=_Note)
            pixels = _read(self._process.stdout, num_pixels)
            self._deadline = None
        except (OSError, EOFError, msgspec.MsgspecError) as error:
            raise self._died() from error
        if note.status is not Status.OK:
            raise CropError(note.status, note.reason)
        if len(pixels) != 3 * chip_px * chip_px * views or len(note.extents_m) != views:
            raise CropError(Status.CRASHED, "the decoder returned no chip")
        squares = np.frombuffer(pixels, np.uint8).reshape(views, chip_px, chip_px, 3)
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

    def kill_if_late(self) -> None:
        """Kill a child that has worked on one crop for too long."""
        deadline = self._deadline
        if deadline is not None and time.monotonic() > deadline:
            self._deadline, self._timed_out = None, True
            self._process.kill()

    def end(self) -> None:
        """End the child for good."""
        self._ended.set()
        self._discard()

    def _start(self) -> None:
        self._ready = False
        # -I: ignore the environment and the current folder, which may hold a stranger's numpy.py
        code = "import sys; sys.path[:] = sys.argv[1:]; from vehicle_id.crops.isolation import serve; serve()"
        paths = [os.path.abspath(each) for each in sys.path if each]
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", code, *paths],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                # Ctrl-C in a terminal reaches all processes of a session: the parent ends this one itself
                start_new_session=True,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            )
        except OSError as error:
            raise InputError(f"a decoder process cannot be started: {error.strerror}") from error

    def _wait_until_ready(self) -> None:
        self._deadline = time.monotonic() + START_LIMIT_S
        try:
            if _read(self._process.stdout, len(READY)) != READY:
                raise EOFError
        except (OSError, EOFError) as error:
            raise InputError("a decoder process does not start: try --no-isolate") from error
        self._deadline, self._ready = None, True

    def _died(self) -> CropError:
        self._deadline = None
        self._discard()
        code = self._process.returncode
        self._start()
        if self._timed_out:
            return CropError(Status.TIMED_OUT, f"the decoder took longer than {TIME_LIMIT_S:g} s and was ended")
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return CropError(Status.CRASHED, f"the decoder crashed: {how}")

    def _discard(self) -> None:
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                assert stream is not None
                stream.close()
        self._process.wait()


def _watch(child: weakref.ref[_Child], ended: threading.Event) -> None:
    while not ended.wait(0.2):
        found = child()
        if found is None:
            return
        found.kill_if_late()
        del found


def serve() -> None:
    """Run the child process: answer requests from standard input until it is closed."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    _load_all()
    _limit_rights()
    sink.write(READY)
    sink.flush()
    while head := source.read(REQUEST.size):
        chip_px, views, gsd_m, num_bytes = REQUEST.unpack(head)
        note, pixels = _answer(source.read(num_bytes), chip_px, views, gsd_m or None)
        text = msgspec.json.encode(note)
        sink.write(REPLY.pack(len(text), len(pixels)))
        sink.write(text)
        sink.write(pixels)
        sink.flush()


def _answer(data: bytes, chip_px: int, views: int, gsd_m: float | None) -> tuple[_Note, bytes]:
    try:
        opened = open_crop(data, chip_px=chip_px, gsd_m=gsd_m, views=views)
    except CropError as error:
        return _Note(status=error.status, reason=error.reason), b""
    except MemoryError:
        return _Note(status=Status.TOO_LARGE, reason="decoding needs more memory than a crop may use"), b""
    note = _Note(
        extents_m=tuple(chip.extent_m for chip in opened.chips),
        width_px=opened.width_px,
        height_px=opened.height_px,
        flags=opened.flags,
        gsd_m=opened.gsd_m,
        stretch=opened.stretch,
        bands=opened.bands,
    )
    return note, b"".join(chip.pixels.tobytes() for chip in opened.chips)


def _load_all() -> None:
    """Make Pillow and numpy load what they load on first use, since the child cannot open files later."""
    from PIL import ImageCms, ImageOps, MpoImagePlugin  # noqa: F401

    Image.preinit()
    open_crop(np.array([[0, 1000]], np.uint16), chip_px=8, views=len(WINDOWS))
    open_crop(Image.new("LA", (2, 2)), chip_px=8)


def _limit_rights() -> None:
    """Forbid new files, connections and writes, and limit the memory, where the system has such limits."""
    try:
        import resource
    except ImportError:  # Windows
        return
    limits = {"RLIMIT_NOFILE": 3, "RLIMIT_FSIZE": 0, "RLIMIT_CORE": 0}
    with suppress(OSError):  # without /proc the memory has no limit
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limits["RLIMIT_AS"] = pages * resource.getpagesize() + MEMORY_LIMIT
    for name, most in limits.items():
        with suppress(OSError, ValueError):
            resource.setrlimit(getattr(resource, name), (most, most))


def _write(stream: IO[bytes] | None, *pieces: bytes) -> None:
    assert stream is not None
    for piece in pieces:
        left = memoryview(piece)
        while left:
            left = left[stream.write(left) :]


def _read(stream: IO[bytes] | None, num_bytes: int) -> bytes:
    assert stream is not None
    pieces = bytearray()
    while len(pieces) < num_bytes:
        piece = stream.read(num_bytes - len(pieces))
        if not piece:
            raise EOFError
        pieces += piece
    return bytes(pieces)
