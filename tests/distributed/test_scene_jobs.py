"""Scenes with boxes as parts: split by boxes, with the rows of one process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyarrow", reason="needs the extra ray")
pytest.importorskip("rasterio", reason="needs the extra geo")

from tests.conftest import TINY
from tests.distributed.jobs import answers_in, run_job
from vehicle_id import Classifier, InputError, SceneOptions, classify_scene
from vehicle_id.distributed.scenes import plan_scenes
from vehicle_id.scenes.reading import boxes_of_image, read_boxes

ROOT = Path(__file__).parents[2]
SCENE = ROOT / "examples" / "scene" / "lorry_park.tif"
BOXES = ROOT / "examples" / "scene" / "lorries.geojson"


@pytest.mark.parametrize("part_rows", [1, 4, 1000])
def test_one_scene_is_split_by_boxes(tmp_path: Path, part_rows: int) -> None:
    options = SceneOptions(context=1.6, sun=(140.0, 40.0), site="north")
    plan = plan_scenes([str(SCENE)], str(BOXES), options=options, part_rows=part_rows)
    job = run_job(plan, tmp_path / "r.parquet")
    expected = [
        result.to_dict() for result in classify_scene(SCENE, boxes=BOXES, classifier=Classifier(TINY), options=options)
    ]
    assert answers_in(tmp_path / "r.parquet") == expected
    assert job.outcome.num_parts == -(-len(expected) // part_rows)


@pytest.fixture
def scenes(tmp_path: Path) -> tuple[list[str], str]:
    """Twenty scenes and one file of boxes in pixels, some of one name, some outside."""
    paths, images, annotations = [], [], []
    for number in range(20):
        path = tmp_path / f"scene{number:02}.tif"
        path.write_bytes(SCENE.read_bytes())
        paths.append(str(path))
        images.append({"id": number, "file_name": path.name, "width": 1000, "height": 1000})
        for box in range(3 + number % 3):
            left = 40 * box + number if box < 4 else 90_000
            annotations.append(
                {"id": len(annotations), "image_id": number, "bbox": [left, 50, 30, 12], "category_id": 1}
            )
    boxes = {"images": images, "annotations": annotations, "categories": [{"id": 1, "name": "lorry"}]}
    (tmp_path / "boxes.json").write_text(json.dumps(boxes))
    return paths, str(tmp_path / "boxes.json")


def test_many_scenes_give_the_rows_of_each_alone(scenes: tuple[list[str], str], tmp_path: Path) -> None:
    paths, boxes = scenes
    run_job(plan_scenes(paths, boxes, options=SceneOptions(), part_rows=2), tmp_path / "r.parquet")
    classifier, expected = Classifier(TINY), list[dict[str, Any]]()
    for path in paths:
        own = boxes_of_image(read_boxes(boxes), Path(path))
        expected += [result.to_dict() for result in classify_scene(path, boxes=own, classifier=classifier)]
    assert answers_in(tmp_path / "r.parquet") == expected
    assert {row["status"] for row in expected} == {"ok", "bad_row"}


def test_boxes_that_fit_two_scenes_are_refused(scenes: tuple[list[str], str], tmp_path: Path) -> None:
    paths, boxes = scenes
    twin = tmp_path / "other" / Path(paths[0]).name
    twin.parent.mkdir()
    twin.write_bytes(SCENE.read_bytes())
    with pytest.raises(
        InputError, match=r"boxes of the image scene00.tif fit both .*scene00.tif and .*other.*: name images"
    ):
        plan_scenes([*paths, str(twin)], boxes, options=SceneOptions(), part_rows=2)


def test_boxes_of_images_that_a_scene_may_be_are_refused(scenes: tuple[list[str], str]) -> None:
    paths, boxes = scenes
    known = json.loads(Path(boxes).read_text())
    known["images"][0]["file_name"], known["images"][1]["file_name"] = "north/scene00.tif", "south/scene00.tif"
    Path(boxes).write_text(json.dumps(known))
    with pytest.raises(InputError, match=r"do not say which image .*scene00.tif is: they name 'north/scene00.tif' and"):
        plan_scenes([paths[0], *paths[2:]], boxes, options=SceneOptions(), part_rows=2)


def test_what_cannot_be_a_scene_job_is_refused(scenes: tuple[list[str], str], tmp_path: Path) -> None:
    options = SceneOptions()
    with pytest.raises(InputError, match="name no image: name one scene"):
        plan_scenes([str(SCENE), str(SCENE)], str(BOXES), options=options, part_rows=2)
    with pytest.raises(InputError, match=r"from folders that every node has, not from s3://a/b\.tif"):
        plan_scenes(["s3://a/b.tif"], str(BOXES), options=options, part_rows=2)
    with pytest.raises(InputError, match="no box names the scene"):
        plan_scenes([*scenes[0], str(SCENE)], scenes[1], options=options, part_rows=2)
