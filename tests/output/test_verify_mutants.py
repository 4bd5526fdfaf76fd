"""Outputs that were changed in any way: each change is found with one sentence, none hangs, none is a traceback."""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.output.test_writers import SUFFIXES, needs_pyarrow
from vehicle_id import Prediction, RecordError, Result, verify_run
from vehicle_id.errors import InputError, VehicleIdError
from vehicle_id.output.run import Run, RunConfig
from vehicle_id.output.run_record import read_record, record_path

SEED = 20261127
CONFIG = RunConfig(model="tiny-0.1", model_sha256="ab" * 32, options={"gsd_m": 0.3, "top_k": 5})
TOKENS = (
    *(b"NaN", b"-Infinity", b"1e999", b"null", b"{}", b"[]", b'"', b"'", b",", b"\n", b"\r\n", b"\0", b"\xff"),
    *(b"\x1b[2J", b"\\u0000", b"\\ud800", b"9" * 5000, b"[" * 2000, b'{"a":' * 500, b"</pre>", b"&#0;", b"=1", b"-"),
)


def write(out: Path, **more: Any) -> Path:
    """Results of every kind: answered, failed, with all their numbers."""
    with Run([out], config=CONFIG, **more) as run:
        for number in range(30):
            top = (Prediction(label="car", score=number / 30), Prediction(label="bus", score=0.01))
            sha256 = f"{number:064x}" if number % 3 else None
            run.write(
                Result(path=f"{number}.png", sha256=sha256, label="car", score=number / 30, top=top, flags=("grey",),
                       gsd_m=0.3, gsd_source="option", width_px=20, model_sha256="ab" * 32, site=f"pit, {number}")
            )  # fmt: skip
    return out


def mutant(data: bytes, rng: random.Random) -> bytes:
    """The bytes with one to three changes: flips, cuts, doubled, moved or foreign pieces."""
    for _ in range(rng.randint(1, 3)):
        at, end = sorted(rng.randrange(len(data) + 1) for _ in range(2))
        end = min(end, at + rng.choice((1, 1, 8, 200)))
        edit = rng.choice(("flip", "cut", "double", "swap", "token", "end"))
        if edit == "flip" and at < len(data):
            data = data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :]
        elif edit == "cut":
            data = data[:at] + data[end:]
        elif edit == "double":
            data = data[:end] + data[at:end] + data[end:]
        elif edit == "swap":
            lines = data.splitlines(keepends=True)
            rng.shuffle(lines)
            data = b"".join(lines)
        elif edit == "token":
            data = data[:at] + rng.choice(TOKENS) + data[end:]
        else:
            data = data[:at]
    return data


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("num", [60, pytest.param(500, marks=pytest.mark.long)])
def test_every_change_of_any_byte_is_found(tmp_path: Path, suffix: str, num: int) -> None:
    rng, out = random.Random(SEED), write(tmp_path / f"r{suffix}")
    whole = {path: path.read_bytes() for path in (out, record_path(out))}
    for path, data in whole.items():
        for _ in range(num):
            changed = mutant(data, rng)
            path.write_bytes(changed)
            if changed != data:
                with pytest.raises(VehicleIdError):
                    verify_run(out, crops=True)
        path.write_bytes(data)
    assert verify_run(out).record.num_rows == 30


VALUES: tuple[Any, ...] = (
    None,
    5,
    -1,
    0.5,
    True,
    "",
    "x",
    "\0",
    [],
    {},
    [1],
    [{}],
    [{"label": 1, "score": 2}],
    10**400,
)


def test_a_value_of_another_kind_in_any_column_is_found(tmp_path: Path) -> None:
    out = write(tmp_path / "r.jsonl")
    [first, *rest] = out.read_text().splitlines(keepends=True)
    row = json.loads(first)
    for name, was in row.items():
        for value in VALUES:
            if value != was or type(value) is not type(was):
                out.write_text(json.dumps({**row, name: value}) + "\n" + "".join(rest))
                with pytest.raises(RecordError):
                    verify_run(out, crops=True)
        out.write_text(json.dumps({key: each for key, each in row.items() if key != name}) + "\n" + "".join(rest))
        with pytest.raises(RecordError):
            verify_run(out, crops=True)


