"""Cabs over the engine: day and sleeper cabs, deflectors, visors, hatches, mirrors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, box, cylinder, plates, taper, tube
from vehicle_id.synth.paint import BRIGHT_STEEL, CHASSIS, DARK_STEEL, GLASS, LAMP, STEEL, Paint, shade, tinted
from vehicle_id.synth.shapes.common.shells import lid, outline, ring, shrunk, skin
from vehicle_id.synth.shapes.common.spans import both
from vehicle_id.synth.vehicle_sample import VehicleSample


def cab_over(sample: VehicleSample, x: Span, half: float, top: float, paint: Paint) -> tuple[list[Mesh], float]:
    """The cab at the front end of `x`, and where its back is."""
    rng = sample.rng
    deep = rng.uniform(1.55, 1.8) if sample.chance(0.35) else rng.uniform(2.0, 2.35)
    deep = min(deep, 0.42 * (x[1] - x[0]))
    back, roof = x[1] - deep, top * rng.uniform(0.78, 0.97)
    deflector = sample.chance(0.55)
    if not deflector:
        roof = top * rng.uniform(0.975, 1.0)
    found = shell((back, x[1]), half, (0.55, roof), paint, sample)
    found += roof_parts(sample, (back, x[1]), half, roof, top, paint)
    if deflector:
        found += _deflector(sample, (back, x[1]), half, (roof - 0.03, top), paint)
    elif sample.chance(0.3):
        found += _horns(sample, x[1], roof, top)
    if deflector and sample.chance(0.5):
        found += [box((back - 0.55, back + 0.02), y, (0.9, 0.93 * roof), paint) for y in both((half - 0.1, half))]
    bumper = paint if sample.chance(0.6) else shade(CHASSIS, rng.uniform(0.8, 3.0))
    found.append(box((x[1] - 0.3, x[1]), (-half, half), (0.3, 0.85), bumper))
    return [*found, *mirrors(sample, x[1] - 0.25, half, 0.66 * roof)], back


def shell(x: Span, half: float, z: Span, paint: Paint, sample: VehicleSample) -> list[Mesh]:
    """A cab with rounded corners, glass round the front half, its roof a little smaller."""
    rng, high = sample.rng, z[1] - z[0]
    nose = (rng.uniform(0.1, 0.4), rng.uniform(0.72, 0.95))
    low = outline(x, 2 * half, nose=nose, tail=(0.08, 0.95), between=(x[0] + 0.45 * (x[1] - x[0]),))
    belt, eave = z[0] + rng.uniform(0.42, 0.5) * high, z[0] + rng.uniform(0.74, 0.84) * high
    lean, across = rng.uniform(0.02, 0.16), rng.uniform(0.93, 0.985)
    up = _leaned(low, x, lean, across)
    top = _leaned(low, x, lean + rng.uniform(0.05, 0.25), across * rng.uniform(0.9, 0.97))
    glass, count = tinted(rng), len(low) + 1
    paints = [paint] * (count // 2) + [glass] * (count - count // 2)
    roof = shade(paint, rng.uniform(0.9, 1.1))
    return [
        skin(ring(low, z[0]), ring(low, belt), paint),
        skin(ring(low, belt), ring(up, eave), paints),
        skin(ring(up, eave), ring(top, z[1]), paint),
        lid(ring(top, z[1]), roof),
    ]


def _leaned(half: np.ndarray, x: Span, lean: float, across: float) -> np.ndarray:
    """The outline with its front drawn back and its sides drawn in."""
    inner = shrunk(half, 0.0, across)
    share = (inner[:, 0] - x[0]) / (x[1] - x[0])
    inner[:, 0] -= lean * share
    return inner


def roof_parts(sample: VehicleSample, x: Span, half: float, roof: float, top: float, paint: Paint) -> list[Mesh]:
    """Hatch, visor, lamps and air conditioning, whatever the vehicle has."""
    rng, found = sample.rng, []
    if sample.chance(0.55):
        at, side = x[0] + rng.uniform(0.45, 0.68) * (x[1] - x[0]), rng.uniform(-0.1, 0.1)
        size = rng.uniform(0.22, 0.38)
        dark = replace(shade(GLASS, rng.uniform(0.5, 2)), gloss=0.2) if sample.chance(0.7) else shade(paint, 0.7)
        found.append(box((at - size, at + size), (side - size, side + size), (roof - 0.1, min(top, roof + 0.03)), dark))
    if sample.chance(0.5):
        visor = replace(GLASS, gloss=0.3) if sample.chance(0.6) else paint
        z = 0.86 * roof
        found.append(taper((x[1] - 0.35, x[1] - 0.02), (-0.88 * half, 0.88 * half), (z - 0.08, z),
                           (x[1] - 0.35, x[1] - 0.06), (-0.86 * half, 0.86 * half), visor))  # fmt: skip
    if sample.chance(0.3):
        bar = [(x[1] - 0.45, y) for y in np.linspace(-0.7, 0.7, 5) * half]
        found += [box((a, a + 0.1), (y - 0.09, y + 0.09), (roof - 0.06, min(top, roof + 0.06)), LAMP) for a, y in bar]
    if sample.chance(0.2):
        middle = x[0] + 0.35 * (x[1] - x[0])
        unit = shade(STEEL, rng.uniform(0.7, 1.7))
        found.append(box((middle - 0.35, middle + 0.35), (-0.4, 0.4), (roof - 0.05, min(top, roof + 0.14)), unit))
    return found


def _deflector(sample: VehicleSample, x: Span, half: float, z: Span, paint: Paint) -> list[Mesh]:
    """A shell that rises to the rear, or a plate on stays with a gap below it."""
    rng, tone = sample.rng, shade(paint, sample.rng.uniform(0.88, 1.12))
    wide, front = rng.uniform(0.74, 0.94) * half, x[1] - rng.uniform(0.3, 0.7)
    back = x[0] + rng.uniform(0.0, 0.3)
    if sample.chance(0.25):
        foot = (front - 0.2, wide, z[0] + 0.05)
        corners = [foot, (front - 0.2, -wide, foot[2]), (back, -wide, z[1]), (back, wide, z[1])]
        return [
            plates([corners], tone),
            *(tube((back, y, z[0]), (back, y, z[1]), 0.03, STEEL, sides=4) for y in (-0.5, 0.5)),
        ]
    hollow = shade(tone, 0.35)
    found = [
        taper((back, front), (-wide, wide), z, (back, back + 0.35 * (front - back)), (-0.94 * wide, 0.94 * wide), tone)
    ]
    if sample.chance(0.5):
        found.append(box((back - 0.005, back + 0.2), (-0.8 * wide, 0.8 * wide), (z[1] - 0.02, z[1] + 0.004), hollow))
    return found


def _horns(sample: VehicleSample, front: float, roof: float, top: float) -> list[Mesh]:
    z = min(top - 0.05, roof)
    way = 1 if sample.chance(0.5) else -1
    return [cylinder("x", (front - 1.0, front - 0.5), (way * y, z), 0.05, BRIGHT_STEEL, sides=6) for y in (0.4, 0.55)]


def mirrors(sample: VehicleSample, x: float, half: float, z: float) -> list[Mesh]:
    """Short arms with mirrors, within what the fit allows."""
    out = half + 0.02 * half
    tone = shade(DARK_STEEL, sample.rng.uniform(0.5, 2.0))
    return [box((x - 0.12, x + 0.04), y, (z - 0.3, z + 0.3), tone) for y in both((half - 0.02, out))]
