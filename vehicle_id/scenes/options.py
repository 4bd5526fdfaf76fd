"""`SceneOptions`: what a user states about a scene and its boxes. Opens no file."""

from __future__ import annotations

import math
from dataclasses import dataclass

from vehicle_id.crops.bands import Bands, parse_bands
from vehicle_id.errors import InputError

CONTEXT = 1.4
"""Side of the window as a multiple of the object's longer side: that of most crops that the models were trained on."""
PIXEL = "pixel"
"""The name, in place of a coordinate system, of boxes that are in pixels of the scene."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneOptions:
    """What is stated about a scene, where its file states nothing, or in place of it.

    Raises:
        InputError: a value that is not possible.
    """

    gsd_m: float | None = None
    """Ground sample distance in metres per pixel, in place of the one that the scene's coordinates give."""
    gsd_error: float | None = None
    """Its relative standard deviation, 0.05 where it may be 5 % off."""
    crs: str | None = None
    """Coordinate system of the scene, as `EPSG:32637`, in place of the one that its file states."""
    boxes_crs: str | None = None
    """Coordinate system of the boxes, in place of the one that their file states; `pixel` = pixels of the scene."""
    box_format: str | None = None
    """Format of the boxes (`reading.READERS`); None = by suffix and content."""
    bands: Bands | None = None
    """Bands to show as red, green and blue, or one as grey, from 1."""
    context: float = CONTEXT
    """Side of the square window round a box as a multiple of the object's longer side."""
    window_m: float | None = None
    """Side in metres of the window round a point."""
    sun: tuple[float, float] | None = None
    """Azimuth and elevation of the sun in degrees, in place of those that the file states."""
    view: tuple[float, float] | None = None
    """Azimuth from the object to the sensor, and angle off the vertical, in degrees."""
    date: str | None = None
    """Of the scene, in place of the one that its file states."""
    site: str | None = None

    def __post_init__(self) -> None:
        """Check that the values are possible."""
        for name in ("gsd_m", "window_m"):
            value = getattr(self, name)
            if value is not None and not 0 < value < math.inf:
                raise InputError(f"{name} is {value}: give a number of metres above 0")
        if self.gsd_error is not None and not 0 <= self.gsd_error < 1:
            raise InputError(f"gsd_error is {self.gsd_error}: give a share below 1, such as 0.05 for 5 %")
        if not 1 <= self.context <= 10:
            raise InputError(f"the context is {self.context}: give 1 to 10 times the object's longer side")
        if self.bands is not None:
            object.__setattr__(self, "bands", parse_bands(self.bands))
        _check_angles("the sun", self.sun, ("azimuth", 360.0), ("elevation", 90.0))
        _check_angles("the view", self.view, ("azimuth", 360.0), ("off-nadir angle", 90.0))


def _check_angles(what: str, angles: tuple[float, float] | None, *limits: tuple[str, float]) -> None:
    for (name, most), value in zip(limits, angles or (), strict=False):
        if not 0 <= value <= most:
            raise InputError(f"the {name} of {what} is {value}: give 0 to {most:g} degrees")
