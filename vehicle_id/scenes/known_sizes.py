"""Objects of known size, by which the ground sample distance of a scene is estimated.

`spread` is the relative standard deviation of the mean size of a place about the stated one: cars of one country are
longer than those of another, containers are the same everywhere. It limits the estimate, however many objects there
are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vehicle_id.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSize:
    """An object whose size is known."""

    length_m: float
    """Of the object as it is seen from above; of a wagon over its end sills."""
    width_m: float
    spread: float
    pitch_m: float | None = None
    """Distance between the middles of two that are coupled: the length over couplers."""

    @property
    def aspect(self) -> float:
        """Width over length."""
        return self.width_m / self.length_m


KNOWN: Final = {
    # Europe and Asia; in North America the mean is about 4.8 m
    "car": KnownSize(length_m=4.5, width_m=1.8, spread=0.03),
    # solo city buses; 12 m is the longest that most countries allow on two axles
    "bus": KnownSize(length_m=12.0, width_m=2.55, spread=0.02),
    "container_20": KnownSize(length_m=6.058, width_m=2.438, spread=0.002),
    "container_40": KnownSize(length_m=12.192, width_m=2.438, spread=0.002),
    # of 1520 mm gauge: 12-132 and its kin, 15-1443 and its kin
    "gondola": KnownSize(length_m=12.78, width_m=3.16, pitch_m=13.92, spread=0.005),
    "tank_car": KnownSize(length_m=10.88, width_m=3.1, pitch_m=12.02, spread=0.005),
}
"""By name: sizes of `catalogue/vehicles.csv`, ISO 668 and, for cars and buses, what is usual."""
COUPLERS_M: Final = 1.14
"""How much longer a wagon of 1520 mm gauge is over its couplers than over its end sills."""
OWN_SPREAD: Final = 0.01
"""Of a size that the user states."""


def known_size(name: str, *, length_m: float | None = None, width_m: float | None = None) -> KnownSize:
    """An object of known size, with another length or width where the user knows better.

    Args:
        name: one of `KNOWN`.
        length_m: of the object; of a wagon over its couplers.
        width_m: of the object.

    Raises:
        InputError: another name, or a size that is not possible.
    """
    if name not in KNOWN:
        raise InputError(f"the size of {name!r} is not known: name one of {', '.join(KNOWN)}")
    found = KNOWN[name]
    for what, value in (("length", length_m), ("width", width_m)):
        if value is not None and not 0.5 <= value <= 100:
            raise InputError(f"a {what} of {value} m is not possible: give metres")
    if length_m is None and width_m is None:
        return found
    pitch = found.pitch_m if length_m is None else length_m
    body = length_m if length_m is None or found.pitch_m is None else length_m - COUPLERS_M
    size = KnownSize(
        length_m=body or found.length_m,
        width_m=width_m or found.width_m,
        spread=OWN_SPREAD if length_m is not None else found.spread,
        pitch_m=None if found.pitch_m is None else pitch,
    )
    if not 0.05 <= size.aspect <= 0.9:
        raise InputError(f"{size.length_m:g} m by {size.width_m:g} m are not the sides of a vehicle: give both")
    return size
