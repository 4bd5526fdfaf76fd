"""Files that are written whole or not at all: a hidden file beside the target takes the target's name at the end."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from vehicle_id.errors import InputError, OutputError


def write_whole(path: str | Path, data: bytes) -> None:
    """Write a file whole, or leave what was there.

    Raises:
        OutputError: the place cannot be written, or the disk is full.
    """
    part = PartFile(Path(path))
    try:
        with output_errors(part.path):
            part.file.write(data)
        part.sync()
        part.publish()
    finally:
        part.discard()


class PartFile:
    """A hidden file beside its target, whose name it takes when published.

    Args:
        path: the target.

    Raises:
        OutputError: the target is a folder, or its folder cannot be written; later, the disk is full.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if path.is_dir():
            raise OutputError(f"the output {path} is a folder: name a file")
        with output_errors(path):
            # beside the target: a rename is atomic only within one file system
            self._part = path.parent / f".{path.name[:200]}.{secrets.token_hex(4)}.part"
            handle = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        self.file: IO[bytes] = os.fdopen(handle, "wb")

    def sync(self) -> None:
        """Have every byte on the disk."""
        with output_errors(self.path):
            self.file.flush()
            os.fsync(self.file.fileno())
            self.file.close()

    def publish(self) -> None:
        """Take the target's name."""
        with output_errors(self.path):
            self._part.replace(self.path)

    def discard(self) -> None:
        """Leave nothing behind; does nothing once published."""
        with suppress(OSError):  # what is left in the buffer may not fit on the disk
            self.file.close()
        self._part.unlink(missing_ok=True)


def remove_part_files(folder: Path, pattern: str) -> None:
    """Remove the hidden files that killed runs left for targets of that name.

    Args:
        folder: where the targets are.
        pattern: name of a target, or a pattern of names.
    """
    for left in folder.glob(f".{pattern}.????????.part"):
        with suppress(OSError):
            left.unlink()


@contextmanager
def output_errors(path: Path) -> Iterator[None]:
    """Errors of the system inside the block become an `OutputError` that names the output."""
    try:
        yield
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        why = getattr(error, "strerror", None) or str(error)
        raise OutputError(f"the output {path} cannot be written: {why}") from error


def as_path(value: Any, what: str) -> Path:
    """A path from what a caller gave for it.

    Args:
        value: a text or a path.
        what: it is, for the message.

    Raises:
        InputError: it is neither.
    """
    try:
        return Path(value)
    except TypeError:
        raise InputError(f"{what} is {value!r}: give a text or a pathlib.Path") from None
