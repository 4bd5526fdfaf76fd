"""A run that ends in files: its journal while it runs, its outputs and their records when it ends.

However a run ends, the rows that are done are on the disk: in the outputs where it was done or stopped, in the journal
where it was killed. The next run of the same model and options goes on from there. This room knows rows, no crops.
"""

from __future__ import annotations

import platform
import threading
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import msgspec

from vehicle_id.errors import OutputError, RecordError, VehicleIdError
from vehicle_id.output.hash_chain import LINK, Chain
from vehicle_id.output.journal import Journal
from vehicle_id.output.readers import read_rows
from vehicle_id.output.run_record import RunRecord, Sitting, describe, read_record, record_path
from vehicle_id.output.writers import Writers, write_whole
from vehicle_id.results import Result
from vehicle_id.version import __version__

BUILT_ON: Final = ("numpy", "pillow", "onnxruntime")
REMEDY: Final = "name another file, or replace it with --no-resume"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What every answer of a run hangs on, besides the crop."""

    model: str
    model_sha256: str
    options: dict[str, Any]

    def difference(self, other: Identity) -> str | None:
        """The first thing that is not the same, in words, or None."""
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
    """Context manager that writes results to files, and goes on where an earlier run of the same kind ended.

    Args:
        outputs: as for `Writers`; with none, nothing is kept.
        identity: model and options.
        resume: keep the rows of an earlier run; an output that is there and was made otherwise is an error. Else
            outputs are replaced when the run is done.
        part_rows: as for `Writers`.

    Raises:
        OutputError: when entered, for an output that may not be written or that is not this run's; later, when the
            disk gives out. The rows that were done are kept.
    """

    def __init__(
        self, outputs: Sequence[Path], *, identity: Identity, resume: bool = True, part_rows: int | None = None
    ) -> None:
        self._writers = Writers(outputs, part_rows=part_rows, replace=True)
        self.outputs = self._writers.paths
        self.identity, self.resume = identity, resume
        self.num_kept, self.num_rows = 0, 0
        """Rows so far: of earlier runs, and in all."""
        self.stopped_by: str | None = None
        """Name of the signal that ended it early; set by the caller before the end."""
        self._lock = threading.Lock()
        self._statuses: Counter[str] = Counter()
        self._journal: Journal | None = None
        self._sittings: list[Sitting] = []
        self._whole_before = False

    def __enter__(self) -> Run:
        self._writers.check()
        if self.outputs:
            self._journal = Journal(_journal_path(self.outputs[0]))
            try:
                self._take_up(self._journal)
                _sweep(self.outputs)
                self._writers.__enter__()
            except BaseException:
                self._leave(self._journal)
                raise
        return self

    def known(self, told: Result) -> Result | None:
        """The answer that is kept for such a crop, or None."""
        if self._journal is None or not self._journal.num_kept:
            return None
        found = self._journal.find(told.to_dict())
        if found is None:
            return None
        with self._lock:
            self.num_kept += 1
        return Result.from_dict(found)

    def write(self, result: Result) -> None:
        """Take a result, new or kept, in its turn."""
        self.num_rows += 1
        self._statuses[result.status.value] += 1
        if self._journal is not None:
            self._journal.add(result.to_dict())
            self._writers.write(result)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._journal is None:
            return
        with self._journal:
            if error is not None:
                self._writers.__exit__(kind, error, trace)
                return
            self._journal.flush()
            self._note_sitting(self._journal)
            if self.stopped_by is not None and self._whole_before:
                self._writers.abandon()  # what is there holds more than this one came to
                return
            self._writers.__exit__(None, None, None)
            for path in self.outputs:
                write_whole(record_path(path), self._record(path).to_json())
            if self.stopped_by is None:
                self._journal.remove()

    def _take_up(self, journal: Journal) -> None:
        """Find what is there already, and see that it is of the same kind."""
        self._whole_before = any(_is_whole(path) for path in self.outputs)
        begun = journal.told("identity")
        if not self.resume:
            begun = None
            journal.clear()
        if begun is not None:
            self._same(Identity(**begun), self.outputs[0], "an unfinished run")
            self._sittings = [msgspec.convert(each, Sitting) for each in journal.told("sittings") or []]
        elif self.resume:
            self._read_back(journal)
        journal.tell("identity", msgspec.to_builtins(self.identity))
        self._sittings.append(Sitting(started=_now()))
        journal.tell("sittings", msgspec.to_builtins(self._sittings))
        journal.begin()

    def _read_back(self, journal: Journal) -> None:
        """The rows of outputs that are there, into the journal."""
        for path in self.outputs:
            if not path.exists() or (path.is_dir() and not any(path.iterdir())):
                continue
            try:
                record = read_record(path)
            except VehicleIdError as error:
                raise OutputError(
                    f"the output {path} is there already, and no record tells what made it: {REMEDY}"
                ) from error
            made = Identity(model=record.model, model_sha256=record.model_sha256, options=record.options)
            self._same(made, path, "it")
            self._sittings = list(record.sittings)
            chain = Chain()
            for row in read_rows(path):
                if chain.add(row)[LINK] != row[LINK]:
                    raise RecordError(f"row {chain.num_rows} of {path} was changed since it was written: {REMEDY}")
                journal.add({name: value for name, value in row.items() if name != LINK})

    def _same(self, made: Identity, path: Path, what: str) -> None:
        difference = self.identity.difference(made)
        if difference is not None:
            raise OutputError(f"the output {path} is there already, and {difference}: {REMEDY}")

    def _note_sitting(self, journal: Journal) -> None:
        self._sittings[-1] = msgspec.structs.replace(
            self._sittings[-1],
            ended=_now(),
            num_kept=self.num_kept,
            num_answered=self.num_rows - self.num_kept,
            stopped_by=self.stopped_by,
        )
        journal.tell("sittings", msgspec.to_builtins(self._sittings))

    def _record(self, path: Path) -> RunRecord:
        return RunRecord(
            made_by=_made_by(),
            model=self.identity.model,
            model_sha256=self.identity.model_sha256,
            options=self.identity.options,
            sittings=tuple(self._sittings),
            complete=self.stopped_by is None,
            num_rows=self.num_rows,
            statuses=dict(self._statuses),
            chain=self._writers.chain.end,
            output=describe(path),
        ).sealed()

    def _leave(self, journal: Journal) -> None:
        """Close the journal of a run that did not begin; one that holds nothing goes."""
        journal.remove() if journal.is_new else journal.close()


def _journal_path(output: Path) -> Path:
    return output.with_name(f".{output.name}.journal")


def _is_whole(output: Path) -> bool:
    """Whether an output is there that a run had completed."""
    try:
        return output.exists() and read_record(output).complete
    except VehicleIdError:
        return False


def _sweep(outputs: Sequence[Path]) -> None:
    """What killed runs left half written; no other run is at it, since the journal lets in one."""
    for path in outputs:
        folder, names = (path, "part-*.parquet") if path.is_dir() else (path.parent, path.name)
        for left in folder.glob(f".{names}.????????.part"):
            with suppress(OSError):
                left.unlink()


def _made_by() -> dict[str, str]:
    made_by = {"vehicle-id": __version__, "python": platform.python_version()}
    for name in BUILT_ON:
        with suppress(PackageNotFoundError):  # onnxruntime-gpu, for one, goes by another name
            made_by[name] = version(name)
    return made_by


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
