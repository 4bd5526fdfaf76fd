"""What each epoch gave and cost, in two files that are written whole after each epoch.

`history.jsonl` has the results: the same recipe and data give the same bytes. `history.csv` also has the losses of the
heads, and what an epoch cost (seconds, crops a second, memory), which no two machines share.
"""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import torch

from vehicle_id.files import write_whole
from vehicle_id.train.checkpoint import Progress
from vehicle_id.train.observers import Observer, RunContext, StepRecord

EpochRecord = Mapping[str, float]
"""What is known of an epoch: `epoch`, `loss`, the results of the validation, and what it cost."""


def add_line(file: Path, record: EpochRecord) -> None:
    """Add an epoch to `history.jsonl`; the lines of later epochs, which a killed run may have left, are removed.

    Raises:
        OutputError: the disk is full, or the folder cannot be written; the file is then as it was.
    """
    rows = [*(row for row in read_lines(file) if row["epoch"] < record["epoch"]), record]
    write_whole(file, "".join(json.dumps(row) + "\n" for row in rows).encode())


def read_lines(file: Path) -> list[EpochRecord]:
    """The epochs of `history.jsonl`; none where there is no such file."""
    rows: list[EpochRecord] = []
    with suppress(OSError):
        for line in file.read_text(encoding="utf-8").splitlines():
            with suppress(ValueError):  # a run of version 0.1.0 could be killed within a line
                rows.append(json.loads(line))
    return rows


class HistoryTable(Observer):
    """Writes `history.csv`: every epoch of the run, those before a resume too."""

    def __init__(self) -> None:
        self.rows: list[EpochRecord] = []
        self._file = Path()
        self._costs: dict[str, float] = {}
        self._parts: dict[str, list[float]] = {}
        self._num_crops = 0
        self._started = self._trained = time.monotonic()

    def run_started(self, run: RunContext, progress: Progress) -> None:
        """Take the epochs of earlier sessions."""
        self._file = run.folder.history_table
        known = {int(row["epoch"]): row for row in read_lines(run.folder.history)}
        for row in read_table(self._file):  # the same and more
            known[int(row["epoch"])] = {**known.get(int(row["epoch"]), {}), **row}
        # a later row is of an epoch that was killed before its checkpoint
        self.rows = [known[epoch] for epoch in sorted(known) if epoch <= progress.epoch]
        self._begin_epoch()

    def step_ended(self, step: StepRecord) -> None:
        """Count crops and time."""
        self._num_crops += step.num_crops
        self._trained = time.monotonic()
        self._costs["lr"] = step.lr
        for name, loss in step.parts.items():
            self._parts.setdefault(f"loss_{name}", []).append(loss)

    def epoch_ended(self, record: EpochRecord, progress: Progress) -> None:
        """Write the table with the epoch."""
        seconds = max(self._trained - self._started, 1e-3)
        self._costs |= {
            "train_s": round(seconds, 2),
            "validate_s": round(time.monotonic() - self._trained, 2),
            "crops_per_s": round(self._num_crops / seconds, 1),
            **memory_mb(),
        }
        parts = {name: float(np.mean(losses)) for name, losses in self._parts.items() if len(self._parts) > 1}
        self.rows.append({**record, **parts, **self._costs})
        write_whole(self._file, table_of(self.rows))
        self._begin_epoch()

    def _begin_epoch(self) -> None:
        self._costs, self._parts, self._num_crops, self._started = {}, {}, 0, time.monotonic()


def table_of(rows: Sequence[EpochRecord]) -> bytes:
    """Rows as CSV; a cell is empty where an epoch lacks the value."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def read_table(file: Path) -> list[EpochRecord]:
    """The rows of `history.csv`; none where there is no such file."""
    with suppress(OSError, ValueError), file.open(newline="", encoding="utf-8") as text:
        return [{name: _number(cell) for name, cell in cells.items() if cell} for cells in csv.DictReader(text)]
    return []


def _number(cell: str) -> float:
    return int(cell) if cell.isdecimal() else float(cell)


def memory_mb() -> dict[str, float]:
    """The most memory that the run has used so far: of the GPU, else of the main process; not known on Windows."""
    if torch.cuda.is_available():
        return {"memory_mb": round(torch.cuda.max_memory_allocated() / 2**20, 1)}
    try:
        import resource
        import sys
    except ModuleNotFoundError:  # Windows
        return {}
    unit = 2**20 if sys.platform == "darwin" else 2**10  # macOS counts bytes, Linux KiB
    return {"memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit, 1)}
