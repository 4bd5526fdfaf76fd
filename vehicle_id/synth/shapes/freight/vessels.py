"""Vessels of tank lorries and tank trailers: lying tanks, silos for powder; walkways, manholes, rings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, arch, box, cylinder, tube
from vehicle_id.synth.paint import BRIGHT_STEEL, DARK_STEEL, STEEL, WHITE_PANEL, Paint, loose, shade
from vehicle_id.synth.shapes.common.roof_marks import evenly, foreign, hatches
from vehicle_id.synth.shapes.common.shells import barrel
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.vehicle_sample import VehicleSample


def vessel_paint(sample: VehicleSample) -> Paint:
    """The coat, polished or dull steel, or white."""
    rng = sample.rng
    if sample.coat_name in ("olive", "camouflage", "sand") or sample.chance(0.6):
        return sample.coat
    if sample.chance(0.55):
        return replace(shade(BRIGHT_STEEL, rng.uniform(0.5, 1.05)), gloss=float(rng.uniform(0.2, 0.85)))
    return foreign(rng, ("white", "silver", "orange", "blue", "red", "green", "yellow"))


def vessel(sample: VehicleSample, x: Span, half: float, z: Span) -> list[Mesh]:
    """A tank of round, elliptic or box-like section between two heights, with what stands on it."""
    rng, tone = sample.rng, vessel_paint(sample)
    shell_top = z[1] - rng.uniform(0.12, 0.3)
    radii = (min(half, rng.uniform(0.88, 1.0) * half), (shell_top - z[0]) / 2)
    if sample.chance(0.3):
        radii = (min(half, radii[1] * rng.uniform(1.0, 1.15)), radii[1])
    centre = z[0] + radii[1]
    if sample.chance(0.18):
        body = [arch(x, _squarish(radii, centre, rng.uniform(2.6, 4.0)), tone)]
    else:
        body = [barrel(x, centre, radii, tone, dish=rng.uniform(0.12, 0.5), sides=20)]
    body += _rings(sample, (x[0] + 0.5, x[1] - 0.5), radii, centre, tone)
    return [*body, *top_gear(sample, (x[0] + 0.5, x[1] - 0.5), radii[0], (shell_top, z[1]), tone)]


def top_gear(sample: VehicleSample, x: Span, half: float, z: Span, tone: Paint) -> list[Mesh]:
    """Walkway, manholes, and rails or a coaming round them; the highest reaches `z[1]`."""
    rng = sample.rng
    steel = shade(STEEL, rng.uniform(0.5, 1.7)) if sample.chance(0.7) else shade(tone, rng.uniform(0.75, 1.1))
    side = rng.choice((0.0, 0.0, 0.3, -0.3)) * half
    found = []
    if sample.chance(0.65):
        wide = rng.uniform(0.3, 0.6)
        found.append(box(x, about(side, wide), (z[0] - 0.06, z[0] + 0.03), steel))
    if sample.chance(0.5):
        reach = rng.uniform(0.35, 0.6) * half
        found += [box(x, y, (z[0] - 0.25, z[1] - 0.01), shade(tone, 0.9)) for y in both((reach, reach + 0.05))]
    count = int(rng.integers(1, 7))
    lid = shade(DARK_STEEL, rng.uniform(0.5, 1.6)) if sample.chance(0.6) else shade(BRIGHT_STEEL, rng.uniform(0.5, 1.1))
    places = [(at, side * 0.5) for at in evenly(x, count)]
    found.append(hatches(places, (z[0] - 0.1, z[1]), rng.uniform(0.2, 0.33), lid))
    if sample.chance(0.3):
        rail = shade(BRIGHT_STEEL, rng.uniform(0.5, 1.0))
        found += [
            tube((x[0], y, z[1] - 0.03), (x[1], y, z[1] - 0.03), 0.03, rail, sides=4)
            for y in (side - 0.35, side + 0.35)
        ]
    if sample.chance(0.4):
        stain = shade(tone, rng.uniform(0.4, 0.8))
        found += [
            box(about(at, rng.uniform(0.1, 0.4)), about(side, 0.9 * half), (z[0] - 0.1, z[0] - 0.015), stain)
            for at, _ in places
        ]
    return found


def silo(sample: VehicleSample, x: Span, half: float, z: Span) -> list[Mesh]:
    """A vessel for powder: cones below, manholes in a row, a walkway, a blower pipe."""
    rng, tone = sample.rng, vessel_paint(sample)
    top = z[1] - 0.2
    radius = min(0.97 * half, (top - z[0]) / 2)
    found = [barrel(x, top - radius, (radius, radius), tone, dish=rng.uniform(0.5, 1.2), sides=18)]
    for at in evenly((x[0] + 0.6, x[1] - 0.6), int(rng.integers(2, 5))):
        found.append(cylinder("z", (z[0], top - radius), (at, 0.0), 0.55 * radius, tone, sides=10))
    pipe = [tube((x[0], 0.9 * half, z[0]), (x[1], 0.9 * half, z[0]), 0.07, STEEL, sides=5)]
    return [*found, *pipe, *top_gear(sample, (x[0] + 0.8, x[1] - 0.8), radius, (top, z[1]), tone)]


def cabinet(sample: VehicleSample, x: Span, half: float, z: Span) -> Mesh:
    """A locker for pump and hoses at an end of the vessel."""
    tone = shade(sample.coat, sample.rng.uniform(0.8, 1.1)) if sample.chance(0.6) else shade(WHITE_PANEL, 0.7)
    return box(x, (-half, half), z, tone)


def hose_trays(sample: VehicleSample, x: Span, half: float, z: float) -> list[Mesh]:
    """Tubes for hoses along the sides."""
    tone = loose(sample.rng, str(sample.rng.choice(("#b9bbbb", "#5a5c5e", "#c8bfa8", "#2c2d2f"))))
    sides = both((half - 0.2, half)) if sample.chance(0.6) else both((half - 0.2, half))[:1]
    return [box(x, y, (z, z + 0.2), tone) for y in sides]


def _squarish(radii: tuple[float, float], centre: float, power: float) -> list[tuple[float, float]]:
    """A section between an ellipse and a box."""
    found = []
    for turn in np.linspace(0, 2 * np.pi, 20, endpoint=False):
        c, s = float(np.cos(turn)), float(np.sin(turn))
        found.append(
            (radii[0] * np.sign(c) * abs(c) ** (2 / power), centre + radii[1] * np.sign(s) * abs(s) ** (2 / power))
        )
    return found


def _rings(sample: VehicleSample, x: Span, radii: tuple[float, float], centre: float, tone: Paint) -> list[Mesh]:
    """Bands round the vessel, where the compartments end."""
    if not sample.chance(0.5):
        return []
    rng = sample.rng
    band = shade(tone, rng.uniform(0.7, 1.2)) if sample.chance(0.7) else shade(BRIGHT_STEEL, 0.8)
    turn = np.linspace(0, 2 * np.pi, 20, endpoint=False) + np.pi / 20
    section = [(float((radii[0] - 0.0) * np.cos(a)), float(centre + (radii[1] + 0.012) * np.sin(a))) for a in turn]
    return [arch(about(at, 0.06), section, band) for at in evenly(x, int(rng.integers(2, 8)))]
