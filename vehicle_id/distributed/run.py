"""A job: parts are answered by a pool of Ray actors, and the record is written when all are there.

Finished parts of an earlier run are found by their names and left out. However a job ends, each part that is there is
whole.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePath
from typing import Any, Final

import msgspec

from vehicle_id.distributed.dataset import GPU_PROVIDERS
from vehicle_id.distributed.part_folder import PartFolder, part_folder
from vehicle_id.distributed.part_worker import (
    JobOrder,
    PartSummary,
    PartWorker,
    config_of,
    packed,
    summary_of,
    unpacked,
)
from vehicle_id.distributed.plan import PartPlan
from vehicle_id.distributed.worker import Fetch
from vehicle_id.errors import OutputError
from vehicle_id.output.hash_chain import end_of_parts
from vehicle_id.output.run import REMEDY, made_by, now
from vehicle_id.output.run_record import Output, RunRecord, RunSession
from vehicle_id.text import path_text

MOST_BLOCKS: Final = 10_000
"""Blocks that Ray is given; of more parts, each block has several."""


@dataclass(slots=True)
class NodeWork:
    """What a node has answered."""

    num_crops: int = 0
    began: float = float("inf")
    ended: float = 0.0

    @property
    def crops_per_s(self) -> float:
        """From the start of its first part to the end of its last one."""
        return self.num_crops / max(1e-9, self.ended - self.began)


@dataclass(slots=True)
class JobOutcome:
    """What a job has done so far."""

    statuses: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    num_without_gsd: int = 0
    num_kept: int = 0
    """Rows of parts that an earlier run had finished."""
    nodes: dict[str, NodeWork] = field(default_factory=dict)
    num_parts: int = 0
    """Of the job."""
    num_done: int = 0

    @property
    def num_rows(self) -> int:
        """Rows of all finished parts."""
        return sum(self.statuses.values())

    def add(self, part: PartSummary, *, is_kept: bool) -> None:
        """Count a finished part."""
        self.statuses.update(part.statuses)
        self.labels.update(part.labels)
        self.num_without_gsd += part.num_without_gsd
        self.num_done += 1
        if is_kept:
            self.num_kept += part.num_rows
            return
        node = self.nodes.setdefault(part.node, NodeWork())
        node.num_crops += part.num_rows
        node.began, node.ended = min(node.began, part.began), max(node.ended, part.ended)


class ClusterRun:
    """Answers the parts of a plan on a cluster.

    Args:
        plan: the parts.
        order: what every worker knows.
        num_workers: actors.
        fetch: returns the model's files on a node.
        resume: keep the parts of an earlier run; an output of another configuration is an error. If False, all parts
            that are there are removed first.

    Raises:
        OutputError: the output belongs to another run, or cannot be written.
    """

    def __init__(
        self, plan: PartPlan, order: JobOrder, *, num_workers: int, fetch: Fetch | None = None, resume: bool = True
    ) -> None:
        self._order, self._num_workers, self._fetch = order, num_workers, fetch
        self._folder = part_folder(order.out)
        self._began, self._resume = now(), resume
        self._names, self._todo = list[str](), list[bytes]()
        there = set(self._start(resume=resume))
        for part in plan.named(order.config):
            self._names.append(part.name)
            if part.name not in there:
                self._todo.append(msgspec.json.encode(part))
        self._unplanned = sorted(there - set(self._names))
        if self._unplanned:
            self._check_same(self._unplanned[0])
        self._kept = [name for name in self._names if name in there]
        self.outcome = JobOutcome(num_parts=len(self._names))

    def _start(self, *, resume: bool) -> list[str]:
        names, others = self._folder.names(), self._folder.others()
        if others:
            raise OutputError(f"the output {self._order.out} holds {others[0]!r}, which is no part: name a new folder")
        if resume:
            return names
        for name in names:
            self._folder.remove(name)
        return []

    def _check_same(self, name: str) -> None:
        """Parts of other crops are replaced at the end, if the model and the options were the same."""
        difference = self._order.config.difference(config_of(self._folder, name))
        if difference is not None:
            raise OutputError(f"the output {self._order.out} exists already, and {difference}: {REMEDY}")

    def run(self, ray: Any) -> Iterator[PartSummary]:
        """The summary of each part as it is finished, in no order; at the end the record is written.

        Raises:
            VehicleIdError: what a worker found wrong with the job. Finished parts stay.
        """
        found = dict[str, PartSummary]()
        for names, summaries in ((self._kept, self._read), (self._todo, self._answer)):
            for summary in summaries(ray) if names else ():
                found[summary.name] = summary
                self.outcome.add(summary, is_kept=names is self._kept)
                yield summary
        self._finish(found)

    def _read(self, ray: Any) -> Iterator[PartSummary]:
        """Of the parts that are there."""
        look = partial(_look, self._order.out)
        blocks = _blocks(ray, [{"name": name} for name in self._kept])
        return _summaries(blocks.map_batches(look, batch_size=1, batch_format="pyarrow"))

    def _answer(self, ray: Any) -> Iterator[PartSummary]:
        blocks = _blocks(ray, [{"part": part} for part in self._todo])
        num = min(self._num_workers, len(self._todo))
        done = blocks.map_batches(
            PartWorker,
            batch_size=1,
            batch_format="pyarrow",
            # down to one: when a node is lost, its parts wait for room on another one
            compute=ray.data.ActorPoolStrategy(
                min_size=1, max_size=num, initial_size=num, max_tasks_in_flight_per_actor=1
            ),
            num_cpus=self._order.answering.threads,
            num_gpus=1 if self._order.answering.provider in GPU_PROVIDERS else 0,
            fn_constructor_kwargs={"order": self._order, "fetch": self._fetch},
        )
        return _summaries(done)

    def _finish(self, found: dict[str, PartSummary]) -> None:
        missing = set(self._names) - set(self._folder.names())
        if missing:
            raise OutputError(
                f"the part {min(missing)} was written by a node to a folder that is not {self._order.out} of this "
                "machine: name a folder that every node shares, or a URL of object storage"
            )
        for name in self._unplanned:
            self._folder.remove(name)
        self._folder.write_record(self._record([found[name] for name in self._names]).to_json())

    def _record(self, parts: Sequence[PartSummary]) -> RunRecord:
        config = self._order.config
        listed = "".join(f"{part.sha256}  {part.name}\n" for part in parts)
        output = Output(
            name=path_text(PurePath(self._order.out).name),
            bytes=sum(part.num_bytes for part in parts),
            sha256=hashlib.sha256(listed.encode()).hexdigest(),
        )
        session = RunSession(
            started=self._began,
            ended=now(),
            num_kept=self.outcome.num_kept,
            num_answered=self.outcome.num_rows - self.outcome.num_kept,
        )
        return RunRecord(
            made_by=made_by(),
            model=config.model,
            model_sha256=config.model_sha256,
            options=config.options,
            sessions=(*(_earlier_sessions(self._folder) if self._resume else ()), session),
            complete=True,
            num_rows=self.outcome.num_rows,
            statuses=dict(sorted(self.outcome.statuses.items())),
            chain=end_of_parts(part.chain for part in parts),
            output=output,
        ).with_digest()


def _earlier_sessions(folder: PartFolder) -> tuple[RunSession, ...]:
    data = folder.read_record()
    try:
        record = None if data is None else RunRecord.from_json(data)
    except (ValueError, msgspec.MsgspecError):
        return ()
    return record.sessions if record is not None and record.is_intact else ()


def _blocks(ray: Any, rows: list[dict[str, Any]]) -> Any:
    return ray.data.from_items(rows, override_num_blocks=min(len(rows), MOST_BLOCKS))


def _summaries(dataset: Any) -> Iterator[PartSummary]:
    return (unpacked(row["summary"]) for row in dataset.iter_rows())


def _look(out: str, block: Any) -> dict[str, list[bytes]]:
    folder = part_folder(out)
    look: Callable[[str], Callable[[], PartSummary]] = lambda name: lambda: summary_of(folder, name)  # noqa: E731
    return {"summary": [packed(look(each.as_py())) for each in block["name"]]}
