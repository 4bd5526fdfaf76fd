"""Encoded crops -> chips in separate processes: a decoder that crashes, hangs or fills the memory costs one crop.

A decoder process receives groups of crops and returns pixels (`decoder_process.py`). This module shares the processes
among threads, and keeps them apart where a process that has some is forked.
"""

from __future__ import annotations

import os
import queue
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final

from vehicle_id.crops.decoder import Decoder
from vehicle_id.crops.decoder_messages import EncodedCrop
from vehicle_id.crops.open import DecodedCrop
from vehicle_id.errors import CropError, InputError
from vehicle_id.parallel import usable_cores

WAITED_S: Final = 0.5
"""Callers wait so long for the running processes, one after another and all together, before a further one starts."""


class Decoders:
    """A pool of decoder processes, each used by one caller at a time. They end with the pool and with its process.

    The first process starts at once. The others start when callers wait: decoding takes a small part of the time that
    the network takes, and a process that starts costs as much as some hundred crops. A fork of this process starts
    decoders of its own: two processes that share the streams of a decoder would get each other's crops.

    Args:
        num: the most processes; None = one per core, and one more.
        fork: the first may be a fork of this process, where that is possible. Only for a program that is this package's
            own: a decoder that is taken over by a crop can read what its process has in memory.

    Raises:
        InputError: there is no Python interpreter to start.
    """

    def __init__(self, num: int | None = None, *, fork: bool = False) -> None:
        self._num = usable_cores() + 1 if num is None else num
        self._is_closed = False
        self._renew()
        self._idle.put(self._add(Decoder(self._some_started, fork=fork)))
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=_forgetting(weakref.ref(self)))

    def open_crops(
        self, crops: Sequence[EncodedCrop], *, chip_px: int, views: int = 1
    ) -> list[DecodedCrop | CropError]:
        """As `decoder.Decoder.open_crops`, by one that no other caller uses meanwhile.

        Raises:
            InputError: the pool is closed, or no decoder process starts.
        """
        with self.one() as decoder:
            return decoder.open_crops(crops, chip_px=chip_px, views=views)

    @contextmanager
    def one(self) -> Iterator[Decoder]:
        """A decoder that no other caller uses meanwhile.

        Raises:
            InputError: the pool is closed.
        """
        decoder = self._take()
        try:
            yield decoder
        finally:
            if decoder in self._decoders:  # else this process was forked meanwhile
                self._idle.put(decoder)

    def close(self) -> None:
        """End the processes."""
        self._is_closed = True
        self._finalizer()

    def forget(self) -> None:
        """In a fork: leave the processes to the one that started them."""
        self._finalizer.detach()
        for decoder in self._decoders:
            decoder.forget()
        self._renew()

    def _renew(self) -> None:
        self._pid = os.getpid()
        self._decoders: list[Decoder] = []
        self._num_left = self._num
        self._lock = threading.Lock()
        self._idle: queue.LifoQueue[Decoder] = queue.LifoQueue()
        self._some_started = threading.Event()
        self._waited_s = 0.0
        self._finalizer = weakref.finalize(self, _end, self._decoders, self._pid)

    def _take(self) -> Decoder:
        if self._is_closed:
            raise InputError("the decoder processes have been closed: make another Classifier")
        if self._pid != os.getpid():  # forked by a program that tells Python nothing of it
            self.forget()
        with suppress(queue.Empty):
            decoder = self._idle.get_nowait()
            self._waited_s = 0.0
            return decoder
        while self._num_left:
            num_running, before = len(self._decoders), time.monotonic()
            with suppress(queue.Empty):
                decoder = self._idle.get(timeout=max(0.0, WAITED_S - self._waited_s) if num_running else 0.0)
                self._waited_s += time.monotonic() - before
                return decoder
            with self._lock:
                if self._num_left and len(self._decoders) == num_running:  # no other caller has just started one
                    self._waited_s = 0.0
                    decoder = Decoder(self._some_started)
                    if decoder.has_process or not self._decoders:
                        return self._add(decoder)
                    decoder.end()
                    self._num_left = 0  # the system starts no more: those that run have to do
        return self._idle.get()

    def _add(self, decoder: Decoder) -> Decoder:
        self._decoders.append(decoder)
        self._num_left -= 1
        return decoder


def _end(decoders: Sequence[Decoder], pid: int) -> None:
    if os.getpid() == pid:
        for decoder in decoders:
            decoder.end()


def _forgetting(pool: weakref.ref[Decoders]) -> Callable[[], None]:
    def forget() -> None:
        found = pool()
        if found is not None:
            found.forget()

    return forget
