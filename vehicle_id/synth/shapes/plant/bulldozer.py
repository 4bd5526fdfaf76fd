"""Bulldozers: short and broad from above, dark tracks either side of a narrow bonnet behind a wide blade.

Proportions are remembered from photographs and brochures, not measured.
"""

from __future__ import annotations

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Span, beam, box, prism, tube
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, STEEL, loose, shade
from vehicle_id.synth.shapes.plant.parts import WORN, bent_plate, glazed_cab, ripper
from vehicle_id.synth.vehicle_sample import VehicleSample


def bulldozer(sample: VehicleSample) -> Assembly:
    """Tracks, bonnet, cab, a blade that can lift and slant, a ripper in some."""
    length, half, height = sample.length_m, sample.width_m / 2, sample.height_m
    rear = length * sample.rng.uniform(0.16, 0.22) if sample.chance(0.5) else 0.03 * length
    tracks = (rear, 0.86 * length)
    fixed = [*_crawlers(tracks, half, height, sample), *_hood(tracks, half, height, sample)]
    fixed.append(glazed_cab(sample, (tracks[0] + 0.24 * (tracks[1] - rear), tracks[0] + 0.53 * (tracks[1] - rear)),
                         0.33 * half * 1.5, (0.42 * height, height), open_sided=sample.chance(0.15)))  # fmt: skip
    fixed += ripper(rear, half, height, sample) if rear > 0.1 * length else [_tail_plate(rear, half, height)]
    lift = Joint(
        part=Assembly(fixed=_blade(tracks, half, sample)),
        pivot=(0.5 * length, 0.0, 0.15 * height), axis="y", degrees=(-12.0, 0.0),
    )  # fmt: skip
    return Assembly(fixed=fixed, joints=[lift])


def _crawlers(x: Span, half: float, height: float, sample: VehicleSample) -> list[Mesh]:
    """Two tracks: an even oval, or with the high sprocket of Caterpillar."""
    outer, shoe = 0.73 * half, sample.rng.uniform(0.3, 0.36) * half
    top, run = 0.33 * height, x[1] - x[0]
    profile = [(x[0], 0.5 * top), (x[0] + 0.12 * run, 0.0), (x[1] - 0.12 * run, 0.0), (x[1], 0.45 * top),
               (x[1] - 0.1 * run, 0.92 * top), (x[0] + 0.1 * run, top)]  # fmt: skip
    if sample.row.maker == "Caterpillar" or sample.chance(0.2):
        profile = [
            *profile[:4],
            (x[1] - 0.1 * run, 0.85 * top),
            (x[0] + 0.3 * run, 1.5 * top),
            (x[0] + 0.18 * run, 1.45 * top),
        ]
    steel = shade(STEEL, sample.rng.uniform(0.5, 1.2)) if sample.chance(0.5) else loose(sample.rng, "#57504a")
    pair = [prism(profile, y, steel) for y in ((outer - shoe, outer), (-outer, shoe - outer))]
    hull = box(
        (x[0] + 0.05 * run, x[1] - 0.1 * run), (shoe - outer, outer - shoe), (0.12 * height, 0.42 * height), CHASSIS
    )
    return [*pair, hull]


def _hood(x: Span, half: float, height: float, sample: VehicleSample) -> list[Mesh]:
    """Bonnet before the cab, wings over the tracks beside it, the tank behind."""
    run = x[1] - x[0]
    width = sample.rng.uniform(0.24, 0.3) * half
    top = height * sample.rng.uniform(0.58, 0.66)
    seat, nose = x[0] + 0.5 * run, x[1] + 0.01 * run
    profile = [(seat, 0.3 * height), (nose, 0.3 * height), (nose, 0.93 * top), (seat, top)]
    pipe = nose - run * sample.rng.uniform(0.15, 0.3)
    tank = box(
        (x[0] + 0.02 * run, x[0] + 0.22 * run), (-0.42 * half, 0.42 * half), (0.35 * height, 0.62 * height), sample.coat
    )
    wing = box(
        (x[0] + 0.2 * run, x[0] + 0.56 * run), (-0.62 * half, 0.62 * half), (0.40 * height, 0.46 * height), sample.coat
    )
    pipes = [tube((pipe, 0.1 * half, top), (pipe, 0.1 * half, top + 0.22 * height), 0.07, DARK_STEEL, sides=6)]
    if sample.chance(0.6):
        pipes.append(
            tube(
                (pipe - 0.3, -0.1 * half, top),
                (pipe - 0.3, -0.1 * half, top + 0.12 * height),
                0.12,
                DARK_STEEL,
                sides=6,
            )
        )
    return [prism(profile, (-width, width), sample.coat), tank, wing, *pipes]


def _blade(tracks: Span, half: float, sample: VehicleSample) -> list[Mesh]:
    """The blade with its curved face and the arms that push it."""
    length, height = sample.length_m, sample.height_m
    high = height * sample.rng.uniform(0.36, 0.46)
    back, face = 0.90 * length, 0.965 * length
    steel = sample.coat if sample.chance(0.5) else loose(sample.rng, WORN)
    profile = [(back, 0.15 * high), (length - 0.05, 0.0), (length, 0.02), (face, 0.3 * high), (face, 0.75 * high),
               (length - 0.02, high), (back + 0.03, high)]  # fmt: skip
    shell = bent_plate(profile[1:6], half, steel) + bent_plate(
        [profile[5], profile[6], profile[0], profile[1]], half, sample.coat
    )
    arms = []
    for side in (-1, 1):
        start, end = (0.5 * length, side * 0.79 * half, 0.15 * height), (back + 0.03, side * 0.79 * half, 0.3 * high)
        arms.append(beam(start, end, (0.12 * half, 0.16), sample.coat))
        arms.append(
            beam(
                (tracks[1] - 0.1, side * 0.35 * half, 0.5 * height),
                (back + 0.03, side * 0.4 * half, 0.85 * high),
                (0.1, 0.1),
                STEEL,
            )
        )
    return [*shell, *arms]


def _tail_plate(x: float, half: float, height: float) -> Mesh:
    """The drawbar, the rearmost part."""
    return box((0.0, x + 0.2), (-0.12 * half, 0.12 * half), (0.16 * height, 0.24 * height), CHASSIS)
