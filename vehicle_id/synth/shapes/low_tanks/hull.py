"""Hulls with the tracks beside them: a tub between bare tracks, a tub under fenders, or a box over the tracks.

Proportions are remembered from photographs of light tanks from 1930 to 1980, and varied beyond them.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Literal

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, box, copies, cylinder, prism, slab
from vehicle_id.synth.paint import DARK_STEEL, Paint, loose, shade
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.vehicle_sample import VehicleSample

Cover = Literal["bare", "fenders", "box"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LowHull:
    """Sizes in metres."""

    x: Span
    half: float
    track: float
    """Width of a track."""
    deck: float
    """Height of the hull's roof."""
    run: float
    """Height of the upper run of the tracks."""
    brow: float
    """The x at which the roof ends and the front slopes down."""
    stern: float
    """The x at which the roof ends behind."""
    cover: Cover
    """What is over the tracks."""

    @property
    def tub(self) -> float:
        """Half the width between the tracks."""
        return self.half - self.track

    @property
    def length(self) -> float:
        """Length over the tracks."""
        return self.x[1] - self.x[0]


def draw_hull(sample: VehicleSample, x: Span) -> LowHull:
    """A hull between two ends."""
    rng, half, long = sample.rng, sample.width_m / 2, x[1] - x[0]
    deck = sample.height_m * rng.uniform(0.5, 0.7)
    cover: Cover = ("bare", "fenders", "box")[int(rng.choice(3, p=(0.25, 0.4, 0.35)))]
    return LowHull(
        x=x, half=half, track=half * rng.uniform(0.22, 0.36), deck=deck, run=deck * rng.uniform(0.55, 0.85),
        brow=x[1] - long * rng.uniform(0.1, 0.34), stern=x[0] + long * rng.uniform(0.0, 0.2), cover=cover,
    )  # fmt: skip


def low_hull(sample: VehicleSample, hull: LowHull, seat: float) -> list[Mesh]:
    """All but the turret, which stands at `seat`."""
    coat = sample.coat
    parts = [*_tracks(sample, hull), _tub(hull, coat)]
    if hull.cover == "box":
        parts += _sponsons(sample, hull)
    elif hull.cover == "fenders":
        parts += _fenders(sample, hull)
    if sample.chance(0.35):
        parts += _skirts(sample, hull)
    return [*parts, *_front(sample, hull), *_engine_deck(sample, hull, seat)]


def _tub(hull: LowHull, coat: Paint) -> Mesh:
    """Belly, a front of two slopes, roof, a rear that falls off."""
    nose = (hull.x[1] - 0.04 * hull.length, 0.55 * hull.run)
    profile = [(hull.x[0] + 0.1, 0.4), (nose[0] - 0.3, 0.4), nose, (hull.brow, hull.deck), (hull.stern, hull.deck),
               (hull.x[0] + 0.02, 0.75 * hull.deck)]  # fmt: skip
    return prism(profile, (-hull.tub, hull.tub), coat)


def _tracks(sample: VehicleSample, hull: LowHull) -> list[Mesh]:
    """Loops with links, dusty or dark, idlers and wheels outside."""
    rng, radius = sample.rng, hull.run / 2
    tone = loose(rng, str(rng.choice(["#3a3733", "#4d463c", "#5d5548", "#2c2b2a", "#6a6050"])))
    rear, front = hull.x[0] + radius, hull.x[1] - radius
    ground = (hull.x[0] + 0.16 * hull.length, hull.x[1] - 0.16 * hull.length)
    loop = [
        (ground[0], 0.0),
        (ground[1], 0.0),
        (hull.x[1], radius),
        (front, hull.run),
        (rear, hull.run),
        (hull.x[0], radius),
    ]
    parts = [prism(loop, y, tone) for y in both((hull.tub + 0.05, hull.half - 0.02))]
    links = np.arange(rear, front, 0.16)
    gap = box((-0.03, 0.03), (hull.tub + 0.06, hull.half - 0.03), (hull.run - 0.03, hull.run + 0.012), shade(tone, 0.5))
    places = np.stack([links, 0 * links, 0 * links], 1)
    parts += [copies(gap, places), copies(gap.scaled((1, -1, 1)), places)]
    count, wheel, steel = int(rng.integers(4, 8)), 0.9 * radius, shade(sample.coat, 0.8)
    size = min(wheel, 0.46 * hull.length / count)
    outside = both((hull.half - 0.05, hull.half))
    for x in np.linspace(ground[0], ground[1], count):
        parts += [cylinder("y", y, (float(x), wheel), size, steel, sides=9) for y in outside]
    return parts


def _sponsons(sample: VehicleSample, hull: LowHull) -> list[Mesh]:
    """The hull widens over the tracks, along a part of its length."""
    rng = sample.rng
    rear, front = hull.stern - rng.uniform(0.0, 0.3), hull.brow - rng.uniform(-0.1, 0.4) * hull.length * 0.3
    edge = hull.half - rng.uniform(0.0, 0.25) * hull.track
    return [prism([(max(rear, hull.x[0]), hull.run + 0.04), (front, hull.run + 0.04), (front - 0.15, hull.deck - 0.01),
                   (max(rear, hull.x[0]) + 0.1, hull.deck - 0.01)], y, sample.coat)
            for y in both((hull.tub - 0.03, edge))]  # fmt: skip


