"""Model files written by hand, field by field, so that they can contain what no exporter writes.

Numbers of fields are those of onnx.proto, written out anew: a wrong one in `vehicle_id/model/onnx_file.py` shows.
"""

from __future__ import annotations

from collections.abc import Iterator

from vehicle_id.model.card import METADATA_KEY
from vehicle_id.model.digest import DIGEST_KEY


def number(value: int) -> bytes:
    """A varint."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def field(which: int, value: int | bytes | str) -> bytes:
    """A field with its tag: a number, or content with its length."""
    if isinstance(value, int):
        return number(which << 3) + number(value)
    value = value.encode() if isinstance(value, str) else value
    return number(which << 3 | 2) + number(len(value)) + value


def entry(key: str, value: str | bytes) -> bytes:
    """A StringStringEntryProto."""
    return field(1, key) + field(2, value)


def tensor(*more: bytes, dims: tuple[int, ...] = (2,), data_type: int = 1, raw: bytes | None = bytes(8)) -> bytes:
    """A TensorProto of two float32."""
    data = b"" if raw is None else field(9, raw)
    return b"".join(field(1, each) for each in dims) + field(2, data_type) + data + b"".join(more)


def node(*more: bytes) -> bytes:
    """A NodeProto that adds."""
    return field(1, "x") + field(1, "w") + field(2, "y") + field(4, "Add") + b"".join(more)


def attribute(*parts: bytes) -> bytes:
    """Field of a node: an attribute with these fields."""
    return field(5, field(1, "value") + b"".join(parts))


def graph(*more: bytes) -> bytes:
    """A GraphProto of one node and one tensor."""
    return field(1, node()) + field(2, "g") + field(5, tensor()) + b"".join(more)


def opset(version: int = 17, domain: str = "") -> bytes:
    """Field of a model: the version of its operators."""
    return field(8, (field(1, domain) if domain else b"") + field(2, version))


def model(*more: bytes, holding: bytes | None = None, operators: bytes | None = None) -> bytes:
    """A ModelProto."""
    inside = graph() if holding is None else holding
    return field(1, 8) + field(7, inside) + (opset() if operators is None else operators) + b"".join(more)


def fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The fields of a message, each with its number and its bytes."""
    at = 0

    def read() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    while at < len(data):
        start = at
        tag = read()
        length = read()
        at += length if tag & 7 == 2 else 0
        yield tag >> 3, data[start:at]


def without_digest(data: bytes) -> bytes:
    """The model without its digest."""
    return b"".join(each for which, each in fields(data) if which != 14 or DIGEST_KEY.encode() not in each)


def with_card(data: bytes, card: str | bytes) -> bytes:
    """The model with another card, no other metadata and no digest."""
    return b"".join(each for which, each in fields(data) if which != 14) + field(14, entry(METADATA_KEY, card))
