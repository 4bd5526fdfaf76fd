"""The training losses: cross-entropy, and the likelihood of measured size and heading where their truth is known."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from vehicle_id.train.crop_dataset import Batch
from vehicle_id.train.recipe import TrainRecipe


def total_loss(outputs: dict[str, Tensor], batch: Batch, recipe: TrainRecipe) -> Tensor:
    """Weighted sum of the losses of the heads that the outputs have."""
    return summed(loss_parts(outputs, batch, recipe))


def summed(parts: dict[str, Tensor]) -> Tensor:
    """The sum of losses, in their order."""
    first, *others = parts.values()
    return sum(others, start=first)


def loss_parts(outputs: dict[str, Tensor], batch: Batch, recipe: TrainRecipe) -> dict[str, Tensor]:
    """The losses that `total_loss` sums up, each with its weight.

    Args:
        outputs: of the network.
        batch: the truth; for `logit_adjustment` also `log_share [C]`, how often each class is drawn.
        recipe: weights of the losses.
    """
    logits = outputs["logits"]
    adjusted = logits + recipe.logit_adjustment * batch["log_share"] if recipe.logit_adjustment else logits
    parts = {"class": class_loss(adjusted, batch["target"], label_smoothing=recipe.label_smoothing)}
    if recipe.ancestor_weight:
        parts["ancestors"] = recipe.ancestor_weight * ancestor_loss(adjusted, batch["ancestors"])
    if recipe.consistency_weight:
        parts["consistency"] = recipe.consistency_weight * consistency_loss(*logits.chunk(2))
    if recipe.keep_weight and "kept" in batch:
        parts["kept"] = recipe.keep_weight * kept_loss(logits, batch["kept"])
    if "size" in outputs:
        parts["size"] = recipe.size_weight * size_loss(outputs["size"], batch["size"])
    if "heading" in outputs:
        parts["heading"] = recipe.heading_weight * heading_loss(outputs["heading"], batch["heading"])
    return parts


def class_loss(logits: Tensor, target: Tensor, *, label_smoothing: float) -> Tensor:
    """Cross-entropy where the truth is one leaf or, for a coarser label, any of several.

    For a coarse label the loss is minus the log of the summed probability of its leaves. Smoothing takes the mean
    over all leaves, as torch's own does.

    Args:
        logits: `[N, C]`.
        target: bool `[N, C]`, the leaves that the label allows.
    """
    logs = functional.log_softmax(logits.float(), dim=1)
    allowed = torch.logsumexp(logs.masked_fill(~target, -torch.inf), dim=1)
    return -((1 - label_smoothing) * allowed + label_smoothing * logs.mean(dim=1)).mean()


def ancestor_loss(logits: Tensor, ancestors: Tensor) -> Tensor:
    """Mean negative log-likelihood of the nodes above each label (Valmadre 2022, arXiv 2210.10929, soft-max cut).

    Args:
        logits: `[N, C]`.
        ancestors: bool `[N, A, C]`, the leaves under each node above the label; all of them where there are fewer.
    """
    logs = functional.log_softmax(logits.float(), dim=1)[:, None]
    return -torch.logsumexp(logs.masked_fill(~ancestors, -torch.inf), dim=2).mean()


def consistency_loss(first: Tensor, second: Tensor) -> Tensor:
    """Symmetric Kullback-Leibler divergence between the answers for two windows of the same crops.

    Args:
        first: logits `[N, C]`.
        second: logits `[N, C]` of the same crops.
    """
    one, other = (functional.log_softmax(logits.float(), dim=1) for logits in (first, second))
    return 0.5 * ((one.exp() - other.exp()) * (one - other)).sum(dim=1).mean()


def kept_loss(logits: Tensor, kept: Tensor) -> Tensor:
    """Divergence from the answers of the network that a run starts from, among the classes that it has.

    Learning without forgetting (Li and Hoiem 2016, arXiv 1606.09282), at temperature 1.

    Args:
        logits: `[N, C]`.
        kept: `[N, C]`, the other network's logits, NaN for the classes that it does not have.
    """
    columns = torch.isfinite(kept[0])
    ours, theirs = (functional.log_softmax(each[:, columns].float(), dim=1) for each in (logits, kept))
    return (theirs.exp() * (theirs - ours)).sum(dim=1).mean()


def size_loss(outputs: Tensor, truth: Tensor) -> Tensor:
    """Gaussian negative log-likelihood (Kendall and Gal 2017, arXiv 1703.04977).

    Args:
        outputs: `[N, 4]`, two means and two log-variances.
        truth: `[N, 2]`, NaN where not known.
    """
    means, log_variances = outputs.float().chunk(2, dim=1)
    known = torch.isfinite(truth)
    squared = (means - torch.where(known, truth, means.detach())) ** 2
    each = 0.5 * (squared * torch.exp(-log_variances) + log_variances)
    return (each * known).sum() / known.sum().clamp(min=1)


def heading_loss(outputs: Tensor, truth: Tensor) -> Tensor:
    """One minus the cosine between the doubled angles.

    Args:
        outputs: `[N, 2]`, any length.
        truth: `[N, 2]` of unit length, NaN where not known.
    """
    known = torch.isfinite(truth).all(dim=1)
    cosine = functional.cosine_similarity(outputs.float(), torch.nan_to_num(truth), dim=1)
    return ((1 - cosine) * known).sum() / known.sum().clamp(min=1)
