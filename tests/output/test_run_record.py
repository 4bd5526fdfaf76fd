"""The record of a run: its content, and every edit is found."""

from __future__ import annotations

import getpass
import json
import platform
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.conftest import TINY, plain
from tests.output.test_writers import SUFFIXES, needs_pyarrow
from vehicle_id import Classifier, RecordError, verify_run
from vehicle_id.crops.images import Image
from vehicle_id.errors import InputError
from vehicle_id.output.run import Run, RunConfig
from vehicle_id.output.run_record import read_record, record_path


@pytest.fixture
def crops(tmp_path: Path) -> Path:
    folder = tmp_path / "crops"
    folder.mkdir()
    for name, colour in (("a", "red"), ("b", "blue"), ("c", "green")):
        Image.fromarray(plain(colour)).save(folder / f"{name}.png")
    (folder / "d.png").write_bytes(b"no image")
    return folder


def run(crops: Path, out: Path, **more: int) -> Path:
    """Write a run as the command does."""
    classifier = Classifier(TINY)
    config = RunConfig(model="tiny-0.1", model_sha256=classifier.file.sha256, options={"gsd_m": 0.4})
    with Run([out], config=config, **more) as running:
        for result in classifier.classify_folder(crops, gsd_m=0.4):
            running.write(result)
    return out


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_was_written_is_verified_in_every_format(crops: Path, tmp_path: Path, suffix: str) -> None:
    verified = verify_run(run(crops, tmp_path / f"r{suffix}"), crops=True)
    assert verified.record.complete and verified.record.num_rows == 4 == verified.num_crops
    assert verified.record.statuses == {"ok": 3, "not_an_image": 1} and verified.changed == ()


@needs_pyarrow
def test_a_folder_of_parts_is_verified_as_a_whole(crops: Path, tmp_path: Path) -> None:
    out = run(crops, tmp_path / "r.parquet", part_rows=2)
    assert verify_run(out).record.num_rows == 4
    (out / "part-00001.parquet").unlink()
    with pytest.raises(RecordError, match="has 2 rows, its record says 4: rows were removed or added"):
        verify_run(out)


def edit_row(text: str) -> str:
    return text.replace('"car"', '"bus"', 1)


def drop_row(text: str) -> str:
    return "".join(text.splitlines(keepends=True)[1:])


def drop_last(text: str) -> str:
    return "".join(text.splitlines(keepends=True)[:-1])


def swap_rows(text: str) -> str:
    first, second, *rest = text.splitlines(keepends=True)
    return "".join([second, first, *rest])


def add_row(text: str) -> str:
    return text + text.splitlines(keepends=True)[-1]


def add_space(text: str) -> str:
    return text.replace(", ", ",  ", 1)


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (edit_row, "row 1 of .* was changed, or a row before it is missing: .*a.png"),
        (drop_row, "row 1 of .* was changed, or a row before it is missing: .*b.png"),
        (swap_rows, "row 1 of .* was changed"),
        (drop_last, "has 3 rows, its record says 4"),
        (add_row, "row 5 of .* was changed"),
        (add_space, "was changed since it was written, outside its rows"),
    ],
)
def test_an_edit_of_the_rows_shows(crops: Path, tmp_path: Path, edit: Callable[[str], str], sentence: str) -> None:
    out = run(crops, tmp_path / "r.jsonl")
    out.write_text(edit(out.read_text()))
    with pytest.raises(RecordError, match=sentence):
        verify_run(out)


def test_an_edit_of_the_record_shows(crops: Path, tmp_path: Path) -> None:
    out = run(crops, tmp_path / "r.jsonl")
    stored = json.loads(record_path(out).read_text())
    changes = {"model": "other", "complete": False, "num_rows": 5, "digest": "0" * 64, "statuses": {"ok": 4}}
    for name, value in changes.items():
        record_path(out).write_text(json.dumps({**stored, name: value}))
        with pytest.raises(RecordError, match="was changed: its digest does not match"):
            verify_run(out)


def test_a_record_of_another_run_does_not_pass(crops: Path, tmp_path: Path) -> None:
    out = run(crops, tmp_path / "r.jsonl")
    record = read_record(out)
    for change, sentence in (
        ({"model_sha256": "0" * 64}, "answered by a model other than the one in its record"),
        ({"num_rows": 5}, "has 4 rows, its record says 5"),
    ):
        record_path(out).write_bytes(msgspec.structs.replace(record, **change).with_digest().to_json())
        with pytest.raises(RecordError, match=sentence):
            verify_run(out)


def test_a_file_that_is_not_a_record(crops: Path, tmp_path: Path) -> None:
    out = run(crops, tmp_path / "r.jsonl")
    record_path(out).write_text("{}")
    with pytest.raises(RecordError, match="cannot be read"):
        verify_run(out)
    record_path(out).unlink()
    with pytest.raises(InputError, match="there is no record"):
        verify_run(out)


def test_crops_that_changed_or_went_are_named(crops: Path, tmp_path: Path) -> None:
    out = run(crops, tmp_path / "r.csv")
    (crops / "a.png").write_bytes(b"something else")
    (crops / "b.png").unlink()
    verified = verify_run(out, crops=True)
    assert [Path(each).name for each in verified.changed] == ["a.png", "b.png"] and verified.num_crops == 4
    assert verify_run(out).changed == ()


def test_the_record_names_no_machine_no_person_and_no_folder(crops: Path, tmp_path: Path) -> None:
    text = record_path(run(crops, tmp_path / "r.jsonl")).read_text()
    for name in (platform.node(), getpass.getuser(), str(tmp_path)):
        assert name not in text


def test_results_that_do_not_exist(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there are no results at .*gone.csv"):
        verify_run(tmp_path / "gone.csv")


def test_a_record_without_a_session_is_refused(crops: Path, tmp_path: Path) -> None:
    out = run(crops, tmp_path / "r.csv")
    bare = msgspec.structs.replace(read_record(out), sessions=()).with_digest()
    record_path(out).write_bytes(bare.to_json())
    with pytest.raises(RecordError, match=r"cannot be read: .*sessions"):
        verify_run(out)
