"""Checks an ONNX file before onnxruntime loads it: a file with more than a network needs is refused.

A model may come from anyone. onnxruntime supports more than a classifier needs: weights in other files, operators of
other libraries, functions, loops. So the bytes are parsed here first, against the tables below. They contain the fields
of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, read at ONNX 1.23) that an exported network uses,
in proto2 syntax. A field that is not in the tables is refused, although protobuf would skip it: onnxruntime may read
what another reader skips, and a damaged byte may have changed a field's number. If an export needs a new field of ONNX,
add a line to the tables.

The tables nest to a fixed depth and contain no loop; weights are skipped, never copied; the time is linear in the
fields, whose number is limited. Does not check whether the network makes sense, or how much memory it takes to run.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import numpy as np

from vehicle_id.errors import ModelError

MAX_MODEL_BYTES = 512 << 20
"""Thirty times the released model."""
MAX_NODES = 20_000
"""The released models have about 400."""
MAX_FIELDS = 1 << 19
"""In all messages together: a few seconds of parsing. The released models have up to 9,000."""
MAX_TEXT_BYTES = 1 << 20
"""Length of one text: a name, a doc string, a card."""
MAX_METADATA = 64
"""Entries of the model; the released models have three."""
MAX_KEY_CHARACTERS = 128
MAX_AXES = 8
"""Axes of one tensor of weights; batches of volumes have five."""
DOMAINS = ("", "ai.onnx")
"""Two names of the standard operators. Exports need no others, quantised ones included."""
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """The content of a model file."""

    metadata: dict[str, str]
    metadata_at: dict[str, int]
    """Key -> position of its value in the file."""
    num_nodes: int
    operators: frozenset[str]
    """Types of the nodes, such as `Conv`."""
    opset: int
    """Version of the standard operators."""
    weight_bytes: int
    """Size of all tensors in memory, constants included."""


def inspect(data: bytes) -> Graph:
    """Parse a model file.

    Raises:
        ModelError: it is not an ONNX model, is damaged, or contains what no exported network needs.
    """
    if len(data) > MAX_MODEL_BYTES:
        raise _refusal(f"it is larger than {MAX_MODEL_BYTES >> 20} MiB")
    reader = _Reader(data)
    model = reader.message(_MODEL, 0, len(data))
    [graph] = model.get("graph", [{}])
    if not graph:
        raise _refusal("it has no graph")
    nodes = graph.get("node", [])
    if len(nodes) > MAX_NODES:
        raise _refusal(f"it has {len(nodes)} nodes, more than {MAX_NODES}")
    operators = frozenset(_operator(node) for node in nodes)
    attributes = [each for node in nodes for each in node.get("attribute", [])]
    tensors = [each for held in attributes for name in ("t", "tensors") for each in held.get(name, [])]
    metadata, places = _metadata(model.get("metadata_props", []))
    return Graph(
        metadata=metadata,
        metadata_at=places,
        num_nodes=len(nodes),
        operators=operators,
        opset=_opset(model.get("opset_import", [])),
        weight_bytes=sum(_tensor_bytes(each) for each in [*graph.get("initializer", []), *tensors]),
    )


class _Kind(Enum):
    INTEGER = auto()
    FLOAT = auto()
    TEXT = auto()
    BYTES = auto()
    INTEGERS = auto()  # packed; the values are counted, not parsed
    FLOATS = auto()
    DOUBLES = auto()
    MESSAGE = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    name: str
    kind: _Kind
    many: bool = False
    inside: _Message | None = None
    why_not: str = ""
    wire: int = 2
    """Type of the encoding: 0 is a varint, 5 is four bytes, 2 has its length in front."""
    value_bytes: int = 1
    """Size of one packed value."""


@dataclass(frozen=True, slots=True)
class _Text:
    value: str
    at: int


@dataclass(frozen=True, slots=True)
class _Message:
    name: str
    fields: dict[int, _Field]


_Found = dict[str, list[Any]]
"""Field -> its values in a message: integers, texts, counts of values or of bytes, messages."""


def _integer(name: str, *, many: bool = False) -> _Field:
    return _Field(name=name, kind=_Kind.INTEGER, many=many, wire=0)


def _float(name: str, *, many: bool = False) -> _Field:
    return _Field(name=name, kind=_Kind.FLOAT, many=many, wire=5)


def _text(name: str, *, many: bool = False) -> _Field:
    return _Field(name=name, kind=_Kind.TEXT, many=many)


def _packed(name: str, kind: _Kind) -> _Field:
    return _Field(name=name, kind=kind, value_bytes={_Kind.FLOATS: 4, _Kind.DOUBLES: 8}.get(kind, 1))


def _one(name: str, inside: _Message) -> _Field:
    return _Field(name=name, kind=_Kind.MESSAGE, inside=inside)


def _many(name: str, inside: _Message) -> _Field:
    return _Field(name=name, kind=_Kind.MESSAGE, inside=inside, many=True)


def _refused(why_not: str) -> _Field:
    return _Field(name="", kind=_Kind.REFUSED, why_not=why_not)


_SPARSE = _refused("it contains a sparse tensor, whose size in memory is not known from its bytes")
_SUBGRAPH = _refused("a node contains a subgraph, as If, Loop and Scan do: it may never end")

_ENTRY = _Message("StringStringEntryProto", {1: _text("key"), 2: _text("value")})
_NOTES = _many("metadata_props", _ENTRY)
_OPSET = _Message("OperatorSetIdProto", {1: _text("domain"), 2: _integer("version")})
_TENSOR = _Message(
    "TensorProto",
    {
        1: _integer("dims", many=True),
        2: _integer("data_type"),
        4: _packed("float_data", _Kind.FLOATS),
        5: _packed("int32_data", _Kind.INTEGERS),
        7: _packed("int64_data", _Kind.INTEGERS),
        8: _text("name"),
        9: _Field(name="raw_data", kind=_Kind.BYTES),
        10: _packed("double_data", _Kind.DOUBLES),
        11: _packed("uint64_data", _Kind.INTEGERS),
        12: _text("doc_string"),
        13: _refused("a tensor has its data in another file"),
        14: _integer("data_location"),
        16: _NOTES,
    },
)
_ATTRIBUTE = _Message(
    "AttributeProto",
    {
        1: _text("name"),
        2: _float("f"),
        3: _integer("i"),
        4: _Field(name="s", kind=_Kind.BYTES),
        5: _one("t", _TENSOR),
        6: _SUBGRAPH,
        7: _float("floats", many=True),
        8: _integer("ints", many=True),
        9: _Field(name="strings", kind=_Kind.BYTES, many=True),
        10: _many("tensors", _TENSOR),
        11: _SUBGRAPH,
        13: _text("doc_string"),
        20: _integer("type"),
        22: _SPARSE,
        23: _SPARSE,
    },
)
_NODE = _Message(
    "NodeProto",
    {
        1: _text("input", many=True),
        2: _text("output", many=True),
        3: _text("name"),
        4: _text("op_type"),
        5: _many("attribute", _ATTRIBUTE),
        6: _text("doc_string"),
        7: _text("domain"),
        9: _NOTES,
    },
)
_AXIS = _Message("Dimension", {1: _integer("dim_value"), 2: _text("dim_param"), 3: _text("denotation")})
_SHAPE = _Message("TensorShapeProto", {1: _many("dim", _AXIS)})
_ARRAY = _Message("TypeProto.Tensor", {1: _integer("elem_type"), 2: _one("shape", _SHAPE)})
_TYPE = _Message("TypeProto", {1: _one("tensor_type", _ARRAY), 6: _text("denotation")})
_VALUE = _Message("ValueInfoProto", {1: _text("name"), 2: _one("type", _TYPE), 3: _text("doc_string"), 4: _NOTES})
_GRAPH = _Message(
    "GraphProto",
    {
        1: _many("node", _NODE),
        2: _text("name"),
        5: _many("initializer", _TENSOR),
        10: _text("doc_string"),
        11: _many("input", _VALUE),
        12: _many("output", _VALUE),
        13: _many("value_info", _VALUE),
        15: _SPARSE,
        16: _NOTES,
    },
)
_MODEL = _Message(
    "ModelProto",
    {
        1: _integer("ir_version"),
        2: _text("producer_name"),
        3: _text("producer_version"),
        4: _text("domain"),
        5: _integer("model_version"),
        6: _text("doc_string"),
        7: _one("graph", _GRAPH),
        8: _many("opset_import", _OPSET),
        14: _NOTES,
        20: _refused("it contains instructions for training"),
        25: _refused("it contains functions"),
    },
)

_ELEMENTS = {
    1: ("float_data", 4),  # float32
    2: ("int32_data", 1),  # uint8
    3: ("int32_data", 1),  # int8
    4: ("int32_data", 2),  # uint16
    5: ("int32_data", 2),  # int16
    6: ("int32_data", 4),  # int32
    7: ("int64_data", 8),  # int64
    9: ("int32_data", 1),  # bool
    10: ("int32_data", 2),  # float16
    11: ("double_data", 8),  # float64
    12: ("uint64_data", 4),  # uint32
    13: ("uint64_data", 8),  # uint64
    16: ("int32_data", 2),  # bfloat16
}
"""TensorProto.DataType -> field of the values that are not in `raw_data`, and bytes of one value in memory."""
_STORES = {"raw_data", *(store for store, _ in _ELEMENTS.values())}


class _Reader:
    """Reads the wire format (https://protobuf.dev/programming-guides/encoding) by the tables above."""

    __slots__ = ("_num_left", "_view")

    def __init__(self, data: bytes) -> None:
        self._view = memoryview(data)
        self._num_left = MAX_FIELDS

    def message(self, message: _Message, start: int, end: int) -> _Found:
        """All fields of the message in these bytes."""
        found: _Found = {}
        at = start
        while at < end:
            field, at = self._tag(message, at, end)
            value, at = self._value(field, at, end)
            values = found.setdefault(field.name, [])
            if values and not field.many:  # protobuf would take the last one, or merge them
                raise _refusal(f"{message.name} has {field.name} twice")
            values.append(value)
        return found

    def _tag(self, message: _Message, at: int, end: int) -> tuple[_Field, int]:
        self._num_left -= 1
        if self._num_left < 0:
            raise _refusal(f"it has more than {MAX_FIELDS} fields")
        tag, at = self._integer(at, end)
        number, wire = tag >> 3, tag & 7
        if number not in message.fields:
            raise _refusal(f"{message.name} has the field {number}, which no exported network needs")
        field = message.fields[number]
        if field.kind is _Kind.REFUSED:
            raise _refusal(field.why_not)
        if wire != field.wire:
            raise _refusal(f"{field.name} of {message.name} is written as wire type {wire}")
        return field, at

    def _value(self, field: _Field, at: int, end: int) -> tuple[Any, int]:
        if field.kind is _Kind.INTEGER:
            return self._integer(at, end)
        length, at = (4, at) if field.kind is _Kind.FLOAT else self._integer(at, end)
        if length > end - at:
            raise _refusal(f"{field.name} is cut off")
        return self._delimited(field, at, at + length), at + length

    def _delimited(self, field: _Field, start: int, end: int) -> Any:
        if field.inside is not None:
            return self.message(field.inside, start, end)
        if field.kind is _Kind.TEXT:
            return self._text(field.name, start, end)
        if field.kind is _Kind.INTEGERS:
            return self._count_integers(field.name, start, end)
        if (end - start) % field.value_bytes:
            raise _refusal(f"{field.name} is cut off")
        return (end - start) // field.value_bytes

    def _integer(self, at: int, end: int) -> tuple[int, int]:
        """A varint and its end."""
        if at < end and (byte := self._view[at]) < 0x80:  # most have one byte
            return byte, at + 1
        value = 0
        for number, byte in enumerate(self._view[at : min(end, at + 10)]):
            value |= (byte & 0x7F) << (7 * number)
            if byte < 0x80:
                if value >> 64 or (number and not byte):  # padded with zeros
                    break
                return value, at + number + 1
        raise _refusal(f"the number at byte {at} is cut off or too long")

    def _text(self, name: str, start: int, end: int) -> _Text:
        if end - start > MAX_TEXT_BYTES:
            raise _refusal(f"{name} is longer than {MAX_TEXT_BYTES >> 20} MiB")
        try:
            return _Text(str(self._view[start:end], "utf-8"), start)
        except UnicodeDecodeError as error:
            raise _refusal(f"{name} is not UTF-8") from error

    def _count_integers(self, name: str, start: int, end: int) -> int:
        """Number of varints that fill these bytes exactly: the last byte of each is below 128."""
        count, last = 0, start - 1
        for first in range(start, end, _CHUNK):  # in pieces, so that a long list does not take eight times its memory
            values = np.frombuffer(self._view[first : min(end, first + _CHUNK)], np.uint8)
            ends = np.flatnonzero(values < 0x80) + first
            if np.diff(ends, prepend=last).max(initial=0) > 10:
                raise _refusal(f"a number of {name} is too long")
            count, last = count + len(ends), int(ends[-1]) if len(ends) else last
        if last != end - 1:
            raise _refusal(f"{name} is cut off")
        return count


def _refusal(reason: str) -> ModelError:
    return ModelError(f"the file is not an ONNX model that may be run: {reason}")


def _only_text(found: _Found, name: str) -> str:
    """The text of a field; empty if there is none, as in protobuf."""
    return found[name][0].value if name in found else ""


def _operator(node: _Found) -> str:
    domain = _only_text(node, "domain")
    if domain not in DOMAINS:
        raise _refusal(f"a node is an operator of {_quoted(domain)}, not of ONNX itself")
    return _only_text(node, "op_type")


def _opset(imports: list[_Found]) -> int:
    for each in imports:
        domain = _only_text(each, "domain")
        if domain not in DOMAINS:
            raise _refusal(f"it imports operators of {_quoted(domain)}, only those of ONNX itself can be used")
    if len(imports) != 1 or "version" not in imports[0]:
        raise _refusal("it does not state one version of ONNX operators")
    return int(imports[0]["version"][0])


def _metadata(entries: list[_Found]) -> tuple[dict[str, str], dict[str, int]]:
    if len(entries) > MAX_METADATA:
        raise _refusal(f"its metadata has more than {MAX_METADATA} entries")
    values: dict[str, str] = {}
    places: dict[str, int] = {}
    for entry in entries:
        key = _only_text(entry, "key")
        if len(key) > MAX_KEY_CHARACTERS:
            raise _refusal(f"a key of its metadata is longer than {MAX_KEY_CHARACTERS} characters")
        if key in values:
            raise _refusal(f"its metadata has the key {_quoted(key)} twice")
        values[key] = _only_text(entry, "value")
        places[key] = entry["value"][0].at if "value" in entry else 0
    return values, places


def _tensor_bytes(tensor: _Found) -> int:
    """Size of a tensor in memory, which must match its data: a few bytes cannot request a terabyte."""
    if tensor.get("data_location", [0]) != [0]:
        raise _refusal("a tensor has its data in another file")
    dims = tensor.get("dims", [])
    if len(dims) > MAX_AXES:
        raise _refusal(f"a tensor has {len(dims)} axes, more than {MAX_AXES}")
    [data_type] = tensor.get("data_type", [0])
    if data_type not in _ELEMENTS:
        raise _refusal(f"a tensor contains elements of type {data_type}, which no exported network needs")
    store, size = _ELEMENTS[data_type]
    num = math.prod(dims)  # a negative number is read as one above 2^63, which no file can contain
    held = {name: tensor[name][0] for name in _STORES & set(tensor) if tensor[name][0]}
    if held not in ([{}] if num == 0 else [{"raw_data": num * size}, {store: num}]):
        raise _refusal(f"a tensor of {num} elements does not match its data")
    return num * size


def _quoted(text: str) -> str:
    return ascii(text[:64])
