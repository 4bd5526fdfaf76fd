"""Lorries that pull or recover: bare tractors, wreckers, empty flat racks, ballast boxes."""

from __future__ import annotations

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, beam, box, cylinder, slab, taper, tube
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, STEEL, TYRE, WOOD, Paint, loose, shade
from vehicle_id.synth.shapes.army_trucks.canvas import canvas_paint
from vehicle_id.synth.shapes.army_trucks.layout import TruckLayout
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.vehicle_sample import VehicleSample


def fifth_wheel(sample: VehicleSample, layout: TruckLayout, top: float) -> list[Mesh]:
    """A tractor: coupling plate with its ramps over the rear axles, guards, and gear behind the cab."""
    rng, deck, middle = sample.rng, layout.deck, _over_axles(layout)
    tone = shade(DARK_STEEL, rng.uniform(0.5, 1.5)) if sample.chance(0.6) else shade(sample.coat, rng.uniform(0.6, 1.0))
    horn = [(0.35, -0.42), (0.4, 0.0), (0.35, 0.42), (-0.15, 0.48), (-0.55, 0.25), (-0.55, -0.25), (-0.15, -0.48)]
    parts = [slab([(middle + x, y) for x, y in horn], (deck + 0.1, deck + 0.22), tone)]
    if sample.chance(0.5):  # grease round a plate of the coat
        parts.append(
            cylinder(
                "z", (deck + 0.2, deck + 0.23), (middle, 0.0), 0.28, shade(sample.coat, rng.uniform(0.8, 1.1)), sides=12
            )
        )
    if sample.chance(0.6):
        floor = (max(0.0, middle - rng.uniform(0.9, 1.5)), min(middle + rng.uniform(0.9, 1.6), layout.bed[1]))
        wide = layout.half * rng.uniform(0.5, 0.66)
        parts.append(box(floor, (-wide, wide), (deck - 0.04, deck + 0.03), shade(sample.coat, rng.uniform(0.8, 1.15))))
    ramp = (max(layout.bed[0], middle - rng.uniform(1.3, 2.0)), middle - 0.5)
    parts += [box(ramp, y, (deck - 0.05, deck + 0.06), shade(sample.coat, 0.8)) for y in both((0.28, 0.5))]
    parts += _guards(sample, layout)
    front = (min(middle + 0.9, layout.bed[1] - 0.2), layout.bed[1])
    return parts + _behind_cab(sample, layout, front, top)


def wrecker(sample: VehicleSample, layout: TruckLayout, top: float) -> list[Mesh]:
    """A recovery body: lockers along both sides, winches between them, a crane whose boom lies over the tail."""
    rng, half, deck = sample.rng, layout.half, layout.deck
    rim, paint = deck + rng.uniform(0.4, 0.9), shade(sample.coat, rng.uniform(0.85, 1.1))
    body = (layout.bed[0] + rng.uniform(0.0, 0.15) * (layout.bed[1] - layout.bed[0]), layout.bed[1])
    lockers = rng.uniform(0.5, 0.66) * half
    parts = [box(body, y, (0.8 * deck, rim), paint) for y in both((lockers, half))]
    parts.append(box(body, (-lockers, lockers), (deck - 0.05, deck + 0.05), shade(sample.coat, 0.65)))
    for share in rng.uniform(0.1, 0.9, int(rng.integers(1, 3))):
        at = body[0] + float(share) * (body[1] - body[0])
        parts.append(
            cylinder("y", (-0.8 * lockers, 0.8 * lockers), (at, deck + 0.3), 0.25, shade(STEEL, 0.7), sides=10)
        )
    parts += _kit(sample, body, (lockers, half), rim)
    return parts + _crane(sample, layout, body, (rim, top))


def flat_rack(sample: VehicleSample, layout: TruckLayout, top: float) -> list[Mesh]:
    """A long frame under an empty rack: open cross-members or planks, a headboard with the eye of the hook."""
    rng, half, z = sample.rng, 0.96 * layout.half, layout.deck + sample.rng.uniform(0.1, 0.4)
    paint = shade(sample.coat, rng.uniform(0.75, 1.15)) if sample.chance(0.75) else loose(rng, "#6a5a48")
    x = layout.bed
    parts = [box(x, y, (z - 0.2, z), paint) for y in (*both((half - 0.14, half)), *both((0.35, 0.5)))]
    if sample.chance(0.5):
        floor = shade(WOOD, rng.uniform(0.5, 1.3)) if sample.chance(0.5) else shade(paint, 0.7)
        parts.append(box(x, (-half, half), (z - 0.1, z - 0.05), floor))
    for at in np.linspace(x[0] + 0.06, x[1] - 0.06, int(rng.integers(4, 11))):
        parts.append(box(about(float(at), 0.12), (-half, half), (z - 0.16, z - 0.01), paint))
    if sample.chance(0.7):
        high = min(top, z + rng.uniform(0.6, 1.5))
        parts += [
            beam((x[1] - 0.1, s * 0.8 * half, z), (x[1] - 0.1, s * 0.15, high - 0.1), (0.16, 0.16), paint)
            for s in (-1, 1)
        ]
        parts.append(box((x[1] - 0.2, x[1]), (-0.2, 0.2), (high - 0.2, high), shade(paint, 0.8)))
    return parts


