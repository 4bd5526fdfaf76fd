"""Fighters: a pointed body, wings far back, a canopy."""

from __future__ import annotations

from vehicle_id.synth.mesh import Mesh, box, copies, lathe, slab
from vehicle_id.synth.paint import DARK_STEEL, GLASS, Paint, shade
from vehicle_id.synth.shapes.craft.airframe import tail_fin, undercarriage, wing_pair
from vehicle_id.synth.vehicle_sample import VehicleSample


def fighter(sample: VehicleSample) -> list[Mesh]:
    """A pointed body, swept or delta wings far back, a canopy; one or two jet pipes and fins."""
    rng, length, span, top = sample.rng, sample.length_m, sample.width_m, sample.height_m
    twin = span > 0.58 * length
    radius = (0.05 if twin else 0.055) * length
    axle = 0.4 * top
    paint = sample.coat
    back, nose = -length / 2, length / 2
    profile = [
        (back + (0.02 if twin else 0.0) * length, 0.75 * radius),
        (back + 0.3 * length, radius),
        (0.15 * length, 0.95 * radius),
        (0.36 * length, 0.5 * radius),
        (nose, 0.02),
    ]
    parts = [lathe("x", profile, (0.0, axle), paint, sides=12), *_canopy(length, radius, axle)]
    parts += _fighter_wings(sample, length, span, axle, twin=twin, delta=not twin and sample.chance(0.7))
    half = 0.36 * span if twin else 0.26 * span
    stab = ((back + 0.04 * length, back + 0.16 * length), (back, back + 0.05 * length))
    parts += wing_pair(*stab, (0.0, half), axle - 0.1, 0.08, shade(paint, 0.95))
    pipe = (0.62 * radius, 1.1 * radius) if twin else (0.8 * radius, 0.0)
    for side in (-1, 1) if twin else (0,):
        parts.append(
            lathe(
                "x",
                [(back + 0.01 * length, pipe[0]), (back + 0.1 * length, pipe[0] * 1.1)],
                (side * pipe[1], axle),
                DARK_STEEL,
                sides=10,
            )
        )
        fin = tail_fin(
            (back + 0.08 * length, back + 0.3 * length),
            axle + 0.4 * radius,
            top,
            paint,
            sweep=0.03 * length,
            thick=0.12,
        )
        parts.append(fin.moved((0, side * 1.6 * radius, 0)))
    if twin:
        parts.append(
            box(
                (back + 0.12 * length, 0.12 * length),
                (-1.9 * radius, 1.9 * radius),
                (axle - 0.7 * radius, axle + 0.35 * radius),
                paint,
            )
        )
    if rng.random() < 0.5:
        parts += _stores(span, axle, length)
    return [
        *parts,
        *undercarriage(axle, [(0.25 * length, 0.0), (-0.1 * length, 2 * radius), (-0.1 * length, -2 * radius)], 0.7),
    ]


def _fighter_wings(
    sample: VehicleSample, length: float, span: float, axle: float, *, twin: bool, delta: bool
) -> list[Mesh]:
    """Deltas with cut tips, or swept wings with strakes along the body."""
    paint = shade(sample.coat, sample.rng.uniform(0.92, 1.05))
    if delta:
        return wing_pair(
            (-0.27 * length, 0.12 * length), (-0.25 * length, -0.2 * length), (0.0, span / 2), axle, 0.12, paint
        )
    root, tip = (
        ((-0.22 * length, 0.08 * length), (-0.22 * length, -0.12 * length))
        if twin
        else ((-0.15 * length, 0.1 * length), (-0.28 * length, -0.17 * length))
    )
    wings = wing_pair(root, tip, (0.0, span / 2), axle, 0.14, paint)
    strake = slab(
        [(0.0, 0.0), (0.27 * length, 0.0), (0.27 * length, 0.03 * length), (0.0, 0.14 * span)],
        (axle - 0.1, axle + 0.03),
        paint,
    )
    return [*wings, strake, strake.scaled((1, -1, 1))] if twin else wings


def _canopy(length: float, radius: float, axle: float) -> list[Mesh]:
    """A glass bubble behind the nose and a spine behind it."""
    glass = lathe(
        "x",
        [(0.16 * length, 0.05), (0.2 * length, 0.52 * radius), (0.26 * length, 0.55 * radius), (0.34 * length, 0.05)],
        (0.0, 0.0),
        GLASS,
        sides=8,
    )
    return [glass.moved((0, 0, axle + 0.65 * radius))]


def _stores(span: float, axle: float, length: float) -> list[Mesh]:
    """Tanks under the wings."""
    tank = lathe(
        "x",
        [(-0.2 * length, 0.0), (-0.12 * length, 0.25), (0.0, 0.28), (0.1 * length, 0.0)],
        (0.0, axle - 0.45),
        Paint(rgb=(0.3, 0.3, 0.3)),
        sides=7,
    )
    return [copies(tank, [(0, way * 0.27 * span, 0) for way in (-1, 1)])]
