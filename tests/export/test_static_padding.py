"""Static padding: the same answers, and no padding that is computed from shapes."""

from __future__ import annotations

import onnx
import pytest
import torch
from timm.layers.conv2d_same import Conv2dSame

from vehicle_id.export.export import to_onnx
from vehicle_id.export.static_padding import with_static_padding
from vehicle_id.train.model import VehicleNet
from vehicle_id.train.recipe import ModelRecipe


@pytest.mark.parametrize("size", [7, 8, 13, 32])
@pytest.mark.parametrize(
    ("kernel", "stride", "dilation", "bias"), [(3, 2, 1, False), (5, 2, 1, True), (3, 1, 2, True), (2, 3, 1, False)]
)
def test_a_convolution_with_static_padding_answers_as_before(
    size: int, kernel: int, stride: int, dilation: int, bias: bool
) -> None:
    torch.manual_seed(0)
    same = Conv2dSame(4, 6, kernel, stride=stride, dilation=dilation, groups=2, bias=bias)
    network = torch.nn.Sequential(same, torch.nn.ReLU())
    pictures = torch.rand(2, 4, size, size + 3)
    static = with_static_padding(network, pictures)
    torch.testing.assert_close(static(pictures), network(pictures), rtol=0, atol=0)
    assert network[0] is same and not any(isinstance(each, Conv2dSame) for each in static.modules())


def test_the_graph_of_a_network_with_tensorflow_padding_computes_no_padding() -> None:
    recipe = ModelRecipe(backbone="tf_mobilenetv3_small_minimal_100", pretrained="none", chip_px=32, embedding_dim=16)
    network = VehicleNet(recipe, num_classes=3, pretrained=False).eval()
    graph = onnx.load_from_string(to_onnx(network, 32)).graph
    operators = [node.op_type for node in graph.node]
    assert "Pad" in operators and not {"Shape", "Ceil"} & set(operators)
