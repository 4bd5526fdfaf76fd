"""Graphs of lower precision: what they contain, what they lose, and that their decision is fitted on their outputs."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from pathlib import Path

import msgspec
import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import numpy_helper
from onnxruntime.quantization.shape_inference import quant_pre_process

from vehicle_id.cli import app as app_module
from vehicle_id.crops.chips import Chip, stack
from vehicle_id.crops.manifest import Crop
from vehicle_id.errors import TrainError
from vehicle_id.export import export as export_module
from vehicle_id.export import quantise, recalibrate
from vehicle_id.export.export import export, to_onnx
from vehicle_id.export.quantise import fold_normalisation, neighbour_ranges, to_fp16, to_int8
from vehicle_id.export.recalibrate import compare_precision, draw_range_chips, read_examples, run_graph
from vehicle_id.model.decide import softmax
from vehicle_id.model.golden import check_golden
from vehicle_id.model.session import Session
from vehicle_id.taxonomy import Taxonomy
from vehicle_id.train.calibrate import Calibration, HeldOutOutputs, calibrate
from vehicle_id.train.checkpoint import RunFolder
from vehicle_id.train.loop import train
from vehicle_id.train.model import VehicleNet
from vehicle_id.train.recipe import ModelRecipe, Recipe, load_recipe
from vehicle_id.train.splits import read_splits

SIDE = 32


@pytest.fixture(scope="module")
def chips() -> list[Chip]:
    """Smooth patches in all colours."""
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (24, SIDE // 8, SIDE // 8, 3), dtype=np.uint8).repeat(8, axis=1).repeat(8, axis=2)
    return [Chip(pixels=each, extent_m=10.0 + number) for number, each in enumerate(pixels)]


@pytest.fixture(scope="module")
def data() -> bytes:
    """The layers of the shipped network, ReLU6 among them, with the weights that training begins with."""
    torch.manual_seed(0)
    recipe = ModelRecipe(chip_px=SIDE, embedding_dim=16, heads=("size", "heading"), canonical_pose=True)
    network = VehicleNet(recipe, num_classes=3, pretrained=True)
    return to_onnx(network.eval(), SIDE)


@pytest.fixture(scope="module")
def int8(data: bytes, chips: list[Chip]) -> bytes:
    return to_int8(data, chips)


def answers(data: bytes, chips: list[Chip], name: str = "logits") -> np.ndarray:
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    pixels, extent_m = stack(chips)
    [values] = session.run([name], {"chips": pixels, "extent_m": extent_m})
    return np.asarray(values)


def operators(data: bytes, folder: Path) -> Counter[str]:
    """Counts in the graph as onnxruntime runs it."""
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(folder / "run.onnx")
    options.log_severity_level = 3
    onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    return Counter(node.op_type for node in onnx.load(folder / "run.onnx").graph.node)


def test_everything_between_the_pixels_and_the_head_is_in_eight_bits(int8: bytes, tmp_path: Path) -> None:
    run = operators(int8, tmp_path)
    assert run["QLinearConv"] == 49 and run["QLinearGlobalAveragePool"] == 1
    assert run["Conv"] == run["FusedConv"] == 0
    assert run["QuantizeLinear"] == 1 and run["DequantizeLinear"] == 1  # of the pixels, and before the head
    assert run["Clip"] == 2  # of the extent and the variance: none of ReLU6 is left


def test_eight_bits_give_nearly_the_same_answers_in_half_the_size(data: bytes, int8: bytes, chips: list[Chip]) -> None:
    theirs, ours = answers(data, chips, "embedding"), answers(int8, chips, "embedding")
    assert 0.97 < np.corrcoef(theirs.ravel(), ours.ravel())[0, 1] < 1
    assert len(int8) < len(data) / 2


def test_the_same_chips_give_the_same_bytes(data: bytes, int8: bytes, chips: list[Chip]) -> None:
    assert to_int8(data, chips) == int8


def test_no_two_neighbours_overflow_sixteen_bits(int8: bytes) -> None:
    model = onnx.load_from_string(int8)
    weights = [
        numpy_helper.to_array(each) for each in model.graph.initializer if each.data_type == onnx.TensorProto.INT8
    ]
    over_channels = [each for each in weights if each.ndim == 4 and each.shape[1] > 1]
    assert len(over_channels) == 33
    for each in over_channels:
        rows = each.transpose(0, 2, 3, 1).reshape(len(each), -1).astype(int)
        rows = np.pad(rows, ((0, 0), (0, rows.shape[1] % 2)))
        sums = rows.reshape(len(rows), -1, 2).sum(axis=2)
        assert 255 * sums.max() <= 32767 and 255 * sums.min() >= -32768
    assert max(np.abs(each).max() for each in over_channels) > 64  # otherwise seven bits would do


def test_bias_correction_reduces_the_error(
    data: bytes, int8: bytes, chips: list[Chip], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quantise, "correct_biases", lambda *_: None)
    exact, plain = answers(data, chips, "embedding"), answers(to_int8(data, chips), chips, "embedding")
    assert np.abs(answers(int8, chips, "embedding") - exact).mean() < 0.9 * np.abs(plain - exact).mean()


def test_neighbours_are_summed_by_sign() -> None:
    weights = np.array([[[[0.5]], [[0.25]], [[-0.5]], [[0.75]], [[-1.0]]]], np.float32)  # pairs: .75; -.5 and .75; -1
    node = onnx.helper.make_node("Conv", ["x", "w"], ["y"], name="/network/backbone/Conv")
    graph = onnx.helper.make_graph([node], "g", [], [], [numpy_helper.from_array(weights, "w")])
    [[only]] = neighbour_ranges(graph).values()
    assert (only["rmin"], only["rmax"]) == (-1.0, 1.0)


def test_pixels_are_normalised_by_the_first_convolution(data: bytes, chips: list[Chip], tmp_path: Path) -> None:
    quant_pre_process(onnx.load_from_string(data), tmp_path / "plain.onnx", skip_symbolic_shape=True)
    model = onnx.load(tmp_path / "plain.onnx")
    found = fold_normalisation(model.graph)
    assert found is not None and found[1] == 128
    assert next(node for node in model.graph.node if node.op_type == "Conv").input[0] == found[0]
    folded = answers(model.SerializeToString(), chips)
    np.testing.assert_allclose(folded, answers(data, chips), atol=1e-3)  # the padding is half a grey level off
    assert fold_normalisation(onnx.helper.make_graph([], "empty", [], [])) is None


def test_sixteen_bits_give_the_same_answers_in_half_the_size(data: bytes, chips: list[Chip], tmp_path: Path) -> None:
    fp16 = to_fp16(data)
    assert len(fp16) < 0.56 * len(data)
    difference = np.abs(softmax(answers(fp16, chips)) - softmax(answers(data, chips))).max()
    assert 0 < difference < 1e-2
    plain, stored = operators(data, tmp_path), operators(fp16, tmp_path)
    assert plain == stored  # the casts are done when the file is loaded


@pytest.fixture(scope="module")
def finished(crops: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four epochs on the coloured crops, of which every sixth has a wrong label, so that no answer is certain."""
    from tests.fixtures.labelled_crops import recipe

    short: Recipe = recipe.__wrapped__()
    short = msgspec.structs.replace(short, train=msgspec.structs.replace(short.train, epochs=4))
    folder = tmp_path_factory.mktemp("run") / "run"
    head, *rows = crops.read_text().splitlines()
    rows = [row.replace(",car,", ",bus,") if number % 6 == 0 else row for number, row in enumerate(rows)]
    (crops.parent / "mislabelled.csv").write_text("\n".join([head, *rows]) + "\n")
    train(crops.parent / "mislabelled.csv", short, folder, log=lambda _: None)
    return folder


