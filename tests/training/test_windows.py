"""Unlabelled windows: which answers count as false alarms, and which windows become training crops."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.conftest import plain
from training.datasets import windows
from training.datasets.self_taught import surest
from training.measure import false_alarms
from vehicle_id import Classifier, Crop
from vehicle_id.crops.images import decode_image
from vehicle_id.crops.manifest import read_manifest
from vehicle_id.results import Prediction, Result


def answer(label: str | None, *, top: str | None = None, level: str = "class", score: float = 0.95) -> Result:
    predictions = (Prediction(label=top, score=score),) if top else ()
    return Result(label=label, level=level, score=score, top=predictions)


def test_windows_lie_in_the_tile_and_repeat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tile = tmp_path / "tiles" / "tenniscourt" / "tenniscourt07.jpg"
    tile.parent.mkdir(parents=True)
    Image.fromarray(plain("red", width=256, height=256)).save(tile)
    out = tmp_path / "out"
    command = ["windows.py", str(tmp_path / "tiles"), "--out", str(out), "--windows", "30"]
    monkeypatch.setattr(sys, "argv", command)
    windows.main()
    crops = list(read_manifest(out / "manifest.csv"))
    assert len(crops) == 30 and all(crop.label is None and crop.gsd_m == 0.3 for crop in crops)
    assert {crop.group for crop in crops} == {"ucmerced/tenniscourt07"} and len({crop.split for crop in crops}) == 1
    shapes = {decode_image(crop.path).pixels.shape for crop in crops}
    assert all(height == width and 20 <= width <= 100 for height, width, _ in shapes) and len(shapes) > 5
    first = [crop.path.read_bytes() for crop in crops]
    windows.main()
    assert [crop.path.read_bytes() for crop in crops] == first


def test_the_most_confident_answers_of_each_place_and_class_are_kept() -> None:
    crops = [Crop(path=Path(f"{n}.png"), group="a" if n < 5 else "b") for n in range(7)]
    answers = [
        answer("car", score=0.91),
        answer("car", score=0.99),
        answer("car", score=0.97),
        answer("car", score=0.98),  # one of the three most confident of its place; the first is not
        answer("light_vehicle", level="family", score=0.99),
        answer("car", score=0.92),
        answer("car", score=0.89),
    ]
    assert surest(crops, answers, sure=0.9, most=100) == [1, 2, 3, 5]
    assert surest(crops, answers, sure=0.9, most=2) == [1, 3]


def test_an_answer_is_false_by_its_family_at_any_level() -> None:
    tree = Classifier().card.taxonomy()
    answers = [
        answer("tank", top="tank"),
        answer("tracked_armour", top="armoured_carrier", level="family"),
        answer("unknown", top="rigid_hauler_90t"),
        answer("car", top="car"),
        answer("ground", top="ground"),
        Result(),
    ]
    found = false_alarms.count_false(tree, answers)
    assert found.pop("tracked_armour") == (2, 2) and found.pop("haul_truck") == (0, 1)
    assert set(found.values()) == {(0, 0)}


def test_windows_taken_for_armour_become_training_crops_of_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    named = {"house_0": "tank", "house_1": "car", "parkinglot_0": "tank", "house_2": "tank", "house_3": "tank"}
    splits = {"house_2": "test", "house_3": "val"}
    text = "path,label,gsd_m,group,split\n"
    for name in named:
        Image.fromarray(plain("red")).save(tmp_path / f"{name}.png")
        text += f"{name}.png,,0.3,{name},{splits.get(name, 'train')}\n"
    (tmp_path / "manifest.csv").write_text(text)
    monkeypatch.setattr(
        false_alarms.Classifier,
        "classify_crops",
        lambda self, crops: [answer(named[crop.path.stem], top=named[crop.path.stem]) for crop in crops],
    )
    out = tmp_path / "none.csv"
    monkeypatch.setattr(sys, "argv", ["false_alarms.py", str(tmp_path / "manifest.csv"), "--out", str(out)])
    false_alarms.main()
    training = list(read_manifest(out))
    assert [(crop.path.name, crop.label, crop.split) for crop in training] == [
        ("house_0.png", "none", "train"),
        ("house_3.png", "none", "val"),
    ]
    printed = capsys.readouterr().out
    assert "1 windows" in printed and "tracked_armour 1 1" in printed and "to train on: train 1, val 1" in printed
