"""A run that writes files: a journal while it runs, the outputs and their records when it ends.

However a run ends, the finished rows are on the disk: in the outputs if it ended or was stopped, in the journal if it
was killed. The next run with the same model and options continues from there. Knows rows, not crops.
"""

from __future__ import annotations

import platform
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import msgspec

from vehicle_id.errors import OutputError, RecordError, VehicleIdError
from vehicle_id.files import is_written, output_errors, remove_part_files, write_whole
from vehicle_id.output.hash_chain import Chain, canonical
from vehicle_id.output.journal import Journal
from vehicle_id.output.readers import read_rows
from vehicle_id.output.run_record import RunRecord, RunSession, describe, read_record, record_path
from vehicle_id.output.writers import Writers
from vehicle_id.report.options import ReportOptions
from vehicle_id.results import COLUMNS, Record, Result
from vehicle_id.version import __version__

RUNS_ON: Final = {"numpy": "numpy", "pillow": "PIL", "onnxruntime": "onnxruntime"}
"""Packages whose versions stand in the record, and their modules."""
CONFIG: Final = "identity"
SESSIONS: Final = "sittings"
"""Settings of the journal, under the names of version 0.1.0: it must see that a journal is not of its own run."""
REMEDY: Final = "name another file, or replace it with --no-resume"


class RunConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything besides the crop that an answer depends on."""

    model: str
    model_sha256: str
    options: dict[str, Any]

    def difference(self, other: RunConfig) -> str | None:
        """The first difference in words, or None."""
        if self.model_sha256 != other.model_sha256:
            return (
                f"it was made by {other.model} ({other.model_sha256[:12]}), not {self.model} ({self.model_sha256[:12]})"
            )
        for name in {**self.options, **other.options}:
            was, now = other.options.get(name), self.options.get(name)
            if was != now:
                return f"it was made with {name} {was}, not {now}"
        return None


class Run:
    """Context manager that writes results to files and continues an earlier run of the same configuration.

    Args:
        outputs: as for `Writers`; without any, nothing is kept.
        config: model and options.
        resume: keep the rows of an earlier run; an existing output of another configuration is an error. If False,
            outputs are replaced when the run ends.
        part_rows: as for `Writers`.
        report: as for `Writers`.

    Raises:
        OutputError: when entered, for an output that cannot be written or belongs to another run; later, when the
            disk is full. Finished rows are kept.
    """

    def __init__(
        self,
        outputs: Sequence[Path],
        *,
        config: RunConfig,
        resume: bool = True,
        part_rows: int | None = None,
        report: ReportOptions | None = None,
    ) -> None:
        self._writers = Writers(outputs, part_rows=part_rows, replace=True, report=report)
        self.outputs = self._writers.paths
        self.config, self.resume = config, resume
        self.num_kept, self.num_rows = 0, 0
        """Rows so far: of earlier sessions, and in all."""
        self.stopped_by: str | None = None
        """Name of the signal that ended it early; set by the caller before the end."""
        self._lock = threading.Lock()
        self._statuses: Counter[str] = Counter()
        self._journal: Journal | None = None
        self._locks: list[Journal] = []
        """The journals of the other outputs: empty, so that no other run writes there."""
        self._sessions: list[RunSession] = []
        self._was_complete = False

    def __enter__(self) -> Run:
        self._writers.check()
        if self.outputs:
            self._journal, *self._locks = self._open_journals()
            try:
                self._resume(self._journal)
                for path in self.outputs:  # no other run writes there: the journals admit only one
                    remove_part_files(path)
                    remove_part_files(record_path(path))
                self._writers.__enter__()
            except BaseException:
                _close_unused(self._journal, *self._locks)
                raise
        return self

    def _open_journals(self) -> list[Journal]:
        journals = list[Journal]()
        try:
            for path in self.outputs:
                journals.append(Journal(_journal_path(path), anew=not self.resume))
        except BaseException:
            _close_unused(*journals)
            raise
        return journals

    @property
    def has_answers(self) -> bool:
        """Whether an earlier session has answered crops."""
        return self._journal is not None and self._journal.num_kept > 0

    def known(self, crop: Result) -> Result | None:
        """The answer that an earlier session gave for a crop, or None."""
        if self._journal is None or not self.has_answers:
            return None
        found = self._journal.find(crop.to_dict())
        if found is None:
            return None
        with self._lock:
            self.num_kept += 1
        # the answer does not depend on the user's own columns, nor on where the crop is: today's count
        return replace(_result_of(found, self._journal), extra=crop.extra, place=crop.place)

    def write(self, result: Result) -> None:
        """Append a result, new or from an earlier session."""
        self.num_rows += 1
        self._statuses[result.status.value] += 1
        if self._journal is not None:
            record = result.to_dict()
            answer = _answer_of(record) if result.extra else record
            text = canonical(answer)  # once for the journal and for the chain
            self._journal.add(answer, text.decode())
            self._writers.write(result, record=record, answer=text)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._journal is None:
            return
        try:
            with self._journal:
                if error is not None:
                    self._writers.__exit__(kind, error, trace)
                else:
                    self._end(self._journal)
        finally:
            for lock in self._locks:
                lock.remove()

    def _end(self, journal: Journal) -> None:
        journal.flush()
        self._end_session(journal)
        if self.stopped_by is not None and (self._was_complete or not self.num_rows):
            self._writers.abandon()  # the existing outputs hold more rows than this session reached
            if journal.is_new and not self.num_rows:
                journal.remove()
            return
        self._writers.__exit__(None, None, None)
        for path in self.outputs:
            with output_errors(path):
                record = self._record(path)
            write_whole(record_path(path), record.to_json())
        if self.stopped_by is None:
            journal.remove()

    def _resume(self, journal: Journal) -> None:
        """Read the rows of earlier sessions, and check that their configuration is the same."""
        self._was_complete = any(_is_complete(path) for path in self.outputs)
        if self.resume and not self._continue(journal, self.outputs[0]):
            self._read_back(journal)
        for path, lock in zip(self.outputs[1:], self._locks, strict=True):
            if self._continue(lock, path):
                for row in lock.rows():
                    journal.add(row)
        journal.set_setting(CONFIG, msgspec.to_builtins(self.config))
        self._sessions.append(RunSession(started=now()))
        journal.set_setting(SESSIONS, msgspec.to_builtins(self._sessions))
        journal.begin()
        for lock in self._locks:
            lock.clear()

    def _continue(self, journal: Journal, path: Path) -> bool:
        """Take over the sessions of a journal that an earlier run began; False if there is none."""
        begun = journal.setting(CONFIG)
        if begun is None:
            return False
        try:
            made = msgspec.convert(begun, RunConfig)
            sessions = msgspec.convert(journal.setting(SESSIONS) or [], list[RunSession])
        except msgspec.ValidationError as error:
            raise journal.another_version(str(error)) from error
        self._check_same(made, path)
        self._sessions += sessions
        return True

    def _read_back(self, journal: Journal) -> None:
        """Copy the rows of existing outputs into the journal."""
        for path in self.outputs:
            if not is_written(path):
                continue
            try:
                record = read_record(path)
            except VehicleIdError as error:
                raise OutputError(
                    f"the output {path} exists already, and no record says what made it: {REMEDY}"
                ) from error
            if not record.is_intact:  # the new record would confirm what was changed
                raise RecordError(f"the record {record_path(path)} was changed: {REMEDY}")
            made = RunConfig(model=record.model, model_sha256=record.model_sha256, options=record.options)
            self._check_same(made, path)
            self._sessions = list(record.sessions)
            chain = Chain()
            for row in read_rows(path):
                if not chain.check(row):
                    raise RecordError(f"row {chain.num_rows} of {path} was changed since it was written: {REMEDY}")
                journal.add(_answer_of(row))

    def _check_same(self, made: RunConfig, path: Path) -> None:
        difference = self.config.difference(made)
        if difference is not None:
            raise OutputError(f"the output {path} exists already, and {difference}: {REMEDY}")

    def _end_session(self, journal: Journal) -> None:
        self._sessions[-1] = msgspec.structs.replace(
            self._sessions[-1],
            ended=now(),
            num_kept=self.num_kept,
            num_answered=self.num_rows - self.num_kept,
            stopped_by=self.stopped_by,
        )
        journal.set_setting(SESSIONS, msgspec.to_builtins(self._sessions))

    def _record(self, path: Path) -> RunRecord:
        return RunRecord(
            made_by=made_by(),
            model=self.config.model,
            model_sha256=self.config.model_sha256,
            options=self.config.options,
            sessions=tuple(self._sessions),
            complete=self.stopped_by is None,
            num_rows=self.num_rows,
            statuses=dict(self._statuses),
            chain=self._writers.chain.end,
            output=describe(path),
        ).with_digest()


def _close_unused(*journals: Journal) -> None:
    """Close the journals of a run that did not begin; delete those that are new."""
    for journal in journals:
        journal.remove() if journal.is_new else journal.close()


def _result_of(row: Record, journal: Journal) -> Result:
    """The result of a journal's row."""
    unknown = sorted(row.keys() - COLUMNS.keys())
    try:
        if unknown:
            raise ValueError(f"its rows have a column {unknown[0]!r}")
        return Result.from_dict(row)
    except (KeyError, TypeError, ValueError) as error:
        raise journal.another_version(str(error)) from error


def _answer_of(row: Record) -> Record:
    """A row without the link and the user's own columns: what the journal keeps."""
    return {name: value for name, value in row.items() if name in COLUMNS}


def _journal_path(output: Path) -> Path:
    return output.with_name(f".{output.name}.journal")


def _is_complete(output: Path) -> bool:
    """Whether an output exists that a run had completed."""
    try:
        return is_written(output) and read_record(output).complete
    except VehicleIdError:
        return False


def made_by() -> dict[str, str]:
    """This package and those it runs on, with their versions."""
    versions = {"vehicle-id": __version__, "python": platform.python_version()}
    for name, module in RUNS_ON.items():
        if module in sys.modules:
            versions[name] = sys.modules[module].__version__
    return versions


def now() -> str:
    """The time in UTC, ISO 8601."""
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
