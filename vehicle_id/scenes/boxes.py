"""Boxes of the objects in scenes: `SceneBox`, and `read_boxes`, which finds the format of a file.

A box that cannot be used keeps its place and states its problem, so that it becomes a row of the results. Knows no
scene: `placing.py` finds the pixels of a box.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from vehicle_id.scenes.georeference import Ring

Space = Literal["map", "pixel", "share"]
"""Coordinates of a system, pixels of the image, or shares of its width and height."""

MAX_BYTES: Final = 1 << 30
"""Of a file of boxes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneBox:
    """The outline of one object, or a point in it."""

    id: str
    ring: Ring = ()
    """Corners in their order, the first not repeated; one point has one."""
    space: Space = "pixel"
    crs: str | None = None
    """Of `map`, as text that PROJ takes; None = longitude and latitude, WGS 84."""
    image: str | None = None
    """Name of the image it belongs to, in a file about several images."""
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What else the file states of it, as text; `label`, `gsd_m`, `date` and `site` are understood."""
    problem: str | None = None
    """Why it cannot be used, or None."""
