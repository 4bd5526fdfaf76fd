"""Missiles and their launch canisters, lying along x: round or square, ribbed, banded, capped."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, box, cylinder, lathe, quad
from vehicle_id.synth.paint import Paint, loose, shade
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.vehicle_sample import VehicleSample

Centre = tuple[float, float]
"""Middle of a tube across and upwards."""

_NOSES: Final = ("#c8c8c2", "#2a2b2a", "#8c3028", "#7d7f6a", "#d8d5c8", "#585b4a", "#a68f62")


def missile(sample: VehicleSample, x: Span, centre: Centre, radius: float, paint: Paint) -> list[Mesh]:
    """A bare missile: body, nose of another colour in some, bands, fins; nothing is higher or wider than `radius`."""
    u, long = sample.rng.uniform, x[1] - x[0]
    finned, crossed = sample.chance(0.65), sample.chance(0.7)
    body = radius * (u(0.6, 0.8) if finned else 0.98)
    cone = min(long * u(0.12, 0.3), u(2.0, 9.0) * body)
    neck = x[1] - cone
    nose = loose(sample.rng, str(sample.rng.choice(_NOSES))) if sample.chance(0.45) else paint
    waist = x[0] + u(0.35, 0.65) * long
    upper = body * (u(0.72, 0.95) if sample.chance(0.3) else 1.0)
    blunt = upper * (u(0.0, 0.5) if sample.chance(0.7) else u(0.5, 0.75))
    parts = [
        lathe("x", [(x[0], 0.0), (x[0], 0.9 * body), (x[0] + 0.4, body), (waist, body), (waist + 0.5, upper),
                    (neck, upper)], centre, paint),
        lathe("x", [(neck, upper), (neck + 0.55 * cone, 0.5 * (upper + blunt) + 0.12 * upper), (x[1], blunt),
                    (x[1], 0.0)], centre, nose),
    ]  # fmt: skip
    parts += _bands(sample, (x[0] + 0.5, waist), centre, 1.01 * body, paint)
    return [*parts, *_fins(sample, x[0], centre, body, radius, paint, crossed=crossed)] if finned else parts


def canister(
    sample: VehicleSample,
    x: Span,
    centre: Centre,
    radius: float,
    paint: Paint,
    *,
    square: bool,
    cap: Paint | None = None,
) -> list[Mesh]:
    """A closed tube with ribs, ends and perhaps a duct; `radius`, half the side of a square one, holds the ribs."""
    u, inner = sample.rng.uniform, 0.94 * radius
    ends = cap or shade(paint, u(0.7, 1.3))
    front = min(u(0.08, 0.6), 0.2 * (x[1] - x[0]))
    shoulder = x[1] - front
    return [
        _section((x[0] + 0.12, shoulder), centre, inner, paint, square=square),
        _section((x[0], x[0] + 0.25), centre, 0.98 * radius, ends, square=square),
        _section((shoulder, shoulder + 0.14), centre, radius, ends, square=square),
        *_front_end((shoulder, x[1]), centre, inner, ends, square=square, style=int(sample.rng.integers(3))),
        *_ribs(sample, (x[0] + 0.3, shoulder - 0.2), centre, radius, paint, square=square),
    ]


def _ribs(sample: VehicleSample, x: Span, centre: Centre, radius: float, paint: Paint, *, square: bool) -> list[Mesh]:
    """None to eight rings at equal distances; a cable duct along the top of some."""
    number, wide = int(sample.rng.integers(0, 9)), sample.rng.uniform(0.08, 0.25)
    tone = shade(paint, sample.rng.uniform(0.7, 1.25))
    places = np.linspace(*x, number + 2)[1:-1]
    parts = [_section(about(float(at), wide), centre, radius, tone, square=square) for at in places]
    if sample.chance(0.4):
        top = centre[1] + radius
        parts.append(box((x[0] + 0.2, x[1] - 0.1), about(centre[0], 0.3 * radius), (top - 0.2 * radius, top), tone))
    return parts


def _section(x: Span, centre: Centre, radius: float, paint: Paint, *, square: bool) -> Mesh:
    if square:
        return box(x, about(centre[0], 2 * radius), about(centre[1], 2 * radius), paint)
    return cylinder("x", x, centre, radius, paint)


def _front_end(x: Span, centre: Centre, radius: float, paint: Paint, *, square: bool, style: int) -> list[Mesh]:
    """Flat, domed or tapered."""
    if square or style == 0:
        return [_section(x, centre, 0.92 * radius, paint, square=square)]
    middle = (x[0] + 0.6 * (x[1] - x[0]), radius * (0.85 if style == 1 else 0.7))
    return [
        lathe("x", [(x[0], radius), middle, (x[1], radius * (0.3 if style == 1 else 0.45)), (x[1], 0.0)], centre, paint)
    ]


def _bands(sample: VehicleSample, x: Span, centre: Centre, radius: float, paint: Paint) -> list[Mesh]:
    number = int(sample.rng.integers(0, 4))
    tone = shade(paint, sample.rng.uniform(0.5, 1.6))
    places = sample.rng.uniform(*x, number)
    return [cylinder("x", about(float(at), sample.rng.uniform(0.06, 0.3)), centre, radius, tone) for at in places]


def _fins(
    sample: VehicleSample, tail: float, centre: Centre, body: float, reach: float, paint: Paint, *, crossed: bool
) -> list[Mesh]:
    """Four fins at the tail that narrow to the tip: upright and level, or crossed at 45 degrees and so longer."""
    u = sample.rng.uniform
    root, tip, swept = u(0.8, 2.4), u(0.3, 0.8), u(0.0, 0.5)
    a, b = 0.8 * body, reach * (u(1.36, 1.41) if crossed else 1.0)
    fin = [(tail, a), (tail + root, a), (tail + root - swept, b), (tail + root - swept - tip, b)]
    parts = []
    for turn in np.radians(np.arange(4) * 90 + 45 * crossed):
        c, s = math.cos(turn), math.sin(turn)
        points = [(x, centre[0] + out * c, centre[1] + out * s) for x, out in fin]
        parts.append(quad(points[0], points[1], points[2], points[3], shade(paint, 0.85)))
    return parts
