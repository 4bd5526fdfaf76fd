"""Some boxes of a scene -> crops, on the node that answers them, as one process that cuts all of them would."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
from vehicle_id.scenes.reading import BoxesByImage, boxes_of_scene, check_told_apart, read_boxes


@dataclass(frozen=True, slots=True)
class JobBoxes:
    """The boxes of all scenes of a job."""

    boxes: Sequence[SceneBox]
    by_image: BoxesByImage

    @classmethod
    def read(cls, path: str, box_format: str | None) -> JobBoxes:
        """Those of a file.

        Raises:
            InputError: it cannot be read.
        """
        boxes = read_boxes(path, box_format=box_format)
        return cls(boxes, BoxesByImage(boxes))

    def of(self, scene: str, *, is_only: bool) -> list[SceneBox]:
        """The boxes of one scene.

        Args:
            scene: its path.
            is_only: whether the job has no other scene: boxes that name no image are then its own.

        Raises:
            InputError: no box is of this scene, or they do not say which image it is.
        """
        if is_only:
            return boxes_of_scene(self.boxes, Path(scene))
        found = self.by_image.of(Path(scene))
        if not found:
            raise InputError(f"no box names the scene {scene}: leave it out, or name its image in the boxes")
        check_told_apart(found, Path(scene))
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
        is_only: as for `JobBoxes.of`.
        versions: of the two files when the job was planned.
        options: of `SceneOptions`, as plain values.

    Raises:
        InputError: a file that cannot be read, or that was changed.
    """
    if (version_of(scene), version_of(boxes)) != versions:
        raise InputError(f"{scene} or {boxes} was changed while the job ran: run the command again")
    stated = msgspec.convert(options, SceneOptions)
    own = _read_once(boxes, versions[1], stated.box_format).of(scene, is_only=is_only)
    with SceneRaster(Path(scene)) as raster:
        source = SceneSource(raster, own, options=stated)
        yield from ((str(crop.path), crop) for crop in source.some(first, first + num))


@lru_cache(maxsize=4)  # parts of one file of boxes follow each other
def _read_once(boxes: str, version: str, box_format: str | None) -> JobBoxes:
    return JobBoxes.read(boxes, box_format)
