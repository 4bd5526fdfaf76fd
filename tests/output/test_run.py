"""A run from start to end: what is kept, what is refused, and which files each ending leaves."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests.output.test_writers import SUFFIXES, needs_pyarrow
from vehicle_id import OutputError, RecordError, Result, read_rows, verify_run
from vehicle_id.output.run import Run, RunConfig
from vehicle_id.output.run_record import read_record, record_path
from vehicle_id.results import COLUMNS, ScenePlace

ME = RunConfig(model="tiny-0.1", model_sha256="ab" * 32, options={"gsd_m": None, "top_k": 5})
ROWS = [Result(path=f"{n}.png", sha256=f"{n:02}", label="car", score=n / 40, model_sha256="ab" * 32) for n in range(40)]


def answer(
    out: Sequence[Path], rows: Sequence[Result], *, config: RunConfig = ME, stop: str | None = None, **more: Any
) -> int:
    """Write rows, known ones as they were kept; returns the number of known ones."""
    with Run(out, config=config, **more) as run:
        for row in rows:
            crop = Result(path=row.path, sha256=row.sha256)
            run.write(run.known(crop) or row)
        run.stopped_by = stop
    return run.num_kept


def paths(out: Path) -> list[str]:
    return [row["path"] for row in read_rows(out)]


def test_without_outputs_nothing_is_kept(tmp_path: Path) -> None:
    assert answer([], ROWS) == 0
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_next_run_keeps_the_rows_of_a_finished_output_and_adds_the_new(tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"r{suffix}"
    assert answer([out], ROWS[:30]) == 0
    before = list(read_rows(out))
    assert answer([out], ROWS) == 30
    assert list(read_rows(out))[:30] == before and paths(out) == [row.path for row in ROWS]
    record = read_record(out)
    assert [(each.num_kept, each.num_answered) for each in record.sessions] == [(0, 30), (30, 10)]
    styles = ["r.qml"] if suffix == ".geojson" else []
    assert sorted(os.listdir(tmp_path)) == [out.name, f"{out.name}.run.json", *styles]


def test_an_error_keeps_the_rows_and_leaves_the_outputs_alone(tmp_path: Path) -> None:
    out = tmp_path / "r.jsonl"
    with pytest.raises(RuntimeError), Run([out], config=ME) as run:
        for row in ROWS[:20]:
            run.write(row)
        raise RuntimeError
    assert os.listdir(tmp_path) == [".r.jsonl.journal"]
    assert answer([out], ROWS) == 20
    assert [each.ended is None for each in read_record(out).sessions] == [True, False]


def test_a_stopped_run_writes_the_finished_rows_and_the_next_completes_it(tmp_path: Path) -> None:
    out = tmp_path / "r.csv"
    answer([out], ROWS[:10], stop="SIGINT")
    record = read_record(out)
    assert not record.complete and record.sessions[-1].stopped_by == "SIGINT" and len(paths(out)) == 10
    assert answer([out], ROWS) == 10
    assert read_record(out).complete and len(paths(out)) == 40


def test_a_run_that_is_stopped_over_a_complete_output_leaves_it_alone(tmp_path: Path) -> None:
    out = tmp_path / "r.csv"
    answer([out], ROWS[:30])
    before = out.read_bytes()
    answer([out], ROWS[:5], stop="SIGTERM")
    assert out.read_bytes() == before
    assert answer([out], ROWS) == 30


def test_a_killed_run_that_is_stopped_later_leaves_a_complete_output_alone(tmp_path: Path) -> None:
    out = tmp_path / "r.csv"
    answer([out], ROWS[:30])
    before = out.read_bytes()
    with pytest.raises(RuntimeError), Run([out], config=ME) as run:
        run.write(ROWS[30])
        raise RuntimeError
    answer([out], ROWS[:5], stop="SIGINT")
    assert out.read_bytes() == before
    assert answer([out], ROWS) == 31


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({"model_sha256": "cd" * 32, "model": "big-1.0"}, r"it was made by tiny-0\.1 \(abababababab\), not big-1\.0"),
        ({"options": {"gsd_m": 0.3, "top_k": 5}}, r"it was made with gsd_m None, not 0\.3"),
        ({"options": {"gsd_m": None, "top_k": 5, "tta": True}}, "it was made with tta None, not True"),
    ],
)
@pytest.mark.parametrize("finished", [True, False])
def test_another_model_or_option_is_refused_and_says_what_differs(
    tmp_path: Path, change: dict[str, Any], difference: str, finished: bool
) -> None:
    out = tmp_path / "r.csv"
    if finished:
        answer([out], ROWS)
    else:
        with pytest.raises(RuntimeError), Run([out], config=ME) as run:
            run.write(ROWS[0])
            raise RuntimeError
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if not path.name.startswith(".")}
    other = RunConfig(**{"model": ME.model, "model_sha256": ME.model_sha256, "options": ME.options, **change})
    with pytest.raises(OutputError, match=difference):
        answer([out], ROWS, config=other)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if not path.name.startswith(".")} == before
    assert answer([out], ROWS, config=other, resume=False) == 0
    assert read_record(out).options == other.options


def test_an_output_without_a_record_is_not_touched(tmp_path: Path) -> None:
    out = tmp_path / "r.csv"
    out.write_text("my notes")
    with pytest.raises(OutputError, match="exists already, and no record says what made it: name another file"):
        answer([out], ROWS)
    assert out.read_text() == "my notes" and os.listdir(tmp_path) == ["r.csv"]
    answer([out], ROWS, resume=False)
    assert len(paths(out)) == 40


def test_an_output_with_changed_rows_is_not_continued(tmp_path: Path) -> None:
    out = tmp_path / "r.jsonl"
    answer([out], ROWS)
    out.write_text(out.read_text().replace('"car"', '"bus"', 1))
    with pytest.raises(RecordError, match=r"row 1 of .* was changed since it was written"):
        answer([out], ROWS)
    assert sorted(os.listdir(tmp_path)) == ["r.jsonl", "r.jsonl.run.json"]


def test_an_output_with_a_changed_record_is_not_continued(tmp_path: Path) -> None:
    """Or the new record would confirm what was changed."""
    out = tmp_path / "r.jsonl"
    answer([out], ROWS[:2])
    record = record_path(out)
    record.write_text(record.read_text().replace('"started": "2', '"started": "1'))
    with pytest.raises(RecordError, match=r"the record .*r\.jsonl\.run\.json was changed: name another file"):
        answer([out], ROWS)
    answer([out], ROWS, resume=False)


def test_files_that_a_killed_run_left_half_written_are_removed(tmp_path: Path) -> None:
    for name in (".r.csv.0123abcd.part", ".other.csv.0123abcd.part"):
        (tmp_path / name).touch()
    answer([tmp_path / "r.csv"], ROWS)
    assert sorted(os.listdir(tmp_path)) == [".other.csv.0123abcd.part", "r.csv", "r.csv.run.json"]


def test_several_outputs_have_a_record_each(tmp_path: Path) -> None:
    outs = [tmp_path / "r.csv", tmp_path / "r.jsonl"]
    answer(outs, ROWS)
    records = [read_record(out) for out in outs]
    assert records[0].chain == records[1].chain and records[0].output != records[1].output
    assert answer(outs, ROWS) == 40


@needs_pyarrow
def test_parts_are_written_again_and_those_of_a_longer_run_are_removed(tmp_path: Path) -> None:
    out = tmp_path / "r.parquet"
    answer([out], ROWS, part_rows=10)
    assert answer([out], ROWS[:15], part_rows=10) == 15
    assert sorted(os.listdir(out)) == ["part-00000.parquet", "part-00001.parquet"]
    assert paths(out) == [row.path for row in ROWS[:15]]


def test_an_output_that_cannot_be_written_is_an_error_before_any_file_is_made(tmp_path: Path) -> None:
    for name in ("r.txt", "gone/r.csv"):
        with pytest.raises(OutputError):
            answer([tmp_path / name], ROWS)
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(OutputError):
        answer([tmp_path / "folder.csv"], ROWS)
    assert os.listdir(tmp_path) == ["folder.csv"]


def begun(out: Sequence[Path], rows: Sequence[Result], *, config: RunConfig = ME) -> None:
    """A run that ends in an error: its rows are in the journal."""
    with pytest.raises(RuntimeError), Run(out, config=config) as run:
        for row in rows:
            run.write(row)
        raise RuntimeError


def test_two_runs_that_share_any_output_are_refused(tmp_path: Path) -> None:
    mine, shared, other = (tmp_path / name for name in ("mine.csv", "shared.csv", "other.csv"))
    with Run([mine, shared], config=ME) as run:
        run.write(ROWS[0])
        for outputs in ([shared], [other, shared], [shared, other]):
            with pytest.raises(OutputError, match=r"shared\.csv\.journal cannot be written: another run is writing"):
                answer(outputs, ROWS)
            with pytest.raises(OutputError, match="another run is writing"):
                answer(outputs, ROWS, resume=False)
    assert paths(mine) == paths(shared) == ["0.png"]
    assert sorted(each for each in os.listdir(tmp_path) if "run.json" not in each) == ["mine.csv", "shared.csv"]


def test_the_rows_of_a_killed_run_are_taken_over_by_one_with_more_outputs(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    begun([second], ROWS[:10])
    assert answer([first, second], ROWS) == 10
    assert [each.ended is None for each in read_record(first).sessions] == [True, False]
    assert sorted(os.listdir(tmp_path)) == ["a.csv", "a.csv.run.json", "b.csv", "b.csv.run.json"]
    begun([tmp_path / "c.csv"], ROWS[:10])
    other = RunConfig(model="big-1.0", model_sha256="cd" * 32, options={})
    with pytest.raises(OutputError, match="it was made by tiny-0"):
        answer([tmp_path / "d.csv", tmp_path / "c.csv"], ROWS, config=other)
    assert answer([tmp_path / "c.csv"], ROWS) == 10


def test_a_name_with_the_characters_of_a_pattern_touches_no_other_file(tmp_path: Path) -> None:
    left = [f".{name}.csv.0123abcd.part" for name in ("a", "b", "[ab]", "xy", "*")]
    for name in left:
        (tmp_path / name).touch()
    answer([tmp_path / "[ab].csv"], ROWS)
    if sys.platform != "win32":
        answer([tmp_path / "*.csv"], ROWS)
        left.remove(".*.csv.0123abcd.part")
    left.remove(".[ab].csv.0123abcd.part")
    assert sorted(each for each in os.listdir(tmp_path) if each.endswith(".part")) == sorted(left)


def test_what_a_kill_in_the_middle_of_a_record_leaves_is_removed(tmp_path: Path) -> None:
    (tmp_path / ".r.csv.run.json.0123abcd.part").touch()
    answer([tmp_path / "r.csv"], ROWS)
    assert sorted(os.listdir(tmp_path)) == ["r.csv", "r.csv.run.json"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".html"])
def test_an_output_may_have_a_name_that_is_not_text(tmp_path: Path, suffix: str) -> None:
    for name in (b"r\xff\xe9", b"a\nb\x1b[31m", "ré".encode()):
        out = tmp_path / (os.fsdecode(name) + suffix)
        answer([out], ROWS)
        verify_run(out)
        assert answer([out], ROWS) == 40


def test_a_name_that_leaves_no_space_for_the_hidden_files_is_refused_at_once(tmp_path: Path) -> None:
    for name in ("é" * 114 + ".csv", "a" * 300 + ".csv"):
        with pytest.raises(OutputError, match=r"the name of the output .* is too long: give at most 230 bytes"):
            answer([tmp_path / name], ROWS)
    assert os.listdir(tmp_path) == []
    answer([tmp_path / ("a" * 226 + ".csv")], ROWS)


def test_a_run_that_is_stopped_before_its_first_row_changes_nothing(tmp_path: Path) -> None:
    answer([tmp_path / "new.csv"], [], stop="SIGTERM")
    assert os.listdir(tmp_path) == []
    answer([tmp_path / "r.csv"], ROWS[:10], stop="SIGINT")
    answer([tmp_path / "r.csv"], [], stop="SIGTERM")
    assert len(paths(tmp_path / "r.csv")) == 10 and answer([tmp_path / "r.csv"], ROWS) == 10


def test_a_file_that_cannot_be_removed_hides_no_other_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise PermissionError(errno.EACCES, "Permission denied")

    def full(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "unlink", refuse)
    answer([tmp_path / "a.csv"], ROWS)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left on device"):
        answer([tmp_path / "r.csv"], ROWS)


def edit_journal(out: Path, *statements: str) -> None:
    database = sqlite3.connect(out.with_name(f".{out.name}.journal"))
    for statement in statements:
        database.execute(statement)
    database.commit()
    database.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE about SET value = '2' WHERE name = 'format'",
        "UPDATE about SET value = '{\"model\": \"m\"}' WHERE name = 'identity'",
        "UPDATE about SET value = json_set(value, '$.seed', 1) WHERE name = 'identity'",
        "UPDATE about SET value = json_set(value, '$.model_sha256', 1) WHERE name = 'identity'",
        "UPDATE about SET value = '[]' WHERE name = 'identity'",
        "UPDATE about SET value = '[{\"started\": 1}]' WHERE name = 'sittings'",
        'UPDATE about SET value = \'[{"started": "x", "host": "y"}]\' WHERE name = \'sittings\'',
        "UPDATE about SET value = 'no JSON'",
        "UPDATE rows SET record = json_set(record, '$.status', 'melted')",
        "UPDATE rows SET record = json_set(record, '$.colour', 'red')",
        "UPDATE rows SET record = json_set(record, '$.top', 5)",
        "UPDATE rows SET record = json_remove(record, '$.score')",
        "UPDATE rows SET record = '[]'",
        "UPDATE rows SET record = x'ff00'",
        "ALTER TABLE rows RENAME COLUMN record TO answer",
        "ALTER TABLE about RENAME COLUMN value TO content",
    ],
)
def test_a_journal_of_another_version_is_one_sentence_and_can_be_replaced(tmp_path: Path, statement: str) -> None:
    out = tmp_path / "r.csv"
    begun([out], ROWS[:10])
    edit_journal(out, statement)
    with pytest.raises(OutputError, match=r"the journal .* start anew with --no-resume"):
        answer([out], ROWS)
    assert answer([out], ROWS, resume=False) == 0
    assert os.listdir(tmp_path) and len(paths(out)) == 40


def test_rows_of_a_journal_without_the_columns_added_since_are_kept(tmp_path: Path) -> None:
    out = tmp_path / "r.csv"
    begun([out], ROWS[:10])
    added = ", ".join(f"'$.{name}'" for name, column in COLUMNS.items() if column.added)
    edit_journal(out, f"UPDATE rows SET record = json_remove(record, {added})")
    assert answer([out], ROWS) == 10


def test_a_journal_that_is_no_database_can_be_replaced(tmp_path: Path) -> None:
    (tmp_path / ".r.csv.journal").write_bytes(b"no database at all" * 100)
    with pytest.raises(OutputError, match=r"is damaged .* start anew with --no-resume"):
        answer([tmp_path / "r.csv"], ROWS)
    assert answer([tmp_path / "r.csv"], ROWS, resume=False) == 0
    assert sorted(os.listdir(tmp_path)) == ["r.csv", "r.csv.run.json"]


KILLED = """
import os, sys
from pathlib import Path
from vehicle_id.output.run import Run
from tests.output.test_run import ME, ROWS
left, real = int(sys.argv[1]), (os.replace, os.fsync)
def dying(call):
    def die(*arguments):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), 9)
        return call(*arguments)
    return die
