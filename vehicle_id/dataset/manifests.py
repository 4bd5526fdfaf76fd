"""Write a manifest of labelled crops: cleaned of the faults that need no judgement, or with a column of splits."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from vehicle_id.crops.manifest import MANIFEST_COLUMNS, PREFIX, Crop, cells_of
from vehicle_id.dataset.check import DatasetReport
from vehicle_id.dataset.faults import FaultKind
from vehicle_id.errors import OutputError
from vehicle_id.files import write_whole


def cleaned(report: DatasetReport) -> list[Crop]:
    """The crops without those that cannot be read, have no label, or repeat or contradict another, spelt in one way.

    Where a group or a picture is on both sides of a split, the side with more of its crops stays. Of copies of one
    picture one stays, with the finest label. All else needs a person, and is left as it is.
    """
    dropped = {path for fault in report.faults for path in fault.drop}
    for fault in report.faults:
        if fault.kind is FaultKind.DUPLICATE:
            # the same path twice is a file that is listed twice, and no copy
            left = [path for path in dict.fromkeys(fault.paths) if path not in dropped]
            dropped |= set(left[1:])
    relabelled = {path: fault.relabel for fault in report.faults if fault.relabel for path in fault.paths}
    once = {crop.path: crop for crop in report.crops if crop.path not in dropped}
    return [replace(crop, label=relabelled.get(path, crop.label)) for path, crop in once.items()]


def write_manifest(crops: Sequence[Crop], file: Path) -> None:
    """Write crops as a manifest that `train`, `evaluate` and `classify` read.

    Args:
        crops: their paths must lie in the manifest's folder, or in one below it.
        file: a CSV file; paths in it are relative to its folder.

    Raises:
        OutputError: the file cannot be written, or a crop lies elsewhere.
    """
    folder = Path(os.path.abspath(file.parent))
    # `extra` has label, length_m and other columns of a manifest once more, under the name that they have in a result
    known = {*MANIFEST_COLUMNS, *(PREFIX + name for name in MANIFEST_COLUMNS)}
    own = [name for name in dict.fromkeys(name for crop in crops for name in crop.extra) if name not in known]
    rows = [{"path": _path(crop, folder, file), **cells_of(crop), **crop.extra} for crop in crops]
    used = [name for name in MANIFEST_COLUMNS if name == "path" or any(row.get(name) for row in rows)]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=[*used, *own], lineterminator="\n", restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows({name: value for name, value in row.items() if value is not None} for row in rows)
    write_whole(file, text.getvalue().encode())


def _path(crop: Crop, folder: Path, file: Path) -> str:
    path = Path(os.path.abspath(crop.path))
    if not path.is_relative_to(folder):
        raise OutputError(
            f"{file} cannot list {path}: a manifest names only files in its own folder or below; write it into "
            f"{os.path.commonpath([path, folder])}"
        )
    return path.relative_to(folder).as_posix()
