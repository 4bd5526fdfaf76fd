"""OpenCV's DNN module reads the models, and computes what onnxruntime computes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import numpy_helper

from tests.fixtures.untrained_model import SIDE, make_model
from vehicle_id.export.single_input import single_input
from vehicle_id.model.card import ModelCard

POSES = pytest.mark.parametrize("canonical_pose", [False, True], ids=["as it lies", "canonical pose"])


def opencv(least: int) -> Any:
    """OpenCV, if it is as new as that."""
    cv2 = pytest.importorskip("cv2")
    if int(cv2.__version__.split(".")[0]) < least:
        pytest.skip(f"OpenCV {cv2.__version__} is older than {least}")
    return cv2


@POSES
def test_no_product_has_a_vector(card: ModelCard, canonical_pose: bool) -> None:
    """OpenCV reads a MatMul with two axes or more only."""
    for data in (
        make_model(card, canonical_pose=canonical_pose),
        single_input(make_model(card, canonical_pose=canonical_pose), card, extent_m=8),
    ):
        model = onnx.shape_inference.infer_shapes(onnx.load_from_string(data))
        num_axes = {each.name: len(each.type.tensor_type.shape.dim) for each in model.graph.value_info}
        num_axes |= {each.name: numpy_helper.to_array(each).ndim for each in model.graph.initializer}
        products = [name for node in model.graph.node if node.op_type == "MatMul" for name in node.input]
        assert all(num_axes[name] >= 2 for name in products)


@POSES
@pytest.mark.parametrize("num", [1, 3])
def test_opencv_5_reads_a_model_with_two_inputs(
    card: ModelCard, tmp_path: Path, canonical_pose: bool, num: int
) -> None:
    cv2 = opencv(5)
    data = make_model(card, canonical_pose=canonical_pose)
    (tmp_path / "model.onnx").write_bytes(data)
    feeds = {
        "chips": np.random.default_rng(0).integers(0, 256, (num, SIDE, SIDE, 3), dtype=np.uint8),
        "extent_m": np.full(num, 12, np.float32),
    }
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    names = [each.name for each in session.get_outputs()]
    network = cv2.dnn.readNetFromONNX(str(tmp_path / "model.onnx"))
    for name, values in feeds.items():
        network.setInput(values, name)
    for ours, theirs in zip(network.forward(names), session.run(names, feeds), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-4)


@POSES
def test_opencv_reads_a_variant_with_one_input(card: ModelCard, tmp_path: Path, canonical_pose: bool) -> None:
    """Release 4 cannot turn a chip to its canonical pose: it gathers by one axis of places only."""
    cv2 = opencv(5 if canonical_pose else 4)
    data = single_input(make_model(card, canonical_pose=canonical_pose), card, extent_m=12, form="classify")
    (tmp_path / "model.onnx").write_bytes(data)
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    network = cv2.dnn.readNetFromONNX(str(tmp_path / "model.onnx"))
    for seed in range(4):
        levels = np.random.default_rng(seed).integers(0, 256, (1, 3, SIDE, SIDE))
        image = (levels / 255).astype(np.float32)
        network.setInput(image)
        np.testing.assert_allclose(network.forward(), session.run(None, {"image": image})[0], atol=1e-4)