def test_a_value_of_another_kind_in_the_record_is_found_also_with_a_new_digest(tmp_path: Path) -> None:
    out = write(tmp_path / "r.jsonl")
    path, stored = record_path(out), json.loads(record_path(out).read_text())
    for name in stored:
        for value in VALUES:
            path.write_text(json.dumps({**stored, name: value}))
            with pytest.raises(RecordError):
                verify_run(out)


@pytest.mark.parametrize("extra", ['"complete": false, ', '"schema": 2, ', '"num_rows": 30, '])
def test_a_key_of_the_record_that_is_there_twice_is_found(tmp_path: Path, extra: str) -> None:
    out = write(tmp_path / "r.jsonl")
    path = record_path(out)
    path.write_text(path.read_text().replace("{", "{" + extra, 1))
    with pytest.raises(RecordError, match="was changed: it is not spelled as a run writes it"):
        verify_run(out)


@needs_pyarrow
@pytest.mark.parametrize(
    "added", ["more.parquet", "part-00003.parquet", "part-x.parquet", "sub", "part-00009.parquet/"]
)
def test_whatever_is_added_to_a_folder_of_parts_is_found(tmp_path: Path, added: str) -> None:
    out = write(tmp_path / "r.parquet", part_rows=10)
    verify_run(out)
    if added.endswith(".parquet"):
        shutil.copy(out / "part-00000.parquet", out / added)
    else:
        (out / added).mkdir()
    with pytest.raises(RecordError):
        verify_run(out)


@needs_pyarrow
@pytest.mark.parametrize("rows", [0, 10])
def test_a_part_with_the_rows_of_another_is_found(tmp_path: Path, rows: int) -> None:
    import pyarrow.parquet as pq

    out = write(tmp_path / "r.parquet", part_rows=10)
    pq.write_table(pq.read_table(out / "part-00001.parquet").slice(0, rows), out / "part-00003.parquet")
    with pytest.raises(RecordError):
        verify_run(out)


def endless(tmp_path: Path) -> Iterator[tuple[str, Callable[[Path], None]]]:
    yield "pipe", os.mkfifo
    yield "device", lambda path: path.symlink_to("/dev/zero")
    yield "folder", Path.mkdir
    yield "loop", lambda path: path.symlink_to(path)
    yield "long link", lambda path: path.symlink_to("x" * 300)


@pytest.mark.skipif(sys.platform == "win32", reason="makes pipes and links")
@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "loop", "long link"])
@pytest.mark.parametrize("place", ["output", "record", "crop", "part"])
def test_what_never_ends_is_not_read(tmp_path: Path, place: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if place == "part":
        pytest.importorskip("pyarrow")
    monkeypatch.chdir(tmp_path)
    out = write(tmp_path / "r.parquet", part_rows=10) if place == "part" else write(tmp_path / "r.csv")
    make = dict(endless(tmp_path))[kind]
    path = {"output": out, "record": record_path(out), "crop": tmp_path / "1.png", "part": out / "part-00001.parquet"}
    path[place].unlink(missing_ok=True)
    make(path[place])
    if place == "crop":
        assert len(verify_run(out, crops=True).changed) == 20
    else:
        with pytest.raises((RecordError, InputError)):
            verify_run(out, crops=True)


def test_the_path_of_a_row_may_be_anything(tmp_path: Path) -> None:
    names = ("\0", "file:%00", "file:%ff", "x" * 5000, "x" * 60_000, "", ".", "/", "//", "a\nb", "/dev/stdin")
    out = tmp_path / "r.csv"
    with Run([out], config=CONFIG) as run:
        for name in names:
            run.write(Result(path=name, sha256="cd" * 32, model_sha256="ab" * 32))
    assert len(verify_run(out, crops=True).changed) == len(names)


def test_a_record_of_other_options_keeps_its_digest(tmp_path: Path) -> None:
    record = read_record(write(tmp_path / "r.csv"))
    assert record.is_intact and record.output.name == "r.csv"
