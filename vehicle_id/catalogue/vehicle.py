"""One row of the catalogue: a vehicle, its published dimensions, and how reliable they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from vehicle_id.taxonomy import Range

Confidence = Literal["published", "disputed", "unverified"]

TOLERANCE: Final[Mapping[Confidence, float]] = {"published": 0.02, "disputed": 0.03, "unverified": 0.05}
"""Share by which a vehicle may differ from its row's figures: options, tyres, rounding and unknown variants."""

DIMENSIONS: Final = ("length_m", "width_m", "height_m")
COLOURS: Final = (
    "yellow", "white", "orange", "red", "blue", "green", "grey", "black", "silver", "brown",
    "sand", "olive", "camouflage", "mixed",
)  # fmt: skip
"""Coats of paint that a row may name; `synth/paint.py` draws them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """One row of the catalogue."""

    name: str
    maker: str = ""
    classes: tuple[str, ...]
    """Leaves of the class tree; more than one where only the load distinguishes them."""
    length_m: Range
    """Lowest and highest published figure, in transport pose, in metres; equal where sources agree."""
    width_m: Range
    height_m: Range
    wheelbase_m: float | None = None
    """First to last axle, in metres."""
    axles_m: tuple[float, ...] = ()
    """Axle positions in metres behind the front end; empty where not known."""
    payload_t: float | None = None
    colours: tuple[str, ...] = ()
    """Usual coats of paint, from `COLOURS`, the most common first; empty = any."""
    source: str = ""
    """Address of the page with the figures; empty where they were not checked."""
    confidence: Confidence = "unverified"
    note: str = ""
    mesh: str = field(default="", repr=False)
    """Path of a mesh file of the vehicle; empty = rendered by the builder of its class."""

    def size_range(self, dimension: str) -> Range:
        """The row's range widened by the tolerance of its confidence, in metres.

        Args:
            dimension: `length_m`, `width_m` or `height_m`.
        """
        low, high = getattr(self, dimension)
        share = TOLERANCE[self.confidence]
        return low * (1 - share), high * (1 + share)
