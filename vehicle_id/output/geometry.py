"""Where a row's object stands: its footprint or, without one, its point, as GeoJSON and as well-known binary.

Coordinates are longitude and latitude in degrees, WGS 84, as RFC 7946 and the columns of a result have them.
"""

from __future__ import annotations

import json
import struct
from typing import Any, Final

from vehicle_id.results import Record

GEOMETRY: Final = "geometry"
"""The column of GeoParquet and GeoPackage."""
CRS: Final = "EPSG:4326"
"""WGS 84. Every format here stores the longitude first, whatever the order of the axes in the EPSG list."""
POINT: Final = "Point"
POLYGON: Final = "Polygon"
MULTIPOLYGON: Final = "MultiPolygon"
_CODES: Final = {POINT: 1, POLYGON: 3, MULTIPOLYGON: 6}
"""Of well-known binary (OGC 06-103r4)."""


Geometry = dict[str, Any]
"""`type` and `coordinates` of GeoJSON."""


def geometry_of(record: Record) -> Geometry | None:
    """The footprint of a row, else its point; None for a row without a place."""
    footprint = _footprint(record.get("footprint"))
    if footprint is not None:
        return footprint
    lon, lat = record.get("lon"), record.get("lat")
    return None if lon is None or lat is None else {"type": POINT, "coordinates": [lon, lat]}


def wkb(geometry: Geometry) -> bytes:
    """Well-known binary, little-endian, two dimensions."""
    kind, coordinates = geometry["type"], geometry["coordinates"]
    start = struct.pack("<BI", 1, _CODES[kind])
    if kind == POINT:
        return start + struct.pack("<2d", *coordinates)
    if kind == POLYGON:
        return start + struct.pack("<I", len(coordinates)) + b"".join(map(_ring, coordinates))
    polygons = [wkb({"type": POLYGON, "coordinates": each}) for each in coordinates]
    return start + struct.pack("<I", len(polygons)) + b"".join(polygons)


def _ring(points: list[list[float]]) -> bytes:
    return struct.pack("<I", len(points)) + b"".join(struct.pack("<2d", *point) for point in points)


def _footprint(text: str | None) -> Geometry | None:
    """A polygon or several; None for a text that is none, as a stranger may state it."""
    try:
        found = json.loads(text or "")
        kind, coordinates = found["type"], found["coordinates"]
        polygons = [coordinates] if kind == POLYGON else coordinates if kind == MULTIPOLYGON else []
        outlines = [[_closed(ring) for ring in polygon] for polygon in polygons]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
    if not outlines or not all(outlines):
        return None
    return {"type": kind, "coordinates": outlines[0] if kind == POLYGON else outlines}


def _closed(ring: Any) -> list[list[float]]:
    """A ring of at least four points, the last of which is the first. Heights are left out.

    Raises:
        ValueError, TypeError: it is none.
    """
    points = [[float(x), float(y)] for x, y, *_ in ring]
    if len(points) < 4 or points[0] != points[-1] or not all(abs(x) <= 180 and abs(y) <= 90 for x, y in points):
        raise ValueError
    return points
