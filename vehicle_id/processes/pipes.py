"""Unbuffered pipes to a child process: written and read whole, also while another thread closes them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Final

LARGE: Final = 1 << 20
"""Bytes that a pipe holds after `widen`; a new one has 64 KiB, and its ends wait for each other more often."""


def widen(stream: IO[bytes] | None) -> None:
    """Let a pipe hold more, where the system permits it."""
    if sys.platform == "linux" and stream is not None:
        import fcntl

        with suppress(OSError):
            fcntl.fcntl(stream, 1031, LARGE)  # F_SETPIPE_SZ


def write_all(stream: IO[bytes] | None, *pieces: bytes) -> None:
    """Write all bytes.

    Raises:
        OSError: the other end is closed.
        EOFError: the stream was closed meanwhile.
    """
    assert stream is not None
    with _open_until_now():
        for piece in pieces:
            left = memoryview(piece)
            while left:
                left = left[stream.write(left) :]


def read_exactly(stream: IO[bytes] | None, num_bytes: int) -> bytearray:
    """Read so many bytes.

    Raises:
        EOFError: they do not come, or the stream was closed meanwhile.
    """
    assert stream is not None
    data = bytearray(num_bytes)
    left = memoryview(data)
    with _open_until_now():
        while left:
            num_read = stream.readinto(left)  # type: ignore[attr-defined]  # a raw stream has it
            if not num_read:
                raise EOFError
            left = left[num_read:]
    return data


def close(*streams: IO[bytes] | None) -> None:
    """Close streams, whatever became of their other ends."""
    for stream in streams:
        with suppress(OSError):
            assert stream is not None
            stream.close()


@contextmanager
def _open_until_now() -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise EOFError from error
