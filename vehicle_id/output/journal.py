"""The journal of a run: every finished row is on the disk before the run ends, so that an early end loses none.

A hidden SQLite file beside the output, with one writer at a time. A row is found again by what its answer depends on:
the crop's path and content, and what was stated about it. The model and the options are those of the whole journal.
Knows no crops and no file formats.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from vehicle_id.errors import OutputError
from vehicle_id.output.hash_chain import canonical
from vehicle_id.results import Record

COMMIT_ROWS: Final = 16
"""Rows that may be lost when the machine stops: a batch."""
NOT_OF_CONTENT: Final = ("manifest", "scene")
"""Sources of a ground sample distance that neither the content of the crop nor the options of the run state."""
RETRIED: Final = ("crashed", "timed_out")
"""Statuses that may not be the crop's fault, such as too little memory: these crops are tried again."""

FORMAT: Final = 1
"""Version of what the tables hold; version 0.1.0 of the package did not state it."""
SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS rows (key BLOB PRIMARY KEY, record TEXT NOT NULL);
"""
"""With row numbers: rows are appended, and only their keys are sorted in. Version 0.1.0 made the table without."""


class Journal:
    """An open journal; a context manager that commits its rows, however it is left.

    Args:
        path: of the file, which is made if it does not exist.
        anew: forget what it holds, also if it is damaged or of another version.

    Raises:
        OutputError: it cannot be written, is no journal or one of another version, or another run has it open.
    """

    def __init__(self, path: Path, *, anew: bool = False) -> None:
        self.path = path
        self.is_new = not os.path.lexists(path)
        self.num_kept = 0
        """Rows of earlier sessions."""
        self._lock = threading.Lock()
        self._num_open = 0
        with self._errors():
            try:
                self._open_latest()
            except sqlite3.DatabaseError as error:
                if not anew or isinstance(error, sqlite3.OperationalError):
                    raise
                self.remove()  # it is no database
                self._open()
        try:
            if anew:
                self.clear()
            self._check_format()
        except BaseException:
            self.close()
            raise

    def _open_latest(self) -> None:
        """Open the file, also if the run that made it ends meanwhile and deletes it."""
        before = _file_number(self.path)
        try:
            self._open()
        except sqlite3.OperationalError:
            if before == _file_number(self.path):
                raise
        else:
            if before in (None, _file_number(self.path)):
                return
            self._database.close()
        self._open()

    def _open(self) -> None:
        # one thread at a time, by the lock
        self._database = sqlite3.connect(self.path, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            # content from a stranger is data, never a program
            for pragma in ("trusted_schema = OFF", "locking_mode = EXCLUSIVE", "journal_mode = WAL"):
                self._database.execute(f"PRAGMA {pragma}")
            self._database.execute("PRAGMA synchronous = NORMAL")
            self._database.executescript(SCHEMA)
            self._database.execute("BEGIN IMMEDIATE")
        except BaseException:
            self._database.close()
            raise

    def _check_format(self) -> None:
        found = self.setting("format")
        if found not in (None, FORMAT):
            raise self.another_version(f"its format is {found}, not {FORMAT}")
        if found is None:
            self.set_setting("format", FORMAT)

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def setting(self, name: str) -> Any:
        """A setting of the whole run, or None."""
        with self._lock, self._errors():
            found = self._database.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
            return None if found is None else json.loads(found[0])

    def set_setting(self, name: str, value: Any) -> None:
        """Store a setting of the whole run, on the disk at once."""
        with self._lock, self._errors():
            self._database.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (name, json.dumps(value)))
            self._commit()

    def begin(self) -> None:
        """Count the rows of earlier sessions; rows added from here on are this session's."""
        with self._lock, self._errors():
            self._commit()
            self.num_kept = self._database.execute("SELECT COUNT(*) FROM rows").fetchone()[0]

    def add(self, record: Record, text: str | None = None) -> None:
        """Keep a row, if its answer depends on its content alone.

        Args:
            record: the row.
            text: its JSON, where it is known already.
        """
        key = key_of(record)
        if key is None:
            return
        with self._lock, self._errors():
            values = (key, canonical(record).decode() if text is None else text)
            self._database.execute("INSERT OR IGNORE INTO rows VALUES (?, ?)", values)
            self._num_open += 1
            if self._num_open >= COMMIT_ROWS:
                self._commit()

    def find(self, record: Record) -> Record | None:
        """The row kept for such a crop, or None.

        Args:
            record: only the columns that `key_of` uses need a value.
        """
        key = key_of(record)
        if key is None:
            return None
        with self._lock, self._errors():
            found = self._database.execute("SELECT record FROM rows WHERE key = ?", (key,)).fetchone()
            return None if found is None else _record(found[0])

    def rows(self) -> Iterator[Record]:
        """All rows; while they are read, none may be added."""
        with self._lock, self._errors():
            for (found,) in self._database.execute("SELECT record FROM rows"):
                yield _record(found)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock, self._errors():
            for table in ("rows", "about"):  # whatever columns another version gave them
                self._database.execute(f"DROP TABLE IF EXISTS {table}")
            for statement in SCHEMA.strip().split("\n"):
                self._database.execute(statement)
            self._commit()

    def flush(self) -> None:
        """Have every row on the disk."""
        with self._lock, self._errors():
            self._commit()

    def close(self) -> None:
        """Commit the rows, if the disk has space for them."""
        with self._lock:
            with suppress(sqlite3.Error):
                self._database.execute("COMMIT")
            with suppress(sqlite3.Error):
                self._database.close()

    def remove(self) -> None:
        """Close the journal and delete its file, if the system permits it: the rows are in the output."""
        self._release()
        self.close()
        for suffix in ("", "-wal", "-journal"):
            with suppress(
                OSError
            ):  # what stays is read by the next run; it must not hide the error that ended this one
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def another_version(self, why: str) -> OutputError:
        """The error for a journal that this version cannot continue."""
        return OutputError(
            f"the journal {self.path} was written by another version of vehicle-id ({why}): "
            "finish its run with that version, or start anew with --no-resume"
        )

    def _release(self) -> None:
        """Delete the file while it is locked, where the system permits it, so that no other run opens it meanwhile."""
        with self._lock, suppress(sqlite3.Error, OSError):
            self._database.execute("COMMIT")
            self._database.execute("PRAGMA journal_mode = DELETE")  # removes the -wal file, too
            if os.name != "nt":
                self.path.unlink()

    def _commit(self) -> None:
        self._database.execute("COMMIT")
        self._database.execute("BEGIN IMMEDIATE")
        self._num_open = 0

    def _why(self, said: str) -> str:
        """What SQLite says, in words that say what to do."""
        if "locked" in said:
            return "another run is writing there; wait until it has ended, or name another output"
        if os.path.isdir(self.path.parent) and not os.access(self.path.parent, os.W_OK):
            return f"nothing can be written into the folder {self.path.parent}; name an output in another one"
        return said

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if "column" in str(error):
                raise self.another_version(str(error)) from error
            raise OutputError(f"the journal {self.path} cannot be written: {self._why(str(error))}") from error
        except (sqlite3.Error, ValueError, TypeError, RecursionError) as error:
            raise OutputError(
                f"the journal {self.path} is damaged ({error}): start anew with --no-resume, or remove it"
            ) from error


def _file_number(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except OSError:
        return None


def _record(text: str) -> Record:
    record = json.loads(text)
    if not isinstance(record, dict):
        raise TypeError("a row is not a JSON object")
    return record


def key_of(record: Record) -> bytes | None:
    """The key of a row; None for a row that is not kept."""
    if record["sha256"] is None or record["status"] in RETRIED:
        return None
    stated_m = record["gsd_m"] if record["gsd_source"] in NOT_OF_CONTENT else None
    known = [record["path"], record["sha256"], stated_m, record["date"], record["site"]]
    error = record.get("gsd_error")
    known += [] if error is None else [error]  # rows of 0.1.0 have neither, and keep their key
    known += [record["bands"]] if record.get("bands_source") == "manifest" else []
    return hashlib.sha256(canonical(known)).digest()[:16]
