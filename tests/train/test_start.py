"""The network that a run starts from: how it is named, which rows of the last layer stay, and what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import numpy as np
import pytest
import timm
import torch

from vehicle_id.crops.labelled import read_labelled
from vehicle_id.errors import ModelError, TrainError
from vehicle_id.export.export import export
from vehicle_id.model import hub
from vehicle_id.model.session import Session
from vehicle_id.taxonomy import Node, Taxonomy
from vehicle_id.train.crop_dataset import CropDataset, batches
from vehicle_id.train.labels import labels_of
from vehicle_id.train.loop import train
from vehicle_id.train.losses import kept_loss
from vehicle_id.train.model import VehicleNet, canonical_pose, encode_extent
from vehicle_id.train.recipe import ModelRecipe, Recipe, load_recipe
from vehicle_id.train.splits import load_splits
from vehicle_id.train.start import backbone_weights, fill, read_start, with_kept_classes
from vehicle_id.train.trainer import Trainer


@pytest.fixture(scope="module")
def model(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model folder of a finished run."""
    folder = tmp_path_factory.mktemp("start") / "model"
    export(finished, folder)
    return folder


@pytest.fixture(scope="module")
def two_classes(crops: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The coloured crops in folders of other classes: what was a car is a van, what was ground is a shed."""
    folder = tmp_path_factory.mktemp("folders") / "data"
    for crop in read_labelled(crops):
        name = {"car": "van", "ground": "shed"}.get(crop.label or "")
        if name:
            (folder / name).mkdir(parents=True, exist_ok=True)
            shutil.copy(crop.path, folder / name / crop.path.name)
    return folder


def plain(recipe: Recipe, **changes: object) -> Recipe:
    """The recipe for crops without sizes and without a tree."""
    bare = msgspec.structs.replace(recipe.model, heads=())
    return msgspec.structs.replace(recipe, taxonomy=(), model=bare, **changes)


@pytest.mark.parametrize("form", ["run", "checkpoint", "folder", "onnx"])
def test_a_start_is_named_by_run_checkpoint_folder_or_file(form: str, finished: Path, model: Path) -> None:
    named = {
        "run": finished,
        "checkpoint": finished / "best.safetensors",
        "folder": model,
        "onnx": model / "model.onnx",
    }[form]
    start, run = read_start(str(named)), read_start(finished)
    assert start.labels == ("car", "bus", "ground") and start.nodes[0].name == "vehicle"
    assert start.model == load_recipe(finished / "recipe.yaml").model
    for name, tensor in run.state.items():
        if tensor.is_floating_point():  # a graph does not count batches
            torch.testing.assert_close(start.state[name], tensor, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(
    "name", ["overhead-1.0", "overhead-1.1", "overhead-1.2", "overhead-1.3", hub.read_index()[0].default]
)
def test_a_published_model_gives_the_logits_of_its_file(name: str) -> None:
    session, start = Session(hub.load(name).data), read_start(name)
    network = VehicleNet(start.model, num_classes=len(start.labels), pretrained=False).eval()
    network.load_state_dict(start.state)
    rng = np.random.default_rng(3)
    chips = rng.integers(0, 256, (5, start.model.chip_px, start.model.chip_px, 3)).astype(np.uint8)
    extent_m = np.array([0, 5, 10, 20, 40], np.float32)
    with torch.inference_mode():
        ours = network(torch.from_numpy(chips), torch.from_numpy(extent_m))
    theirs = session.run(chips, extent_m)
    np.testing.assert_allclose(ours["embedding"].numpy(), theirs.embedding, atol=1e-3)
    shift = theirs.logits * session.card.decision.temperature - ours["logits"].numpy()
    assert np.ptp(shift, axis=0).max() < 1e-2  # but for the prior, which is the same for every crop


def test_what_cannot_be_a_start_is_refused(tmp_path: Path, finished: Path) -> None:
    with pytest.raises(TrainError, match=r"'overhead-9.9', which is no published model .*did you mean overhead-\d"):
        read_start("overhead-9.9")
    with pytest.raises(TrainError, match="int8"):
        read_start("overhead-1.1-int8")
    with pytest.raises(ModelError, match="no model file at"):
        read_start(tmp_path / "gone.onnx")
    shutil.copy(finished / "recipe.yaml", tmp_path)
    with pytest.raises(TrainError, match="has no usable checkpoint"):
        read_start(tmp_path)
    with pytest.raises(TrainError, match="no usable checkpoint at"):
        read_start(tmp_path / "best.safetensors")


def test_a_network_that_the_weights_do_not_fit_is_refused(
    finished: Path, crops: Path, recipe: Recipe, tmp_path: Path
) -> None:
    wider = msgspec.structs.replace(recipe.model, embedding_dim=17)
    other = msgspec.structs.replace(recipe, model=wider, start_from=str(finished))
    with pytest.raises(
        TrainError, match=r"states model.embedding_dim 17, but .* has 16: leave model.embedding_dim out"
    ):
        train(crops, other, tmp_path / "run", log=lambda _: None)


def test_rows_of_the_last_layer_go_by_the_name_of_the_class(finished: Path) -> None:
    start = read_start(finished)
    network = VehicleNet(msgspec.structs.replace(start.model, heads=()), num_classes=3, pretrained=False)
    fresh = network.classify.weight.detach().clone()
    fill(network, start, ("bus", "van", "car"))
    assert torch.equal(network.classify.weight[0], start.state["classify.weight"][1])
    assert torch.equal(network.classify.weight[1], fresh[1])
    assert torch.equal(network.classify.bias[2], start.state["classify.bias"][0])
    assert torch.equal(network.fuse[1].weight, start.state["fuse.1.weight"])


def test_new_classes_learn_from_the_embedding_of_another_run(
    model: Path, two_classes: Path, recipe: Recipe, tmp_path: Path
) -> None:
    """With a frozen backbone only what the earlier run learned can tell the colours apart."""
    lines: list[str] = []
    frozen = msgspec.structs.replace(recipe.train, epochs=3, freeze_epochs=3)
    run = train(two_classes, plain(recipe, start_from=str(model), train=frozen), tmp_path / "run", log=lines.append)
    assert any(line.endswith("0 of 2 classes are among its 3") for line in lines)
    last = msgspec.json.decode(run.history.read_bytes().splitlines()[-1])
    assert last["val_accuracy"] == 1.0
    after, before = read_start(run.folder), read_start(model)
    for name, tensor in before.state.items():
        if name.startswith("backbone.") and tensor.is_floating_point():
            torch.testing.assert_close(after.state[name], tensor, atol=1e-6, rtol=1e-6)


def test_kept_classes_stay_in_the_tree_and_in_the_answers(
    model: Path, two_classes: Path, recipe: Recipe, tmp_path: Path
) -> None:
    longer = msgspec.structs.replace(recipe.train, epochs=4)
    kept = plain(recipe, start_from=str(model), keep_classes=True, train=longer)
    run = train(two_classes, kept, tmp_path / "run", log=lambda _: None)
    start = read_start(run.folder)
    assert start.labels == ("car", "bus", "ground", "shed", "van")
    assert load_recipe(run.recipe).taxonomy[0] == Node(name="vehicle", level="family")
    train(
        two_classes, kept, run.folder, resume=True, log=lambda _: None
    )  # the same recipe, before the trees are joined
    export(run.folder, tmp_path / "exported")


def test_the_divergence_from_the_kept_classes_is_minimised(
    model: Path, two_classes: Path, crops: Path, recipe: Recipe
) -> None:
    """Trained on two new classes, a network with the loss forgets less of the three that it had."""
    old = CropDataset(
        load_splits(crops, recipe.data, chip_px=32, seed=0).train,
        ("car", "bus", "ground"),
        Taxonomy(recipe.taxonomy),
        chip_px=32,
        augment=None,
        seed=0,
    )
    batch = next(iter(batches(old, [(0, number) for number in range(40)], batch_size=40, num_workers=0)))
    divergences = []
    for weight in (0.0, 30.0):
        own = msgspec.structs.replace(recipe.train, lr=3e-3, epochs=6, freeze_epochs=6, keep_weight=weight)
        kept = plain(recipe, start_from=str(model), keep_classes=True, train=own)
        start = read_start(str(model))
        splits = load_splits(two_classes, kept.data, chip_px=32, seed=0)
        kept = msgspec.structs.replace(kept, taxonomy=with_kept_classes(kept, start, ("shed", "van")))
        trainer = Trainer(kept, splits, labels_of(splits, kept, kept=start.labels), start=start)
        for epoch in range(6):
            trainer.train_epoch(epoch)
        assert trainer.loss_of.teacher is not None
        taught = trainer.loss_of.teacher.taught(batch)
        with torch.inference_mode():
            logits = trainer.model.eval()(batch["chips"], batch["extent_m"])["logits"]
        divergences.append(kept_loss(logits, taught["kept"]).item())
    assert divergences[1] < 0.7 * divergences[0]


def test_kept_loss_is_zero_for_the_same_answers_among_the_kept_classes() -> None:
    kept = torch.tensor([[2.0, torch.nan, -1.0]])
    assert kept_loss(torch.tensor([[5.0, 9.0, 2.0]]), kept) == pytest.approx(0.0, abs=1e-6)
    assert kept_loss(torch.tensor([[-1.0, 9.0, 2.0]]), kept) > 0.5


def test_a_kept_class_cannot_become_a_group(finished: Path, recipe: Recipe) -> None:
    start = read_start(finished)
    under = msgspec.structs.replace(recipe, taxonomy=(Node(name="coach", parent="bus"),))
    with pytest.raises(TrainError, match=r"keeps 'bus' of .*, so no class can be under it"):
        with_kept_classes(under, start, ("coach",))
    beside = msgspec.structs.replace(recipe, taxonomy=(Node(name="coach", parent="vehicle"),))
    assert [node.name for node in with_kept_classes(beside, start, ("coach", "bus", "boat"))][-2:] == ["coach", "boat"]


@pytest.mark.parametrize("name", ["overhead-1.1", "run"])
def test_the_backbone_loads_into_plain_timm_and_gives_the_same_features(name: str, finished: Path) -> None:
    start = read_start(finished if name == "run" else name)
    backbone = timm.create_model(start.model.backbone, num_classes=0)
    backbone.load_state_dict(backbone_weights(finished if name == "run" else name))
    network = VehicleNet(start.model, num_classes=len(start.labels), pretrained=False).eval()
    network.load_state_dict(start.state)
    chips = torch.randint(0, 256, (3, start.model.chip_px, start.model.chip_px, 3), dtype=torch.uint8)
    config = backbone.pretrained_cfg
    turned = canonical_pose(chips)[0] if start.model.canonical_pose else chips
    mean, std = (torch.tensor(config[each])[:, None, None] for each in ("mean", "std"))
    with torch.inference_mode():
        features = backbone.eval()((turned.permute(0, 3, 1, 2) / 255 - mean) / std)
        joined = torch.cat([features, network.extent(encode_extent(torch.zeros(3)))], dim=1)
        expected = network(chips, torch.zeros(3))["embedding"]
        torch.testing.assert_close(network.fuse(joined), expected, atol=1e-3, rtol=1e-3)


def test_a_recipe_may_state_a_larger_chip_than_its_start(
    finished: Path, crops: Path, recipe: Recipe, tmp_path: Path
) -> None:
    larger: ModelRecipe = msgspec.structs.replace(recipe.model, chip_px=40)
    lines: list[str] = []
    train(
        crops,
        msgspec.structs.replace(recipe, model=larger, start_from=str(finished)),
        tmp_path / "run",
        log=lines.append,
    )
    assert any(line.startswith("the chips have 40 pixels a side") for line in lines)
