"""Where the pixels of a scene lie on the earth: coordinates of boxes -> pixels -> longitude, latitude and metres.

True distances on the ground, in any coordinate system that PROJ knows; on the ellipsoid, so that heights and the
displacement of what stands up are not taken into account. Looks nothing up on the network.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
import pyproj
import shapely
import shapely.affinity
from numpy.typing import NDArray

from vehicle_id.crops.geo import GroundPixel, pixel_of
from vehicle_id.crops.projection import ground_steps
from vehicle_id.errors import InputError

Transform = tuple[float, float, float, float, float, float]
"""From pixels to coordinates: x = a * column + b * row + c, y = d * column + e * row + f."""
Ring = tuple[tuple[float, float], ...]
"""Corners of a polygon, or one point."""

WGS84: Final = "EPSG:4326"
MOST_CORNERS: Final = 60
"""Of a footprint: its text must fit into a cell; a rounder outline is replaced by the rectangle around it."""


@lru_cache(maxsize=64)
def _system(text: str) -> pyproj.CRS:
    return pyproj.CRS.from_user_input(text)


@lru_cache(maxsize=64)
def _between(source: str, target: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(_system(source), _system(target), always_xy=True)


def _transformed(
    source: str, target: str, places: Sequence[tuple[float, float]]
) -> tuple[Sequence[float], Sequence[float]]:
    """Coordinates in another system, x first; infinite where they have no place in it."""
    xs, ys = zip(*places, strict=True)
    found: tuple[Sequence[float], Sequence[float]] = _between(source, target).transform(xs, ys)
    return found


def _applied(transform: Transform, column: float, row: float) -> tuple[float, float]:
    a, b, c, d, e, f = transform
    return a * column + b * row + c, d * column + e * row + f


def _inverse(transform: Transform) -> Transform:
    a, b, c, d, e, f = transform
    area = a * e - b * d
    return e / area, -b / area, (b * f - c * e) / area, -d / area, a / area, (c * d - a * f) / area


def checked_crs(text: str, what: str) -> str:
    """A coordinate system as text that PROJ takes.

    Args:
        text: such as `EPSG:32637`, a URN or WKT.
        what: it is of, for the message.

    Raises:
        InputError: PROJ does not know it, or it is none on the earth.
    """
    try:
        known = _system(text)
    except pyproj.exceptions.CRSError:
        known = None
    if known is None or known.geodetic_crs is None:
        raise InputError(f"the coordinate system of {what} is not known: {text[:80]!r}; name one as EPSG:32637")
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundView:
    """A pixel on the ground, and where north is from there."""

    pixel: GroundPixel
    across_m: float
    """Metres of a step along the columns."""
    down_m: float
    """Metres of a step along the rows."""
    north_deg: float
    """Direction of true north in the image, were its pixels square: counter-clockwise from the x axis."""


class Georeference:
    """Places of the pixels of one scene.

    Args:
        transform: from pixels to coordinates.
        crs: the system of the coordinates, as text that PROJ takes.
        centre: of the scene, in pixels.
    """

    def __init__(self, *, transform: Transform, crs: str, centre: tuple[float, float]) -> None:
        self.transform, self.crs = transform, crs
        self._inverse = _inverse(transform)
        self._centre = _applied(transform, *centre)

    @cached_property
    def _to_own_degrees(self) -> pyproj.Transformer:
        """To longitude and latitude on the system's own ellipsoid, on which distances are measured."""
        system = _system(self.crs)
        return pyproj.Transformer.from_crs(system, system.geodetic_crs, always_xy=True)

    def pixels_of(self, ring: Ring, crs: str | None) -> Ring | None:
        """Coordinates of another system (None: longitude and latitude) in pixels; None where they have no place."""
        xs, ys = _transformed(crs or WGS84, self.crs, ring)
        if _system(self.crs).is_geographic:  # the same meridian has many longitudes: take the one near the scene
            xs = tuple(x + 360.0 * round((self._centre[0] - x) / 360.0) if math.isfinite(x) else x for x in xs)
        if not all(map(math.isfinite, (*xs, *ys))):
            return None
        return tuple(_applied(self._inverse, *place) for place in zip(xs, ys, strict=True))

    def degrees_of(self, ring: Ring) -> Ring | None:
        """Pixels in longitude and latitude (WGS 84); None where they have no place on the earth."""
        places = [_applied(self.transform, *corner) for corner in ring]
        lons, lats = _transformed(self.crs, WGS84, places)
        if not all(map(math.isfinite, (*lons, *lats))):
            return None
        return tuple(zip(lons, lats, strict=True))

    def view_at(self, column: float, row: float) -> GroundView | None:
        """The ground at a pixel; None where rows and columns are not at right angles, or it has no place."""
        a, b, _, d, e, _ = self.transform
        east_x, east_y, north_x, north_y = ground_steps(
            self._to_own_degrees, _applied(self.transform, column, row), (a, b, d, e)
        )
        if not all(map(math.isfinite, (east_x, east_y, north_x, north_y))):
            return None
        pixel = pixel_of((east_x, east_y, north_x, north_y))
        if pixel is None:
            return None
        across, down = math.hypot(east_x, north_x), math.hypot(east_y, north_y)
        # the step in the image that leads due north, in metres along its columns and rows
        columns, rows = np.linalg.solve([[east_x, east_y], [north_x, north_y]], [0.0, 1.0])
        north = math.degrees(math.atan2(-rows * down, columns * across))
        return GroundView(pixel=pixel, across_m=across, down_m=down, north_deg=north)


