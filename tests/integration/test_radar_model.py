"""The model of radar answers radar: on the command line, with the distance of its chips or without it, and no size."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.fixtures.radar_chips import radar_chip
from vehicle_id import Classifier
from vehicle_id.cli import app as app_module

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "models" / "sar-mstar-1.1"


@pytest.fixture
def chip(tmp_path: Path) -> Path:
    """A drawn chip: no vehicle that the model knows."""
    path = tmp_path / "chips" / "chip.png"
    path.parent.mkdir()
    Image.fromarray(radar_chip(34, seed=3)).save(path)
    return path


@pytest.mark.parametrize("distance", [[], ["--gsd-m", "0.2"], ["--gsd-m", "0.3"]])
def test_a_chip_is_answered_on_the_command_line(
    chip: Path, distance: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.jsonl"
    monkeypatch.setattr(
        sys,
        "argv",
        ["vehicle-id", "classify", str(chip.parent), "--model", str(MODEL), "--out", str(out), *distance],
    )
    with pytest.raises(SystemExit) as stop:
        app_module.main()
    assert stop.value.code == 0
    [answer] = [json.loads(line) for line in out.read_text().splitlines()]
    assert answer["status"] == "ok" and answer["model"] == "sar-mstar-1.1"
    assert answer["length_m"] is None and answer["width_m"] is None
    assert not {"not_optical", "gsd_unknown"} & set(answer["flags"])
    assert "radar" not in answer["reason"]


def test_the_models_of_optical_pictures_refuse_what_this_one_answers(chip: Path) -> None:
    answer = Classifier().classify(chip, gsd_m=0.2)
    assert answer.label == "unknown" and "not_optical" in answer.flags


def test_its_answer_does_not_depend_on_the_stated_distance_but_a_coarse_one_is_refused(chip: Path) -> None:
    with Classifier(MODEL, top_k=10) as classifier:
        assert classifier.classify(chip).top == classifier.classify(chip, gsd_m=0.2).top
        assert classifier.classify(chip, gsd_m=1.0).status == "too_coarse"
        assert (MODEL / "model.onnx").stat().st_size < 5e6
