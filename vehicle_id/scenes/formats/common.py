"""What the formats share: corners that are checked, and attributes as text."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, Final

from vehicle_id.scenes.georeference import Ring

MAX_CORNERS: Final = 100_000
"""Of one outline."""


def rectangle(left: float, top: float, right: float, bottom: float) -> Ring:
    """The corners of a rectangle along the axes."""
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def turned_rectangle(x: float, y: float, *, length: float, width: float, angle: float) -> Ring:
    """The corners of a rectangle about a place, turned by an angle in radians."""
    cos, sin = math.cos(angle), math.sin(angle)
    halves = ((-length / 2, -width / 2), (length / 2, -width / 2), (length / 2, width / 2), (-length / 2, width / 2))
    return tuple((x + u * cos - v * sin, y + u * sin + v * cos) for u, v in halves)


def checked_ring(corners: Any) -> tuple[Ring, str | None]:
    """Corners as numbers, the first not repeated; or their problem.

    Raises:
        TypeError, LookupError, ValueError: they are no pairs of numbers.
    """
    ring = tuple((float(corner[0]), float(corner[1])) for corner in corners[: MAX_CORNERS + 1])
    if len(ring) > MAX_CORNERS:
        return (), f"its outline has more than {MAX_CORNERS} corners"
    if not ring or not all(math.isfinite(each) for corner in ring for each in corner):
        return (), "its outline has no corners, or one that is no number"
    return (ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring), None


def attributes_of(properties: Mapping[str, Any]) -> dict[str, str]:
    """Values as text: lists and objects as JSON, none as empty."""
    return {str(name): _text(value) for name, value in properties.items()}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list, bool)) else str(value)
