"""Metres on the ground per pixel of a GeoTIFF, from its tags alone.

Exact for geographic systems, the Mercator family and transverse Mercator zones (UTM, Gauss-Krueger); within 0.3 % for
the national grids and state planes that are listed. Any other system is unknown: its scale is not known without PROJ,
and metres on the map may be twice the metres on the ground.

Tags and keys: OGC 19-008r4, annexes B and D and section 7. Formulas: Snyder 1987, Map Projections, A Working Manual
(https://doi.org/10.3133/pp1395), equations 4-18 to 4-20 (radii), 7-6 and 15-11 (Mercator), 8-4 (transverse Mercator).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from vehicle_id.crops.tiff import HEIGHT, WIDTH, Tags

PIXEL_SCALE, TIE_POINTS, TRANSFORMATION, GEO_KEYS, GEO_DOUBLES = 33550, 33922, 34264, 34735, 34736
GEO_TAGS: Final = (PIXEL_SCALE, TIE_POINTS, TRANSFORMATION, GEO_KEYS, GEO_DOUBLES)
MODEL_TYPE, ANGULAR_UNIT, PROJECTED_CODE = 1024, 2054, 3072
METHOD, LINEAR_UNIT, PARALLEL, FALSE_EASTING, FALSE_NORTHING, SCALE = 3075, 3076, 3078, 3082, 3083, 3092
PROJECTED, GEOGRAPHIC = 1, 2
TRANSVERSE_MERCATOR, MERCATOR = 1, 7
USER_DEFINED: Final = 32767

METRES: Final = {9001: 1.0, 9002: 0.3048, 9003: 1200 / 3937}
"""Length of a linear unit: metre, foot, US survey foot."""
RADIANS: Final = {9101: 1.0, 9102: math.pi / 180, 9105: math.pi / 200}
"""Size of an angular unit: radian, degree, gon."""

SEMI_MAJOR_M: Final = 6378137.0
ECCENTRICITY_2: Final = 0.00669438
"""Of WGS 84 and GRS 80. Other ellipsoids differ by less than 0.02 %."""

WEB_MERCATOR: Final = (3857, 3785)
"""A key is a short number: 900913 and 102100 do not fit, and are written as a method with its parameters."""
ELLIPSOIDAL_MERCATOR: Final = (3395, 54004)
_UTM: Final = (
    *((32601, 32660), (32701, 32760), (32201, 32260), (32301, 32360)),  # WGS 84, WGS 72
    *((26901, 26923), (26701, 26722), (6328, 6348)),  # NAD83, NAD27, NAD83(2011)
    *((25828, 25838), (23028, 23038)),  # ETRS89, ED50
    *((28348, 28358), (7846, 7859)),  # GDA94, GDA2020
    *((31965, 31985), (29168, 29172), (29187, 29195)),  # SIRGAS 2000, SAD69
)
_GAUSS_KRUEGER: Final = (
    *((28402, 28432), (20004, 20032)),  # Pulkovo 1942 and 1995: the first digits of an easting are the zone
    (31466, 31469),  # DHDN
)
_METRIC_GRIDS: Final = (
    *((27700, 27700), (2056, 2056), (21781, 21781), (28992, 28992), (3006, 3006), (3067, 3067), (2180, 2180)),
    *((2154, 2154), (2193, 2193), (2443, 2461), (6669, 6687), (2759, 2866), (26929, 26998)),
)
"""Of a scale from 0.997 to 1.003: Britain, Switzerland, Netherlands, Sweden, Finland, Poland, France,
New Zealand, Japan; state planes in metres."""
_STATE_PLANES: Final = (
    *((2222, 2289), (2867, 2888), (3417, 3438), (3441, 3446), (3451, 3459), (26729, 26797)),
    *((6394, 6413), (6415, 6438), (6440, 6627)),
)
"""In feet or metres as the file states; a file that does not is unknown."""

MOST_LATITUDE: Final = math.radians(89.0)
MOST_ASPECT: Final = 10.0
MOST_SHEAR: Final = 0.02
"""Cosine of the angle between rows and columns on the ground."""

Matrix = tuple[float, float, float, float]
"""Of two rows: a step along the columns, and along the rows, gives (first * column + second * row, third ...)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundPixel:
    """A pixel on the ground."""

    gsd_m: float
    """Side of a square of its area, in metres."""
    aspect: float = 1.0
    """Its width over its height."""


