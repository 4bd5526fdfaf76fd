"""The window of a row, cut once more from the scene and what the row states."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasterio.transform import from_origin

from tests.fixtures.scenes import coloured, feature, on_map, square, write_geojson, write_scene
from tests.scenes.conftest import PLACES
from vehicle_id import Classifier, SceneOptions, classify_scene
from vehicle_id.scenes.recut import SceneCuts

REFLECTANCE = np.random.default_rng(0).uniform(0.02, 0.4, (160, 200, 3)).astype(np.float32)
DEGREES = from_origin(30.0, 60.0, 0.5 / 111_320, 0.5 / 111_320)


@pytest.mark.parametrize(
    ("pixels", "profile", "options"),
    [
        (coloured(PLACES), {}, {}),
        (coloured(PLACES), {}, {"bands": "3,2,1"}),
        (coloured(PLACES), {"crs": "EPSG:4326", "transform": DEGREES}, {}),
        (coloured(PLACES).astype(np.uint16) * 8, {}, {}),
        (coloured(PLACES)[:, :, 0], {}, {"context": 3}),
        (coloured(PLACES), {"nodata": 90}, {}),
        (coloured(PLACES)[:, :, 0].astype(np.uint16) * 8, {"photometric": "MINISWHITE"}, {}),
        (REFLECTANCE, {}, {}),
        (REFLECTANCE * 1e-6, {}, {}),
    ],
    ids=["RGB", "bands", "not square", "16 bits", "grey", "nodata", "white is low", "reflectance", "small numbers"],
)
def test_it_has_the_pixels_that_were_answered(
    tmp_path: Path, classifier: Classifier, pixels: Any, profile: dict[str, Any], options: dict[str, Any]
) -> None:
    scene = write_scene(tmp_path / "s.tif", pixels, **profile)
    places = [*PLACES, (-8, 70)]
    boxes = write_geojson(tmp_path / "b.geojson", [feature(on_map(square(*place), scene=scene)) for place in places])
    answers = classify_scene(scene, boxes=boxes, classifier=classifier, options=SceneOptions(**options))
    records = [each.to_dict() for each in answers]
    with SceneCuts() as cuts:
        found = [cuts.find_cut(record) for record in records]
    assert [each and each.sha256 for each in found] == [record["sha256"] for record in records]


def test_a_scene_that_moved_is_found_in_the_folder(
    tmp_path: Path, scene: Path, boxes: Path, classifier: Classifier
) -> None:
    record = next(classify_scene(scene, boxes=boxes, classifier=classifier)).to_dict()
    (tmp_path / "moved").mkdir()
    scene.rename(tmp_path / "moved" / scene.name)
    with SceneCuts() as cuts:
        assert cuts.find_cut(record) is None
    with SceneCuts(tmp_path / "moved") as cuts:
        found = cuts.find_cut(record)
    assert found is not None and found.sha256 == record["sha256"]


@pytest.mark.parametrize(
    "change",
    [
        {"window_px": None},
        {"window_px": "[1,2,3]"},
        {"window_px": "[0,0,-5,-5]"},
        {"window_px": "[0,0,1e9,1e9]"},
        {"window_px": "[9000,9000,5,5]"},
        {"path": None},
        {"path": "gone.tif/a"},
        {"bands": "7,8,9"},
        {"bands": "x"},
    ],
)
def test_a_row_of_a_stranger_is_no_crop_and_no_error(
    scene: Path, boxes: Path, classifier: Classifier, change: dict[str, Any]
) -> None:
    record = next(classify_scene(scene, boxes=boxes, classifier=classifier)).to_dict()
    with SceneCuts() as cuts:
        assert cuts.find_cut(record | change) is None


def test_a_crop_that_is_a_file_is_no_cut(tmp_path: Path, scene: Path, boxes: Path, classifier: Classifier) -> None:
    record = next(classify_scene(scene, boxes=boxes, classifier=classifier)).to_dict()
    (tmp_path / "crop.png").write_bytes(b"x")
    with SceneCuts() as cuts:
        assert cuts.find_cut(record | {"path": str(tmp_path / "crop.png")}) is None
