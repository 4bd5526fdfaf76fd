"""A CSV of crops -> `Crop` rows, streamed.

Only the column `path` is required. A row with a wrong number, with surplus cells, or with a path that leaves the
manifest's folder, keeps its place and states its problem, so that it becomes a row of the results. What makes rows
disappear, such as a quote that is not closed, is an error that names the line.
"""

from __future__ import annotations

import csv
import math
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any, Final, TextIO

from vehicle_id.crops.bands import Bands, bands_text, parse_bands
from vehicle_id.crops.cut import SceneCut
from vehicle_id.crops.places import place_of
from vehicle_id.errors import InputError, ManifestError
from vehicle_id.files import LineTooLongError, as_path, short_lines
from vehicle_id.results import PLACE_COLUMNS, RESULT_NAMES, ScenePlace, Status
from vehicle_id.text import letters_of, path_of, visible

NUMBERS: Final = ("gsd_m", "gsd_error", "length_m", "width_m", "heading_deg", "margin_px")
TEXTS: Final = ("label", "group", "split", "origin", "date", "site", "model_sha256")
BANDS: Final = "bands"
MANIFEST_COLUMNS: Final = ("path", *NUMBERS, BANDS, *TEXTS, *PLACE_COLUMNS)
SPELT: Final = ("path", "label", "group", "date", "site")
"""Columns that are refused under another spelling, such as `Date`: what they state would be lost without a word."""
ORIGINS: Final = ("real", "mesh", "rendered")
"""Photographed; rendered from a mesh that somebody else made; rendered from a shape of the catalogue."""
GROUP_ALIAS: Final = "image"
"""Column that is read as `group` where a row states no group."""
RETURNED: Final = ("path", "gsd_m", "gsd_error", BANDS, "date", "site", *PLACE_COLUMNS)
"""Columns whose values are in the columns of a result."""
PREFIX: Final = "manifest_"
"""Stands before the name of a user's column that a result also has: `manifest_label`."""
MAX_COLUMNS: Final = 256
MAX_NAME: Final = 128
MAX_LINE_SHOWN: Final = 1000
MAX_EXTRA: Final = 1 << 16
"""Characters of all cells of one row that are passed on, so that a row of results can be read back."""
LINE_BREAK: Final = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """One crop and what is known of it besides its pixels."""

    path: Path
    gsd_m: float | None = None
    """Ground sample distance, metres per pixel."""
    gsd_error: float | None = None
    """Its relative standard deviation: 0.05 where it may be 5 % off."""
    bands: Bands | None = None
    """The bands to show, from 1: `(3, 2, 1)` where the file has blue first. None = as the file says."""
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
    place: ScenePlace | None = None
    """Where it was cut from a scene."""
    content: bytes | None = None
    """The crop's file, if it was read already, as from a tar file (`shards.py`)."""
    cut: SceneCut | None = None
    """Its pixels, if it was cut from a scene; `path` is then the scene's, and the name of the box."""
    problem: str | None = None
    """Why this row cannot be used, or None."""
    problem_status: Status = Status.BAD_ROW
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)
    """The user's own columns, by the name that they have in a result; returned as `Result.extra`."""

    def __post_init__(self) -> None:
        """Accept a path and numbers as text, as they stand in a table.

        Raises:
            InputError: a value of another kind.
        """
        path: Any = self.path
        if not isinstance(path, Path):
            object.__setattr__(self, "path", as_path(path, "the path of a Crop"))
        for name in NUMBERS:
            value = getattr(self, name)
            if value is not None and (type(value) is not float or not 0 < value < math.inf):
                object.__setattr__(self, name, _as_number(name, value))
        if self.bands is not None:
            object.__setattr__(self, BANDS, parse_bands(self.bands))


def _as_number(name: str, value: Any) -> float | None:
    number, problem = _number(name, str(value))
    if problem is not None:
        raise InputError(f"a Crop cannot be made: {problem}")
    return number


