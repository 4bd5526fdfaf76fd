"""Cabs of army lorries as they look from above: flat plates, a hatch ring, little glass, square fenders."""

from __future__ import annotations

from typing import Final

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, box, copies, cylinder, slab, taper, tube
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, TYRE, Paint, loose, shade, tinted
from vehicle_id.synth.shapes.army_trucks.zones import cushion
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.motor_pool.plan import ArmyLorryPlan
from vehicle_id.synth.vehicle_sample import VehicleSample

BLEACHED: Final = ("#d9d2bd", "#c9c4b4", "#b9b7ad", "#e0dccd")
"""Roofs of plastic or sun-bleached paint."""


def cab(sample: VehicleSample, plan: ArmyLorryPlan, top: float) -> list[Mesh]:
    """The cab up to a height, and what is before it."""
    half = plan.half * (sample.rng.uniform(0.74, 0.92) if plan.has_bonnet else sample.rng.uniform(0.88, 0.99))
    sill = plan.deck + (top - plan.deck) * sample.rng.uniform(0.4, 0.55)
    parts = [box(plan.cab, (-half, half), (0.6 * plan.deck, sill), sample.coat)]
    parts += _upper(sample, plan.cab, half, (sill, top))
    parts += _bonnet(sample, plan, half, sill) if plan.has_bonnet else _face(sample, plan, half, sill)
    return parts


def gear_behind_cab(sample: VehicleSample, plan: ArmyLorryPlan, top: float) -> list[Mesh]:
    """Dark clutter: an engine under a grille with a fan, an upright or lying spare wheel, air cleaners, a winch."""
    rng, x, depth = sample.rng, plan.gear, plan.gear[1] - plan.gear[0]
    floor = box(x, (-0.5 * plan.half, 0.5 * plan.half), (0.8 * plan.deck, plan.deck), CHASSIS)
    if depth < 0.3:
        return [floor]
    parts, half, middle = [floor], plan.half, sum(x) / 2
    dark, own = shade(CHASSIS, rng.uniform(0.6, 1.6)), shade(sample.coat, rng.uniform(0.7, 1.1))
    high = plan.deck + (top - plan.deck) * rng.uniform(0.4, 0.8)
    wide = half * rng.uniform(0.4, 0.7)
    parts.append(box(about(middle, 0.9 * depth), (-wide, wide), (plan.deck, high), own if sample.chance(0.5) else dark))
    if sample.chance(0.6):
        fan = min(0.42 * depth, 0.7 * wide)
        parts += [
            cylinder("z", (high, high + 0.03), (middle, 0.0), fan, dark, sides=14),
            cylinder("z", (high, high + 0.05), (middle, 0.0), 0.35 * fan, own, sides=8),
        ]
    y = float(rng.choice([-1.0, 1.0])) * (half - min(plan.wheel, 0.48) - 0.03)
    if sample.chance(0.55):
        level = min(top - 0.05, plan.deck + rng.uniform(0.5, 1.1))
        parts.append(cylinder("z", (level - 0.3, level), (middle, y), min(plan.wheel, 0.48), TYRE, sides=14))
        parts.append(cylinder("z", (level - 0.3, level + 0.02), (middle, y), 0.22, own, sides=8))
    for side in (-1, 1):
        if sample.chance(0.6):
            tone = own if sample.chance(0.5) else DARK_STEEL
            at = (middle + rng.uniform(-0.2, 0.2) * depth, side * rng.uniform(0.6, 0.85) * half)
            parts.append(cylinder("z", (plan.deck, rng.uniform(0.7, 0.97) * top), at, rng.uniform(0.08, 0.2), tone,
                                  sides=8))  # fmt: skip
    return parts


def _upper(sample: VehicleSample, x: Span, half: float, z: Span) -> list[Mesh]:
    """Glass or panels up to the eaves, then a roof plate that hides nearly all of it."""
    rng = sample.rng
    rake, lean = rng.uniform(0.02, 0.35), rng.uniform(0.9, 0.99)
    eaves = z[1] - rng.uniform(0.06, 0.14)
    upper, narrow = (x[0] + 0.02, x[1] - rake), (-lean * half, lean * half)
    walls = taper(x, (-half, half), (z[0], eaves), upper, narrow, sample.coat)
    screen = taper((x[1] - 0.4, x[1] + 0.02), (-0.88 * half, 0.88 * half), (z[0] + 0.05, eaves - 0.03),
                   (x[1] - 0.4 - rake, x[1] - rake + 0.02), (-0.85 * half, 0.85 * half), tinted(rng))  # fmt: skip
    side = box(about(x[0] + 0.6 * (x[1] - x[0]), 0.45 * (x[1] - x[0])), (-half - 0.01, half + 0.01),
               (z[0] + 0.1, z[0] + 0.2), tinted(rng))  # fmt: skip
    roof = _roof_paint(sample)
    corner = rng.uniform(0.02, 0.12) if sample.chance(0.6) else rng.uniform(0.25, 0.5)
    nose = (corner, 1 - 0.7 * corner)
    tail = nose if sample.chance(0.3) else (0.04, 0.97)
    plate = cushion((upper[0], upper[1] + rng.uniform(0.0, 0.08)), 2 * lean * half, (eaves - 0.02, z[1]), roof,
                    bulge=rng.uniform(0.02, 0.06), nose=nose, tail=tail)  # fmt: skip
    return [walls, screen, side, plate, *_on_roof(sample, upper, lean * half, z[1], roof)]


