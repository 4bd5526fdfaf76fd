"""Bodies drawn as cross-sections along the vehicle: a skirt, an upper part that leans in, a crown.

A section has six corners. Between two sections lie five strips: two of the skirt, two of the upper part, one crown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vehicle_id.synth.mesh import Mesh, join, plates
from vehicle_id.synth.paint import Paint


@dataclass(frozen=True, slots=True)
class Section:
    """A cross-section of a body, the same on both sides; metres."""

    x: float
    half: float
    """Half the width of the skirt."""
    sill: float
    shoulder: float
    """Height at which the skirt ends and the upper part begins."""
    top: float
    top_half: float
    """Half the width of the crown."""

    def corners(self) -> list[tuple[float, float, float]]:
        """Left sill, shoulder, edge of the crown; then the same on the right, downwards."""
        left = [(self.half, self.sill), (self.half, self.shoulder), (self.top_half, self.top)]
        return [(self.x, y, z) for y, z in (*left, *((-y, z) for y, z in reversed(left)))]


@dataclass(frozen=True, slots=True)
class Skin:
    """Paints between two sections."""

    skirt: Paint
    upper: Paint
    crown: Paint


def loft(sections: Sequence[Section], skins: Sequence[Skin], *, rear: Paint, front: Paint) -> Mesh:
    """The body through the sections, from rear to front, closed at both ends.

    Args:
        sections: at least two, x rising.
        skins: one fewer than there are sections.
        rear: of the plate that closes the first section.
        front: of the plate that closes the last one.
    """
    assert len(skins) == len(sections) - 1
    rings = np.array([section.corners() for section in sections])
    parts = []
    for near, far, skin in zip(rings[:-1], rings[1:], skins, strict=True):
        strips = np.stack([near[:-1], far[:-1], far[1:], near[1:]], 1)
        parts.append(plates(strips[[0, 4]], skin.skirt))
        parts.append(plates(strips[[1, 3]], skin.upper))
        parts.append(plates(strips[[2]], skin.crown))
    for ring, paint in ((rings[0], rear), (rings[-1], front)):
        parts.append(plates(np.stack([ring[[0, 1, 4, 5]], ring[[1, 2, 3, 4]]]), paint))
    return join(parts)


def plain(paint: Paint, count: int) -> list[Skin]:
    """One paint all over, between that many pairs of sections."""
    return [Skin(paint, paint, paint)] * count