@pytest.mark.parametrize("precision", ["int8", "fp16"])
def test_a_model_of_lower_precision_has_its_own_decision_and_golden_outputs(
    finished: Path, tmp_path: Path, precision: str
) -> None:
    plain = export(finished, tmp_path / "fp32")
    agreement = export(finished, tmp_path / precision, extent_m=12, precision=precision)  # type: ignore[arg-type]
    assert plain.precision_loss is None and agreement.precision_loss is not None
    loss = agreement.precision_loss
    assert loss.num_crops == sum(crop.split == "val" for crop in read_splits(finished / "splits.csv"))
    assert loss.same_top1 >= loss.num_crops - 2 and 0 < loss.largest_difference < 0.5
    before, after = (Session((tmp_path / name / "model.onnx").read_bytes()) for name in ("fp32", precision))
    assert (before.card.precision, after.card.precision) == ("fp32", precision)
    assert after.card.decision != before.card.decision and after.card.counts == before.card.counts
    num, difference = check_golden(after, tmp_path / precision / "golden.json")
    assert num == 6 and difference < 1e-5
    assert (tmp_path / precision / "golden.json").read_bytes() != (tmp_path / "fp32" / "golden.json").read_bytes()
    model = onnx.load(tmp_path / precision / "model.onnx")
    assert model.ir_version <= 8 and [(each.domain, each.version) for each in model.opset_import] == [("", 17)]
    assert (tmp_path / precision / "model-12m.onnx").exists()
    assert f"Precision: {precision}." in (tmp_path / precision / "README.md").read_text()


