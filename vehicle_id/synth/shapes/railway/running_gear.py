"""Bogies, sills, couplers, buffers, end platforms and ladders, which all stock shares."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, box, cylinder
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, STEEL, WHITE_PANEL, Paint, shade
from vehicle_id.synth.shapes.common.spans import about, both, ordered
from vehicle_id.synth.vehicle_sample import VehicleSample

WHEEL_M = 0.46
"""Radius of a wagon's wheel."""


def ends(sample: VehicleSample, over: float | None = None) -> Span:
    """End sills: the body between the couplers."""
    gap = sample.rng.uniform(0.45, 0.65) if over is None else over
    return gap, sample.length_m - gap


def bogies(sample: VehicleSample, x: Span, *, axles: int = 2, count: int = 2) -> list[Mesh]:
    """Wheels in side frames, under the floor; a bogie at each end, or in the middle too."""
    rng, half = sample.rng, 0.5 * sample.width_m
    inset = rng.uniform(0.12, 0.17) * (x[1] - x[0])
    tone = shade(CHASSIS, rng.uniform(0.7, 2.2))
    found = []
    for middle in np.linspace(x[0] + inset, x[1] - inset, count):
        reach = 0.92 * (axles - 1)
        for at in np.linspace(middle - reach, middle + reach, axles):
            found += [cylinder("y", y, (float(at), WHEEL_M), WHEEL_M, DARK_STEEL, sides=10) for y in both((0.7, 0.84))]
        found += [
            box(about(float(middle), 2 * reach + 0.8), y, (0.35, 0.7), tone) for y in both((0.95, min(1.15, half)))
        ]
    return found


def underframe(sample: VehicleSample, x: Span, half: float, z: Span, paint: Paint) -> list[Mesh]:
    """Centre sill, side sills and cross-bearers."""
    found = [box(x, (-0.3, 0.3), (z[0] - 0.15, z[1]), shade(CHASSIS, sample.rng.uniform(0.8, 2.0)))]
    found += [box(x, y, z, paint) for y in both((half - 0.14, half))]
    return [*found, *(box((a, a + 0.15), (-half, half), z, paint) for a in (x[0], x[1] - 0.15))]


def couplers(sample: VehicleSample, x: Span) -> list[Mesh]:
    """From the end sills to the ends of the row's length: automatic couplers, or buffers and a hook."""
    full = (0.0, sample.length_m)
    tone = shade(STEEL, sample.rng.uniform(0.3, 1.0))
    buffers = sample.chance(0.3)
    found = []
    for inner, outer in ((x[0], full[0]), (x[1], full[1])):
        span = ordered(inner, outer)
        if buffers:
            disc = ordered(outer, outer + (0.08 if outer < inner else -0.08))
            found += [cylinder("x", span, (y, 1.05), 0.1, tone, sides=8) for y in (-0.88, 0.88)]
            found += [cylinder("x", disc, (y, 1.05), 0.25, shade(tone, 0.8), sides=10) for y in (-0.88, 0.88)]
        else:
            head = ordered(outer, outer + (0.3 if outer < inner else -0.3))
            found += [box(span, (-0.12, 0.12), (0.92, 1.16), tone), box(head, (-0.21, 0.21), (0.86, 1.22), tone)]
    return found


def end_platform(sample: VehicleSample, at: float, inner: float, half: float) -> list[Mesh]:
    """A landing with rails and a brake wheel outside an end wall, between `inner` and the end at `at`."""
    rail = shade(WHITE_PANEL, sample.rng.uniform(0.4, 1.0)) if sample.chance(0.4) else shade(STEEL, 0.7)
    x = ordered(at, inner)
    found = [box(x, (-0.9 * half, 0.9 * half), (1.2, 1.26), shade(STEEL, sample.rng.uniform(0.5, 1.3)))]
    found += [box(about(at, 0.06), y, (1.2, 2.2), rail) for y in both((0.8 * half, 0.84 * half))]
    return [*found, box(about(at, 0.06), (-0.84 * half, 0.84 * half), (2.15, 2.2), rail)]


def ladders(sample: VehicleSample, places: Sequence[tuple[float, float]], z: Span) -> list[Mesh]:
    """Upright ladders at places of x and y."""
    tone = shade(WHITE_PANEL, sample.rng.uniform(0.3, 0.9)) if sample.chance(0.4) else shade(STEEL, 0.6)
    return [box(about(x, 0.4), about(y, 0.05), z, tone) for x, y in places]
