"""Tipping trailers: a ribbed tub, empty, heaped, or under a sheet."""

from __future__ import annotations

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, box, relief, taper, tube
from vehicle_id.synth.paint import BRIGHT_STEEL, RUST, STEEL, Paint, loose, shade
from vehicle_id.synth.shapes.common.loose import draw_load, humps
from vehicle_id.synth.shapes.common.roof_marks import evenly, patches
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.freight.trailer_plan import TrailerPlan, running_gear
from vehicle_id.synth.vehicle_sample import VehicleSample

SHEETS = ("#2f3a4a", "#3a5a8c", "#4a5a4a", "#6a6a62", "#8c2f2a", "#1f2022", "#b9b4a4")


def tipper_trailer(sample: VehicleSample, plan: TrailerPlan) -> list[Mesh]:
    """Walls of the coat or of aluminium over the frame of any trailer."""
    rng, half = sample.rng, plan.half
    tone = sample.coat if sample.chance(0.6) else shade(BRIGHT_STEEL, rng.uniform(0.5, 1.0))
    floor, rim = rng.uniform(1.25, 1.5), plan.top - rng.uniform(0.0, 0.45)
    x = (plan.rear + rng.uniform(0.0, 0.3), plan.front)
    found = [*_walls(sample, x, half, (floor, rim), tone), *running_gear(sample, plan, floor)]
    state = rng.random()
    if state < 0.35:
        found += _empty(sample, x, half - 0.1, floor)
    elif state < 0.65 and plan.top > rim + 0.1:
        high = rim - 0.3 + humps(int(rng.integers(1, 5)), (13, 6), rng) * (plan.top - rim + 0.28)
        found.append(
            relief((x[0] + 0.1, x[1] - 0.1), (0.1 - half, half - 0.1), np.minimum(high, plan.top), draw_load(sample))
        )
    else:
        found.append(_sheet(sample, x, half, (rim, plan.top)))
    found.append(box(about(x[1] - 0.1, 0.12), (-0.5, 0.5), (rim - 0.2, plan.top), shade(tone, 0.9)))
    return found


def _walls(sample: VehicleSample, x: Span, half: float, z: Span, tone: Paint) -> list[Mesh]:
    """Four walls with a rim, posts outside on some."""
    found = [box(x, y, z, tone) for y in both((half - 0.13, half - 0.05))]
    found += [box(x, y, (z[1] - 0.14, z[1]), shade(tone, 0.95)) for y in both((half - 0.17, half))]
    found += [box((a, a + 0.1), (0.05 - half, half - 0.05), z, tone) for a in (x[0], x[1] - 0.1)]
    if sample.chance(0.6):
        count = int(sample.rng.integers(6, 16))
        found += [
            box(about(at, 0.1), y, z, shade(tone, 0.9)) for at in evenly(x, count) for y in both((half - 0.08, half))
        ]
    return found


def _empty(sample: VehicleSample, x: Span, half: float, z: float) -> list[Mesh]:
    """A worn floor with remains of the last load; a sloping front wall."""
    rng = sample.rng
    worn = shade((STEEL, RUST, BRIGHT_STEEL)[int(rng.integers(3))], rng.uniform(0.6, 1.2))
    found = [box(x, (-half, half), (z - 0.05, z + 0.02), worn)]
    found.append(taper((x[1] - 0.7, x[1]), (-half, half), (z, z + 1.0), (x[1] - 0.1, x[1]), (-half, half), worn))
    return found + patches(
        rng, x, (-half, half), z + 0.02, draw_load(sample), count=int(rng.integers(0, 8)), size=(0.3, 2.0)
    )


def _sheet(sample: VehicleSample, x: Span, half: float, z: Span) -> Mesh:
    """A cover drawn over bows, or rolled up along one side: then it covers a half."""
    rng = sample.rng
    cloth = loose(rng, str(rng.choice(SHEETS)), spread=0.15)
    if sample.chance(0.2):
        return tube((x[0], half - 0.1, z[1] - 0.1), (x[1], half - 0.1, z[1] - 0.1), 0.1, cloth)
    count = 2 * int(rng.integers(4, 12)) + 1
    crest = max(z[1] - 0.02, z[0] + 0.02)
    sag = np.where(np.arange(count) % 2, 0.6, 1.0)[:, None] * np.array([0.0, 0.75, 1.0, 0.75, 0.0])
    return relief(x, (-half, half), z[0] + (crest - z[0]) * sag + rng.uniform(0, 0.01, sag.shape), cloth)
