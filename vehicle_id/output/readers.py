"""Files of results -> exactly the records that `writers.py` wrote.

A file may have been changed since, by a person or by a spreadsheet. What cannot be read back is an error that names the
row. Does not check whether a row was changed: see `run_record.verify_run`.
"""

from __future__ import annotations

import csv
import heapq
import html
import io
import json
import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

from vehicle_id.errors import InputError, MissingExtraError
from vehicle_id.files import open_regular, short_lines
from vehicle_id.output.geo_formats import FEATURE, OWN, ROW_NUMBER
from vehicle_id.output.geometry import GEOMETRY
from vehicle_id.output.hash_chain import FILE_COLUMNS
from vehicle_id.report.columns import RowReader, no_number
from vehicle_id.results import COLUMNS, EXTRA, Kind, Record
from vehicle_id.text import said, unguarded

NEEDED: Final = {name for name, column in COLUMNS.items() if not column.added}
PART: Final = re.compile(r"part-[0-9]{5,}(-[0-9a-f]{16})?\.parquet")
"""Of one machine; or of several, which name each part by a hash of its crops, too."""
OLD_ROW: Final = re.compile(r"<pre>(.*)</pre></details></td></tr>\n")
"""Of a page that version 0.1.0 wrote: a row of its table holds the record."""


