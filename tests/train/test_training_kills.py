"""A training run that is killed at any instant, also while it writes a checkpoint, gives what one gives that is not."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import safetensors.torch
import torch

from tests.fixtures.labelled_crops import crops, epochs, recipe
from vehicle_id.train import checkpoint
from vehicle_id.train.checkpoint import RunFolder
from vehicle_id.train.recipe import Recipe, dump_recipe

__all__ = ["crops", "recipe"]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
SEED = 20261129
KILLED_WHILE_WRITING = """
import os, signal, sys
from vehicle_id import files
name, number = sys.argv.pop(1), int(sys.argv.pop(1))
seen, sync = [], files.PartFile.sync
def killed(self):
    seen.append(self.path.name)
    if seen.count(name) == number:
        self.file.truncate(self.file.tell() // 2)
        os.kill(os.getpid(), signal.SIGKILL)
    sync(self)
files.PartFile.sync = killed
from vehicle_id.cli.app import main
main()
"""
"""The command, killed when it has half written a file for the n-th time."""


def train_command(crops: Path, out: Path) -> list[str]:
    return ["train", str(crops), "--recipe", str(out.parent / "r.yaml"), "--out", str(out), "--resume", "--quiet"]


def assert_nothing_is_lost(run: RunFolder, *, least_epoch: int) -> None:
    """Whatever is there can be read, and no finished epoch is gone."""
    if least_epoch:
        assert checkpoint.read_progress(run.last).epoch >= least_epoch
    for file in (run.last, run.best):
        if file.exists():
            safetensors.torch.load_file(file)


def test_a_killed_run_ends_as_one_that_was_not_killed(crops: Path, recipe: Recipe, tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_bytes(dump_recipe(epochs(recipe, 5)))
    whole, cut = (RunFolder(folder=tmp_path / name) for name in ("whole", "cut"))
    began = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "vehicle_id", *train_command(crops, whole.folder)], check=True, capture_output=True
    )
    span = time.monotonic() - began
    for name, number, least_epoch in (("last.safetensors", 2, 1), ("best.safetensors", 1, 1)):
        script = [sys.executable, "-c", KILLED_WHILE_WRITING, name, str(number)]
        done = subprocess.run([*script, *train_command(crops, cut.folder)], check=False, capture_output=True)
        assert done.returncode == -signal.SIGKILL
        assert list(cut.folder.glob(f".{name}.*.part"))
        assert_nothing_is_lost(cut, least_epoch=least_epoch)
    with subprocess.Popen([sys.executable, "-m", "vehicle_id", *train_command(crops, cut.folder)]) as process:
        time.sleep(random.Random(SEED).uniform(0.3, 0.7) * span)
        process.kill()
    assert_nothing_is_lost(cut, least_epoch=1)
    subprocess.run(
        [sys.executable, "-m", "vehicle_id", *train_command(crops, cut.folder)], check=True, capture_output=True
    )
    assert cut.history.read_bytes() == whole.history.read_bytes()
    assert cut.calibration.read_bytes() == whole.calibration.read_bytes()
    for file in ("best.safetensors", "last.safetensors"):
        ours, theirs = (safetensors.torch.load_file(each.folder / file) for each in (cut, whole))
        assert all(torch.equal(ours[name], theirs[name]) for name in theirs)
    assert sorted(os.listdir(cut.folder)) == sorted(os.listdir(whole.folder))
