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

OWN = "VEHICLE_ID_TEST_OWN_ADDRESSES"
"""Environment variable with names and addresses of this machine, between commas, which the processes of a cluster on it
may use; set by `tests/distributed` alone."""

OF_RAY = ("169.254.169.254", "metadata.google.internal")
"""What Ray asks when it starts, to find out which cloud it is in; refused without a note where `OWN` is set."""

LOOKUPS = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"})
TO_ADDRESSES = frozenset({"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"})

IPV6_THERE = ("socket.bind", ("::1", 0))
"""How urllib3 asks, when it is imported, whether this machine knows IPv6: nothing is sent, and nobody can connect."""


class NetworkRefusedError(RuntimeError):
    """Code under test reached for the network."""


def install() -> None:
    """Watch this process from now on; an audit hook cannot be taken off again."""
    sys.addaudithook(_refuse)


def _is_own(event: str, arguments: tuple[Any, ...]) -> bool:
    """Whether it stays on this machine, and a test has said that it may."""
    own = os.environ.get(OWN)
    if own is None or event not in LOOKUPS | TO_ADDRESSES:
        return False
    if event == "socket.connect" and arguments[0].type == socket.SOCK_DGRAM:
        return True  # nothing is sent: how Ray asks which of its addresses this machine would use
    host = arguments[0] if event in LOOKUPS else arguments[1][0]
    return (host.decode() if isinstance(host, bytes) else host or "") in own.split(",")


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if _is_own(event, arguments):
        return
    if event in LOOKUPS:
        what = f"{event}({arguments[0]!r})"
    elif event in TO_ADDRESSES and not _is_local(*arguments) and (event, arguments[1]) != IPV6_THERE:
        what = f"{event}({arguments[1]!r})"
    else:
        return
    if not (OWN in os.environ and event in LOOKUPS and arguments[0] in OF_RAY):
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
