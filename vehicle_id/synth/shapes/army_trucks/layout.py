"""Where the parts of an army lorry lie, in metres, x from the rear end."""

from __future__ import annotations

from dataclasses import dataclass

from vehicle_id.synth.mesh import Span
from vehicle_id.synth.shapes.army_trucks.designs import TruckDesign
from vehicle_id.synth.vehicle_sample import VehicleSample


@dataclass(frozen=True, slots=True, kw_only=True)
class TruckLayout:
    """Places along a lorry."""

    length: float
    half: float
    """Half the width."""
    height: float
    axles: tuple[float, ...]
    wheel: float
    """Radius of a tyre."""
    deck: float
    """Height of the frame's upper edge."""
    bonnet: Span
    """Empty where the cab is over the engine."""
    cab: Span
    gap: Span
    """Between cab and bed: spare wheel, exhaust, air tanks."""
    bed: Span

    @property
    def has_bonnet(self) -> bool:
        """Whether the engine is before the cab."""
        return self.bonnet[1] - self.bonnet[0] > 0.3


def draw_layout(sample: VehicleSample, design: TruckDesign) -> TruckLayout:
    """The design's proportions, each a little off, on the sample's size."""
    rng, length = sample.rng, sample.length_m
    front = length - rng.uniform(0.08, 0.25)
    screen = front - design.bonnet * length * rng.uniform(0.92, 1.08)
    back = screen - design.cab * length * rng.uniform(0.92, 1.1)
    if rng.random() < 0.15:  # a second row of seats, or bunks
        back -= length * rng.uniform(0.05, 0.12)
    gap = rng.uniform(0.05, 0.25) if rng.random() < 0.5 else rng.uniform(0.4, 0.95)
    stated = sample.axles_m or tuple(share * length * rng.uniform(0.98, 1.02) for share in design.axles)
    wheel = design.wheel_m * rng.uniform(0.94, 1.04)
    return TruckLayout(
        length=length, half=sample.width_m / 2, height=sample.height_m,
        axles=tuple(length - at for at in stated), wheel=wheel,
        deck=min(2 * wheel + rng.uniform(-0.1, 0.08), 0.48 * sample.height_m), bonnet=(screen, front),
        cab=(back, screen), gap=(back - gap, back), bed=(rng.uniform(0.0, 0.05) * length, back - gap),
    )  # fmt: skip
