"""One decoder process and its successors, as their parent sees them: asked, timed, ended and started again.

Crops are sent in groups. If the process does not answer a group, it is started again, and each crop is sent alone. A
crop then costs its decoder when it crashes it, hangs it, or makes it answer what is no answer. What happens to the
process otherwise costs nothing: it is started again, and the crop is sent once more.
"""

from __future__ import annotations

import signal
import subprocess
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Final

from vehicle_id.crops import decoder_messages as messages
from vehicle_id.crops.decoder_messages import EncodedCrop
from vehicle_id.crops.decoder_process import serve_streams
from vehicle_id.crops.open import DecodedCrop
from vehicle_id.errors import CropError, InputError
from vehicle_id.processes import pipes
from vehicle_id.processes.fork import Fork, Process, can_fork
from vehicle_id.processes.python import ending, start_python
from vehicle_id.results import Status

TIME_LIMIT_S: Final = 5.0
"""For one crop, from its first byte to its chip. The largest crops take under one second."""
GROUP_LIMIT_S: Final = 2.0
"""For a group of crops. Most take a few hundredths; a group that takes longer is sent once more, crop by crop."""
START_LIMIT_S: Final = 60.0
NUM_STARTS: Final = 3
"""Attempts to start one process."""
TICK_S: Final = 0.2
"""How often the time is looked at."""
ENDING_S: Final = 1.0
"""Time to end for a process that has closed its streams."""
ENDED_BY_OTHERS: Final = {-int(getattr(signal, name, 0)) for name in ("SIGKILL", "SIGTERM", "SIGINT", "SIGHUP")} - {0}
"""Exit codes of a process that did not end by itself: a person ended it, or a system short of memory."""


