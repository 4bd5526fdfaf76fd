"""The cluster that a job runs on: one that is there already, or one on this machine for as long as the job takes."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from vehicle_id.errors import InputError, needs_extra
from vehicle_id.parallel import usable_cores
from vehicle_id.text import said

NOWHERE: Final = "http://127.0.0.1:9/"


@contextmanager
def connected(address: str | None, *, num_workers: int | None = None) -> Iterator[Any]:
    """The module `ray`, connected.

    Args:
        address: `host:port` of a cluster's head, `auto` for the cluster of this machine, or None to start one here.
        num_workers: for which a cluster that is started here has a CPU each.

    Raises:
        InputError: no cluster answers at the address, or none starts here.
        MissingExtraError: without the extra `ray`.
    """
    # Ray would report its use to its makers, and even that it may not: nothing is sent that was not asked for
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_USAGE_STATS_REPORT_URL", NOWHERE)
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")  # what a user can do something about is raised
    with needs_extra("--engine ray", "ray"):
        import ray
        import ray.data
    if address is not None and "://" in address:
        raise InputError(f"{address} is an address of Ray Client: run this on a node, or name the head as host:6379")
    for name in ("ray", "ray.data"):
        logging.getLogger(name).setLevel(logging.ERROR)
    was_connected = ray.is_initialized()
    if not was_connected:
        _connect(ray, address, num_workers or usable_cores())
    ray.data.DataContext.get_current().enable_progress_bars = False
    try:
        yield ray
    finally:
        if not was_connected:
            ray.shutdown()


def _connect(ray: Any, address: str | None, num_cpus: int) -> None:
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
    try:
        if address is None:
            ray.init(address="local", num_cpus=num_cpus, include_dashboard=False, **quiet)
        else:
            ray.init(address=address, **quiet)
    except Exception as error:  # Ray raises all kinds, `Exception` itself among them
        if address is None:
            raise InputError(
                f"Ray does not start on this machine ({said(error)}): try again when it has less to do, or start Ray "
                "with 'ray start --head' and name --address auto"
            ) from error
        raise InputError(
            f"no Ray cluster answers at {address} ({said(error)}): start one with 'ray start --head', or leave out "
            "--address to use this machine"
        ) from error


def num_workers_of(ray: Any, wanted: int | None, *, on_gpu: bool) -> int:
    """The workers of a job: as many as wanted, or one for each CPU or GPU that the cluster has now."""
    kind = "GPU" if on_gpu else "CPU"
    num = int(ray.cluster_resources().get(kind, 0))
    if wanted is not None:
        return wanted
    if not num:
        raise InputError(f"the cluster has no {kind} now: name --num-workers to wait for nodes")
    return num
