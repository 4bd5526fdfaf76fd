"""Results -> files, in the format of their suffix, written whole or not at all.

Every file holds `Result.to_dict()`, one record per crop, in input order, and after it the link of the hash chain that
shows whether a row was changed (`hash_chain.py`). Rows go to a hidden file beside the target, which takes the target's
name only when the run ends well (`files.py`). Parquet may also be a folder of parts, each of which appears as soon as
it is full. `readers.py` reads back exactly what was written. The columns and their kinds come from `results.COLUMNS`;
the user's own columns (`Result.extra`) are those of the first result.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Protocol

from vehicle_id.errors import OutputError
from vehicle_id.files import PartFile, check_place, is_written, output_errors, write_whole
from vehicle_id.output.formats import CsvWriter, FormatWriter, JsonlWriter, ParquetWriter
from vehicle_id.output.hash_chain import FILE_COLUMNS, Chain, joined
from vehicle_id.output.readers import parts_of
from vehicle_id.report.options import ReportOptions
from vehicle_id.results import RESULT_NAMES, Record, Result

MAX_EXTRA_COLUMNS = 256
"""Columns of `Result.extra` in a file."""
MAX_EXTRA_NAMES = 8192
"""Characters of all their names: a line of JSON holds the names, too, and is read back only up to `files.MAX_LINE`."""
SUFFIXES: Final = (".csv", ".jsonl", ".parquet", ".html", ".geojson", ".gpkg", ".geoparquet")
"""Each chooses the format."""


class Writers:
    """Context manager that writes each result to all the given files; all of them appear, or none does.

    Args:
        paths: files ending in one of `SUFFIXES`.
        part_rows: rows per part. Every path must then end in `.parquet` and becomes a folder of
            `part-00000.parquet` and so on, which must be new or empty. Full parts remain, however the run ends.
        replace: a folder of parts may contain parts, which are replaced when the new ones are full.
        report: what a `.html` says and shows besides the rows.
        by_family: write a layer for each family into a `.gpkg`.

    Raises:
        OutputError: when entered, for a suffix without a writer or a path that cannot be written; while
            writing or at the end, if the disk is full. No file has changed then.
        MissingExtraError: Parquet without pyarrow, GeoPackage without pyogrio.
    """

    def __init__(
        self,
        paths: Sequence[str | Path] | str | Path,
        *,
        part_rows: int | None = None,
        replace: bool = False,
        report: ReportOptions | None = None,
        by_family: bool = False,
    ) -> None:
        several = [paths] if isinstance(paths, (str, Path)) else paths
        self.paths = list(dict.fromkeys(Path(path) for path in several))
        self.part_rows = part_rows
        self.replace = replace
        self.options = _Options(report=report or ReportOptions(), by_family=by_family)
        self.chain = Chain()
        """The hash chain of the rows written so far."""
        self._open: list[_Output] = []
        self._extra: tuple[str, ...] | None = None

    def check(self) -> None:
        """Check that there is a writer for each path, before any file is made.

        Raises:
            OutputError: there is no writer for a path.
        """
        if self.part_rows is not None and (self.part_rows < 1 or not self.paths):
            raise OutputError(
                f"parts of {self.part_rows} rows cannot be written: give at least 1, and an output ending in .parquet"
            )
        if len({os.path.abspath(path).casefold() for path in self.paths}) < len(self.paths):
            raise OutputError("two outputs differ only in capital letters: on some systems they are one file")
        for path in self.paths:
            suffix = path.suffix.lower()
            if self.part_rows is not None and suffix != ".parquet":
                raise OutputError(f"the output {path} cannot be written in parts: only .parquet can")
            if suffix not in SUFFIXES:
                raise OutputError(
                    f"the output {path} ends in none of {' '.join(SUFFIXES)}: its suffix chooses the format"
                )
            check_place(path)

    def __enter__(self) -> Writers:
        self.check()
        try:
            for path in self.paths:
                if self.part_rows is None:
                    self._open.append(_File(path, self.options))
                else:
                    self._open.append(_Folder(path, self.part_rows, replace=self.replace))
        except BaseException:
            self._discard()
            raise
        return self

    def write(self, result: Result, *, record: Record | None = None, answer: bytes | None = None) -> None:
        """Append one result to every file.

        Args:
            result: the result.
            record: its `to_dict`, where it is known already; it may be changed.
            answer: the canonical JSON of that without the user's own columns, where it is known already.

        Raises:
            OutputError: it has a column of `extra` that the first result lacks, or a file cannot be written.
        """
        record = result.to_dict() if record is None else record
        self._check_columns(result)
        own = {name: record.pop(name, None) for name in self._extra or ()}
        row = self.chain.add({**record, **own} if own else record, None if answer is None else joined(answer, own))
        for output in self._open:
            output.write(row)

    def _check_columns(self, result: Result) -> None:
        """The user's own columns are those of the first result, in their order."""
        if self._extra is None:
            self._extra = _checked(tuple(result.extra))
            wrong = next((name for name in self._extra if name in RESULT_NAMES), None)
        else:
            wrong = next((name for name in result.extra if name not in self._extra), None)
        if wrong is not None:
            raise OutputError(
                f"the result of {result.path} has the column {wrong!r} of your own, which a result has itself or the "
                "first result lacks: give every result the same columns"
            )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                for output in self._open:
                    output.finish()
                # only renames are left: everything that needs space has been written
                for output in self._open:
                    output.publish()
        finally:
            self._discard()

    def abandon(self) -> None:
        """Leave all outputs unchanged."""
        self._discard()

    def _discard(self) -> None:
        for output in self._open:
            output.discard()
        self._open = []


