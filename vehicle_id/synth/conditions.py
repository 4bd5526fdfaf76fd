"""The options that every crop of a run shares, besides its class: sample distance, window, real ground, stress."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vehicle_id.synth.ground.real import RealGround
from vehicle_id.taxonomy import Range


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureConditions:
    """How scenes are drawn and images taken."""

    gsd_m: Range
    """Lowest and highest ground sample distance, metres per pixel; drawn evenly on a logarithmic scale."""
    context: Range | None = None
    """Lowest and highest side of a square, centred window, as a multiple of a tight one, as a detector cuts.
    None = boxes as drawn by hand."""
    window_m: float | None = None
    """Side of a square window around the vehicle, whatever its size; overrides `context`."""
    real_grounds: Sequence[RealGround] = ()
    """Images of real ground. Half of the scenes use one, where any is fine and large enough."""
    random_colours: float = 0.0
    """Share of vehicles whose parts wear colours drawn at random, see `random_colours`; neighbours as the target."""
    stress: bool = False
    """Every nuisance at its extreme: sun 10 to 20 degrees high, 25 to 35 degrees off nadir, the poorest sensor."""
