"""The formats of tables: CSV, JSON Lines, Parquet. `geo_formats.py` has those of maps."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import IO, Any, Final, Protocol

from vehicle_id.errors import MissingExtraError, OutputError
from vehicle_id.output.geometry import GEOMETRY, geometry_of, wkb
from vehicle_id.output.hash_chain import FILE_COLUMNS
from vehicle_id.results import EXTRA, Column, Kind, Record
from vehicle_id.text import guarded

ROW_GROUP: Final = 4096
"""Records that are kept in memory before they are written together."""


class FormatWriter(Protocol):
    """Writes records to an open file in one format."""

    def write(self, record: Record) -> None:
        """Add a record."""

    def finish(self) -> None:
        """Write what is left; the file is not closed."""

    def abandon(self) -> None:
        """Release the file, finished or not."""


class CsvWriter:
    """Lists become text joined by `;`, and `top` pairs of label and score. A spreadsheet finds no formula in it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._text = text_of(file)
        self._writer = csv.writer(self._text)
        self._to_cell: list[Callable[[Any], Any]] | None = None

    def write(self, record: Record) -> None:
        """Add a record."""
        if self._to_cell is None:
            self._to_cell = [to_cell(FILE_COLUMNS.get(name, EXTRA)) for name in record]
            self._writer.writerow(map(guarded, record))
        # csv writes None as an empty cell
        cells = zip(self._to_cell, record.values(), strict=True)
        self._writer.writerow([None if value is None else to_cell(value) for to_cell, value in cells])

    def finish(self) -> None:
        """Write what is left; the file is not closed."""
        if self._to_cell is None:
            self._writer.writerow(FILE_COLUMNS)

    def abandon(self) -> None:
        """Release the file, finished or not."""
        detach(self._text)


class JsonlWriter:
    """One JSON object on each line."""

    def __init__(self, file: IO[bytes]) -> None:
        self._text = text_of(file)

    def write(self, record: Record) -> None:
        """Add a record."""
        self._text.write(json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n")

    def finish(self) -> None:
        """Write what is left; the file is not closed."""

    def abandon(self) -> None:
        """Release the file, finished or not."""
        detach(self._text)


class ParquetWriter:
    """A Parquet file; with geometries a GeoParquet file (version 1.1), whose coordinates are longitude and latitude.

    Args:
        file: to write to.
        with_geometry: add a column `geometry`, well-known binary.
        about: kept in the file's metadata.
    """

    def __init__(self, file: IO[bytes], *, with_geometry: bool = False, about: Mapping[str, str] | None = None) -> None:
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ImportError as error:
            raise MissingExtraError(f"writing {'.geoparquet' if with_geometry else '.parquet'}", "parquet") from error
        self._with_geometry, self._about = with_geometry, about
        self._pa, self._pq, self._file = pa, pq, file
        self._writer: Any = None
        self._records: list[Record] = []

    def write(self, record: Record) -> None:
        """Add a record."""
        if self._writer is None:
            self._begin(list(record))
        self._records.append(record)
        if len(self._records) == ROW_GROUP:
            self._flush()

    def finish(self) -> None:
        """Write what is left; the file is not closed."""
        if self._writer is None:
            self._begin(list(FILE_COLUMNS))
        self._flush()
        self._writer.close()

    def abandon(self) -> None:
        """Release the file, finished or not."""
        # without this, an unfinished writer complains when it is collected
        if self._writer is not None:
            self._writer.is_open = False

    def _begin(self, columns: list[str]) -> None:
        if self._with_geometry and GEOMETRY in columns:
            raise OutputError(f"GeoParquet cannot hold a column {GEOMETRY!r} of your own: rename it")
        self._schema = parquet_schema(columns, with_geometry=self._with_geometry)
        if self._about is not None:
            self._schema = self._schema.with_metadata({**(self._schema.metadata or {}), **self._about})
        self._writer = self._pq.ParquetWriter(self._file, self._schema)

    def _flush(self) -> None:
        if self._records:
            rows = [_with_wkb(each) for each in self._records] if self._with_geometry else self._records
            self._writer.write_table(self._pa.Table.from_pylist(rows, schema=self._schema))
            self._records = []


def text_of(file: IO[bytes]) -> io.TextIOWrapper:
    """The file as text, UTF-8, each piece written at once."""
    return io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)


def to_cell(column: Column) -> Callable[[Any], Any]:
    """Makes a cell of a CSV file of a value of the column. An empty list is `-` where it could also be None."""
    empty = "" if column.required else "-"
    if column.kind is Kind.PREDICTIONS:
        return lambda top: guarded("; ".join(f"{each['label']} {each['score']}" for each in top)) or empty
    if column.kind is Kind.TEXTS:
        return lambda texts: guarded(";".join(texts)) if texts else empty
    # coordinates are numbers: an apostrophe before each minus would spoil them for every other program
    return guarded if column.kind in (Kind.TEXT, Kind.PATH) else lambda value: value


def detach(text: io.TextIOWrapper) -> None:
    """Leave the file open when its text is collected."""
    with suppress(ValueError, OSError):  # already detached, or the disk is full
        text.detach()


def _with_wkb(record: Record) -> Record:
    geometry = geometry_of(record)
    return {**record, GEOMETRY: None if geometry is None else wkb(geometry)}


def parquet_schema(columns: Sequence[str], *, with_geometry: bool = False) -> Any:
    """Stated types, so that a column of nothing but nulls does not change the file's schema."""
    import pyarrow as pa

    text, number = pa.string(), pa.float64()
    types = {
        Kind.TEXT: text,
        Kind.PATH: text,
        Kind.COORDINATES: text,
        Kind.NUMBER: number,
        Kind.INTEGER: pa.int64(),
        Kind.TEXTS: pa.list_(text),
        Kind.PREDICTIONS: pa.list_(pa.struct([("label", text), ("score", number)])),
    }
    fields = [(name, types[FILE_COLUMNS.get(name, EXTRA).kind]) for name in columns]
    if not with_geometry:
        return pa.schema(fields)
    # without a CRS the coordinates are longitude and latitude on WGS 84 (GeoParquet 1.1)
    about = {
        "version": "1.1.0",
        "primary_column": GEOMETRY,
        "columns": {GEOMETRY: {"encoding": "WKB", "geometry_types": []}},
    }
    return pa.schema([*fields, (GEOMETRY, pa.binary())], metadata={"geo": json.dumps(about)})