class Decoder:
    """A decoder process that is replaced when it ends. It starts at once; the first use waits until it is ready.

    Args:
        some_started: set as soon as one process has started, by any `Decoder` that shares it. From then on a process
            that does not start is the fault of one crop's row and not of the installation.
        fork: the first process may be a fork of this one, where it can be (`processes/fork.py`).

    Raises:
        InputError: there is no Python interpreter to start.
    """

    def __init__(self, some_started: threading.Event, *, fork: bool = False) -> None:
        self.is_filtered = False
        """Whether the system calls of the running process are filtered."""
        self._some_started = some_started
        self._process: Process | None = None
        self._is_ready = False
        self._is_closed = False
        self._number = 0
        self._lock = threading.Lock()
        self._left_s: float | None = None
        self._timed_out = False
        self._ended = threading.Event()
        self._start(fork=fork)
        threading.Thread(target=_watch, args=(weakref.ref(self), self._ended), daemon=True).start()

    @property
    def has_process(self) -> bool:
        """Whether a process runs or starts."""
        return self._process is not None

    def open_crops(
        self, crops: Sequence[EncodedCrop], *, chip_px: int, views: int = 1
    ) -> list[DecodedCrop | CropError]:
        """As `open.open_crop` for each crop, in the decoder process: the crop, or why there is none.

        An error is also the answer for a crop that crashes the decoder, or takes longer than `TIME_LIMIT_S`.

        Raises:
            InputError: no decoder process starts.
        """
        if len(crops) > 1:
            with suppress(CropError):
                self._be_ready()
                try:
                    return self._ask(crops, GROUP_LIMIT_S, chip_px=chip_px, views=views)
                except (OSError, EOFError, messages.BadReplyError):
                    self._discard()
        return [self._open_alone(crop, chip_px=chip_px, views=views) for crop in crops]

    def _open_alone(self, crop: EncodedCrop, *, chip_px: int, views: int) -> DecodedCrop | CropError:
        for is_last in (False, True):
            try:
                self._be_ready()
                [answer] = self._ask([crop], TIME_LIMIT_S, chip_px=chip_px, views=views)
            except CropError as error:  # no process starts
                return error
            except (OSError, EOFError, messages.BadReplyError) as error:
                fault, is_innocent = self._fault(error)
                self._start()  # while the caller goes on
                if is_last or not is_innocent:
                    return fault
            else:
                return answer
        raise AssertionError("the last attempt returns")

    def end(self) -> None:
        """End the process for good."""
        self._is_closed = True
        self._ended.set()
        self._discard()

    def forget(self) -> None:
        """Let go of a process that belongs to another process, of which this one is a fork: it is not ended."""
        if self._process is not None:  # no lock is taken: a thread that this process lacks may hold it for ever
            pipes.close(self._process.stdin, self._process.stdout)
            self._process.returncode = 0  # or it would be waited for
            self._process = None

    def tick(self, passed_s: float) -> None:
        """Count time, and end a process that has had too much of it."""
        with self._lock:
            if self._left_s is None or self._process is None:
                return
            self._left_s -= passed_s
            if self._left_s < 0:
                self._left_s, self._timed_out = None, True
                self._process.kill()

    def _ask(
        self, crops: Sequence[EncodedCrop], limit_s: float, *, chip_px: int, views: int
    ) -> list[DecodedCrop | CropError]:
        assert self._process is not None
        self._number += 1
        stated = tuple(crop.stated for crop in crops)
        request = messages.Request(number=self._number, chip_px=chip_px, views=views, stated=stated)
        data = [crop.data for crop in crops]
        with self._time_limit(limit_s):
            pipes.write_all(self._process.stdin, request.pack([len(each) for each in data]), *data)
            return messages.read_reply(partial(pipes.read_exactly, self._process.stdout), request)

    @contextmanager
    def _time_limit(self, limit_s: float) -> Iterator[None]:
        with self._lock:
            self._left_s, self._timed_out = limit_s, False
        try:
            yield
        finally:
            with self._lock:
                self._left_s = None

    def _fault(self, error: Exception) -> tuple[CropError, bool]:
        """What became of the process, which has ended, and whether it would have come to a crop of any content."""
        is_bad = isinstance(error, messages.BadReplyError)
        timed_out, code = self._timed_out, self._discard(0.0 if is_bad else ENDING_S)
        if timed_out:
            return CropError(Status.TIMED_OUT, f"the decoder took longer than {TIME_LIMIT_S:g} s and was ended"), False
        if is_bad or code is None:
            reason = "the decoder returned no valid answer and was ended"
            return CropError(Status.CRASHED, reason), isinstance(error, messages.StaleReplyError)
        return CropError(Status.CRASHED, f"the decoder crashed: {ending(code)}"), code in ENDED_BY_OTHERS

    def _be_ready(self) -> None:
        if self._timed_out:  # at the instant when its reply was complete
            self._discard()
        for attempt in range(NUM_STARTS):
            if self._is_closed:
                raise InputError("the decoder processes have been closed: make another Classifier")
            if self._process is None:
                time.sleep(0.1 * attempt)
                self._start()
            if self._is_ready or self._becomes_ready():
                return
            self._discard()
        if self._some_started.is_set():
            raise CropError(Status.CRASHED, f"no decoder process started in {NUM_STARTS} attempts")
        raise InputError("a decoder process does not start: try --no-isolate")

    def _start(self, *, fork: bool = False) -> None:
        """Start a process, unless the system starts none now."""
        with suppress(OSError):
            if fork and can_fork():
                self._process = Fork(serve_streams)
            else:
                self._process = start_python("vehicle_id.crops.decoder_process", "serve")
            pipes.widen(self._process.stdin)
            pipes.widen(self._process.stdout)

    def _becomes_ready(self) -> bool:
        if self._process is None:
            return False
        try:
            with self._time_limit(START_LIMIT_S):
                greeting = pipes.read_exactly(self._process.stdout, len(messages.READY) + 1)
        except (OSError, EOFError):
            return False
        self.is_filtered = greeting == messages.READY + messages.FILTERED
        self._is_ready = self.is_filtered or greeting == messages.READY + messages.NOT_FILTERED
        if self._is_ready:
            self._some_started.set()
        return self._is_ready

    def _discard(self, wait_s: float = 0.0) -> int | None:
        """End the process; its exit code if it ended by itself within the time, else None."""
        self._is_ready = False
        with self._lock:
            process, self._process, self._timed_out = self._process, None, False
        if process is None:
            return None
        with suppress(subprocess.TimeoutExpired):
            process.wait(wait_s)
        code = process.poll()
        process.kill()
        pipes.close(process.stdin, process.stdout)
        process.wait()
        return code


def _watch(decoder: weakref.ref[Decoder], ended: threading.Event) -> None:
    """Count the time of a decoder's crop. While this process is stopped, as by Ctrl-Z, no time is counted."""
    before = time.monotonic()
    while not ended.wait(TICK_S):
        found, now = decoder(), time.monotonic()
        if found is None:
            return
        found.tick(min(now - before, 2 * TICK_S))
        before = now
        del found
