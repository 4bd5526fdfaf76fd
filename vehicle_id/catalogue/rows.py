"""CSV of vehicles -> rows. Ranges are written `low:high`, lists with spaces; empty = not known.

Does not check whether the figures make sense: see `checks.py`.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Final, cast, get_args

from vehicle_id.catalogue.vehicle import DIMENSIONS, Confidence, Vehicle
from vehicle_id.errors import CatalogueError
from vehicle_id.taxonomy import Range

COLUMNS: Final = (
    "name", "maker", "class", *DIMENSIONS, "wheelbase_m", "axles_m", "payload_t",
    "colours", "source", "confidence", "note", "mesh",
)  # fmt: skip
MESH_SUFFIXES: Final = (".ply", ".obj", ".stl", ".glb")
"""Formats of mesh files."""
_REQUIRED: Final = ("name", "class", *DIMENSIONS, "confidence")

Cells = dict[str, str]


def cells_of(row: Vehicle) -> Cells:
    """A row as the cells that `read_rows` reads."""
    return {
        "name": row.name,
        "maker": row.maker,
        "class": " ".join(row.classes),
        **{name: _span_text(getattr(row, name)) for name in DIMENSIONS},
        "wheelbase_m": _figure_text(row.wheelbase_m),
        "axles_m": " ".join(map(_figure_text, row.axles_m)),
        "payload_t": _figure_text(row.payload_t),
        "colours": " ".join(row.colours),
        "source": row.source,
        "confidence": row.confidence,
        "note": row.note,
        "mesh": row.mesh,
    }


def _span_text(span: Range) -> str:
    return ":".join(map(_figure_text, dict.fromkeys(span)))


def _figure_text(number: float | None) -> str:
    return "" if number is None else f"{number:g}"


def read_rows(path: str | Path) -> list[Vehicle]:
    """Rows of a catalogue CSV in file order: UTF-8, with a header from `COLUMNS`.

    Raises:
        CatalogueError: the file is not such a CSV, names a vehicle twice, or has a cell that cannot be read,
            named by row and column.
    """
    path = Path(path)
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, restval="")
            _check_header(path, list(reader.fieldnames or []))
            cells = [{key: (text or "").strip() for key, text in row.items() if key} for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text of comma-separated rows"
        raise CatalogueError(f"the catalogue {path} cannot be read: {why}") from error
    rows = [_vehicle(row, path.parent) for row in cells]
    names = [row.name for row in rows]
    if len(set(names)) < len(names):
        raise CatalogueError(f"the catalogue {path} names {next(n for n in names if names.count(n) > 1)!r} twice")
    return rows


def _check_header(path: Path, header: list[str]) -> None:
    missing = [column for column in _REQUIRED if column not in header]
    unknown = [column for column in header if column not in COLUMNS]
    if missing or unknown:
        fault = f"has no column {missing[0]!r}" if missing else f"has a column {unknown[0]!r}"
        raise CatalogueError(f"the catalogue {path} {fault}; its columns are {', '.join(COLUMNS)}")


def _vehicle(row: Cells, folder: Path) -> Vehicle:
    name = row["name"]
    confidence = row["confidence"]
    if confidence not in get_args(Confidence):
        raise _fault(name, "confidence", f"{confidence!r} is not one of {', '.join(get_args(Confidence))}")
    return Vehicle(
        name=name,
        maker=row.get("maker", ""),
        classes=tuple(row["class"].split()),
        length_m=_range(row, "length_m"),
        width_m=_range(row, "width_m"),
        height_m=_range(row, "height_m"),
        wheelbase_m=_number(row, "wheelbase_m"),
        axles_m=tuple(_float(name, "axles_m", text) for text in row.get("axles_m", "").split()),
        payload_t=_number(row, "payload_t"),
        colours=tuple(row.get("colours", "").split()),
        source=row.get("source", ""),
        confidence=cast(Confidence, confidence),
        note=row.get("note", ""),
        mesh=_mesh(name, row.get("mesh", ""), folder),
    )


def _range(row: Cells, column: str) -> Range:
    if not row[column]:
        raise _fault(row["name"], column, "is missing: give metres, or low:high where sources disagree")
    low, _, high = row[column].partition(":")
    return _float(row["name"], column, low), _float(row["name"], column, high or low)


def _mesh(name: str, text: str, folder: Path) -> str:
    """Absolute path of a mesh file, which must lie below the folder of the CSV: rows may come from a stranger."""
    if not text:
        return ""
    if Path(text).is_absolute() or ".." in Path(text).parts:
        raise _fault(name, "mesh", f"{text!r} leaves the folder of the CSV")
    if Path(text).suffix.lower() not in MESH_SUFFIXES:
        raise _fault(name, "mesh", f"{text!r} ends in none of {' '.join(MESH_SUFFIXES)}")
    if not os.path.isfile(folder / text):
        raise _fault(name, "mesh", f"{text!r} is not a file below {folder}")
    return str((folder / text).absolute())


def _number(row: Cells, column: str) -> float | None:
    text = row.get(column, "")
    return _float(row["name"], column, text) if text else None


def _float(name: str, column: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise _fault(name, column, f"{text!r} is not a number: give metres, or low:high") from None


def _fault(name: str, column: str, what: str) -> CatalogueError:
    return CatalogueError(f"vehicle {name!r}: {column} {what}")
