"""A folder as a list of hashes and as a zip file whose bytes depend on nothing but its files."""

from __future__ import annotations

import zipfile
from pathlib import Path

from bundle.install import SUMS, files_of, sha256

EPOCH = (1980, 1, 1, 0, 0, 0)
"""Date of every file in the archive: the earliest that a zip file can state."""


def write_sums(folder: Path) -> None:
    """List every file of a folder in its SHA256SUMS, in the form that `sha256sum --check` reads."""
    lines = [f"{sha256(folder / name)}  {name}\n" for name in sorted(set(files_of(folder)) - {SUMS})]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8", newline="\n")


def write_zip(folder: Path, path: Path) -> str:
    """Archive a folder under its own name. Returns the sha256 of the archive.

    Nothing is compressed: wheels and models do not become smaller, and compressors differ between versions.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files_of(folder)):
            entry = zipfile.ZipInfo(f"{folder.name}/{name}", EPOCH)
            entry.create_system = 3  # Unix, so that the next line means the same wherever the archive is made
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, (folder / name).read_bytes())
    return sha256(path)
