"""What a run was made with: `provenance.json` in its folder, with one entry for each session of the run.

It names no machine and no person. The digest of the crops does not depend on their names or their order.
"""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path
from typing import Any, Final

import torch

from vehicle_id.crops.images import read_bytes
from vehicle_id.crops.manifest import Crop
from vehicle_id.errors import CropError
from vehicle_id.files import write_whole
from vehicle_id.parallel import map_ordered, usable_cores
from vehicle_id.train.splits import CALIBRATE, SPLITS, Splits
from vehicle_id.version import __version__

PACKAGES: Final = (
    *("torch", "torchvision", "timm", "albumentations", "numpy", "scipy", "pillow", "safetensors", "onnx"),
    "onnxruntime",
)
GIT_SECONDS: Final = 10
BATCH: Final = 64


def write_provenance(file: Path, data: Path, splits: Splits, *, epoch: int) -> dict[str, Any]:
    """Add this session to the file; earlier ones stay, unless the run starts again.

    Args:
        file: to write.
        data: the folder or manifest, as it was named.
        splits: the crops of the run.
        epoch: finished before this session.

    Returns:
        The whole content.

    Raises:
        OutputError: the file cannot be written.
    """
    session = {
        "started": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "after_epoch": epoch,
        "vehicle_id": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "device": torch.cuda.get_device_name() if torch.cuda.is_available() else "CPU",
        "packages": versions(),
        "git": git_state(Path.cwd()),
    }
    content = {"data": data_digests(data, splits), "sessions": [*(_sessions(file) if epoch else []), session]}
    write_whole(file, json.dumps(content, indent=2).encode())
    return content


def _sessions(file: Path) -> list[dict[str, Any]]:
    with suppress(OSError, ValueError, KeyError, TypeError):
        return list(json.loads(file.read_bytes())["sessions"])
    return []


def versions() -> dict[str, str]:
    """Versions of the packages that a result depends on, as far as they are installed."""
    found = {}
    for name in PACKAGES:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def git_state(folder: Path) -> dict[str, Any] | None:
    """Commit of the repository that a folder is in, and whether tracked files differ from it; None without one."""

    def git(*arguments: str) -> str:
        # a repository's own settings may name a program to run for `status`
        command = ["git", "-c", "core.fsmonitor=false", "--no-optional-locks", *arguments]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=GIT_SECONDS, check=True)
        return done.stdout.strip()

    with suppress(OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return {
            "commit": git("rev-parse", "HEAD"),
            "dirty": bool(git("status", "--porcelain", "--untracked-files=no")),
        }
    return None


def data_digests(data: Path, splits: Splits) -> dict[str, Any]:
    """Digests of the manifest and of the crops' content with their labels and splits."""
    parts = {name: getattr(splits, name) for name in (*SPLITS, CALIBRATE)}
    rows = [(crop, name) for name, crops in parts.items() for crop in crops]
    contents = map_ordered(_batches(rows), _digests, threads=usable_cores())
    lines = sorted(f"{digest} {crop.label} {split}\n" for (crop, split), digest in zip(rows, contents, strict=True))
    with suppress(OSError):
        manifest = hashlib.sha256(data.read_bytes()).hexdigest() if data.is_file() else None
    return {
        "named": str(data),
        "manifest_sha256": manifest,
        "crops_sha256": hashlib.sha256("".join(lines).encode()).hexdigest(),
        "crops": {name: len(crops) for name, crops in parts.items()},
        "left_out": len(splits.dropped),
    }


def _batches(rows: Sequence[tuple[Crop, str]]) -> Iterator[list[Crop]]:
    rest = iter(rows)
    while batch := [crop for crop, _ in islice(rest, BATCH)]:
        yield batch


def _digests(crops: Sequence[Crop]) -> list[str]:
    return [_digest(crop) for crop in crops]


def _digest(crop: Crop) -> str:
    try:
        return hashlib.sha256(read_bytes(crop.path)).hexdigest()
    except CropError as error:  # it could be read when the run began
        return error.status.value
