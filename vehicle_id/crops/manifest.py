"""A CSV of crops -> `Crop` rows, streamed.

Only the column `path` is required. A row with a wrong number, or with a path that leaves the manifest's folder, keeps
its place and states its problem, so that it becomes a row of the results.
"""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from vehicle_id.errors import ManifestError
from vehicle_id.files import LineTooLongError, short_lines
from vehicle_id.results import Status

NUMBERS: Final = ("gsd_m", "gsd_error", "length_m", "width_m", "heading_deg", "margin_px")
TEXTS: Final = ("label", "group", "split", "origin", "date", "site", "model_sha256")
MANIFEST_COLUMNS: Final = ("path", *NUMBERS, *TEXTS)
ORIGINS: Final = ("real", "mesh", "rendered")
"""Photographed; rendered from a mesh that somebody else made; rendered from a shape of the catalogue."""
GROUP_ALIAS: Final = "image"
"""Column that is read as `group` where a row states no group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """One crop and what is known of it besides its pixels."""

    path: Path
    gsd_m: float | None = None
    """Ground sample distance, metres per pixel."""
    gsd_error: float | None = None
    """Its relative standard deviation: 0.05 where it may be 5 % off."""
    label: str | None = None
    group: str | None = None
    """Crops that look alike (one image, one sequence, one site) share a group; a group is never split."""
    split: str | None = None
    """`train`, `val`, `calibrate` or `test`; overrules the seeded split."""
    origin: str | None = None
    """One of `ORIGINS`; empty = `real`."""
    date: str | None = None
    site: str | None = None
    length_m: float | None = None
    width_m: float | None = None
    heading_deg: float | None = None
    margin_px: float | None = None
    """Context on each side beyond a tight square around the object, in pixels."""
    model_sha256: str | None = None
    """Set in a file of results, whose labels are answers and not the truth."""
    content: bytes | None = None
    """The crop's file, if it was read already, as from a tar file (`shards.py`)."""
    problem: str | None = None
    """Why this row cannot be used, or None."""
    problem_status: Status = Status.BAD_ROW


def read_manifest(manifest: str | Path) -> Iterator[Crop]:
    """Rows of a manifest in file order; paths are relative to the manifest's folder.

    Args:
        manifest: a CSV file, UTF-8 (a byte order mark is fine), with a header. Columns: `path` and any of
            `gsd_m, gsd_error, label, group, split, origin, date, site, length_m, width_m, heading_deg, margin_px`;
            `image` stands for `group` where a row states none; further columns are the user's own and are
            ignored.

    Raises:
        ManifestError: before the first row, if the file is not a manifest; while reading, if it
            is not text.
    """
    rows = _rows(Path(manifest))
    next(rows)  # opens the file and checks its header now
    return rows


def _unreadable(manifest: Path, error: Exception) -> ManifestError:
    why = getattr(error, "strerror", None) or "it is not UTF-8 text of comma-separated rows"
    why = str(error) if isinstance(error, LineTooLongError) else why
    return ManifestError(f"the manifest {manifest} cannot be read: {why}")


def _check_header(manifest: Path, header: list[str]) -> None:
    if "path" not in header:
        found = ", ".join(header) or "nothing"
        hint = "; separate the columns by commas" if any(";" in name or "\t" in name for name in header) else ""
        raise ManifestError(f"the manifest {manifest} has no column 'path': its first line contains {found}{hint}")
    misnamed = misnamed_gsd(header)
    if misnamed is not None:
        raise ManifestError(f"the manifest {manifest} has a column {misnamed!r}: name it 'gsd_m', metres per pixel")


def misnamed_gsd(names: Iterable[str]) -> str | None:
    """The first name that looks like the ground sample distance, where none is `gsd_m`; else None."""
    # if it were ignored silently, every size and every class that needs a size would be lost
    alike = [name for name in names if name.strip().lower().startswith("gsd") and name != "gsd_error"]
    return alike[0] if alike and "gsd_m" not in alike else None


def _rows(manifest: Path) -> Iterator[Crop]:
    """First a crop in place of the header, then the rows; the file is read once, so that it may be a pipe."""
    num_rows = 0
    try:
        with manifest.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(short_lines(file))
            _check_header(manifest, list(reader.fieldnames or []))
            yield Crop(path=manifest)
            for num_rows, row in enumerate(reader, 1):  # noqa: B007
                yield _crop(manifest.parent, row)
    except (OSError, UnicodeDecodeError, csv.Error, ValueError) as error:
        raise _unreadable(manifest, error) from error
    if not num_rows:
        raise ManifestError(f"the manifest {manifest} lists no crop")


def _crop(folder: Path, row: dict[str, str | None]) -> Crop:
    name = row.get("path") or ""
    known, problem = fields_of(row)
    return Crop(path=folder / name, problem=_path_problem(name) or problem, **known)


def fields_of(row: dict[str, str | None]) -> tuple[dict[str, Any], str | None]:
    """The values of a row by field of `Crop`, without the path, and its first problem or None."""
    known: dict[str, Any] = {column: (row.get(column) or "").strip() or None for column in TEXTS}
    known["group"] = known["group"] or (row.get(GROUP_ALIAS) or "").strip() or None
    problems = []
    for column in NUMBERS:
        known[column], problem = _number(column, row.get(column))
        problems.append(problem)
    return known, next((problem for problem in problems if problem), None)


def _path_problem(name: str) -> str | None:
    if not name:
        return "the row names no path"
    # a manifest may come from a stranger: it may name only files below its own folder
    if Path(name).is_absolute() or ".." in Path(name).parts:
        return f"the path {name!r} leaves the manifest's folder"
    return None


def _number(column: str, text: str | None) -> tuple[float | None, str | None]:
    if text is None or not text.strip():
        return None, None
    try:
        value = float(text)
    except ValueError:
        return None, f"{column} {text!r} is not a number"
    may_be_zero = column in ("heading_deg", "margin_px", "gsd_error")
    if not math.isfinite(value) or value < 0 or (value == 0 and not may_be_zero):
        return None, f"{column} {text!r} is not a {'number of at least 0' if may_be_zero else 'positive number'}"
    if column == "gsd_error" and value >= 1:
        return None, f"gsd_error {text!r} is not a share below 1: write 0.05 for 5 %"
    return value, None


def rows_by_path(manifest: str | Path) -> dict[str, Crop]:
    """Rows of a manifest by absolute path, to look up what is known of crops that were found otherwise.

    Raises:
        ManifestError: as `read_manifest`.
    """
    return {os.path.abspath(crop.path): crop for crop in read_manifest(manifest)}
