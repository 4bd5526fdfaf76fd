"""Colours of one heavy wheeled vehicle, and its draws.

The coat covers most of most vehicles; a body, canister or missile may have another colour. Shares are guesses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from vehicle_id.synth.mesh import Span
from vehicle_id.synth.paint import CANVAS, CHASSIS, DARK_STEEL, STEEL, WHITE_PANEL, Paint, loose, shade
from vehicle_id.synth.vehicle_sample import VehicleSample

T = TypeVar("T")

TONES: Final[Mapping[str, tuple[str, ...]]] = {
    "sand": ("#b9a67f", "#c7b48c", "#a08f6b"),
    "green": ("#4c5138", "#5b5f44", "#3c4a30", "#6c7358"),
    "grey": ("#8a8c8b", "#6d6f70", "#a9aaa7"),
    "primer": ("#7b4636", "#9c9d98", "#8f6a4c"),
    "white": ("#dcdcd8", "#c9c9c2"),
    "dark": ("#33352f", "#2a2b2a", "#41453a"),
    "canvas": ("#6f7359", "#8b8468", "#5c5f49"),
    "metal": ("#9a9c9c", "#b4b6b6"),
}
BODY: Final = {"coat": 66, "green": 8, "sand": 5, "grey": 6, "primer": 6, "canvas": 4, "dark": 3, "white": 2}
CANISTER: Final = {"coat": 56, "green": 12, "dark": 10, "metal": 7, "grey": 6, "white": 5, "sand": 4}
MISSILE: Final = {"coat": 34, "white": 22, "green": 18, "dark": 10, "grey": 8, "metal": 5, "sand": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """A vehicle sample with the paints of its groups of parts."""

    sample: VehicleSample
    body: Paint
    """Decks, housings and shelters behind the cab."""
    canister: Paint
    missile: Paint
    frame: Paint
    trim: Paint
    """Grilles, caps, hinges, bands."""

    @property
    def coat(self) -> Paint:
        """The vehicle's own colour."""
        return self.sample.coat

    def between(self, low: float, high: float) -> float:
        """A number drawn evenly."""
        return float(self.sample.rng.uniform(low, high))

    def count(self, low: int, high: int) -> int:
        """A whole number drawn evenly, both ends included."""
        return int(self.sample.rng.integers(low, high + 1))

    def chance(self, share: float) -> bool:
        """True in that share of vehicles."""
        return self.sample.chance(share)

    def pick(self, weights: Mapping[T, float]) -> T:
        """A key, drawn by its weight."""
        return drawn(self.sample, weights)

    def span(self, low: float, high: float, least: float) -> Span:
        """A span within two ends, at least so long."""
        start = self.between(low, high - least)
        return start, self.between(start + least, high)

    def near(self, paint: Paint, spread: float = 0.2) -> Paint:
        """The same paint, somewhat darker or brighter."""
        return shade(paint, self.between(1 - spread, 1 + spread))


def draw_kit(sample: VehicleSample) -> Kit:
    """The paints of a vehicle."""
    frames = {CHASSIS: 3.0, DARK_STEEL: 2.0, shade(sample.coat, 0.75): 5.0}
    trims = {DARK_STEEL: 5.0, CHASSIS: 2.0, STEEL: 1.0, shade(sample.coat, 0.6): 4.0, WHITE_PANEL: 0.3}
    return Kit(
        sample=sample,
        body=toned(sample, drawn(sample, BODY)),
        canister=toned(sample, drawn(sample, CANISTER)),
        missile=toned(sample, drawn(sample, MISSILE)),
        frame=drawn(sample, frames),
        trim=drawn(sample, trims),
    )


def drawn(sample: VehicleSample, weights: Mapping[T, float]) -> T:
    """A key, drawn by its weight."""
    keys, shares = list(weights), [float(weight) for weight in weights.values()]
    total = sum(shares)
    return keys[int(sample.rng.choice(len(keys), p=[share / total for share in shares]))]


def toned(sample: VehicleSample, name: str) -> Paint:
    """The coat, somewhat darker or brighter, or another colour of `TONES`."""
    if name == "coat":
        return shade(sample.coat, sample.rng.uniform(0.82, 1.2))
    return CANVAS if name == "canvas" and sample.chance(0.3) else loose(sample.rng, str(sample.rng.choice(TONES[name])))
