"""`verify-run`, as a user runs it."""

from __future__ import annotations

from pathlib import Path

from tests.cli.test_cli import folder, run  # noqa: F401
from tests.conftest import TINY
from vehicle_id import Result
from vehicle_id.output.run import Run, RunConfig


def test_it_prints_what_matched(run, folder: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    run("classify", folder, "--model", TINY, "--out", tmp_path / "r.csv")
    ended = run("verify-run", tmp_path / "r.csv", "--crops")
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert lines[0].startswith("rows    3, unchanged; answered by tiny-0.1 (")
    assert lines[1].endswith("1 session, complete") and lines[2] == "crops   3 of 3 are unchanged"
    assert lines[3].startswith("digest  ")


def test_a_changed_row_is_code_8(run, folder: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    out = tmp_path / "r.csv"
    run("classify", folder, "--model", TINY, "--out", out)
    out.write_text(out.read_text().replace(",car,", ",bus,"))
    ended = run("verify-run", out)
    assert ended.code == 8 and ended.err.startswith(f"vehicle-id: row 1 of {out} was changed")


def test_a_changed_crop_is_code_8(run, folder: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    run("classify", folder, "--model", TINY, "--out", tmp_path / "r.csv")
    (folder / "a_car.png").write_bytes(b"another")
    ended = run("verify-run", tmp_path / "r.csv", "--crops")
    assert ended.code == 8 and "crops   2 of 3" in ended.out and "1 crop was changed or is missing" in ended.err


def test_results_without_a_record_are_code_3(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    (tmp_path / "r.csv").write_text("path\n")
    assert run("verify-run", tmp_path / "r.csv").code == 3


def test_what_a_terminal_would_obey_is_printed_as_text(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    out, evil = tmp_path / "r.jsonl", "tiny\x1b]0;owned\x07\r\n\u202e"
    with Run([out], config=RunConfig(model=evil, model_sha256=evil, options={})) as running:
        running.write(Result(path="a.png", model_sha256=evil))
    ended = run("verify-run", out)
    assert ended.code == 0 and "tiny\\x1b]0;owned\\x07\\r\\n\\u202e" in ended.out
    (tmp_path / "m.csv").write_text(f"{evil[:12]},gsd\n")
    ended = run("classify", "--manifest", tmp_path / "m.csv", "--model", TINY)
    assert ended.code == 3 and "tiny\\x1b" in ended.err
    out.write_text(out.read_text().replace('"a.png"', '"\\u001b[2J"'))
    assert run("verify-run", out).err.endswith("missing: \\x1b[2J\n")
    for printed in (ended.out, ended.err):
        assert all(each.isprintable() for each in printed.splitlines())
