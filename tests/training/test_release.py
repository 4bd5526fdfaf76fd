"""The release script: what is measured is what the command on the card measures."""

from __future__ import annotations

import csv
import importlib.util
import shlex
import sys
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from tests.conftest import TINY, plain
from vehicle_id import Classifier
from vehicle_id.cli import app as app_module

ROOT = Path(__file__).parents[2]
spec = importlib.util.spec_from_file_location("training_release", ROOT / "training" / "release.py")
assert spec is not None and spec.loader is not None
release = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = release  # msgspec looks its annotations up there
spec.loader.exec_module(release)


def decoded(text: str | bytes) -> list[release.Measurement]:
    return msgspec.yaml.decode(text, type=list[release.Measurement])


@pytest.mark.parametrize("file", sorted((ROOT / "training" / "measure").glob("*.yaml")), ids=lambda file: file.name)
def test_the_measures_that_ship_can_be_read(file: Path) -> None:
    measures = decoded(file.read_bytes())
    assert len({each.title for each in measures}) == len(measures) > 0


def test_a_label_maps_to_one_node_or_several() -> None:
    [measure] = decoded("[{title: t, data: d.csv, half: b, mapping: {car: [car, van], coach: bus}}]")
    assert measure.nodes() == {"car": ("car", "van"), "coach": ("bus",)}
    assert measure.command("m-1") == "vehicle-id evaluate d.csv --model m-1 --half b --map car=car,van --map coach=bus"


def test_the_command_on_the_card_gives_its_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Image.fromarray(plain("red")).save("red.png")
    with Path("d.csv").open("w", newline="") as file:
        rows = [["red.png", "car", image] for image in ("north", "south", "east", "west")]
        csv.writer(file).writerows([["path", "label", "image"], *rows, ["red.png", "coach", "north"]])
    [measure] = decoded("[{title: t, data: d.csv, half: a, mapping: {car: [car, van], coach: bus}, plots: p}]")
    record = release.measure(Classifier(TINY, top_k=9), [measure], tmp_path / "model")["t"]
    assert "plots/p/reliability.png" in record["plots"]
    assert all((tmp_path / "model" / each).read_bytes().startswith(b"\x89PNG") for each in record["plots"])
    assert record["command"] == measure.command("tiny-0.1")
    assert (record["num_crops"], record["top1"]["confusion"]) == (3, [[2, 0, 0], [1, 0, 0]])
    monkeypatch.setattr(sys, "argv", shlex.split(measure.command(str(TINY))))
    capsys.readouterr()
    with pytest.raises(SystemExit):
        app_module.main()
    assert (
        f"accuracy {record['top1']['accuracy']:.4f}, macro-F1 {record['top1']['macro_f1']:.4f}"
        in capsys.readouterr().out
    )
