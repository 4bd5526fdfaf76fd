"""Carriers whose roof is cut open or raised: mortar wells, open troop wells, command posts."""

from __future__ import annotations

import math
from dataclasses import replace

from vehicle_id.synth.mesh import Mesh, Span, box, cylinder, taper, tube
from vehicle_id.synth.paint import DARK_STEEL, WHITE_PANEL, loose, shade
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.tracked.deck import draped, hatch
from vehicle_id.synth.shapes.tracked.hull_plan import HullPlan
from vehicle_id.synth.vehicle_sample import VehicleSample


def mortar_well(sample: VehicleSample, x: float, radius: float, z: float) -> list[Mesh]:
    """A round well with its three lids folded out, and the tube in it; or the lids shut."""
    rng, tone = sample.rng, shade(sample.coat, sample.rng.uniform(0.85, 1.1))
    if sample.chance(0.3):
        seams = [box(about(x, 0.05), about(0.0, 1.9 * radius), (z, z + 0.05), shade(tone, 0.6))]
        return [cylinder("z", (z - 0.1, z + 0.04), (x, 0.0), radius, tone, sides=20), *seams]
    hole = replace(DARK_STEEL, rgb=(0.02, 0.02, 0.018))
    parts = [cylinder("z", (z - 0.1, z + 0.012), (x, 0.0), radius, hole, sides=20)]
    turn, tilt = rng.uniform(-math.pi, math.pi), rng.uniform(0.3, 0.6)
    end = (x + tilt * math.cos(turn), tilt * math.sin(turn), z + 0.14)
    parts.append(tube((x, 0.0, z), end, 0.08, DARK_STEEL))
    parts += [box(about(x, 1.2 * radius), about(s * 1.25 * radius, 0.4 * radius), (z, z + 0.1), tone) for s in (-1, 1)]
    return [*parts, cylinder("z", (z, z + 0.03), (x, 0.0), 0.5 * radius, shade(hole, 2.5), sides=12)]


def open_well(sample: VehicleSample, plan: HullPlan) -> list[Mesh]:
    """The roof open over benches, or under a sheet."""
    x, half = (plan.at(0.2), plan.at(0.58)), 0.75 * plan.half
    if sample.chance(0.3):
        return draped(sample, x, (-half, half), (plan.deck, plan.deck + 0.12))
    hole = box(x, (-half, half), (plan.deck - 0.2, plan.deck + 0.012), replace(DARK_STEEL, rgb=(0.03, 0.03, 0.028)))
    bench = loose(sample.rng, "#6f6148")
    return [
        hole,
        *(box(x, span, (plan.deck - 0.1, plan.deck + 0.02), bench) for span in both((0.65 * half, 0.95 * half))),
    ]


def raised_post(sample: VehicleSample, plan: HullPlan, z: Span) -> list[Mesh]:
    """The rear of the roof raised for men to stand; a generator before it, aerial feet and hatches on it."""
    rng, half = sample.rng, plan.half * sample.rng.uniform(0.8, 0.94)
    x, tone = (plan.at(0.02), plan.at(rng.uniform(0.55, 0.66))), shade(sample.coat, rng.uniform(0.9, 1.12))
    top = z[1] - rng.uniform(0.03, 0.1)
    parts = [
        taper(x, (-half, half), (z[0], top), (x[0], x[1] - rng.uniform(0.0, 0.35)), (-0.96 * half, 0.96 * half), tone)
    ]
    parts += hatch(plan.at(rng.uniform(0.3, 0.45)), rng.uniform(-0.4, 0.4) * half, 0.32, top, tone)
    if sample.chance(0.6):
        motor = shade(WHITE_PANEL, 0.3) if sample.chance(0.3) else shade(tone, 0.8)
        parts.append(box((x[1], x[1] + 0.5), (-0.5 * half, 0.5 * half), (z[0], z[1]), motor))
    for _ in range(int(rng.integers(1, 4))):
        at, y = float(rng.uniform(*x)), float(rng.uniform(-0.8, 0.8)) * half
        parts.append(
            box(
                about(at, 0.3),
                about(y, rng.uniform(0.15, 0.5)),
                (top - 0.1, z[1]),
                shade(tone, rng.uniform(0.65, 1.15)),
            )
        )
    return parts
