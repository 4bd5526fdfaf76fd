"""Ctrl-C and like signals while crops are classified: finish the batch, write the finished rows, then end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from types import FrameType, TracebackType
from typing import TypeVar

Item = TypeVar("Item")

SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
"""Sent by Ctrl-C; by the system, to end; by a closed terminal. Windows has no SIGHUP."""


class _Asked(BaseException):
    """Ends a read that takes long, such as the search of a large folder; no `except Exception` holds it up."""


class Stop:
    """Context manager: the first signal asks the run to stop, a second Ctrl-C ends the process at once."""

    def __init__(self) -> None:
        self.asked_by: str | None = None
        """Name of the signal that was received."""
        self._before: dict[int, object] = {}
        self._is_reading = False

    @property
    def exit_code(self) -> int:
        """Exit code of the signal as in a shell; 0 without a signal."""
        return 0 if self.asked_by is None else 128 + signal.Signals[self.asked_by].value

    def unless_asked(self, items: Iterable[Item]) -> Iterator[Item]:
        """The items, until a signal is received, also in the middle of the search for the next one."""
        iterator = iter(items)
        try:
            while self.asked_by is None:
                self._is_reading = True
                item = next(iterator)
                self._is_reading = False
                yield item
        except (StopIteration, _Asked):
            return
        finally:
            self._is_reading = False

    def __enter__(self) -> Stop:
        if threading.current_thread() is threading.main_thread():  # only the main thread may set handlers
            for name in SIGNALS:
                with suppress(AttributeError):
                    number = getattr(signal, name)
                    if signal.getsignal(number) != signal.SIG_IGN:  # as under nohup
                        self._before[number] = signal.signal(number, self._ask)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._restore()

    def _ask(self, number: int, _: FrameType | None) -> None:
        self.asked_by = signal.Signals(number).name
        self._restore()
        if self._is_reading:
            self._is_reading = False
            raise _Asked

    def _restore(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
        self._before = {}
