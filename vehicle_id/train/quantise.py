"""An exported graph -> the same graph computed in 8 bits, or with its weights stored in 16.

8 bits: static quantisation by onnxruntime's own tool, of the backbone alone. What was measured (`benchmarks/LOG.md`)
decides the rest. Activations are unsigned and start at zero, so that ReLU6 costs nothing: it is the end of the range.
Weights are signed, with a range for every channel. Pixels are 8 bits to begin with, and the normalisation is taken
for their scale. The head stays float: it takes 1 % of the time, and sizes are read from it.

16 bits: the weights are widened to 32 when the file is loaded. The file is half as large, and no faster.

This room knows graphs and chips; it fits no threshold (`refit.py`) and judges nothing.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from vehicle_id.chips import Chip, stack

QUANTISED = ["Conv", "Clip", "Relu", "Add", "GlobalAveragePool"]
"""Without Clip among them the tool quantises before ReLU6 and again after it: ten points of accuracy, and 34 nodes."""
BACKBONE = "/backbone/"
"""In the names of its nodes; torch calls a node by its module."""
BATCH = 32


def to_int8(data: bytes, chips: Sequence[Chip]) -> bytes:
    """The graph with its backbone in 8 bits.

    Args:
        data: an exported graph.
        chips: crops like those it will see; the least and the largest of each activation become its range.
    """
    with tempfile.TemporaryDirectory() as folder:
        plain, quantised = Path(folder) / "plain.onnx", Path(folder) / "quantised.onnx"
        quant_pre_process(onnx.load_from_string(data), plain, skip_symbolic_shape=True)  # batch norm into convolutions
        model = onnx.load(plain)
        pixels = pixels_as_they_are(model.graph)
        _drop_unused(model.graph)
        overrides = neighbour_ranges(model.graph)
        if pixels is not None:
            name, zero_point = pixels
            overrides[name] = [{"scale": np.array(1.0, np.float32), "zero_point": np.array(zero_point, np.uint8)}]
        quantize_static(
            model,
            quantised,
            _Reader(chips, inputs=[each.name for each in model.graph.input]),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=QUANTISED,
            nodes_to_quantize=[each.name for each in model.graph.node if BACKBONE in each.name],
            extra_options={"TensorQuantOverrides": overrides},
        )
        model = onnx.load(quantised)
    if pixels is not None:
        _feed_bytes(model.graph, pixels[0])
    _drop_unused(model.graph)
    # the optimiser lists every domain that it knows
    opsets = [each for each in model.opset_import if not each.domain]
    del model.opset_import[:]
    model.opset_import.extend(opsets)
    del model.metadata_props[:]
    return bytes(model.SerializeToString())


def to_fp16(data: bytes) -> bytes:
    """The graph with the weights of its convolutions and layers in 16 bits, each followed by a cast to 32.

    onnxruntime does the casts when it loads the file. Biases, batch norm and what the unknown score compares with
    are small, or need their digits: they stay.

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

    Processors without VNNI multiply two neighbours, add them up in 16 bits, and cut off what is over: 255 x (a + b)
    fits where a + b is 128 at most. So it is not the largest weight of a channel that becomes 127, but the largest
    sum of two neighbours of one sign. Seven bits for each weight (`reduce_range`) would do as well, and lose more.
    """
    tensors = {each.name: each for each in graph.initializer}
    found: dict[str, list[dict[str, Any]]] = {}
    for node in graph.node:
        if node.op_type != "Conv" or node.input[1] not in tensors or BACKBONE not in node.name:
            continue
        weights = numpy_helper.to_array(tensors[node.input[1]])
        if weights.shape[1] > 1:  # depthwise ones have kernels of their own, that add up in 32 bits
            ranges = _largest_sums(weights)
            found[node.input[1]] = [{"axis": 0, "symmetric": True, "rmin": -each, "rmax": each} for each in ranges]
    return found


def _largest_sums(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of each output channel of `[O, I, H, W]`, the largest sum of two neighbours of one sign, `[O]`."""
    rows = weights.transpose(0, 2, 3, 1).reshape(len(weights), -1)  # channels last, as the kernels read them
    rows = np.pad(rows, ((0, 0), (0, rows.shape[1] % 2)))
    pairs = rows.reshape(len(rows), -1, 2)
    above, below = np.maximum(pairs, 0).sum(axis=2), np.maximum(-pairs, 0).sum(axis=2)
    return np.asarray(np.maximum(above, below).max(axis=1))


def pixels_as_they_are(graph: onnx.GraphProto) -> tuple[str, int] | None:
    """Move the normalisation into the first convolution, but for a whole number that is taken from the pixels.

    It becomes the zero point of the bytes, and what is padded with; one colour's mean is up to a few grey levels
    from it, which only the padding can tell.

    Returns:
        The tensor of pixels less that number, and the number; None where the graph begins in another way.
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
    return shift.output[0], zero_point


def _feed_bytes(graph: onnx.GraphProto, pixels: str) -> None:
    """Take out what makes numbers of bytes and the same bytes of them."""
    made_by = {name: node for node in graph.node for name in node.output}
    [quantise] = [each for each in graph.node if each.op_type == "QuantizeLinear" and each.input[0] == pixels]
    shift = made_by[pixels]
    cast = made_by[shift.input[0]]
    for node in graph.node:
        for place, name in enumerate(node.input):
            if name == quantise.output[0]:
                node.input[place] = cast.input[0]
    for node in (quantise, shift, cast):
        graph.node.remove(node)


def _drop_unused(graph: onnx.GraphProto) -> None:
    """Take out the numbers that no node reads any more."""
    used = {name for node in graph.node for name in node.input}
    kept = [each for each in graph.initializer if each.name in used]
    del graph.initializer[:]
    graph.initializer.extend(kept)


class _Reader(CalibrationDataReader):  # type: ignore[misc]
    """Batches of chips as the tool asks for them."""

    def __init__(self, chips: Sequence[Chip], *, inputs: Sequence[str]) -> None:
        self.inputs = inputs
        self.batches = iter([chips[first : first + BATCH] for first in range(0, len(chips), BATCH)])

    def get_next(self) -> dict[str, NDArray[Any]] | None:
        """The next batch; None after the last."""
        batch = next(self.batches, None)
        return None if batch is None else dict(zip(self.inputs, stack(batch), strict=False))
