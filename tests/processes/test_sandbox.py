"""The rights that a decoder gives up, tried from inside: see `escapes.py`."""

from __future__ import annotations

import json
import os
import platform
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from vehicle_id.processes import sandbox

linux = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64", reason="numbers of system calls of Linux on x86-64"
)


forked = pytest.mark.parametrize("options", [[], ["--forked"]], ids=["started", "forked"])


def escape(folder: Path, *options: str) -> Any:
    (folder / "there").write_bytes(b"content")
    script = Path(__file__).with_name("escapes.py")
    command = [sys.executable, script, folder, *options]
    # only a process of one thread can be forked
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    ended = subprocess.run(command, capture_output=True, check=True, timeout=60, env=environment)
    return json.loads(ended.stdout)


@linux
@forked
def test_nothing_that_is_tried_from_inside_works(tmp_path: Path, options: list[str]) -> None:
    found = escape(tmp_path, *options)
    if not found["filtered"]:
        pytest.skip("this kernel has no filters of system calls")
    assert {name: end for name, end in found["achieved"].items() if end == "done"} == {}
    assert len(found["achieved"]) > 30
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("there", b"content")]


@linux
@forked
def test_without_the_filter_no_file_or_socket_can_be_opened(tmp_path: Path, options: list[str]) -> None:
    found = escape(tmp_path, "--no-filter", *options)
    assert not found["filtered"] and len(found["achieved"]) > 9
    assert {name for name, end in found["achieved"].items() if end == "done"} == set()


@linux
def test_the_filter_decides_by_the_number_the_architecture_and_the_stream() -> None:
    allowed, forbidden, killed = 0x7FFF0000, 0x00050001, 0x80000000
    for machine in (sandbox.X86_64, sandbox.AARCH64):
        calls, arch = machine.calls, machine.audit_arch
        known = {name: answer(machine, number, arch, 0) for name, number in calls.items()}
        assert known.pop("write") == known.pop("seccomp") == forbidden
        assert set(known.values()) == {allowed}
        assert answer(machine, calls["write"], arch, 1) == allowed
        assert answer(machine, calls["read"], arch, 1) == answer(machine, calls["write"], arch, 3) == forbidden
        others = set(range(600)) - set(calls.values())
        assert {answer(machine, number, arch, stream) for number in others for stream in (0, 1)} == {forbidden}
        assert answer(machine, calls["read"] + 0x40000000, arch, 0) == forbidden  # the table of x32
        assert answer(machine, calls["read"], 0x40000003, 0) == killed  # a 32-bit call


def answer(machine: sandbox.Machine, call: int, arch: int, argument: int) -> int:
    """Run the filter, by the rules of classic BPF (linux/filter.h)."""
    data = struct.pack("<IIQQ", call, arch, 0, argument)
    program = [struct.unpack("=HBBI", each) for each in chunks(sandbox.filter_program(machine))]
    accumulator = at = 0
    while True:
        code, jump_true, jump_false, value = program[at]
        at += 1
        if code == 0x20:
            [accumulator] = struct.unpack_from("<I", data, value)
        elif code == 0x15:
            at += jump_true if accumulator == value else jump_false
        else:
            assert code == 0x06
            return int(value)


def chunks(code: bytes) -> list[bytes]:
    return [code[at : at + 8] for at in range(0, len(code), 8)]


@pytest.mark.parametrize(("system", "processor"), [("darwin", "arm64"), ("linux", "riscv64"), ("win32", "AMD64")])
def test_elsewhere_there_is_no_filter(system: str, processor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "machine", lambda: processor)
    assert sandbox.filter_system_calls() is False
