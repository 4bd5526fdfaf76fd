"""Results -> files: csv, jsonl or parquet by suffix, written whole or not at all.

Every file holds `Result.to_dict()`, one record a crop, in input order. Rows go to a hidden file beside the
target, which takes the target's name only when the run ends well. This room chooses no columns.
"""

from __future__ import annotations

import csv
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Protocol

from vehicle_id.errors import MissingExtraError, OutputError
from vehicle_id.results import Result

if TYPE_CHECKING:
    from collections.abc import Iterator

Record = dict[str, Any]
ROW_GROUP = 4096
"""Records a parquet file holds in memory before it writes them."""


class Writers:
    """Context manager that writes each result to all the given files.

    Args:
        paths: files ending in `.csv`, `.jsonl` or `.parquet`.

    Raises:
        OutputError: when entered, for a suffix without a writer or a place that cannot be written; while
            writing, when the disk gives out. No file has changed then.
        MissingExtraError: parquet without pyarrow.
    """

    def __init__(self, paths: Sequence[str | Path]) -> None:
        self.paths = [Path(path) for path in paths]
        self._stack = ExitStack()
        self._writers: list[_Writer] = []

    def __enter__(self) -> Writers:
        with ExitStack() as stack:
            for path in self.paths:
                self._writers.append(stack.enter_context(_open(path)))
            self._stack = stack.pop_all()
        return self

    def write(self, result: Result) -> None:
        """Append one result to every file."""
        record = result.to_dict()
        for path, writer in zip(self.paths, self._writers, strict=True):
            with _output_errors(path):
                writer.write(record)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)


class _Writer(Protocol):
    def write(self, record: Record) -> None: ...

    def finish(self) -> None: ...


class _CsvWriter:
    """Lists become text: flags joined by `;`, top as `label score` pairs, likeliest first."""

    def __init__(self, file: IO[bytes]) -> None:
        self._text = _text(file)
        self._writer: csv.DictWriter[str] | None = None

    def write(self, record: Record) -> None:
        if self._writer is None:
            self._writer = csv.DictWriter(self._text, fieldnames=list(record))
            self._writer.writeheader()
        top = "; ".join(f"{each['label']} {each['score']:.4f}" for each in record["top"])
        self._writer.writerow({**record, "flags": ";".join(record["flags"]), "top": top})

    def finish(self) -> None:
        if self._writer is None:
            csv.writer(self._text).writerow(Result().to_dict())
        self._text.detach()


class _JsonlWriter:
    def __init__(self, file: IO[bytes]) -> None:
        self._text = _text(file)

    def write(self, record: Record) -> None:
        self._text.write(json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n")

    def finish(self) -> None:
        self._text.detach()


class _ParquetWriter:
    def __init__(self, file: IO[bytes]) -> None:
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ImportError as error:
            raise MissingExtraError("writing .parquet", "parquet") from error
        self._pa = pa
        self._schema = _parquet_schema(pa)
        self._writer = pq.ParquetWriter(file, self._schema)
        self._records: list[Record] = []

    def write(self, record: Record) -> None:
        self._records.append(record)
        if len(self._records) == ROW_GROUP:
            self._flush()

    def finish(self) -> None:
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._records:
            self._writer.write_table(self._pa.Table.from_pylist(self._records, schema=self._schema))
            self._records = []


_KINDS: dict[str, Callable[[IO[bytes]], _Writer]] = {
    ".csv": _CsvWriter,
    ".jsonl": _JsonlWriter,
    ".parquet": _ParquetWriter,
}


@contextmanager
def write_atomic(path: str | Path) -> Iterator[IO[bytes]]:
    """A binary file that takes its name only if the block ends without an error.

    Raises:
        OutputError: the place cannot be written, or the disk gave out; the old file, if any, is untouched.
    """
    path = Path(path)
    with _output_errors(path):
        if path.is_dir():
            raise OutputError(f"the output {path} is a folder: name a file")
        # Beside the target: a rename is atomic only within one file system.
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.chmod(0o666 & ~_umask())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


@contextmanager
def _open(path: Path) -> Iterator[_Writer]:
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        raise OutputError(f"the output {path} ends in none of {' '.join(_KINDS)}: its ending chooses the format")
    with write_atomic(path) as file:
        writer = kind(file)
        yield writer
        writer.finish()


@contextmanager
def _output_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(f"the output {path} cannot be written: {error.strerror or error}") from error


def _text(file: IO[bytes]) -> Any:
    import io

    # Names that are no UTF-8 keep their bytes as escapes instead of ending the run.
    return io.TextIOWrapper(file, encoding="utf-8", errors="backslashreplace", newline="", write_through=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _parquet_schema(pa: Any) -> Any:
    """Stated types, so that a column of nothing but nulls does not change the file's schema."""
    texts = [
        "path",
        "status",
        "label",
        "level",
        "reason",
        "gsd_source",
        "date",
        "site",
        "sha256",
        "model",
        "model_sha256",
    ]
    special = {
        "top": pa.list_(pa.struct([("label", pa.string()), ("score", pa.float64())])),
        "flags": pa.list_(pa.string()),
        "width_px": pa.int64(),
        "height_px": pa.int64(),
        **{name: pa.string() for name in texts},
    }
    return pa.schema([(name, special.get(name, pa.float64())) for name in Result().to_dict()])
