"""Standard streams as a command needs them, whatever it was started from: a service, a terminal, an old locale."""

from __future__ import annotations

import io
import os
import sys
from typing import TextIO


def prepare_streams() -> None:
    """A closed stream becomes one that nobody reads, and characters that an encoding lacks become escapes."""
    _fill_descriptors()
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115, PTH123
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # a name in Cyrillic, piped on a Windows that speaks cp1252, would end the run
            stream.reconfigure(errors="backslashreplace")


def takes_a_bar(stream: TextIO) -> bool:
    """Whether to draw a progress bar: on a terminal that can, where nobody asked for plain text."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM", "").lower() in ("dumb", "unknown")
    return stream.isatty() and not plain


def _fill_descriptors() -> None:
    """Or the first file opened takes the number of the closed stream, and native code logs into it."""
    for _ in range(3):
        descriptor = os.open(os.devnull, os.O_RDWR)
        if descriptor > 2:
            os.close(descriptor)
            return
        os.set_inheritable(descriptor, True)
