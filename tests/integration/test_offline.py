"""No network: none by importing, none by answering crops; and the guard that says so can fail."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import OFFLINE, TINY
from tests.offline.fresh import HEAVY, import_side, modules_of, python
from tests.offline.socket_guard import NetworkRefusedError

Notes = Callable[[], list[str]]
ROOT = Path(__file__).parents[2]

REACHES_OUT = {
    "connect": "with socket.socket() as it: it.connect(('127.0.0.1', 9))",
    "connect_ex": "with socket.socket() as it: it.connect_ex(('127.0.0.1', 9))",
    "bind": "with socket.socket() as it: it.bind(('127.0.0.1', 0))",
    "sendto": "with socket.socket(type=socket.SOCK_DGRAM) as it: it.sendto(b'', ('127.0.0.1', 9))",
    "sendmsg": "with socket.socket(type=socket.SOCK_DGRAM) as it: it.sendmsg([b''], [], 0, ('127.0.0.1', 9))",
    "getaddrinfo": "socket.getaddrinfo('127.0.0.1', 9)",
    "gethostbyname": "socket.gethostbyname('127.0.0.1')",
    "gethostbyname_ex": "socket.gethostbyname_ex('127.0.0.1')",
    "gethostbyaddr": "socket.gethostbyaddr('127.0.0.1')",
    "urlopen": "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')",
}


@pytest.mark.parametrize("code", REACHES_OUT.values(), ids=REACHES_OUT)
def test_reaching_out_is_refused_in_this_process(code: str, network_notes: Notes) -> None:
    with pytest.raises(NetworkRefusedError, match="no test of this suite may use the network"):
        exec(code, {"socket": socket})
    assert len(network_notes()) == 1


@pytest.mark.parametrize("code", REACHES_OUT.values(), ids=REACHES_OUT)
def test_reaching_out_is_refused_in_a_child_process(code: str, network_notes: Notes) -> None:
    ended = python(f"import socket\n{code}")
    assert ended.returncode == 1
    assert "no test of this suite may use the network" in ended.stderr
    assert len(network_notes()) == 1


def test_a_refusal_that_is_caught_is_still_noted(network_notes: Notes) -> None:
    ended = python("import socket\ntry: socket.socket().connect(('127.0.0.1', 9))\nexcept Exception: pass")
    assert ended.returncode == 0
    (note,) = network_notes()
    assert note.startswith("socket.connect(('127.0.0.1', 9)) in process ")


def test_a_test_fails_for_a_refusal_that_it_caught(tmp_path: Path, network_notes: Notes) -> None:
    (tmp_path / "test_quiet.py").write_text(
        "import socket\ndef test_quiet():\n    try: socket.gethostbyname('localhost')\n    except Exception: pass\n"
    )
    code = "import sys, pytest; sys.exit(pytest.main(sys.argv[1:]))"
    ended = python(code, "-p", "tests.conftest", "-p", "no:cacheprovider", "--rootdir", tmp_path, tmp_path, cwd=ROOT)
    assert ended.returncode == 1
    assert "the network was reached for:\nE" in ended.stdout and "gethostbyname('localhost')" in ended.stdout


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="needs Unix sockets")
def test_sockets_within_the_machine_stay_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a Unix socket is at most 100 bytes long
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind("s")
        server.listen()
        client.connect("s")
        client.sendmsg([b"x"])
        with server.accept()[0] as accepted:
            assert accepted.recv(1) == b"x"


def test_a_sitecustomize_of_the_environment_still_runs(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import builtins; builtins.theirs = 'ran'")
    ended = python("print(theirs)", PYTHONPATH=os.pathsep.join([str(OFFLINE), str(tmp_path)]))
    assert ended.stdout == "ran\n", ended.stderr


def test_importing_every_module_of_the_light_side_loads_nothing_heavy_and_asks_the_network_for_nothing() -> None:
    assert {"vehicle_id.model.hub", "vehicle_id.cli.train", "vehicle_id.catalogue.rows"} <= set(
        modules_of("vehicle_id")
    )
    ended = import_side("vehicle_id")
    assert ended.returncode == 0, ended.stderr
    assert not {name.partition(".")[0] for name in ended.stdout.split()} & HEAVY


def test_answering_crops_asks_the_network_for_nothing(tmp_path: Path) -> None:
    """With a model by path, by name, and every command that opens one."""
    crops = ROOT / "examples" / "crops"
    commands = (
        f"classify {crops / 'bus.jpg'} --out {tmp_path / 'r.csv'} --out {tmp_path / 'r.jsonl'}",
        f"evaluate {crops / 'manifest.csv'} --model {TINY}",
        "inspect",
        "verify overhead-1.0-int8",
        "catalogue --validate",
    )
    code = (
        "import shlex, sys; from vehicle_id.cli.app import main\n"
        "for command in sys.argv[1:]:\n"
        "    sys.argv = ['vehicle-id', *shlex.split(command)]\n"
        "    try: main()\n"
        "    except SystemExit as stop: assert stop.code == 0, command"
    )
    ended = python(code, *commands)
    assert ended.returncode == 0, ended.stderr
    assert len(ended.stdout.splitlines()) > len(commands)
