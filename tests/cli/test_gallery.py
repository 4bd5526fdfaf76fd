"""`vehicle-id gallery` and `classify --gallery`: from reference crops to answers with their evidence."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from tests.conftest import TINY, plain
from vehicle_id.cli.app import app
from vehicle_id.errors import InputError, OutputError
from vehicle_id.gallery.references import read_gallery

runner = CliRunner()
MIXED = (220, 220, 220)
"""A colour that the tiny model has no class for."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Crops: two of a colour of our own, one red, one blue."""
    for name, colour in {"own1": MIXED, "own2": (205, 214, 225), "red": "red", "blue": "blue"}.items():
        Image.fromarray(plain(colour)).save(tmp_path / f"{name}.png")
    return tmp_path


def run(*words: object) -> Result:
    return runner.invoke(app, [str(word) for word in words])


def add(folder: Path, *words: object) -> Result:
    options = ("--model", TINY, "--gsd-m", 0.3, "--no-isolate")
    return run("gallery", "add", folder / "own.json", *words, *options)


def classify(folder: Path, out: str, *words: object) -> Result:
    options = ("--model", TINY, "--gsd-m", 0.3, "--no-isolate", "--gallery", folder / "own.json")
    return run("classify", folder, *options, "--out", folder / out, *words)


def rows(file: Path) -> dict[str, dict[str, str]]:
    with file.open(newline="") as text:
        return {Path(row["path"]).stem: row for row in csv.DictReader(text)}


def test_a_class_of_ones_own_is_answered_with_its_references(folder: Path) -> None:
    added = add(folder, folder / "own1.png", "--label", "pump truck", "--parent", "light")
    assert added.exit_code == 0, added.output
    assert "added 1 reference" in added.output and "a kind of light" in added.output
    ended = classify(folder, "r.csv")
    assert ended.exit_code == 0, ended.output
    found = rows(folder / "r.csv")
    assert found["own2"]["label"] == "pump truck" and found["own2"]["path_in_tree"] == "vehicle;light;pump truck"
    assert found["own2"]["nearest_label"] == "pump truck" and float(found["own2"]["nearest_similarity"]) > 0.9
    assert found["own2"]["nearest_reference"] == str(folder / "own1.png")
    assert "; nearest references: " in found["own2"]["reason"] and "own1.png" in found["own2"]["reason"]
    assert found["red"]["top"].startswith("car") and found["blue"]["top"].startswith("bus")
    assert "nearest references" not in found["red"]["reason"]
    assert "pump truck" in ended.output  # in the summary, too


def test_labels_from_a_manifest(folder: Path) -> None:
    (folder / "manifest.csv").write_text("path,label\nown1.png,mine\nred.png,car\n")
    added = add(folder, "--manifest", folder / "manifest.csv")
    assert added.exit_code == 0, added.output
    assert read_gallery(folder / "own.json").labels == ("mine", "car")
    (folder / "manifest.csv").write_text("path,label\nblue.png,\n")
    with pytest.raises(InputError, match=r"blue.png has no label: give --label"):
        raise add(folder, "--manifest", folder / "manifest.csv").exception  # type: ignore[misc]


def test_a_crop_that_cannot_be_opened_is_named_and_the_others_added(folder: Path) -> None:
    (folder / "bad.png").write_bytes(b"no")
    added = add(folder, folder / "bad.png", folder / "own1.png", folder / "own1.png", "--label", "mine")
    assert "bad.png: not_an_image" in added.output and "added 1 reference" in added.output
    assert "1 were in it already" in added.output
    before = (folder / "own.json").read_bytes()
    failed = add(folder, folder / "bad.png", "--label", "mine")
    assert isinstance(failed.exception, InputError) and "the gallery is as it was" in str(failed.exception)
    assert (folder / "own.json").read_bytes() == before


def test_references_without_a_distance_are_remarked(folder: Path) -> None:
    added = run(
        "gallery", "add", folder / "own.json", folder / "own1.png", "--label", "a", "--model", TINY, "--no-isolate"
    )
    assert "1 of these references has no ground sample distance" in added.output


