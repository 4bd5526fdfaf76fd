"""Cabs of light lorries: a raked windscreen over a short nose, one row of seats, a row and a half, or two."""

from __future__ import annotations

from vehicle_id.synth.mesh import Mesh, box
from vehicle_id.synth.paint import CHASSIS, LAMP, Paint, shade, tinted
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.shapes.highway.loft import Section, Skin, loft
from vehicle_id.synth.vehicle_sample import VehicleSample


def draw_depth(sample: VehicleSample) -> float:
    """Length of the cab with its nose, metres."""
    sort, rng = sample.rng.random(), sample.rng
    if sort < 0.45:
        deep = rng.uniform(1.5, 1.75)
    else:
        deep = rng.uniform(1.85, 2.15) if sort < 0.82 else rng.uniform(2.35, 2.75)
    return float(min(deep, 0.52 * sample.length_m))


def light_cab(sample: VehicleSample, deep: float, half: float, top: float, paint: Paint) -> list[Mesh]:
    """The cab at the front end of the sample, its front wheels under it."""
    rng, glass, front = sample.rng, tinted(sample.rng), sample.length_m
    nose, lean = rng.uniform(0.08, 0.32), rng.uniform(0.38, 0.72)
    belt, low, roof_half = top * rng.uniform(0.56, 0.62), 0.36, half * rng.uniform(0.82, 0.92)
    back, cowl = front - deep, front - nose
    eave = cowl - min(lean, 0.42 * deep)
    side_glass = back + (0.3 if deep < 2.2 else 0.15)
    sections = [
        Section(back, 0.97 * half, low, belt, top - rng.uniform(0.02, 0.1), 0.97 * roof_half),
        Section(side_glass, 0.985 * half, low, belt, top - 0.01, roof_half),
        Section(0.4 * side_glass + 0.6 * eave, 0.985 * half, low, belt, top, roof_half),
        Section(eave, 0.985 * half, low, belt, top - 0.06, 0.97 * roof_half),
        Section(cowl, 0.95 * half, low, belt - 0.08, belt, 0.84 * half),
        Section(front, rng.uniform(0.8, 0.93) * half, low, 0.7 * belt, 0.8 * belt, 0.78 * half),
    ]
    roof = shade(paint, rng.uniform(0.95, 1.05))
    skins = [
        Skin(paint, paint, roof), Skin(paint, glass, roof), Skin(paint, glass, roof), Skin(paint, glass, glass),
        Skin(paint, paint, paint),
    ]  # fmt: skip
    parts = [loft(sections, skins, rear=glass if sample.chance(0.4) else paint, front=paint)]
    pillar = shade(paint, 0.95)  # pale pillars frame the dark windscreen
    parts += [box((eave - 0.05, cowl), about(way * 0.9 * half, 0.07), (0.9 * belt, belt + 0.04), pillar)
              for way in (-1, 1)]  # fmt: skip
    bumper = paint if sample.chance(0.6) else shade(CHASSIS, rng.uniform(1.0, 3.0))
    parts.append(box((front - 0.14, front), (-0.96 * half, 0.96 * half), (0.3, 0.6), bumper))
    parts += [box((front - 0.3, front - 0.06), y, (0.62, 0.8), LAMP) for y in both((0.6 * half, 0.85 * half))]
    parts += wheel_pair(front - rng.uniform(0.75, 1.05), (0.72 * half, 0.95 * half), 0.31)
    mirrors = both((0.95 * half, half))
    at = cowl - rng.uniform(0.0, 0.35)
    return [*parts, *(box(about(at, 0.12), y, (belt, belt + 0.28), shade(CHASSIS, 1.4)) for y in mirrors)]
