"""Results in other formats: the same rows, a record beside each, and the form of MegaDetector."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.output.test_run import ROWS, answer
from tests.output.test_writers import FULL, SUFFIXES
from vehicle_id import OutputError, Result, Writers, read_rows, verify_run
from vehicle_id.output.convert import convert
from vehicle_id.results import ScenePlace, Status


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_converted_rows_are_the_same_and_can_be_verified(tmp_path: Path, suffix: str) -> None:
    results, out = tmp_path / "r.jsonl", tmp_path / f"out{suffix}"
    answer([results], ROWS)
    found = convert(results, [out])
    assert (found.num_rows, found.first_changed) == (len(ROWS), None)
    assert list(read_rows(out)) == list(read_rows(results))
    assert verify_run(out).record.chain == verify_run(results).record.chain
    back = tmp_path / "back.csv"
    assert convert(out, [back]).first_changed is None and list(read_rows(back)) == list(read_rows(results))


def test_changed_rows_are_named_and_get_no_record(tmp_path: Path) -> None:
    results, out = tmp_path / "r.jsonl", tmp_path / "out.csv"
    answer([results], ROWS)
    results.write_text(results.read_text().replace('"5.png"', '"x.png"'))
    assert convert(results, [out]).first_changed == 6
    assert not (tmp_path / "out.csv.run.json").exists() and len(list(read_rows(out))) == len(ROWS)


def test_an_output_must_not_be_the_results(tmp_path: Path) -> None:
    answer([tmp_path / "r.csv"], ROWS[:2])
    with pytest.raises(OutputError, match="is the file of results itself"):
        convert(tmp_path / "r.csv", [tmp_path / "r.csv"])


def test_rows_in_the_form_of_megadetector(tmp_path: Path) -> None:
    rows = [
        replace(FULL, path="a.png", place=ScenePlace(box_px="[[2, 1], [12, 1], [12, 6], [2, 6]]")),
        replace(FULL, path="b.png", place=None),
        replace(FULL, path="c.png", label="ground", family="none"),
        Result(path="d.png", status=Status.CORRUPT, reason="cut off"),
    ]
    with Writers([tmp_path / "r.jsonl"]) as writers:
        for row in rows:
            writers.write(row)
    convert(tmp_path / "r.jsonl", [tmp_path / "r.json"])
    found = json.loads((tmp_path / "r.json").read_text())
    assert found["classification_categories"] == {"0": "car", "1": "van"} and found["info"]["format_version"] == "1.4"
    assert [each["file"] for each in found["images"]] == ["a.png", "b.png", "c.png", "d.png"]
    [first] = found["images"][0]["detections"]
    assert first["bbox"] == [0.1, 0.1, 0.5, 0.5] and first["conf"] == 0.9
    assert first["classifications"] == [["0", 0.9], ["1", 0.05]]
    assert found["images"][1]["detections"][0]["bbox"] == [0, 0, 1, 1] and found["images"][2]["detections"] == []
    assert found["images"][3]["detections"] is None and found["images"][3]["failure"] == "corrupt: cut off"
