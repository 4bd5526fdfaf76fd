"""The digest inside a model file: a file with a damaged byte is refused, not used.

Metadata key `vehicle_id.sha256`, 64 hex digits: the sha256 of the file's bytes with those 64 replaced by zeros. It
detects damage only. It is no signature: whoever changes a file on purpose can compute its digest anew, so that only the
hash that the maker publishes says who made a file.

`with_digest` writes the entry first in the file (fields of protobuf may come in any order). A file that was cut off
then still contains it; and if a flipped bit hides its key, the 64 digits still stand where a digest would.
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


def with_digest(data: bytes) -> bytes:
    """The model file with its digest; a digest that `with_digest` wrote before is replaced."""
    if data.startswith(_HEAD):
        data = data[len(_HEAD) + len(_BLANK) :]
    blank = _HEAD + _BLANK + data
    return _HEAD + hashlib.sha256(blank).hexdigest().encode() + data


def check_digest(data: bytes, graph: Graph) -> bool:
    """Compare a file with the digest inside it.

    Args:
        data: the model file.
        graph: what `inspect` found in it.

    Returns:
        Whether it contains one: older versions wrote none.

    Raises:
        IntegrityError: they differ.
    """
    stated = graph.metadata.get(DIGEST_KEY)
    if stated is None:
        if _DIGITS.fullmatch(data, len(_HEAD), len(_HEAD) + len(_BLANK)):
            raise IntegrityError("the model file is damaged where its own sha256 stands: download it again")
        return False
    if stated != _digest(data, graph.metadata_at[DIGEST_KEY]):
        raise IntegrityError(
            "the model file is damaged: its bytes do not match the sha256 inside it; download it again"
        )
    return True


def _digest(data: bytes, at: int) -> str:
    """Of the file with the digits that begin at byte `at` replaced."""
    view = memoryview(data)
    digest = hashlib.sha256(view[:at])
    digest.update(_BLANK)
    digest.update(view[at + len(_BLANK) :])
    return digest.hexdigest()
