"""Fixtures: the tiny model, pictures of one colour, the image zoo. And no network: see `offline/socket_guard.py`."""

from __future__ import annotations

import gc
import importlib.util
import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from numpy.typing import NDArray

from tests.offline import socket_guard
from tests.zoo import Animal, build_zoo
from vehicle_id import Classifier
from vehicle_id.model.session import Session

TINY = Path(__file__).parent / "fixtures" / "tiny.onnx"
OFFLINE = Path(__file__).parent / "offline"
NEEDS = {"scenes": "rasterio", "train": "torch", "export": "torch", "training": "torch", "synth": "trimesh"}
"""Folders of tests and the package without which their modules cannot be imported."""


# on a busy machine an example takes longer than hypothesis allows
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def pytest_configure(config: pytest.Config) -> None:
    """Install the network guard in this process, and by PYTHONPATH in every child, before the package is imported."""
    if getattr(config.option, "numprocesses", None):
        return  # this process only hands tests to the workers of xdist, which are configured one by one
    folder = tempfile.TemporaryDirectory(prefix="network-notes-")
    config.add_cleanup(folder.cleanup)
    os.environ[socket_guard.NOTES] = str(Path(folder.name) / "notes")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(OFFLINE), os.environ.get("PYTHONPATH")]))
    socket_guard.install()


def take_network_notes() -> list[str]:
    """What was refused since the last call, here and in child processes."""
    notes = Path(os.environ[socket_guard.NOTES])
    if not notes.exists():
        return []
    lines = notes.read_text(encoding="utf-8").splitlines()
    notes.unlink()
    return lines


@pytest.fixture(autouse=True)
def network_notes() -> Iterator[Callable[[], list[str]]]:
    """A test fails if anything it ran reached for the network, even where that was caught. Called: takes the notes."""
    yield take_network_notes
    refused = take_network_notes()
    if refused:
        pytest.fail("the network was reached for:\n" + "\n".join(refused))


def pytest_collection_finish() -> None:
    """Keep what is loaded by now out of every later garbage collection, some of which tests ask for."""
    gc.collect()
    gc.freeze()


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out the folders whose package is not installed: a light install runs the tests of the light side."""
    needed = NEEDS.get(folder_of(collection_path))
    return True if needed is not None and importlib.util.find_spec(needed) is None else None


def folder_of(path: Path) -> str:
    """The folder under `tests/` that a file or folder is in."""
    here = Path(__file__).parent
    return path.relative_to(here).parts[0] if here in path.parents else ""


def plain(colour: str | tuple[int, int, int], *, width: int = 20, height: int = 20) -> NDArray[np.uint8]:
    """A picture of one colour; the tiny model calls red a car, blue a bus, green ground, black nothing it knows."""
    named = {"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255), "black": (0, 0, 0)}
    return np.full((height, width, 3), named.get(colour, colour) if isinstance(colour, str) else colour, np.uint8)


@pytest.fixture
def nothing_is_ignored() -> Iterator[None]:
    """Under nohup, or in the background of a script, signals are ignored, and children inherit that."""
    wanted = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL, signal.SIGHUP: signal.SIG_DFL}
    before = {number: signal.signal(number, handler) for number, handler in wanted.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture(scope="session")
def tiny() -> Path:
    """Path of the tiny model."""
    return TINY


@pytest.fixture(scope="session")
def session() -> Session:
    """The tiny model, loaded."""
    return Session(TINY.read_bytes())


@pytest.fixture(scope="session")
def classifier() -> Classifier:
    """A classifier with the tiny model."""
    return Classifier(TINY)


@pytest.fixture(scope="session")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Animal]:
    """Every kind of image and non-image file, by name."""
    return build_zoo(tmp_path_factory.mktemp("zoo"))
