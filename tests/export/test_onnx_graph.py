"""The reader of model files, compared with the `onnx` package, which reads the same bytes by the schema."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from tests.conftest import TINY
from vehicle_id.errors import ModelError
from vehicle_id.model.digest import check_digest, with_digest
from vehicle_id.model.onnx_file import _ELEMENTS, _MODEL, _Kind, _Message, inspect

ROOT = Path(__file__).parents[2]
FILES = [TINY, *sorted((ROOT / "models").glob("*/*.onnx"))]
TYPES = sorted(_ELEMENTS)
NAME = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
WHOLE = st.integers(-(1 << 63), (1 << 63) - 1)
FLOAT = st.floats(width=32, allow_nan=False)


def tensors_of(model: onnx.ModelProto) -> list[onnx.TensorProto]:
    attributes = [each for node in model.graph.node for each in node.attribute]
    constants = [tensor for each in attributes for tensor in ([each.t] if each.HasField("t") else each.tensors)]
    return [*model.graph.initializer, *constants]


def agree(data: bytes) -> None:
    """Our reader and onnx find the same."""
    model, found = onnx.load_from_string(data), inspect(data)
    assert found.metadata == {each.key: each.value for each in model.metadata_props}
    for key, at in found.metadata_at.items():
        value = found.metadata[key].encode()
        assert not value or data[at : at + len(value)] == value
    assert found.num_nodes == len(model.graph.node)
    assert found.operators == {each.op_type for each in model.graph.node}
    assert found.opset == model.opset_import[0].version
    assert found.weight_bytes == sum(numpy_helper.to_array(each).nbytes for each in tensors_of(model))


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_released_files_are_read_as_onnx_reads_them(file: Path) -> None:
    agree(file.read_bytes())
    agree(with_digest(file.read_bytes()))


@st.composite
def tensor(draw: st.DrawFn) -> onnx.TensorProto:
    dims = draw(st.lists(st.integers(0, 4), max_size=4))
    data_type = draw(st.sampled_from(TYPES))
    num = int(np.prod(dims, dtype=int))
    values = np.frombuffer(draw(st.binary(min_size=8 * num, max_size=8 * num)), np.int64)
    kind = helper.tensor_dtype_to_np_dtype(data_type)
    with np.errstate(all="ignore"):
        array = values.astype(np.int32 if data_type == TensorProto.BFLOAT16 else kind)
    if data_type == TensorProto.BFLOAT16 or draw(st.booleans()):
        return helper.make_tensor(draw(NAME), data_type, dims, array.astype(kind).tobytes(), raw=True)
    return helper.make_tensor(draw(NAME), data_type, dims, array.ravel().tolist())


VALUES: list[st.SearchStrategy[Any]] = [
    WHOLE,
    FLOAT,
    st.binary(max_size=9),
    tensor(),
    st.lists(WHOLE, min_size=1, max_size=9),
    st.lists(FLOAT, min_size=1, max_size=9),
    st.lists(NAME, min_size=1, max_size=3),
    st.lists(tensor(), min_size=1, max_size=3),
]


@st.composite
def models(draw: st.DrawFn) -> bytes:
    """Any model that our tables allow."""
    nodes = [
        helper.make_node(
            draw(NAME),
            draw(st.lists(NAME, max_size=3)),
            draw(st.lists(NAME, max_size=3)),
            name=draw(NAME),
            doc_string=draw(NAME),
            domain=draw(st.sampled_from(["", "ai.onnx"])),
            **draw(st.dictionaries(st.sampled_from(["a", "b", "c"]), st.one_of(VALUES))),
        )
        for _ in range(draw(st.integers(0, 4)))
    ]
    shape = draw(st.none() | st.lists(st.integers(0, 1 << 40) | NAME, max_size=5))
    graph = helper.make_graph(
        nodes,
        draw(NAME),
        [helper.make_tensor_value_info(draw(NAME), 1, shape)],
        [helper.make_tensor_value_info(draw(NAME), 7, shape)],
        draw(st.lists(tensor(), max_size=3)),
        doc_string=draw(NAME),
        value_info=[helper.make_tensor_value_info(draw(NAME), 2, shape)],
    )
    imports = [helper.make_opsetid(draw(st.sampled_from(["", "ai.onnx"])), draw(st.integers(1, 30)))]
    model = helper.make_model(graph, opset_imports=imports, producer_name=draw(NAME), doc_string=draw(NAME))
    helper.set_model_props(model, draw(st.dictionaries(NAME, NAME, max_size=4)))
    return bytes(model.SerializeToString())


@settings(max_examples=100, deadline=None)
@given(data=models())
def test_what_onnx_writes_is_read_as_onnx_reads_it(data: bytes) -> None:
    agree(data)
    has_digest = with_digest(data)
    agree(has_digest)
    assert check_digest(has_digest, inspect(has_digest))


@settings(max_examples=200, deadline=None)
@given(data=models(), flips=st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(1, 255)), min_size=1, max_size=3))
def test_damaged_files_are_refused_or_are_models_to_onnx_too(data: bytes, flips: list[tuple[int, int]]) -> None:
    damaged = bytearray(data)
    for at, mask in flips:
        damaged[at % len(damaged)] ^= mask
    with contextlib.suppress(ModelError):
        inspect(bytes(damaged))  # any other exception is a defect of the reader
        onnx.load_from_string(bytes(damaged))


def test_the_numbers_of_the_tables_are_those_of_the_schema() -> None:
    def compare(message: _Message, schema: Any) -> None:
        by_number = {each.number: each for each in schema.fields}
        for number, field in message.fields.items():
            if field.kind is not _Kind.REFUSED:
                assert by_number[number].name == field.name, schema.full_name
            if field.inside is not None:
                compare(field.inside, by_number[number].message_type)

    compare(_MODEL, onnx.ModelProto.DESCRIPTOR)


def widened(edit: str) -> bytes:
    """The tiny model with a feature that onnx can write and no exported network needs."""
    model = onnx.load(TINY)
    graph = model.graph
    if edit == "external":
        onnx.external_data_helper.set_external_data(graph.initializer[0], "weights.bin")
        graph.initializer[0].ClearField("raw_data")
    elif edit == "function":
        model.functions.append(helper.make_function("own", "F", ["x"], ["y"], [], model.opset_import))
    elif edit == "training":
        model.training_info.add()
    elif edit == "sparse":
        graph.sparse_initializer.add().dims.append(1 << 40)
    elif edit == "quantisation":
        graph.quantization_annotation.add().tensor_name = "W"
    elif edit == "sequence":
        graph.input.append(helper.make_tensor_sequence_value_info("s", 1, None))
    elif edit in ("If", "Loop", "Scan"):
        graph.node.append(helper.make_node(edit, ["x"], ["y"], body=helper.make_graph([], "inner", [], [])))
    else:
        graph.node[0].domain = edit
        model.opset_import.append(helper.make_opsetid(edit, 1))
    return bytes(model.SerializeToString())


EDITS = ["external", "function", "training", "sparse", "quantisation", "sequence", "If", "Loop", "Scan"]


@pytest.mark.parametrize("edit", [*EDITS, "com.microsoft", "ai.onnx.ml", "evil"])
def test_features_that_no_exported_network_needs_are_refused(edit: str) -> None:
    with pytest.raises(ModelError, match="not an ONNX model that may be run"):
        inspect(widened(edit))
