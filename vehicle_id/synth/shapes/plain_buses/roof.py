"""What little lies on the roof of a plain bus: lids, vents, ribs along it, a gutter, one flat unit, dirt."""

from __future__ import annotations

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, ball, box, copies, cylinder
from vehicle_id.synth.paint import BRIGHT_STEEL, DARK_STEEL, WHITE_PANEL, Paint, loose, shade, tinted
from vehicle_id.synth.shapes.common.roof_marks import square_hatches
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.plain_buses.body import BusBody
from vehicle_id.synth.shapes.plain_buses.kinds import BusKind
from vehicle_id.synth.vehicle_sample import VehicleSample


def roof_parts(sample: VehicleSample, kind: BusKind, body: BusBody, roof: Paint) -> list[Mesh]:
    """Nothing on many; ribs, gutters and one or two small things on the rest."""
    parts: list[Mesh] = []
    if sample.chance(kind.ribs):
        parts += _ribs_along(sample, body, roof)
    if sample.chance(0.3):
        parts += _gutters(sample, body, roof)
    if sample.chance(0.35):
        parts += _dirt(sample, body, roof)
    if sample.chance(kind.unit):
        parts += _flat_unit(sample, body, roof)
    if sample.chance(kind.bare):
        return parts
    things = (_lids, _lids, _vents, _aerials)
    for index in sample.rng.choice(len(things), size=int(sample.rng.integers(1, 3)), replace=False):
        parts += things[int(index)](sample, body, roof)
    return parts


def _lids(sample: VehicleSample, body: BusBody, roof: Paint) -> list[Mesh]:
    """One to three flush lids, often of the roof's own colour in a faint frame, anywhere along the roof."""
    rng = sample.rng
    paints = (shade(roof, rng.uniform(0.85, 1.15)), tinted(rng), shade(WHITE_PANEL, rng.uniform(0.6, 1.1)))
    paint = paints[int(rng.choice(3, p=(0.5, 0.25, 0.25)))]
    size = (rng.uniform(0.45, 1.0), rng.uniform(0.45, 0.9))
    at = [(body.at(float(share)), 0.0) for share in rng.uniform(0.08, 0.9, int(rng.integers(1, 4)))]
    top = body.roof_z(size[1] / 2)
    frame = square_hatches(at, (top - 0.05, body.top + 0.012), (size[0] + 0.07, size[1] + 0.07), shade(roof, 0.6))
    return [frame, square_hatches(at, (top - 0.05, body.top + rng.uniform(0.02, 0.05)), size, paint)]


def _vents(sample: VehicleSample, body: BusBody, roof: Paint) -> list[Mesh]:
    """Round or long ventilators, on the middle line or in two rows."""
    rng, count = sample.rng, int(sample.rng.integers(1, 7))
    y = 0.0 if sample.chance(0.5) else body.flat * rng.uniform(0.4, 0.8)
    paint = shade(roof, rng.uniform(0.7, 1.2)) if sample.chance(0.6) else shade(BRIGHT_STEEL, rng.uniform(0.4, 0.9))
    level = body.roof_z(y)
    places = [(body.at((i + rng.uniform(0.3, 0.7)) / count), side * y, 0.0) for i in range(count) for side in (-1, 1)]
    if sample.chance(0.5):
        return [copies(cylinder("z", (level - 0.05, level + 0.06), (0.0, 0.0), rng.uniform(0.12, 0.3), paint, sides=9),
                       places[:: 1 if y else 2])]  # fmt: skip
    half = rng.uniform(0.2, 0.6)
    return [copies(box((-half, half), (-0.1, 0.1), (level - 0.05, level + 0.06), paint), places[:: 1 if y else 2])]


def _aerials(sample: VehicleSample, body: BusBody, roof: Paint) -> list[Mesh]:
    """A white dome or a dark fin near an end."""
    x = body.at(float(sample.rng.choice([0.1, 0.85, 0.95])))
    tone = shade(WHITE_PANEL, 1.1) if sum(roof.rgb) < 1.5 else DARK_STEEL
    size = sample.rng.uniform(0.08, 0.25)
    return [ball((x, sample.rng.uniform(-0.4, 0.4), body.top - 0.03), (1.5 * size, size, 0.1), tone)]


def _ribs_along(sample: VehicleSample, body: BusBody, roof: Paint) -> list[Mesh]:
    """Faint swages along the roof; the sheets between them may differ by a shade."""
    rng, count = sample.rng, int(sample.rng.integers(2, 12))
    x = (body.at(rng.uniform(0.01, 0.08)), body.at(rng.uniform(0.92, 0.98)))
    wide, tone = rng.uniform(0.03, 0.09), shade(roof, rng.uniform(0.78, 1.12))
    places = np.linspace(-1, 1, count) * body.flat * rng.uniform(0.6, 0.95)
    return [body.sheet(x, about(float(y), wide), tone, lift=rng.uniform(0.012, 0.03)) for y in places]


def _gutters(sample: VehicleSample, body: BusBody, roof: Paint) -> list[Mesh]:
    """A line along both edges, darker or lighter."""
    tone = shade(roof, sample.rng.uniform(0.5, 0.85)) if sample.chance(0.7) else shade(WHITE_PANEL, 1.1)
    x: Span = (body.at(0.02), body.at(0.97))
    return [body.sheet(x, y, tone, lift=0.014) for y in both((0.93 * body.flat, body.flat))]


def _dirt(sample: VehicleSample, body: BusBody, roof: Paint) -> list[Mesh]:
    """The rear end sooty or the middle grey; a sheet or two that were renewed."""
    rng = sample.rng
    marks = [body.sheet((body.at(0.01), body.at(rng.uniform(0.06, 0.3))), (-body.flat * 0.9, body.flat * 0.9),
                        shade(roof, rng.uniform(0.75, 0.95)), lift=0.006)] if sample.chance(0.5) else []  # fmt: skip
    for _ in range(int(rng.integers(0, 3))):
        begin = rng.uniform(0.05, 0.85)
        marks.append(body.sheet((body.at(begin), body.at(begin + rng.uniform(0.03, 0.12))), about(0.0, 1.9 * body.flat),
                                shade(roof, rng.uniform(0.88, 1.08)), lift=0.008))  # fmt: skip
    return marks


def _flat_unit(sample: VehicleSample, body: BusBody, roof: Paint) -> list[Mesh]:
    """A shallow box with rounded look: a cooler or a heater, at the middle, the front or the rear."""
    rng = sample.rng
    x = about(body.at(float(rng.choice([0.14, 0.5, 0.8])) + rng.uniform(-0.05, 0.05)), rng.uniform(0.8, 2.6))
    half, paint = body.flat * rng.uniform(0.4, 0.85), shade(roof, rng.uniform(0.8, 1.1))
    if sample.chance(0.4):
        paint = loose(rng, str(rng.choice(["#d8d8d4", "#9a9c9c", "#3a3c3e"])))
    level = body.roof_z(half)
    lower = box(x, (-half, half), (level - 0.03, body.top + 0.07), paint)
    upper = box((x[0] + 0.15, x[1] - 0.15), (-0.85 * half, 0.85 * half), (level, body.top + 0.12), paint)
    fan = cylinder("z", (level, body.top + 0.13), (sum(x) / 2, 0.0), 0.3, shade(DARK_STEEL, 0.8), sides=10)
    return [lower, upper, fan] if sample.chance(0.5) else [lower, upper]
