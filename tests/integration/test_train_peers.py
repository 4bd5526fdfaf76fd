"""benchmarks/train_peers.py without its peers: the sets, the epochs that fit, what is kept, the tables."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PIL import Image

from training.pages.marks import read_block
from vehicle_id.crops.labelled import read_labelled

ROOT = Path(__file__).parents[2]
LABELS = ("bus", "car")
Scripts = tuple[ModuleType, ModuleType, ModuleType]
RUNNER = """
import csv, json, sys
from pathlib import Path

folder, *options = sys.argv[1:]
folder, given = Path(folder), dict(zip(options[::2], options[1::2]))
out, epochs = Path(given["--out"]), given["--epochs"]
out.mkdir(parents=True)
with (folder / "calls.txt").open("a") as calls:
    calls.write(epochs + "\\n")
print("a line of a talkative peer")
print(json.dumps({"epochs": int(epochs), "crops_per_epoch": 8, "train_s": 4.0, "before_s": 2.0, "after_s": 1.0,
                  "epochs_s": [3.0] * int(epochs), "batches_s": [2.0, 1.0, 1.0, 1.0, 1.0][: int(epochs)]}))
crops = sorted((folder / "test").glob("*/*"))
with (out / "answers.csv").open("w", newline="") as file:
    csv.writer(file).writerows([("crop", "label"), *((crop.name, "car") for crop in crops)])
"""


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> Scripts:
    """The scripts `train_peers`, `peers.sets` and `peers.train_page`."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import train_peers
    from peers import sets, train_page

    return train_peers, sets, train_page


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """Crops of two classes; every other one is long."""
    rows = []
    for number in range(40):
        label, path = LABELS[number % 2], tmp_path / "crops" / f"{number}.png"
        path.parent.mkdir(exist_ok=True)
        Image.new("RGB", (24, 24 if number % 4 < 2 else 12), (number, 0, 0)).save(path)
        split = "test" if number < 8 else "val" if number < 16 else "train"
        rows.append((path.relative_to(tmp_path), label, 0.3, f"image {number}", split))
    file = tmp_path / "manifest.csv"
    with file.open("w", newline="") as text:
        csv.writer(text).writerows([("path", "label", "gsd_m", "group", "split"), *rows])
    return file


def options(tmp_path: Path, manifest: Path) -> argparse.Namespace:
    return argparse.Namespace(
        sets=[f"toys={manifest}"],
        radar=[],
        work=tmp_path / "work",
        envs=tmp_path / "envs",
        share=None,
        budget=20.0,
        clock="cpu",
        chip_px=96,
        batch=32,
        rounds=0,
        only=["vehicle-id train, tf_efficientnet_lite0, from ImageNet"],
    )


