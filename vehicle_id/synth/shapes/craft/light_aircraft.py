"""Light aircraft: one engine in the nose, straight wings, one pair or two."""

from __future__ import annotations

from vehicle_id.synth.mesh import Mesh, taper, tube
from vehicle_id.synth.paint import GLASS, Paint, draw_coat
from vehicle_id.synth.shapes.craft.airframe import fuselage, propeller, tail_fin, undercarriage, wing_pair
from vehicle_id.synth.vehicle_sample import VehicleSample


def light_aircraft(sample: VehicleSample) -> list[Mesh]:
    """One engine in the nose, straight wings high or low; two pairs of them when the span is great."""
    rng, length, span, top = sample.rng, sample.length_m, sample.width_m, sample.height_m
    big = span > 14
    high = big or sample.chance(0.6)
    radius = (0.085 if big else 0.072) * length
    axle = 0.45 * top
    chord = (0.135 if big else 0.185) * length
    lead = 0.22 * length
    level = min(0.97 * top, axle + radius * (2.0 if big else 1.15)) if high else axle - 0.6 * radius
    tip = chord * rng.uniform(0.6, 1.0)
    body = sample.coat
    trim = draw_coat(rng, ("blue", "red", "green", "orange"))[0] if sample.chance(0.5) else body
    parts = [
        fuselage(length * 0.97, radius, axle, body, tail=0.6, nose=0.16),
        *wing_pair(
            (lead - chord, lead),
            (lead - tip, lead),
            (0.0, span / 2),
            level,
            0.12 * radius + 0.05,
            body if sample.chance(0.7) else trim,
        ),
        *propeller(0.49 * length, 0.0, axle, 0.9 * radius + 0.4, 4 if big else 2, rng),
    ]
    if big:
        parts += wing_pair(
            (lead - chord, lead), (lead - tip, lead), (0.0, 0.39 * span), axle - 0.7 * radius, 0.15, body
        )
        strut = tube(
            (lead - chord / 2, 0.33 * span, axle - 0.7 * radius),
            (lead - chord / 2, 0.33 * span, level),
            0.06,
            body,
            sides=4,
        )
        parts += [strut, strut.scaled((1, -1, 1))]
    glass_top = (axle + radius * 1.02) if high else axle + 1.5 * radius
    wide = 0.75 * radius
    parts.append(
        taper(
            (lead - chord, lead + 0.07 * length),
            (-wide, wide),
            (axle + 0.5 * radius, glass_top),
            (lead - chord * 0.9, lead),
            (-wide * 0.7, wide * 0.7),
            GLASS,
        )
    )
    parts += _light_tail(sample, length, radius, axle, top, trim)
    main = lead - (0.1 if big else 0.6) * chord
    return [
        *parts,
        *undercarriage(axle, [(main, 1.6 * radius), (main, -1.6 * radius), (0.4 * length, 0.0)], 0.6 * radius),
    ]


def _light_tail(
    sample: VehicleSample, length: float, radius: float, axle: float, top: float, trim: Paint
) -> list[Mesh]:
    """A low tailplane, and a fin that is the highest point of low-winged ones."""
    back = -length / 2
    half = (0.19 if sample.width_m > 14 else 0.165) * sample.width_m
    plane = wing_pair(
        (back + 0.03 * length, back + 0.15 * length),
        (back + 0.03 * length, back + 0.11 * length),
        (0.0, half),
        axle + 0.3 * radius,
        0.09,
        sample.coat,
    )
    return [*plane, tail_fin((back, back + 0.17 * length), axle, top, trim, sweep=0.0, thick=0.1)]