def _fenders(sample: VehicleSample, hull: LowHull) -> list[Mesh]:
    """Thin plates over the tracks, whole or over a part, with boxes, tools or drums along them."""
    rng = sample.rng
    tone, level = shade(sample.coat, rng.uniform(0.8, 1.15)), hull.run + 0.04
    ends = (hull.x[0] + hull.length * rng.uniform(0.0, 0.15), hull.x[1] - hull.length * rng.uniform(0.0, 0.2))
    parts = [box(ends, y, (level - 0.02, level + 0.02), tone) for y in both((hull.tub, hull.half))]
    wide = 0.8 * hull.track
    for side in (-1, 1):
        at = ends[0] + rng.uniform(0.05, 0.6)
        while at < ends[1] - 0.6:
            long, kind = rng.uniform(0.35, 1.3), rng.random()
            y, z = about(side * (hull.tub + 0.5 * hull.track), wide), level + rng.uniform(0.12, 0.32)
            if kind < 0.35:
                parts.append(box((at, min(at + long, ends[1])), y, (level, z), shade(tone, rng.uniform(0.75, 1.2))))
            elif kind < 0.5:
                bar = (at, min(at + long, ends[1]))
                parts.append(cylinder("x", bar, (sum(y) / 2, level + 0.14), 0.14, shade(tone, 1.1), sides=9))
            at += long + rng.uniform(0.05, 0.8)
    return parts


def _skirts(sample: VehicleSample, hull: LowHull) -> list[Mesh]:
    """Plates outside the tracks."""
    rng = sample.rng
    tone = shade(sample.coat, rng.uniform(0.8, 1.1)) if sample.chance(0.7) else loose(rng, "#565248")
    ends = (hull.x[0] + hull.length * rng.uniform(0.02, 0.15), hull.x[1] - hull.length * rng.uniform(0.02, 0.2))
    low, level = hull.run * rng.uniform(0.3, 0.6), hull.run + 0.05
    cuts = np.linspace(*ends, int(rng.integers(2, 7)))
    return [box((float(a), float(b) - 0.03), y, (low, level), shade(tone, rng.uniform(0.92, 1.06)))
            for a, b in itertools.pairwise(cuts) for y in both((hull.half - 0.04, hull.half))]  # fmt: skip


def _front(sample: VehicleSample, hull: LowHull) -> list[Mesh]:
    """A driver's hood or hatch on one side or in the middle, and spare links on the nose."""
    rng, y = sample.rng, float(sample.rng.choice([-0.45, 0.0, 0.45]) * hull.tub)
    tone, x = shade(sample.coat, rng.uniform(0.7, 1.15)), hull.brow - rng.uniform(0.05, 0.5)
    high = rng.uniform(0.02, 0.22)
    parts = [
        box(
            about(x, rng.uniform(0.4, 0.7)), about(y, rng.uniform(0.4, 0.65)), (hull.deck - 0.1, hull.deck + high), tone
        )
    ]
    if sample.chance(0.3):
        at = (hull.brow + hull.x[1]) / 2
        z = (hull.deck + 0.55 * hull.run) / 2 + 0.04
        parts.append(box(about(at, 0.16), (-0.7 * hull.tub, 0.7 * hull.tub), (z - 0.1, z), loose(rng, "#5a5046")))
    return parts


def _engine_deck(sample: VehicleSample, hull: LowHull, seat: float) -> list[Mesh]:
    """Grilles, lids or a raised cover behind the turret; drums or a log across the rear end."""
    rng = sample.rng
    room = (hull.stern + 0.05, max(seat - 0.75 * hull.tub, hull.stern + 0.4))
    parts: list[Mesh] = []
    if sample.chance(0.4):
        plan = [
            (room[0], -0.7 * hull.tub),
            (room[1], -0.9 * hull.tub),
            (room[1], 0.9 * hull.tub),
            (room[0], 0.7 * hull.tub),
        ]
        parts.append(
            slab(
                plan, (hull.deck - 0.05, hull.deck + rng.uniform(0.04, 0.2)), shade(sample.coat, rng.uniform(0.85, 1.1))
            )
        )
    dark = shade(DARK_STEEL, rng.uniform(0.4, 1.4)) if sample.chance(0.6) else shade(sample.coat, 0.6)
    top = max(hull.deck, *(float(each.bounds[1, 2]) for each in parts), 0.0) + 0.012
    for _ in range(int(rng.integers(1, 4))):
        x, y = about(rng.uniform(*room), rng.uniform(0.15, 0.5)), rng.uniform(-0.3, 0.3) * hull.tub
        parts.append(box(x, about(y, rng.uniform(0.4, 1.1) * hull.tub), (hull.deck - 0.05, top), dark))
    if sample.chance(0.3):
        radius, tone = rng.uniform(0.15, 0.26), shade(sample.coat, rng.uniform(0.7, 1.25))
        ends = both((0.05, 0.85 * hull.tub)) if sample.chance(0.7) else ((-0.9 * hull.half, 0.9 * hull.half),)
        parts += [cylinder("y", y, (hull.x[0] + radius, hull.deck - 0.05), radius, tone, sides=11) for y in ends]
    return parts
