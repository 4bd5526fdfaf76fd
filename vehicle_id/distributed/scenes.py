"""Scenes with boxes as parts of a job: a scene with many boxes is shared among workers, box by box and not by file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from vehicle_id.distributed.parts import ScenePart
from vehicle_id.distributed.plan import PartPlan
from vehicle_id.distributed.scene_boxes import JobBoxes
from vehicle_id.distributed.storage import is_url, version_of
from vehicle_id.errors import InputError
from vehicle_id.scenes.cuts import SceneSource, columns_of
from vehicle_id.scenes.options import SceneOptions
from vehicle_id.scenes.raster import SceneRaster


def plan_scenes(scenes: Sequence[str], boxes: str, *, options: SceneOptions, part_rows: int) -> PartPlan:
    """The parts of scenes.

    Args:
        scenes: files that every node has.
        boxes: a file of boxes; of several scenes, each box names its image.
        options: what is stated about the scenes.
        part_rows: boxes of a part.

    Raises:
        InputError: a URL, boxes that name no image of several scenes or fit two of them, or a scene without boxes.
    """
    url = next((each for each in (*scenes, boxes) if is_url(each)), None)
    if url is not None:
        raise InputError(f"scenes and boxes are read from folders that every node has, not from {url}")
    found = JobBoxes.read(boxes, options.box_format)
    if len(scenes) > 1 and any(box.image is None for box in found.boxes):
        raise InputError(f"{len(scenes)} scenes are named, and boxes in {boxes} name no image: name one scene")
    scene_of = dict[str | None, str]()
    for scene in scenes:  # what is wrong with one is said now
        own = found.of(scene, is_only=len(scenes) == 1)
        for image in {box.image for box in own}:
            if scene_of.setdefault(image, scene) != scene:
                raise InputError(
                    f"boxes of the image {image} fit both {scene_of[image]} and {scene}: name images with their "
                    "folders, and only scenes that have boxes"
                )
        with SceneRaster(Path(scene)) as raster:
            SceneSource(raster, own, options=options)
    return PartPlan(_parts(scenes, boxes, found, options, part_rows), [*columns_of(found.boxes).values()])


def _parts(
    scenes: Sequence[str], boxes: str, found: JobBoxes, options: SceneOptions, part_rows: int
) -> Iterator[ScenePart]:
    stated: dict[str, Any] = {name: value for name, value in msgspec.to_builtins(options).items() if value is not None}
    for scene in scenes:
        num = len(found.of(scene, is_only=len(scenes) == 1))
        for first in range(0, num, part_rows):
            yield ScenePart(
                scene=scene,
                boxes=boxes,
                first=first,
                num_boxes=min(part_rows, num - first),
                versions=(version_of(scene), version_of(boxes)),
                options=stated,
                is_only=len(scenes) == 1,
            )
