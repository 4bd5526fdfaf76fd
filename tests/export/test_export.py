"""Export: the model gives the answers of the network, or is not written."""

from __future__ import annotations

import json
import math
import shutil
import sys
from pathlib import Path
from typing import get_args

import msgspec
import numpy as np
import onnx
import pytest
import torch

from tests.fixtures.labelled_crops import epochs
from vehicle_id import Classifier
from vehicle_id.cli import app as app_module
from vehicle_id.crops.labelled import read_labelled
from vehicle_id.errors import TrainError
from vehicle_id.evaluation.evaluate import ALL_CLASSES, evaluate
from vehicle_id.export import export as export_module
from vehicle_id.export.export import compare, export, load_run, read_chips, to_onnx, with_card
from vehicle_id.export.forms import FormName
from vehicle_id.model.card import METADATA_KEY
from vehicle_id.model.digest import DIGEST_KEY
from vehicle_id.model.golden import check_golden
from vehicle_id.model.session import Session
from vehicle_id.train.calibrate import Calibration
from vehicle_id.train.checkpoint import RunFolder
from vehicle_id.train.recipe import CalibrateRecipe, Recipe, dump_recipe


def test_the_exported_model_gives_the_answers_of_the_network(finished: Path, crops: Path, tmp_path: Path) -> None:
    agreement = export(finished, tmp_path / "model", extent_m=12, forms=get_args(FormName))
    assert agreement.num_chips >= 60
    assert agreement.same_top1 == agreement.num_chips
    assert agreement.largest_difference < 1e-4
    names = {path.name for path in (tmp_path / "model").iterdir()}
    variants = {"model-12m.onnx", "model-12m-families.onnx", "model-12m-classify.onnx"}
    assert names == {"model.onnx", *variants, "golden.json", "recipe.yaml", "README.md", "stac-item.json"}
    record = evaluate(Classifier(tmp_path / "model", top_k=ALL_CLASSES), read_labelled(crops)).measures()
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
    keys = {each.key for each in model.metadata_props}
    assert keys == {METADATA_KEY, DIGEST_KEY}  # `names` and `task` promise readers what only a variant keeps


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


def test_a_run_without_a_threshold_of_families_gets_one_at_export(finished: Path, tmp_path: Path) -> None:
    """Training before version 0.2.0 fitted none."""
    shutil.copytree(finished, tmp_path / "run")
    stored = json.loads((finished / "calibration.json").read_bytes())
    fitted = stored["decision"].pop("family_threshold")
    (tmp_path / "run" / "calibration.json").write_text(json.dumps(stored))
    export(tmp_path / "run", tmp_path / "plain")
    assert Classifier(tmp_path / "plain").card.decision.family_threshold is None
    export(tmp_path / "run", tmp_path / "model", extent_m=12, forms=["families"])
    assert Classifier(tmp_path / "model").card.decision.family_threshold == pytest.approx(fitted, abs=1e-3)


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


def test_the_priors_and_the_shift_of_sizes_are_in_the_graph(finished: Path, recipe: Recipe) -> None:
    run = RunFolder(folder=finished)
    changed_recipe = msgspec.structs.replace(epochs(recipe, 6), calibrate=CalibrateRecipe(family_prior=1.0))
    plain, _ = load_run(run, epochs(recipe, 6))
    calibration = msgspec.json.decode(run.calibration.read_bytes(), type=Calibration)
    decision = msgspec.structs.replace(
        calibration.decision, family_prior=1.0, size_shift={"car": 0.5}, relative_prior={"bus": 3.0}
    )
    changed = msgspec.structs.replace(calibration, decision=decision)
    before = run.calibration.read_bytes()
    try:
        run.calibration.write_bytes(msgspec.json.encode(changed))
        shifted, card = load_run(run, changed_recipe)
    finally:
        run.calibration.write_bytes(before)
    chips, extent = torch.zeros((1, 32, 32, 3), dtype=torch.uint8), torch.ones(1)
    moved = (shifted(chips, extent)["logits"] - plain(chips, extent)["logits"])[0].detach()
    assert moved[1] == pytest.approx(moved[2].item() - math.log(2) + math.log(3), abs=1e-4)  # a family of two
    assert moved[0] == pytest.approx(moved[1].item() - math.log(3) + 0.5, abs=1e-4)
    assert card.decision.family_prior == 1.0


def test_a_graph_that_disagrees_is_not_written(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = to_onnx

    def wrong(network: torch.nn.Module, chip_px: int) -> bytes:
        with torch.no_grad():
            network.classify.bias += torch.tensor([20.0, -20.0, 0.0])
            data = real(network, chip_px)
            network.classify.bias -= torch.tensor([20.0, -20.0, 0.0])
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
