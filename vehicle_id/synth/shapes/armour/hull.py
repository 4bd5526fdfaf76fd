"""Tracked hulls: tracks, fenders, decks and what is stowed on them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np

from vehicle_id.synth.mesh import Mesh, box, copies, cylinder, prism, tube
from vehicle_id.synth.paint import WOOD, Paint, loose, shade
from vehicle_id.synth.shapes.common.spans import both
from vehicle_id.synth.vehicle_sample import VehicleSample

CLOTHS: Final = ("#6d705a", "#555a45", "#8d8a7b", "#b9b4a2", "#7b6d58", "#4d524d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hull:
    """Extents of a tracked vehicle's hull; x in metres from the rear."""

    sample: VehicleSample
    front: float
    half: float
    roof: float
    """Height of the deck."""
    track: float
    """Width of a track."""


def running_gear(hull: Hull) -> list[Mesh]:
    """Tracks, road wheels, fenders over them, and perhaps skirts."""
    sample, half = hull.sample, hull.half
    low, high = 0.0, 0.72 * hull.roof
    rear, front = 0.05, hull.front - 0.1
    profile = [
        (rear, 0.6 * high),
        (rear + 0.5, low),
        (front - 0.8, low),
        (front, 0.6 * high),
        (front - 0.35, high),
        (rear + 0.3, high),
    ]
    worn = loose(sample.rng, str(sample.rng.choice(("#2c2926", "#3a322a", "#4a4035"))))
    tracks = [prism(profile, y, worn) for y in both((half - hull.track, half - 0.06))]
    fenders = [
        box((0.0, hull.front - 0.15), y, (high + 0.03, high + 0.08), shade(sample.coat, 0.95))
        for y in both((half - hull.track - 0.05, half))
    ]
    return [*tracks, *fenders, *(_skirts(hull, high) if sample.chance(0.5) else _road_wheels(hull, high))]


def _road_wheels(hull: Hull, high: float) -> list[Mesh]:
    count = 6 if hull.front > 6 else 5
    radius = min(0.42 * high + 0.08, 0.45 * hull.front / (count + 1))
    rim, y = shade(hull.sample.coat, 0.7), hull.half - 0.05
    places = [(x, 0.0, 0.0) for x in np.linspace(0.16 * hull.front, 0.82 * hull.front, count).tolist()]
    return [copies(cylinder("y", side, (0.0, radius), radius, rim, sides=8), places) for side in both((y - 0.05, y))]


def _skirts(hull: Hull, high: float) -> list[Mesh]:
    """Plates over the upper half of the tracks; one in a while is missing."""
    sample, parts = hull.sample, []
    edges = np.linspace(0.4, hull.front - 0.5, int(sample.rng.integers(4, 8)))
    for a, b in pairwise(edges.tolist()):
        paint = shade(sample.coat, sample.rng.uniform(0.85, 1.05))
        parts += [
            box((a, b - 0.03), y, (0.4 * high, high + 0.04), paint)
            for y in both((hull.half - 0.05, hull.half))
            if sample.chance(0.94)
        ]
    return parts


def stowage(hull: Hull, deck: float) -> list[Mesh]:
    """Boxes and fuel cells along the fenders."""
    sample, parts = hull.sample, []
    for y in both((hull.half - hull.track + 0.02, hull.half - 0.03)):
        x = hull.front - sample.rng.uniform(0.5, 1.4)
        while x > 0.9:
            length = min(float(sample.rng.uniform(0.5, 1.5)), x - 0.1)
            if sample.chance(0.75):
                paint = shade(sample.coat, sample.rng.uniform(0.8, 1.15))
                parts.append(box((x - length + 0.04, x), y, (deck, deck + sample.rng.uniform(0.12, 0.3)), paint))
            x -= length
    return parts


def body(hull: Hull, glacis: float, nose: float) -> list[Mesh]:
    """Between the tracks: a sloping bow, a flat deck, a vertical rear."""
    half, roof, front = hull.half - hull.track, hull.roof, hull.front
    profile = [
        (0.1, 0.45),
        (front - 0.6, 0.4),
        (front, nose * roof),
        (front - glacis, roof),
        (0.0, roof),
        (0.0, 0.6 * roof),
    ]
    return [prism(profile, (-half - 0.02, half + 0.02), hull.sample.coat)]


def engine_deck(hull: Hull, length: float) -> list[Mesh]:
    """Grilles and lids at the rear of the deck, dark between their bars."""
    sample, roof = hull.sample, hull.roof
    half = hull.half - hull.track - 0.05
    plate = box(
        (0.1, length), (-half, half), (roof - 0.02, roof + 0.05), shade(sample.coat, sample.rng.uniform(0.8, 1.0))
    )
    grille = loose(sample.rng, "#26251f")
    if sample.chance(0.5):  # bands across
        bands = [(0.25 + 0.32 * i * length, 0.18 * length) for i in range(int(sample.rng.integers(1, 4)))]
        return [
            plate,
            *(
                box((x, min(x + w, length - 0.05)), (-0.85 * half, 0.85 * half), (roof + 0.05, roof + 0.065), grille)
                for x, w in bands
            ),
        ]
    fields = [box((0.35, length - 0.35), y, (roof + 0.05, roof + 0.065), grille) for y in both((0.2, 0.8 * half))]
    return [plate, *fields]


def rear_load(hull: Hull) -> list[Mesh]:
    """Fuel drums, an unditching log, or boxes across the rear."""
    sample, roof = hull.sample, hull.roof
    if sample.chance(0.5):
        paint = shade(sample.coat, sample.rng.uniform(0.8, 1.2))
        return [cylinder("y", y, (0.32, roof + 0.18), 0.28, paint, sides=8) for y in both((0.1, 0.95))]
    log = tube((0.06, -1.1, roof - 0.1), (0.06, 1.1, roof - 0.1), 0.11, WOOD, sides=6)
    return [log] if sample.chance(0.6) else []


def hatch(x: float, y: float, z: float, radius: float, paint: Paint) -> Mesh:
    """A round lid."""
    return cylinder("z", (z, z + 0.05), (x, y), radius, paint, sides=8)


def matt(sample: VehicleSample) -> VehicleSample:
    """Repainted in the dull paint of armour."""
    return replace(sample, coat=replace(sample.coat, gloss=0.25 * sample.coat.gloss))
