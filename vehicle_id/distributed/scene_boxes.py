"""Some boxes of a scene -> crops, on the node that answers them, as one process that cuts all of them would."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from vehicle_id.crops.manifest import Crop
from vehicle_id.distributed.storage import version_of
from vehicle_id.errors import InputError
from vehicle_id.scenes.boxes import SceneBox
from vehicle_id.scenes.cuts import SceneSource
from vehicle_id.scenes.options import SceneOptions
from vehicle_id.scenes.raster import SceneRaster
from vehicle_id.scenes.reading import boxes_of_image, boxes_of_scene, read_boxes


def boxes_of_one(scene: str, boxes: Sequence[SceneBox], *, is_only: bool) -> list[SceneBox]:
    """The boxes of one scene of a job.

    Args:
        scene: its path.
        boxes: of all scenes.
        is_only: whether the job has no other scene: boxes that name no image are then its own.

    Raises:
        InputError: no box is of this scene.
    """
    if is_only:
        return boxes_of_scene(boxes, Path(scene))
    found = boxes_of_image(boxes, Path(scene))
    if not found:
        raise InputError(f"no box names the scene {scene}: leave it out, or name its image in the boxes")
    return found


def cut_boxes(
    scene: str,
    boxes: str,
    *,
    first: int,
    num: int,
    is_only: bool,
    versions: tuple[str, str],
    options: Mapping[str, Any],
) -> Iterator[tuple[str, Crop]]:
    """The crops of boxes that follow each other, with the paths that they have among all crops of the scene.

    Args:
        scene: path of the scene.
        boxes: path of the file of boxes.
        first: number of the first box of the scene, from 0.
        num: number of boxes.
        is_only: as for `boxes_of_one`.
        versions: of the two files when the job was planned.
        options: of `SceneOptions`, as plain values.

    Raises:
        InputError: a file that cannot be read, or that was changed.
    """
    if (version_of(scene), version_of(boxes)) != versions:
        raise InputError(f"{scene} or {boxes} was changed while the job ran: run the command again")
    stated = msgspec.convert(options, SceneOptions)
    own = boxes_of_one(scene, _read_once(boxes, versions[1], stated.box_format), is_only=is_only)
    with SceneRaster(Path(scene)) as raster:
        source = SceneSource(raster, own, options=stated)
        yield from ((str(crop.path), crop) for crop in source.some(first, first + num))


@lru_cache(maxsize=4)  # parts of one file of boxes follow each other
def _read_once(boxes: str, version: str, box_format: str | None) -> list[SceneBox]:
    return read_boxes(boxes, box_format=box_format)
