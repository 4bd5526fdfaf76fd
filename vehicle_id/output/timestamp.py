"""A request for a time stamp (RFC 3161) of the record of a run, for the user to send to an authority of their choice.

The authority signs the digest and the time, and learns nothing else. Its answer shows later that the record, and with
it every row, existed at that time. Nothing is sent here.
"""

from __future__ import annotations

import secrets
from typing import Final

SHA256: Final = bytes.fromhex("0609608648016503040201")
"""The object identifier 2.16.840.1.101.3.4.2.1, in DER."""
NULL: Final = b"\x05\x00"
TRUE: Final = b"\x01\x01\xff"
VERSION_1: Final = b"\x02\x01\x01"
NONCE_BYTES: Final = 8


def timestamp_request(digest: str, *, nonce: int | None = None) -> bytes:
    """A `TimeStampReq` in DER (RFC 3161, section 2.4.1), with a nonce, and asking for the certificate.

    Args:
        digest: sha256, 64 hexadecimal digits.
        nonce: a number that comes back with the answer; None = a random one.

    Raises:
        ValueError: the digest is no sha256.
    """
    hashed = bytes.fromhex(digest)
    if len(hashed) != 32:
        raise ValueError(f"{digest!r} is no sha256")
    imprint = _sequence(_sequence(SHA256, NULL), _tagged(0x04, hashed))
    number = secrets.randbits(8 * NONCE_BYTES) if nonce is None else nonce
    # one byte more where the first bit is set, or the number would be negative
    stored = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return _sequence(VERSION_1, imprint, _tagged(0x02, stored), TRUE)


def _sequence(*parts: bytes) -> bytes:
    return _tagged(0x30, b"".join(parts))


def _tagged(tag: int, content: bytes) -> bytes:
    assert len(content) < 128  # a longer one has another form of length
    return bytes((tag, len(content))) + content
