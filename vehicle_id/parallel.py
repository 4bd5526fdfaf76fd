"""Batches through threads, results in input order: while one batch is decoded another is in the network.

Decoders and onnxruntime let go of Python's lock while they work, so threads are enough, and nothing is
copied between processes. This room knows neither crops nor models.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Job = TypeVar("Job")
Done = TypeVar("Done")

AHEAD = 2
"""Batches that wait, beyond one for each thread: enough that no thread is idle while results are taken in order."""


def usable_cores() -> int:
    """Cores this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def map_ordered(
    batches: Iterator[Sequence[Job]], work: Callable[[Sequence[Job]], Sequence[Done]], *, threads: int
) -> Iterator[Done]:
    """The results of `work` on each batch, one after another.

    Beyond the batch whose results are asked for, at most `threads` + `AHEAD` are taken from the input. Where the
    input or a batch raises, the results of all earlier batches come first. Whoever stops asking stops the
    threads: they finish the batch they are at, and begin no other.

    Args:
        batches: lazily taken, in the caller's thread.
        work: called in several threads at once; with one thread, in the caller's.
        threads: how many.
    """
    if threads == 1:
        for batch in batches:
            yield from work(batch)
        return
    waiting: deque[Future[Sequence[Done]]] = deque()
    pool = ThreadPoolExecutor(threads, thread_name_prefix="vehicle-id")
    try:
        fault = None
        while True:
            try:
                batch = next(batches)
            except StopIteration:
                break
            except Exception as error:  # whatever it is, the caller gets it, after what came before
                fault = error
                break
            waiting.append(pool.submit(work, batch))
            if len(waiting) > threads + AHEAD:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
        if fault is not None:
            raise fault
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
