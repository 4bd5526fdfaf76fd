"""The record of a run, beside its output: what was done, with what, when, and with which outcome.

`results.csv` has `results.csv.run.json`. It names no machine, no person and no folder. Its digest is a hash of
everything in it, including the end of the chain of rows and the hash of the output, so that an edit of either shows.
Only a digest that was kept elsewhere reveals a record that was made anew.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec

from vehicle_id.crops.images import read_bytes
from vehicle_id.errors import CropError, InputError, RecordError
from vehicle_id.files import open_regular
from vehicle_id.output.hash_chain import Chain, canonical
from vehicle_id.output.readers import parts_of, read_rows
from vehicle_id.results import Record
from vehicle_id.text import path_of, path_text, said

SUFFIX: Final = ".run.json"
MAX_BYTES: Final = 1 << 24
SCHEMA: Final = 2
NAMES_OF_SCHEMA_1: Final = {"sessions": "sittings", "digest": "seal"}
"""Fields that records of vehicle-id 0.1.0 hold under another name."""


class RunSession(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One session of a run, from its start until it was done, stopped or killed."""

    started: str
    """UTC, ISO 8601."""
    ended: str | None = None
    """None: it was killed."""
    num_kept: int = 0
    """Rows of earlier sessions."""
    num_answered: int = 0
    """Rows that this session added."""
    stopped_by: str | None = None
    """Name of the signal that ended it early, such as `SIGINT`."""


