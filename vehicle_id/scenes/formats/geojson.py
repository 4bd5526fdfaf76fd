"""GeoJSON (RFC 7946, and the `crs` member of its predecessor), and the GeoJSON of the xView set.

xView states pixels of its images in `bounds_imcoords`, which count: its geometries are off by several metres.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from vehicle_id.scenes.boxes import SceneBox
from vehicle_id.scenes.formats.common import attributes_of, checked_ring, rectangle
from vehicle_id.scenes.georeference import Ring, checked_crs

XVIEW_CORNERS: Final = "bounds_imcoords"
XVIEW_IMAGE: Final = "image_id"
XVIEW_CLASS: Final = "type_id"


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


def _ring_of(geometry: Any) -> tuple[Ring, str | None]:
    """The corners of a geometry, or its problem. The parts of a polygon cut at the antimeridian are one ring."""
    if not isinstance(geometry, dict):
        return (), "it has no geometry"
    kind: Any = geometry.get("type")
    coordinates: Any = geometry.get("coordinates")
    try:
        if kind == "Point":
            return checked_ring([coordinates])
        if kind == "Polygon":
            return checked_ring(coordinates[0])
        if kind == "MultiPolygon":
            return checked_ring([corner for polygon in coordinates for corner in polygon[0]])
    except (TypeError, LookupError, ValueError, OverflowError):
        return (), f"its {kind} has no coordinates that can be read"
    return (), f"a {str(kind)[:40]} is no box: give a polygon or a point"
