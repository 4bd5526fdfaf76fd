"""Where the parts of an open army lorry lie, in metres, x from the rear end."""

from __future__ import annotations

from dataclasses import dataclass

from vehicle_id.synth.mesh import Span
from vehicle_id.synth.vehicle_sample import VehicleSample


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmyLorryPlan:
    """Places along a lorry."""

    length: float
    half: float
    """Half the width."""
    top: float
    """Height of the lorry."""
    axles: tuple[float, ...]
    wheel: float
    """Radius of a tyre."""
    tyre: float
    """Width of a tyre."""
    deck: float
    """Upper edge of the frame."""
    bonnet: Span
    """Empty where the cab is over or before the engine."""
    cab: Span
    gear: Span
    """Engine, spare wheel or winch behind the cab; short on some."""
    bed: Span

    @property
    def has_bonnet(self) -> bool:
        """Whether the engine is before the cab."""
        return self.bonnet[1] - self.bonnet[0] > 0.3

    @property
    def rear_axles(self) -> tuple[float, ...]:
        """Those under the bed."""
        behind = tuple(at for at in self.axles if at < sum(self.bed) / 2 + 0.3 * self.wheel)
        return behind or self.axles[-1:]


def draw_plan(sample: VehicleSample) -> ArmyLorryPlan:
    """Two or three axles under a short lorry, three or four under a long one."""
    rng, length = sample.rng, sample.length_m
    axles = tuple(length - at for at in sample.axles_m) or _axles(sample)
    heavy = len(axles) > 3
    front = length - rng.uniform(0.04, 0.14)
    bonneted = not heavy and sample.chance(0.5)
    screen = front - (length * rng.uniform(0.17, 0.25) if bonneted else 0.0)
    back = max(screen - (rng.uniform(1.15, 1.6) if bonneted else rng.uniform(1.5, 2.0)), 0.45 * length)
    gear = length * rng.uniform(0.1, 0.18) if heavy or sample.chance(0.3) else rng.uniform(0.05, 0.4)
    gear = min(gear, back - 0.36 * length)
    wheel = rng.uniform(0.52, 0.64) if length > 6.2 else rng.uniform(0.46, 0.58)
    return ArmyLorryPlan(
        length=length, half=sample.width_m / 2, top=sample.height_m, axles=tuple(sorted(axles, reverse=True)),
        wheel=wheel, tyre=sample.width_m * rng.uniform(0.14, 0.19),
        deck=min(2 * wheel + rng.uniform(-0.12, 0.06), 0.46 * sample.height_m),
        bonnet=(screen, front), cab=(back, screen), gear=(back - gear, back),
        bed=(rng.uniform(0.0, 0.12), back - gear),
    )  # fmt: skip


def _axles(sample: VehicleSample) -> tuple[float, ...]:
    """From the front to the rear."""
    rng, length = sample.rng, sample.length_m
    first, last, pair = length * rng.uniform(0.82, 0.87), length * rng.uniform(0.13, 0.2), rng.uniform(1.3, 1.5)
    if length > 8.0 and sample.chance(0.75):
        return first + 0.05 * length, first + 0.05 * length - pair, last + pair, last
    if length > 6.6 or (length > 5.6 and sample.chance(0.6)):
        return first, last + pair, last
    return first, last + 0.2
