"""Length of a shadow -> height of what casts it, on flat, level ground.

A shadow on a slope, in a rut or on another vehicle gives a wrong height, and nothing here can tell. Distances in a
picture are true lengths if it is a map of the ground: an orthophoto, or a crop with its ground sample distance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

from vehicle_id.errors import InputError
from vehicle_id.model.card import NORMAL_Z
from vehicle_id.model.decide import GSD_ERROR
from vehicle_id.report.budget import EDGE_PX, UNIFORM

From = Literal["base", "top"]
"""Where a shadow is measured from: where the vehicle stands, or its upper edge as it is seen."""
SUN_ERROR_DEG: Final = 0.5
"""Standard deviation of the sun's elevation: two to four minutes of time."""
LOWEST_SUN_DEG, HIGHEST_SUN_DEG = 5.0, 80.0
"""Below, shadows run out of the crop; above, they are too short to measure."""
STEEPEST_DEG: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Sun and sensor as seen from the vehicle; azimuths in degrees from north, clockwise."""

    sun_azimuth_deg: float
    sun_elevation_deg: float
    view_azimuth_deg: float = 0.0
    off_nadir_deg: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Height:
    """A height in metres with its 90 % interval."""

    height_m: float
    low_m: float
    high_m: float


def height_of_shadow(
    shadow_m: float, sight: Sight, *, start: From = "base", gsd_m: float | None = None, gsd_error: float = GSD_ERROR
) -> Height:
    """The height of what casts a shadow.

    Args:
        shadow_m: length of the shadow on the ground, in metres.
        sight: where sun and sensor were.
        start: where it was measured from. The upper edge leans away from the sensor, by the height times the tangent of
            the off-nadir angle.
        gsd_m: ground sample distance, for the error of one pixel at each end; None = no such error.
        gsd_error: relative standard deviation of the ground sample distance.

    Raises:
        InputError: no shadow, a sun too low or too high, a view too oblique, or sun and sensor so placed that the
            shadow has no length in the picture.
    """
    _check(shadow_m, sight)
    slope = _metres_per_metre(sight, start)
    step = _metres_per_metre(_lower(sight), start)
    parts = (
        math.sqrt(2) * 2 * EDGE_PX * UNIFORM * (gsd_m or 0.0) / shadow_m,
        math.log1p(gsd_error),
        abs(math.log(step / slope)),
    )
    reach = math.exp(NORMAL_Z * math.hypot(*parts))
    height = shadow_m / slope
    return Height(height_m=height, low_m=height / reach, high_m=height * reach)


def _check(shadow_m: float, sight: Sight) -> None:
    if not 0 < shadow_m < math.inf:
        raise InputError(f"a shadow of {shadow_m:g} m is not possible: give its length on the ground in metres")
    if not LOWEST_SUN_DEG <= sight.sun_elevation_deg <= HIGHEST_SUN_DEG:
        raise InputError(
            f"the sun stands {sight.sun_elevation_deg:g} degrees high: a shadow gives a height from "
            f"{LOWEST_SUN_DEG:g} to {HIGHEST_SUN_DEG:g}"
        )
    if not 0 <= sight.off_nadir_deg <= STEEPEST_DEG:
        raise InputError(f"a view {sight.off_nadir_deg:g} degrees off nadir is too oblique: give 0 to {STEEPEST_DEG:g}")


def _metres_per_metre(sight: Sight, start: From) -> float:
    """Length of the shadow in the picture for each metre of height."""
    cast = 1 / math.tan(math.radians(sight.sun_elevation_deg))
    if start == "base":
        return cast
    lean = math.tan(math.radians(sight.off_nadir_deg))
    # the shadow falls away from the sun, and the upper edge leans away from the sensor
    between = math.radians(sight.sun_azimuth_deg - sight.view_azimuth_deg)
    length = math.sqrt(max(0.0, cast**2 + lean**2 - 2 * cast * lean * math.cos(between)))
    if length < 0.1:
        raise InputError("sun and sensor stand in one direction: the shadow is hidden behind the vehicle")
    return length


def _lower(sight: Sight) -> Sight:
    """The sun lower by one standard deviation."""
    return Sight(
        sun_azimuth_deg=sight.sun_azimuth_deg,
        sun_elevation_deg=sight.sun_elevation_deg - SUN_ERROR_DEG,
        view_azimuth_deg=sight.view_azimuth_deg,
        off_nadir_deg=sight.off_nadir_deg,
    )
