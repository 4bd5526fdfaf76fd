"""Where the parts of a tracked hull lie, in metres, x from the rear end."""

from __future__ import annotations

from dataclasses import dataclass

from vehicle_id.synth.mesh import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class HullPlan:
    """Places on a hull."""

    x: Span
    """Rear and front end of the hull, without gun and drums."""
    half: float
    """Half the width over skirts or tracks."""
    track: float
    """Width of a track."""
    deck: float
    """Height of the roof."""
    fender: float
    """Height of the upper side of the fenders."""

    @property
    def long(self) -> float:
        """Length in metres."""
        return self.x[1] - self.x[0]

    @property
    def inner(self) -> float:
        """Half the width of the hull between the tracks."""
        return self.half - self.track

    def at(self, share: float) -> float:
        """The x at a share of the length from the rear."""
        return self.x[0] + share * self.long
