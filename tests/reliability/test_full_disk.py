"""A disk that fills up at any point of a run: one sentence, and the run continues from there later."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reliability.test_kills import SEED, command, make_crops
from vehicle_id.output.readers import read_rows

LIMITED = """
import resource, runpy, sys
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
runpy.run_module("vehicle_id.cli", run_name="__main__", alter_sys=True)
"""
"""A file may not grow beyond so many bytes: the error is that of a disk with a quota."""


def limited(line: list[str], limit: int) -> subprocess.CompletedProcess[str]:
    arguments = line[line.index("classify") :]
    return subprocess.run(
        [sys.executable, "-c", LIMITED, str(limit), *arguments], capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(sys.platform != "linux", reason="needs limits on the size of files")
@pytest.mark.parametrize(("num", "points"), [(200, 4), pytest.param(2000, 20, marks=pytest.mark.long)])
def test_a_size_limit_at_any_point_loses_nothing(tmp_path: Path, num: int, points: int) -> None:
    crops, whole = make_crops(tmp_path / "crops", num=num), tmp_path / "whole.csv"
    subprocess.run(command(crops, whole), check=True, capture_output=True)
    rng = random.Random(SEED)
    for point in range(points):
        out = tmp_path / f"{point}.csv"
        ended = limited(command(crops, out), rng.randint(0, 2 * whole.stat().st_size))
        _check_ended(ended, out)
        subprocess.run(command(crops, out), check=True, capture_output=True)
        assert out.read_bytes() == whole.read_bytes()


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux" or os.getuid() != 0, reason="mounts a small file system")
def test_a_small_file_system_at_any_point_loses_nothing(tmp_path: Path) -> None:
    crops, whole, small = make_crops(tmp_path / "crops", num=1000), tmp_path / "whole.csv", tmp_path / "small"
    subprocess.run(command(crops, whole), check=True, capture_output=True)
    small.mkdir()
    rng = random.Random(SEED)
    for _ in range(20):
        kib = rng.randint(16, 6 * whole.stat().st_size // 1024)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", small], check=False).returncode:
            pytest.skip("may not mount a file system here")
        try:
            out = small / "out.csv"
            ended = subprocess.run(command(crops, out), capture_output=True, text=True, check=False)
            _check_ended(ended, out)
            subprocess.run(["mount", "-o", "remount,size=64m", small], check=True)
            subprocess.run(command(crops, out), check=True, capture_output=True)
            assert out.read_bytes() == whole.read_bytes()
        finally:
            subprocess.run(["umount", small], check=True)
    shutil.rmtree(small)


def _check_ended(ended: subprocess.CompletedProcess[str], out: Path) -> None:
    assert "Traceback" not in ended.stderr, ended.stderr
    assert ended.returncode in (0, 5), ended.stderr
    if ended.returncode == 5:
        [sentence] = [line for line in ended.stderr.splitlines() if line.startswith("vehicle-id: ")]
        assert "cannot be written" in sentence
    if out.exists():
        list(read_rows(out))  # whole, whatever else failed
