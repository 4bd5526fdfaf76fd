"""How uncertain a measured length is, and why: the network, the edges, the ground sample distance, the view.

The parts are taken as independent, and are standard deviations as shares of the length. Their sum gives the 90 %
interval. Checked on renders, where 0.90 of the intervals hold the true length (docs/measuring.md). The measured length
is not corrected for the view: most vehicles are no boxes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from vehicle_id.model.card import NORMAL_Z
from vehicle_id.model.decide import GSD_ERROR
from vehicle_id.results import Result, ScenePlace

EDGE_PX: Final = 1.0
"""Each end of a vehicle lies somewhere within one pixel to either side of where it is seen."""
UNIFORM: Final = 1 / math.sqrt(12)
"""Standard deviation of an even distribution, as a share of its width."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LengthBudget:
    """The length of one crop's vehicle with its 90 % interval and the parts of the uncertainty."""

    length_m: float
    low_m: float
    high_m: float
    network: float
    """What the network measured in the picture."""
    edges: float
    """`EDGE_PX` at each end."""
    gsd: float
    """Ground sample distance: as stated, else `decide.GSD_ERROR`."""
    view: float | None
    """The top of the vehicle leans away from the sensor, and may lengthen it; None where the view is not known."""

    @property
    def largest(self) -> str:
        """Name of the largest part."""
        parts = {"network": self.network, "edges": self.edges, "gsd": self.gsd, "view": self.view or 0.0}
        return max(parts, key=lambda name: parts[name])


def length_budget(result: Result, *, interval_z: float, height_m: float | None) -> LengthBudget | None:
    """The budget of a measured length; None where no length was measured.

    Args:
        result: an answer with its size.
        interval_z: `Decision.size_interval_z` of the model that answered.
        height_m: height of the vehicle, as published; None = not known.
    """
    size, gsd_m = result.size, result.gsd_m
    if size is None or gsd_m is None:
        return None
    gsd = math.log1p(GSD_ERROR if result.gsd_error is None else result.gsd_error)
    stated = math.log(size.length_high_m / size.length_low_m) / 2 / interval_z
    network = math.sqrt(max(0.0, stated**2 - gsd**2)) * interval_z / NORMAL_Z
    edges = math.sqrt(2) * 2 * EDGE_PX * UNIFORM * gsd_m / size.length_m
    lean_m = _lean_m(result, height_m)
    view = None if lean_m is None else UNIFORM * lean_m / size.length_m
    reach = math.exp(NORMAL_Z * math.hypot(network, edges, gsd, view or 0.0))
    return LengthBudget(
        length_m=size.length_m,
        low_m=size.length_m / reach,
        high_m=size.length_m * reach,
        network=network,
        edges=edges,
        gsd=gsd,
        view=view,
    )


def _lean_m(result: Result, height_m: float | None) -> float | None:
    """How far along the vehicle its top is displaced, in metres on the ground."""
    place = result.place
    if place is None or place.off_nadir_deg is None or height_m is None:
        return None
    along = 1.0
    view = view_direction_deg(place)
    if view is not None and result.heading_deg is not None:
        along = abs(math.cos(math.radians(view - result.heading_deg)))
    return height_m * math.tan(math.radians(place.off_nadir_deg)) * along


def view_direction_deg(place: ScenePlace) -> float | None:
    """Direction in the picture towards the sensor, counter-clockwise from the x axis."""
    if place.view_azimuth_deg is None:
        return None
    return (90.0 if place.north_deg is None else place.north_deg) - place.view_azimuth_deg
