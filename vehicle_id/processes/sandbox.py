"""Give up the rights of this process: resource limits, and on Linux a filter of system calls.

What holds where is told in SECURITY.md. Nothing here can be taken back by the process that has called it. A measure
that the system does not have is left out; `filter_system_calls` says whether its filter is in place.
"""

from __future__ import annotations

import ctypes
import platform
import struct
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

NOTHING_LEFT: Final = {"NOFILE": 0, "FSIZE": 0, "NPROC": 0, "CORE": 0, "MEMLOCK": 0, "MSGQUEUE": 0}
"""Limits of a process that only reads and writes the streams it has: no new file, socket, process or core file."""


def set_limits(limits: dict[str, int]) -> None:
    """Set resource limits, named as in getrlimit(2) without `RLIMIT_`, where the system has them."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for name, most in limits.items():
        with suppress(AttributeError, OSError, ValueError):
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))


def limit_memory(num_bytes: int) -> None:
    """Limit the address space to this much more than is in use now; without /proc there is no limit."""
    with suppress(ImportError, OSError):
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        set_limits({"AS": pages * resource.getpagesize() + num_bytes})


def limit_cpu(seconds: int) -> None:
    """End this process with SIGXCPU after so much processor time, where the system can."""
    with suppress(ImportError, AttributeError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))  # then with SIGKILL


def give_up_privileges() -> None:
    """On Linux: programs with more rights give none to this process, and no other process may read its memory."""
    if sys.platform == "linux":
        _prctl(38, 1)  # PR_SET_NO_NEW_PRIVS
        _prctl(4, 0)  # PR_SET_DUMPABLE


def filter_system_calls() -> bool:
    """Forbid all system calls but a few, for good: reading stream 0, writing stream 1, memory, time and the end.

    All others fail with EPERM: opening, linking and removing files, sockets, signals, processes, ptrace. Call
    `give_up_privileges` before.

    Returns:
        Whether the filter holds. It does not where the kernel has no seccomp filters, where a container forbids to
        set one, and on processors other than x86-64 and 64-bit ARM.
    """
    machine = _MACHINES.get(platform.machine())
    # a 32-bit program on a 64-bit kernel uses other numbers
    if sys.platform != "linux" or machine is None or sys.maxsize < 1 << 32:
        return False
    code = filter_program(machine)
    instructions = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // _INSTRUCTION.size, ctypes.addressof(instructions))
    syscall = ctypes.CDLL(None).syscall
    syscall.argtypes = [ctypes.c_long, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_void_p]
    syscall.restype = ctypes.c_long
    # SECCOMP_SET_MODE_FILTER, with SECCOMP_FILTER_FLAG_TSYNC: for all threads of the process
    return bool(syscall(machine.calls["seccomp"], 1, 1, ctypes.byref(program)) == 0)


@dataclass(frozen=True, slots=True)
class Machine:
    """A kind of processor: what Linux calls it, and its numbers of system calls."""

    audit_arch: int
    """AUDIT_ARCH_… of linux/audit.h."""
    calls: dict[str, int]
    """From asm/unistd_64.h and asm-generic/unistd.h."""


# fmt: off
X86_64: Final = Machine(0xC000003E, {
    "read": 0, "write": 1, "mmap": 9, "mprotect": 10, "munmap": 11, "brk": 12, "rt_sigaction": 13,
    "rt_sigprocmask": 14, "rt_sigreturn": 15, "sched_yield": 24, "mremap": 25, "madvise": 28, "getpid": 39, "exit": 60,
    "gettimeofday": 96, "sigaltstack": 131, "gettid": 186, "time": 201, "futex": 202, "sched_getaffinity": 204,
    "restart_syscall": 219, "clock_gettime": 228, "exit_group": 231, "seccomp": 317, "getrandom": 318,
    "membarrier": 324,
})
AARCH64: Final = Machine(0xC00000B7, {
    "read": 63, "write": 64, "mmap": 222, "mprotect": 226, "munmap": 215, "brk": 214, "rt_sigaction": 134,
    "rt_sigprocmask": 135, "rt_sigreturn": 139, "sched_yield": 124, "mremap": 216, "madvise": 233, "getpid": 172,
    "exit": 93, "gettimeofday": 169, "sigaltstack": 132, "gettid": 178, "futex": 98, "sched_getaffinity": 123,
    "restart_syscall": 128, "clock_gettime": 113, "exit_group": 94, "seccomp": 277, "getrandom": 278,
    "membarrier": 283,
})
# fmt: on
_MACHINES: Final = {"x86_64": X86_64, "aarch64": AARCH64}
_NEEDS_STREAM: Final = {"read": 0, "write": 1}
"""Calls that are allowed for one stream only."""
_NOT_ALLOWED: Final = {"seccomp"}

# the instructions of classic BPF that are needed (linux/bpf_common.h), and the answers (linux/seccomp.h)
_INSTRUCTION: Final = struct.Struct("=HBBI")
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _FORBID, _KILL = 0x7FFF0000, 0x00050001, 0x80000000
# where struct seccomp_data has them, on a little-endian processor
_CALL_AT, _ARCH_AT, _FIRST_ARGUMENT_AT = 0, 4, 16


def filter_program(machine: Machine) -> bytes:
    """The filter as BPF instructions. Every jump skips the few instructions right below it, so that it can be read.

    A call of another architecture ends the process, because the numbers would mean other calls.
    """
    code = [(_LOAD, 0, 0, _ARCH_AT), (_EQUAL, 1, 0, machine.audit_arch), (_RETURN, 0, 0, _KILL)]
    code.append((_LOAD, 0, 0, _CALL_AT))
    for name, number in machine.calls.items():
        if name in _NEEDS_STREAM:
            # after this the number of the call is gone, but both ways end here
            stream = [(_LOAD, 0, 0, _FIRST_ARGUMENT_AT), (_EQUAL, 0, 1, _NEEDS_STREAM[name])]
            code += [(_EQUAL, 0, 4, number), *stream, (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _FORBID)]
        elif name not in _NOT_ALLOWED:
            code += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ALLOW)]
    code.append((_RETURN, 0, 0, _FORBID))
    return b"".join(_INSTRUCTION.pack(*each) for each in code)


class _Program(ctypes.Structure):
    """`struct sock_fprog`."""

    _fields_ = (("num_instructions", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def _prctl(option: int, value: int) -> None:
    """A kernel that does not know the option refuses it, and that is all right."""
    prctl = ctypes.CDLL(None).prctl
    prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    prctl(option, value, 0, 0, 0)
