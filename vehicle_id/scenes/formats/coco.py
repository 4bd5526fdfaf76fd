"""COCO JSON: images, categories and annotations, whose outline counts before their box."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from vehicle_id.scenes.boxes import SceneBox
from vehicle_id.scenes.formats.common import attributes_of, checked_ring, rectangle
from vehicle_id.scenes.georeference import Ring

LEFT_OUT: Final = ("id", "bbox", "segmentation", "image_id", "category_id")
"""Fields of an annotation that are no attributes."""


def is_coco(document: Any) -> bool:
    """Whether a JSON document lists images and annotations."""
    return isinstance(document, dict) and {"images", "annotations"} <= document.keys()


def read_coco(document: Mapping[str, Any]) -> Iterator[SceneBox]:
    """The boxes of a document for which `is_coco` holds.

    Raises:
        ValueError: its lists are none, or do not hold objects with ids.
    """
    images = {each["id"]: str(each["file_name"]) for each in _listed(document, "images")}
    names = {each["id"]: str(each["name"]) for each in _listed(document, "categories")}
    for number, annotation in enumerate(_listed(document, "annotations"), 1):
        yield _box(annotation, number, images, names)


def _listed(document: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = document.get(name, [])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise ValueError(f"its {name!r} are no list of objects")
    return found


def _box(annotation: dict[str, Any], number: int, images: Mapping[Any, str], names: Mapping[Any, str]) -> SceneBox:
    attributes = attributes_of({name: value for name, value in annotation.items() if name not in LEFT_OUT})
    attributes["label"] = names.get(_key(annotation.get("category_id")), str(annotation.get("category_id", "")))
    image = images.get(_key(annotation.get("image_id")))
    ring, problem = _ring_of(annotation)
    if image is None:
        problem = f"its image_id {str(annotation.get('image_id'))[:40]!r} is that of no image"
    name = str(annotation.get("id", number))
    return SceneBox(id=name, ring=ring, image=image or "", attributes=attributes, problem=problem)


def _key(value: Any) -> Any:
    return value if isinstance(value, (int, str)) else None


def _ring_of(annotation: Mapping[str, Any]) -> tuple[Ring, str | None]:
    """The corners of all parts of the outline, or of the box where the outline is coded by runs."""
    parts = annotation.get("segmentation")
    try:
        if isinstance(parts, list) and parts:
            return checked_ring([pair for part in parts for pair in zip(part[::2], part[1::2], strict=True)])
        left, top, width, height = (float(each) for each in annotation["bbox"])
        return checked_ring(rectangle(left, top, left + width, top + height))
    except (TypeError, LookupError, ValueError, OverflowError):
        return (), "its bbox is not left, top, width, height"
