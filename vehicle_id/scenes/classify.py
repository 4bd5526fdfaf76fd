"""`classify_scene`: answers for the boxes of a scene, one for each, in their order.

Imports without the extra `geo`, as the names of the package do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vehicle_id.classifier import Classifier
from vehicle_id.errors import needs_extra
from vehicle_id.files import as_path
from vehicle_id.results import Result
from vehicle_id.scenes.options import SceneOptions

if TYPE_CHECKING:
    from vehicle_id.scenes.boxes import SceneBox
    from vehicle_id.scenes.cuts import SceneSource


def classify_scene(
    scene: str | Path,
    *,
    boxes: str | Path | Sequence[SceneBox],
    classifier: Classifier | None = None,
    options: SceneOptions | None = None,
) -> Iterator[Result]:
    """Classify the objects in a scene, at constant memory: each is cut when it is needed.

    Args:
        scene: a GeoTIFF, COG, JPEG 2000, NITF, PNG or JPEG file of any size.
        boxes: a file of boxes (`read_boxes`), or the boxes.
        classifier: None = one with the default model.
        options: what is stated about the scene.

    Returns:
        One result for each box, in the order of the boxes; its `path` is that of the scene and the box's id.

    Raises:
        InputError: a scene, file of boxes or option that cannot be used.
        MissingExtraError: without the extra `geo`.
    """
    with needs_extra("classify_scene", "geo"):
        from vehicle_id.scenes.cuts import SceneSource
        from vehicle_id.scenes.raster import SceneRaster
        from vehicle_id.scenes.reading import boxes_of_scene, read_boxes

    options, path = options or SceneOptions(), as_path(scene, "the scene")
    given = read_boxes(boxes, box_format=options.box_format) if isinstance(boxes, (str, Path)) else boxes
    raster = SceneRaster(path)
    try:
        source = SceneSource(raster, boxes_of_scene(given, path), options=options)
    except BaseException:
        raster.close()
        raise
    return _answers(source, classifier or Classifier())


def _answers(source: SceneSource, classifier: Classifier) -> Iterator[Result]:
    with source.raster:
        yield from classifier.classify_crops(source)
