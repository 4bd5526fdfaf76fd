"""The faster gradients are torch's own, under the same names."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor, nn

from tests.fixtures.small_network import small_network
from vehicle_id.train.cpu_convolutions import Depthwise, Pointwise, with_faster_gradients


def gradients(conv: nn.Module, planes: Tensor) -> tuple[Tensor, ...]:
    """Result, and gradients of the pixels and of the weights."""
    given = planes.clone(memory_format=torch.channels_last).requires_grad_()
    result: Tensor = conv(given)
    ramp = torch.linspace(-1.0, 1.0, result.numel()).reshape(result.shape)
    (result * ramp).sum().backward()
    assert given.grad is not None
    return (
        result.detach(),
        given.grad,
        *(parameter.grad for parameter in conv.parameters() if parameter.grad is not None),
    )


def assert_same_gradients(conv: nn.Conv2d, planes: Tensor, kind: type[nn.Module]) -> None:
    faster = copy.deepcopy(conv)
    with_faster_gradients(faster)
    assert type(faster) is kind
    ours, torchs = gradients(faster, planes), gradients(conv, planes)
    assert len(ours) == len(torchs) >= 3
    for one, other in zip(ours, torchs, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("side", [3, 5, 7])
@pytest.mark.parametrize("size", [(1, 1), (2, 2), (3, 3), (4, 2), (6, 6), (9, 9)])
def test_a_depthwise_convolution_has_the_same_gradients(side: int, size: tuple[int, int]) -> None:
    torch.manual_seed(0)
    conv = nn.Conv2d(8, 8, side, padding=side // 2, groups=8, bias=False)
    assert_same_gradients(conv, torch.randn(3, 8, *size), Depthwise)


@pytest.mark.parametrize("bias", [False, True])
def test_a_kernel_of_one_pixel_has_the_same_gradients(bias: bool) -> None:
    torch.manual_seed(0)
    assert_same_gradients(nn.Conv2d(8, 5, 1, bias=bias), torch.randn(3, 8, 4, 4), Pointwise)


@pytest.mark.parametrize(
    "conv",
    [
        nn.Conv2d(8, 8, 1, stride=2),
        nn.Conv2d(8, 8, 1, groups=2),
        nn.Conv2d(8, 8, 3, padding=1, stride=2, groups=8, bias=False),
        nn.Conv2d(8, 8, 3, padding=2, dilation=2, groups=8, bias=False),
        nn.Conv2d(8, 8, 3, padding=1, groups=8),
        nn.Conv2d(8, 8, 3, padding=1, groups=8, bias=False, padding_mode="reflect"),
        nn.Conv2d(8, 8, 3, padding=0, groups=8, bias=False),
        nn.Conv2d(8, 8, 3, padding=1),
    ],
)
def test_other_convolutions_stay(conv: nn.Conv2d) -> None:
    with_faster_gradients(conv)
    assert type(conv) is nn.Conv2d


def test_a_convolution_as_a_matrix_product_keeps_channels_last() -> None:
    conv = nn.Conv2d(8, 5, 1)
    with_faster_gradients(conv)
    result = conv(torch.randn(3, 8, 4, 4).contiguous(memory_format=torch.channels_last))
    assert result.is_contiguous(memory_format=torch.channels_last)


def test_frozen_weights_get_no_gradient() -> None:
    conv = nn.Conv2d(8, 8, 5, padding=2, groups=8, bias=False).requires_grad_(False)
    with_faster_gradients(conv)
    planes = torch.randn(3, 8, 3, 3, requires_grad=True)
    conv(planes).sum().backward()
    assert planes.grad is not None and conv.weight.grad is None


def test_weights_and_their_names_stay() -> None:
    network = small_network()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    with_faster_gradients(network)
    assert Pointwise in {type(module) for module in network.modules()}
    after = network.state_dict()
    assert list(after) == list(before) and all(torch.equal(after[name], before[name]) for name in before)
