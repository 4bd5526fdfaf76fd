"""A chain of hashes through the rows of a run: a row that was changed, added, left out or moved breaks the chain.

It has no secret: whoever changes a row can compute all later links anew. Only an end of the chain that was kept
elsewhere shows that. Does no I/O.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from vehicle_id.results import CHAIN, COLUMNS, Column, Kind, Record

START: Final = hashlib.sha256(b"vehicle-id rows 1").hexdigest()
"""The link before the first row."""
LINK: Final = CHAIN
"""The column of a row's link."""
FILE_COLUMNS: Final[dict[str, Column]] = {**COLUMNS, LINK: Column(Kind.TEXT, required=True)}
"""The columns of a file of results; the user's own (`Result.extra`) stand before the link."""


class Chain:
    """Computes the links of rows in their order."""

    def __init__(self) -> None:
        self.num_rows = 0
        self.end = START
        """The newest link: sha256, 64 hexadecimal digits."""

    def add(self, record: Record, text: bytes | None = None) -> Record:
        """A copy of the record with its link: the hash of the link before it and of the record's JSON.

        Args:
            record: a link in it is replaced.
            text: the canonical JSON of a record without a link, where it is known already.
        """
        plain = {name: value for name, value in record.items() if name != LINK}
        self.end = hashlib.sha256(self.end.encode() + (canonical(plain) if text is None else text)).hexdigest()
        self.num_rows += 1
        plain[LINK] = self.end
        return plain


_ENCODER: Final = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":"))


def canonical(value: Any) -> bytes:
    """JSON that is the same for the same value, whatever the machine."""
    return _ENCODER.encode(value).encode()


def joined(text: bytes, more: Record) -> bytes:
    """The canonical JSON of a record with more columns at its end, from that of the record without them."""
    return text[:-1] + b"," + canonical(more)[1:] if more else text
