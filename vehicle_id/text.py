"""Text from strangers -> text that a table, a page and a terminal can hold, and back.

A file may be called anything: bytes that are no UTF-8, newlines, a spreadsheet formula. Nothing is dropped: what cannot
be written as it is, is written another way that can be read back. This room opens no file.
"""

from __future__ import annotations

import os
import re
from typing import Final
from urllib.parse import quote, unquote_to_bytes

SCHEME: Final = "file:"
LEFT_AS_THEY_ARE: Final = "/!$&'()*+,;=:@"
"""Marks that a path of a URI may hold (RFC 3986, section 3.3)."""

FORMULA: Final = re.compile(r"(?:\A|(?<=[;,\t\r\n|]))(?=[\s'\"]*[=+\-@＝＋－＠])")  # noqa: RUF001
"""Where a spreadsheet would begin a formula: at the start of a cell, or behind what another country's spreadsheet takes
for the end of one (OWASP, "CSV Injection")."""
GUARDED: Final = re.compile(r"(?:\A|(?<=[;,\t\r\n|]))'(?=[\s'\"]*[=+\-@＝＋－＠])")  # noqa: RUF001


def path_text(path: str) -> str:
    """A path as a record holds it: as it is, or as a `file:` URI where it has bytes that are no text, or characters
    that no one can see.

    The URI is relative where the path is (RFC 8089 names absolute ones only): `file:a%0Ab.png` is a file whose name has
    a newline in it.
    """
    if path.isprintable() and not path.startswith(SCHEME):
        return path
    try:
        encoded = os.fsencode(path)
    except UnicodeEncodeError:  # halves of characters, which no file on this system is called
        encoded = path.encode("utf-8", "backslashreplace")
    return SCHEME + quote(encoded, safe=LEFT_AS_THEY_ARE)


def path_of(text: str) -> str:
    """The path that `path_text` was given."""
    return os.fsdecode(unquote_to_bytes(text[len(SCHEME) :])) if text.startswith(SCHEME) else text


def plain_text(text: str) -> str:
    """Text of any other kind, what no file can hold (halves of characters, zeros) as backslash escapes."""
    if text.isprintable():
        return text
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def visible(text: str) -> str:
    """Text on one line, with escapes for all that is not to be seen."""
    return text if text.isprintable() else "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)


def guarded(cell: str) -> str:
    """A cell with an apostrophe before each place where a spreadsheet would begin a formula."""
    return FORMULA.sub("'", cell)


def unguarded(cell: str) -> str:
    """The cell that `guarded` was given."""
    return GUARDED.sub("", cell)
