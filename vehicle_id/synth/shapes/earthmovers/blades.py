"""Blades of bulldozers and graders: straight, angled, half and full U."""

from __future__ import annotations

from vehicle_id.synth.mesh import Mesh, Span, box, slab
from vehicle_id.synth.paint import BRIGHT_STEEL, DARK_STEEL, Paint, shade
from vehicle_id.synth.shapes.common.spans import both
from vehicle_id.synth.shapes.earthmovers.finish import iron, own
from vehicle_id.synth.vehicle_sample import VehicleSample


def dozer_blade(sample: VehicleSample, front: float, half: float, high: float, thick: float) -> list[Mesh]:
    """A moldboard whose foremost point is at `front`; the wings of a U stand forward."""
    rng = sample.rng
    wing = float(rng.choice([0.0, 0.0, 0.25, 0.5])) * thick
    near = rng.uniform(0.55, 0.75) * half
    face, back = front - wing, front - wing - thick
    paint = own(sample, 0.8, 1.1)
    parts = [slab([(back, -near), (face, -near), (face, near), (back, near)], (0.05, high), paint)]
    for way in (-1, 1):
        outline = [(back, way * near), (face, way * near), (front, way * half), (front - 0.8 * thick, way * half)]
        parts.append(slab(outline, (0.05, high), paint))
    return [*parts, *_wear(sample, (back, face), near, high)]


def _wear(sample: VehicleSample, x: Span, half: float, high: float) -> list[Mesh]:
    """The hollow face, worn bright or caked; a spill guard; ribs behind."""
    tone, middle = iron(sample), sum(x) / 2
    parts = [box((middle, x[1] + 0.01), (-half, half), (0.1, high + 0.012), tone)] if sample.chance(0.6) else []
    if sample.chance(0.4):
        parts.append(box((x[0], x[0] + 0.08), (-0.8 * half, 0.8 * half), (high, 1.05 * high), own(sample, 0.6, 1.0)))
    edge = shade(BRIGHT_STEEL if sample.chance(0.5) else DARK_STEEL, 0.8)
    return [*parts, box((x[1] - 0.02, x[1] + 0.05), (-half, half), (0.0, 0.15), edge)]


def moldboard(sample: VehicleSample, long: float, high: float) -> list[Mesh]:
    """The blade of a grader about the origin, along y."""
    half, tone = long / 2, iron(sample) if sample.chance(0.4) else own(sample, 0.7, 1.1)
    paint: Paint = shade(tone, 0.85)
    thick = sample.rng.uniform(0.12, 0.2)
    return [
        box((-thick, 0.12), (-half, half), (0.08, high), tone),
        box((0.08, 0.2), (-half, half), (0.03, 0.2), paint),
        *(box((-0.14, 0.2), y, (0.03, high), paint) for y in both((half - 0.05, half))),
    ]
