"""Standard streams that a command can use, whether a service, a terminal or an old locale started it."""

from __future__ import annotations

import io
import os
import sys
from typing import TextIO


def prepare_streams() -> None:
    """Replace closed streams by the null device, and write characters that the encoding lacks as escapes."""
    _fill_descriptors()
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115, PTH123
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # a Cyrillic name, piped on a Windows with cp1252, would end the run
            stream.reconfigure(errors="backslashreplace")


def takes_a_bar(stream: TextIO) -> bool:
    """Whether to draw a progress bar: on a capable terminal, unless plain text was requested."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM", "").lower() in ("dumb", "unknown")
    return stream.isatty() and not plain


def _fill_descriptors() -> None:
    """Otherwise the first opened file takes the number of a closed stream, and native code logs into it."""
    for _ in range(3):
        descriptor = os.open(os.devnull, os.O_RDWR)
        if descriptor > 2:
            os.close(descriptor)
            return
        os.set_inheritable(descriptor, True)
