"""Proportions of small vans: with a short bonnet, a longer one, none, or glass all round.

A car of their length has a bonnet of a quarter of it and a roof of half; the roofs of these reach from the windscreen
to the tail. Proportions are remembered from photographs, not measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vehicle_id.synth.mesh import Span
from vehicle_id.synth.shapes.delivery.cabin import Cabin
from vehicle_id.synth.vehicle_sample import VehicleSample

LONGEST_M: Final = 5.4
"""Longer vans have the proportions of the longest, with a longer roof."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VanKind:
    """Ranges that a vehicle draws from; lengths in metres."""

    bonnet: Span
    lean: Span
    """Length of the windscreen as seen from above."""
    across: Span
    """Width of the roof as a share of the vehicle's."""
    lean_rear: Span = (0.03, 0.16)
    windows: float = 0.3
    """Share with glass along the sides and in the tail."""


COMPACT: Final = VanKind(bonnet=(0.68, 0.98), lean=(0.5, 0.8), across=(0.84, 0.93))
LONG_NOSED: Final = VanKind(bonnet=(0.8, 1.1), lean=(0.55, 0.85), across=(0.86, 0.94), windows=0.25)
CAB_FORWARD: Final = VanKind(bonnet=(0.08, 0.38), lean=(0.36, 0.62), across=(0.86, 0.95), lean_rear=(0.02, 0.1))
CARRIER: Final = VanKind(
    bonnet=(0.62, 0.95), lean=(0.6, 0.95), across=(0.8, 0.9), lean_rear=(0.08, 0.26), windows=1.0
)  # fmt: skip

_UNDER_THE_SEATS: Final = ("HiAce", "LiteAce", "kei", "Sunshine", "452", "Bongo")
"""Words in names of rows whose engine lies under the front seats."""


def draw_kind(sample: VehicleSample) -> VanKind:
    """By the name of the row where it states the engine's place, else by the length."""
    if any(word in sample.row.name for word in _UNDER_THE_SEATS) or sample.length_m < 3.9:
        return CAB_FORWARD
    if sample.length_m < 4.95:
        return (COMPACT, CARRIER, CAB_FORWARD)[int(sample.rng.choice(3, p=(0.62, 0.23, 0.15)))]
    return (LONG_NOSED, CARRIER, CAB_FORWARD)[int(sample.rng.choice(3, p=(0.66, 0.16, 0.18)))]


def draw_cabin(sample: VehicleSample, kind: VanKind) -> Cabin:
    """The body of a van of a kind, as high as the sample."""
    rng, height, half = sample.rng, sample.height_m, 0.98 * sample.width_m / 2
    shorter = min(1.0, sample.length_m / 4.2)  # the shortest have less of everything
    nose = rng.uniform(0.25, 0.7) if kind is not CAB_FORWARD else rng.uniform(0.12, 0.4)
    return Cabin(
        x=(0.0, sample.length_m), half=half, sill=0.22, belt=height * rng.uniform(0.5, 0.58),
        prow=height * rng.uniform(0.4, 0.48), roof=height, bonnet=rng.uniform(*kind.bonnet) * shorter,
        lean=rng.uniform(*kind.lean) * shorter, lean_rear=rng.uniform(*kind.lean_rear),
        across=rng.uniform(*kind.across), nose=(nose, rng.uniform(0.5, 0.8)),
        tail=(rng.uniform(0.04, 0.18), rng.uniform(0.86, 0.98)), crown=rng.uniform(0.02, 0.06),
        edge=rng.uniform(0.04, 0.1),
    )  # fmt: skip
