"""On a tank's turret: cupolas, sights, bins, bustle racks, bricks of explosive armour, launchers of smoke, cages."""

from __future__ import annotations

import itertools
import math

import numpy as np

from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.mesh import Mesh, Span, box, copies, cylinder, join, tube
from vehicle_id.synth.paint import DARK_STEEL, GLASS, loose, shade
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.shapes.tracked.deck import bedding, draped, hatch
from vehicle_id.synth.vehicle_sample import VehicleSample


def crew_stations(sample: VehicleSample, plan: Float64Array, z: Span) -> list[Mesh]:
    """Commander's cupola up to the full height, loader's hatch, sights, machine guns."""
    rng, side = sample.rng, float(sample.rng.choice([-1.0, 1.0]))
    wide, y = float(plan[:, 1].max()), float(plan[:, 1].max()) * rng.uniform(0.36, 0.5)
    x = rng.uniform(-0.35, 0.1)
    radius = rng.uniform(0.3, 0.42)
    cupola = cylinder(
        "z", (z[0] - 0.3, z[1]), (x, side * y), radius, shade(sample.coat, rng.uniform(0.75, 1.05)), sides=12
    )
    top = cylinder(
        "z", (z[0], z[1] + 0.01), (x, side * y), 0.7 * radius, shade(sample.coat, rng.uniform(0.9, 1.25)), sides=10
    )
    parts = [
        cupola,
        top,
        *hatch(
            x + rng.uniform(-0.1, 0.2),
            -side * y,
            rng.uniform(0.24, 0.34),
            z[0],
            sample.coat,
            open_lid=sample.chance(0.15),
        ),
    ]
    for _ in range(int(rng.integers(0, 4))):
        at, off = rng.uniform(-0.4, 0.6), rng.uniform(-0.5, 0.5) * wide
        tone = GLASS if rng.random() < 0.2 else shade(sample.coat, rng.uniform(0.7, 1.1))
        parts.append(
            box(about(at, rng.uniform(0.2, 0.4)), about(off, rng.uniform(0.2, 0.4)), (z[0] - 0.1, z[1] - 0.02), tone)
        )
    if sample.chance(0.55):
        turn, high = rng.uniform(-math.pi, math.pi), z[1] - 0.05
        end = (x + 1.1 * math.cos(turn), side * y + 1.1 * math.sin(turn), high)
        parts.append(tube((x, side * y, high), end, 0.045, DARK_STEEL, sides=5))
    return parts


def bins(sample: VehicleSample, plan: Float64Array, z: Span) -> list[Mesh]:
    """Bins along the turret's sides and tail, their lids of uneven tone."""
    rng, parts = sample.rng, []
    start, end = rng.uniform(0.0, 0.3), rng.uniform(0.5, 0.75)
    steps = np.linspace(start, end, int(rng.integers(3, 6)))
    index = np.linspace(0, 1, len(plan))
    for a, b in itertools.pairwise(steps):
        x, y = (float(np.interp((a + b) / 2, index, column)) for column in plan.T)
        turn = math.degrees(math.atan2(y, x if abs(x) > 1e-6 else 1e-6))
        long, deep = rng.uniform(0.5, 0.9), rng.uniform(0.3, 0.45)
        tone = shade(sample.coat, rng.uniform(0.75, 1.2))
        piece = box((-0.1, deep - 0.1), about(0.0, long), (z[0] + 0.15, z[1] - rng.uniform(0.05, 0.2)), tone)
        parts.append(piece.turned(turn).moved((x, y, 0.0)))
        if rng.random() < 0.7:
            parts.append(piece.turned(-turn).moved((x, -y, 0.0)))
    return parts


