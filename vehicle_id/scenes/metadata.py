"""When a scene was taken, where the sun stood and from where it was seen, from the metadata that GDAL reads.

Knows the .IMD files of Maxar, the NITF extensions USE00A and CSEXRA, and the date of a TIFF. What is no possible angle
is left out, as if it were absent.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from vehicle_id.scenes.options import SceneOptions
from vehicle_id.scenes.raster import SceneRaster

MetadataTags = Mapping[str, str]

SUN_AZIMUTH: Final = (
    ("IMD", "IMAGE_1.sunAz"),
    ("IMD", "IMAGE_1.meanSunAz"),
    (None, "NITF_CSEXRA_SUN_AZIMUTH"),
    (None, "NITF_USE00A_SUN_AZ"),
)
"""Domain and name of a tag, the most telling first. GDAL leaves out the `mean` of the newer .IMD files."""
SUN_ELEVATION: Final = (
    ("IMD", "IMAGE_1.sunEl"),
    ("IMD", "IMAGE_1.meanSunEl"),
    (None, "NITF_CSEXRA_SUN_ELEVATION"),
    (None, "NITF_USE00A_SUN_EL"),
)
VIEW_AZIMUTH: Final = (("IMD", "IMAGE_1.satAz"), ("IMD", "IMAGE_1.meanSatAz"))
OFF_NADIR: Final = (
    ("IMD", "IMAGE_1.offNadirViewAngle"),
    ("IMD", "IMAGE_1.meanOffNadirViewAngle"),
    (None, "NITF_CSEXRA_OBLIQUITY_ANGLE"),
    (None, "NITF_USE00A_OBL_ANG"),
)
DATES: Final = (
    ("IMD", "IMAGE_1.firstLineTime"),
    ("IMAGERY", "ACQUISITIONDATETIME"),
    (None, "NITF_IDATIM"),
    (None, "TIFFTAG_DATETIME"),
)
NO_DATES: Final = ("1969-12-31", "1970-01-01")
"""What GDAL makes of a date that it cannot read."""
DATE: Final = re.compile(r"(\d{4})[-:]?(\d{2})[-:]?(\d{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """How a scene was taken; None where nobody says it. Angles in degrees, azimuths clockwise from true north."""

    date: str | None = None
    """Year, month and day, as ISO 8601."""
    sun_azimuth_deg: float | None = None
    sun_elevation_deg: float | None = None
    view_azimuth_deg: float | None = None
    off_nadir_deg: float | None = None


def capture_of(raster: SceneRaster, options: SceneOptions) -> Capture:
    """What the user states, else what the file states."""
    domains: dict[str | None, MetadataTags] = {domain: raster.tags(domain) for domain in (None, "IMD", "IMAGERY")}
    sun = options.sun or (_angle(domains, SUN_AZIMUTH, 360), _angle(domains, SUN_ELEVATION, 90))
    view = options.view or (_angle(domains, VIEW_AZIMUTH, 360), _angle(domains, OFF_NADIR, 90))
    return Capture(
        date=options.date or _date(domains),
        sun_azimuth_deg=sun[0],
        sun_elevation_deg=sun[1],
        view_azimuth_deg=view[0],
        off_nadir_deg=view[1],
    )


def _found(domains: Mapping[str | None, MetadataTags], places: Sequence[tuple[str | None, str]]) -> list[str]:
    return [domains[domain][name].strip(' "') for domain, name in places if name in domains[domain]]


def _angle(
    domains: Mapping[str | None, MetadataTags], places: Sequence[tuple[str | None, str]], most: float
) -> float | None:
    for text in _found(domains, places):
        try:
            value = float(text)
        except ValueError:
            continue
        if math.isfinite(value) and 0 <= value <= most:
            return value
    return None


def _date(domains: Mapping[str | None, MetadataTags]) -> str | None:
    for text in _found(domains, DATES):
        found = DATE.match(text)
        if found is None or not (found[1] > "1900" and "01" <= found[2] <= "12" and "01" <= found[3] <= "31"):
            continue
        date = "-".join(found.groups())
        if date not in NO_DATES:
            return date
    return None
