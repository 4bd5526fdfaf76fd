"""GeoJSON (RFC 7946, and the `crs` member of its predecessor), and the GeoJSON of the xView set.

xView states pixels of its images in `bounds_imcoords`, which count: its geometries are off by several metres.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from vehicle_id.scenes.boxes import SceneBox
from vehicle_id.scenes.georeference import Ring, checked_crs

XVIEW_CORNERS: Final = "bounds_imcoords"
XVIEW_IMAGE: Final = "image_id"
XVIEW_CLASS: Final = "type_id"
MAX_CORNERS: Final = 100_000


def is_geojson(document: Any) -> bool:
    """Whether a JSON document is a feature or several."""
    return isinstance(document, dict) and document.get("type") in ("FeatureCollection", "Feature")


def read_geojson(document: Mapping[str, Any], *, what: str) -> Iterator[SceneBox]:
    """The boxes of a document for which `is_geojson` holds.

    Args:
        document: parsed.
        what: it is, for messages.

    Raises:
        ValueError: it lists no features.
        InputError: its coordinate system is not known.
    """
    features = document.get("features") if document["type"] == "FeatureCollection" else [document]
    if not isinstance(features, list):
        raise ValueError("its 'features' are no list")
    crs = _crs_of(document, what)
    for number, feature in enumerate(features, 1):
        yield _box(feature, number, crs)


def _crs_of(document: Mapping[str, Any], what: str) -> str | None:
    """The system of the older `crs` member; None where there is none: longitude and latitude."""
    member = document.get("crs")
    if member is None:
        return None
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if name in ("urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "OGC:CRS84"):
        return None
    return checked_crs(str(name), what)


def _box(feature: Any, number: int, crs: str | None) -> SceneBox:
    if not isinstance(feature, dict):
        return SceneBox(id=str(number), problem="the feature is no JSON object")
    properties = feature.get("properties")
    attributes = attributes_of(properties if isinstance(properties, dict) else {})
    stated = feature.get("id")
    name = str(number if stated is None or isinstance(stated, (dict, list)) else stated)
    if XVIEW_CORNERS in attributes and XVIEW_IMAGE in attributes:
        return _xview_box(name, attributes)
    ring, problem = _ring_of(feature.get("geometry"))
    return SceneBox(id=name, ring=ring, space="map", crs=crs, attributes=attributes, problem=problem)


def attributes_of(properties: Mapping[str, Any]) -> dict[str, str]:
    """Values as text: lists and objects as JSON, none as empty."""
    return {str(name): _text(value) for name, value in properties.items()}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list, bool)) else str(value)


def _xview_box(name: str, attributes: dict[str, str]) -> SceneBox:
    try:
        left, top, right, bottom = (float(each) for each in attributes[XVIEW_CORNERS].split(","))
    except ValueError:
        problem = f"{XVIEW_CORNERS} {attributes[XVIEW_CORNERS][:40]!r} is not left,top,right,bottom"
        return SceneBox(id=name, attributes=attributes, problem=problem)
    if "label" not in attributes and XVIEW_CLASS in attributes:
        attributes["label"] = attributes[XVIEW_CLASS]
    return SceneBox(
        id=name, ring=rectangle(left, top, right, bottom), image=attributes[XVIEW_IMAGE], attributes=attributes
    )


def rectangle(left: float, top: float, right: float, bottom: float) -> Ring:
    """The corners of a rectangle along the axes."""
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def _ring_of(geometry: Any) -> tuple[Ring, str | None]:
    """The corners of a geometry, or its problem. The parts of a polygon cut at the antimeridian are one ring."""
    if not isinstance(geometry, dict):
        return (), "it has no geometry"
    kind: Any = geometry.get("type")
    coordinates: Any = geometry.get("coordinates")
    try:
        if kind == "Point":
            return _checked([coordinates])
        if kind == "Polygon":
            return _checked(coordinates[0])
        if kind == "MultiPolygon":
            return _checked([corner for polygon in coordinates for corner in polygon[0]])
    except (TypeError, LookupError, ValueError):
        return (), f"its {kind} has no coordinates that can be read"
    return (), f"a {str(kind)[:40]} is no box: give a polygon or a point"


def _checked(corners: Any) -> tuple[Ring, str | None]:
    ring = tuple((float(corner[0]), float(corner[1])) for corner in corners[: MAX_CORNERS + 1])
    if len(ring) > MAX_CORNERS:
        return (), f"its outline has more than {MAX_CORNERS} corners"
    if not ring or not all(math.isfinite(each) for corner in ring for each in corner):
        return (), "its outline has no corners, or one that is no number"
    return (ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring), None
