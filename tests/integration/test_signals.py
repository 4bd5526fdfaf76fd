"""Ctrl-C and similar signals, in the middle of a run."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import ModuleType

import pytest

from tests.reliability.test_kills import command, make_crops
from vehicle_id import read_rows, verify_run
from vehicle_id.cli import app
from vehicle_id.cli.signals import Stop
from vehicle_id.model import hub
from vehicle_id.output import run as run_module

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
NUM_CROPS = 300
PIPE = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "pipesize": 4096}
"""So narrow a pipe that a command cannot end before its rows are read."""


pytestmark = pytest.mark.usefixtures("nothing_is_ignored")


@pytest.fixture(scope="module")
def crops(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More crops than the pipe and the batches in flight can hold."""
    return make_crops(tmp_path_factory.mktemp("signals") / "crops", num=NUM_CROPS)


@pytest.fixture(scope="module")
def whole(crops: Path) -> list[object]:
    """The rows of a run that was not stopped."""
    subprocess.run(command(crops, crops.parent / "whole.jsonl", "--no-isolate"), check=True, capture_output=True)
    return list(read_rows(crops.parent / "whole.jsonl"))


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_stopped_run_writes_the_finished_rows_and_can_be_continued(
    tmp_path: Path, crops: Path, whole: list[object], name: str, code: int
) -> None:
    out = tmp_path / "out.jsonl"
    with subprocess.Popen(command(crops, out), **PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        for _ in range(100):
            process.stdout.readline()
        process.send_signal(getattr(signal, name))
        process.stdout.read()
        errors = process.stderr.read()
    assert process.returncode == code and "Traceback" not in errors
    assert "stopped before the last crop; finished rows are kept, and the same command continues from there" in errors
    record = verify_run(out).record
    assert not record.complete and record.sessions[0].stopped_by == name and 99 <= record.num_rows < NUM_CROPS
    subprocess.run(command(crops, out, "--no-isolate"), check=True, capture_output=True)
    assert verify_run(out).record.complete
    assert list(read_rows(out)) == whole


def test_the_first_signal_stops_the_run_and_the_second_has_its_usual_effect() -> None:
    with Stop() as stop:
        jobs = stop.unless_asked(range(10))
        assert [next(jobs), next(jobs)] == [0, 1]
        signal.raise_signal(signal.SIGINT)
        assert list(jobs) == [] and stop.asked_by == "SIGINT" and stop.exit_code == 130
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_without_a_signal_all_jobs_are_done_and_the_handlers_are_restored() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with Stop() as stop:
        assert list(stop.unless_asked(range(3))) == [0, 1, 2] and stop.exit_code == 0
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    """Such as SIGHUP under nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Stop() as stop:
            signal.raise_signal(signal.SIGHUP)
        assert stop.asked_by is None
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_signal_ends_a_search_that_takes_long() -> None:
    """As among millions of files that are no crops; whatever the search does with exceptions."""

    def search() -> Iterator[int]:
        yield 0
        signal.raise_signal(signal.SIGINT)
        while True:
            with suppress(Exception):
                time.sleep(0.01)

    with Stop() as stop:
        assert list(stop.unless_asked(search())) == [0] and stop.asked_by == "SIGINT"


def signal_at(monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str) -> None:
    """SIGTERM when a function is called for the first time."""
    real, is_sent = getattr(module, name), False

    def call(*arguments: object, **more: object) -> object:
        nonlocal is_sent
        if not is_sent:
            is_sent = True
            signal.raise_signal(signal.SIGTERM)
        return real(*arguments, **more)

    monkeypatch.setattr(module, name, call)


def classify(monkeypatch: pytest.MonkeyPatch, crops: Path, out: Path) -> int:
    monkeypatch.setattr(sys, "argv", ["vehicle-id", *command(crops, out, "--no-isolate")[3:]])
    try:
        app.main()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def test_sigterm_while_the_model_is_loaded_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, crops: Path, tmp_path: Path
) -> None:
    signal_at(monkeypatch, hub, "load")
    assert classify(monkeypatch, crops, tmp_path / "out.csv") == 143
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("where", ["describe", "write_whole"])
def test_sigterm_while_the_outputs_are_written_waits_until_they_are(
    monkeypatch: pytest.MonkeyPatch, crops: Path, tmp_path: Path, where: str
) -> None:
    signal_at(monkeypatch, run_module, where)
    assert classify(monkeypatch, crops, tmp_path / "out.csv") == 0
    assert verify_run(tmp_path / "out.csv").record.complete
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "out.csv.run.json"]