def test_an_unknown_parent_changes_nothing(folder: Path) -> None:
    failed = add(folder, folder / "own1.png", "--label", "mine", "--parent", "lorry")
    assert "'lorry', which is not in the model's class tree" in str(failed.exception)
    assert "vehicle-id catalogue --classes" in str(failed.exception)
    assert not (folder / "own.json").exists()
    near = add(folder, folder / "own1.png", "--label", "mine", "--parent", "Vehicles")
    assert "nearest are vehicle" in str(near.exception)


@pytest.mark.parametrize("label", ["Car", "CAR", " car", "Pump-Truck"])
def test_a_label_that_differs_from_a_class_in_its_spelling_alone_is_refused(folder: Path, label: str) -> None:
    add(folder, folder / "own1.png", "--label", "pump truck")
    failed = add(folder, folder / "red.png", "--label", label)
    assert isinstance(failed.exception, InputError) and "would be a class beside" in str(failed.exception)
    assert read_gallery(folder / "own.json").labels == ("pump truck",)


def test_list_and_remove(folder: Path) -> None:
    add(folder, folder / "own1.png", folder / "own2.png", "--label", "mine")
    add(folder, folder / "blue.png", "--label", "bus")
    listed = run("gallery", "list", folder / "own.json", "--paths", "--model", TINY)
    assert listed.exit_code == 0, listed.output
    assert "2 of 2" in listed.output and str(folder / "own2.png") in listed.output
    removed = run("gallery", "remove", folder / "own.json", folder / "own2.png", "--label", "bus")
    assert "removed 2 references" in removed.output and "1 left" in removed.output
    assert run("gallery", "remove", folder / "own.json").exit_code == 2
    run("gallery", "remove", folder / "own.json", "--label", "mine")
    assert "no reference" in run("gallery", "list", folder / "own.json", "--model", TINY).output
    assert "it has no reference: add some with" in str(classify(folder, "r.csv").exception)


def test_another_models_gallery_is_refused(folder: Path) -> None:
    add(folder, folder / "own1.png", "--label", "mine")
    stored = json.loads((folder / "own.json").read_text())
    (folder / "own.json").write_text(json.dumps({**stored, "model": "other-1.0", "model_sha256": "f" * 64}))
    for failed in (classify(folder, "r.csv"), add(folder, folder / "own2.png", "--label", "mine")):
        assert isinstance(failed.exception, InputError)
        assert "the gallery was made by other-1.0 (ffffffffffff), not tiny-0.1" in str(failed.exception)


def test_a_run_belongs_to_its_gallery(folder: Path) -> None:
    add(folder, folder / "own1.png", "--label", "mine")
    classify(folder, "r.csv")
    record = json.loads((folder / "r.csv.run.json").read_text())
    assert record["options"]["gallery"] == read_gallery(folder / "own.json").sha256
    add(folder, folder / "own2.png", "--label", "mine")
    changed = classify(folder, "r.csv")
    assert isinstance(changed.exception, OutputError) and "it was made with gallery" in str(changed.exception)
    assert classify(folder, "r.csv", "--no-resume").exit_code == 0
    assert classify(folder, "r.csv").exit_code == 0  # the same gallery: its rows are kept


def test_every_format_keeps_the_evidence(folder: Path) -> None:
    from vehicle_id import read_rows

    add(folder, folder / "own1.png", "--label", "mine")
    pytest.importorskip("pyarrow")
    formats = [folder / f"r.{suffix}" for suffix in ("csv", "jsonl", "parquet", "html")]
    classify(folder, "r.csv", *(word for file in formats[1:] for word in ("--out", file)))
    read = [list(read_rows(file)) for file in formats]
    assert all(each == read[0] for each in read)
    assert np.isfinite([row["nearest_similarity"] for row in read[0]]).all()


def test_candidates_and_a_gallery_exclude_each_other(folder: Path) -> None:
    add(folder, folder / "own1.png", "--label", "mine")
    failed = classify(folder, "r.csv", "--coverage", "0.9")
    assert "give a coverage or a gallery, not both" in str(failed.exception)


def test_other_windows_are_refused(folder: Path) -> None:
    add(folder, folder / "own1.png", "--label", "mine")
    failed = classify(folder, "r.csv", "--views", "2")
    assert "made with 1 window per crop, not 2: use --views 1" in str(failed.exception)
