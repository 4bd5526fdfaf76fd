"""An exported graph -> the same graph computed in 8 bits, or with its weights stored in 16.

8 bits: static quantisation of the backbone by onnxruntime's own tool; `benchmarks/LOG.md` has the measurements behind
the choices. Activations are unsigned and start at zero, so that ReLU6 costs nothing: it is the end of the range.
Weights are signed, with a range for every channel. Pixels have 8 bits already, and the normalisation is their scale.
The head stays float: it takes 1 % of the time, and sizes are read from it.

16 bits: the weights are widened to 32 bits when the file is loaded. The file is half as large, and not faster.

`recalibrate.py` fits the decision of the new graph and measures its loss.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vehicle_id.model.runtime import onnxruntime  # first: it switches off onnxruntime's telemetry

# isort: split
import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from vehicle_id.crops.chips import Chip, stack

QUANTISED = ["Conv", "Clip", "Relu", "Add", "GlobalAveragePool"]
"""Without Clip the tool quantises before ReLU6 and again after it, which costs ten points of accuracy and 34 nodes."""
BACKBONE = "/backbone/"
"""Part of the names of the backbone's nodes; torch names a node after its module."""
BATCH = 16
"""Chips whose activations are in memory at once, 100 MB at 96 px."""

Feed = dict[str, NDArray[Any]]
"""Input -> values."""


def to_int8(data: bytes, chips: Sequence[Chip]) -> bytes:
    """The graph with its backbone in 8 bits.

    Args:
        data: an exported graph.
        chips: of training crops; the smallest and the largest value of each activation become its range.
    """
    with tempfile.TemporaryDirectory() as folder:
        plain, quantised = Path(folder) / "plain.onnx", Path(folder) / "quantised.onnx"
        quant_pre_process(onnx.load_from_string(data), plain, skip_symbolic_shape=True)  # batch norm into convolutions
        exact = onnx.load(plain)
        pixels = fold_normalisation(exact.graph)
        overrides = neighbour_ranges(exact.graph)
        if pixels is not None:
            name, zero_point = pixels
            overrides[name] = [{"scale": np.array(1.0, np.float32), "zero_point": np.array(zero_point, np.uint8)}]
        inputs = [each.name for each in exact.graph.input]
        feeds = [
            dict(zip(inputs, stack(chips[first : first + BATCH]), strict=False))
            for first in range(0, len(chips), BATCH)
        ]
        quantize_static(
            exact,
            quantised,
            _FeedReader(feeds),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=QUANTISED,
            nodes_to_quantize=[each.name for each in exact.graph.node if BACKBONE in each.name],
            extra_options={"TensorQuantOverrides": overrides},
        )
        model, exact = onnx.load(quantised), onnx.load(plain)  # the tool changes its input
    fold_normalisation(exact.graph)
    correct_biases(model.graph, exact, feeds)
    # the optimiser lists every domain that it supports
    opsets = [each for each in model.opset_import if not each.domain]
    del model.opset_import[:]
    model.opset_import.extend(opsets)
    del model.metadata_props[:]
    return bytes(model.SerializeToString())


def to_fp16(data: bytes) -> bytes:
    """The graph with the weights of its convolutions and layers in 16 bits, each followed by a cast to 32.

    onnxruntime does the casts when it loads the file. Biases and batch norm stay in 32 bits: they are small, and need
    the digits.

    Args:
        data: an exported graph.
    """
    model = onnx.load_from_string(data)
    graph = model.graph
    weights = {node.input[1] for node in graph.node if node.op_type in ("Conv", "Gemm")}
    casts = []
    for tensor in graph.initializer:
        if tensor.name in weights and tensor.data_type == onnx.TensorProto.FLOAT:
            wide, narrow = tensor.name, f"{tensor.name}_fp16"
            tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), narrow))
            casts.append(
                onnx.helper.make_node("Cast", [narrow], [wide], name=f"{wide}_cast", to=onnx.TensorProto.FLOAT)
            )
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    return bytes(model.SerializeToString())


def neighbour_ranges(graph: onnx.GraphProto) -> dict[str, list[dict[str, Any]]]:
    """For each convolution over channels, the range of every output channel's weights, as overrides for the tool.

    Processors without VNNI multiply two neighbours, add them in 16 bits, and saturate: 255 x (a + b) fits where a + b
    is at most 128. Therefore the largest sum of two neighbours of one sign in a channel becomes 127, not its largest
    weight. Seven bits per weight (`reduce_range`) would also fit, but lose more accuracy.
    """
    tensors = {each.name: each for each in graph.initializer}
    found: dict[str, list[dict[str, Any]]] = {}
    for node in graph.node:
        if node.op_type != "Conv" or node.input[1] not in tensors or BACKBONE not in node.name:
            continue
        weights = numpy_helper.to_array(tensors[node.input[1]])
        if weights.shape[1] > 1:  # depthwise convolutions have their own kernels, which add in 32 bits
            ranges = _largest_sums(weights)
            found[node.input[1]] = [{"axis": 0, "symmetric": True, "rmin": -each, "rmax": each} for each in ranges]
    return found


