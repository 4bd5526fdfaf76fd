"""Golden outputs: what a model must answer on every machine."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from tests.zoo import Animal
from vehicle_id import Classifier
from vehicle_id.cli.app import app
from vehicle_id.errors import IntegrityError, ModelError
from vehicle_id.model import hub, opening
from vehicle_id.model.golden import check_golden, make_golden
from vehicle_id.model.session import Scores, Session


@pytest.fixture
def golden(session: Session, zoo: dict[str, Animal], tmp_path: Path) -> Path:
    file = tmp_path / "golden.json"
    crops = [(zoo["rgb.jpg"].path.read_bytes(), 0.3), (zoo["alpha.png"].path.read_bytes(), None)]
    file.write_bytes(make_golden(session, crops))
    return file


def test_the_same_model_agrees_with_itself(session: Session, golden: Path) -> None:
    assert check_golden(session, golden) == (2, pytest.approx(0.0, abs=1e-6))


@pytest.mark.parametrize("change", [0.01, -5.0, 1e9])
def test_a_different_answer_is_refused(session: Session, golden: Path, change: float) -> None:
    record = json.loads(golden.read_text())
    record[1]["logits"][2] += change
    golden.write_text(json.dumps(record))
    with pytest.raises(IntegrityError, match="golden crop 1 differently"):
        check_golden(session, golden)


def test_an_answer_that_is_not_a_number_is_refused(session: Session, golden: Path) -> None:
    class Broken:
        card = session.card
        provider = "cpu"

        def run(self, chips: object, extent_m: object) -> object:
            scores = session.run(chips, extent_m)  # type: ignore[arg-type]
            if extent_m[0] == 0:  # type: ignore[index]  # the second crop only
                scores.logits[:] = float("nan")
            return scores

    with pytest.raises(IntegrityError):
        check_golden(Broken(), golden)  # type: ignore[arg-type]


def test_golden_outputs_without_crops_are_an_error(session: Session, golden: Path) -> None:
    golden.write_text("[]")
    with pytest.raises(ModelError, match="contain no crop"):
        check_golden(session, golden)


def test_another_number_of_classes_is_refused(session: Session, golden: Path) -> None:
    record = json.loads(golden.read_text())
    record[0]["logits"].append(0.0)
    golden.write_text(json.dumps(record))
    with pytest.raises(IntegrityError):
        check_golden(session, golden)


def test_a_missing_or_damaged_file_is_an_error(session: Session, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no golden outputs"):
        check_golden(session, tmp_path / "golden.json")
    (tmp_path / "golden.json").write_text("[{}]")
    with pytest.raises(ModelError, match="cannot be read"):
        check_golden(session, tmp_path / "golden.json")
    (tmp_path / "golden.json").write_text('[{"image": "bm90IGFuIGltYWdl", "gsd_m": null, "logits": [0]}]')
    with pytest.raises(ModelError, match="cannot be read"):
        check_golden(session, tmp_path / "golden.json")


class Other(Session):
    """A provider that is not the CPU, with logits that differ by `shift`, as OpenVINO's do for models in 8 bits."""

    shift = 0.0

    def __init__(self, data: bytes, *, provider: str = "auto", **options: Any) -> None:
        super().__init__(data, provider="cpu", **options)
        self.provider = "openvino"

    def run(self, chips: Any, extent_m: Any) -> Scores:
        scores = super().run(chips, extent_m)
        return replace(scores, logits=scores.logits + np.float32(self.shift))


@pytest.fixture(params=[True, False], ids=["golden outputs", "no golden outputs"])
def folder(request: pytest.FixtureRequest, golden: Path, tiny: Path) -> Path:
    """The tiny model with its golden outputs or without."""
    (golden.parent / "model.onnx").write_bytes(tiny.read_bytes())
    if not request.param:
        golden.unlink()
    return golden.parent


def test_a_provider_that_answers_otherwise_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "Session", Other)
    assert Classifier(folder, provider="openvino").provider == "openvino"
    monkeypatch.setattr(Other, "shift", 0.01)
    fault = r"answers .* differently .*on the provider 'openvino': logits differ by 0\.0100, .*; use --provider cpu"
    with pytest.raises(IntegrityError, match=fault):
        Classifier(folder, provider="openvino")
    monkeypatch.setattr(Other, "shift", float("nan"))
    with pytest.raises(IntegrityError, match="on the provider 'openvino': logits differ by nan"):
        Classifier(folder, provider="openvino")


def test_verify_checks_the_provider_that_it_is_told(monkeypatch: pytest.MonkeyPatch, golden: Path, tiny: Path) -> None:
    (golden.parent / "model.onnx").write_bytes(tiny.read_bytes())
    run = CliRunner().invoke
    result = run(app, ["verify", str(golden.parent / "model.onnx"), "--provider", "cpu"])
    assert result.exit_code == 0 and "2 crops answered as published on cpu" in result.output
    assert run(app, ["verify", "--provider", "tensorrt"]).exit_code != 0
    monkeypatch.setattr(opening, "Session", Other)
    monkeypatch.setattr(Other, "shift", 0.01)
    result = run(app, ["verify", str(golden.parent), "--provider", "openvino"])
    assert isinstance(result.exception, IntegrityError)


def test_on_the_cpu_nothing_is_compared(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "check_provider", lambda _session, _file: pytest.fail("compared"))
    assert opening.open_model(hub.load(folder), provider="cpu").provider == "cpu"


def test_golden_outputs_that_never_end_are_not_read(session: Session, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "golden.json")
    with pytest.raises(ModelError, match="not a regular file"):
        check_golden(session, tmp_path / "golden.json")
