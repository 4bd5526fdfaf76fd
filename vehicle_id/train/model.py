"""The network: a timm backbone, the metres its chip spans as second input, and up to three heads.

One module serves training and export. Scaling of pixels, normalisation and the fitted temperature are part of it: its
inputs are uint8 chips and metres.
"""

from __future__ import annotations

import math
from typing import Any

import timm
import torch
from torch import Tensor, nn
from torch.nn import functional

from vehicle_id.errors import TrainError
from vehicle_id.train.pretrained import load_pretrained
from vehicle_id.train.recipe import ModelRecipe

EXTENT_SCALE_M = 10.0
"""ln(extent / 10 m) is about -1 for a car and +1.3 for a long launcher: close to unit scale."""
LOG_VARIANCE_RANGE = (-8.0, 2.0)


class VehicleNet(nn.Module):
    """Chips and extents -> logits, embedding and the outputs of the recipe's heads.

    Args:
        recipe: backbone, sizes and heads.
        num_classes: number of leaf labels.
        pretrained: load the backbone's weights as the recipe says; False when a checkpoint follows.
    """

    def __init__(self, recipe: ModelRecipe, *, num_classes: int, pretrained: bool) -> None:
        super().__init__()
        try:
            backbone: Any = timm.create_model(recipe.backbone, pretrained=False, num_classes=0)
        except RuntimeError as error:
            raise TrainError(f"timm knows no backbone {recipe.backbone!r}") from error
        self.backbone = backbone
        self.canonical_pose = recipe.canonical_pose
        self.stretch = recipe.stretch
        self.margin_px = round(recipe.chip_px * (1 - recipe.centre) / 2)
        if pretrained:
            load_pretrained(backbone, recipe.backbone, recipe.pretrained)
        config: dict[str, Any] = backbone.pretrained_cfg
        self.mean = nn.Buffer(255.0 * torch.tensor(config["mean"]))
        self.std = nn.Buffer(255.0 * torch.tensor(config["std"]))
        self.temperature = nn.Buffer(torch.ones(()))
        # some backbones end in a wider layer of their own (MobileNetV4: 960 features, 1280 given)
        num_features: int = getattr(backbone, "head_hidden_size", None) or backbone.num_features
        self.extent = nn.Sequential(nn.Linear(2, 64), nn.SiLU(), nn.Linear(64, 64)) if recipe.extent else None
        self.fuse = nn.Sequential(
            nn.Dropout(recipe.dropout),
            nn.Linear(num_features + (64 if recipe.extent else 0), recipe.embedding_dim),
            nn.SiLU(),
        )
        self.whitening: Whitening | None = None
        if recipe.whitened:
            self.whitening = Whitening(self._described_size(recipe))
        self.classify = nn.Linear(recipe.embedding_dim, num_classes)
        self.size = nn.Linear(recipe.embedding_dim, 4) if "size" in recipe.heads else None
        self.heading = nn.Linear(recipe.embedding_dim, 2) if "heading" in recipe.heads else None

    @property
    def output_names(self) -> list[str]:
        """Names of the outputs in their order."""
        optional = [name for name in ("size", "heading") if getattr(self, name) is not None]
        return ["logits", "embedding", *optional]

    def forward(self, chips: Tensor, extent_m: Tensor | None = None) -> dict[str, Tensor]:
        """Score chips.

        Args:
            chips: uint8 `[N, S, S, 3]`.
            extent_m: float32 `[N]`, 0 = unknown; not used by a network without that input.

        Returns:
            `logits [N, C]` divided by the temperature, `embedding [N, D]`, and, where the network has them,
            `size [N, 4]` and `heading [N, 2]`.
        """
        pixels, back = self._pixels(chips)
        features, described = self._seen(pixels)
        if self.extent is not None and extent_m is not None:
            features = torch.cat([features, self.extent(encode_extent(extent_m))], dim=1)
        fused = self.fuse(features)
        outputs = {"logits": self.classify(fused) / self.temperature, "embedding": fused}
        if self.whitening is not None and described is not None:
            outputs["embedding"] = self.whitening(self._of_both_sides(pixels, described))
        if self.size is not None:
            size = self.size(fused)
            outputs["size"] = torch.cat([size[:, :2], size[:, 2:].clamp(*LOG_VARIANCE_RANGE)], dim=1)
        if self.heading is not None:
            heading = self.heading(fused)
            outputs["heading"] = heading if back is None else heading * back
        return outputs

    def described(self, chips: Tensor) -> Tensor:
        """What `whitening` makes the embedding from, `[N, F]`, of chips `[N, S, S, 3]`; not in training."""
        pixels, _ = self._pixels(chips)
        _, described = self._seen(pixels)
        assert described is not None
        return self._of_both_sides(pixels, described)

    def _pixels(self, chips: Tensor) -> tuple[Tensor, Tensor | None]:
        """Normalised planes `[N, 3, S, S]`, and the signs that turn a heading back."""
        back = None
        if self.canonical_pose:
            chips, back = canonical_pose(chips)
        if self.margin_px:
            inner = slice(self.margin_px, chips.shape[1] - self.margin_px)
            chips = chips[:, inner, inner]
        # planes first: there each colour's mean and scale is one number for each plane
        planes = chips.permute(0, 3, 1, 2).float()
        return stretched(planes) if self.stretch else (planes - self.mean[:, None, None]) / self.std[
            :, None, None
        ], back

    def _seen(self, pixels: Tensor) -> tuple[Tensor, Tensor | None]:
        """The backbone's features and, of a finished network that is whitened, those of its last two stages."""
        if self.whitening is None or self.training:
            return self.backbone(pixels), None
        last, stages = self.backbone.forward_intermediates(pixels, indices=2)
        features: Tensor = self.backbone.forward_head(last, pre_logits=True)
        return features, torch.cat([quadrants(stages[0]), features], dim=1)

    def _of_both_sides(self, pixels: Tensor, described: Tensor) -> Tensor:
        """The mean with what is seen in the mirror image, left and right exchanged: a reference shows both sides."""
        _, mirrored = self._seen(pixels.flip(3))
        assert mirrored is not None
        return (described + mirrored) / 2

    def _described_size(self, recipe: ModelRecipe) -> int:
        if not hasattr(self.backbone, "forward_intermediates"):
            raise TrainError(f"the backbone {recipe.backbone!r} gives no stages: leave model.whitened out")
        side = recipe.chip_px - 2 * self.margin_px
        with torch.no_grad():
            last, stages = self.backbone.eval().forward_intermediates(torch.zeros(1, 3, side, side), indices=2)
            num_features = self.backbone.forward_head(last, pre_logits=True).shape[1]
        self.backbone.train()
        return int(quadrants(stages[0]).shape[1] + num_features)


