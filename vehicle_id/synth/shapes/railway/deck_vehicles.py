"""Vehicles as loads of flat wagons: tanks, carriers on wheels, lorries, tractors, cars, and cloth over any of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, box, cylinder, relief, taper, tube
from vehicle_id.synth.paint import CHASSIS, TYRE, Paint, draw_coat, loose, shade, tinted
from vehicle_id.synth.shapes.common.cloth import CLOTHS
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.vehicle_sample import VehicleSample

Cargo = Callable[[VehicleSample, Paint, Span, float], list[Mesh]]

SHARES: Final = (0.24, 0.14, 0.24, 0.1, 0.1, 0.18)


def row_of_vehicles(sample: VehicleSample, x: Span, deck: float) -> list[Mesh]:
    """One kind of vehicle, as often as the deck has room for; heading forward or back, one missing at times."""
    rng = sample.rng
    kind, length = _KINDS[int(rng.choice(len(_KINDS), p=SHARES))]
    room = x[1] - x[0]
    long = min(room, float(rng.uniform(*length)))
    count = max(1, int(room / (long + 0.3)))
    step = room / count
    fleet, found = _paint(sample), []
    skipped = int(rng.integers(count)) if count > 2 and sample.chance(0.25) else -1
    for index in range(count):
        if index == skipped:
            continue
        at = x[0] + step * (index + 0.5) + rng.normal(0, 0.02) * (step - long)
        paint = fleet if sample.chance(0.75) else _paint(sample)
        back = sample.chance(0.15)
        for mesh in kind(sample, paint, (-long / 2, long / 2), deck):
            found.append((mesh.turned(180.0) if back else mesh).moved((at, 0.0, 0.0)))
    return found


def _paint(sample: VehicleSample) -> Paint:
    return draw_coat(sample.rng, ("olive", "sand", "green", "grey", "mixed"))[0]


def _tank(sample: VehicleSample, paint: Paint, x: Span, deck: float) -> list[Mesh]:
    """Tracks, a hull, a turret with its gun; the gun reaches over the bow or the stern."""
    rng, half = sample.rng, sample.rng.uniform(1.5, 1.7)
    hull = (x[0], x[1] - 0.18 * (x[1] - x[0])) if sample.chance(0.6) else x
    long = hull[1] - hull[0]
    found = [box((hull[0] + 0.2, hull[1] - 0.2), y, (deck, deck + 0.8), TYRE) for y in both((0.68 * half, 0.98 * half))]
    found += [box(hull, y, (deck + 0.78, deck + 0.95), paint) for y in both((0.66 * half, half))]
    found.append(
        taper(
            (hull[0], hull[1]),
            (-0.68 * half, 0.68 * half),
            (deck + 0.4, deck + 1.05),
            (hull[0] + 0.1, hull[1] - 0.22 * long),
            (-0.68 * half, 0.68 * half),
            paint,
        )
    )
    found.append(
        box(
            (hull[0] + 0.2, hull[0] + 0.25 * long),
            (-0.5 * half, 0.5 * half),
            (deck + 1.0, deck + 1.08),
            shade(paint, 0.6),
        )
    )
    middle, radius = hull[0] + rng.uniform(0.5, 0.58) * long, rng.uniform(0.95, 1.25)
    if sample.chance(0.5):
        found.append(cylinder("z", (deck + 1.0, deck + 1.6), (middle, 0.0), radius, shade(paint, 1.05), sides=10))
    else:
        found.append(
            taper(
                about(middle - 0.3, 2.6 * radius),
                (-1.1 * radius, 1.1 * radius),
                (deck + 1.05, deck + 1.75),
                about(middle - 0.4, 2.0 * radius),
                (-0.85 * radius, 0.85 * radius),
                paint,
            )
        )
    hatch = shade(paint, 0.7)
    found += [cylinder("z", (deck + 1.5, deck + 1.85), (middle - 0.2, y), 0.3, hatch, sides=8) for y in (-0.45, 0.45)]
    return [
        *found,
        tube((middle + 0.6, 0.0, deck + 1.4), (x[1] - 0.05, 0.0, deck + 1.45), 0.09, shade(paint, 0.85), sides=6),
    ]


def _carrier(sample: VehicleSample, paint: Paint, x: Span, deck: float) -> list[Mesh]:
    """A wedge-nosed armoured body on wheels, a small turret."""
    half, long = 1.35, x[1] - x[0]
    top = deck + sample.rng.uniform(1.9, 2.3)
    found = [
        taper(x, (-half, half), (deck + 0.6, deck + 1.3), (x[0], x[1] - 0.1), (-half, half), paint),
        taper(
            (x[0], x[1] - 0.1),
            (-half, half),
            (deck + 1.3, top),
            (x[0] + 0.25, x[1] - 0.24 * long),
            (-0.7 * half, 0.7 * half),
            paint,
        ),
    ]
    found += [
        cylinder("y", y, (float(at), deck + 0.55), 0.55, TYRE, sides=10)
        for at in np.linspace(x[0] + 0.8, x[1] - 0.9, 4)
        for y in both((half - 0.3, half))
    ]
    found.append(cylinder("z", (top - 0.05, top + 0.4), (0.1 * long, 0.0), 0.55, shade(paint, 0.9), sides=9))
    found += [box(about(-0.25 * long, 0.6), y, (top, top + 0.03), shade(paint, 0.75)) for y in both((0.1, 0.7))]
    return [*found, tube((0.1 * long, 0.0, top + 0.25), (0.38 * long, 0.0, top + 0.3), 0.05, CHASSIS, sides=5)]


def _lorry(sample: VehicleSample, paint: Paint, x: Span, deck: float) -> list[Mesh]:
    """A cab, with a bonnet or without, and a bed: open, under a tilt, or a box."""
    rng, half, long = sample.rng, sample.rng.uniform(1.15, 1.25), x[1] - x[0]
    nose = rng.uniform(1.0, 1.5) if sample.chance(0.5) else 0.0
    cab = (x[1] - nose - rng.uniform(1.4, 1.9), x[1] - nose)
    top = deck + rng.uniform(2.3, 2.8)
    found = [
        box((cab[0], cab[1]), (-half, half), (deck + 0.7, deck + 1.6), paint),
        taper(
            cab,
            (-half, half),
            (deck + 1.6, top - 0.06),
            (cab[0], cab[1] - 0.25),
            (-0.92 * half, 0.92 * half),
            tinted(rng),
        ),
        box((cab[0], cab[1] - 0.25), (-0.92 * half, 0.92 * half), (top - 0.07, top), paint),
        box(x, (-0.45, 0.45), (deck + 0.6, deck + 0.9), CHASSIS),
    ]
    if nose:
        found.append(
            taper(
                (cab[1], x[1]),
                (-0.8 * half, 0.8 * half),
                (deck + 0.7, deck + 1.6),
                (cab[1], x[1] - 0.2),
                (-0.6 * half, 0.6 * half),
                paint,
            )
        )
    found += [
        cylinder("y", y, (x[0] + share * long, deck + 0.5), 0.5, TYRE, sides=9)
        for share in (0.14, 0.3, 0.82)
        for y in both((half - 0.35, half))
    ]
    return [*found, *_bed(sample, paint, (x[0], cab[0] - 0.15), half, deck)]


def _bed(sample: VehicleSample, paint: Paint, x: Span, half: float, deck: float) -> list[Mesh]:
    kind, floor = sample.rng.random(), deck + 1.2
    cloth = loose(sample.rng, str(sample.rng.choice(CLOTHS)), spread=0.15)
    if kind < 0.4:
        return [
            box(x, (-half, half), (floor - 0.2, floor + 0.5), paint),
            taper(x, (-half, half), (floor + 0.5, floor + 1.7), x, (-0.85 * half, 0.85 * half), cloth),
        ]
    if kind < 0.6:
        return [box(x, (-half, half), (floor - 0.2, floor + 1.7), shade(paint, 1.1))]
    walls = [box(x, y, (floor - 0.2, floor + 0.55), paint) for y in both((half - 0.06, half))]
    walls += [box((a, a + 0.06), (-half, half), (floor - 0.2, floor + 0.55), paint) for a in (x[0], x[1] - 0.06)]
    return [*walls, box(x, (-half, half), (floor - 0.1, floor), shade(paint, 0.6))]


def _tractor(sample: VehicleSample, paint: Paint, x: Span, deck: float) -> list[Mesh]:
    """A farm tractor: large wheels at the rear, a bonnet, a cab."""
    found = [cylinder("y", y, (x[0] + 0.8, deck + 0.8), 0.8, TYRE, sides=12) for y in both((0.6, 1.05))]
    found += [cylinder("y", y, (x[1] - 0.6, deck + 0.5), 0.5, TYRE, sides=10) for y in both((0.6, 0.9))]
    found.append(box((x[0] + 1.5, x[1]), (-0.4, 0.4), (deck + 0.6, deck + 1.6), paint))
    found.append(box((x[0] + 0.3, x[0] + 1.7), (-0.7, 0.7), (deck + 1.2, deck + 2.6), tinted(sample.rng)))
    return [*found, box((x[0] + 0.2, x[0] + 1.8), (-0.75, 0.75), (deck + 2.6, deck + 2.7), shade(paint, 1.1))]


def _car(sample: VehicleSample, paint: Paint, x: Span, deck: float) -> list[Mesh]:
    """A car, or a jeep with a square body."""
    half, long = sample.rng.uniform(0.82, 0.95), x[1] - x[0]
    cabin = (x[0] + 0.18 * long, x[1] - 0.3 * long)
    roof = (cabin[0] + 0.1 * long, cabin[1] - 0.12 * long)
    top = deck + sample.rng.uniform(1.4, 1.9)
    return [
        box((x[0] + 0.4, x[1] - 0.4), (-half, half), (deck, deck + 0.4), TYRE),
        taper(
            x, (-half, half), (deck + 0.3, deck + 0.95), (x[0] + 0.1, x[1] - 0.15), (-0.95 * half, 0.95 * half), paint
        ),
        taper(
            cabin,
            (-0.9 * half, 0.9 * half),
            (deck + 0.9, top - 0.04),
            roof,
            (-0.75 * half, 0.75 * half),
            tinted(sample.rng),
        ),
        box(roof, (-0.75 * half, 0.75 * half), (top - 0.05, top), paint),
    ]


def _covered(sample: VehicleSample, paint: Paint, x: Span, deck: float) -> list[Mesh]:
    """Something of several heights under a cloth."""
    rng, half = sample.rng, sample.rng.uniform(1.15, 1.5)
    cloth = loose(rng, str(rng.choice(CLOTHS)), spread=0.15) if sample.chance(0.8) else paint
    count = int(rng.integers(5, 9))
    along = np.repeat(rng.uniform(0.9, 2.7, 3), (2, count - 4, 2))[:, None] * np.array([0.1, 0.85, 1.0, 0.85, 0.1])
    heights = deck + along * rng.uniform(0.93, 1.0, along.shape)
    heights[0] = heights[-1] = deck + 0.05
    return [relief(x, (-half, half), heights, cloth)]


_KINDS: Final[tuple[tuple[Cargo, Span], ...]] = (
    (_tank, (7.0, 9.4)),
    (_carrier, (6.8, 7.8)),
    (_lorry, (5.6, 8.6)),
    (_tractor, (3.6, 4.8)),
    (_car, (3.8, 5.0)),
    (_covered, (4.0, 9.0)),
)
"""Each with its range of lengths, metres."""
