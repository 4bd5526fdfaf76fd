"""Decoders in separate processes: the same chips, and the effect of a crash, a hang or a bomb."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
import warnings
import weakref
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.conftest import TINY, plain
from tests.crops.apart import open_apart
from tests.zoo import Animal
from vehicle_id import Classifier, Status
from vehicle_id.crops import decoder, decoder_messages, decoder_process, isolation
from vehicle_id.crops.decoder import Decoder
from vehicle_id.crops.decoder_messages import EncodedCrop, Stated
from vehicle_id.crops.isolation import Decoders
from vehicle_id.crops.open import DecodedCrop, open_crop
from vehicle_id.errors import CropError, InputError
from vehicle_id.processes import pipes
from vehicle_id.processes.fork import Fork


def png(colour: str = "red") -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(plain(colour)).save(buffer, "PNG")
    return buffer.getvalue()


KINDS = ["started", *(["forked"] if sys.platform == "linux" else [])]


@pytest.fixture(params=KINDS)
def one(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Decoder]:
    """A decoder that is ready: an interpreter of its own, or a fork of this process."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of Python 3.12, where the tests have several threads
        monkeypatch.setattr(decoder, "can_fork", lambda: True)
        pool = Decoders(1, fork=request.param == "forked")
    monkeypatch.undo()
    with pool.one() as child:
        assert isinstance(child._process, Fork) == (request.param == "forked")
        open_apart(child, png())
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


ENCODINGS = {
    "JPEG": {"quality": 90, "progressive": True},
    "PNG": {},
    "GIF": {},
    "BMP": {},
    "WEBP": {"quality": 80},  # lossy ones this large are decoded by two threads, where there may be two
    "TIFF": {"compression": "tiff_lzw"},
    "MPO": {},
}
PACKED = ["jpeg", "tiff_adobe_deflate", "packbits", "lzma", "zstd"]


@pytest.mark.parametrize(("name", "options"), [*ENCODINGS.items(), *(("TIFF", {"compression": x}) for x in PACKED)])
def test_large_crops_of_every_encoding_are_decoded_without_any_right(
    name: str, options: dict[str, object], one: Decoder
) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (900, 1100, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, name, **options)
    ways = (partial(open_apart, one), open_crop)
    apart, here = (each(buffer.getvalue(), chip_px=32, gsd_m=0.1, views=2) for each in ways)
    for mine, theirs in zip(apart.chips, here.chips, strict=True):
        np.testing.assert_array_equal(mine.pixels, theirs.pixels)
        assert mine.extent_m == theirs.extent_m


def test_arrays_and_images_stay_in_the_process() -> None:
    with Classifier(TINY, isolate=True) as classifier:
        assert [each.label for each in classifier.classify_arrays([plain("red"), Image.fromarray(plain("blue"))])] == [
            "car",
            "bus",
        ]


def end_at_work(one: Decoder, by: signal.Signals) -> None:
    """The process is at work for 0.3 s, then ends."""
    one._process.send_signal(signal.SIGSTOP)
    threading.Timer(0.3, one._process.send_signal, [by]).start()
    threading.Timer(0.35, one._process.send_signal, [signal.SIGCONT]).start()


def test_a_crash_costs_one_crop(one: Decoder) -> None:
    end_at_work(one, signal.SIGSEGV)
    with pytest.raises(CropError, match="the decoder crashed: SIGSEGV") as caught:
        open_apart(one, png())
    assert caught.value.status is Status.CRASHED
    assert open_apart(one, png()).width_px == 20


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM])
def test_a_crop_whose_decoder_others_ended_is_answered_by_the_next(one: Decoder, by: signal.Signals) -> None:
    end_at_work(one, by)
    assert open_apart(one, png()).width_px == 20
    one._process.kill()  # while it waits
    assert open_apart(one, png()).width_px == 20


