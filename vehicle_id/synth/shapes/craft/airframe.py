"""Parts of aircraft: bodies, wings, fins, propellers, wheels."""

from __future__ import annotations

import math

import numpy as np

from vehicle_id.synth.mesh import Mesh, box, cylinder, lathe, prism, slab, tube
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, TYRE, Paint, draw_coat, shade
from vehicle_id.synth.vehicle_sample import VehicleSample


def fuselage(length: float, radius: float, axle: float, paint: Paint, *, tail: float = 0.3, nose: float = 0.1) -> Mesh:
    """A round body with a blunt nose and a long taper up to the tail, centred along x."""
    back, front = -length / 2, length / 2
    turns = np.linspace(0.25, math.pi / 2, 4)
    bow = [(front - nose * length * (1 - math.sin(math.pi / 2 - t)), radius * math.sin(t)) for t in turns]
    profile = [(back, 0.12 * radius), (back + 0.5 * tail * length, 0.62 * radius), (back + tail * length, radius)]
    return lathe("x", [*profile, *bow[::-1], (front, 0.0)], (0.0, axle), paint, sides=14)


def wing_pair(
    root_x: tuple[float, float],
    tip_x: tuple[float, float],
    y: tuple[float, float],
    z: float,
    thick: float,
    paint: Paint,
) -> list[Mesh]:
    """A pair of straight-edged wings: leading and trailing edge at the root and at the tip, y of both."""
    outline = [(root_x[0], y[0]), (root_x[1], y[0]), (tip_x[1], y[1]), (tip_x[0], y[1])]
    left = slab(outline, (z - thick, z), paint)
    flap = 0.22
    rear_root = root_x[0] + flap * (root_x[1] - root_x[0])
    rear_tip = tip_x[0] + flap * (tip_x[1] - tip_x[0])
    edge = slab(
        [(root_x[0], y[0]), (rear_root, y[0]), (rear_tip, y[1] * 0.97), (tip_x[0], y[1] * 0.97)],
        (z - thick / 2, z + 0.02),
        shade(paint, 0.85),
    )
    return [left, edge, left.scaled((1, -1, 1)), edge.scaled((1, -1, 1))]


def tail_fin(x: tuple[float, float], low: float, top: float, paint: Paint, *, sweep: float, thick: float) -> Mesh:
    """A vertical tail, swept back."""
    chord = x[1] - x[0]
    profile = [(x[0], low), (x[1], low), (x[0] + 0.4 * chord, top), (x[0] - sweep, top)]
    return prism(profile, (-thick / 2, thick / 2), paint)


def propeller(x: float, y: float, z: float, radius: float, blades: int, rng: np.random.Generator) -> list[Mesh]:
    """Blades standing still: from above a thin bar across the nacelle's tip."""
    start = rng.uniform(0, 180)
    blade = box((-0.05, 0.05), (0.0, radius), (-0.1, 0.1), CHASSIS)
    turned = [blade.turned(start + 360 * index / blades, axis="x").moved((x, y, z)) for index in range(blades)]
    return [*turned, lathe("x", [(x - 0.2, 0.22 * radius), (x + 0.3, 0.0)], (y, z), DARK_STEEL, sides=7)]


def livery(sample: VehicleSample) -> tuple[Paint, Paint]:
    """Body and tail; the tail often has a colour of its own."""
    tail = draw_coat(sample.rng, ("blue", "red", "green", "orange", "white", "white", "grey"))[0]
    return sample.coat, tail if sample.chance(0.6) else sample.coat


def undercarriage(axle: float, places: list[tuple[float, float]], size: float) -> list[Mesh]:
    """Wheels on struts, mostly for the shadow."""
    parts = []
    for x, y in places:
        parts.append(cylinder("y", (y - 0.3 * size, y + 0.3 * size), (x, 0.5 * size), 0.5 * size, TYRE, sides=8))
        parts.append(tube((x, y, 0.5 * size), (x, y, axle), 0.12 * size, CHASSIS, sides=4))
    return parts