class Output(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file that the record describes."""

    name: str
    """Without its folder; one that is no printable text is a `file:` URI."""
    bytes: int
    sha256: str
    """Of a folder of parts: of the names and hashes of its parts."""


class RunRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was done in a run."""

    schema: int = SCHEMA
    made_by: dict[str, str]
    """`vehicle-id` and the packages it runs on, with their versions."""
    model: str
    model_sha256: str
    options: dict[str, Any]
    """Those that an answer depends on."""
    sessions: Annotated[tuple[RunSession, ...], msgspec.Meta(min_length=1)]
    complete: bool
    """Whether every crop that was named has its row."""
    num_rows: int
    statuses: dict[str, int]
    chain: str
    """The last link of the rows' hash chain."""
    output: Output
    digest: str = ""
    """Hash of all fields above."""

    def with_digest(self) -> RunRecord:
        """The record with its digest."""
        return msgspec.structs.replace(self, digest=self._hash())

    @property
    def is_intact(self) -> bool:
        """Whether the digest is that of the other fields."""
        return self.digest == self._hash()

    def _hash(self) -> str:
        hashed = {name: value for name, value in self._stored().items() if name not in ("digest", "seal")}
        return hashlib.sha256(canonical(hashed)).hexdigest()

    def _stored(self) -> dict[str, Any]:
        """The fields under the names of the record's schema."""
        names = NAMES_OF_SCHEMA_1 if self.schema == 1 else {}
        return {names.get(name, name): value for name, value in msgspec.to_builtins(self).items()}

    def to_json(self) -> bytes:
        """The content of the record's file."""
        return msgspec.json.format(msgspec.json.encode(self._stored()), indent=1) + b"\n"

    @classmethod
    def from_json(cls, data: bytes) -> RunRecord:
        """Read a record of any schema up to `SCHEMA`.

        Raises:
            msgspec.MsgspecError, ValueError: the data is not a record, or one of a later schema.
        """
        stored = msgspec.json.decode(data, type=dict[str, Any])
        schema = stored.get("schema")
        if isinstance(schema, int) and schema > SCHEMA:
            raise ValueError(f"it follows schema {schema}, this version reads up to {SCHEMA}: upgrade vehicle-id")
        names = {old: new for new, old in NAMES_OF_SCHEMA_1.items()} if schema == 1 else {}
        return msgspec.convert({names.get(name, name): value for name, value in stored.items()}, cls)


def record_path(output: Path) -> Path:
    """Where the record of an output is."""
    return output.with_name(output.name + SUFFIX)


def read_record(output: Path) -> RunRecord:
    """The record beside an output.

    Raises:
        InputError: there is none.
        RecordError: it cannot be read.
    """
    return _read_record(output)[0]


def _read_record(output: Path) -> tuple[RunRecord, bytes]:
    """The record and the content of its file."""
    path = record_path(output)
    try:
        with open_regular(path) as file:
            data = file.read(MAX_BYTES)
        return RunRecord.from_json(data), data
    except FileNotFoundError as error:
        raise InputError(f"there is no record {path}: only a run of 'vehicle-id classify --out' leaves one") from error
    except (OSError, ValueError, RecursionError, msgspec.MsgspecError) as error:
        raise RecordError(f"the record {path} cannot be read: {said(error)}") from error


def _is_as_written(data: bytes) -> bool:
    """Whether a record has the bytes that `RunRecord.to_json` writes: no key twice, no other spelling of a value."""
    return msgspec.json.format(msgspec.json.encode(msgspec.json.decode(data)), indent=1) + b"\n" == data


def describe(output: Path) -> Output:
    """Name, size and hash of an output on the disk.

    Raises:
        OSError: it cannot be read.
    """
    if not os.path.isdir(output):
        with open_regular(output) as file:
            sha256 = _sha256(file)
            return Output(name=path_text(output.name), bytes=file.tell(), sha256=sha256)
    parts = [describe(part) for part in parts_of(output)]
    text = "".join(f"{part.sha256}  {part.name}\n" for part in parts)
    return Output(
        name=path_text(output.name),
        bytes=sum(part.bytes for part in parts),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """Outcome of a check that found the results as they were written."""

    record: RunRecord
    num_crops: int = 0
    """Crops whose content was compared, too."""
    changed: tuple[str, ...] = ()
    """Paths of crops whose content changed, or that do not exist."""


def verify_run(output: str | Path, *, crops: bool = False) -> Verified:
    """Compare a file of results with its record, row by row.

    Args:
        output: the file, or the folder of parts.
        crops: also compare the content of every crop that is a file with the hash in its row.

    Raises:
        InputError: no such file, or no record beside it.
        RecordError: names the first row that was changed, or what else does not match.
    """
    output = Path(output)
    if not os.path.exists(output):
        raise InputError(f"there are no results at {output}")
    record, data = _read_record(output)
    if not record.is_intact:
        raise RecordError(f"the record {record_path(output)} was changed: its digest does not match its content")
    if not _is_as_written(data):
        raise RecordError(f"the record {record_path(output)} was changed: it is not spelled as a run writes it")
    try:
        _check_folder(output)
        verified = _check_rows(output, record, crops=crops)
        found = describe(output)
    except OSError as error:
        raise RecordError(f"{output} cannot be read: {said(error)}") from error
    if found.sha256 != record.output.sha256:
        raise RecordError(f"{output} was changed since it was written, outside its rows: sha256 {found.sha256}")
    return verified


def _check_folder(output: Path) -> None:
    """A folder holds nothing but parts: other programs read whatever else is in it."""
    if os.path.isdir(output):
        added = sorted(set(os.listdir(output)) - {part.name for part in parts_of(output)})
        if added:
            raise RecordError(f"{output} holds {added[0]!r}, which its run did not write: move it away")


def _check_rows(output: Path, record: RunRecord, *, crops: bool) -> Verified:
    chain, statuses, changed, num_crops = Chain(), Counter[str](), list[str](), 0
    for number, row in enumerate(_rows(output), 1):
        if not chain.check(row):
            raise RecordError(f"row {number} of {output} was changed, or a row before it is missing: {row['path']}")
        if row["model_sha256"] != record.model_sha256:
            raise RecordError(f"row {number} of {output} was answered by a model other than the one in its record")
        statuses[row["status"]] += 1
        if crops and _is_file_of_its_own(row):
            num_crops += 1
            if not _is_unchanged(row):
                changed.append(row["path"])
    if chain.num_rows != record.num_rows or chain.end != record.chain or dict(statuses) != record.statuses:
        raise RecordError(
            f"{output} has {chain.num_rows} rows, its record says {record.num_rows}: rows were removed or added"
        )
    return Verified(record=record, num_crops=num_crops, changed=tuple(changed))


def _rows(output: Path) -> Iterator[Record]:
    """The rows; one that cannot be read was changed, as a run reads back what it wrote."""
    try:
        yield from read_rows(output)
    except InputError as error:
        raise RecordError(str(error)) from error


def _is_file_of_its_own(row: Record) -> bool:
    """Whether the crop was a file, and not a member of a tar file or an array."""
    if row["path"] is None or row["sha256"] is None:
        return False
    return not any(os.path.isfile(each) for each in Path(path_of(row["path"])).parents)


def _is_unchanged(row: Record) -> bool:
    try:
        return bool(hashlib.sha256(read_bytes(path_of(row["path"]))).hexdigest() == row["sha256"])
    except CropError:
        return False


def _sha256(file: Any) -> str:
    found = hashlib.sha256()
    while piece := file.read(1 << 20):
        found.update(piece)
    return found.hexdigest()