os.replace, os.fsync = map(dying, real)
with Run([Path("a.csv"), Path("b.jsonl")], config=ME) as run:
    for row in ROWS:
        run.write(row)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills")
@pytest.mark.parametrize("step", range(8))
def test_a_kill_at_any_step_of_the_end_leaves_nothing_that_the_next_run_does_not_remove(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Two outputs and two records, each written to the disk and renamed: eight steps."""
    path = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
    monkeypatch.setenv("PYTHONPATH", path)
    ended = subprocess.run([sys.executable, "-c", KILLED, str(step)], cwd=tmp_path, check=False, timeout=60)
    assert ended.returncode == -9
    outputs = [tmp_path / "a.csv", tmp_path / "b.jsonl"]
    assert answer(outputs, ROWS) == 40
    assert sorted(os.listdir(tmp_path)) == ["a.csv", "a.csv.run.json", "b.jsonl", "b.jsonl.run.json"]
    assert all(verify_run(each).record.complete for each in outputs)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("is_killed", [False, True])
def test_own_columns_are_todays_on_kept_rows(tmp_path: Path, suffix: str, is_killed: bool) -> None:
    """The answer does not depend on them: rows are kept, whichever columns the manifest has today."""
    out, first, second = tmp_path / f"r{suffix}", {"id": "1"}, {"id": "2", "ward": "27"}
    with suppress(RuntimeError), Run([out], config=ME) as run:
        run.write(replace(ROWS[0], extra=first))
        if is_killed:
            raise RuntimeError
    with Run([out], config=ME) as run:
        for row in ROWS[:2]:
            run.write(run.known(Result(path=row.path, sha256=row.sha256, extra=second)) or replace(row, extra=second))
    assert run.num_kept == 1
    assert [(row["label"], row["id"], row["ward"]) for row in read_rows(out)] == [("car", "2", "27")] * 2
    assert verify_run(out).record.num_rows == 2


def test_the_place_is_todays_on_kept_rows(tmp_path: Path) -> None:
    out, moved = tmp_path / "r.csv", ScenePlace(lon=27.5, lat=53.9)
    with Run([out], config=ME) as run:
        run.write(replace(ROWS[0], place=ScenePlace(lon=1.0, lat=2.0)))
    with Run([out], config=ME) as run:
        kept = run.known(Result(path=ROWS[0].path, sha256=ROWS[0].sha256, place=moved))
        assert kept is not None
        run.write(kept)
    assert [(row["lon"], row["lat"]) for row in read_rows(out)] == [(27.5, 53.9)]


def test_the_record_states_the_packages_that_the_run_had_loaded(tmp_path: Path) -> None:
    import numpy as np
    import PIL

    answer([tmp_path / "r.csv"], ROWS[:1])
    made_by = read_record(tmp_path / "r.csv").made_by
    assert made_by["numpy"] == np.__version__ and made_by["pillow"] == PIL.__version__


def test_a_run_loads_what_few_runs_need_only_for_these() -> None:
    code = (
        "import sys; import vehicle_id.output.run\n"
        "print({'importlib.metadata', 'vehicle_id.report.page', 'pyarrow', 'pyogrio'} & set(sys.modules))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "set()\n"
