"""Box cars of the 1520 mm gauge: from above a closed ridged roof over the full width."""

from __future__ import annotations

import math

import numpy as np

from vehicle_id.synth.mesh import Assembly, Mesh, arch, box, copies, cylinder
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, WOOD, Paint, loose, shade
from vehicle_id.synth.shapes.common.spans import ordered
from vehicle_id.synth.shapes.rail.gear import OVERHANG_M, bogie_centres, running_gear
from vehicle_id.synth.vehicle_sample import VehicleSample


def box_car(sample: VehicleSample) -> Assembly:
    """A closed wagon: round or ridged roof with seams, hatches or a walkway; doors in the middle of the sides."""
    length, half, top = sample.length_m, sample.width_m / 2, sample.height_m
    end = length / 2 - OVERHANG_M
    wall = half - 0.07
    eaves = top * sample.rng.uniform(0.83, 0.88)
    body = box((-end, end), (-wall, wall), (1.05, eaves), sample.coat)
    roof = _roof_paint(sample)
    parts = [*running_gear(length, bogie_centres(length)), body]
    parts += _roof(sample, end, wall + 0.04, eaves, top - 0.09, roof)
    parts += _roof_fittings(sample, end, top - 0.09, roof)
    parts += _doors(sample, half, eaves)
    ribs = box((-0.06, 0.06), (-wall - 0.05, wall + 0.05), (1.1, eaves - 0.05), shade(sample.coat, 0.85))
    parts.append(copies(ribs, [(x, 0, 0) for x in np.linspace(-end + 0.07, end - 0.07, 9) if abs(x) > 2.2]))
    return Assembly(fixed=parts)


def _roof_paint(sample: VehicleSample) -> Paint:
    """The roof is painted like the body, zinc grey, or rusty."""
    if sample.chance(0.35):
        return sample.coat
    return loose(sample.rng, str(sample.rng.choice(("#9a9b98", "#b3b3af", "#7d7c78", "#6b5548", "#5a4c44", "#8b847c"))))


def _roof(sample: VehicleSample, end: float, half: float, eaves: float, top: float, paint: Paint) -> list[Mesh]:
    """The shell and its cross seams, which stand up as ribs."""
    section = _vault(half, eaves, top, ridged=sample.chance(0.4))
    rib = [(y * 1.012, z + 0.025) for y, z in section]
    tone = shade(paint, sample.rng.uniform(0.72, 1.2))
    seams = np.linspace(-end + 0.05, end - 0.05, int(sample.rng.integers(8, 14)))
    strip = arch((-0.05, 0.05), rib, tone)
    return [arch((-end - 0.04, end + 0.04), section, paint), copies(strip, [(x, 0, 0) for x in seams])]


def _vault(half: float, eaves: float, top: float, *, ridged: bool) -> list[tuple[float, float]]:
    """Half a roof's section over the eaves: two slopes, or a low round."""
    if ridged:
        return [(-half, eaves), (half, eaves), (half, eaves + 0.1), (0.0, top), (-half, eaves + 0.1)]
    turns = np.linspace(0, math.pi, 8)
    return [(half * math.cos(t), eaves + (top - eaves) * math.sin(t) ** 0.8) for t in turns]


def _roof_fittings(sample: VehicleSample, end: float, ridge: float, roof: Paint) -> list[Mesh]:
    """Loading hatches along the ridge, a walkway on it, or nothing; always some vents."""
    parts: list[Mesh] = []
    style = sample.rng.choice(("hatches", "walkway", "both", "vents"))
    if style in ("hatches", "both"):
        hatch = cylinder("z", (ridge - 0.15, ridge + 0.09), (0.0, 0.0), 0.32, shade(roof, 0.6), sides=10)
        parts.append(copies(hatch, [(x * end, 0, 0) for x in (-0.78, -0.28, 0.28, 0.78)]))
    if style in ("walkway", "both"):
        plank = WOOD if sample.chance(0.4) else shade(roof, 0.55)
        parts.append(box((-end, end), (-0.26, 0.26), (ridge + 0.04, ridge + 0.08), plank))
    vent = box((-0.2, 0.2), (-0.2, 0.2), (ridge - 0.3, ridge + 0.09), DARK_STEEL)
    places = [(x * end, y, 0) for x in (-0.55, 0.55) for y in ((-0.6, 0.6) if style == "vents" else (0.0,))]
    return [*parts, copies(vent, places)]


def _doors(sample: VehicleSample, half: float, eaves: float) -> list[Mesh]:
    """Sliding doors with the rail over them; sometimes one left open."""
    parts = []
    width = sample.rng.uniform(2.0, 3.8)
    for side in (-1, 1):
        at = (0.8 if sample.chance(0.12) else 0.0) * width
        outer = side * half
        face = ordered(outer, outer - side * 0.1)
        tone = shade(sample.coat, sample.rng.uniform(0.7, 1.1))
        parts.append(box((at - width / 2, at + width / 2), face, (1.15, eaves - 0.12), tone))
        parts.append(box((-width, width), face, (eaves - 0.1, eaves - 0.02), DARK_STEEL))
        if at:
            inner = ordered(outer - side * 0.02, outer - side * 0.08)
            parts.append(box((-width / 2, at - width / 2), inner, (1.2, eaves - 0.2), CHASSIS))
    return parts
