"""Files that are written whole or not at all: a hidden file beside the target takes the target's name at the end.

Also regular files that are opened without waiting for a pipe, and lines that are read without holding a huge one.
"""

from __future__ import annotations

import errno
import glob
import io
import os
import re
import secrets
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Final, TextIO

from vehicle_id.errors import InputError, OutputError
from vehicle_id.text import said

MAX_LINE: Final = 1 << 20
"""Characters of the longest line that is read of a file from a stranger."""
MAX_NAME_BYTES: Final = 230
"""Of an output's name: the names of its hidden files are up to 24 bytes longer, and 255 is what most systems allow."""


MAX_SAFE_BYTES: Final = 80
"""Of a name that `safe_name` makes."""
DEVICES: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
"""Names that Windows keeps for devices, whatever their ending."""


class LineTooLongError(ValueError):
    """A line longer than `MAX_LINE`."""


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
        if os.path.isdir(path):
            raise OutputError(f"the output {path} is a folder: name a file")
        with output_errors(path):
            # beside the target: a rename is atomic only within one file system
            self._part = path.parent / f".{path.name}.{secrets.token_hex(4)}.part"
            handle = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
            try:
                self.file: IO[bytes] = os.fdopen(handle, "wb")
            except BaseException:
                os.close(handle)
                raise

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
        with suppress(OSError):  # it must not hide the error that ended the run
            self._part.unlink(missing_ok=True)


def remove_part_files(path: Path) -> None:
    """Remove the hidden files that killed runs left for a target, or for the files in a folder."""
    folder, name = (path, "*") if os.path.isdir(path) else (path.parent, glob.escape(path.name))
    with suppress(OSError):
        for left in folder.glob(f".{name}.????????.part"):
            with suppress(OSError):
                left.unlink()


def is_written(path: Path) -> bool:
    """Whether an output is there already; a folder without files is not.

    Raises:
        OutputError: the system cannot tell. It must not pass for "no": the output would be replaced.
    """
    with output_errors(path):
        try:
            found = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return False
        return not stat.S_ISDIR(found.st_mode) or bool(os.listdir(path))


def check_place(path: Path) -> None:
    """Check that an output may have that name in that folder, before anything is made.

    Raises:
        OutputError: its folder does not exist, or its name is too long.
    """
    with output_errors(path):
        if len(os.fsencode(path.name)) > MAX_NAME_BYTES:
            raise OutputError(f"the name of the output {path} is too long: give at most {MAX_NAME_BYTES} bytes")
        try:
            found = path.parent.stat()
        except FileNotFoundError as error:
            raise OutputError(
                f"the folder {path.parent} of the output {path} does not exist: make it, or name another one"
            ) from error
        if not stat.S_ISDIR(found.st_mode):
            raise OutputError(f"{path.parent}, named as the folder of the output {path}, is not a folder")


def safe_name(text: str) -> str:
    """A text as the name of a file or folder, without an ending, that every system allows and that leads nowhere else.

    Empty if nothing of the text is left.
    """
    safe = re.sub(r"[^\w.~-]+", "_", text).strip("._").encode(errors="ignore")[:MAX_SAFE_BYTES].decode(errors="ignore")
    return f"_{safe}" if DEVICES.match(safe) else safe


class FreeNames:
    """Names that differ from all earlier ones, whatever their capitals."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}

    def of(self, place: str) -> str:
        """The place itself, or with a number before its ending where it was given away before: `a/b~2.png`."""
        stem, suffix = os.path.splitext(place)
        found, number = place, self._numbers.get(place.casefold(), 1)
        while found.casefold() in self._taken:
            number += 1
            found = f"{stem}~{number}{suffix}"
        self._numbers[place.casefold()] = number
        self._taken.add(found.casefold())
        return found


def read_short(path: str | Path, most_bytes: int) -> bytes:
    """The content of a file that is read whole, opened as by `open_regular`.

    Raises:
        OSError: it cannot be opened, or is no regular file.
        ValueError: it is longer.
    """
    with open_regular(path) as file:
        data = file.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise ValueError(f"it is larger than {most_bytes >> 20} MiB")
    return data


def check_not_input(path: Path, inputs: Iterable[Path], what: str) -> None:
    """Check that an output would not replace what it is made from.

    Args:
        path: of the output.
        inputs: files that are read.
        what: names them in the error: "the manifest".

    Raises:
        OutputError: it would.
    """
    if any(_is_same_file(path, each) for each in inputs):
        raise OutputError(f"the output {path} is {what} itself: name another file")


def _is_same_file(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file; not if one of them cannot be looked up: its use says so."""
    try:
        return one.samefile(other)
    except (OSError, ValueError):  # ValueError: a NUL in the name
        return False


def open_regular(path: str | Path) -> io.FileIO:
    """Open a file to read it; never waits for a pipe, and never reads a device.

    Raises:
        OSError: it cannot be opened, or is a folder, a pipe or a device.
        ValueError: a NUL in the name.
    """
    # without O_NONBLOCK, opening a pipe would wait for a writer; the open file is checked, not the path
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    file = io.FileIO(handle)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
    except BaseException:
        file.close()
        raise
    return file


def short_lines(file: TextIO) -> Iterator[str]:
    """The lines of a text; one longer than `MAX_LINE` is an error before it is read whole.

    Raises:
        LineTooLongError: a longer line.
    """
    while line := file.readline(MAX_LINE):
        if len(line) == MAX_LINE:
            raise LineTooLongError(f"a line is longer than {MAX_LINE >> 10} KiB")
        yield line


@contextmanager
def output_errors(path: Path) -> Iterator[None]:
    """Errors of the system inside the block become an `OutputError` that names the output."""
    try:
        yield
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise OutputError(f"the output {path} cannot be written: {said(error)}") from error


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