@pytest.fixture
def found(scripts: Scripts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Nothing measured yet; every contestant is a script that answers every crop with car."""
    train_peers, _, _ = scripts
    runners, commands = tmp_path / "runners", tmp_path / "commands"
    runners.mkdir()
    commands.mkdir()
    (commands / "python").symlink_to(sys.executable)
    (runners / "vehicle_id_train.py").write_text(RUNNER)
    monkeypatch.setattr(train_peers, "RUNNERS", runners)
    monkeypatch.setattr(train_peers, "made", lambda env, envs, share: commands)
    monkeypatch.setattr(train_peers, "_installed", lambda trainee, commands: {"packages": 5, "mb": 90.0})
    monkeypatch.setattr(train_peers, "_weights", lambda work: work / "weights.safetensors")
    return {"sets": {}, "installed": {}, "probes": {}, "runs": [], "rates": {}}


def test_a_set_has_every_crop_once_and_no_long_crop(scripts: Scripts, manifest: Path, tmp_path: Path) -> None:
    _, sets, _ = scripts
    found = sets.prepare("toys", manifest, tmp_path / "set", view="above")
    assert found.counts == {"test": 8, "train": 24, "val": 8}
    pictures = sorted((tmp_path / "set").glob("t*/*/*")) + sorted((tmp_path / "set").glob("val/*/*"))
    assert len(pictures) == 40
    for picture in pictures:
        with Image.open(picture) as image:
            assert image.size == (24, 24)
    assert sum(picture.is_symlink() for picture in pictures) == 20
    with (tmp_path / "set" / "manifest.csv").open(newline="") as text:
        rows = list(csv.DictReader(text))
    assert {row["picture"] for row in rows if row["split"] == "test"} == set(found.truth)
    crops = list(read_labelled(tmp_path / "set" / "manifest.csv"))
    assert len(crops) == 40
    for crop in crops:
        assert (crop.problem, crop.gsd_m) == (None, 0.3)
        with Image.open(crop.path) as image:  # as it was
            assert image.height == (24 if int(image.getpixel((0, 0))[0]) % 4 < 2 else 12)


def test_crops_without_a_split_are_divided(scripts: Scripts, manifest: Path, tmp_path: Path) -> None:
    _, sets, _ = scripts
    with manifest.open(newline="") as text:
        rows = list(csv.reader(text))
    with manifest.open("w", newline="") as text:
        csv.writer(text).writerows(row[:-1] for row in rows)
    found = sets.prepare("toys", manifest, tmp_path / "set", view="above")
    assert found.counts == {"test": 10, "train": 24, "val": 6}


def test_a_smaller_set_keeps_the_crops_that_test(scripts: Scripts, manifest: Path, tmp_path: Path) -> None:
    _, sets, _ = scripts
    found = sets.prepare("toys", manifest, tmp_path / "set", view="above", most=16)
    assert found.counts["test"] == 8
    assert found.counts["train"] + found.counts["val"] == 16


@pytest.mark.parametrize(("budget_s", "epochs"), [(20.0, 5), (9.0, 2), (8.9, 1), (1.0, 1)])
def test_a_run_has_the_epochs_that_the_budget_holds(scripts: Scripts, budget_s: float, epochs: int) -> None:
    train_peers, _, _ = scripts
    probe = {"before_s": 2.0, "after_s": 1.0, "epochs_s": [3.0]}
    assert train_peers.fitting_epochs(probe, budget_s) == epochs


def test_a_finished_run_is_kept_and_not_done_again(
    scripts: Scripts, manifest: Path, tmp_path: Path, found: dict[str, Any]
) -> None:
    train_peers, _, _ = scripts
    for _ in train_peers.measure(options(tmp_path, manifest), found):
        json.dumps(found)  # what is kept after each run
    calls = tmp_path / "work" / "sets" / "toys" / "calls.txt"
    assert calls.read_text().split() == ["1", "5"]
    (run,) = found["runs"]
    # all eight are answered car: half are, so the F1 of car is 2/3 and that of bus 0
    assert (run["set"], run["accuracy"], run["macro_f1"], run["epochs"]) == ("toys", 0.5, 0.3333, 5)
    assert run["peak_mb"] > 1
    assert not list(train_peers.measure(options(tmp_path, manifest), found))
    assert calls.read_text().split() == ["1", "5"]


def test_a_crop_without_an_answer_stops_the_comparison(
    scripts: Scripts, manifest: Path, tmp_path: Path, found: dict[str, Any]
) -> None:
    train_peers, _, _ = scripts
    runner = tmp_path / "runners" / "vehicle_id_train.py"
    runner.write_text(RUNNER.replace("for crop in crops)", "for crop in crops[1:])"))
    with pytest.raises(SystemExit, match=r"7 of 8 crops .* have an answer"):
        list(train_peers.measure(options(tmp_path, manifest), found))
    assert not found["runs"]


def test_the_throughput_is_that_of_the_second_epoch_in_every_round(
    scripts: Scripts, manifest: Path, tmp_path: Path, found: dict[str, Any]
) -> None:
    train_peers, _, _ = scripts
    given = options(tmp_path, manifest)
    given.rounds = 1
    assert len(list(train_peers.Comparison(given, found).rate())) == 1
    given.rounds = 3
    assert len(list(train_peers.Comparison(given, found).rate())) == 2  # the first round is kept
    assert found["rates"] == {train_peers.TRAINEES[0].key: [8.0, 8.0, 8.0]}


def test_the_tables_show_the_runs_and_the_throughput_against_ours(
    scripts: Scripts,
) -> None:
    train_peers, _, train_page = scripts
    ours, timm = (each.key for each in train_peers.TRAINEES[:2])
    run = {"set": "toys", "key": timm, "accuracy": 0.5, "macro_f1": 0.25, "epochs": 3, "train_s": 59.6, "peak_mb": 900}
    found = {
        "measured": "2026-11-29",
        "processor": "a processor",
        "terms": {"budget_s": 60.0, "clock": "cpu", "chip_px": 96, "batch": 32},
        "sets": {"toys": {"view": "above", "classes": 2, "train": 24, "val": 8, "test": 8}},
        "installed": {ours: {"packages": 12, "mb": 190.2}, timm: {"packages": 37, "mb": 4643.7}},
        "runs": [run],
        "rates": {ours: [40.0, 42.0, 44.0], timm: [20.0, 22.0, 21.0]},
    }
    tables = train_page.as_tables(found)
    assert "| timm train, finetune | tf_efficientnet_lite0 | ImageNet | 0.500 | 0.250 | 3 | 60 | 900 |" in tables
    assert "| timm train, finetune | tf_efficientnet_lite0 | 21.0 (3) | 0.50 | 37 | 4644 |" in tables


def test_the_page_says_what_the_record_says(scripts: Scripts) -> None:
    train_peers, _, train_page = scripts
    found = json.loads(train_peers.FOUND.read_text())
    assert read_block(train_page.PAGE, train_page.BLOCK) == train_page.as_tables(found), (
        "run benchmarks/train_peers.py --docs"
    )
