"""Wheels without an index: the installed packages of this environment, put back into wheels."""

from __future__ import annotations

import sys
import zipfile
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bundle.install import this_machine
from bundle.wheels import PLATFORMS, Target

HERE = Target(
    platform=next(
        (name for name, (*machine, _) in PLATFORMS.items() if tuple(machine) == this_machine()), "linux-x86_64"
    ),
    python=f"{sys.version_info.major}.{sys.version_info.minor}",
)


def repack_light_install(folder: Path) -> None:
    """Put what the light install needs, and pip, into a folder as wheels."""
    done: set[str] = set()
    queue = ["pip", *needs("vehicle-id")]
    while queue:
        if (name := queue.pop()) not in done:
            done.add(name)
            repack(metadata.distribution(name), folder)
            queue += needs(name)


def needs(name: str) -> list[str]:
    requirements = map(Requirement, metadata.requires(name) or [])
    return [canonicalize_name(each.name) for each in requirements if not each.marker or each.marker.evaluate()]


def repack(distribution: metadata.Distribution, folder: Path) -> None:
    """The opposite of an installation: what the installer added is left out."""
    added = ("INSTALLER", "REQUESTED", "RECORD", "direct_url.json")
    files = [
        file
        for file in distribution.files or []
        if ".." not in file.parts and "__pycache__" not in file.parts and file.name not in added
    ]
    pure = "Root-Is-Purelib: true" in (distribution.read_text("WHEEL") or "")
    name = f"{canonicalize_name(distribution.name).replace('-', '_')}-{distribution.version}"
    [information] = {file.parts[0] for file in files if file.parts[0].endswith(".dist-info")}
    with zipfile.ZipFile(folder / f"{name}-py3-none-{'any' if pure else HERE.tags[0]}.whl", "w") as wheel:
        for file in files:
            wheel.write(distribution.locate_file(file), str(file))
        record = f"{information}/RECORD"
        wheel.writestr(record, "".join(f"{file},,\n" for file in (*files, record)))


def small_wheel(folder: Path, name: str, *requires: str, extras: tuple[str, ...] = ()) -> Path:
    """A wheel with nothing but requirements."""
    path = folder / f"{name.replace('-', '_')}-1.0-py3-none-any.whl"
    information = f"{name.replace('-', '_')}-1.0.dist-info"
    lines = ["Metadata-Version: 2.1", f"Name: {name}", "Version: 1.0", *(f"Provides-Extra: {each}" for each in extras)]
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{information}/METADATA", "\n".join([*lines, *(f"Requires-Dist: {each}" for each in requires)]))
    return path
