"""The variant with one image input."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

from tests.fixtures.untrained_model import SIDE, make_model
from vehicle_id.cli import app as app_module
from vehicle_id.errors import CardError, ModelError, TrainError
from vehicle_id.export import export as export_module
from vehicle_id.export.export import export_variant, with_card
from vehicle_id.export.single_input import UNSURE, compare_single_input, single_input
from vehicle_id.model.card import ModelCard
from vehicle_id.model.decide import softmax
from vehicle_id.model.digest import DIGEST_KEY
from vehicle_id.model.session import Session


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
    assert not {"names", "vehicle_id.card"} & set(props)


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
        export_variant(tmp_path / "model.onnx", tmp_path / "out", extent_m=7.5)
    assert not (tmp_path / "out").exists()


def test_a_variant_is_made_from_an_exported_file(
    model: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "model.onnx").write_bytes(model)
    command = ["vehicle-id", "export", str(tmp_path / "model.onnx"), "--out", str(tmp_path / "out")]
    for arguments, code in ((["--extent-m", "7.5"], 0), ([], 2)):
        monkeypatch.setattr(sys, "argv", [*command, *arguments])
        with pytest.raises(SystemExit) as stop:
            app_module.main()
        assert stop.value.code == code
    assert "model-7.5m.onnx" in capsys.readouterr().out
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["model-7.5m.onnx"]
    with pytest.raises(ModelError, match="cannot be read"):
        export_variant(tmp_path / "none.onnx", tmp_path / "out", extent_m=7.5)
