"""The journal: which rows are found again, by which key, and after which endings."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from vehicle_id.errors import OutputError
from vehicle_id.output.journal import COMMIT_ROWS, Journal
from vehicle_id.results import Result, Status

ROW = Result(path="a.png", sha256="ab", gsd_m=0.3, gsd_source="manifest", site="pit", label="car", score=0.9)


def record(**changes: Any) -> dict[str, Any]:
    return {**ROW.to_dict(), **changes}


def test_a_row_is_found_by_what_its_answer_depends_on(tmp_path: Path) -> None:
    with Journal(tmp_path / "j") as journal:
        journal.add(record())
        assert journal.find(record(label=None, score=None, status="ok")) == record()
        for change in ({"path": "b.png"}, {"sha256": "cd"}, {"gsd_m": 0.4}, {"site": None}, {"date": "2024-05-01"}):
            assert journal.find(record(**change)) is None


def test_a_gsd_that_the_manifest_does_not_state_is_not_part_of_the_key(tmp_path: Path) -> None:
    with Journal(tmp_path / "j") as journal:
        journal.add(record(gsd_source="file", gsd_m=0.5))
        assert journal.find(record(gsd_source=None, gsd_m=None)) is not None
        assert journal.find(record(gsd_source="option", gsd_m=0.7)) is not None


def test_bands_are_part_of_the_key_where_the_manifest_states_them(tmp_path: Path) -> None:
    with Journal(tmp_path / "j") as journal:
        journal.add(record(bands="1,2,3", bands_source="file"))
        assert journal.find(record()) is not None
        assert journal.find(record(bands="3,2,1", bands_source="option")) is not None  # of the whole journal
        assert journal.find(record(bands="1,2,3", bands_source="manifest")) is None
        journal.add(record(bands="3,2,1", bands_source="manifest", label="bus"))
        assert journal.find(record(bands="3,2,1", bands_source="manifest"))["label"] == "bus"
        assert journal.find(record(bands="2,3,1", bands_source="manifest")) is None


def test_rows_that_may_differ_next_time_are_not_kept(tmp_path: Path) -> None:
    with Journal(tmp_path / "j") as journal:
        for change in ({"sha256": None}, {"status": Status.CRASHED.value}, {"status": Status.TIMED_OUT.value}):
            journal.add(record(**change))
        journal.begin()
        assert journal.num_kept == 0
        journal.add(record(status=Status.CORRUPT.value))
        journal.begin()
        assert journal.num_kept == 1


def test_rows_and_settings_are_still_there_when_it_is_opened_again(tmp_path: Path) -> None:
    with Journal(tmp_path / "j") as journal:
        assert journal.is_new and journal.setting("config") is None
        journal.set_setting("config", {"model": "tiny"})
        journal.add(record())
    with Journal(tmp_path / "j") as journal:
        journal.begin()
        assert not journal.is_new and journal.num_kept == 1
        assert journal.setting("config") == {"model": "tiny"} and journal.find(record()) == record()
        journal.clear()
        journal.begin()
        assert journal.num_kept == 0 and journal.setting("config") is None


def test_a_journal_whose_rows_have_no_numbers_is_continued(tmp_path: Path) -> None:
    """As version 0.1.0 made them."""
    database = sqlite3.connect(tmp_path / "j")
    database.execute("CREATE TABLE rows (key BLOB PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID")
    database.close()
    with Journal(tmp_path / "j") as journal:
        journal.add(record())
        journal.add(record(path="b.png"))
        journal.add(record())
        assert list(journal.rows()) and journal.find(record(path="b.png")) == record(path="b.png")
        journal.begin()
        assert journal.num_kept == 2


def test_two_runs_cannot_write_one_output(tmp_path: Path) -> None:
    with Journal(tmp_path / "j"), pytest.raises(OutputError, match="cannot be written: another run is writing there"):
        Journal(tmp_path / "j")


def test_a_file_that_is_not_a_journal(tmp_path: Path) -> None:
    (tmp_path / "j").write_bytes(b"no database at all, but long enough to look at" * 100)
    with pytest.raises(OutputError, match=r"is damaged .*start anew with --no-resume"):
        Journal(tmp_path / "j")


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written: unable to open"):
        Journal(tmp_path / "gone" / "j")


def test_a_removed_journal_leaves_no_file(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j")
    journal.add(record())
    journal.flush()
    journal.remove()
    assert os.listdir(tmp_path) == []


def test_a_kill_loses_no_more_than_a_batch(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from vehicle_id.output.journal import Journal;"
        "from vehicle_id.results import Result; journal = Journal(Path(sys.argv[1]));"
        "[journal.add(Result(path=str(n), sha256='ab').to_dict()) for n in range(1000)]; os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path / "j"], check=False)
    with Journal(tmp_path / "j") as journal:
        journal.begin()
        assert 1000 - COMMIT_ROWS <= journal.num_kept <= 1000


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be deleted there")
def test_a_journal_that_its_run_deletes_meanwhile_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ending, connect = Journal(tmp_path / "j"), sqlite3.connect
    ending.add(record())

    def late(*arguments: Any, **more: Any) -> sqlite3.Connection:
        """The other run has deleted the file after it was opened, and released it."""
        monkeypatch.setattr(sqlite3, "connect", connect)
        database = connect(*arguments, **more)
        ending.remove()
        return database

    monkeypatch.setattr(sqlite3, "connect", late)
    with Journal(tmp_path / "j") as journal:
        assert journal.find(record()) is None
        with pytest.raises(OutputError, match="another run is writing there"):
            Journal(tmp_path / "j")


def test_a_folder_that_cannot_be_written_into_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("unable to open database file")

    monkeypatch.setattr(sqlite3, "connect", refused)
    monkeypatch.setattr(os, "access", lambda *_: False)  # the superuser may write everywhere
    with pytest.raises(OutputError, match=r"nothing can be written into the folder .*; name an output in another one"):
        Journal(tmp_path / "j")