def _checked(names: tuple[str, ...]) -> tuple[str, ...]:
    num_characters = sum(map(len, names))
    if len(names) > MAX_EXTRA_COLUMNS or num_characters > MAX_EXTRA_NAMES:
        raise OutputError(
            f"{len(names)} columns of your own, with {num_characters} characters in their names, cannot be written: "
            f"give at most {MAX_EXTRA_COLUMNS} columns with {MAX_EXTRA_NAMES} characters in all"
        )
    return names


class _Output(Protocol):
    """A file or folder to write."""

    def write(self, record: Record) -> None: ...

    def finish(self) -> None:
        """Have everything on the disk, under a hidden name."""

    def publish(self) -> None:
        """Take the output's name."""

    def discard(self) -> None:
        """Remove what is not published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Options:
    report: ReportOptions = field(default_factory=ReportOptions)
    by_family: bool = False


class _File:
    """One file, in the format of its suffix."""

    def __init__(self, path: Path, options: _Options) -> None:
        self._part = PartFile(path)
        try:
            with output_errors(path):
                self._writer = _writer_of(path, self._part.file, options)
        except BaseException:
            self._part.discard()
            raise

    def write(self, record: Record) -> None:
        with output_errors(self._part.path):
            self._writer.write(record)

    def finish(self) -> None:
        with output_errors(self._part.path):
            self._writer.finish()
        self._part.sync()

    def publish(self) -> None:
        self._part.publish()
        style = self._part.path.with_suffix(".qml")
        if self._part.path.suffix.lower() == ".geojson" and not os.path.lexists(style):  # else it is the user's own
            from vehicle_id.output.geo_formats import GeoJsonWriter
            from vehicle_id.output.qgis_style import qml

            assert isinstance(self._writer, GeoJsonWriter)
            write_whole(style, qml(self._writer.style).encode())

    def discard(self) -> None:
        self._writer.abandon()
        self._part.discard()


def _writer_of(path: Path, file: IO[bytes], options: _Options) -> FormatWriter:
    """The writer for the suffix of a path; each has its own arguments. What few runs write is imported for these."""
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return CsvWriter(file)
    if suffix == ".jsonl":
        return JsonlWriter(file)
    if suffix == ".parquet":
        return ParquetWriter(file)
    if suffix == ".geoparquet":
        return ParquetWriter(file, with_geometry=True)
    if suffix in (".geojson", ".gpkg"):
        from vehicle_id.output.geo_formats import GeoJsonWriter, GeoPackageWriter

        if suffix == ".geojson":
            return GeoJsonWriter(file)
        return GeoPackageWriter(file, name=path.stem, by_family=options.by_family)
    assert suffix == ".html"
    from vehicle_id.report.page import ReportWriter

    return ReportWriter(file, options=options.report, columns=tuple(FILE_COLUMNS), folder=path.parent)


class _Folder:
    """A folder of parquet files; all but the last have `part_rows` rows."""

    def __init__(self, path: Path, part_rows: int, *, replace: bool) -> None:
        self.path, self.part_rows = path, part_rows
        with output_errors(path):
            is_folder = os.path.isdir(path)
            if is_written(path) and not (replace and is_folder):
                raise OutputError(f"the output {path} exists already: name a new or an empty folder")
            self._made = not is_folder
            path.mkdir(exist_ok=True)
        self._num_parts, self._num_rows = 0, 0
        try:
            self._file = self._next()
        except BaseException:
            self._leave()
            raise

    def write(self, record: Record) -> None:
        # a full part is finished when the next row comes: the last part is left to `finish`
        if self._num_rows == self.part_rows:
            self._file.finish()
            self._file.publish()
            self._file = self._next()
        self._file.write(record)
        self._num_rows += 1

    def finish(self) -> None:
        self._file.finish()

    def publish(self) -> None:
        self._file.publish()
        with output_errors(self.path):
            for left in parts_of(self.path)[self._num_parts :]:  # of an earlier, longer run
                left.unlink()

    def discard(self) -> None:
        self._file.discard()
        self._leave()

    def _leave(self) -> None:
        if self._made:
            with suppress(OSError):  # parts are in it
                self.path.rmdir()

    def _next(self) -> _File:
        file = _File(self.path / f"part-{self._num_parts:05}.parquet", _Options())
        self._num_parts, self._num_rows = self._num_parts + 1, 0
        return file
