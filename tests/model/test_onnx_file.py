"""What a model file may contain, read without onnx: hand-made files, each with one part that is not allowed."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import pytest

from tests.wire import attribute, entry, field, graph, model, node, number, opset, tensor
from vehicle_id.errors import ModelError
from vehicle_id.model import onnx_file
from vehicle_id.model.onnx_file import inspect

SPARSE = field(1, tensor()) + field(2, tensor(dims=(2,), data_type=7, raw=bytes(16))) + field(3, 1 << 40)
ELSEWHERE = field(13, entry("location", "/etc/passwd"))
EXTERNAL = field(14, 1)
INNER = field(6, graph()) + field(20, 5)


def in_graph(*more: bytes) -> bytes:
    return model(holding=graph(*more))


def in_node(*more: bytes) -> bytes:
    return in_graph(field(1, node(*more)))


def weights(*more: bytes, **changes: object) -> bytes:
    return in_graph(field(5, tensor(*more, **changes)))  # type: ignore[arg-type]


def test_what_is_in_a_file_is_found() -> None:
    more = in_node(attribute(field(5, tensor(dims=(3,), data_type=2, raw=b"abc"))))
    data = more + field(14, entry("a", "1")) + field(14, entry("ключ", ""))
    found = inspect(data)
    assert found.metadata == {"a": "1", "ключ": ""}
    assert data[found.metadata_at["a"] :].startswith(b"1")
    assert (found.num_nodes, found.operators, found.opset, found.weight_bytes) == (2, {"Add"}, 17, 8 + 3)


def test_the_tiny_model_is_found_whole(tiny: Path) -> None:
    found = inspect(tiny.read_bytes())
    assert (found.num_nodes, len(found.operators), found.opset) == (11, 7, 13)
    assert list(found.metadata) == ["vehicle_id.sha256", "vehicle_id.card"]


@pytest.mark.parametrize(
    ("data_type", "dims", "data"),
    [
        (1, (2,), field(4, bytes(8))),
        (6, (), field(5, number(300))),
        (3, (2,), field(5, number((1 << 64) - 1) + number(1))),  # a negative one takes ten bytes
        (7, (1, 3), field(7, b"\x01\x02\x03")),
        (11, (1,), field(10, bytes(8))),
        (13, (2,), field(11, b"\x80\x01\x05")),
        (10, (2, 2), field(9, bytes(8))),
        (1, (0, 1 << 20), b""),
        (1, (0,), field(9, b"")),
    ],
)
def test_weights_may_stand_wherever_onnx_puts_them(data_type: int, dims: tuple[int, ...], data: bytes) -> None:
    found = inspect(weights(data, data_type=data_type, dims=dims, raw=None))
    assert found.num_nodes == 1


REFUSED = {
    "nothing": (b"", "it has no graph"),
    "a word": (b"not a model", "ModelProto has the field"),
    "no graph": (field(1, 8) + opset(), "it has no graph"),
    "an empty graph": (model(holding=b""), "it has no graph"),
    "two graphs": (model(field(7, graph())), "ModelProto has graph twice"),
    "rubbish behind": (model() + b"\x00", "has the field 0"),
    "rubbish of a text": (model() + b"rubbish", "metadata_props is cut off"),
    "half a tag": (model() + b"\x80", "cut off or too long"),
    "a group": (model() + b"\x0b\x0c", "ir_version of ModelProto is written as wire type 3|twice"),
    "a group in a graph": (in_graph(b"\x13\x14"), "name of GraphProto is written as wire type 3"),
    "wire type 7": (in_graph(b"\x17"), "wire type 7"),
    "a number of eleven bytes": (field(7, graph()) + b"\x08" + b"\xff" * 10 + b"\x01", "cut off or too long"),
    "a number over 64 bits": (field(7, graph()) + b"\x08" + b"\xff" * 9 + b"\x7f", "cut off or too long"),
    "a number padded with zeros": (field(7, graph()) + b"\x08\x88\x00", "cut off or too long"),
    "a length past the end": (b"\x3a\xff\xff\xff\xff\x07" + graph(), "graph is cut off"),
    "a length past its message": (model(holding=b"\x12\x7fg"), "name is cut off"),
    "a float past the end": (in_node(field(5, b"\x15\x00")), "f is cut off"),
    "a later field of a model": (model(field(26, b"")), "ModelProto has the field 26"),
    "a later field of a tensor": (weights(field(17, 1)), "TensorProto has the field 17"),
    "a piece of a tensor": (weights(field(3, field(1, 0))), "TensorProto has the field 3"),
    "a name twice": (in_graph(field(2, "h")), "GraphProto has name twice"),
    "a name that is no text": (model(field(2, b"\xff")), "producer_name is not UTF-8"),
    "a text of a book": (model(field(6, b" " * ((1 << 20) + 1))), "doc_string is longer than 1 MiB"),
    "weights in another file": (weights(ELSEWHERE, EXTERNAL, raw=None), "data in another file"),
    "weights said to be elsewhere": (weights(EXTERNAL), "data in another file"),
    "weights half elsewhere": (weights(ELSEWHERE), "data in another file"),
    "a constant in another file": (in_node(attribute(field(5, tensor(ELSEWHERE)))), "data in another file"),
    "a constant said to be elsewhere": (in_node(attribute(field(5, tensor(EXTERNAL)))), "data in another file"),
    "one of many constants elsewhere": (in_node(attribute(field(10, tensor(EXTERNAL)))), "data in another file"),
    "weights elsewhere in a branch": (
        in_node(attribute(field(6, graph(field(5, tensor(ELSEWHERE)))))),
        "a subgraph",
    ),
    "sparse weights": (in_graph(field(15, SPARSE)), "a sparse tensor"),
    "sparse weights elsewhere": (in_graph(field(15, field(1, tensor(ELSEWHERE)))), "a sparse tensor"),
    "a sparse constant": (in_node(attribute(field(22, SPARSE))), "a sparse tensor"),
    "sparse constants": (in_node(attribute(field(23, SPARSE))), "a sparse tensor"),
    "an operator of another library": (in_node(field(7, "com.microsoft")), "operator of 'com.microsoft'"),
    "an operator of a rude name": (in_node(field(7, "\x1b[2J")), r"operator of '\\x1b\[2J'"),
    "operators of machine learning": (model(opset(3, "ai.onnx.ml")), "imports operators of 'ai.onnx.ml'"),
    "operators of training": (model(opset(1, "ai.onnx.preview.training")), "imports operators of"),
    "no operators": (model(operators=b""), "does not state one version"),
    "operators twice": (model(opset(18)), "does not state one version"),
    "operators under both names": (model(opset(18, "ai.onnx")), "does not state one version"),
    "operators of no version": (model(operators=field(8, b"")), "does not state one version"),
    "a function": (model(field(25, field(1, "f"))), "contains functions"),
    "instructions for training": (model(field(20, b"")), "instructions for training"),
    "a branch": (in_node(attribute(INNER)), "a subgraph"),
    "many branches": (in_node(attribute(field(11, graph()) + field(20, 10))), "a subgraph"),
    "a type within a type": (in_graph(field(11, field(1, "s") + field(2, field(4, b"")))), "TypeProto has the field 4"),
    "eight bytes for a terabyte": (weights(dims=(1 << 20, 1 << 18)), "does not match its data"),
    "dims that overflow": (weights(dims=(1 << 33, 1 << 31)), "does not match its data"),
    "a negative dim": (weights(dims=((1 << 64) - 2,)), "does not match its data"),
    "more bytes than elements": (weights(raw=bytes(12)), "does not match its data"),
    "no bytes at all": (weights(raw=None), "does not match its data"),
    "bytes of another type": (weights(field(7, b"\x01\x02"), raw=None), "does not match its data"),
    "data in two places": (weights(field(4, bytes(8))), "does not match its data"),
    "a constant that asks for a terabyte": (
        in_node(attribute(field(5, tensor(dims=(1 << 38,))))),
        "does not match its data",
    ),
    "nine axes": (weights(dims=(1,) * 8 + (2,)), "has 9 axes, more than 8"),
    "texts for weights": (weights(data_type=8), "elements of type 8"),
    "weights of no type": (in_graph(field(5, field(1, 2) + field(9, bytes(8)))), "elements of type 0"),
    "floats cut off": (weights(field(4, bytes(7)), raw=None), "float_data is cut off"),
    "integers cut off": (weights(field(7, b"\x01\x80"), data_type=7, raw=None), "int64_data is cut off"),
    "only half a number": (weights(field(7, b"\x80"), data_type=7, raw=None), "int64_data is cut off"),
    "integers too long": (weights(field(7, b"\xff" * 10 + b"\x01\x01"), data_type=7, raw=None), "is too long"),
    "a key twice": (model(field(14, entry("a", "1")), field(14, entry("a", "1"))), "has the key 'a' twice"),
    "a key within an entry twice": (model(field(14, entry("a", "1") + field(1, "b"))), "has key twice"),
    "a long key": (model(field(14, entry("k" * 129, ""))), "longer than 128 characters"),
    "much metadata": (model(*(field(14, entry(str(each), "")) for each in range(65))), "more than 64 entries"),
    "many nodes": (model(holding=field(1, node()) * 20_001), "has 20001 nodes, more than 20000"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_exported_network_needs_is_refused(name: str) -> None:
    data, reason = REFUSED[name]
    with pytest.raises(ModelError, match=f"^the file is not an ONNX model that may be run: .*({reason})") as caught:
        inspect(data)
    assert str(caught.value).isprintable() and len(str(caught.value)) < 250


def test_more_fields_than_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_file, "MAX_FIELDS", 1 << 10)  # the limit itself takes seconds to reach
    inspect(in_node(attribute(field(8, 1) * 900)))
    with pytest.raises(ModelError, match="more than 1024 fields"):
        inspect(in_node(attribute(field(8, 1) * (1 << 10))))


@pytest.mark.parametrize("end", range(0, len(model()), 3))
def test_a_file_cut_off_before_its_end_is_refused(end: int) -> None:
    with pytest.raises(ModelError):
        inspect(model()[:end])


def test_a_file_that_is_too_large_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_file, "MAX_MODEL_BYTES", 10)
    with pytest.raises(ModelError, match="is larger than 0 MiB"):
        inspect(model())


def test_weights_are_not_copied_and_long_lists_are_counted_in_pieces() -> None:
    num = 8 << 20
    data = in_graph(
        field(5, tensor(dims=(num,), data_type=2, raw=bytes(num))),
        field(5, tensor(field(7, b"\x80\x01" * num), dims=(num,), data_type=7, raw=None)),
    )
    tracemalloc.start()
    try:
        assert inspect(data).weight_bytes == 8 + 9 * num
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 32 << 20  # of 24 MiB that a copy would take, and 128 for all places of the list


def test_the_time_grows_as_the_fields_do() -> None:
    def seconds(num: int) -> float:
        data = model(holding=field(1, node()) * num)
        start = time.process_time()
        inspect(data)
        return time.process_time() - start

    assert min(seconds(4000) for _ in range(3)) < 16 * min(seconds(1000) for _ in range(3))


def test_the_tables_have_no_loop() -> None:
    def depth(message: onnx_file._Message) -> int:
        inside = {each.inside.name: each.inside for each in message.fields.values() if each.inside is not None}
        return 1 + max(map(depth, inside.values()), default=0)

    assert depth(onnx_file._MODEL) == 7  # model, graph, value, type, array, shape, axis
