"""A run that is killed repeatedly, at any instant, gives the same output as one that is not killed."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.conftest import TINY
from vehicle_id.output.readers import read_rows
from vehicle_id.output.run_record import verify_run

SEED = 20261127


def make_crops(folder: Path, *, num: int) -> Path:
    """Crops of which no two are alike, a few damaged, and a manifest of them."""
    rng = np.random.default_rng(SEED)
    folder.mkdir()
    rows = ["path,gsd_m,site"]
    for number in range(num):
        path = folder / f"{number:05}.png"
        Image.fromarray(rng.integers(0, 256, (20, 24, 3), np.uint8)).save(path)
        if number % 50 == 7:
            path.write_bytes(path.read_bytes()[:100])
        rows.append(f"{path.name},{0.2 + number % 5 / 10:.1f},site {number % 3}")
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n")
    return folder


def command(crops: Path, out: Path, *more: str) -> list[str]:
    given = ["classify", str(crops), "--manifest", str(crops / "manifest.csv"), "--model", str(TINY)]
    return [sys.executable, "-m", "vehicle_id.cli", *given, "--out", str(out), *more]


@pytest.mark.parametrize(("num", "kills"), [(400, 4), pytest.param(5000, 50, marks=pytest.mark.long)])
def test_killed_and_resumed_is_the_same_as_never_killed(tmp_path: Path, num: int, kills: int) -> None:
    crops = make_crops(tmp_path / "crops", num=num)
    whole, out = tmp_path / "whole.jsonl", tmp_path / "out.jsonl"
    before = time.monotonic()
    subprocess.run(command(crops, whole), check=True, capture_output=True)
    span = time.monotonic() - before
    rng, num_in_flight = random.Random(SEED), 0
    for _ in range(kills):
        with subprocess.Popen(command(crops, out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            time.sleep(rng.uniform(0, 0.8 * span))
            num_in_flight += process.poll() is None
            process.kill()
        assert not out.exists() or list(read_rows(out)) == list(read_rows(whole))
    subprocess.run(command(crops, out), check=True, capture_output=True)
    assert out.read_bytes() == whole.read_bytes()
    assert len(list(read_rows(out))) == num
    record = verify_run(out).record
    assert record.complete and record.num_rows == num
    print(f"{kills} kills over {num} crops of {span:.1f} s, {num_in_flight} of them before the run had ended by itself")
    assert num_in_flight
    left = [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]
    assert left == []


def test_a_kill_loses_a_batch_at_most(tmp_path: Path) -> None:
    """Rows that were printed are kept, but for the last batch."""
    crops, out = make_crops(tmp_path / "crops", num=300), tmp_path / "out.jsonl"
    printed = 0
    with subprocess.Popen(command(crops, out), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        for printed, _ in enumerate(process.stdout):
            if printed == 200:
                break
        process.kill()
    ended = subprocess.run(command(crops, out), check=True, capture_output=True, text=True)
    kept = next(int(line.split()[0]) for line in ended.stderr.splitlines() if "from an earlier run" in line)
    assert kept >= printed - 16
    assert json.loads((tmp_path / "out.jsonl.run.json").read_text())["sessions"][0]["ended"] is None
