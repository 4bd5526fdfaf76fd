"""Results read back: every damage is one sentence that names the row. Round trips are in `test_writers.py`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.output.test_writers import FULL, SUFFIXES, needs_pyarrow
from vehicle_id import Prediction, Result, Writers, files, read_rows
from vehicle_id.errors import InputError, MissingExtraError
from vehicle_id.model.card import MAX_LABELS
from vehicle_id.report.columns import ROW_LINE


def written(folder: Path, suffix: str, num: int = 3) -> Path:
    path = folder / f"r{suffix}"
    with Writers([path]) as out:
        for _ in range(num):
            out.write(FULL)
    return path


def refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        list(read_rows(path))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_damaged_row_is_named(tmp_path: Path) -> None:
    for suffix in (".csv", ".jsonl", ".html"):
        path = written(tmp_path, suffix)
        lines = path.read_text().splitlines(keepends=True)
        at = (
            next(n for n, line in enumerate(lines) if "sha256" not in line and "car" in line) if suffix == ".csv" else 1
        )
        if suffix == ".html":
            at = [n for n, line in enumerate(lines) if line.startswith(ROW_LINE)][1]
        if suffix == ".csv":
            at = 2
        lines[at] = lines[at][: len(lines[at]) // 2] + "\n"
        path.write_text("".join(lines))
        assert f"{path} cannot be read as results at row 2" in refused(path)


def test_a_file_of_other_columns_says_which_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("path,label\na.png,car\n")
    assert refused(path).endswith("it has no column 'candidates'")


@pytest.mark.parametrize("text", ["", "path,label\n", "\n"])
def test_a_table_without_rows_has_its_header(tmp_path: Path, text: str) -> None:
    """Or a file that was cut off would pass for a run without crops."""
    path = tmp_path / "r.csv"
    path.write_text(text)
    assert "its first line is not that of a file of results" in refused(path)
    assert list(read_rows(written(tmp_path, ".csv", 0))) == []


def test_a_row_that_is_not_an_object(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text("[1, 2]\n")
    assert "it is not a JSON object" in refused(path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("site", '"a\\ud800"'),
        ("id", '"\\udfff"'),
        ("id", "[1]"),
        ("id", "7"),
        ("\\ud800", '"x"'),
        ("score", "9" * 400),
        ("width_px", "9" * 400),
        ("box_px", f'"[{"9" * 400}]"'),
    ],
)
def test_what_no_file_of_results_holds_is_refused(tmp_path: Path, name: str, value: str) -> None:
    """Halves of characters, and own columns that are no text: JSON may have both, and other formats not."""
    path = written(tmp_path, ".jsonl")
    text = path.read_text()
    changed = json.loads(text.splitlines()[0]) | {json.loads(f'"{name}"'): json.loads(value)}
    path.write_text(json.dumps(changed) + "\n" + "".join(text.splitlines(keepends=True)[1:]))
    assert f"{path} cannot be read as results at row 1: its " in refused(path)
    path.write_text(text)
    assert len(list(read_rows(path))) == 3


def test_a_line_without_end_is_not_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_LINE", 2048)
    path = tmp_path / "r.jsonl"
    path.write_text("x" * 5000)
    assert "a line is longer than 2 KiB" in refused(path)


def test_no_file_another_suffix_and_no_text(tmp_path: Path) -> None:
    assert "No such file" in refused(tmp_path / "gone.csv")
    assert refused(tmp_path / "r.txt").endswith(
        "ends in none of .csv .jsonl .parquet .html .geojson .gpkg .geoparquet: its suffix chooses the format"
    )
    (tmp_path / "r.csv").write_bytes(b"\xff\xfe")
    assert "cannot be read as results" in refused(tmp_path / "r.csv")


@needs_pyarrow
def test_a_file_that_is_not_parquet(tmp_path: Path) -> None:
    (tmp_path / "r.parquet").write_bytes(b"PAR1 nothing else")
    assert "cannot be read as results" in refused(tmp_path / "r.parquet")


def test_parquet_without_pyarrow_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    (tmp_path / "r.parquet").touch()
    with pytest.raises(MissingExtraError, match=r"reading \.parquet needs the extra 'parquet'"):
        list(read_rows(tmp_path / "r.parquet"))


@needs_pyarrow
def test_a_folder_of_parts_is_one_stream(tmp_path: Path) -> None:
    with Writers([tmp_path / "r.parquet"], part_rows=2) as out:
        for number in range(5):
            out.write(Result(path=str(number)))
    assert [row["path"] for row in read_rows(tmp_path / "r.parquet")] == list("01234")


def test_a_byte_order_mark_of_a_spreadsheet_is_accepted(tmp_path: Path) -> None:
    path = written(tmp_path, ".csv")
    rows = list(read_rows(path))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert list(read_rows(path)) == rows


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("piece", ["x", ";=1", "\n", '"', "\\", "漢", "🚚", "\0", "\udcff", "<"])
def test_texts_of_any_length_are_read_back(tmp_path: Path, suffix: str, piece: str) -> None:
    """The longest of each field at once: no cell of over 131,072 characters, no line of over a MiB."""
    out, long = tmp_path / f"r{suffix}", piece * 70_000
    row = Result(path=long, date=long, site=long, reason=long, label="car", model=long, level=long)
    with Writers([out]) as writers:
        writers.write(row)
    [record] = read_rows(out)
    assert {name: record[name] for name in row.to_dict()} == row.to_dict()
    assert record["site"].endswith("]") and "[shortened from" in record["site"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_as_many_labels_as_a_card_may_have_are_read_back(tmp_path: Path, suffix: str) -> None:
    out, labels = tmp_path / f"r{suffix}", [f"={number}" + "x" * 3000 for number in range(MAX_LABELS)]
    top = tuple(Prediction(label=label, score=0.000001) for label in labels)
    row = Result(path="a", top=top, candidates=tuple(labels), decision=tuple(labels))
    with Writers([out]) as writers:
        writers.write(row)
    [record] = read_rows(out)
    assert {name: record[name] for name in row.to_dict()} == row.to_dict()
