"""A decoder that has been taken over: gives up its rights as it does, then tries to get out. Prints what it achieved.

python tests/processes/escapes.py FOLDER [--no-filter] [--forked] | cat    # FOLDER contains the file `there`
"""

# each attempt is one system call
# ruff: noqa: PTH101, PTH102, PTH104, PTH108, PTH116, PTH211
from __future__ import annotations

import ctypes
import json
import mmap
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from vehicle_id.crops import decoder_process
from vehicle_id.processes import sandbox
from vehicle_id.processes.fork import Fork, can_fork

folder = Path(sys.argv[1])
there, new = str(folder / "there"), str(folder / "new")
libc = ctypes.CDLL(None, use_errno=True)


def call(number: int, *arguments: int) -> Callable[[], None]:
    """A system call by number: no check of Python's or of libc's is in between."""

    def make() -> None:
        if libc.syscall(ctypes.c_long(number), *[ctypes.c_long(each) for each in arguments]) < 0:
            raise OSError(ctypes.get_errno(), "")

    return make


def with_free_streams(attempt: Callable[[], object]) -> Callable[[], None]:
    """With stream 2 closed: its number is free for a new file."""

    def make() -> None:
        try:
            os.close(2)
        except OSError:
            libc.close(2)
        attempt()

    return make


def fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def start_thread() -> None:
    threading.Thread(target=int).start()


ATTEMPTS: dict[str, Callable[[], object]] = {
    "open to read": lambda: os.open(there, os.O_RDONLY),
    "open to write": lambda: os.open(new, os.O_WRONLY | os.O_CREAT),
    "open with a free stream": with_free_streams(lambda: os.open(there, os.O_RDONLY)),
    "socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
    "unix socket": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
    "pair of sockets": socket.socketpair,
    "pipe": os.pipe,
    "duplicate": lambda: os.dup(1),
    "memory file": lambda: os.memfd_create("m"),
    "unlink": lambda: os.unlink(there),
    "rename": lambda: os.rename(there, new),
    "truncate": lambda: os.truncate(there, 0),
    "chmod": lambda: os.chmod(there, 0o777),
    "link": lambda: os.link(there, new),
    "symlink": lambda: os.symlink(there, new),
    "mkdir": lambda: os.mkdir(new),
    "mknod": lambda: os.mkfifo(new),
    "list": lambda: os.listdir(folder),
    "is there": lambda: os.stat(there),
    "chdir": lambda: os.chdir(folder),
    "fork": fork,
    "start": lambda: subprocess.run(["true"], check=False),
    "thread": start_thread,
    "signal": lambda: os.kill(os.getppid() or 1, 0),
    "signal to all": lambda: os.kill(-1, 0),
    "priority": lambda: os.nice(1),
    "raise a limit": lambda: __import__("resource").setrlimit(7, (9, 9)),
    "read another stream": lambda: os.read(2, 1),
    "write another stream": lambda: os.write(2, b"x"),
    "close": lambda: os.close(2),
    "map a file": lambda: mmap.mmap(2, 1),
    "ptrace itself": call(101, 0, 0, 0, 0),
    "ptrace its parent": call(101, 16, os.getppid(), 0, 0),
    "read memory of its parent": call(310, os.getppid(), 0, 0, 0, 0, 0),
    "open by another table of calls": call(0x40000000 + 2, 0, 0, 0),
    "openat2": call(437, -100, 0, 0, 0),
    "io_uring": call(425, 1, 0),
    "bpf": call(321, 0, 0, 0),
    "user namespace": call(272, 0x10000000),
    "load a library": lambda: ctypes.CDLL("libutil.so.1"),
}
"""Numbers of system calls are those of x86-64."""

OPENING = [
    *("open to read", "open to write", "open with a free stream", "socket", "unix socket", "pair of sockets", "pipe"),
    *("duplicate", "memory file", "list", "openat2"),
]
"""What resource limits alone forbid."""


def main() -> None:
    """Try everything, here or in a fork."""
    if "--forked" not in sys.argv:
        try_all()
        return
    assert can_fork()
    process = Fork(lambda _source, _sink: try_all())
    sys.stdout.buffer.write(process.stdout.read())
    sys.exit(process.wait())


def try_all() -> None:
    """Prints what was achieved."""
    attempts = ATTEMPTS
    if "--no-filter" in sys.argv:
        sandbox.filter_system_calls = lambda: False
        attempts = {name: ATTEMPTS[name] for name in OPENING}  # the others would succeed: ptrace stops the parent
    decoder_process.load_all()
    filtered = decoder_process.give_up_rights()
    achieved = {}
    for name, attempt in attempts.items():
        try:
            attempt()
            achieved[name] = "done"
        except Exception as error:
            achieved[name] = type(error).__name__
    os.write(1, json.dumps({"filtered": filtered, "achieved": achieved}).encode())


if __name__ == "__main__":
    main()
