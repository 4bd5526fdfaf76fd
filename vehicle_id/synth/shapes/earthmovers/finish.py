"""Paints of plant: coats, trims, roofs, worn steel, soil."""

from __future__ import annotations

from typing import Final

from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, STEEL, WHITE_PANEL, Paint, loose, shade
from vehicle_id.synth.vehicle_sample import ARMY_COATS, VehicleSample

SOILS: Final = ("#7a6650", "#8d7a60", "#6a5644", "#9a8a72", "#a07a5a", "#5c5048")


def is_army(sample: VehicleSample) -> bool:
    """Whether the machine wears an army's coat."""
    return sample.coat_name in ARMY_COATS


def own(sample: VehicleSample, low: float = 0.85, high: float = 1.2) -> Paint:
    """The coat, a little lighter or darker."""
    return shade(sample.coat, sample.rng.uniform(low, high))


def trim(sample: VehicleSample) -> Paint:
    """Frames and lower parts: the coat in the army, dark on many civil machines."""
    if sample.chance(0.7 if is_army(sample) else 0.4):
        return own(sample, 0.6, 1.05)
    return shade(CHASSIS if sample.chance(0.6) else DARK_STEEL, sample.rng.uniform(0.8, 1.8))


def roof(sample: VehicleSample) -> Paint:
    """Roofs of cabins: the coat, bleached, white against the heat, or dark."""
    kind = sample.rng.random()
    if kind < (0.75 if is_army(sample) else 0.45):
        return own(sample, 0.85, 1.35)
    if kind < 0.8:
        return shade(WHITE_PANEL, sample.rng.uniform(0.7, 1.05))
    return loose(sample.rng, str(sample.rng.choice(("#2b2c2d", "#55585a", "#8a8c8c", "#c9b98f"))))


def iron(sample: VehicleSample) -> Paint:
    """Steel worn bright, dull, rusty, or caked with soil."""
    kind = sample.rng.random()
    if kind < 0.5:
        return shade(STEEL, sample.rng.uniform(0.35, 1.5))
    return soil(sample) if kind < 0.75 else loose(sample.rng, "#5a4a40", spread=0.2)


def soil(sample: VehicleSample) -> Paint:
    """Earth of any sort."""
    return loose(sample.rng, str(sample.rng.choice(SOILS)), spread=0.15)
