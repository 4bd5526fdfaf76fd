"""Refuses every network call of Python code in a process, and keeps a note of it.

The note is there because a library may catch the refusal and go on. A socket that native code opens by itself raises
no audit event and is not seen here. Unix sockets stay allowed: processes of one machine talk through them.
"""

from __future__ import annotations

import os
import socket
import sys
from typing import Any

NOTES = "VEHICLE_ID_TEST_NETWORK_NOTES"
"""Environment variable with the path of the file of notes, shared by the tests and their child processes."""

LOOKUPS = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"})
TO_ADDRESSES = frozenset({"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"})

IPV6_THERE = ("socket.bind", ("::1", 0))
"""How urllib3 asks, when it is imported, whether this machine knows IPv6: nothing is sent, and nobody can connect."""


class NetworkRefusedError(RuntimeError):
    """Code under test reached for the network."""


def install() -> None:
    """Watch this process from now on; an audit hook cannot be taken off again."""
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event in LOOKUPS:
        what = f"{event}({arguments[0]!r})"
    elif event in TO_ADDRESSES and not _is_local(*arguments) and (event, arguments[1]) != IPV6_THERE:
        what = f"{event}({arguments[1]!r})"
    else:
        return
    _note(what)
    raise NetworkRefusedError(f"{what}: no test of this suite may use the network")


def _is_local(opened: socket.socket, address: object) -> bool:
    """Of one machine; or a message into a connection, which was looked at when it was made."""
    return opened.family == getattr(socket, "AF_UNIX", None) or address is None


def _note(what: str) -> None:
    file = os.environ.get(NOTES)
    if file is None:
        return
    with open(file, "a", encoding="utf-8") as notes:  # noqa: PTH123  # in a child, before pathlib is loaded
        notes.write(f"{what} in process {os.getpid()}: {' '.join(sys.orig_argv)[:200]!r}\n")