def read_rows(path: str | Path) -> Iterator[Record]:
    """The records of a file of results, in order, one at a time.

    Args:
        path: a file ending in one of `READERS`, or a folder of parquet parts.

    Raises:
        InputError: no such file, another format, or a row that `writers.py` did not write.
        MissingExtraError: parquet without pyarrow.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in READERS:
        raise InputError(f"{path} ends in none of {' '.join(READERS)}: its suffix chooses the format")
    number = 0
    with _input_errors(path, lambda: number):
        for record in READERS[suffix](path):
            _check(record)
            number += 1
            yield record


def _check(record: Record) -> None:
    missing = NEEDED - record.keys()
    if missing:
        raise ValueError(f"it has no column {min(missing)!r}")
    for name, column in FILE_COLUMNS.items():
        value = record.get(name)
        if not column.holds(value) and (value is not None or name in NEEDED):
            raise ValueError(f"its {name} is {repr(value)[:40]}, which is no {column.kind.value}")
    for name in record.keys() - FILE_COLUMNS.keys():
        if not (EXTRA.holds(name) and EXTRA.holds(record[name])):
            raise ValueError(f"its own column {repr(name)[:40]} is {repr(record[name])[:40]}, which is no text")


@contextmanager
def _input_errors(path: Path, where: Any) -> Iterator[None]:
    try:
        yield
    except (OSError, UnicodeDecodeError, csv.Error, ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(f"{path} cannot be read as results at row {where() + 1}: {said(error)}") from error


def _from_csv(path: Path) -> Iterator[Record]:
    with _open_text(path, newline="", encoding="utf-8-sig") as file:  # a spreadsheet may add a byte order mark
        reader = csv.DictReader(short_lines(file), strict=True)
        missing = NEEDED - set(map(unguarded, reader.fieldnames or ()))
        if missing:
            raise ValueError(f"its first line is not that of a file of results: it has no column {min(missing)!r}")
        for row in reader:
            if None in row or None in row.values():
                raise ValueError("it has more or fewer cells than the first line")
            yield {(plain := unguarded(name)): _value(plain, cell) for name, cell in row.items()}


def _value(name: str, cell: str) -> Any:
    column, text = FILE_COLUMNS.get(name, EXTRA), unguarded(cell)
    if text == "-" and column.kind in LISTS and not column.required:
        return []
    if text or (column.required and column.kind not in LISTS):
        return PARSERS[column.kind](text)
    return [] if column.required else None


def _pair(text: str) -> dict[str, Any]:
    label, _, score = text.rpartition(" ")
    return {"label": label, "score": float(score)}


LISTS: Final = (Kind.TEXTS, Kind.PREDICTIONS)
PARSERS: Final[dict[Kind, Callable[[str], Any]]] = {
    Kind.TEXT: str,
    Kind.PATH: str,
    Kind.COORDINATES: str,
    Kind.NUMBER: float,
    Kind.INTEGER: int,
    Kind.TEXTS: lambda text: text.split(";"),
    Kind.PREDICTIONS: lambda text: [_pair(each) for each in text.split("; ")],
}
"""How the text of a cell of each kind is read."""


def _from_jsonl(path: Path) -> Iterator[Record]:
    with _open_text(path, newline="\n") as file:
        for line in short_lines(file):
            yield _object(line)


def _from_html(path: Path) -> Iterator[Record]:
    with _open_text(path, newline="\n") as file:
        rows = RowReader()
        for line in short_lines(file):
            if line.startswith("<tr><td>"):
                found = OLD_ROW.search(line)
                yield _object(html.unescape(found[1]) if found else "")
            elif (record := rows.read(line)) is not None:
                yield record


def _from_geojson(path: Path) -> Iterator[Record]:
    with _open_text(path, newline="\n") as file:
        for line in short_lines(file):
            if line.startswith(FEATURE):
                feature = _object(line.rstrip().removesuffix(","))
                if not isinstance(feature.get("properties"), dict):
                    raise TypeError("it is a feature without properties")
                yield feature["properties"]


def _from_gpkg(path: Path) -> Iterator[Record]:
    """The rows of all layers in their order. A GeoPackage is an SQLite database, and needs no extra to be read."""
    with open_regular(path) as file:
        if not file.read(16).startswith(b"SQLite format 3"):
            raise ValueError("it is no GeoPackage")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            database.execute("PRAGMA trusted_schema = OFF")  # content from a stranger is data, never a program
            names = database.execute("SELECT table_name FROM gpkg_contents WHERE data_type = 'features'").fetchall()
            yield from (
                row for _, row in heapq.merge(*(_of_layer(database, name) for (name,) in names), key=itemgetter(0))
            )
    except sqlite3.Error as error:
        raise ValueError(f"it is no GeoPackage of results: {error}") from error


def _of_layer(database: sqlite3.Connection, name: str) -> Iterator[tuple[int, Record]]:
    quoted = name.replace('"', '""')
    rows = database.execute(f'SELECT * FROM "{quoted}" ORDER BY {ROW_NUMBER}')  # noqa: S608  # a name takes no place holder
    columns = [column for column, *_ in rows.description]
    for values in rows:
        row = dict(zip(columns, values, strict=True))
        yield row[ROW_NUMBER], {column: _stored(column, each) for column, each in row.items() if column not in OWN}


def _stored(name: str, value: Any) -> Any:
    """Numbers are stored as such; texts as in CSV, but for the empty ones."""
    return value if isinstance(value, int | float) else _value(name, value or "")


def _object(text: str) -> Record:
    record = json.loads(text, parse_constant=no_number)
    if not isinstance(record, dict):
        raise TypeError("it is not a JSON object")
    return record


def _from_parquet(path: Path) -> Iterator[Record]:
    try:
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtraError("reading .parquet", "parquet") from error
    for part in parts_of(path) if os.path.isdir(path) else [path]:
        try:
            with open_regular(part) as data, pq.ParquetFile(data) as file:
                for batch in file.iter_batches(batch_size=1024):
                    yield from batch.to_pylist()
        except OSError:
            raise
        except Exception as error:  # for a damaged file pyarrow raises all kinds of exceptions
            raise ValueError(f"{part.name} is damaged: {error}") from error


def _from_geoparquet(path: Path) -> Iterator[Record]:
    for row in _from_parquet(path):
        row.pop(GEOMETRY, None)
        yield row


def parts_of(folder: Path) -> list[Path]:
    """The parts that a run wrote to a folder, in their order.

    Raises:
        OSError: the folder cannot be listed.
    """
    parts = (folder / name for name in os.listdir(folder) if PART.fullmatch(name))
    return sorted(parts, key=lambda part: (len(part.name), part.name))  # part-100000 is after part-99999


def _open_text(path: Path, *, newline: str, encoding: str = "utf-8") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BufferedReader(open_regular(path)), newline=newline, encoding=encoding)


READERS: Final = {
    ".csv": _from_csv,
    ".jsonl": _from_jsonl,
    ".parquet": _from_parquet,
    ".html": _from_html,
    ".geojson": _from_geojson,
    ".gpkg": _from_gpkg,
    ".geoparquet": _from_geoparquet,
}
