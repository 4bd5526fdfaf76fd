"""Text from strangers -> text that is safe in a table, a page and a terminal, and back.

A file may have any name: bytes that are not UTF-8, newlines, a spreadsheet formula. Nothing is dropped: what cannot be
written as it is, is written in another form that can be read back. Only a text longer than any that means something is
cut, with a mark.
"""

from __future__ import annotations

import hashlib
import os
import re
from typing import Final
from urllib.parse import quote, unquote_to_bytes

SCHEME: Final = "file:"
LEFT_AS_THEY_ARE: Final = "/!$&'()*+,;=:@"
"""Characters that a path of a URI may contain (RFC 3986, section 3.3)."""

LONGEST_TEXT: Final = 4096
"""Characters of a text in a record. CSV readers refuse cells of over 131,072, and JSON readers lines of over a MiB."""
SHORTEST_CUT: Final = 100
"""Least length to which a text can be shortened: the mark is of at most 76 characters."""
LONGEST_PATH: Final = 16_384
"""Characters of a path in a record: the longest path of Linux has 4096 bytes, of which each may become `%0A`."""

FORMULA: Final = re.compile(r"(?:\A|(?<=[;,\t\r\n|]))(?=[\s'\"]*[=+\-@＝＋－＠])")  # noqa: RUF001
"""Where a spreadsheet would begin a formula: at the start of a cell, or after a character that separates cells in the
spreadsheets of other countries (OWASP, "CSV Injection")."""
BEGINS_FORMULA: Final = re.compile(r"[=+\-@＝＋－＠]")  # noqa: RUF001
GUARDED: Final = re.compile(r"(?:\A|(?<=[;,\t\r\n|]))'(?=[\s'\"]*[=+\-@＝＋－＠])")  # noqa: RUF001
LONGEST_SAID: Final = 300
"""Characters that are quoted of the error of another package."""


def path_text(path: str) -> str:
    """A path as a record holds it: unchanged, or as a `file:` URI if it is empty, or has bytes that are not text or
    characters that are not printable.

    The URI is relative where the path is (RFC 8089 names absolute ones only): `file:a%0Ab.png` is a file whose name has
    a newline in it.
    """
    if path.isprintable() and path and not path.startswith(SCHEME):  # an empty cell of a CSV file is no path
        return shortened(path, LONGEST_PATH)
    try:
        encoded = os.fsencode(path)
    except UnicodeEncodeError:  # halves of characters, which occur in no file name of this system
        encoded = path.encode("utf-8", "backslashreplace")
    return shortened(SCHEME + quote(encoded, safe=LEFT_AS_THEY_ARE), LONGEST_PATH)


def path_of(text: str) -> str:
    """The path that `path_text` was given."""
    return os.fsdecode(unquote_to_bytes(text[len(SCHEME) :])) if text.startswith(SCHEME) else text


def plain_text(text: str) -> str:
    """Any other text, with what no file can hold (halves of characters, zeros) as backslash escapes."""
    if not text.isprintable():
        text = text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
    return shortened(text, LONGEST_TEXT)


def shortened(text: str, longest: int) -> str:
    """The text, or its beginning with a mark of what was left out; texts that differ stay different."""
    if len(text) <= longest:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    mark = f" ... [shortened from {len(text)} characters, sha256 {digest[:16]}]"
    return text[: longest - len(mark)] + mark


def said(error: BaseException) -> str:
    """What an error of a package or of the system says, for a sentence: on one line, printable, of bounded length."""
    text = str(getattr(error, "strerror", None) or error)  # without the number and the path of a system's error
    return visible(" ".join(text.split()))[:LONGEST_SAID] or type(error).__name__


def visible(text: str) -> str:
    """Text on one line, with escapes for all characters that are not printable."""
    return text if text.isprintable() else "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)


def letters_of(label: str) -> str:
    """A label without what two people write differently: capitals, spaces, hyphens, dots."""
    return re.sub(r"[\s_.-]+", "_", label.strip().casefold())


def guarded(cell: str) -> str:
    """A cell with an apostrophe before each place where a spreadsheet would begin a formula."""
    return FORMULA.sub("'", cell) if BEGINS_FORMULA.search(cell) else cell  # most cells have no such character


def unguarded(cell: str) -> str:
    """The cell that `guarded` was given."""
    return GUARDED.sub("", cell)


def display_name(label: str) -> str:
    """A label as a person reads it: `none`, the class of crops without a vehicle, is "no vehicle"."""
    return "no vehicle" if label == "none" else label


def count_of(number: int, noun: str) -> str:
    """A number with its noun: `1 crop`, `2 crops`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
