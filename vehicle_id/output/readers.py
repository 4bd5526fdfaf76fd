"""Files of results -> the records that were written: the way back of `writers.py`, to the letter.

A file may have been changed since, by a person or by a spreadsheet; what cannot be read back is an error that names the
row. Whether a row was changed is for `chain.py` to say.
"""

from __future__ import annotations

import csv
import html
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from vehicle_id.errors import InputError, MissingExtraError
from vehicle_id.results import Result
from vehicle_id.text import unguarded

Record = dict[str, Any]
EMPTY: Final = Result().to_dict()
LISTS: Final = ("candidates", "decision", "flags")
WHOLE: Final = ("width_px", "height_px")
ALWAYS_TEXT: Final = ("status", "reason", "chain")
TEXTS: Final = frozenset(
    {*ALWAYS_TEXT, *("path", "label", "level", "gsd_source", "date", "site", "sha256", "model", "model_sha256")}
)
MAX_LINE: Final = 1 << 20
ROW: Final = re.compile(r"<pre>(.*)</pre></details></td></tr>\n")


def read_rows(path: str | Path) -> Iterator[Record]:
    """The records of a file of results, in order, one at a time.

    Args:
        path: a file ending in `.csv`, `.jsonl`, `.parquet` or `.html`, or a folder of parquet parts.

    Raises:
        InputError: no such file, another format, or a row that was not written so.
        MissingExtraError: parquet without pyarrow.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in READERS:
        raise InputError(f"{path} ends in none of {' '.join(READERS)}: its ending tells the format")
    number = 0
    with _input_errors(path, lambda: number):
        for number, record in enumerate(READERS[suffix](path), 1):  # noqa: B007
            if not {*EMPTY} <= {*record}:
                raise ValueError(f"it has no {sorted({*EMPTY} - {*record})[0]}")
            yield record


@contextmanager
def _input_errors(path: Path, where: Any) -> Iterator[None]:
    try:
        yield
    except (OSError, UnicodeDecodeError, csv.Error, ValueError, KeyError, TypeError, RecursionError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{path} is no file of results, as far as row {where() + 1}: {why}") from error


def _from_csv(path: Path) -> Iterator[Record]:
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(_short(file), strict=True):
            yield {name: _value(name, cell) for name, cell in row.items()}


def _value(name: str | None, cell: str | None) -> Any:
    if name is None or cell is None:
        raise ValueError("it has more cells, or fewer, than its first line")
    text = unguarded(cell)
    if name == "top":
        return [_pair(each) for each in text.split("; ")] if text else []
    if name in LISTS:
        return _list(name, text)
    if name in TEXTS:
        return text if text or name in ALWAYS_TEXT else None
    if not text:
        return None
    return int(text) if name in WHOLE else float(text)


def _pair(text: str) -> dict[str, Any]:
    label, _, score = text.rpartition(" ")
    return {"label": label, "score": float(score)}


def _list(name: str, text: str) -> list[str] | None:
    if name == "candidates":
        return None if not text else [] if text == "-" else text.split(";")
    return text.split(";") if text else []


def _from_jsonl(path: Path) -> Iterator[Record]:
    with path.open(newline="\n", encoding="utf-8") as file:
        for line in _short(file):
            yield _object(line)


def _from_html(path: Path) -> Iterator[Record]:
    with path.open(newline="\n", encoding="utf-8") as file:
        for line in _short(file):
            if line.startswith("<tr><td>"):
                found = ROW.search(line)
                yield _object(html.unescape(found[1]) if found else "")


def _object(text: str) -> Record:
    record = json.loads(text)
    if not isinstance(record, dict):
        raise TypeError("it is no JSON object")
    return record


def _from_parquet(path: Path) -> Iterator[Record]:
    try:
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtraError("reading .parquet", "parquet") from error
    for part in sorted(path.glob("part-*.parquet")) if path.is_dir() else [path]:
        with pq.ParquetFile(part) as file:
            for batch in file.iter_batches(batch_size=1024):
                yield from batch.to_pylist()


def _short(lines: Any) -> Iterator[str]:
    """Lines of a length that a row may have: a file without a newline is not read whole."""
    while line := lines.readline(MAX_LINE):
        if len(line) == MAX_LINE:
            raise ValueError(f"it is longer than {MAX_LINE >> 10} KiB")
        yield line


READERS: Final = {".csv": _from_csv, ".jsonl": _from_jsonl, ".parquet": _from_parquet, ".html": _from_html}