def read_manifest(manifest: str | Path) -> Iterator[Crop]:
    """Rows of a manifest in file order; paths are relative to the manifest's folder.

    Args:
        manifest: a CSV file, UTF-8 (a byte order mark is fine), with a header. Columns: `path` and any of
            `gsd_m, gsd_error, bands, label, group, split, origin, date, site, length_m, width_m, heading_deg,
            margin_px`; `image` stands for `group` where a row states none. Those of `results.PLACE_COLUMNS` say where
            the crop was cut from a scene. Further columns are the user's own. They and the columns that a result does
            not return are passed on in `Crop.extra`.

    Raises:
        ManifestError: before the first row, if the file is not a manifest; while reading, if it is not text, or a quote
            is not closed.
    """
    rows = _rows(as_path(manifest, "the manifest"))
    next(rows)  # opens the file and checks its header now
    return rows


def _unreadable(manifest: str, error: Exception, line: int) -> ManifestError:
    why = getattr(error, "strerror", None) or "it is not UTF-8 text of comma-separated rows"
    if isinstance(error, csv.Error):
        why = f"in the row that begins on line {line} a quote is not closed, or text follows a closing quote ({error})"
    elif isinstance(error, _LineError):
        why = f"line {line} {error}"
    elif isinstance(error, LineTooLongError):
        why = f"{error}, in the row that begins on line {line}"
    return ManifestError(f"the manifest {manifest} cannot be read: {why}")


class _LineError(ValueError):
    """What is wrong with a line, said after its number."""


def _check_header(manifest: str, header: list[str]) -> None:
    for name in header:
        meant = letters_of(name)
        if meant != name and meant in SPELT and meant not in header:
            raise ManifestError(f"the manifest {manifest} has a column {name[:MAX_NAME]!r}: name it {meant!r}")
    if "path" not in header:
        found = visible(", ".join(header) or "nothing")[:MAX_LINE_SHOWN]
        hint = "; separate the columns by commas" if any(";" in name or "\t" in name for name in header) else ""
        raise ManifestError(f"the manifest {manifest} has no column 'path': its first line contains {found}{hint}")
    misnamed = misnamed_gsd(header)
    if misnamed is not None:
        raise ManifestError(f"the manifest {manifest} has a column {misnamed!r}: name it 'gsd_m', metres per pixel")
    named = [name for name in header if name.strip()]
    twice = next((name for name in named if named.count(name) > 1), None)
    if twice is not None:
        raise ManifestError(f"the manifest {manifest} has two columns {twice[:MAX_NAME]!r}: remove or rename one")
    if len(header) > MAX_COLUMNS or any(len(name) > MAX_NAME for name in header):
        raise ManifestError(
            f"the manifest {manifest} has more than {MAX_COLUMNS} columns, or a name of more than {MAX_NAME} characters"
        )


def misnamed_gsd(names: Iterable[str]) -> str | None:
    """The first name that looks like the ground sample distance, where none is `gsd_m`; else None."""
    # if it were ignored silently, every size and every class that needs a size would be lost
    alike = [name for name in names if name.strip().lower().startswith("gsd") and name != "gsd_error"]
    return alike[0] if alike and "gsd_m" not in alike else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestRow:
    """A row with its place."""

    line: int
    """Line of the file on which it begins, from 1."""
    crop: Crop


def numbered_rows(manifest: Path) -> Iterator[ManifestRow]:
    """First a row in place of the header, then the rows; the file is read once, so that it may be a pipe.

    Raises:
        ManifestError: as `read_manifest`.
    """
    try:
        with manifest.open(newline="", encoding="utf-8-sig") as file:
            table = ManifestTable(file, str(manifest))
            yield ManifestRow(line=1, crop=Crop(path=manifest))
            for cells in table.rows():
                yield ManifestRow(line=table.row_line, crop=table.crop(manifest.parent, cells))
    except (OSError, ValueError) as error:
        raise _unreadable(str(manifest), error, 1) from error


