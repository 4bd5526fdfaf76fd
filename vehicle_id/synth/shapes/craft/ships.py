"""Large boats: patrol boats with a superstructure in steps, barges with a hold."""

from __future__ import annotations

import numpy as np

from vehicle_id.synth.mesh import Mesh, box, copies, cylinder, join, relief, taper, tube
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, STEEL, TYRE, WHITE_PANEL, loose, shade
from vehicle_id.synth.shapes.common.loose import LOOSE, humps
from vehicle_id.synth.shapes.common.shells import skin
from vehicle_id.synth.shapes.craft.hulls import DECKS, at_height, hull, level, outline, wheelhouse
from vehicle_id.synth.vehicle_sample import VehicleSample


def patrol_boat(sample: VehicleSample) -> list[Mesh]:
    """A fine bow, a superstructure in steps before the middle, mast and dish, equipment on the fore and after deck."""
    rng, length, width, top = sample.rng, sample.length_m, sample.width_m, sample.height_m
    free = min(0.3 * top, 0.07 * length + 0.8)
    plan = outline(length, width, stern=0.9, fullness=rng.uniform(1.7, 2.6), parallel=0.45)
    deck = shade(sample.coat, rng.uniform(0.5, 0.9)) if sample.chance(0.6) else loose(rng, str(rng.choice(DECKS)))
    first, second = free + 0.28 * (top - free), free + 0.5 * (top - free)
    paint = sample.coat if sample.chance(0.7) else WHITE_PANEL
    low, high = rng.uniform(-0.25, -0.1) * length, rng.uniform(0.15, 0.24) * length
    mast = 0.02 * length
    parts = [
        hull(plan, free, sample.coat, floor=free - 0.15, inside=deck, rim=0.04 * width),
        taper(
            (low, high),
            (-0.36 * width, 0.36 * width),
            (free - 0.15, first),
            (low, high - 0.04 * length),
            (-0.33 * width, 0.33 * width),
            paint,
        ),
        *wheelhouse(sample, (mast, high - 0.07 * length), 0.27 * width, first, second),
        tube((mast, 0, first), (mast - 0.3, 0, top), 0.14, STEEL, sides=5),
        box((mast - 0.25, mast), (-0.14 * width, 0.14 * width), (0.8 * top, 0.82 * top), STEEL),
        box(
            (low + 0.03 * length, low + 0.09 * length),
            (-0.12 * width, 0.12 * width),
            (first, second * 0.95),
            shade(paint, 0.7),
        ),
    ]
    if sample.chance(0.6):
        parts += _fore_gun(0.31 * length, free, width)
    return [*parts, *_small_craft(sample, -0.38 * length, free, width)]


def _fore_gun(x: float, z: float, width: float) -> list[Mesh]:
    """A gun mount on the fore deck, or a capstan with a bar, which looks like one."""
    mount = cylinder("z", (z - 0.2, z + 1.0), (x, 0.0), 0.13 * width, STEEL, sides=8)
    return [mount, tube((x, 0, z + 0.8), (x + 0.3 * width, 0, z + 0.95), 0.07, DARK_STEEL, sides=5)]


def _small_craft(sample: VehicleSample, x: float, z: float, width: float) -> list[Mesh]:
    """An inflatable on its chocks, and a crane beside it."""
    if sample.chance(0.35):
        return []
    plan = outline(min(5.0, 0.9 * width), 0.3 * width) + np.array([x, 0.0])
    tube_paint = loose(sample.rng, str(sample.rng.choice(("#d2691e", "#3d3f42", "#8f9192"))))
    ring = at_height(plan, z + 0.8)
    raised = join([skin(at_height(plan, z - 0.1), ring, tube_paint), level(ring, tube_paint)])
    well = box((x - 1.2, x + 0.8), (-0.08 * width, 0.08 * width), (z + 0.7, z + 0.83), TYRE)
    arm = tube((x + 1.5, 0.35 * width, z), (x - 1.0, 0.3 * width, z + 1.6), 0.12, STEEL, sides=5)
    return [raised, well, arm]


def barge(sample: VehicleSample) -> list[Mesh]:
    """A long box with a rounded bow: a hold, open, heaped or covered, and a wheelhouse aft on powered ones."""
    rng, length, width, top = sample.rng, sample.length_m, sample.width_m, sample.height_m
    powered = sample.chance(0.6)
    free = 0.5 * top if powered else 0.72 * top
    plan = outline(length, width, stern=0.92, fullness=rng.uniform(3, 9), parallel=rng.uniform(0.7, 0.88))
    deck = loose(rng, str(rng.choice(("#6f5a4c", "#7d7f7c", "#57534e", "#8a4a3c"))))
    aft = -0.32 * length if powered else -0.45 * length
    hold = (aft, 0.4 * length)
    parts = [hull(plan, free, sample.coat, floor=free - 0.1, inside=deck, rim=0.02 * width, flare=0.97)]
    parts += _hold(sample, hold, 0.38 * width, free, free + 0.18 * top)
    parts.append(cylinder("z", (free, free + 0.4), (0.455 * length, 0.0), 0.4, DARK_STEEL, sides=7))
    if powered:
        parts += wheelhouse(
            sample, (-0.43 * length, -0.43 * length + min(6.0, 0.1 * length)), 0.32 * width, free, top - 0.15
        )
        return parts
    post = box((-0.2, 0.2), (-0.2, 0.2), (free, top), STEEL)
    return [*parts, copies(post, [(-0.47 * length, way * 0.3 * width, 0) for way in (-1, 1)])]


def _hold(sample: VehicleSample, x: tuple[float, float], half: float, low: float, top: float) -> list[Mesh]:
    """Coamings around the hold; in it darkness, a heap, or hatch covers over it."""
    side, end = (
        box(x, (-0.12, 0.12), (low - 0.1, top), sample.coat),
        box((-0.12, 0.12), (-half, half), (low - 0.1, top - 0.01), sample.coat),
    )
    parts = [copies(side, [(0, half, 0), (0, -half, 0)]), copies(end, [(x[0], 0, 0), (x[1], 0, 0)])]
    kind = sample.rng.choice(("open", "heap", "heap", "covers"))
    if kind == "covers":
        edges = np.linspace(*x, int(sample.rng.integers(5, 12))).tolist()
        tone = loose(sample.rng, "#8f9694")
        lid = box((0.05, edges[1] - edges[0] - 0.15), (-half, half), (low, top + 0.02), tone)
        return [*parts, copies(lid, [(at, 0, 0) for at in edges[:-1]])]
    if kind == "heap":
        goods = str(sample.rng.choice(sorted(LOOSE)))
        heights = low + (top - low) * (0.2 + 1.5 * humps(int(sample.rng.integers(1, 6)), (28, 8), sample.rng))
        heights = np.minimum(heights, sample.height_m * 0.97)
        return [*parts, relief(x, (-half, half), heights, loose(sample.rng, str(sample.rng.choice(LOOSE[goods]))))]
    return [*parts, box(x, (-half, half), (low - 0.1, low - 0.05), CHASSIS)]
