"""From labelled crops to a verified model: train, resume, export, and classify on the light side."""

from __future__ import annotations

import csv
import json
import math
import shutil
import sys
from pathlib import Path

import msgspec
import numpy as np
import onnx
import pytest
import torch

from vehicle_id import Classifier
from vehicle_id.cli import app as app_module
from vehicle_id.crops.labelled import read_labelled
from vehicle_id.errors import TrainError
from vehicle_id.evaluation.evaluate import ALL_CLASSES, judge
from vehicle_id.export import export as export_module
from vehicle_id.export.export import compare, export, load_run, read_chips, to_onnx, with_card
from vehicle_id.model.golden import check_golden
from vehicle_id.model.session import Session
from vehicle_id.train.calibrate import Calibration
from vehicle_id.train.checkpoint import RunFolder
from vehicle_id.train.loop import Trainer, schedule, train
from vehicle_id.train.recipe import CalibrateRecipe, Recipe, dump_recipe, load_recipe

ROOT = Path(__file__).parents[2]


def epochs(recipe: Recipe, number: int) -> Recipe:
    return msgspec.structs.replace(recipe, train=msgspec.structs.replace(recipe.train, epochs=number))


@pytest.fixture(scope="session")
def finished(crops: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A run of six epochs on the coloured crops."""
    from tests.fixtures.labelled_crops import recipe

    folder = tmp_path_factory.mktemp("run") / "run"
    train(crops, epochs(recipe.__wrapped__(), 6), folder, log=lambda _: None)
    return folder


def test_a_run_writes_every_file(finished: Path) -> None:
    names = {path.name for path in finished.iterdir()}
    assert names == {
        "recipe.yaml", "splits.csv", "history.jsonl", "last.safetensors", "best.safetensors", "calibration.json"
    }  # fmt: skip
    history = [json.loads(line) for line in (finished / "history.jsonl").read_text().splitlines()]
    assert [each["epoch"] for each in history] == [1, 2, 3, 4, 5, 6]
    assert history[-1]["loss"] < history[0]["loss"]


def test_groups_are_not_split(finished: Path, crops: Path) -> None:
    group_of = {crop.path.absolute(): crop.group for crop in read_labelled(crops)}
    with (finished / "splits.csv").open(newline="") as file:
        splits = [(group_of[Path(row["path"])], row["split"]) for row in csv.DictReader(file)]
    assert len(splits) == 72
    assert len(set(splits)) == len({group for group, _ in splits})
    assert {split for _, split in splits} == {"train", "val", "test"}


def test_the_exported_model_gives_the_answers_of_the_network(finished: Path, crops: Path, tmp_path: Path) -> None:
    agreement = export(finished, tmp_path / "model", extent_m=12)
    assert agreement.num_chips >= 60
    assert agreement.same_top1 == agreement.num_chips
    assert agreement.largest_difference < 1e-4
    names = {path.name for path in (tmp_path / "model").iterdir()}
    assert names == {"model.onnx", "model-12m.onnx", "golden.json", "recipe.yaml", "README.md", "stac-item.json"}
    record = judge(Classifier(tmp_path / "model", top_k=ALL_CLASSES), read_labelled(crops)).record()
    assert record["top1"]["accuracy"] > 0.95
    check_golden(Session((tmp_path / "model" / "model.onnx").read_bytes()), tmp_path / "model" / "golden.json")


def test_the_model_file_has_the_inputs_and_outputs_that_readers_expect(finished: Path, tmp_path: Path) -> None:
    export(finished, tmp_path / "model")
    model = onnx.load(tmp_path / "model" / "model.onnx")
    assert model.ir_version <= 8 and max(each.version for each in model.opset_import) <= 17
    shapes = {
        each.name: [d.dim_param or d.dim_value for d in each.type.tensor_type.shape.dim]
        for each in (*model.graph.input, *model.graph.output)
    }
    assert shapes == {
        "chips": ["N", 32, 32, 3],
        "extent_m": ["N"],
        "logits": ["N", 3],
        "embedding": ["N", 16],
        "size": ["N", 4],
        "heading": ["N", 2],
    }
    props = {each.key: each.value for each in model.metadata_props}
    assert props["names"] == "{0: 'car', 1: 'bus', 2: 'ground'}"


def test_the_card_states_how_the_model_was_made(finished: Path, recipe: Recipe) -> None:
    _, card = load_run(RunFolder(folder=finished), epochs(recipe, 6))
    assert card.full_name == "colours-0.2"
    assert card.labels == ("car", "bus", "ground")
    total = card.counts["car"]
    assert sum(getattr(total, name) for name in total.__struct_fields__) == 24
    assert total.rendered_train > 0 and total.real_train > 0
    assert set(card.decision.thresholds) == {"class", "family"}
    assert card.recipe["train"]["epochs"] == 6
    assert {"torch", "timm", "vehicle-id"} <= set(card.made_with)


def test_temperature_is_in_the_graph(finished: Path, recipe: Recipe) -> None:
    network, card = load_run(RunFolder(folder=finished), epochs(recipe, 6))
    session = Session(with_card(to_onnx(network, 32), card))
    chip = np.zeros((1, 32, 32, 3), np.uint8)
    scaled = session.run(chip, np.zeros(1, np.float32)).logits
    network.temperature.fill_(1.0)
    with torch.inference_mode():
        raw = network(torch.from_numpy(chip), torch.zeros(1))["logits"].numpy()
    np.testing.assert_allclose(scaled * card.decision.temperature, raw, rtol=1e-3, atol=1e-4)
    assert card.decision.temperature != 1.0


def test_a_graph_that_disagrees_is_not_written(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = to_onnx

    def wrong(network: torch.nn.Module, chip_px: int) -> bytes:
        with torch.no_grad():
            network.classify.bias += torch.tensor([1.0, -1.0, 0.0])
            data = real(network, chip_px)
            network.classify.bias -= torch.tensor([1.0, -1.0, 0.0])
        return data

    monkeypatch.setattr(export_module, "to_onnx", wrong)
    with pytest.raises(TrainError, match="disagrees with the network"):
        export(finished, tmp_path / "model")
    assert not (tmp_path / "model").exists()


def test_compare_raises_on_the_smallest_change_that_matters(finished: Path, recipe: Recipe) -> None:
    run = RunFolder(folder=finished)
    network, card = load_run(run, epochs(recipe, 6))
    network.temperature.fill_(20.0)  # probabilities far from 0 and 1, so that a small change shows
    session = Session(with_card(to_onnx(network, 32), card))
    chips = read_chips(run.splits, chip_px=32)
    assert compare(network, session, chips).largest_difference < 1e-4
    with torch.no_grad():
        network.classify.bias[0] += 0.05
    with pytest.raises(TrainError, match="nothing was written"):
        compare(network, session, chips)


def test_crops_for_the_golden_outputs_can_be_named(finished: Path, crops: Path, tmp_path: Path) -> None:
    export(finished, tmp_path / "model", golden=crops)
    assert len(json.loads((tmp_path / "model" / "golden.json").read_text())) == 72


def test_an_unfinished_run_is_not_exported(finished: Path, tmp_path: Path) -> None:
    shutil.copytree(finished, tmp_path / "run")
    (tmp_path / "run" / "calibration.json").unlink()
    with pytest.raises(TrainError, match="not finished"):
        export(tmp_path / "run", tmp_path / "model")
    (tmp_path / "run" / "splits.csv").write_text("path,label,gsd_m,split,note\ngone.png,car,,val,\n")
    (tmp_path / "run" / "calibration.json").write_bytes((finished / "calibration.json").read_bytes())
    with pytest.raises(TrainError, match="can be opened"):
        export(tmp_path / "run", tmp_path / "model")


def weights(folder: Path) -> dict[str, torch.Tensor]:
    import safetensors.torch

    return safetensors.torch.load_file(folder / "last.safetensors")


def test_the_same_seed_gives_the_same_weights(crops: Path, recipe: Recipe, tmp_path: Path) -> None:
    for name in ("a", "b"):
        train(crops, recipe, tmp_path / name, log=lambda _: None)
    a, b = weights(tmp_path / "a"), weights(tmp_path / "b")
    assert all(torch.equal(a[name], b[name]) for name in a)


def test_the_number_of_workers_changes_nothing(crops: Path, recipe: Recipe, tmp_path: Path) -> None:
    for workers in (0, 2):
        data = msgspec.structs.replace(recipe.data, num_workers=workers)
        train(crops, msgspec.structs.replace(recipe, data=data), tmp_path / str(workers), log=lambda _: None)
    a, b = weights(tmp_path / "0"), weights(tmp_path / "2")
    assert all(torch.equal(a[name], b[name]) for name in a)


def test_a_resumed_run_continues_as_if_it_had_not_stopped(
    crops: Path, recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = epochs(recipe, 3)
    train(crops, recipe, tmp_path / "whole", log=lambda _: None)
    real = Trainer.train_epoch

    def killed(self: Trainer, epoch: int) -> float:
        if epoch == 2:
            raise KeyboardInterrupt
        return real(self, epoch)

    monkeypatch.setattr(Trainer, "train_epoch", killed)
    with pytest.raises(KeyboardInterrupt):
        train(crops, recipe, tmp_path / "cut", log=lambda _: None)
    monkeypatch.setattr(Trainer, "train_epoch", real)
    lines: list[str] = []
    train(crops, recipe, tmp_path / "cut", resume=True, log=lines.append)
    assert "resumed after epoch 2" in lines
    a, b = weights(tmp_path / "whole"), weights(tmp_path / "cut")
    assert all(torch.allclose(a[name].float(), b[name].float(), atol=1e-6) for name in a)


def test_training_stops_when_validation_does_not_improve(crops: Path, recipe: Recipe, tmp_path: Path) -> None:
    still = msgspec.structs.replace(recipe.train, epochs=9, patience=1, lr=1e-12)
    lines: list[str] = []
    train(crops, msgspec.structs.replace(recipe, train=still), tmp_path / "run", log=lines.append)
    assert any(line.startswith("stopped: validation has not improved since epoch") for line in lines)


def test_a_folder_with_a_run_is_not_overwritten(finished: Path, crops: Path, recipe: Recipe) -> None:
    with pytest.raises(TrainError, match="already contains a run"):
        train(crops, epochs(recipe, 6), finished)
    with pytest.raises(TrainError, match="another recipe"):
        train(crops, epochs(recipe, 7), finished, resume=True)


def test_a_run_resumes_with_the_same_recipe_however_it_is_written(
    finished: Path, crops: Path, recipe: Recipe, tmp_path: Path
) -> None:
    run = shutil.copytree(finished, tmp_path / "run")
    written = (run / "recipe.yaml").read_bytes()
    (run / "recipe.yaml").write_bytes(b"# a default left out\n" + written.replace(b"  patience: 10\n", b""))
    train(crops, epochs(recipe, 6), run, resume=True, log=lambda _: None)
    assert (run / "recipe.yaml").read_bytes() == written


def test_a_head_without_truth_is_refused(crops: Path, recipe: Recipe, tmp_path: Path) -> None:
    folder = tmp_path / "by_class"
    for crop in read_labelled(crops):
        target = folder / str(crop.label) / crop.path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(crop.path.read_bytes())
    with pytest.raises(TrainError, match="head 'size'"):
        train(folder, recipe, tmp_path / "run")
    plain = msgspec.structs.replace(recipe, model=msgspec.structs.replace(recipe.model, heads=(), extent=False))
    lines: list[str] = []
    run = train(folder, plain, tmp_path / "run", log=lines.append)
    assert any("no column 'group'" in line for line in lines)
    export(run.folder, tmp_path / "model")
    result = Classifier(tmp_path / "model").classify(next(read_labelled(folder)).path)
    assert "gsd_unknown" not in result.flags and result.size is None


def test_a_loss_that_is_not_a_number_ends_the_run(crops: Path, recipe: Recipe, tmp_path: Path) -> None:
    wild = msgspec.structs.replace(recipe, train=msgspec.structs.replace(recipe.train, lr=1e30, warmup_epochs=0))
    with pytest.raises(TrainError, match="not a number"):
        train(crops, epochs(wild, 3), tmp_path / "run", log=lambda _: None)


def test_the_two_commands(
    crops: Path, recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "recipe.yaml").write_bytes(dump_recipe(recipe))
    run, model = tmp_path / "run", tmp_path / "model"
    for arguments in (
        ["train", crops, "--recipe", tmp_path / "recipe.yaml", "--out", run],
        ["export", run, "--out", model, "--extent-m", "12.5"],
    ):
        monkeypatch.setattr(sys, "argv", ["vehicle-id", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            app_module.main()
        assert stop.value.code == 0
    assert "chips through torch and onnxruntime: same best class on" in capsys.readouterr().out
    assert (model / "model.onnx").exists() and (model / "model-12.5m.onnx").exists()
    variant = [
        "vehicle-id",
        "export",
        f"{model}/model.onnx",
        "--out",
        f"{model}",
        "--extent-m",
        "9",
        "--golden",
        f"{crops}",
    ]
    monkeypatch.setattr(sys, "argv", variant)
    with pytest.raises(SystemExit) as stop:
        app_module.main()
    assert stop.value.code == 2
    assert "has its golden outputs" in " ".join(capsys.readouterr().err.split())
    assert not (model / "model-9m.onnx").exists()


@pytest.mark.parametrize(
    ("at", "share"), [(0.0, 0.01), (0.5, 0.5), (1.0, 1.0), (5.5, 0.505), (10.0, 0.01), (12.0, 0.01)]
)
def test_the_schedule_warms_up_and_falls_like_a_cosine(at: float, share: float) -> None:
    assert math.isclose(schedule(at, epochs=10, warmup_epochs=1), share, abs_tol=1e-9)


@pytest.mark.parametrize("file", sorted((ROOT / "training" / "recipes").glob("*.yaml")), ids=lambda file: file.name)
def test_every_recipe_in_the_repository_loads(file: Path) -> None:
    recipe = load_recipe(file)
    name = file.stem.removesuffix("-first")
    assert name in (recipe.name, f"{recipe.name}-{recipe.version}")
    if name != file.stem:
        assert load_recipe(file.with_name(f"{name}.yaml")).start_from == f"runs/{file.stem}"


def test_the_prior_is_in_the_graph(finished: Path, recipe: Recipe) -> None:
    run = RunFolder(folder=finished)
    changed_recipe = msgspec.structs.replace(epochs(recipe, 6), calibrate=CalibrateRecipe(family_prior=1.0))
    plain, _ = load_run(run, epochs(recipe, 6))
    calibration = msgspec.json.decode(run.calibration.read_bytes(), type=Calibration)
    decision = msgspec.structs.replace(calibration.decision, family_prior=1.0)
    changed = msgspec.structs.replace(calibration, decision=decision)
    before = run.calibration.read_bytes()
    try:
        run.calibration.write_bytes(msgspec.json.encode(changed))
        shifted, card = load_run(run, changed_recipe)
    finally:
        run.calibration.write_bytes(before)
    chips, extent = torch.zeros((1, 32, 32, 3), dtype=torch.uint8), torch.ones(1)
    moved = (shifted(chips, extent)["logits"] - plain(chips, extent)["logits"])[0].detach()
    assert moved[0] == pytest.approx(moved[2].item() - math.log(2), abs=1e-4)  # car and bus share a family
    assert card.decision.family_prior == 1.0


def test_a_later_phase_starts_from_the_weights_of_an_earlier_one(finished: Path, crops: Path, tmp_path: Path) -> None:
    from tests.fixtures.labelled_crops import recipe

    phase = msgspec.structs.replace(recipe.__wrapped__(), start_from=str(finished))
    run = train(crops, phase, tmp_path / "second", log=lambda _: None)
    first = json.loads((finished / "history.jsonl").read_text().splitlines()[0])
    second = json.loads(run.history.read_text().splitlines()[0])
    assert second["val_nll"] < 0.7 * first["val_nll"]
    other = msgspec.structs.replace(phase, taxonomy=(*phase.taxonomy[:1], *phase.taxonomy[:0:-1]))
    with pytest.raises(TrainError, match="has other classes"):
        train(crops, other, tmp_path / "third", log=lambda _: None)


def test_a_recipe_can_use_the_tree_of_the_catalogue(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text("taxonomy: catalogue\n")
    found = load_recipe(tmp_path / "r.yaml").taxonomy
    assert len(found) > 60 and next(node for node in found if node.name == "bus").length_m is not None
    (tmp_path / "r.yaml").write_text("taxonomy: atlas\n")
    with pytest.raises(TrainError, match="taxonomy"):
        load_recipe(tmp_path / "r.yaml")
