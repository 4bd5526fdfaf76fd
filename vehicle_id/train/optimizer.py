"""The optimizer, and its learning rate over a run and over the depth of the network."""

from __future__ import annotations

import math
from typing import Any, Final

import torch
from timm.models import group_parameters
from torch import nn

from vehicle_id.errors import TrainError
from vehicle_id.train.model import VehicleNet
from vehicle_id.train.recipe import TrainRecipe

GRADIENT_NORM: Final = 5.0
"""Longer gradients are shortened to this length."""


def make_optimizer(network: VehicleNet, recipe: TrainRecipe) -> torch.optim.Optimizer:
    """AdamW without weight decay on biases and norms. Each group has a `scale` of the learning rate.

    Raises:
        TrainError: `layer_decay` is set, but the backbone has no stages.
    """
    scales = stage_scales(network, recipe.layer_decay)
    groups: dict[tuple[float, bool], list[nn.Parameter]] = {(1.0, True): [], (1.0, False): []}
    for name, parameter in network.named_parameters():
        groups.setdefault((scales.get(name, 1.0), parameter.ndim > 1), []).append(parameter)
    listed: list[dict[str, Any]] = [
        {"params": parameters, "weight_decay": recipe.weight_decay if decays else 0.0, "scale": scale}
        for (scale, decays), parameters in groups.items()
    ]
    # fused: one pass over each parameter, a quarter of the time on a CPU
    return torch.optim.AdamW(listed, lr=recipe.lr, fused=True)


def set_lr(optimizer: torch.optim.Optimizer, lr: float) -> None:
    """Set the learning rate of the last layers; that of a stage is its share of it."""
    for group in optimizer.param_groups:
        group["lr"] = lr * group.get("scale", 1.0)


def stage_scales(network: VehicleNet, decay: float) -> dict[str, float]:
    """Share of the learning rate of each parameter of the backbone: `decay` for its last stage, its square before that.

    Layer-wise decay as for transformers (Clark et al. 2020, arXiv 2003.10555), here by the stages that timm names.

    Args:
        network: a network.
        decay: over 0 to 1; 1 = no parameter has a share.

    Raises:
        TrainError: the backbone has no stages.
    """
    if decay == 1:
        return {}
    backbone = network.backbone
    if not hasattr(backbone, "group_matcher"):
        raise TrainError("timm names no stages of this backbone: leave train.layer_decay out")
    stages = group_parameters(backbone, backbone.group_matcher(coarse=True), reverse=True)
    last = max(stages.values())
    return {f"backbone.{name}": decay ** (1 + last - stage) for name, stage in stages.items()}


def freeze(network: VehicleNet, *, frozen: bool) -> None:
    """Put a network into training, with a backbone that learns or that stays as it is, its batch norm too."""
    network.train()
    network.backbone.requires_grad_(not frozen)
    if frozen:
        network.backbone.eval()


def schedule(at: float, *, epochs: int, warmup_epochs: float) -> float:
    """Share of the top learning rate at a moment counted in epochs: linear warm-up, then half a cosine."""
    if at < warmup_epochs:
        return max(0.01, at / warmup_epochs)
    done = (at - warmup_epochs) / max(1e-9, epochs - warmup_epochs)
    return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))