def ground_pixel(tags: Tags) -> GroundPixel | None:
    """The pixel at the centre of a GeoTIFF; None where its metres are not known.

    Never raises: tags that are damaged are as good as none.
    """
    try:
        keys = _geo_keys(tags)
        steps, place = _placement(tags, tags[WIDTH][0] / 2, tags[HEIGHT][0] / 2)
        across, down = _metres_per_unit(keys, place)
        return pixel_of((across * steps[0], across * steps[1], down * steps[2], down * steps[3]))
    except (ArithmeticError, IndexError, KeyError, TypeError, ValueError):
        return None


def map_pixel(tags: Tags) -> tuple[int, float | None, tuple[float, float], Matrix]:
    """EPSG code of a GeoTIFF, metres of its unit if stated, the place of its centre and the steps of a pixel.

    Raises:
        ArithmeticError, LookupError, TypeError, ValueError: the tags do not state them.
    """
    keys = _geo_keys(tags)
    steps, place = _placement(tags, tags[WIDTH][0] / 2, tags[HEIGHT][0] / 2)
    if place is None:
        raise ValueError
    unit = METRES[int(keys[LINEAR_UNIT])] if LINEAR_UNIT in keys else None
    return int(keys.get(PROJECTED_CODE, USER_DEFINED)), unit, place, steps


def _geo_keys(tags: Tags) -> dict[int, float]:
    """Numbers of the GeoKey directory."""
    numbers, keys = tags[GEO_KEYS], dict[int, float]()
    for i in range(4, len(numbers) - 3, 4):
        key, tag, count, value = numbers[i : i + 4]
        if tag == 0:
            keys[key] = value
        elif tag == GEO_DOUBLES and count == 1:
            keys[key] = float(tags[GEO_DOUBLES][value])
    return keys


def _placement(tags: Tags, column: float, row: float) -> tuple[Matrix, tuple[float, float] | None]:
    """Units of the system for a step of one pixel, and the place of a pixel, None where it is not stated."""
    if TRANSFORMATION in tags:
        a, b, _, c, d, e, _, f = (float(each) for each in tags[TRANSFORMATION][:8])
        return (a, b, d, e), (a * column + b * row + c, d * column + e * row + f)
    across, down = (float(each) for each in tags[PIXEL_SCALE][:2])
    if not (across > 0 and down > 0):
        raise ValueError
    points = tags.get(TIE_POINTS, ())
    if len(points) < 6:
        return (across, 0.0, 0.0, -down), None
    i, j, _, x, y, _ = (float(each) for each in points[:6])
    return (across, 0.0, 0.0, -down), (x + (column - i) * across, y - (row - j) * down)


def _metres_per_unit(keys: dict[int, float], place: tuple[float, float] | None) -> tuple[float, float]:
    """Metres on the ground for one unit to the east and to the north.

    Raises:
        ValueError: not known.
    """
    if keys[MODEL_TYPE] == GEOGRAPHIC:
        unit = RADIANS[int(keys.get(ANGULAR_UNIT, 9102))]
        if place is None:
            raise ValueError
        latitude = _checked(place[1] * unit)
        along_parallel, along_meridian = radii(latitude)
        return along_parallel * math.cos(latitude) * unit, along_meridian * unit
    if keys[MODEL_TYPE] != PROJECTED:
        raise ValueError
    code = int(keys.get(PROJECTED_CODE, USER_DEFINED))
    if _is_in(code, _STATE_PLANES):
        unit = METRES[int(keys[LINEAR_UNIT])]
        return unit, unit
    unit = METRES[int(keys.get(LINEAR_UNIT, 9001))]
    at = None if place is None else (place[0] * unit, place[1] * unit)
    across, down = _true_metres(code, keys, unit, at)
    return across * unit, down * unit


