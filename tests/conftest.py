"""Fixtures: the tiny model, pictures of one colour, and the image zoo."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.zoo import Animal, build_zoo
from vehicle_id import Classifier
from vehicle_id.session import Session

TINY = Path(__file__).parent / "fixtures" / "tiny.onnx"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests under tests/train need torch."""
    for item in items:
        if "train" in item.path.parent.parts[-1:]:
            item.add_marker("train")


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """In a light install the tests of the train side are not there to fail."""
    if collection_path.name == "train" and importlib.util.find_spec("torch") is None:
        return True
    return None


def plain(colour: str | tuple[int, int, int], *, width: int = 20, height: int = 20) -> NDArray[np.uint8]:
    """A picture of one colour; the tiny model calls red a car, blue a bus, green ground, black nothing it knows."""
    named = {"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255), "black": (0, 0, 0)}
    return np.full((height, width, 3), named.get(colour, colour) if isinstance(colour, str) else colour, np.uint8)


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