def test_the_decision_is_fitted_on_the_graphs_own_outputs(finished: Path, tmp_path: Path) -> None:
    export(finished, tmp_path / "int8", precision="int8")
    session = Session((tmp_path / "int8" / "model.onnx").read_bytes())
    recipe, fitted = load_recipe(finished / "recipe.yaml"), session.card.decision
    val = [crop for crop in read_splits(finished / "splits.csv") if crop.split == "val"]
    outputs = run_graph(session, read_examples(val, session.card.labels, session.card.taxonomy(), chip_px=32))
    again = calibrate(outputs, recipe, {}).decision
    assert again.temperature == pytest.approx(1, abs=0.01)  # the fitted one is in the graph
    assert again.size_interval_z == pytest.approx(fitted.size_interval_z, rel=1e-4)
    assert again.unknown_threshold == pytest.approx(fitted.unknown_threshold, abs=0.02)


def test_export_validates_as_training_did(finished: Path) -> None:
    """The decision fitted on the graph in 32 bits is that fitted on the network."""
    run, recipe = RunFolder(folder=finished), load_recipe(finished / "recipe.yaml")
    network, labels, trained = export_module._load_uncalibrated(run, recipe)
    data = export_module.with_card(to_onnx(network, 32), export_module.make_card(recipe, labels, trained))
    val = [crop for crop in read_splits(run.splits) if crop.split == "val"]
    examples = read_examples(val, labels, Taxonomy(recipe.taxonomy), chip_px=32)
    again: Calibration = calibrate(run_graph(Session(data), examples), recipe, trained.counts)
    assert again.decision.temperature == pytest.approx(trained.decision.temperature, rel=1e-3)
    assert again.decision.size_interval_z == pytest.approx(trained.decision.size_interval_z, rel=1e-3)
    assert again.decision.unknown_threshold == pytest.approx(trained.decision.unknown_threshold, rel=1e-3)
    assert again.metrics == pytest.approx(trained.metrics, abs=1e-3)


def outputs(right: int, num: int = 1000) -> HeldOutOutputs:
    logits = np.zeros((num, 2), np.float32)
    logits[:right, 0], logits[right:, 1] = 1, 1
    target = np.tile([True, False], (num, 1))
    return HeldOutOutputs(
        labels=("a", "b"),
        taxonomy=Taxonomy.flat(("a", "b")),
        target=target,
        source=np.full(num, "real"),
        logits=logits,
        size=None,
        true_size=np.full((num, 2), np.nan),
        gsd_error=np.zeros(num),
    )


def test_half_a_percent_may_be_lost_and_no_more() -> None:
    loss = compare_precision(outputs(900), outputs(895), "int8")
    assert (loss.accuracy_before, loss.accuracy, loss.same_top1) == (0.9, 0.895, 995)
    with pytest.raises(TrainError, match=r"int8 loses 6 of 1000 validation crops, allowed are 0.5%"):
        compare_precision(outputs(900), outputs(894), "int8")
    compare_precision(outputs(9, 10), outputs(8, 10), "int8")  # one crop may always be lost
    with pytest.raises(TrainError, match="loses 2 of 10"):
        compare_precision(outputs(9, 10), outputs(7, 10), "int8")
    broken = outputs(900)
    broken.logits[0, 0] = np.nan
    with pytest.raises(TrainError, match="not numbers"):
        compare_precision(outputs(900), broken, "int8")


