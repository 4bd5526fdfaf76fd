"""Roof equipment of locomotives: fans, exhausts and hatches on diesels; pantographs and bus bars on electrics."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from vehicle_id.synth.mesh import Mesh, Point, box, copies, cylinder, tube
from vehicle_id.synth.paint import BRIGHT_STEEL, CHASSIS, DARK_STEEL, Paint, loose, shade
from vehicle_id.synth.vehicle_sample import VehicleSample

SOOT = Paint(rgb=(0.02, 0.02, 0.02))


def roof_machinery(rng: Generator, x: tuple[float, float], half: float, top: float, paint: Paint) -> list[Mesh]:
    """Radiator fans, exhaust with its soot, raised hatches and seams, along the middle of a diesel's roof."""
    length = x[1] - x[0]
    parts: list[Mesh] = []
    fans = int(rng.integers(1, 4))
    radius = min(half * 0.8, float(rng.uniform(0.55, 0.9)))
    rear = bool(rng.random() < 0.5)
    for index in range(fans):
        along = (0.6 + index * 2.15 * radius) if rear else (length - 0.6 - index * 2.15 * radius)
        parts += _fan(x[0] + along, radius, top, paint)
    stack = x[0] + length * (0.62 if rear else 0.35) + rng.uniform(-0.4, 0.4)
    parts.append(box((stack - 0.8, stack + 0.8), (-half * 0.55, half * 0.55), (top - 0.1, top + 0.05), SOOT))
    parts.append(cylinder("z", (top, top + 0.28), (stack, rng.uniform(-0.3, 0.3)), 0.22, CHASSIS, sides=8))
    hatch = box((-0.5, 0.5), (-half * 0.6, half * 0.6), (top - 0.1, top + 0.08), shade(paint, rng.uniform(0.7, 1.2)))
    spread = (0.75, 0.9) if rear else (0.12, 0.55)
    parts.append(copies(hatch, [(x[0] + length * share, 0, 0) for share in spread]))
    seam = box((-0.03, 0.03), (-half, half), (top - 0.1, top + 0.025), shade(paint, 0.6))
    parts.append(copies(seam, [(at, 0, 0) for at in np.linspace(*x, 6)]))
    return parts


def _fan(x: float, radius: float, top: float, paint: Paint) -> list[Mesh]:
    """A round shaft, dark under its grille, in a raised ring."""
    return [
        cylinder("z", (top - 0.1, top + 0.12), (x, 0.0), radius, shade(paint, 1.15), sides=12),
        cylinder("z", (top, top + 0.14), (x, 0.0), radius * 0.85, SOOT, sides=12),
        box((x - radius, x + radius), (-0.06, 0.06), (top, top + 0.17), paint),
        box((x - 0.06, x + 0.06), (-radius, radius), (top, top + 0.17), paint),
    ]


def high_tension(rng: Generator, x: tuple[float, float], top: float, *, both: bool) -> list[Mesh]:
    """An electric's roof: folded pantographs, a bus bar on insulators, resistor boxes."""
    length = x[1] - x[0]
    frame = _frame_paint(rng)
    parts = _pantograph(x[1] - 1.3, top + 0.3, 0.25, frame)
    if both:
        parts += _pantograph(x[0] + 1.3, top + 0.3, 0.25, frame)
    bar = tube((x[0], 0.35, top + 0.4), (x[1] - 1.0, 0.35, top + 0.4), 0.06, BRIGHT_STEEL, sides=5)
    insulator = cylinder("z", (top - 0.15, top + 0.38), (0.0, 0.35), 0.11, loose(rng, "#7d3b28"), sides=6)
    parts += [bar, copies(insulator, [(at, 0, 0) for at in np.linspace(x[0] + 0.3, x[1] - 2.6, 5)])]
    chest = box((-0.7, 0.7), (-0.85, 0.1), (top - 0.2, top + 0.25), loose(rng, "#77797a"))
    return [*parts, copies(chest, [(x[0] + length * share, 0, 0) for share in (0.15, 0.4, 0.6)])]


def _frame_paint(rng: Generator) -> Paint:
    """Pantographs are red, green or grey."""
    return loose(rng, str(rng.choice(("#8f3a2c", "#8f3a2c", "#7b7d7c", "#43604a"))))


def _pantograph(x: float, foot: float, rise: float, frame: Paint) -> list[Mesh]:
    """The diamond of tubes and its bow; nearly flat when folded."""
    spread = 1.25 if rise < 0.6 else 0.95
    middle, high = foot + rise / 2, foot + rise
    parts = []
    for way in (-1, 1):
        knee: Point = (x + way * spread, 0.0, middle)
        for side in (-0.55, 0.55):
            parts.append(tube((x + way * 0.35, side, foot), (knee[0], side * 0.8, middle), 0.05, frame, sides=4))
            parts.append(tube((knee[0], side * 0.8, middle), (x + way * 0.15, side * 0.7, high), 0.04, frame, sides=4))
        parts.append(tube((knee[0], -0.5, middle), (knee[0], 0.5, middle), 0.05, frame, sides=4))
    bow = box((-0.09, 0.09), (-0.95, 0.95), (high, high + 0.06), DARK_STEEL)
    base = box((x - 0.8, x + 0.8), (-0.65, 0.65), (foot - 0.08, foot), frame)
    return [*parts, base, copies(bow, [(x - 0.2, 0, 0), (x + 0.2, 0, 0)])]


def raised_pantograph(sample: VehicleSample, x: float, top: float) -> list[Mesh]:
    """One pantograph up at the wire, as on a working electric."""
    if sample.chance(0.45):
        return []
    return _pantograph(x, top + 0.3, sample.rng.uniform(1.1, 2.0), _frame_paint(sample.rng))
