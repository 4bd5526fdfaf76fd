"""A million rows of a manifest over a few hundred files: every row is written, and memory does not grow."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.conftest import TINY
from tests.reliability.test_mutants import Watch

SEED = 20261127


@pytest.mark.parametrize(("few", "many"), [(400, 4000), pytest.param(20_000, 1_000_000, marks=pytest.mark.long)])
def test_memory_does_not_grow_with_the_rows(tmp_path: Path, few: int, many: int) -> None:
    rng = np.random.default_rng(SEED)
    for number in range(300):
        Image.fromarray(rng.integers(0, 256, (20, 24, 3), np.uint8)).save(tmp_path / f"{number:03}.png")
    peaks = []
    for num in (few, many):
        manifest, out = tmp_path / f"{num}.csv", tmp_path / f"{num}.jsonl"
        with manifest.open("w") as file:
            file.write("path,gsd_m,site\n")
            file.writelines(f"{number % 300:03}.png,0.3,site {number}\n" for number in range(num))
        command = [sys.executable, "-m", "vehicle_id.cli", "classify", "--manifest", manifest, "--model", TINY]
        before = time.monotonic()
        with subprocess.Popen(
            [*command, "--out", out], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            watch = Watch(process.pid)
            process.wait()
        together = watch.end()
        # decoders start when they are needed, which differs from run to run: compare the process that reads the rows
        peaks.append(watch.own_peak_kib / 1024)
        span = time.monotonic() - before
        assert process.returncode == 0
        with out.open() as file:
            assert sum(1 for _ in file) == num
        each = f"{span:.0f} s, {1e3 * span / num:.2f} ms each"
        print(f"{num} rows: {each}, peak {peaks[-1]:.0f} MiB, {together:.0f} MiB with decoders")
    assert peaks[1] < peaks[0] + 40
