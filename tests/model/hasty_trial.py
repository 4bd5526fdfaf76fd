"""What may become of the process that tries a model; started by the tests."""

from __future__ import annotations

import os
import signal
import sys
import time

from vehicle_id.model import trial


def serve() -> None:
    trial.CPU_LIMIT_S = 3  # type: ignore[misc]
    trial.serve()


def sleep() -> None:
    time.sleep(60)


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def babble() -> None:
    sys.stdout.write('{"error": "SystemExit", "reason": "0"}')
