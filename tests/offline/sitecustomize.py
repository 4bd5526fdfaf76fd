"""Python runs this at the start of every child process of a test: `conftest.py` puts its folder on PYTHONPATH.

It stands in front of a `sitecustomize` that the environment may have of its own, and runs that one afterwards.
"""

from __future__ import annotations

import importlib.util
import sys
from importlib.machinery import PathFinder
from pathlib import Path

import socket_guard

socket_guard.install()

_here = Path(__file__).parent
_hidden = PathFinder.find_spec("sitecustomize", [entry for entry in sys.path if Path(entry or ".").resolve() != _here])
if _hidden is not None and _hidden.loader is not None:
    _hidden.loader.exec_module(importlib.util.module_from_spec(_hidden))