def _true_metres(
    code: int, keys: dict[int, float], unit: float, place: tuple[float, float] | None
) -> tuple[float, float]:
    """Metres on the ground for a metre of a projection, to the east and to the north."""
    if _is_in(code, _METRIC_GRIDS):
        return 1.0, 1.0
    if _is_in(code, _UTM):
        return _transverse_mercator(0.9996, None if place is None else place[0] - 500_000)
    if _is_in(code, _GAUSS_KRUEGER):
        return _transverse_mercator(1.0, None if place is None else place[0] % 1_000_000 - 500_000)
    if place is None:
        raise ValueError
    if code in WEB_MERCATOR:
        return _web_mercator(place[1])
    if code in ELLIPSOIDAL_MERCATOR:
        return _mercator(1.0, place[1])
    if code == USER_DEFINED and keys[METHOD] == TRANSVERSE_MERCATOR:
        return _transverse_mercator(keys[SCALE], place[0] - keys[FALSE_EASTING] * unit)
    if code == USER_DEFINED and keys[METHOD] == MERCATOR:
        return _mercator(_mercator_scale(keys), place[1] - keys.get(FALSE_NORTHING, 0.0) * unit)
    raise ValueError


def _is_in(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= code <= last for first, last in ranges)


def _checked(latitude: float) -> float:
    if not abs(latitude) <= MOST_LATITUDE:
        raise ValueError
    return latitude


def radii(latitude: float) -> tuple[float, float]:
    """Radii of curvature in metres: along the parallel (of the prime vertical) and along the meridian."""
    curve = 1 - ECCENTRICITY_2 * math.sin(latitude) ** 2
    return SEMI_MAJOR_M / math.sqrt(curve), SEMI_MAJOR_M * (1 - ECCENTRICITY_2) / curve**1.5


def _web_mercator(northing: float) -> tuple[float, float]:
    """Spherical formulas applied to latitudes on the ellipsoid: the two directions differ by up to 0.7 %."""
    latitude = _checked(math.atan(math.sinh(northing / SEMI_MAJOR_M)))
    along_parallel, along_meridian = radii(latitude)
    shrink = math.cos(latitude) / SEMI_MAJOR_M
    return along_parallel * shrink, along_meridian * shrink


def _mercator(scale: float, northing: float) -> tuple[float, float]:
    """On the ellipsoid, with a scale at the equator."""
    eccentricity, isometric = math.sqrt(ECCENTRICITY_2), northing / (SEMI_MAJOR_M * scale)
    latitude = math.atan(math.sinh(isometric))
    for _ in range(6):
        bend = eccentricity * math.atanh(eccentricity * math.sin(latitude))
        latitude = math.atan(math.sinh(isometric + bend))
    metres = radii(_checked(latitude))[0] * math.cos(latitude) / (SEMI_MAJOR_M * scale)
    return metres, metres


def _mercator_scale(keys: dict[int, float]) -> float:
    """At the equator, stated as such or by the parallel of true scale."""
    if SCALE in keys or PARALLEL not in keys:
        return keys.get(SCALE, 1.0)
    latitude = _checked(keys[PARALLEL] * RADIANS[int(keys.get(ANGULAR_UNIT, 9102))])
    return radii(latitude)[0] * math.cos(latitude) / SEMI_MAJOR_M


def _transverse_mercator(scale: float, easting: float | None) -> tuple[float, float]:
    """On the sphere, which is within 0.01 % inside a zone; a pixel without a place is as on the central meridian."""
    if not 0.9 < scale < 1.1 or abs(easting or 0.0) > 2_000_000:
        raise ValueError
    metres = 1 / (scale * math.cosh((easting or 0.0) / (scale * 6_371_000)))
    return metres, metres


def pixel_of(metres: Matrix) -> GroundPixel | None:
    """Of its steps in metres; None where rows and columns are not at right angles or one is far longer."""
    a, b, c, d = metres
    across, down = math.hypot(a, c), math.hypot(b, d)
    area = across * down
    if not 0 < area < math.inf or abs(a * b + c * d) > MOST_SHEAR * area:
        return None
    aspect = across / down
    if not 1 / MOST_ASPECT <= aspect <= MOST_ASPECT:
        return None
    return GroundPixel(gsd_m=math.sqrt(area), aspect=aspect)
