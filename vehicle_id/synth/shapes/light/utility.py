"""Cross-country cars: the wide low kind with its wheels at the corners, upright jeeps, armoured boxes.

From above they differ from cars by straight outlines, a flat bonnet often narrower than the wheels, an upright
windscreen that is but a line, and roofs of cloth, with hatches, or none. This room knows three kinds, no models.
"""

from __future__ import annotations

import numpy as np

from vehicle_id.synth.mesh import Assembly, Mesh, cylinder, taper
from vehicle_id.synth.paint import shade, tinted
from vehicle_id.synth.shapes.common.shells import lid, outline, ring, shrunk, skin
from vehicle_id.synth.shapes.light.cross_country import wheels
from vehicle_id.synth.shapes.light.jeep import jeep
from vehicle_id.synth.shapes.light.wide_utility import wide_utility
from vehicle_id.synth.vehicle_sample import Draft


def utility_vehicle(draft: Draft) -> Assembly:
    """The kind by name where the name tells, by width where it does not."""
    name = draft.row.name
    if "HMMWV" in name or "Humvee" in name:
        return Assembly(fixed=wide_utility(draft))
    if "Tigr" in name:
        return Assembly(fixed=_armoured(draft))
    if draft.width_m < 2.05:
        return Assembly(fixed=jeep(draft))
    return Assembly(fixed=wide_utility(draft) if draft.chance(0.6) else _armoured(draft))


def _armoured(draft: Draft) -> list[Mesh]:
    """A large bevelled box with small windows, a sloping bonnet and round hatches."""
    length, width, height = draft.length_m, draft.width_m, draft.height_m
    belt, cowl = 0.58 * height, 0.70 * length
    foot = outline((0.0, cowl), 0.98 * width, tail=(0.10, 0.92), steps=2)
    edge = outline((0.12, cowl - 0.30), 0.80 * width, tail=(0.10, 0.92), steps=2)
    bonnet = outline((cowl - 0.05, length), 0.92 * width, nose=(0.40, 0.72))
    slope = np.interp(bonnet[:, 0], [cowl, length], [belt, 0.82 * belt])
    crest = ring(shrunk(bonnet, 0.08, 0.82), slope)
    glass = tinted(draft.rng)
    sides = [draft.coat, draft.coat, glass if draft.chance(0.5) else draft.coat, draft.coat, glass]
    return [
        *wheels(draft, radius=0.22 * height, wide=0.14 * width, places=(0.18, 0.77)),
        skin(ring(foot, 0.26 * height), ring(foot, belt), draft.coat),
        skin(ring(foot, belt), ring(edge, height), sides),
        lid(ring(edge, height), draft.coat),
        skin(ring(bonnet, 0.28 * height), ring(bonnet, slope - 0.12), draft.coat),
        skin(ring(bonnet, slope - 0.12), crest, draft.coat),
        lid(crest, draft.coat),
        *_armour_windows(draft, cowl, belt),
        *_hatches(draft, cowl),
    ]


def _armour_windows(draft: Draft, cowl: float, belt: float) -> list[Mesh]:
    """The two panes of the windscreen, standing a little proud of the slope."""
    z, glass = (belt + 0.03, draft.height_m - 0.08), tinted(draft.rng)
    return [
        taper((cowl - 0.2, cowl + 0.02), (y[0], y[1]), z, (cowl - 0.45, cowl - 0.24), (y[0], y[1]), glass)
        for y in ((-0.36 * draft.width_m, -0.03), (0.03, 0.36 * draft.width_m))
    ]


def _hatches(draft: Draft, cowl: float) -> list[Mesh]:
    top = draft.height_m
    places = [(0.30 * cowl, 0.0), (0.62 * cowl, 0.0)] if draft.chance(0.6) else [(0.5 * cowl, 0.0)]
    paint = shade(draft.coat, draft.rng.uniform(0.5, 0.9))
    return [cylinder("z", (top - 0.05, top + 0.05), at, 0.17 * draft.width_m, paint, sides=12) for at in places]
