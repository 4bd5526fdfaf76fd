"""The variants with one image input, as QGIS Deepness reads them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import get_args

import msgspec
import numpy as np
import onnx
import onnxruntime
import pytest

from tests.fixtures.untrained_model import SIDE, make_model
from vehicle_id.cli import app as app_module
from vehicle_id.cli import export as command_module
from vehicle_id.errors import CardError, ModelError, TrainError
from vehicle_id.export import export as export_module
from vehicle_id.export.export import export_variants, with_card
from vehicle_id.export.forms import UNSURE, FormName
from vehicle_id.export.single_input import compare_single_input, file_name, single_input
from vehicle_id.model.card import Decision, ModelCard
from vehicle_id.model.decide import softmax
from vehicle_id.model.digest import DIGEST_KEY
from vehicle_id.model.session import Session
from vehicle_id.taxonomy import Node


@pytest.fixture
def chips() -> np.ndarray:
    """Noise in which every grey level occurs."""
    return np.random.default_rng(0).integers(0, 256, (5, SIDE, SIDE, 3), dtype=np.uint8)


def deepness(variant: bytes, tile: np.ndarray) -> np.ndarray:
    """The output for one tile `[S, S, 3]`, prepared as the plugin does: float32, 0..1, channels first."""
    session = onnxruntime.InferenceSession(variant, providers=["CPUExecutionProvider"])
    [only_input] = session.get_inputs()
    image = np.float32(tile[None] * 1.0 / 255.0).transpose(0, 3, 1, 2)
    [output] = session.run(None, {only_input.name: image})
    return output


def test_the_variant_answers_like_the_model_at_its_extent(model: bytes, card: ModelCard, chips: np.ndarray) -> None:
    session, variant = Session(model), single_input(model, card, extent_m=7.5)
    for chip in chips:
        output = deepness(variant, chip)
        assert output.shape == (1, 4, SIDE, SIDE)
        assert np.ptp(output, axis=(2, 3)).max() == 0  # the whole tile
        assert output[0, 0].max() == 0  # unsure
        truth = softmax(session.run(chip[None], np.array([7.5], np.float32)).logits)
        np.testing.assert_allclose(output[:, 1:, 0, 0], truth, atol=1e-6)
    at = {metres: softmax(session.run(chips, np.full(5, metres, np.float32)).logits) for metres in (7.5, 30)}
    assert np.abs(at[7.5] - at[30]).max() > 0.01  # otherwise any extent would pass


def test_every_grey_level_is_passed_on_exactly(card: ModelCard) -> None:
    graph = onnx.parser.parse_model(
        f'<ir_version: 8, opset_import: ["" : 17]> copy (uint8[N, {SIDE}, {SIDE}, 3] chips) => (float[N, 3] logits) {{'
        "levels = Cast <to = 1> (chips) logits = ReduceMean <axes = [1, 2], keepdims = 0> (levels) }"
    )
    variant = single_input(with_card(graph.SerializeToString(), card), card, extent_m=10)
    for level in range(256):
        tile = np.zeros((SIDE, SIDE, 3), np.uint8)
        tile[:, :, 0], tile[:, :, 1] = level, 255 - level
        truth = softmax(np.array([[level, 255 - level, 0]], np.float32))
        np.testing.assert_allclose(deepness(variant, tile)[:, 1:, 0, 0], truth, atol=1e-6)


def test_the_variant_has_the_metadata_that_deepness_reads(model: bytes, card: ModelCard) -> None:
    variant = onnx.load_from_string(single_input(model, card, extent_m=8))
    assert variant.ir_version <= 8 and [each.version for each in variant.opset_import] == [17]
    [image], [classes] = variant.graph.input, variant.graph.output
    assert [axis.dim_value for axis in image.type.tensor_type.shape.dim] == [1, 3, SIDE, SIDE]
    assert [axis.dim_value for axis in classes.type.tensor_type.shape.dim] == [1, 4, SIDE, SIDE]
    [digest, *read] = variant.metadata_props
    assert digest.key == DIGEST_KEY
    props = {each.key: json.loads(each.value) for each in read}
    assert props["model_type"] == "Segmentor"
    assert props["class_names"] == {"0": UNSURE, "1": "car", "2": "bus 12 m", "3": "ground"}
    assert props["resolution"] == 100 * 8 / SIDE  # centimetres
    assert props["seg_thresh"] == 0.6
    assert props["vehicle_id.single_input"]["attribution"] == ["Some Survey"]
    assert not {"names", "task", "vehicle_id.card"} & set(props)


@pytest.fixture
def tree_card(card: ModelCard) -> ModelCard:
    """Two families, of which one has a threshold of its own, and a threshold for a form of families."""
    return msgspec.structs.replace(
        card,
        nodes=(
            Node(name="vehicle", level="family"),
            Node(name="car", parent="vehicle"),
            Node(name="bus 12 m", parent="vehicle"),
            Node(name="ground"),
        ),
        decision=Decision(
            thresholds={"class": 0.871, "family": 0.6}, node_thresholds={"vehicle": 0.912}, family_threshold=0.521
        ),
    )


def answer(output: np.ndarray, variant: bytes) -> str:
    """The name of the layer that the plugin paints the tile into."""
    props = {each.key: each.value for each in onnx.load_from_string(variant).metadata_props}
    kept = np.where(output[0, :, 0, 0] < np.float32(props["seg_thresh"]), 0, output[0, :, 0, 0])
    return str(json.loads(props["class_names"])[str(kept.argmax())])


def test_families_answer_where_no_class_is_sure(tree_card: ModelCard) -> None:
    """The kind of the fault: one threshold of classes left 11 of 12 example crops unsure."""
    logits = {
        "vehicle": np.log([0.5, 0.44, 0.06]),
        "ground": np.log([0.2, 0.25, 0.55]),
        UNSURE: np.log([0.5, 0.4, 0.1]),
    }
    for expected, values in logits.items():
        model = with_card(constant(values), tree_card)
        variants = {form: single_input(model, tree_card, extent_m=8, form=form) for form in ("classes", "families")}
        tile = np.zeros((SIDE, SIDE, 3), np.uint8)
        assert answer(deepness(variants["families"], tile), variants["families"]) == expected
        assert answer(deepness(variants["classes"], tile), variants["classes"]) == UNSURE


def constant(logits: np.ndarray) -> bytes:
    """A graph that answers every chip with the same three logits."""
    values = ", ".join(str(each) for each in logits)
    graph = onnx.parser.parse_model(
        f'<ir_version: 8, opset_import: ["" : 17]> same (uint8[N, {SIDE}, {SIDE}, 3] chips) => (float[N, 3] logits)'
        f"<float[1, 3] fixed = {{{values}}}> {{ levels = Cast <to = 1> (chips) "
        "means = ReduceMean <axes = [1, 2], keepdims = 0> (levels) nothing = Sub (means, means) "
        "logits = Add (nothing, fixed) }"
    )
    return bytes(graph.SerializeToString())


def test_a_threshold_of_its_own_binds_exactly_with_the_one_that_is_shown(tree_card: ModelCard) -> None:
    """`vehicle` needs 0.912; the form shows the threshold of the others, rounded up to two decimals."""
    for share, expected in ((0.911, UNSURE), (0.9135, "vehicle")):
        model = with_card(constant(np.log([share / 2, share / 2, 1 - share])), tree_card)
        variant = single_input(model, tree_card, extent_m=8, form="families")
        props = {each.key: each.value for each in onnx.load_from_string(variant).metadata_props}
        assert props["seg_thresh"] == "0.53"
        assert answer(deepness(variant, np.zeros((SIDE, SIDE, 3), np.uint8)), variant) == expected


@pytest.mark.parametrize(
    ("fitted", "shown"), [(0.6, 0.6), (0.601, 0.61), (0.07, 0.07), (0.29, 0.29), (0.9999, 1.0), (1.01, 1.0)]
)
def test_the_threshold_is_rounded_up_to_the_two_decimals_of_the_form(
    model: bytes, card: ModelCard, fitted: float, shown: float
) -> None:
    changed = msgspec.structs.replace(card, decision=Decision(thresholds={"class": fitted, "ground": 0.05}))
    variant = onnx.load_from_string(single_input(model, changed, extent_m=7))
    props = {each.key: json.loads(each.value) for each in variant.metadata_props if each.key != DIGEST_KEY}
    assert (props["seg_thresh"], props["resolution"]) == (shown, 21.88)


@pytest.mark.parametrize(("threshold", "error"), [(None, "has no threshold of families"), (1.01, "could never answer")])
def test_families_need_a_threshold_that_can_be_reached(
    model: bytes, card: ModelCard, threshold: float | None, error: str
) -> None:
    decision = msgspec.structs.replace(card.decision, family_threshold=threshold)
    with pytest.raises(TrainError, match=error):
        single_input(model, msgspec.structs.replace(card, decision=decision), extent_m=8, form="families")


def test_every_form_can_be_asked_for_and_has_a_name_of_its_own() -> None:
    assert tuple(each.value for each in command_module._Form) == get_args(FormName)
    assert [file_name(20, form) for form in get_args(FormName)] == [
        "model-20m.onnx",
        "model-20m-families.onnx",
        "model-20m-classify.onnx",
    ]


def test_a_form_without_an_extent_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["vehicle-id", "export", "runs/mine", "--out", str(tmp_path), "--as", "classify"])
    with pytest.raises(SystemExit) as stop:
        app_module.main()
    assert stop.value.code == 2
    assert "--as needs --extent-m" in " ".join(capsys.readouterr().err.split())


def test_a_tile_with_no_class_above_the_threshold_is_unsure(model: bytes, card: ModelCard, chips: np.ndarray) -> None:
    output = deepness(single_input(model, card, extent_m=8), chips[0])
    likeliest = output[0, 1:, 0, 0].max()
    for threshold, winner in ((likeliest - 0.01, int(output[0, :, 0, 0].argmax())), (likeliest + 0.01, 0)):
        kept = np.where(output < threshold, 0, output)  # as the plugin does
        assert (kept.argmax(axis=1) == winner).all()


def test_a_model_without_an_extent_also_has_a_variant(card: ModelCard, chips: np.ndarray) -> None:
    plain = make_model(card, extent=False)
    variant = single_input(plain, card, extent_m=8)
    assert compare_single_input(variant, Session(plain), chips, extent_m=8, tolerance=1e-6) < 1e-6


def test_the_variant_cannot_be_used_to_classify(model: bytes, card: ModelCard) -> None:
    with pytest.raises(CardError):
        Session(single_input(model, card, extent_m=8))


@pytest.mark.parametrize("extent_m", [0.0, -3.0, float("nan"), float("inf")])
def test_an_extent_must_be_a_length(model: bytes, card: ModelCard, extent_m: float) -> None:
    with pytest.raises(TrainError, match="is not a length"):
        single_input(model, card, extent_m=extent_m)


def test_a_variant_that_disagrees_is_not_written(
    model: bytes, card: ModelCard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model.onnx").write_bytes(model)
    monkeypatch.setattr(export_module, "single_input", lambda *_, **__: single_input(model, card, extent_m=30))
    with pytest.raises(TrainError, match="disagrees with its model"):
        export_variants(tmp_path / "model.onnx", tmp_path / "out", extent_m=7.5)
    assert not (tmp_path / "out").exists()


def test_a_variant_is_made_from_an_exported_file(
    model: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "model.onnx").write_bytes(model)
    command = ["vehicle-id", "export", str(tmp_path / "model.onnx"), "--out", str(tmp_path / "out")]
    for arguments, code in ((["--extent-m", "7.5", "--as", "classes", "--as", "classify"], 0), ([], 2)):
        monkeypatch.setattr(sys, "argv", [*command, *arguments])
        with pytest.raises(SystemExit) as stop:
            app_module.main()
        assert stop.value.code == code
    assert "model-7.5m.onnx" in capsys.readouterr().out
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"model-7.5m.onnx", "model-7.5m-classify.onnx"}
    with pytest.raises(ModelError, match="cannot be read"):
        export_variants(tmp_path / "none.onnx", tmp_path / "out", extent_m=7.5)