class ManifestTable:
    """The rows of a manifest that is open as text.

    Args:
        file: opened with `newline=""`, at its start.
        name: for messages.

    Raises:
        ManifestError: it is not a manifest; while reading, as `read_manifest`.
    """

    def __init__(self, file: TextIO, name: str) -> None:
        self._file, self._name = file, name
        self.row_line = 1
        """Line on which the row that was returned last begins, from 1."""
        self._next_line = 1
        with self._errors():
            header = next(self._reader(), [])
        _check_header(name, header)
        self._layout = _Layout(header)
        self.columns = tuple(self._layout.extra.values())
        """The user's columns, by the names that they have in a result."""

    def place(self) -> tuple[str, int]:
        """Where the next row begins: a position for `rows`, and its line."""
        return str(self._file.tell()), self._next_line

    def rows(self, place: tuple[str, int] | None = None) -> Iterator[list[str]]:
        """The cells of each row.

        Args:
            place: to begin at, of `place`; None = at the next row.
        """
        if place is not None:
            self._file.seek(int(place[0]))
            self._next_line = place[1]
        num_rows = 0
        with self._errors():
            for cells in self._reader():
                if cells:  # else a blank line
                    num_rows += 1
                    yield cells
        if not num_rows and place is None:
            raise ManifestError(f"the manifest {self._name} lists no crop")

    def crop(self, folder: Path, cells: list[str]) -> Crop:
        """A row as a crop whose path is in a folder."""
        return self._layout.crop(folder, cells)

    def _reader(self) -> Iterator[list[str]]:
        first = self._next_line
        reader = csv.reader(short_lines(self._file), strict=True)
        for cells in reader:
            self.row_line, self._next_line = self._next_line, first + reader.line_num
            if self._next_line - self.row_line > 1 and self.row_line > 1:
                self._layout.check_line_breaks(cells)
            yield cells

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except ManifestError:
            raise
        except _LineError as error:
            raise _unreadable(self._name, error, self.row_line) from error
        except (OSError, ValueError, csv.Error) as error:
            raise _unreadable(self._name, error, self._next_line) from error


def _rows(manifest: Path) -> Iterator[Crop]:
    return (row.crop for row in numbered_rows(manifest))


class _Layout:
    """What stands in which cell of a row.

    Args:
        header: names of the columns.
    """

    def __init__(self, header: list[str]) -> None:
        self._header = header
        self._path = header.index("path")
        self.extra = extra_names(header)

    def crop(self, folder: Path, cells: list[str]) -> Crop:
        """A row as a crop, with its values or its problem."""
        row: dict[str, str | None] = dict(zip(self._header, cells, strict=False))
        name = row.get("path") or ""
        known, problem = fields_of(row)
        extra = {new: row.get(old) or "" for old, new in self.extra.items()}
        if sum(map(len, extra.values())) > MAX_EXTRA:
            extra = dict.fromkeys(extra, "")
            problem = problem or f"the row's own columns hold more than {MAX_EXTRA} characters"
        if any(each.strip() for each in cells[len(self._header) :]):
            # an unquoted comma moves every cell after it into the next column
            problem = problem or f"the row has {len(cells)} cells for {len(self._header)} columns: quote its commas"
        name = path_of(name)  # results and reviews write one that is no plain text as a URI
        path = folder / name if name.isascii() else _on_disk(folder / name)
        return Crop(path=path, problem=path_problem(name) or problem, extra=extra, **known)

    def check_line_breaks(self, cells: list[str]) -> None:
        """Refuse a quoted cell that holds further rows: it began with a quote that was meant to be closed earlier."""
        suffix = _suffix(cells[self._path]) if len(cells) > self._path else ""
        for cell in cells:
            for line in LINE_BREAK.split(cell)[1:]:
                inner = line.split(",")
                is_row = len(inner) >= len(self._header) > 1
                named = inner[self._path] if len(inner) > self._path else ""
                if is_row or (suffix and _suffix(named) == suffix):
                    raise _LineError("begins a row with a quoted cell that contains further rows: close its quote")


def _suffix(path: str) -> str:
    return os.path.splitext(path)[1].lower()


