"""Windows over a whole scene: all of it is covered, and what shows no vehicle is left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fixtures.scenes import coloured, write_scene
from tests.scenes.conftest import PLACES
from vehicle_id import Classifier, InputError, Result, SceneOptions, Status
from vehicle_id.scenes.cuts import SceneSource
from vehicle_id.scenes.grid import Grid, _count, is_kept
from vehicle_id.scenes.raster import SceneRaster


def test_the_windows_cover_the_scene_and_overlap_by_half(scene: Path) -> None:
    with SceneRaster(scene) as raster:
        grid = Grid(raster, 20, options=SceneOptions(context=1))
        seen = np.zeros((raster.height, raster.width), int)
        for crop in SceneSource(raster, grid, options=SceneOptions(context=1)):
            assert crop.place is not None and crop.cut is not None
            left, top, width, height = map(int, str(crop.place.window_px)[1:-1].split(","))
            assert (width, height) == (40, 40)
            seen[max(0, top) : top + height, max(0, left) : left + width] += 1
    assert len(grid) == 9 * 7
    assert seen.min() >= 1 and np.median(seen) == 4


@given(whole=st.integers(1, 500), side=st.floats(8, 200))
def test_no_pixel_is_beyond_the_last_window(whole: int, side: float) -> None:
    num = _count(whole, side)
    assert (num - 1) * side / 2 + side >= whole - 0.026 * side
    assert num == 1 or (num - 2) * side / 2 + side < whole


def test_a_grid_is_a_sequence_that_is_made_one_by_one(scene: Path) -> None:
    with SceneRaster(scene) as raster:
        grid = Grid(raster, 20, options=SceneOptions())
    assert grid[0].id == "r0c0" and grid[10].id == "r1c1"
    assert [each.id for each in grid[1:3]] == ["r0c1", "r0c2"]
    with pytest.raises(IndexError):
        grid[len(grid)]


def test_a_grid_needs_metres_and_windows_of_some_pixels(tmp_path: Path) -> None:
    path = write_scene(tmp_path / "s.png", coloured({}), crs=None, driver="PNG")
    with SceneRaster(path) as raster:
        with pytest.raises(InputError, match="--grid is in metres, and nobody states those of"):
            Grid(raster, 20, options=SceneOptions())
        assert len(Grid(raster, 20, options=SceneOptions(gsd_m=0.5))) == 63
        for side in (0.0, -1.0, float("nan"), 3.0):
            with pytest.raises(InputError, match="have under 8 pixels: give a larger --grid"):
                Grid(raster, side, options=SceneOptions(gsd_m=0.5))


@pytest.mark.parametrize(
    ("result", "kept"),
    [
        (Result(label="car", path_in_tree=("vehicle", "car")), True),
        (Result(label="ground", path_in_tree=("none", "ground")), False),
        (Result(label="none", path_in_tree=("none",)), False),
        (Result(label="unknown"), False),
        (Result(status=Status.EMPTY), False),
        (Result(status=Status.TRUNCATED), True),
    ],
)
def test_what_is_kept(result: Result, kept: bool) -> None:
    assert is_kept(result) == kept


def test_an_object_is_found_by_one_window_at_least(scene: Path, classifier: Classifier) -> None:
    with SceneRaster(scene) as raster:
        options = SceneOptions(context=1)
        results = list(
            classifier.classify_crops(SceneSource(raster, Grid(raster, 10, options=options), options=options))
        )
    assert len(results) == 19 * 15
    assert any(each.label == "car" for each in results)
    assert len(PLACES) == 3
