"""Cross-country cars: the wide low kind with its wheels at the corners, steep jeeps, armoured boxes.

From above they differ from cars by straight outlines, a flat bonnet often narrower than the wheels, a steep
windscreen that appears as a line, and roofs of cloth, with hatches, or none.
"""

from __future__ import annotations

import numpy as np

from vehicle_id.synth.mesh import Assembly, Mesh, cylinder, taper
from vehicle_id.synth.paint import shade, tinted
from vehicle_id.synth.shapes.common.shells import lid, outline, ring, shrunk, skin
from vehicle_id.synth.shapes.light.cross_country import wheels
from vehicle_id.synth.shapes.light.jeep import jeep
from vehicle_id.synth.shapes.light.wide_utility import wide_utility
from vehicle_id.synth.vehicle_sample import VehicleSample


def utility_vehicle(sample: VehicleSample) -> Assembly:
    """The kind by name where the name states it, else by width."""
    name = sample.row.name
    if "HMMWV" in name or "Humvee" in name:
        return Assembly(fixed=wide_utility(sample))
    if "Tigr" in name:
        return Assembly(fixed=_armoured(sample))
    if sample.width_m < 2.05:
        return Assembly(fixed=jeep(sample))
    return Assembly(fixed=wide_utility(sample) if sample.chance(0.6) else _armoured(sample))


def _armoured(sample: VehicleSample) -> list[Mesh]:
    """A large bevelled box with small windows, a sloping bonnet and round hatches."""
    length, width, height = sample.length_m, sample.width_m, sample.height_m
    belt, cowl = 0.58 * height, 0.70 * length
    foot = outline((0.0, cowl), 0.98 * width, tail=(0.10, 0.92), steps=2)
    edge = outline((0.12, cowl - 0.30), 0.80 * width, tail=(0.10, 0.92), steps=2)
    bonnet = outline((cowl - 0.05, length), 0.92 * width, nose=(0.40, 0.72))
    slope = np.interp(bonnet[:, 0], [cowl, length], [belt, 0.82 * belt])
    crest = ring(shrunk(bonnet, 0.08, 0.82), slope)
    glass = tinted(sample.rng)
    sides = [sample.coat, sample.coat, glass if sample.chance(0.5) else sample.coat, sample.coat, glass]
    return [
        *wheels(sample, radius=0.22 * height, wide=0.14 * width, places=(0.18, 0.77)),
        skin(ring(foot, 0.26 * height), ring(foot, belt), sample.coat),
        skin(ring(foot, belt), ring(edge, height), sides),
        lid(ring(edge, height), sample.coat),
        skin(ring(bonnet, 0.28 * height), ring(bonnet, slope - 0.12), sample.coat),
        skin(ring(bonnet, slope - 0.12), crest, sample.coat),
        lid(crest, sample.coat),
        *_armour_windows(sample, cowl, belt),
        *_hatches(sample, cowl),
    ]


def _armour_windows(sample: VehicleSample, cowl: float, belt: float) -> list[Mesh]:
    """The two panes of the windscreen, standing a little proud of the slope."""
    z, glass = (belt + 0.03, sample.height_m - 0.08), tinted(sample.rng)
    return [
        taper((cowl - 0.2, cowl + 0.02), (y[0], y[1]), z, (cowl - 0.45, cowl - 0.24), (y[0], y[1]), glass)
        for y in ((-0.36 * sample.width_m, -0.03), (0.03, 0.36 * sample.width_m))
    ]


def _hatches(sample: VehicleSample, cowl: float) -> list[Mesh]:
    top = sample.height_m
    places = [(0.30 * cowl, 0.0), (0.62 * cowl, 0.0)] if sample.chance(0.6) else [(0.5 * cowl, 0.0)]
    paint = shade(sample.coat, sample.rng.uniform(0.5, 0.9))
    return [cylinder("z", (top - 0.05, top + 0.05), at, 0.17 * sample.width_m, paint, sides=12) for at in places]