def bustle_rack(sample: VehicleSample, plan: Float64Array, z: Span) -> list[Mesh]:
    """A basket behind the turret: bars, and bedding in most."""
    rng, tail = sample.rng, float(plan[:, 0].min())
    deep, half = rng.uniform(0.35, 0.7), float(plan[:, 1].max()) * rng.uniform(0.6, 0.9)
    x, tone = (tail - deep, tail + 0.05), shade(sample.coat, rng.uniform(0.6, 1.0))
    bars = [box(x, (y - 0.025, y + 0.025), (z[0] + 0.2, z[0] + 0.25), tone) for y in np.linspace(-half, half, 7)]
    rim = box((x[0], x[0] + 0.05), (-half, half), (z[0] + 0.2, z[1] - 0.1), tone)
    ends = [box(x, about(s * half, 0.05), (z[0] + 0.2, z[1] - 0.1), tone) for s in (-1, 1)]
    kit = bedding(sample, (x[0] + 0.06, x[1] - 0.06), (-half, half), z[1] - 0.2) if sample.chance(0.75) else []
    return [join(bars), rim, *ends, *kit]


def bricks(sample: VehicleSample, plan: Float64Array, z: Span) -> list[Mesh]:
    """Explosive armour round the forward half and on the roof."""
    rng, tone = sample.rng, shade(sample.coat, sample.rng.uniform(0.8, 1.15))
    block = box((-0.14, 0.12), (-0.14, 0.14), (z[0] + 0.15, z[1] - 0.1), tone)
    index, parts = np.linspace(0, 1, len(plan)), []
    for share in np.arange(0.5, 0.97, 0.07):
        x, y = (float(np.interp(share, index, column)) for column in plan.T)
        turn = math.degrees(math.atan2(y, x)) + rng.uniform(-6, 6)
        parts += [block.turned(s * turn).moved((x, s * y, 0.0)) for s in (-1, 1)]
    front, wide = float(plan[:, 0].max()), float(plan[:, 1].max())
    places = [
        (float(x), float(y), 0.0) for x in np.arange(0.3, 0.7 * front, 0.32) for y in np.arange(-0.6, 0.65, 0.3) * wide
    ]
    return [*parts, copies(box((-0.12, 0.12), (-0.11, 0.11), (z[1] - 0.05, z[1] + 0.03), tone), places)]


def smoke_launchers(sample: VehicleSample, plan: Float64Array, z: Span) -> list[Mesh]:
    """Tubes in rows at both cheeks."""
    share, index = sample.rng.uniform(0.6, 0.8), np.linspace(0, 1, len(plan))
    x, y = (float(np.interp(share, index, column)) for column in plan.T)
    up = (z[0] + z[1]) / 2
    return [
        tube((x + 0.12 * i, s * y, up), (x + 0.12 * i + 0.15, s * (y + 0.2), up + 0.15), 0.05, DARK_STEEL, sides=5)
        for i in range(int(sample.rng.integers(2, 5))) for s in (-1, 1)
    ]  # fmt: skip


def cage(sample: VehicleSample, plan: Float64Array, z: Span) -> list[Mesh]:
    """A screen on posts over the turret, of bars or of sheet with gaps."""
    rng, tone = sample.rng, loose(sample.rng, str(sample.rng.choice(["#4b4d42", "#6a4f3c", "#77776e"])))
    x = (float(plan[:, 0].min()) * 0.9, float(plan[:, 0].max()) * rng.uniform(0.4, 0.9))
    half, thick = float(plan[:, 1].max()) * rng.uniform(0.8, 1.05), rng.uniform(0.03, 0.07)
    top = (z[1] - 0.04, z[1])
    bars = [box(x, about(float(y), thick), top, tone) for y in np.linspace(-half, half, int(rng.integers(5, 12)))]
    bars += [box(about(float(at), thick), (-half, half), top, tone) for at in np.linspace(*x, int(rng.integers(4, 9)))]
    posts = [
        tube((at, s * 0.6 * half, z[0]), (at, s * 0.9 * half, z[1]), 0.03, tone, sides=4) for at in x for s in (-1, 1)
    ]
    return [join(bars), join(posts)]


def turret_cloth(sample: VehicleSample, plan: Float64Array, z: Span) -> list[Mesh]:
    """A tarpaulin or a net over the whole turret or over its tail."""
    x = (float(plan[:, 0].min()), float(plan[:, 0].max()) * (1.0 if sample.chance(0.5) else 0.1))
    half = float(plan[:, 1].max())
    return draped(sample, x, (-half, half), (z[0] + 0.1, z[1]))
