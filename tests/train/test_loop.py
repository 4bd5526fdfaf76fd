"""Training: the files of a run, resuming, early stopping, and what is refused."""

from __future__ import annotations

import csv
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from PIL import Image

from tests.fixtures.labelled_crops import epochs
from vehicle_id import Classifier
from vehicle_id.cli import app as app_module
from vehicle_id.crops.chips import Chip, make_chip
from vehicle_id.crops.images import Pixels
from vehicle_id.crops.labelled import read_labelled
from vehicle_id.errors import TrainError
from vehicle_id.export.export import export
from vehicle_id.model.card import Decision
from vehicle_id.train.calibrate import NEVER
from vehicle_id.train.crop_dataset import Batch
from vehicle_id.train.epoch_line import duration
from vehicle_id.train.loop import _log_calibration, train
from vehicle_id.train.losses import total_loss
from vehicle_id.train.model import VehicleNet
from vehicle_id.train.observers import Observer
from vehicle_id.train.recipe import ModelRecipe, Recipe, TrainRecipe, dump_recipe, load_recipe
from vehicle_id.train.trainer import LEAST_GAIN, Trainer


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

    def killed(self: Trainer, epoch: int, observers: Sequence[Observer] = ()) -> float:
        if epoch == 2:
            raise KeyboardInterrupt
        return real(self, epoch, observers)

    monkeypatch.setattr(Trainer, "train_epoch", killed)
    with pytest.raises(KeyboardInterrupt):
        train(crops, recipe, tmp_path / "cut", log=lambda _: None)
    monkeypatch.setattr(Trainer, "train_epoch", real)
    lines: list[str] = []
    train(crops, recipe, tmp_path / "cut", resume=True, log=lines.append)
    assert "resumed after epoch 2" in lines
    a, b = weights(tmp_path / "whole"), weights(tmp_path / "cut")
    assert all(torch.allclose(a[name].float(), b[name].float(), atol=1e-6) for name in a)


