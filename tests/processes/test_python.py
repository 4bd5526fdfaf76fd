"""The interpreter of child processes: never another program, such as QGIS, that contains Python."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from tests.conftest import TINY
from vehicle_id import Classifier
from vehicle_id.errors import InputError
from vehicle_id.processes import python

PREFIXES = ("prefix", "exec_prefix", "base_prefix", "base_exec_prefix")
posix = pytest.mark.skipif(os.name == "nt", reason="scripts as programs")


@pytest.fixture
def qgis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that is not Python, and notes that it was started, as `sys.executable`."""
    program = tmp_path / "qgis-bin"
    program.write_text(f"#!/bin/sh\necho >> {tmp_path / 'started'}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(sys, "executable", str(program))
    return program


def test_it_is_this_interpreter() -> None:
    assert python.find_python() == sys.executable


@posix
@pytest.mark.parametrize("executable", ["qgis", None, "", "/nowhere/python"])
def test_where_the_program_is_not_python_its_installation_has_one(
    executable: str | None, qgis: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if executable != "qgis":
        monkeypatch.setattr(sys, "executable", executable)
    assert Path(python.find_python()).name.startswith("python3")
    with Classifier(TINY, isolate=True) as classifier:
        assert classifier.classify(TINY).status.value == "not_an_image"
    assert not (qgis.parent / "started").exists()


@posix
@pytest.mark.parametrize("executable", ["qgis", None])
def test_without_an_interpreter_it_refuses_at_once_and_starts_nothing(
    executable: str | None, qgis: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if executable is None:
        monkeypatch.setattr(sys, "executable", None)
    for name in PREFIXES:
        monkeypatch.setattr(sys, name, str(qgis.parent))
    with pytest.raises(InputError, match="no Python interpreter is found") as caught:
        Classifier(TINY, isolate=True)
    assert "isolate=False or --no-isolate" in str(caught.value)
    assert not (qgis.parent / "started").exists()


@posix
def test_a_python_of_another_version_is_not_taken(qgis: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (qgis.parent / "bin").mkdir()
    other = qgis.parent / "bin" / "python3"
    other.write_text("#!/bin/sh\nprintf cpython-27\n")
    other.chmod(0o755)
    for name in PREFIXES:
        monkeypatch.setattr(sys, name, str(qgis.parent))
    with pytest.raises(InputError, match="no Python interpreter"):
        python.find_python()


@pytest.mark.parametrize(
    "name", ["python", "python3", "python3.12", "python3.13t", "Python", "pythonw.exe", "pypy3.10"]
)
def test_names_of_python(name: str) -> None:
    assert python.PYTHON_NAME.match(name)


@pytest.mark.parametrize("name", ["qgis", "uwsgi", "python-app", "QGIS.exe", "pythonista.app", "blender", "gunicorn"])
def test_names_of_others(name: str) -> None:
    assert not python.PYTHON_NAME.match(name)


@pytest.mark.parametrize(
    ("code", "how"), [(0, "exit code 0"), (-11, "SIGSEGV"), (-40, "signal 40"), (3, "exit code 3")]
)
def test_how_a_process_ended(code: int, how: str) -> None:
    assert python.ending(code) == how
