"""`classify` writes the named files, and nothing beside them: not at home, not in temporary folders."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import TINY

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "crops"
COMPANIONS = {"out/r.csv.run.json", "out/r.jsonl.run.json"}
"""Where a run is recorded: beside each of its outputs."""
HOMES = ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "TMPDIR")


def snapshot(folder: Path) -> dict[str, str]:
    """Every file and folder under a folder, with the sha256 of files."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in folder.rglob("*")
    }


@pytest.mark.parametrize("model", [str(TINY), "overhead-1.0"])
def test_only_the_named_outputs_appear(tmp_path: Path, model: str) -> None:
    for name in (*HOMES, "cwd", "in", "out"):
        (tmp_path / name).mkdir()
    for name in ("bus.jpg", "tank.jpg", "tipper_truck.png"):
        shutil.copy(EXAMPLES / name, tmp_path / "in" / name)
        (tmp_path / "in" / name).chmod(0o444)
    (tmp_path / "in").chmod(0o555)
    before = snapshot(tmp_path)
    outs = [str(tmp_path / "out" / name) for name in ("r.csv", "r.jsonl")]
    options = ["--model", model, "--gsd-m", "0.2", "--out", outs[0], "--out", outs[1]]
    ended = subprocess.run(
        [sys.executable, "-m", "vehicle_id.cli", "classify", str(tmp_path / "in"), *options],
        cwd=tmp_path / "cwd",
        env={**{name: str(tmp_path / name) for name in HOMES}, "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    (tmp_path / "in").chmod(0o755)
    assert ended.returncode == 0, ended.stderr
    after = snapshot(tmp_path)
    outputs = {"out/r.csv", "out/r.jsonl"}
    assert outputs <= set(after) - set(before) <= outputs | COMPANIONS
    assert {name: after[name] for name in before} == before
