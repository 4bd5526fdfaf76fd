"""Columns of a manifest that say where a crop was cut from a scene -> `ScenePlace`. Knows no maps and no scenes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from vehicle_id.results import COORDINATE_COLUMNS, PLACE_COLUMNS, ScenePlace, is_coordinates

RANGES: Final = {
    "lon": (-180.0, 180.0),
    "lat": (-90.0, 90.0),
    "north_deg": (-360.0, 360.0),
    "sun_azimuth_deg": (0.0, 360.0),
    "sun_elevation_deg": (-90.0, 90.0),
    "view_azimuth_deg": (0.0, 360.0),
    "off_nadir_deg": (0.0, 90.0),
}
"""Least and most of each number."""


def place_of(row: Mapping[str, str | None]) -> tuple[ScenePlace | None, str | None]:
    """The place that a row states, None where it states none, and the first problem or None."""
    values: dict[str, Any] = {}
    problem = None
    for name in PLACE_COLUMNS:
        text = (row.get(name) or "").strip()
        if not text:
            continue
        value, wrong = (text, _wrong_text(name, text)) if name in COORDINATE_COLUMNS else _number(name, text)
        problem = problem or wrong
        if wrong is None:
            values[name] = value
    return (ScenePlace(**values) if values else None), problem


def _wrong_text(name: str, text: str) -> str | None:
    if is_coordinates(text):
        return None
    form = "a GeoJSON polygon" if name == "footprint" else "a list of numbers in brackets"
    return f"{name} {text[:40]!r} is not {form}"


def _number(name: str, text: str) -> tuple[float | None, str | None]:
    least, most = RANGES[name]
    try:
        value = float(text)
    except ValueError:
        return None, f"{name} {text[:40]!r} is not a number"
    if not (math.isfinite(value) and least <= value <= most):
        return None, f"{name} {text[:40]!r} is not between {least:g} and {most:g}"
    return value, None