def test_a_decoder_that_is_ended_again_and_again_costs_one_row(one: Decoder, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = Decoder._ask

    def ask_the_dead(self: Decoder, *given: Any, **options: Any) -> list[DecodedCrop | CropError]:
        self._process.kill()
        return ask(self, *given, **options)

    monkeypatch.setattr(Decoder, "_ask", ask_the_dead)
    with pytest.raises(CropError, match="the decoder crashed: SIGKILL"):
        open_apart(one, png())
    monkeypatch.undo()
    assert open_apart(one, png()).width_px == 20


def test_a_hang_costs_one_crop_and_its_time(one: Decoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoder, "TIME_LIMIT_S", 0.3)
    one._process.send_signal(signal.SIGSTOP)
    before = time.monotonic()
    with pytest.raises(CropError, match=r"took longer than 0\.3 s and was ended") as caught:
        open_apart(one, png())
    assert caught.value.status is Status.TIMED_OUT and time.monotonic() - before < 3
    monkeypatch.setattr(decoder, "TIME_LIMIT_S", 5.0)
    assert open_apart(one, png()).width_px == 20


def test_time_in_which_this_process_was_stopped_is_not_counted(one: Decoder, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parent of a run is stopped for longer than a crop may take, as by Ctrl-Z; its decoder is not."""
    now = [0.0]
    monkeypatch.setattr(decoder.time, "monotonic", lambda: now[0])

    class Ticks:
        left = 3

        def wait(self, _timeout: float) -> bool:
            now[0] += 10 * decoder.TIME_LIMIT_S
            self.left -= 1
            return self.left < 0

    with one._time_limit(decoder.TIME_LIMIT_S):
        decoder._watch(weakref.ref(one), Ticks())
        assert one._left_s == pytest.approx(decoder.TIME_LIMIT_S - 3 * 2 * decoder.TICK_S)
    assert not one._timed_out and one._process.poll() is None


def test_a_process_that_is_ended_as_its_answer_arrives_costs_nothing(one: Decoder) -> None:
    with one._time_limit(1.0):
        one.tick(2.0)
    assert open_apart(one, png()).width_px == 20


def test_a_decoder_that_is_ended_while_it_starts_is_started_again(
    one: Decoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, started = decoder.start_python, []

    def start_and_kill(module: str, function: str) -> subprocess.Popen[bytes]:
        started.append(start(module, function))
        if len(started) < decoder.NUM_STARTS:
            started[-1].kill()
        return started[-1]

    monkeypatch.setattr(decoder, "start_python", start_and_kill)
    pool = Decoders(1)
    with pool.one() as first:  # none has ever been ready
        assert open_apart(first, png()).width_px == 20
    assert len(started) == decoder.NUM_STARTS
    pool.close()
    started.clear()
    one._process.kill()
    assert open_apart(one, png()).width_px == 20


def test_once_some_have_started_one_that_does_not_costs_a_row(one: Decoder, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_module: str, _function: str) -> subprocess.Popen[bytes]:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    start = decoder.start_python
    monkeypatch.setattr(decoder, "start_python", refuse)
    one._process.kill()
    with pytest.raises(CropError, match="no decoder process started in 3 attempts") as caught:
        open_apart(one, png())
    assert caught.value.status is Status.CRASHED
    monkeypatch.setattr(decoder, "start_python", start)
    assert open_apart(one, png()).width_px == 20


def test_where_the_system_starts_no_more_processes_those_that_run_do_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_module: str, _function: str) -> subprocess.Popen[bytes]:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    pool = Decoders(3)
    monkeypatch.setattr(decoder, "start_python", refuse)
    with ThreadPoolExecutor(3) as threads:

        def width(_: int) -> int:
            with pool.one() as child:
                return open_apart(child, png()).width_px

        assert list(threads.map(width, range(9))) == [20] * 9
    assert len(pool._decoders) == 1
    pool.close()


def test_a_crashed_crop_is_a_row_among_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, colour in {"a": "red", "b": "blue", "c": "red"}.items():
        (tmp_path / f"{name}.png").write_bytes(png(colour))
    ask = Decoder._ask

    def ask_or_crash(
        self: Decoder, crops: Sequence[EncodedCrop], *given: Any, **options: Any
    ) -> list[DecodedCrop | CropError]:
        if any(crop.data == png("blue") for crop in crops):
            end_at_work(self, signal.SIGSEGV)
        return ask(self, crops, *given, **options)

    monkeypatch.setattr(Decoder, "_ask", ask_or_crash)
    with Classifier(TINY, isolate=True, threads=1) as classifier:
        rows = list(classifier.classify_folder(tmp_path))
    assert [row.status for row in rows] == [Status.OK, Status.CRASHED, Status.OK]
    assert rows[1].sha256 is not None and rows[1].label is None
    assert rows[1].reason == "the decoder crashed: SIGSEGV" and [rows[0].label, rows[2].label] == ["car", "car"]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_child_may_open_nothing_and_write_nothing(one: Decoder) -> None:
    limits = Path(f"/proc/{one._process.pid}/limits").read_text()
    rows = {line[:26].strip(): line[26:].split() for line in limits.splitlines()[1:]}
    for name in ("Max open files", "Max file size", "Max processes", "Max core file size"):
        assert rows[name][:2] == ["0", "0"]
    assert rows["Max address space"][0] != "unlimited"
    assert sorted(os.listdir(f"/proc/{one._process.pid}/fd")) == ["0", "1", "2"]


@pytest.mark.skipif(sys.platform != "linux", reason="only there memory has a limit")
def test_a_crop_that_takes_too_much_memory_is_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        "import sys; from vehicle_id.crops import decoder_process as own, decoder_messages as messages;"
        "own.MEMORY_LIMIT = 1 << 26; own.load_all(); data = sys.stdin.buffer.read(); own.give_up_rights();"
        "request = messages.Request(number=1, chip_px=8, views=1, stated=(messages.Stated(),));"
        "sys.stdout.buffer.write(own.answer(request, [data]))"
    )
    buffer = io.BytesIO()
    Image.new("RGB", (7000, 7000)).save(buffer, "PNG")
    ended = subprocess.run([sys.executable, "-c", code], input=buffer.getvalue(), capture_output=True, check=False)
    assert b"decoding needs more memory than a crop may use" in ended.stdout, ended.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_large_crop_leaves_no_memory_behind(one: Decoder) -> None:
    open_apart(one, png())
    before = resident_mib(one)
    buffer = io.BytesIO()
    Image.new("RGB", (5000, 5000), "red").save(buffer, "PNG")
    assert open_apart(one, buffer.getvalue()).width_px == 5000
    assert resident_mib(one) < before + 40  # its pixels take 75 million bytes


def resident_mib(one: Decoder) -> float:
    assert one._process is not None
    lines = Path(f"/proc/{one._process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


def test_children_end_with_the_process_that_started_them() -> None:
    code = (
        "from vehicle_id.crops.isolation import Decoders; import os, signal; pool = Decoders(1);"
        "print(pool._decoders[0]._process.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
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


def test_a_group_of_crops_is_answered_in_order(one: Decoder) -> None:
    crops = [EncodedCrop(data, Stated(gsd_m=0.5)) for data in (png(), b"abc", png("blue"), b"")]
    red, wrong, blue, empty = one.open_crops(crops, chip_px=8, views=2)
    for found, colour in ((red, "red"), (blue, "blue")):
        assert isinstance(found, DecodedCrop) and found.gsd_m == 0.5 and len(found.chips) == 2
        np.testing.assert_array_equal(found.chips[0].pixels, plain(colour, width=8, height=8))
    assert isinstance(wrong, CropError) and wrong.status is Status.NOT_AN_IMAGE
    assert isinstance(empty, CropError) and empty.status is Status.EMPTY


def test_a_group_that_is_not_answered_is_sent_again_crop_by_crop(one: Decoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoder, "GROUP_LIMIT_S", 0.3)
    one._process.send_signal(signal.SIGSTOP)
    pid = one._process.pid
    found = one.open_crops([EncodedCrop(png(colour)) for colour in ("red", "blue")], chip_px=8)
    assert [crop.width_px for crop in found] == [20, 20] and one._process.pid != pid
    end_at_work(one, signal.SIGSEGV)
    found = one.open_crops([EncodedCrop(png(colour)) for colour in ("red", "blue")], chip_px=8)
    assert [crop.width_px for crop in found] == [20, 20]


def test_a_group_larger_than_its_pipe_is_answered(one: Decoder) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (600, 600, 3), np.uint8))
    buffer = io.BytesIO()
    noise.save(buffer, "PNG")
    crops = [EncodedCrop(buffer.getvalue())] * 3
    found = one.open_crops(crops, chip_px=400, views=4)
    assert [crop.width_px for crop in found] == [600] * 3
    assert len(buffer.getvalue()) + found[0].chip.pixels.nbytes > pipes.LARGE


def test_a_further_process_starts_only_when_callers_have_waited(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = Decoders(3)
    for _ in range(4):
        with pool.one() as child:
            assert open_apart(child, png()).width_px == 20
    with pool.one(), ThreadPoolExecutor(1) as threads:
        timer = threading.Timer(0.1, pool._idle.put, [pool._decoders[0]])  # it comes back within the time
        timer.start()
        assert threads.submit(pool._take).result() is pool._decoders[0]
    assert len(pool._decoders) == 1 and 0.05 < pool._waited_s < isolation.WAITED_S
    pool._idle.get()
    monkeypatch.setattr(isolation, "WAITED_S", 0.2)
    with ThreadPoolExecutor(2) as threads:
        taken = [threads.submit(pool._take) for _ in range(2)]
        found = {id(each.result()) for each in taken[:1]}
    assert len(pool._decoders) == 3 and len(found) == 1
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
        assert open_apart(child, png()).width_px == 20
    pool.close()


def test_a_child_that_cannot_start_is_an_error_that_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", ["/nowhere"])
    pool = Decoders(1)
    with pool.one() as child, pytest.raises(InputError, match="does not start: try --no-isolate"):
        open_apart(child, png())
    pool.close()


def test_a_closed_pool_refuses() -> None:
    pool = Decoders(1)
    pool.close()
    with pytest.raises(InputError, match="have been closed: make another Classifier"), pool.one():
        pass


forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")


@forks
def test_workers_that_are_forks_of_an_isolated_classifier_answer_their_own_crops(tmp_path: Path) -> None:
    """As gunicorn --preload does, and `multiprocessing` where it forks."""
    colours = {"red": "car", "blue": "bus", "green": "ground"}
    for colour in colours:
        (tmp_path / f"{colour}.png").write_bytes(png(colour))
    code = (
        "import sys, os, json; from vehicle_id import Classifier\n"
        "classifier = Classifier(sys.argv[1], isolate=True, threads=2)\n"
        "def labels(path): return [classifier.classify(path).label for _ in range(8)]\n"
        "paths = sys.argv[2:]; labels(paths[0]); pids = []\n"
        "for path in paths:\n"
        "    pid = os.fork()\n"
        "    if pid == 0:\n"
        "        open(path + '.json', 'w').write(json.dumps(labels(path))); sys.exit()\n"
        "    pids.append(pid)\n"
        "mine = labels(paths[0])\n"
        "assert [os.waitpid(pid, 0)[1] for pid in pids] == [0] * len(pids)\n"
        "print(json.dumps([mine, labels(paths[0])])); classifier.close()\n"
    )
    paths = [str(tmp_path / f"{colour}.png") for colour in colours]
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", code, str(TINY), *paths]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == [["car"] * 8] * 2
    answers = {path: json.loads(Path(f"{path}.json").read_text()) for path in paths}
    assert answers == {path: [label] * 8 for path, label in zip(paths, colours.values(), strict=True)}


@forks
def test_a_fork_leaves_the_decoders_of_its_parent_alone(one: Decoder) -> None:
    pool = Decoders(2)
    with pool.one() as mine:
        open_apart(mine, png())
        pid = mine._process.pid
        pool.forget()  # what a fork does, here without one
        assert mine not in pool._decoders
    with pool.one() as own:
        assert open_apart(own, png()).width_px == 20 and own._process.pid != pid
    pool.close()
    os.kill(pid, 0)
    os.waitpid(pid, 0)  # its streams are closed, so that it ends


def test_serving_answers_request_after_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child's side, in this process."""

    class Stream:
        def __init__(self, data: bytes = b"") -> None:
            self.buffer = io.BytesIO(data)

    def request(number: int, *crops: bytes) -> bytes:
        head = decoder_messages.Request(number=number, chip_px=8, views=1, stated=(Stated(gsd_m=0.5),) * len(crops))
        return head.pack([len(data) for data in crops]) + b"".join(crops)

    out = Stream()
    monkeypatch.setattr(sys, "stdin", Stream(request(1, png(), png()) + request(2, b"abc")))
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(decoder_process, "give_up_rights", lambda: False)
    decoder_process.serve()
    data = out.buffer.getvalue()
    assert data.startswith(b"ready-") and data.count(b'"extents_m":[10.0],"width_px":20') == 2
    assert b"not_an_image" in data
    np.testing.assert_array_equal(open_crop(png(), chip_px=8).chip.pixels, plain("red", width=8, height=8))
