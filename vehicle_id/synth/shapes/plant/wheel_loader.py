"""Wheel loaders: a waist between two pairs of large wheels, an open bucket before them.

Proportions are remembered from photographs and brochures, not measured.
"""

from __future__ import annotations

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, beam, box, cylinder, prism, tube
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, STEEL, WHITE_PANEL, loose, shade
from vehicle_id.synth.shapes.common.loose import draw_load, heap
from vehicle_id.synth.shapes.common.spans import both
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.shapes.plant.parts import WORN, bent_plate, glazed_cab
from vehicle_id.synth.vehicle_sample import VehicleSample


def wheel_loader(sample: VehicleSample) -> Assembly:
    """Engine and cab behind a hinge, arms and a bucket before it."""
    length, half, height = sample.length_m, sample.width_m / 2, sample.height_m
    hinge = length * sample.rng.uniform(0.43, 0.46)
    front = Joint(part=_front(sample, hinge), pivot=(hinge, 0.0, 0.0), axis="z", degrees=(-38.0, 38.0), used=0.55)
    hood = half * sample.rng.uniform(0.52, 0.66)
    top = height * sample.rng.uniform(0.60, 0.67)
    cab = (hinge - 0.14 * length, hinge + 0.045 * length)
    grille = shade(DARK_STEEL, sample.rng.uniform(0.6, 1.3))
    mudguard = sample.chance(0.7)
    fixed = [
        *_wheels(sample, hinge - 0.205 * length),
        prism(
            [
                (0.0, 0.3 * height),
                (cab[0] + 0.1, 0.25 * height),
                (cab[0] + 0.1, top),
                (0.05 * length, 0.93 * top),
                (0.0, 0.85 * top),
            ],
            (-hood, hood),
            sample.coat,
        ),
        box((0.02 * length, 0.1 * length), (-half * 0.72, half * 0.72), (0.24 * height, 0.38 * height), CHASSIS),
        box((0.11 * length, 0.2 * length), (-0.55 * hood, 0.55 * hood), (0.9 * top, top + 0.03), grille),
        tube((0.24 * length, 0.5 * hood, top), (0.24 * length, 0.5 * hood, 1.2 * top), 0.08, DARK_STEEL, sides=6),
        glazed_cab(sample, cab, 0.44 * half, (0.4 * height, height)),
        box(
            (cab[0] - 0.02 * length, cab[1] - 0.02 * length),
            (-0.68 * half, 0.68 * half),
            (0.36 * height, 0.42 * height),
            sample.coat,
        ),
    ]
    if mudguard:
        fixed += [box((hinge - 0.3 * length, hinge - 0.11 * length), y, (0.49 * height, 0.52 * height), sample.coat)
                  for y in ((0.5 * half, 0.92 * half), (-0.92 * half, -0.5 * half))]  # fmt: skip
    return Assembly(fixed=fixed, joints=[front])


def _wheels(sample: VehicleSample, x: float) -> list[Mesh]:
    half, radius = 0.94 * sample.width_m / 2, 0.24 * sample.height_m
    hub = sample.coat if sample.chance(0.7) else WHITE_PANEL
    hubs = [cylinder("y", y, (x, radius), 0.5 * radius, hub, sides=6) for y in both((half, 1.01 * half))]
    return [*wheel_pair(x, (0.62 * half, half), radius, sides=12), *hubs]


def _front(sample: VehicleSample, hinge: float) -> Assembly:
    """Front axle, the tower, and the arms with the bucket, which lift."""
    length, half, height = sample.length_m, sample.width_m / 2, sample.height_m
    axle = hinge + 0.2 * length
    tower = (hinge + 0.06 * length, hinge + 0.13 * length)
    fixed = [
        *_wheels(sample, axle),
        box((hinge, axle + 0.06 * length), (-0.28 * half, 0.28 * half), (0.15 * height, 0.36 * height), sample.coat),
        box(tower, (-0.34 * half, 0.34 * half), (0.3 * height, 0.56 * height), sample.coat),
    ]
    pivot = (sum(tower) / 2, 0.0, 0.52 * height)
    loaded = sample.chance(0.35)
    arms = [
        beam((pivot[0], y, pivot[2]), (0.83 * length, y, 0.14 * height), (0.16, 0.09 * height), sample.coat)
        for y in (-0.36 * half, 0.36 * half)
    ]
    arms.append(beam((pivot[0], 0.0, 0.5 * height), (0.82 * length, 0.0, 0.3 * height), (0.2, 0.2), STEEL))
    lift = Assembly(fixed=[*arms, *_bucket(sample, loaded)])
    return Assembly(fixed=fixed, joints=[Joint(part=lift, pivot=pivot, axis="y", degrees=(-55.0, -3.0), used=0.5)])


def _bucket(sample: VehicleSample, loaded: bool) -> list[Mesh]:
    """An open shell across the whole width, its mouth forward; heaped in some."""
    length, half, height = sample.length_m, sample.width_m / 2, sample.height_m
    back, deep = 0.815 * length, height * sample.rng.uniform(0.36, 0.42)
    steel = sample.coat if sample.chance(0.6) else loose(sample.rng, "#4f4a45")
    inside = loose(sample.rng, WORN)
    profile = [
        (back + 0.06 * length, deep),
        (back, 0.6 * deep),
        (back + 0.02 * length, 0.12 * deep),
        (0.9 * length, 0.0),
        (length, 0.02),
    ]
    shell = bent_plate(profile, half, steel)
    shell += bent_plate([(x + 0.05, z + 0.03) for x, z in profile[:-1]] + [(length - 0.05, 0.05)], 0.97 * half, inside)
    cheek = [profile[0], profile[1], profile[2], (0.9 * length, 0.0), (length - 0.15, 0.05)]
    shell += [prism(cheek, y, steel) for y in ((half - 0.05, half), (-half, 0.05 - half))]
    if loaded:
        shell.append(
            heap(
                (back + 0.05 * length, 0.985 * length),
                (0.9 * half, 0.9 * half),
                (0.9 * deep, 0.5 * deep, 0.1),
                1.25 * deep,
                draw_load(sample),
                sample.rng,
            )
        )
    return shell
