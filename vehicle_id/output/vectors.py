"""Embeddings -> files for other programs: .npy, .npz or .parquet by suffix, written whole or not at all.

A row for every crop, in input order; the row of a crop that could not be opened is NaN (null in Parquet). All rows are
in memory until the file is written: a kilobyte each.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from vehicle_id.crops.embedded import EmbeddedCrop
from vehicle_id.crops.manifest import PREFIX
from vehicle_id.errors import InputError, OutputError, needs_extra
from vehicle_id.files import check_place, write_whole
from vehicle_id.results import RESULT_NAMES, Record

TEXTS: Final = ("path", "status", "sha256", "model", "model_sha256")
"""Columns of a result that a file of embeddings has, too, besides `gsd_m`."""
EMBEDDING: Final = "embedding"
MOST_CHARACTERS: Final = 1 << 28
"""Of a column of texts in `.npz`: a gigabyte."""


def check_vectors(file: Path) -> None:
    """Check that embeddings can be written to a file, before any is computed.

    Raises:
        OutputError: its suffix is none of `.npy`, `.npz` and `.parquet`, or there is no such folder.
        MissingExtraError: Parquet without pyarrow.
    """
    if file.suffix.lower() not in _KINDS:
        raise OutputError(f"the output {file} ends in none of {' '.join(_KINDS)}: its suffix chooses the format")
    check_place(file)
    if file.suffix.lower() == ".parquet":
        with needs_extra("writing .parquet", "parquet"):
            import pyarrow as pa  # noqa: F401


def write_vectors(crops: Sequence[EmbeddedCrop], file: Path) -> None:
    """Write embeddings; `.npz` and `.parquet` say besides which crop each is, `.parquet` with the user's own columns.

    Raises:
        InputError: no crop could be opened.
        OutputError: the file cannot be written, or names are too long for `.npz`.
    """
    found = next((each.embedding for each in crops if each.embedding is not None), None)
    if found is None:
        why = f": {crops[0].result.path}: {crops[0].result.reason}" if crops else ""
        raise InputError(f"no crop could be opened{why}")
    missing = np.full(len(found), np.nan, np.float32)
    vectors = np.array([missing if each.embedding is None else each.embedding for each in crops], np.float32)
    write_whole(file, _KINDS[file.suffix.lower()](vectors, [each.result.to_dict() for each in crops]))


def _npy(vectors: NDArray[np.float32], _: Sequence[Record]) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, vectors, allow_pickle=False)
    return buffer.getvalue()


def _npz(vectors: NDArray[np.float32], records: Sequence[Record]) -> bytes:
    gsd_m = [np.nan if record["gsd_m"] is None else record["gsd_m"] for record in records]
    arrays: dict[str, Any] = {name: _texts([record[name] or "" for record in records]) for name in TEXTS}
    buffer = io.BytesIO()
    np.savez(buffer, embedding=vectors, gsd_m=np.array(gsd_m, np.float64), **arrays)
    return buffer.getvalue()


def _texts(values: Sequence[str]) -> NDArray[np.str_]:
    """An array of texts, in which every text takes the space of the longest."""
    longest = max(map(len, values))
    if longest * len(values) > MOST_CHARACTERS:
        raise OutputError(f"a name of {longest} characters is too long for .npz: write .parquet")
    return np.array(values, np.str_)


def _parquet(vectors: NDArray[np.float32], records: Sequence[Record]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    own = dict.fromkeys(name for record in records for name in record if name not in RESULT_NAMES)
    columns: dict[str, Any] = {EMBEDDING: _lists(pa, vectors)}
    for name in (*TEXTS, "reason", *own):
        free = f"{PREFIX}{name}" if name == EMBEDDING else name
        columns[free] = pa.array([record.get(name) for record in records], pa.string())
    columns["gsd_m"] = pa.array([record["gsd_m"] for record in records], pa.float64())
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def _lists(pa: Any, vectors: NDArray[np.float32]) -> Any:
    """One list of fixed length per row; null where the row is NaN."""
    missing = np.isnan(vectors).any(axis=1)
    values = pa.array(np.ascontiguousarray(vectors).ravel())
    return pa.FixedSizeListArray.from_arrays(values, vectors.shape[1], mask=pa.array(missing))


_KINDS: Final[dict[str, Callable[[NDArray[np.float32], Sequence[Record]], bytes]]] = {
    ".npy": _npy,
    ".npz": _npz,
    ".parquet": _parquet,
}
