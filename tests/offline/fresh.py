"""Code in a fresh interpreter, under the guard of `socket_guard.py`."""

from __future__ import annotations

import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import vehicle_id

LEFT_OUT = {"http_proxy", "https_proxy", "all_proxy", "ftp_proxy", "no_proxy", "no_albumentations_update"}
"""A proxy would hide who was asked; the opt-out of an update check has to come from us."""
SIDES = ("vehicle_id.train", "vehicle_id.synth")

IMPORT_ALL = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)"


def python(code: str, *arguments: object, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    """Run code."""
    inherited = {name: value for name, value in os.environ.items() if name.lower() not in LEFT_OUT}
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd, env={**inherited, **env})


def import_side(side: str) -> subprocess.CompletedProcess[str]:
    """Import every module of `vehicle_id.train` or `vehicle_id.synth`; for `vehicle_id`, all that are in neither."""
    return python(IMPORT_ALL, *modules_of(side))


def modules_of(side: str) -> list[str]:
    """Their names; without `__main__`, which would run the command."""
    found = [each.name for each in pkgutil.walk_packages(vehicle_id.__path__, "vehicle_id.")]
    wanted = [name for name in found if name.startswith(side) and not name.endswith("__main__")]
    return wanted if side in SIDES else [name for name in wanted if not name.startswith(SIDES)]