def test_training_stops_when_validation_does_not_improve(
    crops: Path, recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = iter([-1.0, -0.9, -0.9 + LEAST_GAIN / 2, -0.95])
    monkeypatch.setattr(Trainer, "validate", lambda _: (next(scores), {}))
    impatient = msgspec.structs.replace(recipe.train, epochs=9, patience=2, kept_epoch="best")
    lines: list[str] = []
    train(crops, msgspec.structs.replace(recipe, train=impatient), tmp_path / "run", log=lines.append)
    assert "stopped: validation has not improved since epoch 2" in lines


def test_a_folder_with_a_run_is_not_overwritten(finished: Path, crops: Path, recipe: Recipe) -> None:
    with pytest.raises(TrainError, match="already contains a run"):
        train(crops, epochs(recipe, 6), finished)
    with pytest.raises(TrainError, match=r"another recipe \(train\.epochs 6, not 7\): name another folder, or remove"):
        train(crops, epochs(recipe, 7), finished, resume=True)


def test_the_command_replaces_the_epochs_and_resumes_with_the_recipe_of_the_run(
    crops: Path, recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "r.yaml").write_bytes(dump_recipe(epochs(recipe, 9)))
    for more in (["--recipe", str(tmp_path / "r.yaml"), "--epochs", "1"], ["--resume"]):
        monkeypatch.setattr(sys, "argv", ["vehicle-id", "train", str(crops), "--out", str(tmp_path / "run"), *more])
        with pytest.raises(SystemExit) as stop:
            app_module.main()
        assert stop.value.code == 0
    assert load_recipe(tmp_path / "run" / "recipe.yaml").train.epochs == 1
    printed = capsys.readouterr().err
    assert "epoch 1/1" in printed and "resumed after epoch 1" in printed


def test_a_run_resumes_with_the_same_recipe_however_it_is_written(
    finished: Path, crops: Path, recipe: Recipe, tmp_path: Path
) -> None:
    run = shutil.copytree(finished, tmp_path / "run")
    written = (run / "recipe.yaml").read_bytes()
    (run / "recipe.yaml").write_bytes(b"# a default left out\n" + written.replace(b"  patience: 10\n", b""))
    train(crops, epochs(recipe, 6), run, resume=True, log=lambda _: None)
    assert (run / "recipe.yaml").read_bytes() == written


def test_a_model_without_a_name_is_named_after_its_folder_and_keeps_its_name(
    crops: Path, recipe: Recipe, tmp_path: Path
) -> None:
    nameless = msgspec.structs.replace(recipe, name=Recipe().name)

    def name_in(folder: str) -> str:
        run = train(crops, nameless, tmp_path / folder, resume=True, log=lambda _: None)
        return load_recipe(run.recipe).name

    assert name_in("lorries, port (2)") == "lorries-port-2"
    (tmp_path / "lorries, port (2)").rename(tmp_path / "moved")
    assert name_in("moved") == "lorries-port-2"
    assert name_in("грузовики") == "model"  # no letter that the name of a model can have


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
    assert (tmp_path / "run" / "recipe.yaml").exists()
    # no epoch has ended: the corrected recipe starts in the same folder
    assert train(crops, recipe, tmp_path / "run", log=lambda _: None).calibration.exists()
    assert len((tmp_path / "run" / "history.jsonl").read_text().splitlines()) == 1


def test_a_start_that_fails_does_not_block_its_folder(crops: Path, recipe: Recipe, tmp_path: Path) -> None:
    with pytest.raises(TrainError):
        train(crops, msgspec.structs.replace(recipe, start_from="gone"), tmp_path / "run", log=lambda _: None)
    assert train(crops, recipe, tmp_path / "run", log=lambda _: None).calibration.exists()


def test_a_run_is_not_continued_with_other_classes(recipe: Recipe, tmp_path: Path) -> None:
    flat = msgspec.structs.replace(
        recipe, taxonomy=(), model=msgspec.structs.replace(recipe.model, heads=(), extent=False)
    )
    rng = np.random.default_rng(0)
    for number, name in enumerate(["bus", "car"] * 12):
        file = tmp_path / "data" / name / f"{number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 255, (32, 32, 3), np.uint8)).save(file)
    run = train(tmp_path / "data", flat, tmp_path / "run", log=lambda _: None)
    (tmp_path / "data" / "bus").rename(tmp_path / "data" / "coach")
    before = run.splits.read_bytes()
    with pytest.raises(TrainError, match=r"trained with other classes \(bus is gone, coach is new\): restore"):
        train(tmp_path / "data", flat, tmp_path / "run", resume=True, log=lambda _: None)
    assert run.splits.read_bytes() == before


def test_the_log_says_how_far_how_good_and_how_long(crops: Path, recipe: Recipe, tmp_path: Path) -> None:
    lines: list[str] = []
    chosen = msgspec.structs.replace(recipe.train, epochs=3, kept_epoch="best")
    train(crops, msgspec.structs.replace(recipe, train=chosen), tmp_path / "run", log=lines.append)
    first, *_, last = [line for line in lines if line.startswith("epoch ")]
    assert first.startswith("epoch 1/3  loss ") and "  best so far  at most " in first and first.endswith(" s left")
    assert last.startswith("epoch 3/3") and "left" not in last
    assert [duration(each) for each in (0.2, 89, 91, 5399, 12000)] == [
        "1 s",
        "89 s",
        "2 min",
        "1 h 30 min",
        "3 h 20 min",
    ]


def test_thresholds_that_no_probability_reaches_are_not_exported(finished: Path, tmp_path: Path) -> None:
    """Calibrations of 0.1.0 may hold them."""
    run = shutil.copytree(finished, tmp_path / "run")
    stored = json.loads((run / "calibration.json").read_text())
    stored["decision"]["thresholds"] = dict.fromkeys(stored["decision"]["thresholds"], NEVER)
    (run / "calibration.json").write_text(json.dumps(stored))
    with pytest.raises(TrainError, match="would answer every crop unknown, since no probability reaches a threshold"):
        export(run, tmp_path / "model")
    assert not (tmp_path / "model").exists()


def test_a_decision_below_its_target_is_a_warning() -> None:
    lines: list[str] = []
    for thresholds, precision in (({"class": 0.9}, 0.7), ({"class": NEVER}, 0.95), ({"class": 0.9}, 0.95)):
        fitted = Decision(thresholds=thresholds, target_precision=precision)
        _log_calibration(fitted, Recipe(), 20, lines.append)
    assert "fitted for 0.7 instead" in lines[1] and "thresholds class never" in lines[2]
    assert "cannot be exported" in lines[3] and len(lines) == 5


def test_a_later_phase_starts_from_the_weights_of_an_earlier_one(finished: Path, crops: Path, tmp_path: Path) -> None:
    from tests.fixtures.labelled_crops import recipe

    phase = msgspec.structs.replace(recipe.__wrapped__(), start_from=str(finished))
    run = train(crops, phase, tmp_path / "second", log=lambda _: None)
    first = json.loads((finished / "history.jsonl").read_text().splitlines()[0])
    second = json.loads(run.history.read_text().splitlines()[0])
    assert second["val_nll"] < 0.7 * first["val_nll"]
    other = msgspec.structs.replace(phase, taxonomy=(*phase.taxonomy[:1], *phase.taxonomy[:0:-1]))
    run = train(crops, other, tmp_path / "third", log=lambda _: None)  # the rows of the last layer go by name
    third = json.loads(run.history.read_text().splitlines()[0])
    assert third["val_nll"] < 0.7 * first["val_nll"]


def test_two_windows_of_a_crop_and_coarser_nodes_add_to_the_loss(crops: Path, recipe: Recipe, tmp_path: Path) -> None:
    both = msgspec.structs.replace(recipe.train, ancestor_weight=0.3, consistency_weight=1.0)
    varied = msgspec.structs.replace(recipe, train=both)
    losses = [
        json.loads(train(crops, epochs(each, 1), tmp_path / name, log=lambda _: None).history.read_bytes())["loss"]
        for name, each in (("varied", varied), ("plain", recipe))
    ]
    assert losses[0] > losses[1]


def test_a_study_can_replace_chip_batch_loss_and_network(crops: Path, recipe: Recipe, tmp_path: Path) -> None:
    used: set[str] = set()

    def chip(crop: Pixels | Image.Image, *, chip_px: int, gsd_m: float | None = None) -> Chip:
        used.add("chip")
        return make_chip(crop, chip_px=chip_px, gsd_m=gsd_m)

    def batch(chips: Batch, rng: np.random.Generator) -> Batch:
        used.add("batch")
        return {**chips, "drawn": torch.tensor(rng.random())}

    def loss(outputs: dict[str, torch.Tensor], chips: Batch, train_recipe: TrainRecipe) -> torch.Tensor:
        used.add("loss")
        assert 0 <= chips["drawn"] < 1
        return total_loss(outputs, chips, train_recipe)

    def network(model: ModelRecipe, *, num_classes: int, pretrained: bool) -> VehicleNet:
        used.add("network")
        return VehicleNet(model, num_classes=num_classes, pretrained=pretrained)

    plain = train(crops, recipe, tmp_path / "plain", log=lambda _: None)
    replaced = train(
        crops, recipe, tmp_path / "own", log=lambda _: None, chip=chip, batch=batch, loss=loss, network=network
    )
    assert used == {"chip", "batch", "loss", "network"}
    assert replaced.history.read_bytes() == plain.history.read_bytes()


def test_a_decision_fitted_on_two_windows_makes_a_model_that_averages_two(
    crops: Path, recipe: Recipe, tmp_path: Path
) -> None:
    fitted = msgspec.structs.replace(recipe.calibrate, views=2)
    run = train(crops, msgspec.structs.replace(recipe, calibrate=fitted), tmp_path / "run", log=lambda _: None)
    one = train(crops, recipe, tmp_path / "one", log=lambda _: None)
    assert run.history.read_bytes() == one.history.read_bytes()  # only the decision differs
    assert run.calibration.read_bytes() != one.calibration.read_bytes()
    export(run.folder, tmp_path / "model")
    assert Classifier(tmp_path / "model").views == 2 and Classifier(tmp_path / "model", views=1).views == 1
