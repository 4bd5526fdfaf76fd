"""Crops in folders by their answer, and annotated pictures: the right files, and nothing lost or overwritten."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.output.test_writers import FULL
from tests.report.test_page import crops
from vehicle_id import InputError, OutputError, Result, Writers, read_rows
from vehicle_id.crops.labelled import read_labelled
from vehicle_id.output.crop_folders import sort_crops, write_pictures
from vehicle_id.report.crop_files import GONE
from vehicle_id.report.drawing import NO_CREDIT, _wrapped, annotated_png, lines_of
from vehicle_id.report.options import ReportOptions
from vehicle_id.results import Status

PLAIN = ReportOptions(isolate=False)


def results(folder: Path, rows: Sequence[Result]) -> Path:
    with Writers([folder / "r.jsonl"]) as writers:
        for row in rows:
            writers.write(row)
    return folder / "r.jsonl"


@pytest.fixture
def rows(tmp_path: Path) -> list[Result]:
    """Two crops of one name, one without an answer, one whose answer would leave the folder, one that is gone."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    found = [*crops(tmp_path / "a", 2, side=36), *crops(tmp_path / "b", 2, side=42)]
    answers = [{}, {"status": Status.CORRUPT, "label": None, "family": None}, {}, {"label": "../../x", "family": None}]
    return [*(replace(row, **each) for row, each in zip(found, answers, strict=True)), replace(FULL, path="gone.png")]


def test_crops_are_copied_to_the_folder_of_their_answer(tmp_path: Path, rows: list[Result]) -> None:
    out = tmp_path / "out"
    filled = sort_crops(results(tmp_path, rows), out)
    assert (filled.num_crops, filled.missing) == (4, {GONE: 1})
    files = sorted(path.relative_to(out).as_posix() for path in out.rglob("*.jpg"))
    assert files == ["car/crop_00000.jpg", "car/crop_00000~2.jpg", "no_answer/crop_00001.jpg", "x/crop_00001.jpg"]
    beside = list(read_rows(out / "answers.csv"))
    assert [row["path"] for row in beside[:3]] == [
        "car/crop_00000.jpg",
        "no_answer/crop_00001.jpg",
        "car/crop_00000~2.jpg",
    ]
    assert beside[4]["path"] == "gone.png"
    assert (out / "car/crop_00000.jpg").read_bytes() == Path(str(rows[0].path)).read_bytes()


def test_folders_of_answers_are_not_taken_for_the_truth(tmp_path: Path, rows: list[Result]) -> None:
    sort_crops(results(tmp_path, rows), tmp_path / "out", by="family")
    with pytest.raises(InputError, match=r"are named for answers of a model \(answers.csv\): check every crop"):
        read_labelled(tmp_path / "out")
    (tmp_path / "out" / "answers.csv").unlink()
    assert {crop.label for crop in read_labelled(tmp_path / "out")} == {"light_vehicle", "no_answer", "x"}


def test_a_folder_with_files_is_left_alone(tmp_path: Path, rows: list[Result]) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").touch()
    for fill in (sort_crops, write_pictures):
        with pytest.raises(OutputError, match="exists already: name a new or an empty folder"):
            fill(results(tmp_path, rows), tmp_path / "out")


def test_each_crop_has_an_annotated_picture_and_a_clean_one(tmp_path: Path, rows: list[Result]) -> None:
    out = tmp_path / "out"
    assert write_pictures(results(tmp_path, rows), out, options=PLAIN).num_crops == 4
    assert len(list(out.iterdir())) == 8
    clean = np.asarray(Image.open(out / "00001-crop_00000-clean.png"))
    annotated = np.asarray(Image.open(out / "00001-crop_00000.png"))
    assert clean.shape == (468, 468, 3)  # 36 pixels, 13 times
    assert annotated.shape[1] == 468 and annotated.shape[0] > 468 + 60
    assert (annotated[:468] != clean).any() and (annotated[:468] == clean).mean() > 0.8
    assert (annotated == (255, 212, 0)).all(axis=2).any()


def test_what_is_written_below_a_picture() -> None:
    record = replace(FULL, path="a\nb.png").to_dict()
    lines = lines_of(record, credit="Maker", licence=None)
    assert lines[0] == "car, score 0.90 (class)" and NO_CREDIT in lines
    assert lines[1] == "length 4.5 m (4.0 to 5.0), width 1.8 m (1.5 to 2.2)"
    assert "Imagery: Maker. Licence: CC BY 4.0." in lines_of(record, credit="Maker", licence="CC BY 4.0")
    assert all(line.isprintable() for line in lines)


def test_a_long_path_leaves_the_hash_of_the_crop_below_the_picture() -> None:
    record = replace(FULL, path="x" * 16_000).to_dict()
    lines = _wrapped(lines_of(record, credit=None, licence=None), 460)
    assert any(f"sha256 {record['sha256'][:16]}" in line for line in lines)


@pytest.mark.parametrize("path", ["x" * 16_000, "карьер " * 50, "漢字.png"])
def test_a_text_of_any_length_fits_below_a_picture(path: str) -> None:
    pixels = np.zeros((20, 20, 3), np.uint8)
    picture = Image.open(io.BytesIO(annotated_png(pixels, Result(path=path).to_dict(), credit=None, licence=None)))
    assert picture.width == 480 and picture.height < 900
