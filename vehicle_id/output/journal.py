"""The journal of a run: every row that is done, on the disk before the run is, so that one that ends early loses none.

An SQLite file beside the output, hidden, with one writer at a time. A row is found again by what its answer hangs on:
the crop's path and content, and what was stated of it; the model and the options are those of the whole journal. This
room knows records, no crops and no formats.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from vehicle_id.errors import OutputError
from vehicle_id.output.hash_chain import canonical

Record = dict[str, Any]
COMMIT_ROWS: Final = 16
"""Rows that may be lost when the machine stops: a batch."""
KEPT_WAIT_FOR: Final = ("crashed", "timed_out")
"""Statuses that may be another's fault, such as a machine without memory: such crops are tried again."""

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS rows (key BLOB PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID;
"""


class Journal:
    """An open journal; a context manager that commits what it has, however it is left.

    Args:
        path: of the file, made where there is none.

    Raises:
        OutputError: it cannot be written, is no journal, or another run has it open.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.is_new = not path.exists()
        self.num_kept = 0
        """Rows that were there when the run began."""
        self._lock = threading.Lock()
        self._num_open = 0
        with self._errors():
            # one thread at a time, by the lock
            self._database = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
            # what a stranger may have put into the file is data, never a program
            for pragma in ("trusted_schema = OFF", "locking_mode = EXCLUSIVE", "journal_mode = WAL"):
                self._database.execute(f"PRAGMA {pragma}")
            self._database.execute("PRAGMA synchronous = NORMAL")
            self._database.executescript(SCHEMA)
            self._database.execute("BEGIN IMMEDIATE")

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def told(self, name: str) -> Any:
        """What was stated under a name, or None."""
        with self._lock, self._errors():
            found = self._database.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
            return None if found is None else json.loads(found[0])

    def tell(self, name: str, value: Any) -> None:
        """State something of the whole run, at once and for good."""
        with self._lock, self._errors():
            self._database.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (name, json.dumps(value)))
            self._commit()

    def begin(self) -> None:
        """From here on rows are this run's own."""
        with self._lock, self._errors():
            self._commit()
            self.num_kept = self._database.execute("SELECT COUNT(*) FROM rows").fetchone()[0]

    def add(self, record: Record) -> None:
        """Keep a row, if its answer hangs on its content alone."""
        key = key_of(record)
        if key is None:
            return
        with self._lock, self._errors():
            self._database.execute("INSERT OR IGNORE INTO rows VALUES (?, ?)", (key, json.dumps(record)))
            self._num_open += 1
            if self._num_open >= COMMIT_ROWS:
                self._commit()

    def find(self, record: Record) -> Record | None:
        """The row kept for such a crop, or None.

        Args:
            record: of which only what a key is made of needs to be right.
        """
        key = key_of(record)
        if key is None:
            return None
        with self._lock, self._errors():
            found = self._database.execute("SELECT record FROM rows WHERE key = ?", (key,)).fetchone()
        return None if found is None else json.loads(found[0])

    def clear(self) -> None:
        """Forget everything."""
        with self._lock, self._errors():
            self._database.execute("DELETE FROM rows")
            self._database.execute("DELETE FROM about")
            self._commit()

    def flush(self) -> None:
        """Have every row on the disk."""
        with self._lock, self._errors():
            self._commit()

    def close(self) -> None:
        """Commit what there is, if the disk has room for it."""
        with self._lock:
            with suppress(sqlite3.Error):
                self._database.execute("COMMIT")
            with suppress(sqlite3.Error):
                self._database.close()

    def remove(self) -> None:
        """Close it and take it away: the rows are in the output."""
        self.close()
        for suffix in ("", "-wal", "-journal"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def _commit(self) -> None:
        self._database.execute("COMMIT")
        self._database.execute("BEGIN IMMEDIATE")
        self._num_open = 0

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            why = "another run is writing there" if "locked" in str(error) else str(error)
            raise OutputError(f"the journal {self.path} cannot be written: {why}") from error
        except (sqlite3.Error, ValueError) as error:
            raise OutputError(
                f"the journal {self.path} is damaged ({error}): start anew with --no-resume, or remove it"
            ) from error


def key_of(record: Record) -> bytes | None:
    """What a row is found by; None for one that is not kept."""
    if record["sha256"] is None or record["status"] in KEPT_WAIT_FOR:
        return None
    stated_m = record["gsd_m"] if record["gsd_source"] == "manifest" else None
    known = [record["path"], record["sha256"], stated_m, record["date"], record["site"]]
    return hashlib.sha256(canonical(known)).digest()[:16]