def ballast_box(sample: VehicleSample, layout: TruckLayout, top: float) -> list[Mesh]:
    """A short heavy box over the rear axles, for pulling drawbar trailers; spare wheels and weights in it."""
    rng, half, deck = sample.rng, layout.half, layout.deck
    end = layout.bed[0] + (layout.bed[1] - layout.bed[0]) * rng.uniform(0.6, 1.0)
    x, rim = (layout.bed[0], end), deck + rng.uniform(0.5, 0.9)
    parts = [box(x, (-half, half), (deck, deck + 0.1), shade(sample.coat, 0.6))]
    parts += [box(x, y, (deck, rim), sample.coat) for y in both((half - 0.08, half))]
    parts += [box(wall, (-half, half), (deck, rim), sample.coat) for wall in ((x[0], x[0] + 0.08), (x[1] - 0.08, x[1]))]
    for share in (0.3, 0.7)[: int(rng.integers(1, 3))]:
        parts += _flat_wheel(sample, (x[0] + share * (x[1] - x[0]), 0.0), (deck + 0.1, rim - 0.05), layout.wheel)
    return parts + _behind_cab(sample, layout, (x[1], layout.bed[1]), top)


def _over_axles(layout: TruckLayout) -> float:
    rear = sorted(layout.axles)[: 2 if len(layout.axles) > 2 else 1]
    return sum(rear) / len(rear)


