"""Lorry cabs, and the running gear all lorries share: wheels, rails, tanks.

A cab is given by the span it fills and its top.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.mesh import Mesh, Span, box, cylinder
from vehicle_id.synth.paint import BRIGHT_STEEL, CHASSIS, DARK_STEEL, LAMP, STEEL, Paint, linear, shade, tinted
from vehicle_id.synth.shapes.common.shells import lid, outline, ring, shrunk, skin
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.vehicle_sample import VehicleSample

ORANGE_LAMP: Final = Paint(rgb=linear("#d07a1c"), gloss=0.4)
VISOR: Final = Paint(rgb=linear("#33373a"), gloss=0.4)


def axle(x: float, width: float, radius: float, *, twin: bool = False) -> list[Mesh]:
    """The wheels of one axle, their outer faces `width` apart, and the beam between; `twin` for two tyres a side."""
    half, tyre = width / 2, 0.58 if twin else 0.32
    beam = box((x - 0.12, x + 0.12), (tyre - half, half - tyre), (radius - 0.15, radius + 0.15), CHASSIS)
    return [*wheel_pair(x, (half - tyre, half), radius), beam]


def places(sample: VehicleSample, *, front: float = 1.35, rear: float = 0.2, count: int = 2) -> tuple[float, ...]:
    """Axle places in metres behind the front end: the row's, or one and a group about a share `rear` from the tail."""
    if sample.axles_m:
        return sample.axles_m
    middle = sample.length_m * (1 - rear)
    group = [middle + 1.32 * (i - (count - 2) / 2) for i in range(count - 1)]
    return (front, *(at for at in group if at > front + 1.5))


def running_gear(
    sample: VehicleSample, x: Span, axles: tuple[float, ...], *, radius: float = 0.5, deck: float = 1.0
) -> list[Mesh]:
    """Wheels, two rails from the tail to the cab, a fuel tank and a box between the axles."""
    length, width = sample.length_m, sample.width_m
    wheels = [axle(length - at, width - 0.02, radius, twin=at > 0.45 * length) for at in axles]
    rails = [box(x, about(y, 0.10), (deck - 0.34, deck - 0.04), CHASSIS) for y in (-0.42, 0.42)]
    middle = length - (axles[0] + axles[1]) / 2
    tank = cylinder(
        "x", about(middle, 0.9), (width / 2 - 0.27, 0.62), 0.26, STEEL if sample.chance(0.4) else DARK_STEEL, sides=8
    )
    battery = box(about(middle, 0.7), about(0.26 - width / 2, 0.5), (0.4, 0.85), DARK_STEEL)
    return [*(part for each in wheels for part in each), *rails, tank, battery]


def cab_over(sample: VehicleSample, x: Span, top: float, *, lean: float = 0.16) -> list[Mesh]:
    """A cab above the engine: bumper, doors, glass all around the front, roof with its hatch, lamps or cooler.

    Args:
        sample: gives width, coat and chance.
        x: from the rear wall to the bumper.
        top: of the plain roof, metres.
        lean: how far the windscreen's head lies behind its foot.
    """
    paint = sample.coat
    width = sample.width_m if sample.width_m < 2.2 else min(sample.width_m, 2.46)
    belt, bow = 0.60 * top, 0.30 + 0.5 * lean
    foot, edge = _cab_half(x, width, bow), _cab_half((x[0] + 0.03, x[1] - lean), width - 0.16, bow)
    glass = tinted(sample.rng)
    sides = [paint, paint, glass, paint, glass, glass]
    eaves, ridge = ring(edge, top - 0.07), ring(shrunk(edge, 0.14, 0.86), top)
    parts = [
        skin(ring(shrunk(foot, 0.02, 0.98), 0.42), ring(foot, 0.75), DARK_STEEL if sample.chance(0.4) else paint),
        skin(ring(foot, 0.75), ring(foot, belt), paint),
        skin(ring(foot, belt), eaves, sides),
        skin(eaves, ridge, paint),
        lid(ridge, paint),
        *_head_lamps(x[1], width, 0.7),
    ]
    return [*parts, *_cab_roof(sample, (x[0], x[1] - lean), width, top)]


def bonneted(sample: VehicleSample, x: Span, top: float, *, bonnet: float, wide: bool = False) -> list[Mesh]:
    """A cab behind its engine: rounded wings, and between them a bonnet as narrow as the engine, or `wide`."""
    width, paint = min(sample.width_m, 2.45), sample.coat
    cowl, low, high = x[1] - bonnet, 0.50 * top, 0.66 * top
    wings = outline((cowl - 0.35, x[1] - 0.10), width, nose=(0.75, 0.70), steps=4)
    hood = outline((cowl - 0.10, x[1] - 0.02), width * (0.80 if wide else 0.52), nose=(0.25, 0.75))
    slope = np.interp(hood[:, 0], [cowl, x[1]], [high, (0.84 if wide else 0.92) * high])
    crest = ring(shrunk(hood, 0.08, 0.80), slope)
    dark = shade(paint, 0.75) if sample.chance(0.2) else paint
    parts = [
        skin(ring(wings, 0.55), ring(shrunk(wings, 0.06, 0.95), low), dark),
        lid(ring(shrunk(wings, 0.06, 0.95), low), dark),
        skin(ring(hood, 0.6), ring(hood, slope - 0.14), paint),
        skin(ring(hood, slope - 0.14), crest, paint),
        lid(crest, paint),
        box((x[1] - 0.16, x[1]), (-0.46 * width, 0.46 * width), (0.48, 0.72), BRIGHT_STEEL if wide else DARK_STEEL),
        *_head_lamps(x[1] - 0.12, width * 0.94, 0.85),
    ]
    return [*parts, *_cab_box(sample, (x[0], cowl), top, paint)]


