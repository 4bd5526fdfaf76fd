"""Decoders in separate processes: the same chips, and the effect of a crash, a hang or a bomb."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.conftest import TINY, plain
from tests.zoo import Animal
from vehicle_id import Classifier, Status
from vehicle_id.crops import isolation
from vehicle_id.crops.isolation import Decoders, open_crop
from vehicle_id.errors import CropError, InputError


def png(colour: str = "red") -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(plain(colour)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def one() -> Iterator[isolation._Child]:
    """A child that is ready."""
    pool = Decoders(1)
    with pool.one() as child:
        child.open_crop(png(), chip_px=8)
        yield child
    pool.close()


def test_the_whole_zoo_is_the_same_in_a_separate_process(
    zoo: dict[str, Animal], capfd: pytest.CaptureFixture[str]
) -> None:
    paths = [animal.path for animal in zoo.values()]
    with Classifier(TINY, isolate=True) as apart:
        isolated = [result.to_dict() for result in apart.classify_paths(paths, gsd_m=0.4)]
    assert isolated == [result.to_dict() for result in Classifier(TINY).classify_paths(paths, gsd_m=0.4)]
    assert {row["status"] for row in isolated} >= {"ok", "corrupt", "truncated", "too_large"}


def test_arrays_and_images_stay_in_the_process() -> None:
    with Classifier(TINY, isolate=True) as classifier:
        assert [each.label for each in classifier.classify_arrays([plain("red"), Image.fromarray(plain("blue"))])] == [
            "car",
            "bus",
        ]


def test_a_crash_costs_one_crop(one: isolation._Child, monkeypatch: pytest.MonkeyPatch) -> None:
    one._process.send_signal(signal.SIGSTOP)  # so that it is at work when it dies
    threading.Timer(0.3, one._process.kill).start()
    with pytest.raises(CropError, match="the decoder crashed: SIGKILL") as caught:
        one.open_crop(png(), chip_px=8)
    assert caught.value.status is Status.CRASHED
    assert one.open_crop(png(), chip_px=8).width_px == 20


def test_a_hang_costs_one_crop_and_its_time(one: isolation._Child, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "TIME_LIMIT_S", 0.3)
    one._process.send_signal(signal.SIGSTOP)
    before = time.monotonic()
    with pytest.raises(CropError, match=r"took longer than 0\.3 s and was ended") as caught:
        one.open_crop(png(), chip_px=8)
    assert caught.value.status is Status.TIMED_OUT and time.monotonic() - before < 3
    monkeypatch.setattr(isolation, "TIME_LIMIT_S", 5.0)
    assert one.open_crop(png(), chip_px=8).width_px == 20


def test_a_crashed_crop_is_a_row_among_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "abc":
        (tmp_path / f"{name}.png").write_bytes(png())
    crashing = CropError(Status.CRASHED, "the decoder crashed: SIGSEGV")
    real = isolation._Child.open_crop

    def open_or_crash(
        self: isolation._Child, data: bytes, *, chip_px: int, gsd_m: float | None, views: int
    ) -> isolation.DecodedCrop:
        if self.num_seen == 1:
            self.num_seen += 1
            raise crashing
        self.num_seen += 1
        return real(self, data, chip_px=chip_px, gsd_m=gsd_m, views=views)

    monkeypatch.setattr(isolation._Child, "num_seen", 0, raising=False)
    monkeypatch.setattr(isolation._Child, "open_crop", open_or_crash)
    with Classifier(TINY, isolate=True, threads=1) as classifier:
        rows = list(classifier.classify_folder(tmp_path))
    assert [row.status for row in rows] == [Status.OK, Status.CRASHED, Status.OK]
    assert rows[1].sha256 == rows[0].sha256 and rows[1].label is None


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_child_may_open_nothing_and_write_nothing(one: isolation._Child) -> None:
    limits = Path(f"/proc/{one._process.pid}/limits").read_text()
    rows = {line[:26].strip(): line[26:].split() for line in limits.splitlines()[1:]}
    assert rows["Max open files"][:2] == ["3", "3"]
    assert rows["Max file size"][:2] == ["0", "0"]
    assert rows["Max address space"][0] != "unlimited"
    assert sorted(os.listdir(f"/proc/{one._process.pid}/fd")) == ["0", "1", "2"]


@pytest.mark.skipif(sys.platform != "linux", reason="only there memory has a limit")
def test_a_crop_that_takes_too_much_memory_is_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        "import io, sys; from PIL import Image; from vehicle_id.crops import isolation;"
        "isolation.MEMORY_LIMIT = 1 << 26;"
        "isolation._load_all(); isolation._limit_rights();"
        "print(isolation._answer(open(0, 'rb').read(), 8, 1, None)[0].reason)"
    )
    buffer = io.BytesIO()
    Image.new("RGB", (7000, 7000)).save(buffer, "PNG")
    ended = subprocess.run([sys.executable, "-c", code], input=buffer.getvalue(), capture_output=True, check=False)
    assert ended.stdout.decode().strip() == "decoding needs more memory than a crop may use", ended.stderr


def test_children_end_with_the_process_that_started_them() -> None:
    code = (
        "from vehicle_id.crops.isolation import Decoders; import os, signal; pool = Decoders(1);"
        "print(pool._idle.queue[0]._process.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    pid = int(ended.stdout)
    for _ in range(100):
        if not Path(f"/proc/{pid}").exists() or "zombie" in Path(f"/proc/{pid}/status").read_text():
            return
        time.sleep(0.1)
    pytest.fail("the child lives on")


def test_a_closed_pool_leaves_no_process() -> None:
    pool = Decoders(2)
    with pool.one() as one, pool.one() as other:
        pids = [one._process.pid, other._process.pid]
    assert len(set(pids)) == 2
    pool.close()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_process_starts_only_when_all_others_are_in_use() -> None:
    pool = Decoders(3)
    for _ in range(4):
        with pool.one() as child:
            assert child.open_crop(png(), chip_px=8).width_px == 20
    assert len(pool._children) == 1
    with pool.one(), pool.one():
        pass
    assert len(pool._children) == 2
    pool.close()


def test_a_strangers_module_in_the_current_folder_is_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("numpy", "struct", "msgspec", "PIL"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('executed')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    pool = Decoders(1)
    with pool.one() as child:
        assert child.open_crop(png(), chip_px=8).width_px == 20
    pool.close()


def test_a_child_that_cannot_start_is_an_error_that_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", ["/nowhere"])
    pool = Decoders(1)
    with pool.one() as child, pytest.raises(InputError, match="does not start: try --no-isolate"):
        child.open_crop(png(), chip_px=8)
    pool.close()
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(InputError, match="cannot be started: No such file"):
        Decoders(1)


def test_serving_answers_request_after_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child's side, in this process."""

    class Stream:
        def __init__(self, data: bytes = b"") -> None:
            self.buffer = io.BytesIO(data)

    request = isolation.REQUEST.pack(8, 1, 0.5, len(png())) + png()
    out = Stream()
    monkeypatch.setattr(sys, "stdin", Stream(request * 2 + isolation.REQUEST.pack(8, 1, 0.0, 3) + b"abc"))
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(isolation, "_limit_rights", lambda: None)
    isolation.serve()
    data = out.buffer.getvalue()
    assert (
        data.startswith(isolation.READY)
        and data.count(b'"extents_m":[10.0],"width_px":20') == 2
        and b"not_an_image" in data
    )
    np.testing.assert_array_equal(open_crop(png(), chip_px=8).chip.pixels, plain("red", width=8, height=8))
