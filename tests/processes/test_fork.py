"""A fork of this process: what it inherits and what not, and how it ends. Forked by scripts that have one thread."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from vehicle_id.processes.fork import can_fork

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")


def run(code: str, *arguments: Any) -> str:
    imports = "import json, os, signal, subprocess, sys, threading, time\nfrom vehicle_id.processes.fork import *\n"
    command = [sys.executable, "-c", imports + code, *map(str, arguments)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_it_answers_over_its_pipes_and_has_no_other_stream(tmp_path: Path) -> None:
    code = (
        "kept = open(sys.argv[1], 'w'); other = Fork(lambda source, sink: source.read())\n"
        "def say(source, sink):\n"
        "    streams = sorted(os.listdir('/proc/self/fd'))\n"
        "    sink.write(source.read(4)[::-1] + json.dumps([streams, os.getsid(0)]).encode())\n"
        "child = Fork(say); child.stdin.write(b'abcd'); said = child.stdout.read().decode()\n"
        "print(json.dumps([said[:4], *json.loads(said[4:]), child.pid, child.wait()]))\n"
        "other.kill(); print(other.wait())"
    )
    said, code_of_other = map(json.loads, run(code, tmp_path / "kept").splitlines())
    answer, streams, session, pid, code_of_child = said
    assert (answer, streams, code_of_child, code_of_other) == ("dcba", ["0", "1", "2", "3"], 0, -9)  # 3 lists them
    assert session == pid


def test_what_this_process_has_not_yet_written_and_its_handlers_do_not_run_there() -> None:
    code = (
        "import atexit; atexit.register(print, 'end')\n"
        "signal.signal(signal.SIGTERM, lambda *_: print('handled', flush=True)); sys.stdout.write('once\\n')\n"
        "child = Fork(lambda source, sink: time.sleep(60)); time.sleep(0.2)\n"
        "child.send_signal(signal.SIGTERM); print(child.wait(), child.stdout.read())"
    )
    assert run(code).split("\n") == ["once", "-15 b''", "end", ""]


def test_an_error_ends_it_with_code_1_and_nothing_is_printed() -> None:
    code = "child = Fork(lambda source, sink: 1 / 0); print(child.wait(5), child.poll(), child.kill())"
    assert run(code) == "1 1 None\n"


def test_waiting_for_it_has_an_end() -> None:
    code = (
        "child = Fork(lambda source, sink: time.sleep(60))\n"
        "try: child.wait(0.1)\n"
        "except subprocess.TimeoutExpired: print('waited', child.poll())\n"
        "child.kill(); print(child.wait(5))"
    )
    assert run(code) == "waited None\n-9\n"


def test_a_child_that_nobody_may_wait_for_has_ended() -> None:
    """A program that is started with SIGCHLD ignored, as some services are."""
    code = (
        "signal.signal(signal.SIGCHLD, signal.SIG_IGN); child = Fork(lambda source, sink: None)\n"
        "print(child.wait(), child.wait(1))"
    )
    assert run(code) == "0 0\n"


def test_a_process_of_several_threads_is_not_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "print(can_fork()); threading.Thread(target=time.sleep, args=[1]).start(); print(can_fork())"
    assert run(code) == "True\nFalse\n"
    monkeypatch.setattr(os, "listdir", lambda path: ["1"])
    assert can_fork()
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not can_fork()


def test_the_command_forks_its_first_decoder_and_starts_no_interpreter(tmp_path: Path) -> None:
    from tests.conftest import TINY
    from tests.crops.test_isolation import png

    (tmp_path / "a.png").write_bytes(png())
    code = (
        "from vehicle_id.cli.app import main; from vehicle_id.processes import fork, python\n"
        "fork_it, forked = fork.Fork.__init__, []\n"
        "def noted(self, function): forked.append(function.__name__); fork_it(self, function)\n"
        "def refused(module, function): assert module == 'vehicle_id.model.trial'; return start(module, function)\n"
        "start, fork.Fork.__init__, python.start_python = python.start_python, noted, refused\n"
        "sys.argv[1:1] = ['classify']\n"
        "try: main()\n"
        "finally: print(forked)"
    )
    assert run(code, tmp_path, "--model", TINY, "--gsd-m", "0.5").endswith("['serve_streams']\n")
