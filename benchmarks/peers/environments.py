"""Environments of the peers, and single processes that run in them and are measured from outside.

Linux only. Knows no peer. A process sees no graphics card and is told to use no network.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

RUNNERS = Path(__file__).parent
ROOT = RUNNERS.parents[1]

OFFLINE = {
    "CUDA_VISIBLE_DEVICES": "",
    "HF_HUB_OFFLINE": "1",
    "YOLO_AUTOINSTALL": "false",
    "YOLO_OFFLINE": "true",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A process that has ended well."""

    printed: list[str]
    """Its lines on stdout."""
    seconds: float
    """From its start to its end."""
    cpu_s: float
    """Of all its processes."""
    peak_mb: float
    """Of its largest process."""


def made(env: str, envs: Path, *, share: Path | None = None) -> Path:
    """The folder of an environment's commands; the environment is made first if its requirements are not installed.

    Args:
        env: its name; `requirements-<env>.txt` says what it contains.
        envs: folder of the environments.
        share: a `site-packages` whose packages a new environment sees too, so that torch is not installed again. What
            the requirements pin in another version is installed all the same.
    """
    requirements, mark = RUNNERS / f"requirements-{env}.txt", envs / env / "installed.txt"
    commands = envs / env / "bin"
    if not mark.exists() or mark.read_text() != requirements.read_text():
        print(f"installing {requirements.name} into {envs / env}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", envs / env], check=True)
        if share is not None:
            site = next((envs / env / "lib").glob("python3*/site-packages"))
            (site / "zz_shared.pth").write_text(f"{share.absolute()}\n")
        pip = [commands / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--requirement", requirements], check=True, cwd=ROOT)
        mark.write_text(requirements.read_text())
    return commands


def run_process(name: str, command: Sequence[str | Path], *, settings: Mapping[str, str]) -> Finished:
    """Run one process to its end, in an empty working folder; stop the program with its last words if it fails.

    Args:
        name: of the contestant, for the message.
        command: program and arguments.
        settings: environment variables besides those of this process and `OFFLINE`.
    """
    with tempfile.TemporaryDirectory() as empty, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        ours = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        begun = time.perf_counter()
        process = subprocess.Popen(command, cwd=empty, env={**ours, **OFFLINE, **settings}, stdout=out, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        errors.seek(0)
        if process.returncode:
            sys.exit(f"{name} failed:\n{errors.read().decode()[-3000:]}")
        return Finished(
            printed=out.read().decode().splitlines(),
            seconds=seconds,
            cpu_s=usage.ru_utime + usage.ru_stime,
            peak_mb=usage.ru_maxrss / 1024,
        )


def processor() -> str:
    """The name of this machine's processor."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())