def test_a_graph_that_loses_too_much_is_not_written(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def zeroed(data: bytes, _: object) -> bytes:
        model = onnx.load_from_string(data)
        for tensor in model.graph.initializer:
            if tensor.name == "network.classify.weight":
                tensor.CopyFrom(numpy_helper.from_array(0 * numpy_helper.to_array(tensor), tensor.name))
        return bytes(model.SerializeToString())

    monkeypatch.setattr(export_module, "to_int8", zeroed)
    with pytest.raises(TrainError, match="loses"):
        export(finished, tmp_path / "model", precision="int8")
    assert not (tmp_path / "model").exists()


def test_ranges_come_from_training_crops_of_both_kinds(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crops = [crop for crop in read_splits(finished / "splits.csv") if crop.split == "train"]
    rendered = [crop for crop in crops if crop.origin == "rendered"]
    few = [*rendered, *[crop for crop in crops if crop.origin != "rendered"][:3]]
    opened: list[Path] = []
    real = recalibrate.open_crop
    monkeypatch.setattr(recalibrate, "open_crop", lambda path, **known: opened.append(path) or real(path, **known))
    monkeypatch.setattr(recalibrate, "NUM_RANGE_CHIPS", 6)
    assert len(draw_range_chips(few, chip_px=32, seed=0)) == 6
    assert sum(path in {crop.path for crop in rendered} for path in opened) == 3
    first = list(opened)
    draw_range_chips(few, chip_px=32, seed=0)
    assert opened[6:] == first


def test_a_list_of_an_older_run_is_refused(tmp_path: Path) -> None:
    old = tmp_path / "splits.csv"
    old.write_text("path,label,gsd_m,split,note\na.png,car,,val,\n")
    with pytest.raises(TrainError, match="--resume, which writes the list again"):
        read_splits(old)
    with pytest.raises(TrainError, match="cannot be read"):
        read_splits(tmp_path / "none.csv")


def test_resuming_a_finished_run_writes_its_list_again_and_trains_nothing(
    finished: Path, crops: Path, tmp_path: Path
) -> None:
    run = RunFolder(folder=tmp_path / "run")
    shutil.copytree(finished, run.folder)
    listed, weights = read_splits(run.splits), run.best.read_bytes()
    run.splits.write_text("path,label,gsd_m,split,note\na.png,car,,val,\n")
    train(crops.parent / "mislabelled.csv", load_recipe(run.recipe), run.folder, resume=True, log=lambda _: None)
    assert read_splits(run.splits) == listed and run.best.read_bytes() == weights
    assert {crop.origin for crop in listed} == {None, "rendered"} and any(crop.length_m for crop in listed)


def test_a_missing_crop_is_refused() -> None:
    gone = Crop(path=Path("gone.png"), label="car")
    with pytest.raises(TrainError, match=r"gone\.png can no longer be read"):
        read_examples([gone], ("car", "bus", "ground"), Taxonomy.flat(("car", "bus", "ground")), chip_px=32)
    with pytest.raises(TrainError, match="no training crop"):
        draw_range_chips([gone], chip_px=32, seed=0)


@pytest.mark.parametrize(
    ("arguments", "code", "printed"),
    [
        (["--int8"], 0, "validation crops in int8 and fp32: same best class on"),
        (["--fp16"], 0, "validation crops in fp16 and fp32: same best class on"),
        (["--int8", "--fp16"], 2, "two folders"),
    ],
)
def test_the_command_prints_what_was_lost(
    finished: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    printed: str,
) -> None:
    monkeypatch.setattr(sys, "argv", ["vehicle-id", "export", str(finished), "--out", str(tmp_path / "m"), *arguments])
    with pytest.raises(SystemExit) as stop:
        app_module.main()
    assert stop.value.code == code
    output = capsys.readouterr()
    assert printed in " ".join((output.out + output.err).replace("│", " ").split())
