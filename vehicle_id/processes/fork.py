"""A fork of this process that runs a function, with the interface of `subprocess.Popen`.

A fork has all that this process has loaded: it starts in milliseconds, where an interpreter takes a fifth of a second
of processor time to load numpy and Pillow once more. It also has all that this process has in its memory. So fork only
a process that is this package's own, and only while it has one thread: what another thread has locked stays locked in
the fork for ever.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import IO, Final, NoReturn, Protocol

LAST_DESCRIPTOR: Final = 1 << 20
LONGEST_NAP_S: Final = 0.05


class Process(Protocol):
    """What is used of a child process, be it a `subprocess.Popen` or a `Fork`."""

    pid: int
    returncode: int | None
    stdin: IO[bytes] | None
    stdout: IO[bytes] | None

    def poll(self) -> int | None:
        """The exit code once it has ended: minus the number of the signal that ended it."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; raises `subprocess.TimeoutExpired`."""

    def kill(self) -> None:
        """End it."""

    def send_signal(self, sig: int) -> None:
        """Send it a signal, unless it has ended."""


def can_fork() -> bool:
    """Whether this is Linux, and a process of one thread."""
    try:
        return sys.platform == "linux" and len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return False


class Fork:
    """A fork of this process that calls a function with its standard input and output, two unbuffered pipes.

    Args:
        function: when it returns, the process ends. No other code of this process runs there.

    Raises:
        OSError: the system starts no process now.
    """

    def __init__(self, function: Callable[[IO[bytes], IO[bytes]], None]) -> None:
        child_in, own_in = os.pipe()
        own_out, child_out = os.pipe()
        self.stdin: IO[bytes] | None = os.fdopen(own_in, "wb", buffering=0)
        self.stdout: IO[bytes] | None = os.fdopen(own_out, "rb", buffering=0)
        self.returncode: int | None = None
        try:
            self.pid = os.fork()
            if self.pid == 0:
                _run(function, child_in, child_out)
        finally:
            os.close(child_in)
            os.close(child_out)

    def poll(self) -> int | None:
        """The exit code once it has ended: minus the number of the signal that ended it."""
        return self._reap(os.WNOHANG)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end.

        Raises:
            subprocess.TimeoutExpired: it takes longer.
        """
        until = None if timeout is None else time.monotonic() + timeout
        nap_s = 0.001
        while (code := self._reap(0 if until is None else os.WNOHANG)) is None:
            left_s = 0.0 if until is None else until - time.monotonic()
            if left_s <= 0:
                raise subprocess.TimeoutExpired("a fork of this process", timeout or 0.0)
            time.sleep(min(nap_s, left_s))
            nap_s = min(2 * nap_s, LONGEST_NAP_S)
        return code

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    def send_signal(self, sig: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, sig)

    def _reap(self, flags: int) -> int | None:
        if self.returncode is None:
            try:
                pid, status = os.waitpid(self.pid, flags)
            except ChildProcessError:  # SIGCHLD is ignored: it has ended, and nobody can tell how
                self.returncode = 0
            else:
                self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode


def _run(function: Callable[[IO[bytes], IO[bytes]], None], source: int, sink: int) -> NoReturn:
    """In the fork: be what `python.start_python` starts, call the function, and end."""
    code = 1
    try:
        os.setsid()  # Ctrl-C in a terminal reaches all processes of a session: the parent ends this one itself
        for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP, signal.SIGPIPE, signal.SIGXFSZ}:
            signal.signal(number, signal.SIG_DFL)  # but for two that Python ignores from its start
        null = os.open(os.devnull, os.O_WRONLY)
        for descriptor, stream in ((source, 0), (sink, 1), (null, 2)):
            os.dup2(descriptor, stream)
        os.closerange(3, LAST_DESCRIPTOR)
        reader, writer = os.fdopen(0, "rb"), os.fdopen(1, "wb")  # not closed: it may have given up the right to
        function(reader, writer)
        writer.flush()
        code = 0
    finally:
        os._exit(code)
