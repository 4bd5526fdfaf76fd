"""Run a model once in a limited process before this one loads it.

A graph without loops can still ask for all memory, compute for hours or crash onnxruntime, and some of that happens
while it is loaded. A file that passes is known not to do so for two small chips; it is not known to be harmless.
Published models are not tried: they are known by their sha256.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import warnings
from contextlib import suppress
from typing import Final

import msgspec
import numpy as np

from vehicle_id import errors
from vehicle_id.errors import InputError, ModelError
from vehicle_id.model.session import Session
from vehicle_id.processes import sandbox
from vehicle_id.processes.python import ending, start_python
from vehicle_id.text import said

NUM_CHIPS: Final = 2
"""One would not show whether there is a row for each."""
CPU_LIMIT_S: Final = 20
"""Processor time for loading the model and two chips. The released models take 0.2 s."""
TIME_LIMIT_S: Final = 120.0
"""Also where the processor time has no limit, or passes slowly on a busy machine."""
MEMORY_LIMIT: Final = 2 << 30
"""Bytes beyond what the process uses before it has the file, and `MEMORY_PER_BYTE` for each byte of the file."""
MEMORY_PER_BYTE: Final = 4
MAX_ANSWER_BYTES: Final = 1 << 12

_passed: set[str] = set()
"""Sha256 of the files that this process has tried."""


class _Answer(msgspec.Struct, forbid_unknown_fields=True):
    error: str = ""
    """Name of the error in `errors`; empty if there was none."""
    reason: str = ""


def try_model(data: bytes, sha256: str) -> None:
    """Load a model and run it on two chips in a process of its own, once for each file.

    Raises:
        ModelError: it cannot be run, or takes too much memory or time.

    Warns:
        UserWarning: there is no Python interpreter to start a process with, so that the model was not tried.
    """
    if sha256 in _passed:
        return
    try:
        process = start_python("vehicle_id.model.trial", "serve")
    except InputError:
        warnings.warn(
            "no Python interpreter is found, so the model was not tried in a process of its own", stacklevel=3
        )
        return
    except OSError as error:
        raise ModelError(f"no process starts to try the model in: {said(error)}") from error
    answer = _answer(process, data)
    if answer.error:
        raise getattr(errors, answer.error)(answer.reason)
    _passed.add(sha256)


def _answer(process: subprocess.Popen[bytes], data: bytes) -> _Answer:
    assert process.stdin is not None and process.stdout is not None
    writer = threading.Thread(target=_send, args=(process, data), daemon=True)
    writer.start()
    try:
        code = process.wait(TIME_LIMIT_S)
    except subprocess.TimeoutExpired:
        code = None
    finally:
        process.kill()
        process.wait()
    writer.join()
    text = process.stdout.read(MAX_ANSWER_BYTES)  # there is no more to come: the process has ended
    process.stdout.close()
    if code == 0:
        with suppress(msgspec.MsgspecError, ValueError):
            answer = msgspec.json.decode(text, type=_Answer)
            if answer.error in ("", *_ERRORS):
                return answer
    return _Answer("ModelError", _fault(code))


_ERRORS: Final = ("ModelError", "CardError", "IntegrityError")


def _fault(code: int | None) -> str:
    if code is None or code == -int(getattr(signal, "SIGXCPU", 0)):
        return f"the model takes more than {CPU_LIMIT_S} s for {NUM_CHIPS} small chips and was ended"
    return f"the model ends the process that tries it: {ending(code)}"


def _send(process: subprocess.Popen[bytes], data: bytes) -> None:
    assert process.stdin is not None
    left = memoryview(data)
    with suppress(OSError):
        while left:
            left = left[process.stdin.write(left) :]
    with suppress(OSError):
        process.stdin.close()


def serve() -> None:
    """The process: the model from standard input, the answer to standard output."""
    from vehicle_id.model.runtime import onnxruntime  # noqa: F401  before the memory is measured

    data = sys.stdin.buffer.read()
    sandbox.limit_memory(MEMORY_LIMIT + MEMORY_PER_BYTE * len(data))
    sandbox.set_limits({"FSIZE": 0, "CORE": 0})
    sandbox.limit_cpu(CPU_LIMIT_S)
    sandbox.give_up_privileges()
    sys.stdout.buffer.write(msgspec.json.encode(_tried(data))[:MAX_ANSWER_BYTES])
    sys.stdout.buffer.flush()


def _tried(data: bytes) -> _Answer:
    try:
        run_once(Session(data, threads=1, provider="cpu"))
    except MemoryError:
        return _Answer("ModelError", "the model needs more memory than a model may use")
    except ModelError as error:
        name = type(error).__name__
        return _Answer(name if name in _ERRORS else "ModelError", str(error)[:2000])
    return _Answer()


def run_once(session: Session) -> None:
    """Run a model on two chips, one of a known and one of an unknown extent.

    Raises:
        ModelError: it fails, or its outputs are none.
    """
    side = session.card.chip_px
    chips = np.random.default_rng(0).integers(0, 256, (NUM_CHIPS, side, side, 3), np.uint8)
    session.run(chips, np.array([0, 20], np.float32))