def quadrants(stage: Tensor) -> Tensor:
    """`[N, C, S, S]` -> `[N, 4 C]`: means over four quarters, which share a row and a column where S is odd."""
    side = stage.shape[-1]
    return functional.avg_pool2d(stage, kernel_size=(side + 1) // 2, stride=max(1, side // 2)).flatten(1)


class Whitening(nn.Module):
    """Features as directions, in which the crops of one trained class vary by as much along every axis.

    What distinguishes classes that a network never learned is in the last stages of its backbone, and most of it is
    lost in the layer that its heads answer from. Before `fit` the features are left as they are.

    Args:
        num_features: of what is whitened; the matrix has the square of it.
    """

    SHRINKAGE = 0.03
    """Share of the mean variance that is added along every axis: along some the classes hardly vary."""

    def __init__(self, num_features: int) -> None:
        super().__init__()
        self.mean = nn.Buffer(torch.zeros(num_features))
        self.matrix = nn.Buffer(torch.eye(num_features))

    def forward(self, features: Tensor) -> Tensor:
        """Unit vectors `[N, F]` of features `[N, F]`."""
        return functional.normalize((features - self.mean) @ self.matrix, dim=1)

    def fit(self, features: Tensor, classes: Tensor) -> None:
        """Whiten by the covariance within the classes.

        Args:
            features: `[N, F]`, of crops that trained.
            classes: `[N]`, numbers.
        """
        features = features.double()
        members = [features[classes == number] for number in sorted(set(classes.tolist()))]
        within = torch.cat([each - each.mean(dim=0) for each in members])
        covariance = within.T @ within / len(within)
        axes = torch.eye(len(covariance), dtype=torch.float64)
        inverse = torch.linalg.inv(covariance + self.SHRINKAGE * covariance.diagonal().mean() * axes)
        self.mean.copy_(features.mean(dim=0))
        self.matrix.copy_(torch.linalg.cholesky(inverse))


def stretched(planes: Tensor) -> Tensor:
    """Every chip with the mean 0 and the standard deviation 1, over all its planes: amplitudes have no common scale.

    Args:
        planes: `[N, 3, S, S]`.
    """
    centred = planes - planes.mean(dim=(1, 2, 3), keepdim=True)
    # one grey level more: a chip without contrast stays without
    return centred / (centred.square().mean(dim=(1, 2, 3), keepdim=True).sqrt() + 1.0)


def canonical_pose(chips: Tensor) -> tuple[Tensor, Tensor]:
    """Turn and mirror each chip to its canonical pose: the centre of its brightness lies in one eighth of the circle.

    A view from above has no up. All eight turns and reflections of a picture become the same picture, so the network
    gives them the same answer. (Canonicalisation as a way to invariance: Kaba et al. 2023, arXiv 2211.06489; here the
    canonical pose is computed, not learned.) Bytes are moved, since floats are four times larger.

    Args:
        chips: `[N, S, S, 3]`.

    Returns:
        The turned chips, and `[N, 2]` of signs that turn the doubled angle of a heading back.
    """
    ramp = torch.linspace(-1.0, 1.0, chips.shape[1], device=chips.device)
    light = chips.float().sum(dim=3)
    # not `@`: OpenCV cannot read a product with a vector
    across, down = ((light.sum(dim=axis) * ramp).sum(dim=1) for axis in (1, 2))
    turned = down.abs() > across.abs()  # a reflection about the diagonal, before the mirrors
    across, down = torch.where(turned, down, across), torch.where(turned, across, down)
    mirrored, upended = across < 0, down < 0
    chips = _moved(chips, turned, mirrored, upended)
    # theta -> 90 - theta negates the doubled angle's cosine, a mirror its sine
    cosine = 1.0 - 2.0 * turned.float()
    sine = (1.0 - 2.0 * mirrored.float()) * (1.0 - 2.0 * upended.float())
    return chips, torch.stack([cosine, sine], dim=1)


def _moved(chips: Tensor, turned: Tensor, mirrored: Tensor, upended: Tensor) -> Tensor:
    """Gather every pixel in one step: half the time of a transposition and two flips."""
    num, side = chips.shape[0], chips.shape[1]
    forth = torch.arange(side, device=chips.device)
    back = side - 1 - forth
    column, row = torch.where(mirrored[:, None], back, forth), torch.where(upended[:, None], back, forth)
    column_step, row_step = torch.where(turned, side, 1), torch.where(turned, 1, side)
    first = torch.arange(num, device=chips.device) * side * side
    place = (first[:, None] + row_step[:, None] * row)[:, :, None] + (column_step[:, None] * column)[:, None, :]
    return chips.reshape(-1, chips.shape[3])[place]


def encode_extent(extent_m: Tensor) -> Tensor:
    """`[N]` metres -> `[N, 2]`: whether known, and ln(metres / 10); unknown is (0, 0)."""
    known = (extent_m > 0).float()
    logs = torch.log(extent_m.clamp(min=1e-3)) - math.log(EXTENT_SCALE_M)
    return torch.stack([known, known * logs], dim=1)
