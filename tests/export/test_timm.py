"""The lines of docs/programs.md that put a trained backbone into timm."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import timm
import torch

from vehicle_id.export.export import to_onnx, with_card
from vehicle_id.model.card import Decision, ModelCard
from vehicle_id.taxonomy import Taxonomy
from vehicle_id.train.model import VehicleNet
from vehicle_id.train.recipe import ModelRecipe

PAGE = Path(__file__).parents[2] / "docs" / "programs.md"


def documented() -> str:
    """The block is fenced as `py`: the tests of the light install run those that are fenced as `python`."""
    [lines] = re.findall(r"^```py\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return str(lines)


@pytest.mark.parametrize("seed", [0, 1])
def test_the_documented_lines_give_the_features_of_the_network(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(seed)
    recipe = ModelRecipe(backbone="tf_efficientnet_lite0", chip_px=64, embedding_dim=16, canonical_pose=True)
    network = VehicleNet(recipe, num_classes=2, pretrained=False).eval()
    labels = ("car", "bus")
    card = ModelCard(
        name="m",
        version="1",
        labels=labels,
        nodes=Taxonomy.flat(labels).nodes,
        chip_px=64,
        decision=Decision(thresholds={"class": 0.6}),
    )
    (tmp_path / "model.onnx").write_bytes(with_card(to_onnx(network, 64), card))
    monkeypatch.chdir(tmp_path)
    names: dict[str, torch.nn.Module] = {}
    exec(compile(documented(), str(PAGE), "exec"), names)
    pixels = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(seed))
    with torch.inference_mode():
        torch.testing.assert_close(names["backbone"].eval()(pixels), network.backbone(pixels))
        other = timm.create_model("tf_efficientnet_lite0", num_classes=0).eval()
        assert not torch.allclose(other(pixels), network.backbone(pixels))
