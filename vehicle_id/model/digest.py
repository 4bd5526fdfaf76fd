"""The digest that a model file carries of itself: a byte that is not as it was written is refused, not answered.

Metadata key `vehicle_id.sha256`, 64 hex digits: the sha256 of the file's bytes with those 64 replaced by zeros. It
tells a damaged file, and no more. It is no signature: whoever changes a file on purpose can write its digest anew, so
that who made a file is told by the hash that its maker publishes, never by this.

`seal` writes the entry as the first of the file (fields of protobuf may come in any order). Then a file that was cut
off anywhere keeps it; and where a flipped bit hides its key, the 64 digits still stand where a digest would.
"""

from __future__ import annotations

import hashlib
import re

from vehicle_id.errors import IntegrityError
from vehicle_id.model.onnx_file import Graph

DIGEST_KEY = "vehicle_id.sha256"
_BLANK = b"0" * 64
_ENTRY = b"\x0a\x11" + DIGEST_KEY.encode() + b"\x12\x40"
_HEAD = b"\x72" + bytes([len(_ENTRY) + len(_BLANK)]) + _ENTRY
"""Field 14 of ModelProto, an entry of its metadata, up to the digits."""
_DIGITS = re.compile(rb"[0-9a-f]{64}")


def seal(data: bytes) -> bytes:
    """The model file with its digest, or with its digest made anew where `seal` had written one."""
    if data.startswith(_HEAD):
        data = data[len(_HEAD) + len(_BLANK) :]
    blank = _HEAD + _BLANK + data
    return _HEAD + hashlib.sha256(blank).hexdigest().encode() + data


def check_seal(data: bytes, graph: Graph) -> bool:
    """Compare a file with the digest that it carries.

    Args:
        data: the model file.
        graph: what `inspect` found in it.

    Returns:
        Whether it carries one: older versions wrote none.

    Raises:
        IntegrityError: they differ.
    """
    stated = graph.metadata.get(DIGEST_KEY)
    if stated is None:
        if _DIGITS.fullmatch(data, len(_HEAD), len(_HEAD) + len(_BLANK)):
            raise IntegrityError("the model file is damaged where its own sha256 stands: get it again from its maker")
        return False
    if stated != _digest(data, graph.metadata_at[DIGEST_KEY]):
        raise IntegrityError(
            "the model file is damaged: it has not the sha256 that it carries of itself; get it again from its maker"
        )
    return True


def _digest(data: bytes, at: int) -> str:
    """Of the file with the digits that begin at byte `at` replaced."""
    view = memoryview(data)
    digest = hashlib.sha256(view[:at])
    digest.update(_BLANK)
    digest.update(view[at + len(_BLANK) :])
    return digest.hexdigest()
