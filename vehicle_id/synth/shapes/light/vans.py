"""Vans: a panel van or a bus-like one, by its cut, and the equipment on its roof."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vehicle_id.synth.mesh import Assembly, Mesh, Span, box, cylinder
from vehicle_id.synth.paint import BRIGHT_STEEL, STEEL, Paint
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.shapes.light.body import LOAF, VAN, Cut, car_wheels, van_body, varied
from vehicle_id.synth.vehicle_sample import VehicleSample


def van(sample: VehicleSample) -> Assembly:
    """A panel van, or a bus-like one with windows; the short ones may have their engine under the seats."""
    cut = _van_cut(sample)
    windows = sample.chance(0.22)
    return Assembly(fixed=[*van_body(sample, cut, windows=windows), *_van_roof(sample, cut), *car_wheels(sample)])


def _van_cut(sample: VehicleSample) -> Cut:
    """Engine under the seats for the shortest, a bonnet of about 0.9 m for the others, whatever their length."""
    if "452" in sample.row.name or (sample.length_m < 4.6 and sample.chance(0.5)):
        return varied(sample, LOAF)
    long = 5.6 / sample.length_m
    return varied(sample, replace(VAN, cowl=VAN.cowl * long, header=VAN.header * long, door=1 - 0.30 * long))


def _van_roof(sample: VehicleSample, cut: Cut) -> list[Mesh]:
    """Pressed ribs along or across, a rack with a ladder, vents; all low enough to stay within the height."""
    x = (sample.length_m * (1 - cut.roof_end) + 0.2, sample.length_m * (1 - cut.header) - 0.3)
    half, top = cut.roof_y * sample.width_m / 2, sample.height_m
    kind = sample.rng.random()
    if kind < 0.35:
        tone = Paint(rgb=sample.coat.rgb, gloss=0.0)
        return [box(x, about(y, 0.06), (top - 0.05, top + 0.025), tone) for y in np.linspace(-0.66, 0.66, 5) * half]
    if kind < 0.50:
        places = np.linspace(*x, 7)
        return [
            box((at - 0.04, at + 0.04), (-0.7 * half, 0.7 * half), (top - 0.05, top + 0.025), sample.coat)
            for at in places
        ]
    if kind < 0.62:
        return _rack(x, half, top, ladder=sample.chance(0.5))
    if kind < 0.75:
        at = float(sample.rng.uniform(*x))
        return [cylinder("z", (top - 0.05, top + 0.03), (at, 0.0), 0.18, STEEL, sides=8)]
    return []


def _rack(x: Span, half: float, top: float, *, ladder: bool) -> list[Mesh]:
    bars = [
        box((at - 0.03, at + 0.03), (-0.85 * half, 0.85 * half), (top, top + 0.05), STEEL) for at in np.linspace(*x, 4)
    ]
    if not ladder:
        return bars
    rails = [box((x[0] + 0.2, x[1] - 0.1), about(y, 0.05), (top + 0.03, top + 0.07), BRIGHT_STEEL) for y in (0.2, 0.5)]
    return [*bars, *rails]
