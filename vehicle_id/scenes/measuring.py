"""Outlines of boxes in pixels that are as high as wide, and the metres that a scene states for such a pixel."""

from __future__ import annotations

import math
from collections.abc import Sequence

from vehicle_id.errors import CropError
from vehicle_id.scenes.boxes import SceneBox
from vehicle_id.scenes.georeference import Ring
from vehicle_id.scenes.metadata import Capture
from vehicle_id.scenes.options import SceneOptions
from vehicle_id.scenes.placing import BoxPlacer
from vehicle_id.scenes.raster import SceneRaster


def outlines_of(
    raster: SceneRaster, boxes: Sequence[SceneBox], options: SceneOptions
) -> tuple[list[Ring], float | None]:
    """The outlines of all boxes that have one, and the ground sample distance that the scene states at its centre.

    Raises:
        InputError: boxes that cannot be placed in such a scene.
    """
    placer = BoxPlacer(raster, options=options, capture=Capture())
    ground = None if placer.georeference is None else placer.georeference.view_at(raster.width / 2, raster.height / 2)
    wide = 1.0 if ground is None else math.sqrt(ground.pixel.aspect)
    outlines = []
    for box in boxes:
        if box.problem is not None:
            continue
        try:
            ring = placer.pixels_of(box)
        except CropError:
            continue
        if len(ring) > 2:
            outlines.append(tuple((x * wide, y / wide) for x, y in ring))
    return outlines, None if ground is None else ground.pixel.gsd_m
