"""An ordered parallel map over batches: while one batch is decoded, another is in the network. And memory kept.

Decoders and onnxruntime release Python's lock while they work, so threads are enough, and nothing is copied between
processes.
"""

from __future__ import annotations

import ctypes
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

Job = TypeVar("Job")
Done = TypeVar("Done")

AHEAD = 2
"""Batches that wait, in addition to one per thread: no thread is idle while results are taken in order."""


_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # malloc.h
_SMALL_BLOCK, _FEW_BLOCKS = 1 << 19, 1 << 24
"""Bytes: more than a batch of chips, and more than the batches in work."""


def keep_freed_memory(most: int = 1 << 29) -> None:
    """Make glibc keep freed memory: the system clears every page that is returned and taken again.

    Training takes twice as long without it, rendering 6 % longer. For processes that do only this. Without glibc it
    does nothing.

    Args:
        most: bytes; larger blocks, and what lies unused beyond it, are returned.
    """
    _set_malloc({_M_TRIM_THRESHOLD: most, _M_MMAP_THRESHOLD: most})


def return_large_blocks() -> None:
    """Make glibc return freed blocks of over half a MiB at once, and keep 16 MiB of smaller ones.

    By itself it keeps ever larger blocks. While a network is loaded, its weights are copied several times: without
    this the peak is an eighth higher. For processes that do only this. Without glibc it does nothing.
    """
    _set_malloc({_M_MMAP_THRESHOLD: _SMALL_BLOCK, _M_TRIM_THRESHOLD: _FEW_BLOCKS})


def _set_malloc(parameters: dict[int, int]) -> None:
    with suppress(AttributeError, OSError, TypeError):
        library = ctypes.CDLL(None)
        for parameter, value in parameters.items():
            library.mallopt(parameter, value)


def usable_cores() -> int:
    """Cores this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def use_one_blas_thread() -> None:
    """Let OpenBLAS, with which numpy multiplies, start no threads: call it before numpy is loaded.

    For processes that share their work among threads of their own. Only a process of one thread can be forked.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def map_ordered(
    batches: Iterator[Sequence[Job]], work: Callable[[Sequence[Job]], Sequence[Done]], *, threads: int
) -> Iterator[Done]:
    """The results of `work` on each batch, one after another.

    Besides the batch whose results are taken, at most `threads` + `AHEAD` are taken from the input. If the input or a
    batch raises, the results of all earlier batches come first. When the caller stops iterating, the threads finish
    their batches and begin no others.

    Args:
        batches: taken lazily, in the caller's thread.
        work: called in several threads at once; with one thread, in the caller's thread.
        threads: number of threads.
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
            except Exception as error:  # raised again after the results of earlier batches
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
