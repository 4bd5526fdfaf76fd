"""Helicopters standing: a pod, a tail boom, and a still rotor."""

from __future__ import annotations

import numpy as np

from vehicle_id.synth.mesh import Mesh, box, cylinder, lathe, taper, tube
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, GLASS, Paint, shade
from vehicle_id.synth.shapes.craft.airframe import tail_fin, undercarriage
from vehicle_id.synth.vehicle_sample import VehicleSample


def helicopter(sample: VehicleSample) -> list[Mesh]:
    """A pod, a tail boom, and a still rotor whose disc is the width; the rotor may reach beyond nose or tail."""
    rng, length, span, top = sample.rng, sample.length_m, sample.width_m, sample.height_m
    blades = int(rng.choice((4, 5, 5, 6)))
    rotor = _rotor(blades, span, 0.97 * length, top, rng)
    low, high = rotor[0].bounds[0][0], rotor[0].bounds[1][0]
    for mesh in rotor[1:]:
        low, high = min(low, mesh.bounds[0][0]), max(high, mesh.bounds[1][0])
    hub = float(np.clip(0.14 * length, -length / 2 - low, length / 2 - high))
    radius = 0.058 * length
    axle = 0.36 * top
    nose, back = min(length / 2, hub + 0.36 * length), -length / 2
    pod_back = hub - 0.22 * length
    paint = sample.coat
    profile = [
        (pod_back, 0.45 * radius),
        (pod_back + 0.08 * length, radius),
        (nose - 0.09 * length, radius),
        (nose - 0.02 * length, 0.65 * radius),
        (nose, 0.1),
    ]
    boom = tube(
        (pod_back + 0.3, 0.0, axle + 0.4 * radius),
        (back + 0.06 * length, 0.0, axle + 0.9 * radius),
        0.4 * radius,
        paint,
        sides=8,
    )
    engine = taper(
        (hub - 0.12 * length, hub + 0.14 * length),
        (-0.8 * radius, 0.8 * radius),
        (axle + 0.7 * radius, 0.86 * top),
        (hub - 0.09 * length, hub + 0.08 * length),
        (-0.5 * radius, 0.5 * radius),
        shade(paint, 0.9),
    )
    glass = taper(
        (nose - 0.09 * length, nose - 0.01 * length),
        (-0.75 * radius, 0.75 * radius),
        (axle, axle + 0.85 * radius),
        (nose - 0.09 * length, nose - 0.05 * length),
        (-0.6 * radius, 0.6 * radius),
        GLASS,
    )
    return [
        lathe("x", profile, (0.0, axle), paint, sides=12),
        boom,
        engine,
        glass,
        *(mesh.moved((hub, 0, 0)) for mesh in rotor),
        cylinder("z", (0.8 * top, top), (hub, 0.0), 0.25, DARK_STEEL, sides=6),
        *_tail_rotor(back, axle + 0.9 * radius, top, length, paint),
        *undercarriage(
            axle,
            [(nose - 0.08 * length, 0.0), (hub - 0.05 * length, 1.5 * radius), (hub - 0.05 * length, -1.5 * radius)],
            0.6 * radius,
        ),
    ]


def _rotor(blades: int, span: float, long: float, top: float, rng: np.random.Generator) -> list[Mesh]:
    """Blades at rest, dark, drooping a little; as wide as the span and no longer than `long`."""
    start = rng.uniform(0, 360)
    blade = box((0.3, 1.0), (-0.012, 0.012), (-0.01, 0.0), CHASSIS)
    root = box((0.0, 0.35), (-0.006, 0.006), (-0.008, 0.0), DARK_STEEL)
    star = [part.turned(start + 360 * index / blades) for index in range(blades) for part in (blade, root)]
    corners = np.concatenate([part.triangles.reshape(-1, 3) for part in star])
    size = corners.max(0) - corners.min(0)
    scale = span / size[1]
    along = min(scale, long / size[0])
    return [part.scaled((along, scale, scale * 0.5)).moved((0, 0, 0.95 * top)) for part in star]


def _tail_rotor(back: float, z: float, top: float, length: float, paint: Paint) -> list[Mesh]:
    """Fin, small tailplane, and the tail rotor at the fin's side, seen edge-on from above."""
    fin = tail_fin((back + 0.01 * length, back + 0.1 * length), z - 0.2, 0.9 * top, paint, sweep=0.0, thick=0.2)
    disc = box((back, back + 0.17 * length), (0.25, 0.4), (0.8 * top, 0.86 * top), CHASSIS)
    plane = box((back + 0.12 * length, back + 0.17 * length), (-0.07 * length, 0.07 * length), (z, z + 0.08), paint)
    return [fin, disc, plane]
