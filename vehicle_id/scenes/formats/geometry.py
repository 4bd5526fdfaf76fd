"""Shapes of shapely -> corners. The parts of a polygon that is cut at the antimeridian are one outline."""

from __future__ import annotations

from typing import Any

from vehicle_id.scenes.formats.common import checked_ring
from vehicle_id.scenes.georeference import Ring


def ring_of_shape(shape: Any) -> tuple[Ring, str | None]:
    """The corners of a polygon or of a point, or the problem of the shape."""
    if shape is None or shape.is_empty:
        return (), "it has no geometry"
    if shape.geom_type == "Point":
        return checked_ring([(shape.x, shape.y)])
    if shape.geom_type == "Polygon":
        return checked_ring(list(shape.exterior.coords))
    if shape.geom_type == "MultiPolygon":
        return checked_ring([corner for part in shape.geoms for corner in part.exterior.coords])
    return (), f"a {shape.geom_type} is no box: give a polygon or a point"
