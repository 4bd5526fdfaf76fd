"""The forward zones of a lorry: engine, crew, service. Rounded cushions of any plan instead of drawn cabs."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, ball, box, cylinder, join
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, LAMP, STEEL, TYRE, Paint, loose, shade, tinted
from vehicle_id.synth.shapes.army_trucks.canvas import canvas_paint
from vehicle_id.synth.shapes.common.shells import End, lid, outline, ring, shrunk, skin
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.vehicle_sample import VehicleSample


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A stretch of a lorry's length, and the space over it."""

    x: Span
    half: float
    floor: float
    top: float

    @property
    def long(self) -> float:
        """Length in metres."""
        return self.x[1] - self.x[0]


def cushion(
    x: Span, width: float, z: Span, paint: Paint, *, bulge: float, nose: End = (0.05, 0.97), tail: End = (0.05, 0.97)
) -> Mesh:
    """A solid with a rounded upper edge; `bulge` is the height of the rounding, metres."""
    plan = outline(x, width, nose=nose, tail=tail)
    levels = [
        (0.0, 0.0, 1.0),
        (z[1] - z[0] - bulge, 0.0, 1.0),
        (z[1] - z[0] - 0.3 * bulge, 0.3 * bulge, 0.96),
        (z[1] - z[0], 0.8 * bulge, 0.84),
    ]
    rings = [ring(shrunk(plan, by, across), z[0] + up) for up, by, across in levels]
    walls = [skin(low, high, paint) for low, high in itertools.pairwise(rings)]
    return join([*walls, lid(rings[-1], paint)])


def engine_zone(sample: VehicleSample, zone: Zone) -> list[Mesh]:
    """A bonnet between wings, or only a face where the zone is short."""
    rng, low = sample.rng, 0.5 * zone.floor
    x, high = (zone.x[0], zone.x[1] - rng.uniform(0.02, 0.12)), zone.floor + rng.uniform(0.35, 0.6)
    if zone.long < 0.7:
        return [box((x[0] - 0.1, x[1]), (-0.9 * zone.half, 0.9 * zone.half), (low, high), sample.coat)]
    width, bulge = zone.half * rng.uniform(0.85, 1.5), rng.uniform(0.05, 0.3)
    nose = (rng.uniform(0.05, 0.5), rng.uniform(0.5, 0.95))
    parts = [cushion((x[0] - 0.1, x[1]), width, (low, high), sample.coat, bulge=bulge, nose=nose)]
    if sample.chance(0.85):
        wing = zone.floor + rng.uniform(0.0, 0.15)
        ends = (x[0] + rng.uniform(-0.3, 0.2), x[1] - rng.uniform(0.0, 0.4) * zone.long)
        middle = (0.4 * width + zone.half) / 2
        wide, z = zone.half - 0.4 * width, (wing - 0.25, wing)
        guard = cushion(ends, wide, z, sample.coat, bulge=0.12, nose=(0.2, 0.7))
        parts += [guard.moved((0, side * middle, 0)) for side in (-1, 1)]
    lamps = [ball((x[1] - 0.25, s * 0.8 * zone.half, zone.floor + 0.1), (0.1, 0.1, 0.1), LAMP) for s in (-1, 1)]
    vents = [
        box(about(float(at), 0.05), (-0.3 * width, 0.3 * width), (high - 0.1, high + 0.01), shade(sample.coat, 0.6))
        for at in np.linspace(x[0] + 0.2, x[0] + 0.5, int(rng.integers(0, 4)))
    ]
    return [*parts, *lamps, *vents]


