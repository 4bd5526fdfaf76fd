"""Damaged images end in one row each: no crash, no hang, no memory without bound."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import TINY
from tests.reliability.mutants import write_mutants

SEED = 20261127
MOST_MIB = 400
WAIT_S = 5.0


@pytest.mark.parametrize("num", [pytest.param(600), pytest.param(20_000, marks=pytest.mark.long)])
def test_each_mutant_has_its_row(tmp_path: Path, num: int) -> None:
    crops, out = tmp_path / "crops", tmp_path / "r.jsonl"
    crops.mkdir()
    write_mutants(crops, num=num, seed=SEED)
    command = [sys.executable, "-m", "vehicle_id.cli", "classify", crops, "--model", TINY, "--out", out]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        watch = Watch(process.pid)
        assert process.stdout is not None and process.stderr is not None
        longest, before = 0.0, time.monotonic()
        for _ in process.stdout:
            now = time.monotonic()
            longest, before = max(longest, now - before), now
        errors = process.stderr.read()
    peak_mib = watch.end()
    assert process.returncode == 0 and "Traceback" not in errors, errors[-2000:]
    records = [json.loads(line) for line in out.read_text().splitlines()]
    assert [Path(record["path"]).name for record in records] == sorted(os.listdir(crops))
    statuses = Counter(record["status"] for record in records)
    print(f"{num} mutants: {dict(statuses)}; longest wait {longest:.1f} s, peak {peak_mib:.0f} MiB")
    # no row waits longer than the limit for late crops; the first row waits for the start, too
    assert longest < WAIT_S + 3
    assert not statuses["timed_out"]
    assert peak_mib < MOST_MIB
    assert len(statuses) >= 5  # so they are not all refused at the first check


class Watch:
    """Adds up the memory of a process and its children, ten times a second."""

    def __init__(self, pid: int) -> None:
        self.pid, self.peak_kib = pid, 0
        self.own_peak_kib = 0
        """Of the process without its children."""
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def end(self) -> float:
        self._ended.set()
        self._thread.join()
        return self.peak_kib / 1024

    def _run(self) -> None:
        while not self._ended.wait(0.1):
            own = _resident_kib(self.pid)
            self.own_peak_kib = max(self.own_peak_kib, own)
            self.peak_kib = max(self.peak_kib, own + sum(_resident_kib(pid) for pid in _children(self.pid)))


def _children(pid: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _resident_kib(pid: int) -> int:
    """Proportional, so that what they share is counted once."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
