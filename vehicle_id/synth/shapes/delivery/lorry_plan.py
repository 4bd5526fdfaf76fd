"""The lay-out of a lorry: which cab, how long, what gap, where the body begins.

Lengths of cabs are those of common builds, remembered, not measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vehicle_id.synth.mesh import Span
from vehicle_id.synth.vehicle_sample import VehicleSample

LorryCab = Literal["light", "heavy", "bonneted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LorryPlan:
    """Spans along a lorry in metres, the rear end of its body at 0."""

    kind: LorryCab
    cab: Span
    body: Span
    half: float
    """Half the width of the body."""
    cab_half: float
    deck: float
    """Height of the floor of the body."""
    crew: bool
    """Whether the cab has a second row of seats or a bunk."""

    @property
    def gap(self) -> float:
        """Space between the body and the cab."""
        return self.cab[0] - self.body[1]


def draw_plan(sample: VehicleSample, *, bonneted: float) -> LorryPlan:
    """A lay-out for the sample's size; `bonneted` is the share with the engine before the cab."""
    rng, length = sample.rng, sample.length_m
    light = length < 7.2 and sample.width_m < 2.36
    kind: LorryCab = "bonneted" if sample.chance(bonneted) else "light" if light else "heavy"
    crew = sample.chance(0.14 if light else 0.3)
    cab = _cab_length(sample, kind, light=light) + (rng.uniform(0.5, 1.0) if crew else 0.0)
    cab = min(cab, 0.5 * length)
    gap = rng.uniform(0.02, 0.14) if light else rng.uniform(0.05, 0.7)
    half = sample.width_m / 2
    narrow = rng.uniform(0.9, 1.0) if light else rng.uniform(0.92, 1.0)
    wide_cab = light and sample.chance(0.3)
    return LorryPlan(
        kind=kind, cab=(length - cab, length), body=(0.0, length - cab - gap), crew=crew,
        half=half * (narrow if wide_cab else 1.0), cab_half=half * (1.0 if wide_cab else narrow),
        deck=rng.uniform(0.62, 0.85) if light else rng.uniform(0.95, 1.25),
    )  # fmt: skip


def _cab_length(sample: VehicleSample, kind: LorryCab, *, light: bool) -> float:
    if kind == "bonneted":
        return float(sample.rng.uniform(2.0, 2.6) if light else sample.rng.uniform(2.3, 3.3))
    return float(sample.rng.uniform(1.5, 1.85) if kind == "light" else sample.rng.uniform(1.6, 2.2))