def _roof_paint(sample: VehicleSample) -> Paint:
    kind = sample.rng.random()
    if kind < 0.7:
        return shade(sample.coat, sample.rng.uniform(0.8, 1.3))
    return shade(CHASSIS, sample.rng.uniform(1.0, 2.5)) if kind < 0.82 else loose(
        sample.rng, str(sample.rng.choice(BLEACHED))
    )  # fmt: skip


def _on_roof(sample: VehicleSample, x: Span, half: float, top: float, roof: Paint) -> list[Mesh]:
    """A gunner's ring, open or shut, a raised panel, ribs, or nothing."""
    rng, kind = sample.rng, sample.rng.random()
    middle = (x[0] + rng.uniform(0.4, 0.55) * (x[1] - x[0]), rng.uniform(-0.3, 0.3) * half)
    if kind < 0.45:
        radius = min(rng.uniform(0.3, 0.5), 0.4 * (x[1] - x[0]))
        inner = shade(CHASSIS, rng.uniform(0.5, 1.8)) if sample.chance(0.55) else shade(roof, rng.uniform(0.6, 1.2))
        return [
            cylinder("z", (top - 0.06, top + 0.03), middle, radius, shade(roof, rng.uniform(0.6, 1.1)), sides=14),
            cylinder("z", (top - 0.06, top + 0.045), middle, 0.75 * radius, inner, sides=12),
        ]
    if kind < 0.65:
        panel = (x[0] + 0.1, x[0] + rng.uniform(0.35, 0.8) * (x[1] - x[0]))
        tone = shade(roof, rng.uniform(0.65, 1.2))
        return [box(panel, about(0.0, rng.uniform(0.8, 1.6) * half), (top - 0.05, top + 0.04), tone)]
    if kind < 0.8:
        rib = box((x[0] + 0.1, x[1] - 0.1), (-0.03, 0.03), (top - 0.04, top + 0.015), shade(roof, 0.8))
        return [copies(rib, [(0.0, y * half, 0.0) for y in (-0.6, -0.2, 0.2, 0.6)])]
    return []


def _face(sample: VehicleSample, plan: ArmyLorryPlan, half: float, sill: float) -> list[Mesh]:
    """The front below the windscreen of a cab over the engine, and guards over the front tyres behind it."""
    x = (plan.cab[1] - 0.02, plan.length - 0.02)
    parts = [box(x, (-half, half), (0.7 * plan.deck, sill - 0.02), sample.coat)]
    if sample.chance(0.3):
        parts.append(box((x[1] - 0.06, x[1] + 0.01), about(0.0, half), (0.8 * plan.deck, 0.9 * sill), DARK_STEEL))
    return parts


def _bonnet(sample: VehicleSample, plan: ArmyLorryPlan, half: float, sill: float) -> list[Mesh]:
    """A flat bonnet that narrows forward between square fenders as wide as the lorry."""
    rng, x = sample.rng, (plan.bonnet[0] - 0.05, plan.bonnet[1] - 0.05)
    wide, top = half * rng.uniform(0.45, 0.75), sill - rng.uniform(0.02, 0.2)
    near = wide * rng.uniform(0.75, 1.0)
    outline = [(x[0], -wide), (x[1], -near), (x[1], near), (x[0], wide)]
    tone = shade(sample.coat, rng.uniform(0.85, 1.2))
    parts = [slab(outline, (0.6 * plan.deck, top), tone), *_louvres(sample, x, wide, top)]
    fender, z = shade(sample.coat, rng.uniform(0.75, 1.05)), min(2 * plan.wheel + 0.1, top - 0.05)
    reach = plan.wheel + rng.uniform(0.05, 0.3)
    ends = (max(plan.axles[0] - reach, x[0]), min(plan.axles[0] + reach, x[1] + 0.03))
    drop = rng.uniform(0.05, 0.35) if sample.chance(0.5) else 0.0
    for y in both((0.9 * near, plan.half)):
        parts.append(taper(ends, y, (z - 0.25, z), (ends[0] + 0.3 * drop, ends[1] - drop), y, fender))
    if sample.chance(0.4):
        parts += [
            tube((x[1] - 0.2, s * 0.9 * near, z), (x[1], s * 0.9 * near, z), 0.12, DARK_STEEL, sides=8) for s in (-1, 1)
        ]
    return parts


def _louvres(sample: VehicleSample, x: Span, wide: float, top: float) -> list[Mesh]:
    """Slots, a seam, or a dark radiator guard."""
    dark, kind = shade(sample.coat, sample.rng.uniform(0.4, 0.75)), sample.rng.random()
    if kind < 0.35:
        slot = box((-0.03, 0.03), (-0.6 * wide, 0.6 * wide), (top - 0.05, top + 0.01), dark)
        return [copies(slot, [(float(at), 0.0, 0.0) for at in np.linspace(x[0] + 0.3, x[0] + 0.8, 4)])]
    if kind < 0.65:
        return [box(x, about(0.0, 0.06), (top - 0.05, top + 0.012), dark)]
    if kind < 0.85:
        return [box((x[1] - 0.2, x[1] + 0.02), about(0.0, 1.3 * wide), (top - 0.4, top - 0.02), DARK_STEEL)]
    return []
