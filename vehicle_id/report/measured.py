"""Rows of results -> what an analyst measures of each: length budget, height, and vehicles that the size leaves."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Final

from vehicle_id.catalogue import Catalogue, Vehicle
from vehicle_id.errors import InputError
from vehicle_id.model.decide import GSD_ERROR
from vehicle_id.report.budget import LengthBudget, length_budget
from vehicle_id.report.shadow import Height, Sight, height_of_shadow
from vehicle_id.results import Result
from vehicle_id.text import path_text

SHADOW: Final = "shadow_m"
"""The user's own column with the length of the shadow on the ground, measured from where the vehicle stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredVehicle:
    """What was measured of one crop."""

    path: str
    label: str | None
    budget: LengthBudget | None
    height: Height | None
    note: str
    """Why there is no height although a shadow was stated; empty otherwise."""
    possible: tuple[str, ...]
    """Vehicles of the answer that length, width and height leave, nearest first; of all vehicles, if it is unknown."""
    excluded: tuple[str, ...]
    """The other vehicles of the answer."""
    other_classes: tuple[str, ...]
    """Vehicles of other classes with that size."""

    def plain(self) -> dict[str, Any]:
        """A row of a table; None for what is not known."""
        budget, height = self.budget, self.height
        row: dict[str, Any] = {"path": self.path, "label": self.label}
        names = ("length_m", "low_m", "high_m", "network", "edges", "gsd", "view")
        for name in names:
            value = None if budget is None else getattr(budget, name)
            row[_COLUMN.get(name, name)] = None if value is None else round(value, 4)
        for name in ("height_m", "low_m", "high_m"):
            column = name if name == "height_m" else f"height_{name}"
            row[column] = None if height is None else round(getattr(height, name), 2)
        vehicles = {name: list(getattr(self, name)) for name in ("possible", "excluded", "other_classes")}
        return row | {"note": self.note or None} | vehicles


_COLUMN: Final = {"low_m": "length_low_m", "high_m": "length_high_m"}


def measure_rows(results: Iterable[Result], catalogue: Catalogue, *, interval_z: float) -> Iterator[MeasuredVehicle]:
    """Measure each answered vehicle; crops without an answer or a size are left out.

    Args:
        results: rows of results.
        catalogue: vehicles with their published sizes.
        interval_z: `Decision.size_interval_z` of the model that answered.
    """
    for result in results:
        if result.size is None:
            continue
        budget = length_budget(result, interval_z=interval_z, height_m=_published_height(result, catalogue))
        height, note = _height(result)
        sized = _sized(result, budget, height, catalogue)
        own = _rows_of(result.label, catalogue) or catalogue.vehicles
        yield MeasuredVehicle(
            path=path_text(result.path or ""),
            label=result.label,
            budget=budget,
            height=height,
            note=note,
            possible=tuple(row.name for row in sized if row in own),
            excluded=tuple(row.name for row in own if row not in sized),
            other_classes=tuple(row.name for row in sized if row not in own),
        )


def _rows_of(label: str | None, catalogue: Catalogue) -> tuple[Vehicle, ...]:
    """The vehicles of an answer; none of unknown, and of a class of another tree."""
    return catalogue.of(label) if label in catalogue.taxonomy and label is not None else ()


def _published_height(result: Result, catalogue: Catalogue) -> float | None:
    """The mean height of the vehicles of the answer, or of the most likely class where the answer has none."""
    best = result.top[0].label if result.top else None
    rows = _rows_of(result.label, catalogue) or _rows_of(best, catalogue)
    return fmean(math.sqrt(row.height_m[0] * row.height_m[1]) for row in rows) if rows else None


def _height(result: Result) -> tuple[Height | None, str]:
    text, place = result.extra.get(SHADOW, ""), result.place
    if not text:
        return None, ""
    if place is None or place.sun_elevation_deg is None:
        return None, "no height: the elevation of the sun is not known"
    try:
        sight = Sight(sun_azimuth_deg=place.sun_azimuth_deg or 0.0, sun_elevation_deg=place.sun_elevation_deg)
        error = GSD_ERROR if result.gsd_error is None else result.gsd_error
        return height_of_shadow(float(text), sight, gsd_m=result.gsd_m, gsd_error=error), ""
    except ValueError:
        return None, f"no height: {SHADOW} {text[:40]!r} is not a number"
    except InputError as error_:
        return None, f"no height: {error_}"


def _sized(
    result: Result, budget: LengthBudget | None, height: Height | None, catalogue: Catalogue
) -> tuple[Vehicle, ...]:
    """The vehicles of any class that have the measured size, nearest first."""
    size = result.size
    assert size is not None
    length = (size.length_low_m, size.length_high_m) if budget is None else (budget.low_m, budget.high_m)
    rows = catalogue.matching(length_m=length, width_m=(size.width_low_m, size.width_high_m))
    if height is None:
        return rows
    spans = [(row, row.size_range("height_m")) for row in rows]
    return tuple(row for row, span in spans if span[0] <= height.high_m and span[1] >= height.low_m)
