"""Code in a fresh interpreter, under the guard of `socket_guard.py`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import vehicle_id

LEFT_OUT = {"http_proxy", "https_proxy", "all_proxy", "ftp_proxy", "no_proxy", "no_albumentations_update"}
"""A proxy would hide which address was asked for; the opt-out of an update check has to come from the package."""
SIDES = ("vehicle_id.train", "vehicle_id.synth", "vehicle_id.export", "vehicle_id.scenes", "vehicle_id.distributed")
"""Folders that import heavy packages; the rest of the package is the light side."""

HEAVY = {
    *(
        "albumentations",
        "c2pa",
        "cryptography",
        "cv2",
        "defusedxml",
        "embreex",
        "fsspec",
        "matplotlib",
        "onnx",
        "pybsm",
        "pyogrio",
        "pyproj",
        "rasterio",
    ),
    *("ray", "safetensors", "scipy", "shapely", "timm", "torch", "torchvision", "trimesh", "yaml"),
}
"""Packages that the light side never imports; `pyproject.toml` lists the same ones in an import contract."""
IMPORT_ALL = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)\nprint(*sys.modules)"


def python(code: str, *arguments: object, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    """Run code."""
    inherited = {name: value for name, value in os.environ.items() if name.lower() not in LEFT_OUT}
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd, env={**inherited, **env})


def import_side(side: str) -> subprocess.CompletedProcess[str]:
    """Import every module of one of `SIDES`; for `vehicle_id`, every module of the light side."""
    return python(IMPORT_ALL, *modules_of(side))


def modules_of(side: str) -> list[str]:
    """Their names; without `__main__`, which would run the command."""
    package = Path(vehicle_id.__file__).parent
    files = [file.relative_to(package.parent).with_suffix("") for file in sorted(package.rglob("*.py"))]
    found = [".".join(file.parts).removesuffix(".__init__") for file in files if file.name != "__main__"]
    return [name for name in found if name.startswith(side) and (side in SIDES or not name.startswith(SIDES))]
