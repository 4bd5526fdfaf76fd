"""A report of finished results: the same rows, what their record says, and what was changed since."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.output.test_run import ME, ROWS, answer
from vehicle_id import InputError, OutputError, read_rows
from vehicle_id.output.report_file import write_report
from vehicle_id.output.run_record import read_record
from vehicle_id.report.options import ReportOptions

PLAIN = ReportOptions(pictures=False)


@pytest.fixture
def results(tmp_path: Path) -> Path:
    answer([tmp_path / "r.jsonl"], ROWS)
    return tmp_path / "r.jsonl"


def report(results: Path) -> str:
    out = results.with_name("report.html")
    assert write_report(results, out, options=PLAIN) == len(list(read_rows(results)))
    return out.read_text(encoding="utf-8")


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".html"])
def test_a_report_holds_the_rows_of_the_results(tmp_path: Path, suffix: str) -> None:
    results = tmp_path / f"r{suffix}"
    answer([results], ROWS)
    text = report(results)
    assert list(read_rows(tmp_path / "report.html")) == list(read_rows(results))
    record = read_record(results)
    assert record.digest in text and record.chain in text and "top_k 5" in text
    assert 'class="mark"' in text and "was changed since its run" not in text


def test_a_changed_row_is_shown_and_named_once(results: Path) -> None:
    lines = results.read_text().splitlines()
    for at in (3, 7):
        lines[at] = json.dumps({**json.loads(lines[at]), "label": "bus"})
    results.write_text("\n".join(lines) + "\n")
    text = report(results)
    assert text.count("was changed since its run wrote it") == 1 and "Row 4 was changed" in text
    assert "The rows are not those that the record of the run describes." in text


def test_rows_that_were_removed_are_noticed_by_the_record(results: Path) -> None:
    results.write_text("".join(results.read_text().splitlines(keepends=True)[:-1]))
    text = report(results)
    assert (
        "The rows are not those that the record of the run describes." in text and "Row" not in text.split("main>")[0]
    )


def test_a_changed_record_says_so(results: Path) -> None:
    path = results.with_name("r.jsonl.run.json")
    path.write_text(path.read_text().replace(ME.model, "other-1.0"))
    assert "does not match: the record was changed" in report(results)


def test_results_without_a_record_and_of_an_older_version_have_a_report(tmp_path: Path) -> None:
    rows = [{name: value for name, value in row.to_dict().items() if name not in ("family", "bands")} for row in ROWS]
    results = tmp_path / "r.jsonl"
    results.write_text("".join(json.dumps({**row, "chain": "ab"}) + "\n" for row in rows))
    assert "Row 1 was changed" in report(results)


@pytest.mark.parametrize(
    ("results", "out", "error", "message"),
    [
        ("gone.csv", "r.html", InputError, "there are no results at"),
        ("r.jsonl", "r.pdf", OutputError, "does not end in .html"),
        ("r.jsonl", "gone/r.html", OutputError, "does not exist"),
        ("r.html", "r.html", OutputError, "is the file of results itself"),
        ("r.txt", "s.html", InputError, "ends in none of"),
    ],
)
def test_what_cannot_be_read_or_written_is_one_sentence(
    tmp_path: Path, results: str, out: str, error: type[Exception], message: str
) -> None:
    answer([tmp_path / "r.jsonl", tmp_path / "r.html"], ROWS[:2])
    (tmp_path / "r.txt").touch()
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(error, match=message):
        write_report(tmp_path / results, tmp_path / out)
    assert sorted(path.name for path in tmp_path.iterdir()) == before