def _largest_sums(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """The largest sum of two neighbours of one sign in each output channel of `[O, I, H, W]`, `[O]`."""
    rows = weights.transpose(0, 2, 3, 1).reshape(len(weights), -1)  # channels last, as the kernels read them
    rows = np.pad(rows, ((0, 0), (0, rows.shape[1] % 2)))
    pairs = rows.reshape(len(rows), -1, 2)
    above, below = np.maximum(pairs, 0).sum(axis=2), np.maximum(-pairs, 0).sum(axis=2)
    return np.asarray(np.maximum(above, below).max(axis=1))


def fold_normalisation(graph: onnx.GraphProto) -> tuple[str, int] | None:
    """Move the normalisation into the first convolution, except for a whole number that is subtracted from the pixels.

    This number becomes the zero point of the bytes and the value of the padding. It differs from the mean of a colour
    by up to a few grey levels, which affects only the padding.

    Returns:
        The tensor of pixels minus that number, and the number; None where the graph begins in another way.
    """
    made_by = {name: node for node in graph.node for name in node.output}
    tensors = {each.name: each for each in graph.initializer}
    first = next((each for each in graph.node if each.op_type == "Conv"), None)
    scale = made_by.get(first.input[0]) if first is not None else None
    shift = made_by.get(scale.input[0]) if scale is not None and scale.op_type == "Div" else None
    cast = made_by.get(shift.input[0]) if shift is not None and shift.op_type == "Sub" else None
    if first is None or scale is None or shift is None or cast is None or cast.op_type != "Cast":
        return None
    if not {scale.input[1], shift.input[1], *first.input[1:]} <= set(tensors):
        return None
    mean, std = (numpy_helper.to_array(tensors[each.input[1]]).astype(float).ravel() for each in (shift, scale))
    zero_point = round(float(mean.mean()))
    weights = numpy_helper.to_array(tensors[first.input[1]]) / std[:, None, None]
    bias = numpy_helper.to_array(tensors[first.input[2]]) if len(first.input) > 2 else np.zeros(len(weights))
    bias = bias + weights.sum(axis=(2, 3)) @ (zero_point - mean)
    del first.input[:], shift.input[1:]
    first.input.extend([shift.output[0], "pixels.weight", "pixels.bias"])
    shift.input.append("pixels.zero_point")
    graph.initializer.extend(
        [
            numpy_helper.from_array(weights.astype(np.float32), "pixels.weight"),
            numpy_helper.from_array(bias.astype(np.float32), "pixels.bias"),
            numpy_helper.from_array(np.array([zero_point], np.float32), "pixels.zero_point"),
        ]
    )
    graph.node.remove(scale)
    _drop_unused(graph)
    return shift.output[0], zero_point


def correct_biases(graph: onnx.GraphProto, exact: onnx.ModelProto, feeds: Sequence[Feed]) -> None:
    """Subtract from every bias what the rounding of the weights adds to the mean output of its channel.

    Nagel et al. 2019, arXiv 1906.04721, section 4.2, with measured means.

    Args:
        graph: in 8 bits; changed in place.
        exact: the graph that it was made from, with the same names of nodes.
        feeds: batches of inputs over which means are taken.
    """
    tensors = {each.name: each for each in graph.initializer}
    made_by = {name: node for node in graph.node for name in node.output}
    before = {each.name: numpy_helper.to_array(each) for each in exact.graph.initializer}
    convolutions = {each.name: each for each in exact.graph.node if each.op_type == "Conv" and len(each.input) == 3}
    means = _mean_inputs(exact, list(convolutions.values()), feeds)
    for node in graph.node:
        if node.name not in convolutions or not {*node.input[1:]} <= set(made_by):
            continue
        weights, bias = (made_by[name].input for name in node.input[1:])
        scale = numpy_helper.to_array(tensors[weights[1]])[:, None, None, None]
        error = numpy_helper.to_array(tensors[weights[0]]) * scale - before[convolutions[node.name].input[1]]
        mean = means[convolutions[node.name].input[0]]
        mean = mean[:, None] if error.shape[1] == 1 else mean  # depthwise: each output has its own input
        added = (error.sum(axis=(2, 3)) * mean).sum(axis=1)
        steps = np.round(numpy_helper.to_array(tensors[bias[0]]) - added / numpy_helper.to_array(tensors[bias[1]]))
        tensors[bias[0]].CopyFrom(numpy_helper.from_array(steps.astype(np.int32), bias[0]))


def _mean_inputs(
    model: onnx.ModelProto, nodes: Sequence[onnx.NodeProto], feeds: Sequence[Feed]
) -> dict[str, NDArray[np.float64]]:
    """The mean of every channel of each node's first input `[N, C, H, W]`, `[C]`."""
    names = list(dict.fromkeys(node.input[0] for node in nodes))
    probed = onnx.ModelProto()
    probed.CopyFrom(model)
    probed.graph.output.extend(onnx.helper.make_tensor_value_info(name, 1, None) for name in names)
    session = onnxruntime.InferenceSession(probed.SerializeToString(), providers=["CPUExecutionProvider"])
    totals: dict[str, NDArray[np.float64]] = {}
    for feed in feeds:
        for name, values in zip(names, session.run(names, feed), strict=True):
            totals[name] = totals.get(name, 0) + values.mean(axis=(2, 3)).sum(axis=0, dtype=float)
    num = sum(len(feed["chips"]) for feed in feeds)
    return {name: total / num for name, total in totals.items()}


def _drop_unused(graph: onnx.GraphProto) -> None:
    """Remove the initializers that no node uses."""
    used = {name for node in graph.node for name in node.input}
    kept = [each for each in graph.initializer if each.name in used]
    del graph.initializer[:]
    graph.initializer.extend(kept)


class _FeedReader(CalibrationDataReader):  # type: ignore[misc]
    """Batches in the form that the tool expects."""

    def __init__(self, feeds: Sequence[Feed]) -> None:
        self.feeds = iter(feeds)

    def get_next(self) -> Feed | None:
        """The next batch; None after the last."""
        return next(self.feeds, None)
