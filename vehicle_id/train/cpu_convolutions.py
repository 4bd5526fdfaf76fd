"""Convolutions whose gradients a processor computes faster than torch's own: same results, weights and names.

oneDNN computes the weights' gradient of a depthwise convolution slowly once the kernel is larger than the map, as in
the last stages of an EfficientNet on small chips: 29 ms, where a sum over the offsets takes 3. A convolution with
kernels of one pixel is a matrix product, whose gradients take two thirds of the time as such. `training/LOG.md` has the
measurements. Computes in fp32 alone, with channels last.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional


def with_faster_gradients(network: nn.Module) -> None:
    """Exchange the class of each convolution for one that is faster to train on a CPU.

    Args:
        network: on a CPU, with channels last. Its weights and their names stay.
    """
    for module in network.modules():
        if type(module) is not nn.Conv2d or module.padding_mode != "zeros":
            continue
        if module.kernel_size == (1, 1) and module.stride == (1, 1) and module.groups == 1 and module.padding == (0, 0):
            module.__class__ = Pointwise
        elif _is_depthwise(module):
            module.__class__ = Depthwise


def _is_depthwise(conv: nn.Conv2d) -> bool:
    """One kernel of odd side for each plane, whose result is as large as its map."""
    side = conv.kernel_size[0]
    same = conv.kernel_size == (side, side) and side % 2 == 1 and conv.padding == (side // 2, side // 2)
    plain = conv.stride == (1, 1) and conv.dilation == (1, 1) and conv.bias is None
    return same and plain and conv.groups == conv.in_channels == conv.out_channels


class Pointwise(nn.Conv2d):
    """A convolution with kernels of one pixel, as a matrix product over all pixels."""

    def forward(self, input: Tensor) -> Tensor:
        """`[N, C, H, W]`."""
        return functional.linear(input.permute(0, 2, 3, 1), self.weight.flatten(1), self.bias).permute(0, 3, 1, 2)


class Depthwise(nn.Conv2d):
    """A depthwise convolution with a gradient of its own where the map is small."""

    def forward(self, input: Tensor) -> Tensor:
        """`[N, C, H, W]`."""
        # one pixel more: measured, there too the sum over offsets is faster
        if max(input.shape[2:]) > self.kernel_size[0] + 1:
            return super().forward(input)
        result: Tensor = _SmallMaps.apply(input, self.weight)
        return result


class _SmallMaps(torch.autograd.Function):
    """A depthwise convolution that keeps the size of the map; its weights' gradient is summed offset by offset."""

    @staticmethod
    def forward(context: Any, planes: Tensor, weight: Tensor) -> Tensor:
        context.save_for_backward(planes, weight)
        return functional.conv2d(planes, weight, padding=weight.shape[2] // 2, groups=len(weight))

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor | None]:
        planes, weight = context.saved_tensors
        wants_planes, wants_weight = context.needs_input_grad
        back = None
        if wants_planes:  # with stride 1 it is the convolution with the turned kernel
            padding = weight.shape[2] // 2
            back = functional.conv2d(gradient, weight.flip(2, 3), padding=padding, groups=len(weight))
        return back, _weight_gradient(planes, gradient, weight) if wants_weight else None


def _weight_gradient(planes: Tensor, gradient: Tensor, weight: Tensor) -> Tensor:
    """For each offset of the kernel, the sum of the products of all pixels that lie so far apart: `[C, 1, K, K]`."""
    pixels, gradients = planes.permute(0, 2, 3, 1), gradient.permute(0, 2, 3, 1)
    side, height, width = weight.shape[2], *planes.shape[2:]
    summed = planes.new_zeros(side, side, len(weight))
    for row in range(side):
        for column in range(side):
            down, right = row - side // 2, column - side // 2
            to_rows, from_rows = _overlap(down, height)
            to_columns, from_columns = _overlap(right, width)
            products = pixels[:, from_rows, from_columns] * gradients[:, to_rows, to_columns]
            summed[row, column] = products.sum((0, 1, 2))
    return summed.permute(2, 0, 1).unsqueeze(1).contiguous()


def _overlap(shift: int, size: int) -> tuple[slice, slice]:
    """Where a row of pixels and the same row shifted overlap: in the result, and in what is read; perhaps nowhere."""
    length = max(0, size - abs(shift))
    first = max(0, -shift)
    return slice(first, first + length), slice(first + shift, first + shift + length)
