"""A chain of hashes through the rows of a run: a row changed, added, left out or moved no longer fits the next.

It has no secret: whoever changes a row can make all links after it anew. Only an end of the chain that was kept
elsewhere shows that. This room reads no file.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

START: Final = hashlib.sha256(b"vehicle-id rows 1").hexdigest()
"""The link before the first row."""
LINK: Final = "chain"
"""The key under which a record carries its link."""


class Chain:
    """The links of rows, as they come."""

    def __init__(self) -> None:
        self.num_rows = 0
        self.end = START
        """The newest link: sha256, 64 hexadecimal digits."""

    def add(self, record: dict[str, Any]) -> dict[str, Any]:
        """A copy of the record with its link: the hash of the link before it and of the record's JSON."""
        plain = {name: value for name, value in record.items() if name != LINK}
        self.end = hashlib.sha256(self.end.encode() + canonical(plain)).hexdigest()
        self.num_rows += 1
        return {**plain, LINK: self.end}


def canonical(value: Any) -> bytes:
    """JSON that is the same for the same value, whatever the machine."""
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode()
