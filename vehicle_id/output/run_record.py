"""The record of a run, beside its output: what was done, with what, when, and what came of it.

`results.csv` has `results.csv.run.json`. It names no machine, no person and no folder. Its seal is a hash of all that
it says, the end of the chain of rows and the hash of the file among it, so that an edit of either shows; a forger who
makes everything anew is found out only by a seal that was kept elsewhere. This room reads rows, and decides nothing.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from vehicle_id.errors import InputError, RecordError
from vehicle_id.output.hash_chain import LINK, Chain, canonical
from vehicle_id.output.readers import read_rows
from vehicle_id.text import path_of

SUFFIX: Final = ".run.json"
MAX_BYTES: Final = 1 << 24


class Sitting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One sitting of a run, from its start until it was done, stopped or killed."""

    started: str
    """UTC, ISO 8601."""
    ended: str | None = None
    """None: it was killed."""
    num_kept: int = 0
    """Rows of earlier sittings."""
    num_answered: int = 0
    """Rows that this one added."""
    stopped_by: str | None = None
    """`SIGINT`, ...; None: nobody."""


class Output(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file that the record is about."""

    name: str
    """Without its folder."""
    bytes: int
    sha256: str
    """Of a folder of parts: of the names and hashes of its parts."""


class RunRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was done."""

    schema: int = 1
    made_by: dict[str, str]
    """`vehicle-id` and what it runs on, with their versions."""
    model: str
    model_sha256: str
    options: dict[str, Any]
    """Those that an answer hangs on."""
    sittings: tuple[Sitting, ...]
    complete: bool
    """Whether every crop that was named has its row."""
    num_rows: int
    statuses: dict[str, int]
    chain: str
    """The last link."""
    output: Output
    seal: str = ""
    """Hash of all of the above."""

    def sealed(self) -> RunRecord:
        """The record with its seal."""
        return msgspec.structs.replace(self, seal=self._hash())

    @property
    def is_whole(self) -> bool:
        """Whether the seal is that of what the record says."""
        return self.seal == self._hash()

    def _hash(self) -> str:
        told = msgspec.to_builtins(self)
        return hashlib.sha256(canonical({name: value for name, value in told.items() if name != "seal"})).hexdigest()

    def to_json(self) -> bytes:
        """As it stands in the file."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n"


def record_path(output: Path) -> Path:
    """Where the record of an output is."""
    return output.with_name(output.name + SUFFIX)


def read_record(output: Path) -> RunRecord:
    """The record beside an output.

    Raises:
        InputError: there is none.
        RecordError: it cannot be read.
    """
    path = record_path(output)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES)
        return msgspec.json.decode(data, type=RunRecord)
    except FileNotFoundError as error:
        raise InputError(f"there is no record {path}: only a run of 'vehicle-id classify --out' leaves one") from error
    except (OSError, UnicodeDecodeError, RecursionError, msgspec.MsgspecError) as error:
        raise RecordError(f"the record {path} cannot be read: {error}") from error


def describe(output: Path) -> Output:
    """An output as it is on the disk.

    Raises:
        OSError: it cannot be read.
    """
    if not output.is_dir():
        with output.open("rb") as file:
            sha256 = _sha256(file)
            return Output(name=output.name, bytes=file.tell(), sha256=sha256)
    parts = [describe(part) for part in sorted(output.glob("part-*.parquet"))]
    text = "".join(f"{part.sha256}  {part.name}\n" for part in parts)
    return Output(
        name=output.name, bytes=sum(part.bytes for part in parts), sha256=hashlib.sha256(text.encode()).hexdigest()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What held."""

    record: RunRecord
    num_crops: int = 0
    """Crops whose content was compared, too."""
    changed: tuple[str, ...] = ()
    """Paths of crops that are not what they were, or not there."""


def verify_run(output: str | Path, *, crops: bool = False) -> Verified:
    """Hold a file of results against its record, row by row.

    Args:
        output: the file, or the folder of parts.
        crops: also compare the content of every crop that is a file with the hash in its row.

    Raises:
        InputError: no such file, or no record beside it.
        RecordError: with the first row that was changed, or with what else does not fit.
    """
    output = Path(output)
    record = read_record(output)
    if not record.is_whole:
        raise RecordError(f"the record {record_path(output)} was changed: its seal does not fit what it says")
    chain, statuses, changed, num_crops = Chain(), Counter[str](), list[str](), 0
    for number, row in enumerate(read_rows(output), 1):
        if chain.add(row)[LINK] != row[LINK]:
            raise RecordError(f"row {number} of {output} was changed, or a row before it is missing: {row['path']}")
        if row["model_sha256"] != record.model_sha256:
            raise RecordError(f"row {number} of {output} was answered by another model than its record says")
        statuses[row["status"]] += 1
        if crops and row["path"] is not None and row["sha256"] is not None:
            path = Path(path_of(row["path"]))
            if any(each.is_file() for each in path.parents):
                continue  # in a tar file
            num_crops += 1
            if _content(path) != row["sha256"]:
                changed.append(row["path"])
    if chain.num_rows != record.num_rows or chain.end != record.chain or dict(statuses) != record.statuses:
        raise RecordError(
            f"{output} has {chain.num_rows} rows, its record tells of {record.num_rows}: rows are missing"
        )
    found = describe(output)
    if found.sha256 != record.output.sha256:
        raise RecordError(f"{output} was changed since it was written, though not in its rows: sha256 {found.sha256}")
    return Verified(record=record, num_crops=num_crops, changed=tuple(changed))


def _content(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return _sha256(file)
    except OSError:
        return None


def _sha256(file: Any) -> str:
    found = hashlib.sha256()
    while piece := file.read(1 << 20):
        found.update(piece)
    return found.hexdigest()