def fairing(sample: VehicleSample, x: Span, z: Span, paint: Paint) -> list[Mesh]:
    """A wind deflector on the cab's roof that rises towards the box behind; closed, or a plate on struts."""
    width = sample.width_m - sample.rng.uniform(0.2, 0.5)
    if sample.chance(0.2):
        return [box((x[0], x[0] + 0.08), about(0.0, width), z, paint)]
    plan = outline(x, width, nose=(0.6 * (x[1] - x[0]), 0.55), between=[x[0] + 0.25 * (x[1] - x[0])])
    rise = np.interp(
        plan[:, 0], [x[0], x[0] + 0.25 * (x[1] - x[0]), x[1]], [z[1], z[0] + 0.93 * (z[1] - z[0]), z[0] + 0.06]
    )
    crest = ring(shrunk(plan, 0.05, 0.80), rise)
    return [skin(ring(plan, z[0] - 0.03), crest, paint), lid(crest, paint)]


def stacks(x: float, z: Span, width: float) -> list[Mesh]:
    """Two bright exhaust pipes behind the cab."""
    return [cylinder("z", z, (x, y), 0.09, BRIGHT_STEEL, sides=8) for y in (-0.45 * width, 0.45 * width)]


def _cab_half(x: Span, width: float, bow: float) -> Float64Array:
    """The left half of a cab's plan: rear wall, door, front pillar, windscreen bowed by `bow` metres in all."""
    half, door = width / 2, min(1.15, 0.75 * (x[1] - x[0]))
    return np.array([
        (x[0], half), (x[1] - bow - door, half), (x[1] - 0.75 * bow, half), (x[1] - 0.45 * bow, 0.95 * half),
        (x[1], 0.50 * half),
    ])  # fmt: skip


def _cab_box(sample: VehicleSample, x: Span, top: float, paint: Paint) -> list[Mesh]:
    """The compartment of a bonneted cab."""
    width, belt = min(sample.width_m, 2.45) * 0.90, 0.64 * top
    foot, edge = _cab_half(x, width, 0.34), _cab_half((x[0] + 0.06, x[1] - 0.20), width - 0.20, 0.30)
    glass = tinted(sample.rng)
    eaves, ridge = ring(edge, top - 0.09), ring(shrunk(edge, 0.14, 0.84), top)
    roof = Paint(rgb=linear("#dadad4"), gloss=0.1) if sample.chance(0.06) and not _military(sample) else paint
    return [
        skin(ring(foot, 0.6), ring(foot, belt), paint),
        skin(ring(foot, belt), eaves, [glass if sample.chance(0.5) else paint, paint, glass, paint, glass, glass]),
        skin(eaves, ridge, roof),
        lid(ridge, roof),
    ]


def _cab_roof(sample: VehicleSample, x: Span, width: float, top: float) -> list[Mesh]:
    """Hatch, cooler, visor, lamps, horns: each on some; all within 8 cm of the roof, so that the height is kept."""
    parts, deep = [], x[1] - x[0]
    if deep > 1.3 and sample.chance(0.40):
        parts.append(box(about(x[0] + 0.52 * deep, 0.55), about(0.0, 0.7), (top - 0.05, top + 0.02), VISOR))
    elif sample.chance(0.20):
        parts.append(
            box(about(x[0] + 0.45 * deep, 0.7), about(0.0, 0.9), (top - 0.05, top + 0.08), Paint(rgb=linear("#c9c9c4")))
        )
    if sample.chance(0.35):
        parts.append(box((x[1] - 0.05, x[1] + 0.16), about(0.0, 0.84 * width), (top - 0.16, top - 0.10), VISOR))
    if sample.chance(0.18) and not _military(sample):
        parts += [
            cylinder("z", (top - 0.05, top + 0.08), (x[1] - 0.35, y), 0.08, ORANGE_LAMP, sides=6) for y in (-0.7, 0.7)
        ]
    return parts


def _head_lamps(front: float, width: float, z: float) -> list[Mesh]:
    return [
        box((front - 0.18, front - 0.02), about(y, 0.26), about(z, 0.2), LAMP) for y in (-0.36 * width, 0.36 * width)
    ]


def _military(sample: VehicleSample) -> bool:
    return sample.coat_name in ("olive", "camouflage", "sand")
