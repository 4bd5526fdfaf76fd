"""Start Python processes that run a function of this package.

A program may contain Python without being it: QGIS, a frozen application, a web server. There `sys.executable` names
that program, and starting it again would open its window. So an interpreter is looked for, and where none is found
nothing is started.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from vehicle_id.errors import InputError

PYTHON_NAME: Final = re.compile(r"(python|pypy)[\d.]*(t|w|_d)*(\.exe)?\Z", re.IGNORECASE)
"""Names of the files that are started."""
VERSION_LIMIT_S: Final = 10.0


def start_python(module: str, function: str) -> subprocess.Popen[bytes]:
    """A Python process that calls a function without arguments; its standard input and output are unbuffered pipes.

    Raises:
        InputError: there is no Python interpreter to start.
        OSError: the system starts no process now.
    """
    # -I: ignore the environment and the current folder, which may hold a stranger's numpy.py
    code = f"import sys; sys.path[:] = sys.argv[1:]; from {module} import {function}; {function}()"
    paths = [os.path.abspath(each) for each in sys.path if each]
    return subprocess.Popen(
        [find_python(), "-I", "-c", code, *paths],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        # Ctrl-C in a terminal reaches all processes of a session: the parent ends this one itself
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
    )


def ending(code: int) -> str:
    """How a process ended, by its exit code: the name of a signal, or the code."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:  # signals for programs' own use have no name
        return f"signal {-code}"


def find_python() -> str:
    """Path of the interpreter that runs this program, or of one of the same version in its installation.

    Raises:
        InputError: there is none.
    """
    return _find(sys.executable, (sys.exec_prefix, sys.prefix, sys.base_exec_prefix, sys.base_prefix))


@cache
def _find(executable: str | None, prefixes: tuple[str, ...]) -> str:
    if executable and PYTHON_NAME.match(Path(executable).name) and _can_run(Path(executable)):
        return executable
    for candidate in _candidates(prefixes):
        if _can_run(candidate) and _is_same_version(candidate):
            return str(candidate)
    raise InputError(
        f"no Python interpreter is found to start a process with (sys.executable is {executable!r}): "
        "set sys.executable to the path of Python, or decode in this process with isolate=False or --no-isolate"
    )


def _candidates(prefixes: tuple[str, ...]) -> Iterator[Path]:
    names = (f"python{sys.version_info.major}.{sys.version_info.minor}", "python3")
    for prefix in dict.fromkeys(prefixes):
        if os.name == "nt":
            yield Path(prefix, "python.exe")
        else:
            yield from (Path(prefix, "bin", name) for name in names)


def _can_run(path: Path) -> bool:
    return os.path.isfile(path) and os.access(path, os.X_OK)


def _is_same_version(path: Path) -> bool:
    """Whether it can load the compiled modules of this interpreter."""
    code = "import sys; sys.stdout.write(sys.implementation.cache_tag)"
    try:
        ended = subprocess.run(
            [path, "-I", "-S", "-c", code],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=VERSION_LIMIT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ended.stdout.decode("ascii", "replace") == sys.implementation.cache_tag
