"""Cabs over the engine of road tractors and lorries: flat faced, roofs from low to high, with wind shields."""

from __future__ import annotations

from vehicle_id.synth.mesh import Mesh, box, taper
from vehicle_id.synth.paint import CHASSIS, LAMP, Paint, shade, tinted
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.shapes.highway.loft import Section, Skin, loft, plain
from vehicle_id.synth.shapes.highway.rig import Rig
from vehicle_id.synth.vehicle_sample import VehicleSample


def flat_front(sample: VehicleSample, rig: Rig, deep: float, *, shield: bool) -> list[Mesh]:
    """A cab `deep` metres long at the front end, as high as the rig with its shield."""
    rng, glass, paint, half = sample.rng, tinted(sample.rng), rig.paint, 0.985 * rig.half
    back, roof = rig.front - deep, rig.top * (rng.uniform(0.74, 0.9) if shield else 1.0)
    lean, belt = rng.uniform(0.08, 0.3), 0.5 * roof
    top_half = half * rng.uniform(0.86, 0.96)
    brow = roof - rng.uniform(0.1, 0.35)
    sections = [
        Section(back, half, 0.55, belt, roof - rng.uniform(0, 0.06), top_half),
        Section(back + 0.45 * deep, half, 0.55, belt, roof, top_half),
        Section(rig.front - lean - rng.uniform(0.15, 0.4), half, 0.5, belt, roof - 0.03, 0.98 * top_half),
        Section(rig.front - lean, half, 0.45, belt, brow, 0.95 * top_half),
        Section(rig.front, rng.uniform(0.86, 0.97) * half, 0.4, belt - 0.1, belt, 0.84 * half),
    ]
    roof_tone = shade(paint, rng.uniform(0.92, 1.08))
    skins = [
        Skin(paint, paint, roof_tone),
        Skin(paint, glass, roof_tone),
        Skin(paint, paint, paint),
        Skin(paint, glass, glass),
    ]
    parts = [loft(sections, skins, rear=shade(paint, 0.8), front=paint)]
    parts.append(
        box((rig.front - 0.12, rig.front), (-half, half), (0.3, 0.8), paint if sample.chance(0.5) else CHASSIS)
    )
    parts += wheel_pair(rig.front - rng.uniform(1.3, 1.5), (half - 0.33, half - 0.02), 0.5)
    if shield:
        parts += _shield(sample, rig, (back, rig.front - lean - 0.2), roof, top_half)
    parts += _fittings(sample, rig, back, roof, glass)
    arms = both((half - 0.05, rig.half))
    return [*parts, *(box(about(rig.front - 0.15, 0.2), y, (belt, belt + 0.7), shade(CHASSIS, 1.5)) for y in arms)]


def _shield(sample: VehicleSample, rig: Rig, x: tuple[float, float], roof: float, half: float) -> list[Mesh]:
    """A shell that rises to the rear, as wide as the roof there; open at its back, where it is dark."""
    rng, tone = sample.rng, shade(rig.paint, sample.rng.uniform(0.9, 1.1))
    front, back = x[1] - rng.uniform(0.0, 0.7), x[0] + rng.uniform(0.0, 0.25)
    wide = half * rng.uniform(0.85, 1.02)
    sections = [Section(back, wide, roof - 0.1, roof, rig.top, 0.88 * wide),
                Section(back + 0.4 * (front - back), wide, roof - 0.1, roof, rig.top - 0.08, 0.86 * wide),
                Section(front, 0.7 * wide, roof - 0.1, roof - 0.05, roof - 0.02, 0.6 * wide)]  # fmt: skip
    parts = [loft(sections, plain(tone, 2), rear=shade(tone, 0.25), front=tone)]
    if sample.chance(0.5):  # side wings that close the gap to the trailer
        reach = rng.uniform(0.2, 0.5)
        parts += [box((x[0] - reach, x[0] + 0.02), y, (0.9, roof), tone) for y in both((0.93 * half, 1.0 * half))]
    return parts


def _fittings(sample: VehicleSample, rig: Rig, back: float, roof: float, glass: Paint) -> list[Mesh]:
    """A hatch, a sun visor, lamps along the brow."""
    parts, rng = [], sample.rng
    if sample.chance(0.45):
        at = about(back + rng.uniform(0.4, 0.6) * (rig.front - back), 0.5)
        parts.append(box(at, (-0.36, 0.36), (roof - 0.05, min(rig.top, roof + 0.02)), glass))
    if sample.chance(0.4):
        z = roof * rng.uniform(0.8, 0.88)
        parts.append(
            taper(
                (rig.front - 0.3, rig.front),
                (-0.85 * rig.half, 0.85 * rig.half),
                (z, z + 0.06),
                (rig.front - 0.3, rig.front - 0.05),
                (-0.85 * rig.half, 0.85 * rig.half),
                glass,
            )
        )
    if sample.chance(0.15):
        bar = (rig.front - 0.6, rig.front - 0.5)
        parts.append(box(bar, (-0.8 * rig.half, 0.8 * rig.half), (roof - 0.05, min(rig.top, roof + 0.04)), LAMP))
    return parts
