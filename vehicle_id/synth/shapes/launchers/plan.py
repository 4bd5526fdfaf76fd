"""Where the parts of a launcher's carrier lie: cab, engine, bed, deck, axles; and its paints.

Lengths are metres from the rear end of the whole vehicle. Proportions are remembered from photographs, not measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from vehicle_id.synth.mesh import Span
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, STEEL, Paint, loose, shade
from vehicle_id.synth.shapes.launchers.axles import draw_axles
from vehicle_id.synth.vehicle_sample import VehicleSample

CabKind = Literal["split", "left", "wide", "crew", "cab_over"]

_CAB_LENGTH_M: Final = {
    "split": (1.7, 3.3), "left": (1.8, 3.6), "wide": (1.4, 2.5), "crew": (2.6, 3.9), "cab_over": (1.6, 2.4),
}  # fmt: skip
_ENGINE_LENGTH_M: Final = {
    "split": (0.0, 2.4), "left": (0.0, 2.2), "wide": (0.0, 1.9), "crew": (0.0, 1.0), "cab_over": (0.0, 0.8),
}  # fmt: skip
_HIGHEST_CAB_M: Final = 3.05
_BOXES: Final = ("#4a4d40", "#5a5c50", "#3b3d36", "#6e6f66", "#8c8672", "#2f3230", "#7b6f58")
_TUBES: Final = ("#4d5340", "#59604a", "#6a6f5a", "#8f8b74", "#3d4238", "#9b9d98", "#c9c9c2", "#b3a582", "#57594f")


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierPaints:
    """Paints of the parts that may differ from the coat."""

    frame: Paint
    boxes: Paint
    """Equipment boxes and housings along the sides."""
    deck: Paint
    tubes: Paint
    """Tubes, canisters, missiles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierPlan:
    """The carrier without its load."""

    half: float
    """Half the width."""
    nose: float
    tail: float
    kind: CabKind
    cab: Span
    gap: float
    """Half the width of the slot between split cabs."""
    roof: float
    """Height of the cab's roof."""
    engine: Span
    """The engine's cover behind the cab; empty where the ends are equal."""
    bed: Span
    deck: float
    """Height of the frame's upper edge."""
    radius: float
    """Of the tyres."""
    axles: tuple[float, ...]
    paints: CarrierPaints


def draw_plan(
    sample: VehicleSample, kind: CabKind, *, front: float = 0.0, rear: float = 0.0, roof: float | None = None
) -> CarrierPlan:
    """A carrier of this cab.

    Args:
        sample: the vehicle.
        kind: the cab.
        front: metres by which the load overhangs the nose.
        rear: metres by which the load overhangs the tail.
        roof: height of the cab's roof; None for that of the vehicle.
    """
    u = sample.rng.uniform
    nose, half = sample.length_m - front, sample.width_m / 2
    long = nose - rear
    cab_length = min(u(*_CAB_LENGTH_M[kind]), 0.3 * long)
    behind = nose - cab_length
    engine = (behind - min(u(*_ENGINE_LENGTH_M[kind]), 0.14 * long) * float(sample.chance(0.8)), behind)
    axles = draw_axles(sample, (rear, nose))
    closest = min(a - b for a, b in pairwise(axles))
    body = min(sample.height_m, 3.2) if roof is None else min(sample.height_m, roof * 1.1, 3.2)
    radius = min(u(0.56, 0.8), 0.245 * body, 0.49 * closest)
    return CarrierPlan(
        half=half, nose=nose, tail=rear, kind=kind, cab=(behind, nose),
        gap=half * (u(0.24, 0.5) if kind == "split" else u(-0.15, 0.35)),
        roof=sample.height_m if roof is None else roof,
        engine=engine, bed=(rear, engine[0] - u(0.0, 0.5) * float(sample.chance(0.6))),
        deck=2 * radius + u(0.04, 0.3), radius=radius, axles=axles, paints=_draw_paints(sample),
    )  # fmt: skip


def low_roof(sample: VehicleSample, *, under: float | None = None) -> float:
    """The roof of a cab beside or under a load: at most as high as cabs are, and as `under`."""
    roof = min(sample.rng.uniform(0.72, 0.97) * sample.height_m, sample.rng.uniform(2.3, _HIGHEST_CAB_M))
    return roof if under is None else min(roof, under)


def _draw_paints(sample: VehicleSample) -> CarrierPaints:
    rng, coat = sample.rng, sample.coat
    frames = (CHASSIS, DARK_STEEL, shade(coat, rng.uniform(0.55, 0.9)))
    decks = (shade(coat, rng.uniform(0.7, 1.2)), shade(STEEL, rng.uniform(0.4, 1.1)), loose(rng, "#6b5f4e"), coat)
    boxes = shade(coat, rng.uniform(0.8, 1.15)) if sample.chance(0.75) else loose(rng, str(rng.choice(_BOXES)))
    tubes = shade(coat, rng.uniform(0.75, 1.3)) if sample.chance(0.6) else loose(rng, str(rng.choice(_TUBES)))
    return CarrierPaints(
        frame=frames[rng.integers(len(frames))], boxes=boxes, deck=decks[rng.integers(len(decks))], tubes=tubes
    )