def centre_of(ring: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Longitude and latitude of the middle of corners that may lie on both sides of the antimeridian."""
    unwrapped = _unwrapped(ring)
    lon, lat = (sum(each) / len(each) for each in zip(*unwrapped, strict=True))
    return (lon + 180.0) % 360.0 - 180.0, lat


def turned_rectangle_of(shape: shapely.Geometry) -> NDArray[np.float64] | None:
    """The corners of the smallest turned rectangle about a shape, the first repeated `[5, 2]`; None without an area."""
    found = shape.minimum_rotated_rectangle
    return np.asarray(found.exterior.coords) if found.geom_type == "Polygon" else None


def footprint_text(ring: Ring) -> str:
    """A GeoJSON polygon of longitudes and latitudes, to a centimetre; in two parts if it crosses the antimeridian."""
    outline = shapely.Polygon(_unwrapped(ring)).convex_hull
    if len(outline.exterior.coords) > MOST_CORNERS:
        outline = outline.minimum_rotated_rectangle
    west, _, east, _ = outline.bounds
    if west >= -180.0 and east <= 180.0:
        return _polygon("Polygon", _corners(outline))
    parts = []
    for turn in (-360.0, 0.0, 360.0):
        part = shapely.affinity.translate(outline, xoff=turn).intersection(shapely.box(-180, -90, 180, 90))
        if part.geom_type == "Polygon" and not part.is_empty:
            parts.append(part)
    if len(parts) == 1:
        return _polygon("Polygon", _corners(parts[0]))
    return _polygon("MultiPolygon", [_corners(part) for part in parts])


def _corners(polygon: shapely.Polygon) -> list[list[list[float]]]:
    ring = polygon.exterior.coords if polygon.exterior.is_ccw else polygon.exterior.coords[::-1]
    return [[[round(x, 7), round(y, 7)] for x, y in ring]]


def _polygon(kind: str, coordinates: object) -> str:
    return json.dumps({"type": kind, "coordinates": coordinates}, separators=(",", ":"))


def _unwrapped(ring: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The same places with longitudes within half a turn of the first."""
    first = ring[0][0]
    return [(lon + 360.0 * round((first - lon) / 360.0), lat) for lon, lat in ring]
