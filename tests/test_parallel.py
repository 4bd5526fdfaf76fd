"""Batches through threads: order, limits, errors, and the end when no more results are requested."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator

import pytest

from vehicle_id.parallel import AHEAD, map_ordered, usable_cores

THREADS = pytest.mark.parametrize("threads", [1, 2, 7])


def batches(num: int, size: int = 3) -> Iterator[list[int]]:
    for first in range(0, num, size):
        yield list(range(first, min(num, first + size)))


def slow_first(batch: list[int]) -> list[int]:
    """The earlier the batch the longer it takes."""
    time.sleep(0.002 * max(0, 5 - batch[0] // 3))
    return [-each for each in batch]


@THREADS
def test_results_come_in_input_order(threads: int) -> None:
    assert list(map_ordered(batches(50), slow_first, threads=threads)) == [-each for each in range(50)]
    assert list(map_ordered(batches(0), slow_first, threads=threads)) == []


def test_two_batches_are_worked_on_at_once() -> None:
    meeting = threading.Barrier(2, timeout=5)

    def meet(batch: list[int]) -> list[int]:
        meeting.wait()
        return batch

    assert list(map_ordered(batches(6), meet, threads=2)) == list(range(6))


@THREADS
def test_the_input_is_read_as_results_are_requested(threads: int) -> None:
    taken: list[int] = []

    def watched() -> Iterator[list[int]]:
        for batch in ([number] for number in itertools.count()):
            taken.extend(batch)
            yield batch

    results = map_ordered(watched(), lambda batch: batch, threads=threads)
    for number in range(20):
        assert next(results) == number
        assert len(taken) <= number + 1 + threads + AHEAD
    results.close()


@THREADS
def test_an_error_is_raised_after_the_results_before_it(threads: int) -> None:
    def broken_input() -> Iterator[list[int]]:
        yield from batches(9)
        raise OSError("the disk is gone")

    def broken_work(batch: list[int]) -> list[int]:
        if batch[0] == 9:
            raise ValueError("cannot do nine")
        return batch

    for results, error in (
        (map_ordered(broken_input(), slow_first, threads=threads), OSError),
        (map_ordered(batches(30), broken_work, threads=threads), ValueError),
    ):
        seen: list[int] = []
        with pytest.raises(error):
            for each in results:
                seen.append(abs(each))
        assert seen == list(range(9))


@THREADS
def test_threads_end_with_the_stream(threads: int) -> None:
    before = threading.active_count()
    begun: list[int] = []

    def work(batch: list[int]) -> list[int]:
        begun.extend(batch)
        time.sleep(0.001)
        return batch

    results = map_ordered(([number] for number in itertools.count()), work, threads=threads)
    assert next(results) == 0
    results.close()
    assert threading.active_count() == before
    done = len(begun)
    time.sleep(0.01)
    assert len(begun) == done <= 1 + threads + AHEAD


def test_there_is_a_core_to_run_on() -> None:
    assert usable_cores() >= 1
