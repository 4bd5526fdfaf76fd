"""A scene with three objects that the tiny model knows, and their boxes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixtures.scenes import coloured, feature, on_map, square, write_geojson, write_scene

PLACES = {(30, 40): "red", (100, 40): "blue", (60, 100): "green"}
"""Upper left corners of squares of 20 pixels, 10 m."""
LABELS = ["car", "vehicle", "ground"]
"""What the tiny model says to them: a bus, blue, is longer than 10 m."""


@pytest.fixture
def scene(tmp_path: Path) -> Path:
    return write_scene(tmp_path / "scene.tif", coloured(PLACES))


@pytest.fixture
def boxes(tmp_path: Path) -> Path:
    features = [feature(on_map(square(*place)), id=name) for place, name in zip(PLACES, "abc", strict=True)]
    return write_geojson(tmp_path / "boxes.geojson", features)
