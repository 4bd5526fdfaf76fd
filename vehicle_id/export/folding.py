"""Compute once, at export, every part of a graph that no input of it changes.

The graph of a fixed batch and a fixed extent computes shapes, indices and the encoding of the extent from numbers that
are known. Readers smaller than onnxruntime, such as OpenCV 4, do not have the operators for that.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper
from onnx.reference import ReferenceEvaluator

MAX_FOLDED_BYTES = 1 << 16
"""Of one result that is larger than what it is made from."""
STORED = ("DequantizeLinear", "QuantizeLinear")
"""Operators that say how weights are stored; folding them would widen the file."""

Values = dict[str, NDArray[Any]]
"""Name of a tensor -> its values."""


def fold_constants(model: onnx.ModelProto) -> None:
    """Replace every node whose inputs are known by its result, in place.

    Args:
        model: without graphs inside nodes; shapes that follow from fixed axes of its inputs count as known.
    """
    graph = onnx.shape_inference.infer_shapes(model, data_prop=True).graph
    shapes = _fixed_shapes(graph)
    known: Values = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
    kept = []
    for node in model.graph.node:
        results = _results(node, known, shapes, model)
        known.update(results)
        if not results:
            kept.append(node)
    used = {name for node in kept for name in node.input} | {each.name for each in model.graph.output}
    del model.graph.node[:], model.graph.initializer[:], model.graph.value_info[:]
    model.graph.node.extend(kept)
    model.graph.initializer.extend(
        numpy_helper.from_array(values, name) for name, values in known.items() if name in used
    )


def _fixed_shapes(graph: onnx.GraphProto) -> Values:
    """The shape of every tensor whose axes are all fixed."""
    shapes: Values = {}
    for value in (*graph.input, *graph.value_info):
        axes = value.type.tensor_type.shape.dim
        if value.type.tensor_type.HasField("shape") and all(axis.HasField("dim_value") for axis in axes):
            shapes[value.name] = np.array([axis.dim_value for axis in axes], np.int64)
    return shapes


def _results(node: onnx.NodeProto, known: Values, shapes: Values, model: onnx.ModelProto) -> Values:
    """The outputs of a node by name; empty where they depend on an input of the graph, or are large."""
    if node.op_type == "Shape" and node.input[0] in shapes and not node.attribute:
        return {node.output[0]: shapes[node.input[0]]}
    inputs = {name: known[name] for name in node.input if name in known}
    if node.op_type in STORED or len(inputs) < len({name for name in node.input if name}):
        return {}
    if any(values.dtype == np.float16 for values in inputs.values()):
        return {}
    results = _run_alone(node, inputs, model)
    size, before = (sum(each.nbytes for each in values.values()) for values in (results, inputs))
    return {} if size > max(MAX_FOLDED_BYTES, before) and node.op_type != "Constant" else results


def _run_alone(node: onnx.NodeProto, inputs: Values, model: onnx.ModelProto) -> Values:
    outputs = [onnx.helper.make_tensor_value_info(name, 0, None) for name in node.output]
    stored = [numpy_helper.from_array(values, name) for name, values in inputs.items()]
    alone = onnx.helper.make_model(
        onnx.helper.make_graph([node], "alone", [], outputs, stored),
        opset_imports=model.opset_import,
        ir_version=model.ir_version,
    )
    results = ReferenceEvaluator(alone).run(None, {})
    return dict(zip(node.output, map(np.asarray, results), strict=True))
