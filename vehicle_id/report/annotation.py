"""What is drawn over the picture of a crop: the measured box, a scale bar and an arrow to the north.

Geometry alone, in pixels of the crop as it was opened. The model measures size and heading, not the place: the box is
drawn about the centre of the box that the crop was cut around, where that is stated, else about the crop's centre.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Final

from vehicle_id.results import Record

Corner = tuple[float, float]
"""x to the right and y down, in pixels."""

BAR_SHARE: Final = 0.5
"""Most of the picture's width that a scale bar takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """What is drawn over a picture; None for what is not known."""

    box: tuple[Corner, ...] | None = None
    """Four corners."""
    bar_m: float | None = None
    """Metres that the scale bar stands for: 1, 2 or 5 times a power of ten."""
    bar_px: float | None = None
    north_deg: float | None = None
    """Direction of the north, counter-clockwise from the x axis, as in a result: 90 is up."""

    def plain(self) -> dict[str, Any]:
        """What is known, rounded for a page."""
        found: dict[str, Any] = {}
        if self.box is not None:
            found["box"] = [[round(x, 1), round(y, 1)] for x, y in self.box]
        if self.bar_m is not None and self.bar_px is not None:
            found |= {"bar_m": self.bar_m, "bar_px": round(self.bar_px, 1)}
        if self.north_deg is not None:
            found["north_deg"] = round(self.north_deg, 1)
        return found


def annotation_of(record: Record) -> Annotation:
    """What can be drawn over the picture of a record's crop."""
    gsd_m, width, height = record["gsd_m"], record["width_px"], record["height_px"]
    north = record["north_deg"]
    if not gsd_m or gsd_m < 0 or not width or not height:
        return Annotation(north_deg=north)
    bar_m = _round_metres(BAR_SHARE * width * gsd_m)
    box = None
    if record["length_m"] is not None and record["heading_deg"] is not None:
        length, across = record["length_m"] / gsd_m, record["width_m"] / gsd_m
        corners = corners_of(record["box_px"]) or [(width / 2, height / 2)]
        middle = fmean(x for x, _ in corners), fmean(y for _, y in corners)
        box = _box(middle, length, across, record["heading_deg"])
    return Annotation(box=box, bar_m=bar_m, bar_px=bar_m / gsd_m, north_deg=north)


def _box(middle: Corner, length: float, width: float, heading_deg: float) -> tuple[Corner, ...]:
    """Corners of a box whose long axis has a heading, counter-clockwise from the x axis."""
    x, y = math.cos(math.radians(heading_deg)), -math.sin(math.radians(heading_deg))
    ends = [(along * length / 2, across * width / 2) for along, across in ((1, 1), (1, -1), (-1, -1), (-1, 1))]
    return tuple((middle[0] + along * x - across * y, middle[1] + along * y + across * x) for along, across in ends)


def _round_metres(most: float) -> float:
    """The largest of 1, 2, 5, 10, 20, ... that is at most so many."""
    power = 10.0 ** math.floor(math.log10(most))
    return next(step * power for step in (5, 2, 1) if step * power <= most * (1 + 1e-9))


def corners_of(box_px: str | None) -> list[Corner]:
    """The corners of a box that is stated as `[[x, y], ...]`; none where it is not."""
    try:
        return [(float(x), float(y)) for x, y in json.loads(box_px or "[]")]
    except (ValueError, TypeError, OverflowError, RecursionError):
        return []
