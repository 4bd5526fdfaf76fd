"""A network whose batch norm and dropout work on the whole batch of all processes, as in one process.

torch's own `SyncBatchNorm` computes on GPUs alone; the one here computes on a CPU, for tests and clusters without GPUs.
"""

from __future__ import annotations

from typing import Any

import torch
from timm.layers.norm_act import convert_sync_batchnorm
from torch import Tensor, distributed, nn
from torch.nn import functional
from torch.nn.modules.batchnorm import _BatchNorm

from vehicle_id.train.model import VehicleNet
from vehicle_id.train.ranks import Rows


def synchronised(network: VehicleNet, rows: Rows) -> VehicleNet:
    """The network with its layers that look at a batch replaced; weights and their names stay.

    Args:
        network: on its device. It is changed in place.
        rows: how the present batch lies on the processes.
    """
    if next(network.parameters()).is_cuda:
        network = convert_sync_batchnorm(network)  # type: ignore[no-untyped-call]
    for name, module in list(network.named_modules()):
        replaced: nn.Module | None = None
        if isinstance(module, nn.Dropout):
            replaced = WholeDropout(module.p, rows)
        elif isinstance(module, _BatchNorm) and not module.weight.is_cuda:
            replaced = WholeBatchNorm(module)
        if replaced is not None:
            above, _, last = name.rpartition(".")
            setattr(network.get_submodule(above), last, replaced)
    return network


class WholeDropout(nn.Module):
    """Draws for the whole batch, from random numbers that all processes share, and drops what falls on its own rows."""

    def __init__(self, share: float, rows: Rows) -> None:
        super().__init__()
        self.share, self.rows = share, rows

    def forward(self, features: Tensor) -> Tensor:
        """`[N, ...]` of the rows of this process."""
        if not self.training:
            return features
        num = self.rows.num_crops * self.rows.windows
        ones = torch.ones((num, *features.shape[1:]), device=features.device, dtype=features.dtype)
        return features * self.rows.own(functional.dropout(ones, self.share))


class WholeBatchNorm(_BatchNorm):
    """Batch norm by mean and variance over the batches of all processes.

    Args:
        norm: whose weights, statistics and, in timm, activation it takes.
    """

    def __init__(self, norm: _BatchNorm) -> None:
        super().__init__(norm.num_features, norm.eps, norm.momentum, norm.affine, norm.track_running_stats)
        self.weight, self.bias = norm.weight, norm.bias
        self.running_mean, self.running_var = norm.running_mean, norm.running_var
        self.num_batches_tracked = norm.num_batches_tracked
        self.drop: nn.Module = getattr(norm, "drop", nn.Identity())
        self.act: nn.Module = getattr(norm, "act", nn.Identity())
        self.training = norm.training

    def forward(self, planes: Tensor) -> Tensor:
        """`[N, C, ...]` of the rows of this process."""
        normed = self._whole(planes) if self.training else super().forward(planes)
        activated: Tensor = self.act(self.drop(normed))
        return activated

    def _check_input_dim(self, input: Tensor) -> None:
        """Any number of dimensions."""

    def _whole(self, planes: Tensor) -> Tensor:
        axes = [axis for axis in range(planes.ndim) if axis != 1]
        shape = [1, -1, *[1] * (planes.ndim - 2)]
        wide = planes.float()
        count = torch.tensor(float(planes.numel() // planes.shape[1]), device=planes.device)
        distributed.all_reduce(count)
        mean = _Summed.apply(wide.sum(axes)) / count
        centred = wide - mean.view(shape)
        variance = _Summed.apply(centred.square().sum(axes)) / count
        if self.track_running_stats and self.running_mean is not None and self.running_var is not None:
            self._remember(mean.detach(), variance.detach() * count / (count - 1))
        normed = centred * torch.rsqrt(variance + self.eps).view(shape)
        if self.affine:
            normed = normed * self.weight.view(shape) + self.bias.view(shape)
        given: Tensor = normed.to(planes.dtype)
        return given

    def _remember(self, mean: Tensor, variance: Tensor) -> None:
        assert self.running_mean is not None and self.running_var is not None
        assert self.num_batches_tracked is not None
        self.num_batches_tracked.add_(1)
        share = 1.0 / float(self.num_batches_tracked) if self.momentum is None else self.momentum
        self.running_mean.lerp_(mean, share)
        self.running_var.lerp_(variance, share)


class _Summed(torch.autograd.Function):
    """The sum over all processes; its gradient is the sum of theirs."""

    @staticmethod
    def forward(_context: Any, tensor: Tensor) -> Tensor:
        summed = tensor.clone()
        distributed.all_reduce(summed)
        return summed

    @staticmethod
    def backward(_context: Any, gradient: Tensor) -> Tensor:
        summed = gradient.clone(memory_format=torch.contiguous_format)
        distributed.all_reduce(summed)
        return summed