def extra_names(header: Iterable[str]) -> dict[str, str]:
    """Column -> its name in a result, for the columns that are passed on: those that no result returns."""
    names: dict[str, str] = {}
    for name in header:
        if name.strip() and name not in RETURNED:
            free = (PREFIX * times + visible(name) for times in count())
            names[name] = next(each for each in free if each not in RESULT_NAMES and each not in names.values())
    return names


def _on_disk(path: Path) -> Path:
    """The path in the Unicode form (composed or decomposed) in which the file exists; else as it is."""
    if os.path.lexists(path):
        return path
    forms = (Path(unicodedata.normalize(form, str(path))) for form in ("NFC", "NFD"))
    return next((each for each in forms if os.path.lexists(each)), path)


def cells_of(crop: Crop) -> dict[str, Any]:
    """The values of a crop by column of a manifest, without its path; the inverse of `fields_of`."""
    values: dict[str, Any] = {column: getattr(crop, column) for column in (*NUMBERS, *TEXTS)}
    values[BANDS] = bands_text(crop.bands) if crop.bands else None
    return values | {column: getattr(crop.place, column, None) for column in PLACE_COLUMNS}


def fields_of(row: Mapping[str, str | None]) -> tuple[dict[str, Any], str | None]:
    """The values of a row by field of `Crop`, without the path, and its first problem or None."""
    known: dict[str, Any] = {column: (row.get(column) or "").strip() or None for column in TEXTS}
    known["group"] = known["group"] or (row.get(GROUP_ALIAS) or "").strip() or None
    problems = []
    for column in NUMBERS:
        known[column], problem = _number(column, row.get(column))
        problems.append(problem)
    known[BANDS], problem = _bands(row.get(BANDS))
    problems.append(problem)
    known["place"], problem = place_of(row)
    problems.append(problem)
    return known, next((problem for problem in problems if problem), None)


def path_problem(name: str) -> str | None:
    """Why a path may not stand in a manifest, or None."""
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


def _bands(text: str | None) -> tuple[Bands | None, str | None]:
    try:
        return (parse_bands(text) if text and text.strip() else None), None
    except InputError as error:
        return None, str(error)


class ManifestRows:
    """Rows of manifests by path, to look up what is known of crops that were found otherwise.

    Two rows of one crop that contradict each other are a problem of that crop.

    Args:
        manifests: the files, in the order in which their columns come.

    Raises:
        ManifestError: as `read_manifest`.
    """

    def __init__(self, manifests: Iterable[str | Path]) -> None:
        self._rows: dict[str, ManifestRow] = {}
        self._matched: set[str] = set()
        self._composed: dict[str, str] = {}
        columns: dict[str, str] = {}
        for manifest in map(Path, manifests):
            rows = numbered_rows(manifest)
            next(rows)
            for row in rows:
                self._add(manifest, row)
                columns |= dict.fromkeys(row.crop.extra, "")
        self.no_extra = columns
        """The user's columns, empty: of a crop without a row."""

    def _add(self, manifest: Path, row: ManifestRow) -> None:
        place = os.path.abspath(row.crop.path)
        earlier = self._rows.get(place)
        if earlier is not None and earlier.crop != row.crop:
            problem = f"lines {earlier.line} and {row.line} of {manifest.name} contradict each other about this crop"
            row = replace(earlier, crop=replace(earlier.crop, problem=earlier.crop.problem or problem))
        self._rows[place] = row
        if not place.isascii():
            self._composed.setdefault(unicodedata.normalize("NFC", place), place)

    def find(self, place: str) -> Crop | None:
        """The row of an absolute path, whatever the Unicode form of its letters, or None."""
        if place not in self._rows and not place.isascii():
            place = self._composed.get(unicodedata.normalize("NFC", place), place)
        row = self._rows.get(place)
        if row is None:
            return None
        self._matched.add(place)
        return row.crop

    def __len__(self) -> int:
        """Paths that have a row."""
        return len(self._rows)

    @property
    def num_matched(self) -> int:
        """Paths that were looked up and have a row."""
        return len(self._matched)

    def unmatched(self) -> Iterator[Path]:
        """Paths that have a row and were not looked up, in the order of the rows."""
        return (row.crop.path for place, row in self._rows.items() if place not in self._matched)
