"""Every operation on a path of a run fails with each of twelve errors: a row or one sentence, never a traceback.

A run is recorded first: which operation of the system it calls on which path. Then it is repeated, and each of these
calls fails in turn.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import re
import shutil
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import vehicle_id
from tests.conftest import TINY, plain
from vehicle_id import Classifier, OutputError, verify_run
from vehicle_id.crops.sources import CropSource
from vehicle_id.errors import VehicleIdError
from vehicle_id.model.hub import load
from vehicle_id.output.run import Run, RunConfig

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
ERRORS = tuple(
    getattr(errno, name)
    for name in (
        *(
            "ENOENT",
            "EACCES",
            "EPERM",
            "ELOOP",
            "ENAMETOOLONG",
            "EIO",
            "ENOTDIR",
            "EISDIR",
            "ENOSPC",
            "EROFS",
            "EMFILE",
        ),
        "ESTALE",
    )
)
OPERATIONS = (
    *((os, name) for name in ("stat", "lstat", "open", "listdir", "scandir", "mkdir", "rmdir", "unlink", "remove")),
    *((os, name) for name in ("replace", "rename", "access", "readlink", "fsync", "fstat")),
    *((io, "open"), (builtins, "open")),
)
Call = tuple[str, str]
"""Name of an operation and the path in the test's folder; `(fd)` for an open file."""


@contextmanager
def watched(folder: Path, on_call: Callable[[Call], None]) -> Iterator[None]:
    """Calls of the system on paths under a folder, and on open files, are reported before they are made."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name in OPERATIONS:
            real = getattr(module, name)

            def call(path: Any = ".", *rest: Any, _real: Any = real, _name: str = name, **more: Any) -> Any:
                if isinstance(path, int):
                    on_call((_name, "(fd)"))
                elif str(path if isinstance(path, str) else os.fspath(path)).startswith(str(folder)):
                    on_call((_name, os.path.relpath(os.fspath(path), folder)))
                return _real(path, *rest, **more)

            patch.setattr(module, name, call)
        yield


def make(folder: Path) -> Path:
    """Crops of every kind, a manifest, and results of an earlier run that the next one continues."""
    crops = folder / "crops"
    (crops / "deep").mkdir(parents=True)
    Image.fromarray(plain("red")).save(crops / "a.png")
    Image.fromarray(plain("blue")).save(crops / "deep" / "b.png")
    with tarfile.open(crops / "c.tar", "w") as tar:
        tar.add(crops / "a.png", "a.png")
    (crops / "m.csv").write_text("path,site\na.png,pit\n")
    shutil.copy(TINY, folder / "tiny.onnx")
    return folder


def run(folder: Path, classifier: Classifier, *, part_rows: int | None = None) -> int:
    """All path operations of `classify`: model, source, manifest, journal, outputs, records; then `verify-run`."""
    load(folder / "tiny.onnx")
    source = CropSource([folder / "crops", str(folder / "crops" / "**" / "*.png")], manifest=folder / "crops" / "m.csv")
    names = ["r.parquet"] if part_rows else ["r.jsonl", "s.csv"]
    config = RunConfig(model="tiny", model_sha256=classifier.file.sha256, options={})
    with Run([folder / name for name in names], config=config, part_rows=part_rows) as writing:
        for result in classifier.classify_crops(source, known=writing.known):
            writing.write(result)
    for name in names:
        verify_run(folder / name, crops=True)
    return writing.num_rows


def check_faults(
    tmp_path: Path, classifier: Classifier, errors: Callable[[list[Call], int], tuple[int, ...]], **more: Any
) -> int:
    """Let each call of a run fail with the errors chosen for it; returns the number of faults."""
    calls = list[Call]()
    template = make(tmp_path / "template")
    run(template, classifier, **more)  # the next run reads its results back
    recorded = Path(shutil.copytree(template, tmp_path / "recorded"))
    with watched(recorded, calls.append):
        num_rows = run(recorded, classifier, **more)
    num_faults = 0
    for number in range(len(calls)):
        for code in errors(calls, number):
            folder = Path(shutil.copytree(template, tmp_path / f"{number}-{code}"))
            left = number

            def fail(call: Call, code: int = code) -> None:
                nonlocal left
                left -= 1
                if left == -1:
                    raise OSError(code, os.strerror(code))

            try:
                with watched(folder, fail):
                    assert run(folder, classifier, **more) >= 1
            except VehicleIdError as error:
                assert "\n" not in str(error), (calls[number], code)
            except Exception as error:
                error.add_note(f"at {calls[number]} with {errno.errorcode[code]}") if hasattr(
                    error, "add_note"
                ) else None
                raise
            num_faults += 1
            # whatever failed, the next run completes it
            try:
                assert run(folder, classifier, **more) == num_rows, (calls[number], code)
            except OutputError as error:
                assert "no record says what made it" in str(error), (calls[number], code)  # it was not yet begun
            assert not [each for each in os.listdir(folder) if each.startswith(".")], (calls[number], code)
            shutil.rmtree(folder)
    return num_faults


def one_of_each_kind(calls: list[Call], number: int) -> tuple[int, ...]:
    """One error for the first call of each operation on each path, and for every fourth on an open file."""
    name, path = calls[number]
    repeated = number % 4 if path == "(fd)" else (name, path) in calls[:number]
    return () if repeated else (ERRORS[number % len(ERRORS)],)


def test_each_operation_on_each_path_fails_once(tmp_path: Path, classifier: Classifier) -> None:
    assert check_faults(tmp_path, classifier, one_of_each_kind) > 40


@pytest.mark.long
@pytest.mark.parametrize("part_rows", [None, 2])
def test_each_operation_fails_with_each_error(tmp_path: Path, classifier: Classifier, part_rows: int | None) -> None:
    num = check_faults(tmp_path, classifier, lambda _calls, _number: ERRORS, part_rows=part_rows)
    print(f"{num} faults: a row or one sentence each")


def test_no_path_is_looked_up_by_a_call_that_raises() -> None:
    """Before Python 3.14 these raise on a name that is too long; `os.path.isdir` and the like answer no."""
    root = Path(vehicle_id.__file__).parent
    looked_up = re.compile(r"\.(exists|is_dir|is_file|is_symlink|is_fifo)\(\)")
    for path in root.rglob("*.py"):
        if path.relative_to(root).parts[0] not in ("train", "export", "synth"):
            assert not looked_up.search(path.read_text(encoding="utf-8")), path
