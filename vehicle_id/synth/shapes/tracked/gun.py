"""Barrels: plain, sleeved, with fume extractor or muzzle brake; mantlets."""

from __future__ import annotations

from vehicle_id.synth.mesh import Mesh, Span, cylinder, taper
from vehicle_id.synth.paint import DARK_STEEL, shade
from vehicle_id.synth.vehicle_sample import VehicleSample


def tank_gun(sample: VehicleSample, x: Span, y: float, z: float) -> list[Mesh]:
    """A barrel from inside the turret to its muzzle."""
    rng, long = sample.rng, x[1] - x[0]
    radius, tone = rng.uniform(0.075, 0.115), shade(sample.coat, rng.uniform(0.7, 1.15))
    step = x[0] + long * rng.uniform(0.3, 0.5)
    parts = [
        cylinder("x", (x[0], step), (y, z), 1.3 * radius, tone, sides=8),
        cylinder("x", (step - 0.01, x[1]), (y, z), radius, tone, sides=8),
    ]
    kind = rng.random()
    if kind < 0.75:
        middle = x[0] + long * (rng.uniform(0.45, 0.75) if kind < 0.55 else 0.95)
        ends = (middle - 0.35, min(middle + 0.35, x[1]))
        parts.append(cylinder("x", ends, (y, z), radius * rng.uniform(1.5, 1.9), tone, sides=8))
    elif kind < 0.85:
        parts.append(cylinder("x", (x[1] - 0.45, x[1]), (y, z), 1.8 * radius, DARK_STEEL, sides=8))
    return parts + _mantlet(sample, x[0], y, z)


def cannon(sample: VehicleSample, x: Span, y: float, z: float) -> list[Mesh]:
    """A thin automatic cannon, or the short gun of a BMP-1."""
    rng = sample.rng
    radius = rng.uniform(0.045, 0.085)
    tone = DARK_STEEL if sample.chance(0.6) else shade(sample.coat, 0.8)
    sleeve = (x[0], x[0] + rng.uniform(0.3, 0.5) * (x[1] - x[0]))
    return [cylinder("x", x, (y, z), radius, tone, sides=6), cylinder("x", sleeve, (y, z), 1.7 * radius, tone, sides=6)]


def _mantlet(sample: VehicleSample, x: float, y: float, z: float) -> list[Mesh]:
    rng = sample.rng
    half, long = rng.uniform(0.2, 0.5), rng.uniform(0.3, 0.7)
    tone = shade(sample.coat, rng.uniform(0.8, 1.05))
    return [taper((x - 0.2, x + long), (y - half, y + half), (z - 0.22, z + 0.2), (x - 0.2, x + 0.5 * long),
                  (y - 0.7 * half, y + 0.7 * half), tone)]  # fmt: skip
