"""`convert`, as a user runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_cli import folder, run
from tests.conftest import TINY
from vehicle_id import read_rows

__all__ = ["folder", "run"]


def test_results_are_converted_and_a_changed_row_is_named(run, folder: Path, tmp_path: Path) -> None:
    results, out = tmp_path / "r.csv", tmp_path / "r.geojson"
    run("classify", folder, "--model", TINY, "--out", results)
    ended = run("convert", results, "--out", out, "--out", tmp_path / "r.json")
    assert ended.code == 0 and ended.err == "" and ended.out == f"wrote {out}, {tmp_path / 'r.json'}: 3 rows\n"
    assert list(read_rows(out)) == list(read_rows(results))
    results.write_text(results.read_text().replace(",bus,", ",van,", 1))
    assert "row 2 of" in run("convert", results, "--out", out).err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["gone.csv", "--out", "r.geojson"], 3, "No such file"),
        (["gone.csv", "--out", "r.shp"], 5, "ends in none of .csv"),
        (["gone.csv"], 2, "--out"),
    ],
)
def test_what_cannot_be_converted_is_one_sentence(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = run("convert", *arguments)
    assert ended.code == code and message in ended.err and "Traceback" not in ended.err
    assert list(tmp_path.iterdir()) == []