def crew_zone(sample: VehicleSample, zone: Zone) -> list[Mesh]:
    """A cabin: glass all round under a roof, or an open cockpit behind a windscreen under cloth."""
    rng = sample.rng
    half = zone.half * rng.uniform(0.8, 1.0)
    top = zone.top
    sill = zone.floor + (top - zone.floor) * rng.uniform(0.4, 0.55)
    corner, slope = rng.uniform(0.02, 0.3), rng.uniform(0.02, 0.35)
    nose = (corner, 1 - 0.6 * corner)
    parts = [cushion(zone.x, 2 * half, (0.7 * zone.floor, sill), sample.coat, bulge=0.06, nose=nose)]
    cabin = outline(zone.x, 1.94 * half, nose=nose, tail=(0.05, 0.96))
    upper = np.column_stack([zone.x[0] + (cabin[:, 0] - zone.x[0]) * (1 - slope / zone.long), cabin[:, 1] * 0.95])
    parts.append(skin(ring(cabin, sill - 0.02), ring(upper, top - 0.12), tinted(rng)))
    roof = canvas_paint(sample) if sample.chance(0.2) else shade(sample.coat, rng.uniform(0.85, 1.25))
    length = (zone.x[0], zone.x[1] - slope)
    parts.append(cushion(length, 1.92 * half, (top - 0.16, top), roof, bulge=rng.uniform(0.03, 0.15), nose=nose))
    posts = rng.choice([2, 3, 3, 4])
    wall = zone.x[1] - 0.5 * slope
    parts += [
        box(about(wall, slope + 0.06), about(float(y), 0.08), (sill, top - 0.12), sample.coat)
        for y in np.linspace(-0.9 * half, 0.9 * half, posts)
    ]
    return parts + _on_roof(sample, length, half, top)


def _on_roof(sample: VehicleSample, x: Span, half: float, top: float) -> list[Mesh]:
    """Hatch, ring mount, rack with kit, seam; flush with the roof."""
    rng, kind = sample.rng, sample.rng.random()
    at, y = float(rng.uniform(x[0] + 0.4, max(x[0] + 0.45, x[1] - 0.4))), float(rng.uniform(-0.4, 0.4)) * half
    if kind < 0.3:
        tone = shade(sample.coat, float(rng.choice([0.5, 0.75, 1.25])))
        return [cylinder("z", (top - 0.1, top + 0.01), (at, y), rng.uniform(0.25, 0.5), tone, sides=12)]
    if kind < 0.42:
        kit = [canvas_paint(sample) for _ in range(3)]
        return [
            ball((at, float(z) * half, top - 0.08), (0.3, 0.25, 0.09), tone)
            for z, tone in zip((-0.5, 0.0, 0.5), kit, strict=True)
        ]
    if kind < 0.6:
        return [box(x, about(0.0, 0.05), (top - 0.1, top + 0.008), shade(sample.coat, 0.7))]
    return []


def service_zone(sample: VehicleSample, zone: Zone, wheel: float) -> list[Mesh]:
    """Dark clutter between crew and load: air cleaners, batteries, spare wheels, cans."""
    rng, middle, parts = sample.rng, sum(zone.x) / 2, []
    high = zone.floor + rng.uniform(0.1, 0.9) * (zone.top - zone.floor)
    parts.append(box(zone.x, (-0.4 * zone.half, 0.4 * zone.half), (zone.floor, zone.floor + 0.1), CHASSIS))
    if zone.long < 0.25:
        return parts
    if sample.chance(0.65):
        y = float(rng.uniform(-1, 1)) * max(0.0, zone.half - wheel - 0.02)
        up = min(zone.floor + 0.9 * wheel, zone.top - wheel)
        parts.append(cylinder("x", about(middle, min(0.35, zone.long)), (y, up), 0.95 * wheel, TYRE))
        parts.append(
            cylinder("x", about(middle, min(0.4, zone.long + 0.05)), (y, up), 0.45 * wheel, sample.coat, sides=8)
        )
    for _ in range(int(rng.integers(1, 5))):
        y, size = float(rng.uniform(-0.8, 0.8)) * zone.half, float(rng.uniform(0.12, 0.4))
        tone = (DARK_STEEL, STEEL, sample.coat, loose(rng, "#5b5a45"))[int(rng.integers(4))]
        parts.append(
            box(about(middle, min(size, zone.long)), about(y, size), (zone.floor, high * rng.uniform(0.8, 1.0)), tone)
        )
    tone = loose(rng, "#4d5139")
    cans = [
        box(about(middle, 0.17), span, (zone.floor, zone.floor + 0.45), tone)
        for span in both((0.7 * zone.half, 0.9 * zone.half))
    ]
    return parts + (cans if sample.chance(0.3) else [])
