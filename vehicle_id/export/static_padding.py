"""Replace padding that timm's SAME convolutions compute from the input's shape by fixed numbers, for one input size."""

from __future__ import annotations

import copy
from typing import TypeVar

import torch
from timm.layers.conv2d_same import Conv2dSame
from timm.layers.padding import pad_same_arg
from torch import Tensor, nn

Network = TypeVar("Network", bound=nn.Module)


def with_static_padding(network: Network, *example: Tensor) -> Network:
    """A copy of a network in which every SAME convolution pads by fixed numbers: those for the size of the example.

    timm computes them from the input's shape. In a traced graph that costs a dozen nodes before each such convolution,
    a padding that onnxruntime cannot merge into it, and a copy out of its block layout and back: a quarter of the time.

    Args:
        network: with or without such convolutions.
        example: its inputs, in the size that it will always be run with.
    """
    static = copy.deepcopy(network)
    convolutions = {name: each for name, each in static.named_modules() if isinstance(each, Conv2dSame)}
    sizes: dict[str, list[int]] = {}
    hooks = [
        each.register_forward_pre_hook(lambda _, inputs, name=name: sizes.update({name: list(inputs[0].shape[-2:])}))
        for name, each in convolutions.items()
    ]
    with torch.inference_mode():
        static(*example)
    for hook in hooks:
        hook.remove()
    for name, size in sizes.items():
        static.set_submodule(name, _padded(convolutions[name], size))
    return static


def _padded(same: Conv2dSame, size: list[int]) -> nn.Sequential:
    plain = nn.Conv2d(
        same.in_channels,
        same.out_channels,
        same.kernel_size,  # type: ignore[arg-type]
        same.stride,  # type: ignore[arg-type]
        dilation=same.dilation,  # type: ignore[arg-type]
        groups=same.groups,
        bias=same.bias is not None,
    )
    plain.weight, plain.bias = same.weight, same.bias
    left, right, top, bottom = pad_same_arg(size, list(same.kernel_size), list(same.stride), list(same.dilation))
    return nn.Sequential(nn.ZeroPad2d((left, right, top, bottom)), plain)
