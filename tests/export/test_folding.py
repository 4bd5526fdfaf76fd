"""What does not depend on a graph's inputs is computed once, and nothing else changes."""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import numpy_helper

from tests.fixtures.untrained_model import SIDE, make_model
from vehicle_id.crops.chips import Chip
from vehicle_id.export.folding import fold_constants
from vehicle_id.export.quantise import to_fp16, to_int8
from vehicle_id.export.single_input import single_input
from vehicle_id.model.card import ModelCard


def run(model: onnx.ModelProto, values: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    [output] = session.run(None, {session.get_inputs()[0].name: values})
    return output


def parsed(nodes: str) -> onnx.ModelProto:
    return onnx.parser.parse_model(
        f'<ir_version: 8, opset_import: ["" : 17]> g (float[2, 3] x) => (float[2, 3] y) {{ {nodes} }}'
    )


@pytest.mark.parametrize(
    ("nodes", "left"),
    [
        ("two = Constant <value = float {2.0}> () four = Mul (two, two) y = Mul (x, four)", ["Mul"]),
        ("s = Shape (x) ones = ConstantOfShape <value = float[1] {1.0}> (s) y = Add (x, ones)", ["Add"]),
        ("a = Abs (x) s = Shape (a) y = Reshape (a, s)", ["Abs", "Reshape"]),
        ("y = Abs (x)", ["Abs"]),
    ],
)
def test_only_what_depends_on_the_input_is_left(nodes: str, left: list[str]) -> None:
    model, values = parsed(nodes), np.array([[-1, 2, -3], [4, -5, 6]], np.float32)
    before = run(model, values)
    fold_constants(model)
    assert [node.op_type for node in model.graph.node] == left
    np.testing.assert_array_equal(run(model, values), before)


def test_an_output_that_is_known_stays_an_output() -> None:
    model = parsed("s = Shape (x) y = ConstantOfShape <value = float[1] {1.0}> (s)")
    fold_constants(model)
    onnx.checker.check_model(model, full_check=True)
    assert [each.name for each in model.graph.initializer] == ["y"]


def test_a_free_axis_is_not_known() -> None:
    model = parsed("s = Shape (x) ones = ConstantOfShape <value = float[1] {1.0}> (s) y = Add (x, ones)")
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_param = "N"
    fold_constants(model)
    assert [node.op_type for node in model.graph.node] == ["Shape", "ConstantOfShape", "Add"]


@pytest.mark.parametrize("precision", ["int8", "fp16"])
def test_weights_stay_as_narrow_as_they_are_stored(card: ModelCard, precision: str) -> None:
    data = make_model(card)
    noise = np.random.default_rng(0).integers(0, 256, (20, SIDE, SIDE, 3), dtype=np.uint8)
    chips = [Chip(pixels=each, extent_m=10.0) for each in noise]
    narrow = to_int8(data, chips) if precision == "int8" else to_fp16(data)
    variant = onnx.load_from_string(single_input(narrow, card, extent_m=8))
    assert stored_bytes(variant) < 1.02 * stored_bytes(onnx.load_from_string(narrow))
    assert not {"Shape", "Range", "ConstantOfShape", "Constant"} & {node.op_type for node in variant.graph.node}


def stored_bytes(model: onnx.ModelProto) -> int:
    return sum(numpy_helper.to_array(each).nbytes for each in model.graph.initializer)
