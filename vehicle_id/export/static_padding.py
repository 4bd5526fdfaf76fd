"""Padding that a network computes from its input's shape -> fixed numbers, for a graph that is run at one size.

This room knows timm's SAME convolutions, and nothing of what the network is for.
"""

from __future__ import annotations

import copy
from typing import TypeVar

import torch
from timm.layers.conv2d_same import Conv2dSame
from timm.layers.padding import pad_same_arg
from torch import Tensor, nn

Network = TypeVar("Network", bound=nn.Module)


def settle_padding(network: Network, *example: Tensor) -> Network:
    """A copy of a network in which every SAME convolution pads by fixed numbers, those that the example needs.

    timm computes them from the input's shape; traced, that is a dozen nodes before each such convolution, a padding
    that onnxruntime cannot merge into it, and a copy out of its block layout and back: a quarter of the time.

    Args:
        network: with or without such convolutions.
        example: what it takes, at the size it will always have.
    """
    settled = copy.deepcopy(network)
    convolutions = {name: each for name, each in settled.named_modules() if isinstance(each, Conv2dSame)}
    sizes: dict[str, list[int]] = {}
    hooks = [
        each.register_forward_pre_hook(lambda _, inputs, name=name: sizes.update({name: list(inputs[0].shape[-2:])}))
        for name, each in convolutions.items()
    ]
    with torch.inference_mode():
        settled(*example)
    for hook in hooks:
        hook.remove()
    for name, size in sizes.items():
        settled.set_submodule(name, _padded(convolutions[name], size))
    return settled


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
