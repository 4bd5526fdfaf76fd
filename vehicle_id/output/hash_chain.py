"""A chain of hashes through the rows of a run: a row that was changed, added, left out or moved breaks the chain.

A run on several machines writes parts, each with a chain of its own; the end of the whole is the hash of their ends.

It has no secret: whoever changes a row can compute all later links anew. Only an end of the chain that was kept
elsewhere shows that. Does no I/O.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any, Final

from vehicle_id.results import CHAIN, COLUMNS, Column, Kind, Record

START: Final = hashlib.sha256(b"vehicle-id rows 1").hexdigest()
"""The link before the first row."""
PART_START: Final = hashlib.sha256(b"vehicle-id part 1").hexdigest()
"""The link before the first row of a part that has a chain of its own."""
LINK: Final = CHAIN
"""The column of a row's link."""
FILE_COLUMNS: Final[dict[str, Column]] = {**COLUMNS, LINK: Column(Kind.TEXT, required=True)}
"""The columns of a file of results; the user's own (`Result.extra`) stand before the link."""


class Chain:
    """Computes the links of rows in their order.

    Args:
        start: the link before the first row.
    """

    def __init__(self, start: str = START) -> None:
        self.num_rows = 0
        self._newest = start
        self._ends: list[str] = []
        """Of the parts before this one, of which the first holds the hash of all before it."""

    @property
    def end(self) -> str:
        """The newest link, or the hash of the ends of all parts: sha256, 64 hexadecimal digits."""
        return end_of_parts([*self._ends, self._newest]) if self._ends else self._newest

    def add(self, record: Record, text: bytes | None = None) -> Record:
        """A copy of the record with its link: the hash of the link before it and of the record's JSON.

        Args:
            record: a link in it is replaced.
            text: the canonical JSON of a record without a link, where it is known already.
        """
        plain = {name: value for name, value in record.items() if name != LINK}
        self._newest = _link(self._newest, canonical(plain) if text is None else text)
        self.num_rows += 1
        plain[LINK] = self._newest
        return plain

    def check(self, record: Record) -> bool:
        """Add a record with its link; whether that link follows the one before it, or begins a part."""
        text = canonical({name: value for name, value in record.items() if name != LINK})
        before = self._newest
        self._newest = _link(before, text)
        if record.get(LINK) != self._newest and record.get(LINK) == _link(PART_START, text):
            self._newest = record[LINK]
            if self.num_rows:
                self._ends = [end_of_parts([*self._ends, before])]
        self.num_rows += 1
        return bool(record.get(LINK) == self._newest)


def end_of_parts(ends: Iterable[str]) -> str:
    """The end of a run in parts from the ends of their chains, in their order; of one part, its own end."""
    ends = iter(ends)
    whole = next(ends, START)
    for end in ends:
        whole = hashlib.sha256(f"{whole} {end}".encode()).hexdigest()
    return whole


def _link(before: str, text: bytes) -> str:
    return hashlib.sha256(before.encode() + text).hexdigest()


_ENCODER: Final = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":"))


def canonical(value: Any) -> bytes:
    """JSON that is the same for the same value, whatever the machine."""
    return _ENCODER.encode(value).encode()


def joined(text: bytes, more: Record) -> bytes:
    """The canonical JSON of a record with more columns at its end, from that of the record without them."""
    return text[:-1] + b"," + canonical(more)[1:] if more else text
