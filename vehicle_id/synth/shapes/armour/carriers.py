"""Armoured carriers on tracks: a wedge with a small turret, a box, a low tractor."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Span, box, cylinder, prism, taper, tube
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, GLASS, shade
from vehicle_id.synth.shapes.armour.hull import Hull, body, hatch, matt, running_gear
from vehicle_id.synth.shapes.common.spans import both
from vehicle_id.synth.vehicle_sample import VehicleSample


def armoured_carrier(sample: VehicleSample) -> Assembly:
    """A tracked carrier: a wedge with a small turret, a box, or a low tractor hull, by name or as drawn."""
    sample = matt(sample)
    builders = {"BMP": _infantry_vehicle, "M113": _box_carrier, "MT-LB": _low_tractor}
    known = [build for word, build in builders.items() if word in sample.row.name]
    build = known[0] if known else list(builders.values())[int(sample.rng.integers(3))]
    return build(sample)


def _carrier_hull(sample: VehicleSample, roof: float, track: float) -> Hull:
    return Hull(sample=sample, front=sample.length_m, half=sample.width_m / 2, roof=roof, track=track * sample.width_m)


def _roof_doors(hull: Hull, x: Span, half: float, count: int) -> list[Mesh]:
    """Long hatches over the troops."""
    paint = shade(hull.sample.coat, hull.sample.rng.uniform(0.75, 1.12))
    lanes = np.linspace(-half, half, count + 1).tolist()
    return [box(x, (a + 0.05, b - 0.05), (hull.roof, hull.roof + 0.04), paint) for a, b in pairwise(lanes)]


def _infantry_vehicle(sample: VehicleSample) -> Assembly:
    """A long sharp bow, a small conical turret in the middle, hatches behind it (BMP)."""
    hull = _carrier_hull(sample, 0.72 * sample.height_m, 0.14)
    half = hull.half - hull.track
    at, wide = hull.front * sample.rng.uniform(0.42, 0.5), sample.rng.uniform(0.75, 1.05)
    upper = taper(
        (0.0, hull.front - 1.6),
        (-hull.half + 0.08, hull.half - 0.08),
        (0.6 * hull.roof, hull.roof),
        (0.05, hull.front - 2.6),
        (-half, half),
        sample.coat,
    )
    grille = box(
        (hull.front - 2.45, hull.front - 1.75), (-half + 0.1, -0.1), (hull.roof - 0.12, hull.roof + 0.02), DARK_STEEL
    )
    driver = hatch(hull.front - 2.4, 0.45 * half, hull.roof, 0.3, shade(sample.coat, 0.75))
    fixed = [
        *running_gear(hull),
        *body(hull, 2.6, 0.6),
        upper,
        grille,
        driver,
        *_roof_doors(hull, (0.4, at - wide - 0.1), 0.8 * half, 2),
    ]
    return Assembly(fixed=fixed, joints=[_small_turret(hull, at, wide, hull.front - sample.rng.uniform(0.2, 1.2))])


def _small_turret(hull: Hull, at: float, radius: float, tip: float) -> Joint:
    sample, base, top = hull.sample, hull.roof, hull.sample.height_m
    cone = taper(
        (at - radius, at + radius),
        (-radius, radius),
        (base, top - 0.06),
        (at - 0.7 * radius, at + 0.6 * radius),
        (-0.65 * radius, 0.65 * radius),
        sample.coat,
    )
    drum = cylinder(
        "z", (base - 0.03, base + 0.3 * (top - base)), (at, 0.0), 1.08 * radius, shade(sample.coat, 0.95), sides=12
    )
    lids = [
        hatch(at - 0.1, y * radius, top - 0.06, 0.28, shade(sample.coat, 0.7))
        for y in ((0.0,) if radius < 0.85 else (-0.35, 0.35))
    ]
    z, thick = base + 0.5 * (top - base), sample.rng.uniform(0.035, 0.075)
    gun = tube((at + 0.7 * radius, 0, z), (tip, 0, z), thick, DARK_STEEL, sides=6)
    pin = box((at - 0.1, at), (-0.05, 0.05), (top - 0.05, top), DARK_STEEL)
    return Joint(
        part=Assembly(fixed=[cone, drum, *lids, gun, pin]),
        pivot=(at, 0.0, base),
        axis="z",
        degrees=(-90.0, 90.0),
        used=0.25,
    )


def _box_carrier(sample: VehicleSample) -> Assembly:
    """A vertical-sided box with a sloping bow, a ring with a machine gun, one wide hatch (M113)."""
    hull = _carrier_hull(sample, 0.8 * sample.height_m, 0.15)
    half, at = hull.half - 0.06, hull.front * 0.5
    upper = prism(
        [
            (0.02, 0.5 * hull.roof),
            (hull.front - 0.5, 0.5 * hull.roof),
            (hull.front - 1.1, hull.roof),
            (0.02, hull.roof),
        ],
        (-half, half),
        sample.coat,
    )
    vane = box(
        (hull.front - 0.14, hull.front), (-0.9 * half, 0.9 * half), (0.45 * hull.roof, 0.75 * hull.roof), sample.coat
    )
    grille = box(
        (hull.front - 2.0, hull.front - 1.25), (-0.8 * half, -0.1 * half), (hull.roof, hull.roof + 0.02), DARK_STEEL
    )
    driver = hatch(hull.front - 1.5, 0.5 * half, hull.roof, 0.3, shade(sample.coat, 0.75))
    fixed = [
        *running_gear(hull),
        *body(hull, 1.0, 0.6),
        upper,
        vane,
        grille,
        driver,
        *_roof_doors(hull, (0.35, at - 0.7), 0.6 * half, 1),
    ]
    ring = cylinder("z", (hull.roof, hull.roof + 0.2), (at, 0.0), 0.48, shade(sample.coat, 0.85), sides=10)
    lid = hatch(at - 0.05, 0.0, hull.roof + 0.2, 0.3, shade(sample.coat, 0.6))
    gun = tube((at + 0.2, 0, sample.height_m - 0.1), (at + 1.5, 0, sample.height_m - 0.1), 0.06, DARK_STEEL, sides=6)
    mount = box((at + 0.2, at + 0.5), (-0.15, 0.15), (hull.roof + 0.1, sample.height_m), DARK_STEEL)
    ready = Joint(
        part=Assembly(fixed=[ring, lid, gun, mount]),
        pivot=(at, 0.0, hull.roof),
        axis="z",
        degrees=(-120.0, 120.0),
        used=0.4,
    )
    return Assembly(fixed=fixed, joints=[ready])


def _low_tractor(sample: VehicleSample) -> Assembly:
    """A low flat hull with cab windows in the bow, a tiny turret at the right, hatches behind (MT-LB)."""
    hull = _carrier_hull(sample, 0.82 * sample.height_m, 0.13)
    half, front = hull.half - 0.1, hull.front
    bow = [(0.02, 0.5 * hull.roof), (front - 0.1, 0.55 * hull.roof), (front - 1.1, hull.roof), (0.02, hull.roof)]
    upper = prism(bow, (-half, half), sample.coat)
    panes = [box((front - 0.8, front - 0.6), y, (0.8 * hull.roof, 0.86 * hull.roof), GLASS) for y in both((0.25, 0.85))]
    engine = box(
        (front - 3.1, front - 1.7), (-0.3, 0.6 * half), (hull.roof, hull.roof + 0.05), shade(sample.coat, 0.85)
    )
    grille = box((front - 2.9, front - 2.2), (-0.2, 0.5 * half), (hull.roof + 0.05, hull.roof + 0.065), CHASSIS)
    at, y = front - 1.75, -0.55 * half
    turret = taper(
        (at - 0.4, at + 0.4),
        (y - 0.4, y + 0.4),
        (hull.roof, sample.height_m),
        (at - 0.25, at + 0.2),
        (y - 0.25, y + 0.25),
        sample.coat,
    )
    gun = tube((at + 0.2, y, sample.height_m - 0.15), (at + 1.0, y, sample.height_m - 0.15), 0.05, DARK_STEEL, sides=6)
    slew = Joint(
        part=Assembly(fixed=[turret, gun]), pivot=(at, y, hull.roof), axis="z", degrees=(-90.0, 90.0), used=0.25
    )
    fixed = [
        *running_gear(hull),
        *body(hull, 1.2, 0.55),
        upper,
        *panes,
        engine,
        grille,
        *_roof_doors(hull, (0.4, 0.33 * front), 0.8 * half, 2),
    ]
    return Assembly(fixed=fixed, joints=[slew])
