"""Vehicles as freight: simple outlines of trucks, tanks, carriers, guns and cars, bare or under cloth.

They are detailed enough for cargo on a flat car only.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np
from numpy.random import Generator

from vehicle_id.synth.mesh import Mesh, box, copies, cylinder, join, quad, taper, tube
from vehicle_id.synth.paint import CHASSIS, GLASS, TYRE, Paint, shade
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.shapes.rail.loads import HUNG, cloth, draped

PROFILES: Final = {
    "truck": ((0, 1.9), (0.08, 2.4), (0.6, 2.5), (0.66, 2.1), (0.7, 2.6), (0.86, 2.6), (0.92, 1.7), (1, 1.5)),
    "long truck": ((0, 1.7), (0.05, 2.9), (0.72, 2.9), (0.78, 2.2), (0.82, 2.7), (0.94, 2.6), (1, 1.8)),
    "tank": ((0, 1.2), (0.1, 1.5), (0.3, 1.6), (0.36, 2.3), (0.64, 2.3), (0.7, 1.5), (0.9, 1.3), (1, 0.9)),
    "carrier": ((0, 1.7), (0.1, 1.9), (0.45, 1.95), (0.5, 2.3), (0.64, 2.3), (0.68, 1.9), (0.85, 1.6), (1, 0.9)),
    "car": ((0, 0.9), (0.1, 1.2), (0.25, 1.6), (0.6, 1.7), (0.72, 1.1), (1, 0.8)),
    "gun": ((0, 0.5), (0.3, 0.7), (0.55, 1.0), (0.62, 1.7), (0.75, 1.6), (0.8, 1.0), (1, 0.6)),
    "tipper": ((0, 2.2), (0.1, 2.8), (0.65, 3.0), (0.75, 3.1), (0.9, 2.6), (1, 1.5)),
}
"""Side view of each kind under its cloth: share of the length from the rear, height over the deck."""


def sheeted_vehicle(kind: str, long: float, wide: float, paint: Paint, rng: Generator) -> Mesh:
    """A lump of cloth that follows the vehicle beneath; sometimes the wheels stay bare."""
    half = wide / 2
    profile = [(share, height * rng.uniform(0.94, 1.06)) for share, height in PROFILES[kind]]
    if rng.random() < 0.5:
        profile = [(1 - share, height) for share, height in profile[::-1]]
    sheet = draped((-long / 2, long / 2), (-half - 0.05, half + 0.05), 0.0, profile, cloth(rng), rng)
    under = box((-long * 0.46, long * 0.46), (-half * 0.9, half * 0.9), (0.0, 0.5), CHASSIS)
    ropes = (
        [_rope(profile, float(share), long, half) for share in rng.choice((0.2, 0.35, 0.5, 0.65, 0.8), 3)]
        if rng.random() < 0.5
        else []
    )
    return join([sheet, under, *ropes])


def _rope(profile: list[tuple[float, float]], share: float, long: float, half: float) -> Mesh:
    """A lashing over the cloth, thick enough to be visible."""
    height = float(np.interp(share, *np.array(profile).T))
    x = (share - 0.5) * long
    pale = Paint(rgb=(0.4, 0.37, 0.3))
    across = np.linspace(-half - 0.07, half + 0.07, len(HUNG)).tolist()
    corners = [(y, height * part + 0.05) for y, part in zip(across, HUNG, strict=True)]
    strips = [
        quad((x - 0.05, a[0], a[1]), (x + 0.05, a[0], a[1]), (x + 0.05, b[0], b[1]), (x - 0.05, b[0], b[1]), pale)
        for a, b in pairwise(corners)
    ]
    return join(strips)


def cargo_vehicle(kind: str, long: float, wide: float, paint: Paint, rng: Generator) -> Mesh:
    """The bare outline, front to either end."""
    build = {"tank": _tank, "carrier": _carrier, "car": _car, "gun": _gun, "tipper": _tipper}.get(kind, _truck)
    return join(build(long, wide / 2, paint, rng)).turned(180 * int(rng.integers(2)))


def _truck(long: float, half: float, paint: Paint, rng: Generator) -> list[Mesh]:
    """A cab, and a bed: open with sides, or under a tilt."""
    front, cab = long / 2, long / 2 - 2.1
    rear = -front
    parts = [
        box((rear + 0.2, front - 0.2), (-0.45, 0.45), (0.6, 0.9), CHASSIS),
        box((cab + 0.1, front), (-half, half), (0.7, 1.7), paint),
        taper(
            (cab + 0.1, front - 0.1),
            (-half, half),
            (1.7, 2.35),
            (cab + 0.2, front - 0.35),
            (-half * 0.9, half * 0.9),
            GLASS,
        ),
        box((cab + 0.2, front - 0.35), (-half * 0.9, half * 0.9), (2.35, 2.45), paint),
        *_wheels((rear + 1.0, rear + 2.3, front - 1.2), half, 0.55),
    ]
    if rng.random() < 0.55:
        return [
            *parts,
            taper(
                (rear, cab - 0.1),
                (-half, half),
                (1.1, 2.6),
                (rear + 0.05, cab - 0.15),
                (-half * 0.9, half * 0.9),
                cloth(rng),
            ),
        ]
    bed = box((rear, cab - 0.1), (-half, half), (1.05, 1.2), shade(paint, 0.6))
    side = box((rear, cab - 0.1), (-0.04, 0.04), (1.2, 1.75), paint)
    return [*parts, bed, copies(side, [(0, way * (half - 0.04), 0) for way in (-1, 1)])]


def _tank(long: float, half: float, paint: Paint, rng: Generator) -> list[Mesh]:
    """Tracks, hull, round turret, gun ahead or to the rear."""
    rear, front = -long / 2, long / 2
    turret = 0.02 * long
    way = 1 if rng.random() < 0.7 else -1
    return [
        *_tracks(long, half),
        taper(
            (rear, front),
            (-half * 0.95, half * 0.95),
            (0.5, 1.3),
            (rear + 0.15, front - 1.5),
            (-half * 0.95, half * 0.95),
            paint,
        ),
        cylinder("z", (1.25, 1.85), (turret, 0.0), half * 0.72, paint, sides=12),
        cylinder("z", (1.85, 2.1), (turret - 0.3, 0.5), 0.35, shade(paint, 0.8), sides=8),
        tube((turret, 0, 1.6), (turret + way * 0.62 * long, 0, 1.7), 0.09, shade(paint, 0.85), sides=6),
        box((rear + 0.2, rear + 1.6), (-half * 0.6, half * 0.6), (1.3, 1.36), shade(paint, 0.5)),
    ]


def _carrier(long: float, half: float, paint: Paint, rng: Generator) -> list[Mesh]:
    """A boat-like hull with a small turret, on wheels or tracks."""
    rear, front = -long / 2, long / 2
    run = (
        _tracks(long, half)
        if rng.random() < 0.5
        else _wheels((rear + 0.9, rear + 2.2, front - 2.6, front - 1.3), half, 0.55)
    )
    return [
        *run,
        taper(
            (rear, front),
            (-half * 0.9, half * 0.9),
            (0.6, 1.75),
            (rear + 0.2, front - 1.6),
            (-half * 0.75, half * 0.75),
            paint,
        ),
        cylinder("z", (1.7, 2.15), (0.5, 0.0), 0.65, paint, sides=10),
        tube((0.5, 0, 2.0), (2.3, 0, 2.05), 0.05, shade(paint, 0.7), sides=5),
        copies(
            box((-0.4, 0.4), (-0.3, 0.3), (1.75, 1.79), shade(paint, 0.75)),
            [(rear + 1.2, 0.4, 0), (rear + 1.2, -0.4, 0)],
        ),
    ]


def _car(long: float, half: float, paint: Paint, _: Generator) -> list[Mesh]:
    """A car or light utility vehicle."""
    rear, front = -long / 2, long / 2
    glass = taper(
        (rear + 0.4, front - 1.1),
        (-half * 0.95, half * 0.95),
        (1.0, 1.6),
        (rear + 0.8, front - 1.9),
        (-half * 0.8, half * 0.8),
        GLASS,
    )
    roof = box((rear + 0.8, front - 1.9), (-half * 0.8, half * 0.8), (1.6, 1.65), paint)
    return [
        box((rear, front), (-half, half), (0.35, 1.0), paint),
        glass,
        roof,
        *_wheels((rear + 0.8, front - 0.9), half, 0.34),
    ]


def _gun(long: float, half: float, paint: Paint, rng: Generator) -> list[Mesh]:
    """A towed gun, trails folded: wheels, shield, barrel."""
    rear, front = -long / 2, long / 2
    trail = tube((rear, 0.25, 0.4), (0.3, 0.45, 0.75), 0.13, paint, sides=5)
    other = trail.scaled((1, -1, 1))
    shield = box((0.5, 0.58), (-half * 0.8, half * 0.8), (0.5, 1.6), paint)
    barrel = tube((-0.6, 0, 1.1), (front, 0, 1.15), 0.11, shade(paint, 0.8), sides=6)
    return [trail, other, shield, barrel, *_wheels((0.3,), half, 0.5)]


def _tipper(long: float, half: float, paint: Paint, _: Generator) -> list[Mesh]:
    """A small off-highway tipper: a broad body whose canopy covers the cab."""
    rear, front = -long / 2, long / 2
    inside = shade(paint, 0.45)
    return [
        *_wheels((rear + 1.7, front - 1.6), half, 0.85),
        box((rear + 0.5, front), (-half * 0.8, half * 0.8), (0.8, 1.9), paint),
        taper((rear, front - 2.3), (-half * 0.6, half * 0.6), (1.6, 1.9), (rear, front - 2.0), (-half, half), inside),
        copies(
            box((rear, front - 2.0), (-0.08, 0.08), (1.9, 2.8), paint), [(0, way * (half - 0.08), 0) for way in (-1, 1)]
        ),
        box((front - 2.1, front - 0.3), (-half, half), (2.8, 2.9), paint),
        box((front - 1.9, front - 0.4), (0.1, half * 0.9), (1.9, 2.7), GLASS),
    ]


def _wheels(axles: tuple[float, ...], half: float, radius: float) -> list[Mesh]:
    tread = min(0.5, half * 0.35)
    return [tyre for x in axles for tyre in wheel_pair(x, (half - tread, half), radius, sides=12)]


def _tracks(long: float, half: float) -> list[Mesh]:
    belt = box((-long * 0.49, long * 0.47), (-0.27, 0.27), (0.0, 0.95), TYRE)
    return [copies(belt, [(0, way * (half - 0.27), 0) for way in (-1, 1)])]
