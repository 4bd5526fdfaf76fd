"""Standard streams that a command can use, whether a service, a terminal or an old locale started it."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, ProgressColumn


def prepare_streams() -> None:
    """Replace closed streams by the null device, and write characters that the encoding lacks as escapes."""
    _fill_descriptors()
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115, PTH123
    if isinstance(sys.stderr, io.TextIOWrapper) and sys.stderr is sys.__stderr__ and not sys.stderr.isatty():
        sys.stderr = _lossy(sys.stderr)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # a Cyrillic name, piped on a Windows with cp1252, would end the run
            stream.reconfigure(errors="backslashreplace")


class _LossyFile(io.FileIO):
    """A file that drops what cannot be written: messages on a full disk, or to a reader who has left, end no run."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data) or len(data)  # None: a pipe that is full and does not wait
        except OSError:
            return len(data)


def _lossy(stream: io.TextIOWrapper) -> io.TextIOWrapper:
    file = io.BufferedWriter(_LossyFile(stream.fileno(), "wb", closefd=False))
    return io.TextIOWrapper(file, encoding=stream.encoding, errors=stream.errors, line_buffering=True)


def takes_a_bar(stream: TextIO) -> bool:
    """Whether to draw a progress bar: on a capable terminal, unless plain text was requested."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM", "").lower() in ("dumb", "unknown")
    return stream.isatty() and not plain


def progress_bar(*columns: ProgressColumn, console: Console | None = None) -> Progress:
    """A bar on stderr that is gone at the end. Rows keep their way: on stdout it would draw past their pipe or file."""
    from rich.console import Console
    from rich.progress import Progress

    return Progress(*columns, console=console or Console(stderr=True), transient=True, redirect_stdout=False)


def _fill_descriptors() -> None:
    """Otherwise the first opened file takes the number of a closed stream, and native code logs into it."""
    for _ in range(3):
        descriptor = os.open(os.devnull, os.O_RDWR)
        if descriptor > 2:
            os.close(descriptor)
            return
        os.set_inheritable(descriptor, True)
