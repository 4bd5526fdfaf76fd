"""Metres on the ground per pixel in any coordinate system of the EPSG list, by PROJ: needs the extra `geo` (pyproj).

For what `geo.py` does not know. Runs where the classifier runs and not in a decoder process, which may open no file:
PROJ keeps its list in one. Looks nothing up on the network.
"""

from __future__ import annotations

import importlib.util
import math
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from vehicle_id.crops.geo import USER_DEFINED, GroundPixel, Matrix, map_pixel, pixel_of, radii
from vehicle_id.crops.tiff import full_pages, is_tiff, read_pages

if TYPE_CHECKING:
    from pyproj import Transformer

STEP_PX = 20.0
"""Pixels between the two places whose distance is measured."""


@cache
def has_proj() -> bool:
    """Whether pyproj is installed."""
    return importlib.util.find_spec("pyproj") is not None


def ground_pixel_by_proj(data: bytes) -> GroundPixel | None:
    """The pixel at the centre of a GeoTIFF; None where pyproj is not installed or does not know it either.

    Never raises.
    """
    if not has_proj() or not is_tiff(data):
        return None
    try:
        page = full_pages(read_pages(data))[0]
        code, unit, (x, y), (a, b, c, d) = map_pixel(page.tags)
        if code == USER_DEFINED or (unit is not None and not math.isclose(unit, _unit(code), rel_tol=1e-3)):
            return None
        return pixel_of(ground_steps(_to_degrees(code), (x, y), (a, b, c, d)))
    except Exception:  # pyproj raises its own; damaged tags raise all kinds
        return None


def ground_steps(to_degrees: Transformer, place: tuple[float, float], steps: Matrix) -> Matrix:
    """Metres on the ground, to the east and to the north, for a step of one pixel.

    Args:
        to_degrees: from the coordinate system to longitude and latitude on its own ellipsoid.
        place: in the coordinate system.
        steps: of one pixel, in units of the coordinate system.

    Returns:
        East for a step along the columns and along the rows, then north for the same.
    """
    (x, y), (a, b, c, d) = place, steps
    places = [(x, y), (x + a * STEP_PX, y + c * STEP_PX), (x + b * STEP_PX, y + d * STEP_PX)]
    (lon, lat), across, down = (to_degrees.transform(*each) for each in places)
    east, north = (math.radians(radius) / STEP_PX for radius in radii(math.radians(lat)))
    east *= math.cos(math.radians(lat))
    return (
        east * _turn(across[0] - lon),
        east * _turn(down[0] - lon),
        north * (across[1] - lat),
        north * (down[1] - lat),
    )


def _turn(degrees: float) -> float:
    """A difference of longitudes by the shorter way, also across the antimeridian."""
    return (degrees + 180.0) % 360.0 - 180.0


@lru_cache(maxsize=64)
def _unit(code: int) -> float:
    """Metres of the unit of a system."""
    import pyproj

    return float(pyproj.CRS.from_epsg(code).axis_info[0].unit_conversion_factor)


@lru_cache(maxsize=64)
def _to_degrees(code: int) -> Transformer:
    import pyproj

    system: Any = pyproj.CRS.from_epsg(code)
    return pyproj.Transformer.from_crs(system, system.geodetic_crs, always_xy=True)
