"""Jobs in this process: what Ray Data does with the parts, without Ray."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa

from tests.conftest import TINY
from vehicle_id.distributed.part_worker import JobOrder
from vehicle_id.distributed.plan import PartPlan
from vehicle_id.distributed.run import ClusterRun
from vehicle_id.distributed.worker import Answering
from vehicle_id.model import hub
from vehicle_id.output.readers import read_rows
from vehicle_id.output.run import RunConfig
from vehicle_id.results import Record

SHA256 = hub.load(TINY).sha256


class HereData:
    """As much of `ray.data` as a job uses."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self._rows = rows

    def map_batches(self, work: Any, *, fn_constructor_kwargs: Any = None, **_: Any) -> HereData:
        call = work(**fn_constructor_kwargs) if isinstance(work, type) else work
        blocks = [call(pa.Table.from_pylist([row])) for row in reversed(self._rows)]  # in no order
        return HereData([{"summary": each} for block in blocks for each in block["summary"]])

    def iter_rows(self) -> Iterator[dict[str, Any]]:
        return iter(self._rows)


HERE: Any = SimpleNamespace(
    data=SimpleNamespace(
        from_items=lambda rows, override_num_blocks: HereData(rows), ActorPoolStrategy=lambda **_: None
    )
)


def order_for(plan: PartPlan, out: object, **options: Any) -> JobOrder:
    return JobOrder(
        out=str(out),
        folder=str(Path.cwd()),
        config=RunConfig(model="tiny-0.1", model_sha256=SHA256, options=dict(options)),
        columns=plan.columns,
        answering=Answering(model=str(TINY), sha256=SHA256, isolate=False, **options),
    )


def run_job(plan: PartPlan, out: object, *, resume: bool = True, **options: Any) -> ClusterRun:
    job = ClusterRun(plan, order_for(plan, out, **options), num_workers=1, resume=resume)
    for _ in job.run(HERE):
        pass
    return job


def answers_in(out: Path) -> list[Record]:
    return [{name: value for name, value in row.items() if name != "chain"} for row in read_rows(out)]


def parts_in(out: Path) -> dict[str, tuple[int, int]]:
    """Names of parts, with what changes when one is written again; not what is half written."""
    names = sorted(name for name in os.listdir(out) if name[:1] != ".")
    return {name: ((found := (out / name).stat()).st_ino, found.st_mtime_ns) for name in names}
