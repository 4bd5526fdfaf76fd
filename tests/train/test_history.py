"""The files of the epochs: whole after every epoch, and without epochs whose checkpoint was never written."""

from __future__ import annotations

import csv
import errno
import json
import os
from pathlib import Path

import pytest
import torch

from vehicle_id.errors import OutputError
from vehicle_id.train.checkpoint import Progress, RunFolder
from vehicle_id.train.history import HistoryTable, add_line, memory_mb
from vehicle_id.train.observers import RunContext, StepRecord
from vehicle_id.train.recipe import Recipe
from vehicle_id.train.splits import Splits


def table(run: RunFolder) -> list[dict[str, str]]:
    with run.history_table.open(newline="") as file:
        return list(csv.DictReader(file))


def started(run: RunFolder, *, epoch: int) -> HistoryTable:
    watching = HistoryTable()
    context = RunContext(
        folder=run,
        recipe=Recipe(),
        splits=Splits(train=[], val=[], test=[], calibrate=[], dropped=[], images={}),
        labels=("bus", "car"),
        network=torch.nn.Identity(),
    )
    watching.run_started(context, Progress(epoch=epoch))
    return watching


def end_epoch(watching: HistoryTable, epoch: int, **more: float) -> None:
    watching.step_ended(StepRecord(epoch=epoch - 1, batch=0, num_batches=1, num_crops=40, loss=0.5, lr=0.001))
    watching.epoch_ended({"epoch": epoch, "loss": 0.5, **more}, Progress(epoch=epoch))


def test_the_table_has_results_and_costs_of_every_epoch(tmp_path: Path) -> None:
    run = RunFolder(folder=tmp_path)
    watching = started(run, epoch=0)
    end_epoch(watching, 1)
    end_epoch(watching, 2, val_nll=0.25)
    first, second = table(run)
    assert (first["epoch"], first["loss"], first["val_nll"], second["val_nll"]) == ("1", "0.5", "", "0.25")
    assert first["lr"] == "0.001" and float(first["crops_per_s"]) > 0
    assert {"train_s", "validate_s"} <= set(first)


def test_the_losses_of_several_heads_are_in_the_table(tmp_path: Path) -> None:
    run = RunFolder(folder=tmp_path)
    watching = started(run, epoch=0)
    for size in (0.25, 0.75):
        step = StepRecord(
            epoch=0, batch=0, num_batches=2, num_crops=4, loss=1.0, lr=0.1, parts={"class": 1.0, "size": size}
        )
        watching.step_ended(step)
    end_epoch(watching, 1)
    end_epoch(watching, 2)
    first, second = table(run)
    assert (first["loss_class"], first["loss_size"], second["loss_size"]) == ("1.0", "0.5", "")


def test_a_resumed_table_has_every_epoch_of_the_checkpoint_and_no_later_one(tmp_path: Path) -> None:
    run = RunFolder(folder=tmp_path)
    watching = started(run, epoch=0)
    for epoch in (1, 2, 3):
        end_epoch(watching, epoch)
    resumed = started(run, epoch=2)  # killed after the row of epoch 3, before its checkpoint
    assert resumed.rows == watching.rows[:2]
    end_epoch(resumed, 3, val_nll=0.125)
    assert [each["val_nll"] for each in table(run)] == ["", "", "0.125"]


def test_a_run_that_had_no_table_gets_the_epochs_of_its_lines(tmp_path: Path) -> None:
    run = RunFolder(folder=tmp_path)
    run.history.write_text('{"epoch": 1, "loss": 2.0}\n{"epoch": 2, "lo')
    watching = started(run, epoch=2)
    end_epoch(watching, 3)
    assert [each["loss"] for each in table(run)] == ["2.0", "0.5"]


def test_a_line_replaces_those_of_later_epochs_and_half_a_line(tmp_path: Path) -> None:
    file = tmp_path / "history.jsonl"
    file.write_text('{"epoch": 1, "loss": 2.0}\n{"epoch": 2, "loss": 1.0}\n{"epoch": 3, "lo')
    add_line(file, {"epoch": 2, "loss": 0.5})
    assert [json.loads(line) for line in file.read_text().splitlines()] == [
        {"epoch": 1, "loss": 2.0},
        {"epoch": 2, "loss": 0.5},
    ]


def test_a_full_disk_leaves_the_earlier_epochs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "history.jsonl"
    add_line(file, {"epoch": 1, "loss": 2.0})
    before = file.read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="cannot be written: No space left"):
        add_line(file, {"epoch": 2, "loss": 1.0})
    assert file.read_bytes() == before and [each.name for each in tmp_path.iterdir()] == ["history.jsonl"]


def test_memory_is_that_of_this_process() -> None:
    pytest.importorskip("resource")
    assert 10 < memory_mb()["memory_mb"] < 1e6
