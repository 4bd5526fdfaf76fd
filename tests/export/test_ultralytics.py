"""The variant for ultralytics: its form, and, where ultralytics is installed, that it gives the model's answers.

ultralytics is AGPL-3.0, so it is in no extra of the package. To run the second part: `pip install ultralytics` into an
environment that is thrown away, and `python -m pytest tests/export/test_ultralytics.py` there.
"""

from __future__ import annotations

import ast
import warnings
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import onnx
import onnxruntime
import pytest

from tests.fixtures.untrained_model import SIDE, make_model
from vehicle_id.export.export import export_variants
from vehicle_id.export.single_input import single_input
from vehicle_id.model.card import ModelCard
from vehicle_id.model.decide import softmax
from vehicle_id.model.session import Session

AWKWARD = ("car, (4x4)", "bus 12 m", "грунт")


@pytest.fixture
def noise() -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [rng.integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8) for _ in range(3)]


def probabilities(model: bytes, chip: np.ndarray, extent_m: float) -> np.ndarray:
    return softmax(Session(model).run(chip[None], np.array([extent_m], np.float32)).logits)


def test_the_output_is_one_row_of_probabilities(model: bytes, card: ModelCard, noise: list[np.ndarray]) -> None:
    variant = single_input(model, card, extent_m=7.5, form="classify")
    session = onnxruntime.InferenceSession(variant, providers=["CPUExecutionProvider"])
    [image], [output] = session.get_inputs(), session.get_outputs()
    assert (image.type, image.shape, output.shape) == ("tensor(float)", [1, 3, SIDE, SIDE], [1, 3])
    for chip in noise:
        scaled = (chip / 255).astype(np.float32).transpose(2, 0, 1)[None]
        [found] = session.run(None, {image.name: scaled})
        np.testing.assert_allclose(found, probabilities(model, chip, 7.5), atol=1e-6)


def test_the_metadata_is_what_ultralytics_parses(card: ModelCard) -> None:
    named = msgspec.structs.replace(card, labels=AWKWARD)
    variant = onnx.load_from_string(single_input(make_model(card), named, extent_m=8, form="classify"))
    props = {each.key: each.value for each in variant.metadata_props}
    assert ast.literal_eval(props["names"]) == dict(enumerate(AWKWARD))
    assert props["task"] == "classify"
    assert ast.literal_eval(props["imgsz"]) == [SIDE, SIDE]
    assert [int(props[name]) for name in ("stride", "batch", "channels")] == [1, 1, 3]


@pytest.fixture
def ultralytics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The package, told to install and to ask for nothing."""
    for name, value in (("AUTOINSTALL", "false"), ("OFFLINE", "true"), ("CONFIG_DIR", str(tmp_path))):
        monkeypatch.setenv(f"YOLO_{name}", value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield pytest.importorskip("ultralytics", exc_type=ImportError)


@pytest.mark.parametrize("canonical_pose", [False, True])
def test_ultralytics_gives_the_answers_of_the_model(
    card: ModelCard, tmp_path: Path, ultralytics: Any, noise: list[np.ndarray], canonical_pose: bool
) -> None:
    from PIL import Image

    data = make_model(card, canonical_pose=canonical_pose)
    (tmp_path / "model.onnx").write_bytes(data)
    [file] = export_variants(tmp_path / "model.onnx", tmp_path, extent_m=7.5, forms=["classify"])
    reader = ultralytics.YOLO(str(file))
    assert reader.task == "classify"
    for chip in noise:
        [answer] = reader.predict(Image.fromarray(chip), verbose=False)
        assert answer.names == dict(enumerate(card.labels))
        np.testing.assert_allclose(answer.probs.data[None], probabilities(data, chip, 7.5), atol=1e-5)
    assert len(reader.predict([Image.fromarray(chip) for chip in noise], verbose=False)) == len(noise)
