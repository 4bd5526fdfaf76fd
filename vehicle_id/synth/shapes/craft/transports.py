"""Airliners and transports: two or four engines under swept wings, or propellers on straight ones."""

from __future__ import annotations

from typing import Final

from vehicle_id.synth.mesh import Mesh, lathe, taper
from vehicle_id.synth.paint import CHASSIS, GLASS, Paint, loose
from vehicle_id.synth.shapes.craft.airframe import fuselage, livery, propeller, tail_fin, undercarriage, wing_pair
from vehicle_id.synth.vehicle_sample import VehicleSample

WING_GREY: Final = ("#b9bcbd", "#c9cbca", "#a9adae", "#d6d7d5")


def transport(sample: VehicleSample) -> list[Mesh]:
    """Two or four engines under swept wings, or propellers on straight ones when it is small."""
    rng, length, span = sample.rng, sample.length_m, sample.width_m
    jet = length > 28
    high_wing = not jet or sample.chance(0.45)
    radius = length * (0.048 if length > 35 else 0.058)
    axle = sample.height_m * (0.34 if not high_wing else 0.28)
    body, tail = livery(sample)
    grey = loose(rng, str(rng.choice(WING_GREY)), spread=0.05) if sample.chance(0.8) else body
    sweep = span * (rng.uniform(0.2, 0.27) if jet else 0.01)
    root, tip = (0.19, 0.05) if jet else (0.125, 0.06)
    front = length * rng.uniform(0.1, 0.16)
    level = axle + radius * (0.85 if high_wing else -0.45)
    root_x = (front - root * length, front)
    tip_x = (front - sweep - tip * length, front - sweep)
    parts = [
        fuselage(length, radius, axle, body, tail=0.32),
        *wing_pair(root_x, tip_x, (0.0, span / 2), level, 0.18 * radius, grey),
    ]
    parts += _cockpit(length / 2, axle, radius)
    t_tail = high_wing and sample.chance(0.6)
    parts += _tail(sample, length, radius, axle, grey, tail, swept=jet, t_tail=t_tail)
    engines = 4 if jet and sample.chance(0.35 if not high_wing else 0.7) else 2
    for share in (0.33, 0.56)[: engines // 2]:
        edge = front - sweep * share
        parts += _engines(sample, edge, share * span / 2, level, radius, jet=jet)
    main = front - 0.75 * root * length
    return [
        *parts,
        *undercarriage(axle, [(0.4 * length, 0.0), (main, 1.6 * radius), (main, -1.6 * radius)], 0.55 * radius),
    ]


def _tail(
    sample: VehicleSample,
    length: float,
    radius: float,
    axle: float,
    grey: Paint,
    colour: Paint,
    *,
    swept: bool,
    t_tail: bool,
) -> list[Mesh]:
    """Fin to the full height, and a tailplane low on the body or across the fin's top."""
    back, top = -length / 2, sample.height_m
    lean = 0.05 * length if swept else 0.02 * length
    chord = 0.14 * length
    fin = tail_fin(
        (back + lean + 0.01 * length, back + lean + chord),
        axle + 0.3 * radius,
        top - (0.1 if t_tail else 0.0),
        colour,
        sweep=lean,
        thick=0.16 * radius,
    )
    half = 0.17 * sample.width_m
    level = top - 0.02 if t_tail else axle + 0.35 * radius
    front = back + (0.075 if t_tail else 0.12) * length
    root_x, tip_x = (
        (front - 0.075 * length, front),
        (front - 0.075 * length - (0.045 if swept else 0.0) * length, front - (0.085 if swept else 0.03) * length),
    )
    tip_x = (max(back, tip_x[0]), max(back + 0.03 * length, tip_x[1]))
    return [fin, *wing_pair((max(back, root_x[0]), root_x[1]), tip_x, (0.0, half), level, 0.1 * radius, grey)]


def _engines(sample: VehicleSample, edge: float, y: float, level: float, radius: float, *, jet: bool) -> list[Mesh]:
    """Nacelles before the leading edge on both sides; jets hang under, propellers run through the wing."""
    size = 0.5 * radius if jet else 0.38 * radius
    fore, aft = (2.6 * size, 1.6 * size) if jet else (3.8 * size, 4.5 * size)
    z = level - (1.1 * size if jet else 0.2 * size)
    paint = sample.coat if sample.chance(0.5) else loose(sample.rng, "#c2c4c4")
    shape = [(edge - aft, 0.45 * size), (edge, size), (edge + 0.8 * fore, size), (edge + fore, 0.8 * size)]
    parts: list[Mesh] = []
    for side in (-1, 1):
        parts.append(lathe("x", shape, (side * y, z), paint, sides=10))
        if jet:
            parts.append(
                lathe(
                    "x", [(edge + fore + 0.01, 0.78 * size), (edge + fore - 0.1, 0.0)], (side * y, z), CHASSIS, sides=10
                )
            )
        else:
            parts += propeller(edge + fore + 0.15, side * y, z, 1.25 * radius, 4, sample.rng)
    return parts


def _cockpit(nose: float, axle: float, radius: float) -> list[Mesh]:
    """Windows around the nose, as two dark panes a little outside the skin."""
    x = nose - 1.0 * radius
    pane = taper(
        (x - 0.3 * radius, x + 0.35 * radius),
        (0.02, 0.8 * radius),
        (axle + 0.35 * radius, axle + 0.72 * radius),
        (x - 0.3 * radius, x - 0.05 * radius),
        (0.02, 0.62 * radius),
        GLASS,
    )
    return [pane, pane.scaled((1, -1, 1))]