def _guards(sample: VehicleSample, layout: TruckLayout) -> list[Mesh]:
    """Plates over the rear tyres, whole, halved, or none."""
    rng, kind, z = sample.rng, sample.rng.random(), 2 * layout.wheel + 0.1
    tone, rear = shade(sample.coat, rng.uniform(0.65, 1.1)), sorted(layout.axles)[: max(1, len(layout.axles) // 2)]
    inner = layout.half * rng.uniform(0.55, 0.68)
    if kind < 0.35:
        return []
    if kind < 0.65:
        span = (max(0.02, min(rear) - 1.1 * layout.wheel), max(rear) + 1.1 * layout.wheel)
        return [box(span, y, (z - 0.05, z), tone) for y in both((inner, layout.half))]
    ends = (max(0.02, min(rear) - layout.wheel), max(rear) + 0.8 * layout.wheel)
    return [
        taper((a, a + 0.4), y, (z - 0.3, z), (a + 0.1, a + 0.4), y, tone)
        for a in ends
        for y in both((inner, layout.half))
    ]


def _behind_cab(sample: VehicleSample, layout: TruckLayout, x: Span, top: float) -> list[Mesh]:
    """Winches, spare wheels flat or upright, lockers, a rack, tanks."""
    rng, deck, half = sample.rng, layout.deck, layout.half
    room = x[1] - x[0]
    if room < 0.4:
        return []
    floor = shade(sample.coat, rng.uniform(0.5, 1.0))
    parts = [box(x, (-0.5 * half, 0.5 * half), (deck - 0.02, deck + 0.08), floor)]
    kind = rng.random()
    if kind < 0.4:
        y = float(rng.choice([-0.4, 0.0, 0.4])) * half
        high = deck + rng.uniform(0.3, 0.8)
        parts += _flat_wheel(sample, (x[1] - min(0.5, room / 2) - 0.1, y), (high - 0.3, high), layout.wheel)
    elif kind < 0.55:
        parts += _engine_deck(sample, x, deck, half)
    elif kind < 0.75:
        for at in np.linspace(x[0] + 0.3, x[1] - 0.3, 2 if room > 1.2 else 1):
            parts.append(
                cylinder(
                    "y", (-0.5, 0.5), (float(at), deck + 0.35), 0.28, shade(STEEL, rng.uniform(0.4, 1.1)), sides=10
                )
            )
    sides = [box((x[1] - min(room, rng.uniform(0.5, 1.5)), x[1]), y, (0.6 * deck, deck + rng.uniform(0.0, 0.6)),
                 shade(sample.coat, rng.uniform(0.7, 1.1))) for y in both((0.55 * half, 0.95 * half))]  # fmt: skip
    parts += sides[: int(rng.integers(1, 3))] if sample.chance(0.7) else []
    if sample.chance(0.3):
        wall = min(top, deck + rng.uniform(0.9, 1.7))
        parts.append(box((x[1] - 0.12, x[1]), (-0.9 * half, 0.9 * half), (deck, wall), shade(sample.coat, 0.8)))
    return parts


def _engine_deck(sample: VehicleSample, x: Span, deck: float, half: float) -> list[Mesh]:
    """An engine behind the cab under a flat cover with round fans or a grille."""
    rng, wide, z = sample.rng, half * sample.rng.uniform(0.5, 0.8), deck + sample.rng.uniform(0.4, 0.9)
    span = (max(x[0], x[1] - rng.uniform(0.8, 1.5)), x[1])
    dark, middle = shade(CHASSIS, rng.uniform(0.7, 1.6)), sum(span) / 2
    parts = [box(span, (-wide, wide), (deck, z), shade(sample.coat, rng.uniform(0.75, 1.1)))]
    for y in (0.0,) if sample.chance(0.5) else (-0.45 * wide, 0.45 * wide):
        radius = min(0.42 * (span[1] - span[0]), 0.4 * wide)
        parts.append(cylinder("z", (z, z + 0.02), (middle, y), radius, dark, sides=14))
        parts.append(cylinder("z", (z, z + 0.03), (middle, y), 0.45 * radius, sample.coat, sides=10))
    return parts


def _flat_wheel(sample: VehicleSample, at: tuple[float, float], z: Span, radius: float) -> list[Mesh]:
    """A spare wheel on its side."""
    hub: Paint = sample.coat if sample.chance(0.6) else CHASSIS
    return [
        cylinder("z", z, at, 0.95 * radius, TYRE, sides=16),
        cylinder("z", (z[0], z[1] + 0.01), at, 0.5 * radius, hub, sides=10),
    ]


def _kit(sample: VehicleSample, x: Span, y: Span, rim: float) -> list[Mesh]:
    """Chains, bars, wheels, cloth on the lockers and between them."""
    rng, parts = sample.rng, []
    for _ in range(int(rng.integers(0, 5))):
        at, long = rng.uniform(x[0] + 0.3, x[1] - 0.3), rng.uniform(0.2, 0.9)
        tone = (DARK_STEEL, STEEL, canvas_paint(sample), shade(sample.coat, 0.7))[int(rng.integers(4))]
        span = (max(x[0], at - long / 2), min(x[1], at + long / 2))
        side = both(y)[int(rng.integers(2))]
        parts.append(box(span, side, (rim, rim + rng.uniform(0.03, 0.25)), tone))
    if sample.chance(0.4):
        ends = (x[0] + 0.2, x[1] - 0.4)
        parts += [
            tube((ends[0], s * 0.1, rim), (ends[1], s * 0.45, rim), 0.06, shade(sample.coat, 0.7), sides=6)
            for s in (-1, 1)
        ]
    return parts


def _crane(sample: VehicleSample, layout: TruckLayout, x: Span, z: Span) -> list[Mesh]:
    """A turntable behind the cab or at the tail, a boom of two sections, its ram, the hook, and an underlift."""
    rng, half = sample.rng, layout.half
    ahead = sample.chance(0.7)
    at, end = (x[1] - rng.uniform(0.5, 0.9), x[0] + rng.uniform(0.05, 0.4)) if ahead else (x[0] + 0.9, x[1] - 0.3)
    y, level = (float(rng.choice([-0.25, 0.0, 0.25])) * half, min(z[1] - 0.05, z[0] + rng.uniform(0.4, 1.0)))
    tone = shade(sample.coat, rng.uniform(0.75, 1.2)) if sample.chance(0.8) else loose(rng, "#3a3b38")
    way = 1.0 if end > at else -1.0
    split, lean = at + 0.6 * (end - at), rng.uniform(-0.3, 0.3) * half
    parts = [
        cylinder("z", (layout.deck, level - 0.15), (at, y), rng.uniform(0.3, 0.5), tone, sides=12),
        beam((at - 0.4 * way, y, level - 0.2), (split, y + 0.6 * lean, level - 0.22), (0.42, 0.36), tone),
        beam(
            (split - 0.2 * way, y + 0.5 * lean, level - 0.24),
            (end, y + lean, level - 0.3),
            (0.28, 0.28),
            shade(tone, 0.8),
        ),
        cylinder("y", about(y + lean, 0.3), (end, level - 0.35), 0.16, DARK_STEEL, sides=10),
    ]
    if sample.chance(0.6):
        parts.append(box((0.0, x[0] + 0.3), (-0.2, 0.2), (0.5, layout.deck), shade(sample.coat, 0.7)))
        parts.append(box((0.0, 0.2), (-0.6 * half, 0.6 * half), (0.5, 0.75), shade(sample.coat, 0.7)))
    return parts
