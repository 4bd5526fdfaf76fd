"""`PartWorker`: answers the parts of a job, one at a time, and writes each as one Parquet file."""

from __future__ import annotations

import hashlib
import io
import json
import os
import platform
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from vehicle_id.distributed.part_folder import PartFolder, part_folder
from vehicle_id.distributed.parts import Part
from vehicle_id.distributed.storage import reading
from vehicle_id.distributed.worker import Answering, Fetch, answers, classifier_of, row_of
from vehicle_id.errors import InputError, OutputError, RecordError, VehicleIdError
from vehicle_id.output.formats import ParquetWriter
from vehicle_id.output.hash_chain import LINK, PART_START, Chain
from vehicle_id.output.run import RunConfig
from vehicle_id.results import Record
from vehicle_id.version import __version__

ABOUT: Final = "vehicle_id.run"
"""Key of a part's metadata with the configuration of its run."""


class PlannedPart(msgspec.Struct, frozen=True, kw_only=True):
    """A part with the name of its file."""

    name: str
    part: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOrder:
    """What every worker of a job knows."""

    out: str
    folder: str
    """The folder in which the command was started: relative paths begin there."""
    config: RunConfig
    columns: tuple[str, ...]
    """The user's own, of every part."""
    answering: Answering
    version: str = __version__


class PartSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What the machine that runs the job needs to know of a finished part."""

    name: str
    num_rows: int
    statuses: dict[str, int]
    labels: dict[str, int]
    num_without_gsd: int
    chain: str
    """The end of its chain."""
    num_bytes: int
    sha256: str
    """Of the file."""
    node: str
    began: float
    """Seconds since 1970, by the clock of the node."""
    ended: float


class PartWorker:
    """Ray Data gives it a block with a part, and gets a block with its summary, or with the error that ends the job.

    Args:
        order: of the job.
        fetch: as for `CropWorker`.
    """

    def __init__(self, order: JobOrder, fetch: Fetch | None = None) -> None:
        self._order, self._fetch = order, fetch

    def __call__(self, block: Any) -> dict[str, list[bytes]]:
        """A block with a column `part` -> one with a column `summary`."""
        return {"summary": [packed(lambda each=each: self._answered(each.as_py())) for each in block["part"]]}

    def _answered(self, planned: bytes) -> PartSummary:
        order, part = self._order, msgspec.json.decode(planned, type=PlannedPart)
        if order.version != __version__:
            raise InputError(
                f"the node {platform.node()} has vehicle-id {__version__}, and the job is of {order.version}: install "
                "the same version on every node"
            )
        if os.path.isdir(order.folder):
            os.chdir(order.folder)
        folder = part_folder(order.out)
        if folder.has(part.name):  # the worker that wrote it was lost before it could say so
            return summary_of(folder, part.name)
        summary, data = self._answer(part)
        folder.write(part.name, data)
        return summary

    def _answer(self, planned: PlannedPart) -> tuple[PartSummary, bytes]:
        began, order = time.time(), self._order
        classifier = classifier_of(order.answering, self._fetch)
        file, count = io.BytesIO(), _Count()
        writer = ParquetWriter(file, about=about(order.config))
        for result in answers(classifier, order.answering, planned.part.read()):
            record = row_of(result, order.columns)
            writer.write(count.add(record))
        writer.finish()
        data = file.getvalue()
        return count.summary(planned.name, data, began=began), data


class _Count:
    """Counts the rows of a part and links them."""

    def __init__(self) -> None:
        self.chain = Chain(PART_START)
        self._statuses, self._labels, self._num_without_gsd = Counter[str](), Counter[str](), 0

    def add(self, record: Record) -> Record:
        self.count(record)
        return self.chain.add(record)

    def count(self, record: Record) -> None:
        self._statuses[record["status"]] += 1
        if record["label"] is not None:
            self._labels[record["label"]] += 1
            self._num_without_gsd += "gsd_unknown" in record["flags"]

    def summary(self, name: str, data: bytes, *, began: float) -> PartSummary:
        return PartSummary(
            name=name,
            num_rows=self.chain.num_rows,
            statuses=dict(self._statuses),
            labels=dict(self._labels),
            num_without_gsd=self._num_without_gsd,
            chain=self.chain.end,
            num_bytes=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            node=platform.node(),
            began=began,
            ended=time.time(),
        )


def about(config: RunConfig) -> dict[str, str]:
    """What a part's metadata say of its run."""
    return {ABOUT: json.dumps(msgspec.to_builtins(config))}


def config_of(folder: PartFolder, name: str) -> RunConfig:
    """The configuration of the run that wrote a part.

    Raises:
        OutputError: no run wrote it.
    """
    import pyarrow.parquet as pq

    data = folder.read(name)
    try:
        metadata = pq.read_schema(io.BytesIO(data)).metadata or {}
        return msgspec.json.decode(metadata[ABOUT.encode()], type=RunConfig)
    except Exception as error:  # for a damaged file pyarrow raises all kinds of exceptions
        raise OutputError(
            f"the part {name} in the output was not written by a run of --engine ray: name another folder"
        ) from error


def summary_of(folder: PartFolder, name: str) -> PartSummary:
    """The summary of a part that is there, from its rows.

    Raises:
        RecordError: the part was changed since it was written.
    """
    import pyarrow.parquet as pq

    began, data, count = time.time(), folder.read(name), _Count()
    with reading(name), pq.ParquetFile(io.BytesIO(data)) as file:
        for batch in file.iter_batches(batch_size=1024):
            for row in batch.to_pylist():
                count.count(row)
                if count.chain.add(row)[LINK] != row.get(LINK):
                    raise RecordError(
                        f"row {count.chain.num_rows} of the part {name} was changed since it was written: remove that "
                        "file, and the same command answers its crops again"
                    )
    return count.summary(name, data, began=began)


def packed(work: Any) -> bytes:
    """The summary that some work returns, or its error, as JSON: an exception would lose its kind on the way."""
    try:
        return msgspec.json.encode({"summary": work()})
    except VehicleIdError as error:
        return msgspec.json.encode({"error": type(error).__name__, "arguments": error.args})


def unpacked(text: bytes) -> PartSummary:
    """The summary that `packed` put down; raises the error that it put down."""
    from vehicle_id import errors

    found = msgspec.json.decode(text)
    if "error" in found:
        raise getattr(errors, found["error"])(*found["arguments"])
    return msgspec.convert(found["summary"], PartSummary)
