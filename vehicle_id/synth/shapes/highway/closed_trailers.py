"""Closed semi-trailers: dry vans, refrigerated vans with their unit on the front wall, curtain-siders, tanks."""

from __future__ import annotations

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, box, copies, cylinder, slab
from vehicle_id.synth.paint import BRIGHT_STEEL, CIVIL, COATS, DARK_STEEL, STEEL, Paint, linear, loose, shade
from vehicle_id.synth.shapes.common.shells import barrel
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.highway.roofs import Roof, cloth_roof, draw_roof
from vehicle_id.synth.shapes.highway.undercarriage import Trailer, running_gear
from vehicle_id.synth.vehicle_sample import VehicleSample


def body_paint(sample: VehicleSample, *, white: float = 0.45) -> Paint:
    """White, silver, the row's coat, or any colour of the road."""
    sort = sample.rng.random()
    if sort < white:
        return Paint(rgb=linear(str(sample.rng.choice(COATS["white"]))), gloss=0.12)
    if sort < white + 0.12:
        return Paint(rgb=linear(str(sample.rng.choice(COATS["silver"]))), gloss=0.25)
    if sort < white + 0.35:
        return sample.coat
    return Paint(rgb=linear(str(sample.rng.choice(COATS[str(sample.rng.choice(CIVIL))]))), gloss=0.1)


def dry_van(sample: VehicleSample, trailer: Trailer) -> list[Mesh]:
    """A box of panels from just behind the front wall to the doors."""
    side = body_paint(sample)
    return [*_box(sample, trailer, trailer.front, side), *_walls(sample, trailer, trailer.front, side)]


def refrigerated_van(sample: VehicleSample, trailer: Trailer) -> list[Mesh]:
    """A smooth box whose cooling unit stands out at the front, mostly white."""
    out = float(sample.rng.uniform(0.35, 0.62))
    front, side = trailer.front - out, body_paint(sample, white=0.7)
    return [
        *_box(sample, trailer, front, side),
        *cooling_unit(sample, (front, trailer.front), trailer.half, trailer.top),
    ]


def cooling_unit(sample: VehicleSample, x: Span, half: float, top: float) -> list[Mesh]:
    """Lower and narrower than the body; vents, fans or an open grille on top."""
    rng = sample.rng
    tone = loose(rng, str(rng.choice(("#e2e3e1", "#c9cbcb", "#8d9093", "#4a4d50"))), spread=0.06)
    wide, z = half * rng.uniform(0.72, 0.95), (top - rng.uniform(1.7, 2.2), top - rng.uniform(0.04, 0.3))
    deep = x[1] - x[0]
    parts = [box(x, (-wide, wide), z, tone)]
    vent = shade(DARK_STEEL, rng.uniform(0.3, 1.0))
    inner = (x[0] + 0.15 * deep, x[1] - 0.15 * deep)
    if sample.chance(0.5):
        parts += [cylinder("z", (z[1] - 0.02, z[1] + 0.015), (sum(inner) / 2, y * wide), 0.36 * deep, vent)
                  for y in (-0.5, 0.0, 0.5)]  # fmt: skip
    else:
        share = rng.uniform(0.4, 0.9)
        parts.append(box(inner, (-share * wide, share * wide), (z[1] - 0.02, z[1] + 0.012), vent))
    return parts


def curtain_sider(sample: VehicleSample, trailer: Trailer) -> list[Mesh]:
    """Cloth walls with straps and folds between a stiff front and doors."""
    rng, deck = sample.rng, sample.rng.uniform(1.1, 1.25)
    side = body_paint(sample, white=0.2)
    x = (trailer.rear + 0.12, trailer.front - 0.1)
    wall = shade(BRIGHT_STEEL, rng.uniform(0.6, 1.0)) if sample.chance(0.5) else side
    parts = [box(x, (0.03 - trailer.half, trailer.half - 0.03), (deck, trailer.top - 0.14), side)]
    parts += [box(end, (-trailer.half, trailer.half), (deck - 0.2, trailer.top - 0.02), wall)
              for end in ((trailer.rear, x[0]), (x[1], trailer.front))]  # fmt: skip
    at = np.arange(x[0] + 0.5, x[1], rng.uniform(0.5, 0.75))
    strap = shade(DARK_STEEL, rng.uniform(0.4, 2.0))
    for way in (-1, 1):
        one = box((-0.02, 0.02), about(way * (trailer.half - 0.02), 0.025), (deck - 0.1, trailer.top - 0.3), strap)
        parts.append(copies(one, [(float(each), 0.0, 0.0) for each in at]))
    roof = Roof(x=x, half=trailer.half, z=trailer.top)
    edge = shade(wall, 0.9)
    rails = [box(x, y, (trailer.top - 0.14, trailer.top), edge) for y in both((trailer.half - 0.08, trailer.half))]
    return [*parts, *cloth_roof(sample, roof, side), *rails, *running_gear(sample, trailer, deck)]


def tanker(sample: VehicleSample, trailer: Trailer) -> list[Mesh]:
    """A round or oval vessel with a walkway along its top, lids, and steps in its belly on some."""
    rng, low = sample.rng, sample.rng.uniform(1.0, 1.25)
    tone = shade(BRIGHT_STEEL, rng.uniform(0.7, 1.1)) if sample.chance(0.55) else body_paint(sample)
    high = (trailer.top - 0.16 - low) / 2
    wide = min(trailer.half * rng.uniform(0.92, 1.0), 1.35 * high)
    x = (trailer.rear + 0.25, trailer.front)
    parts = [barrel(x, low + high, (wide, high), tone, dish=rng.uniform(0.15, 0.4))]
    crest = low + 2 * high
    walk = (x[0] + rng.uniform(0.3, 1.5), x[1] - rng.uniform(0.3, 2.5))
    parts.append(box(walk, (-0.28, 0.28), (crest - 0.02, crest + 0.04), shade(STEEL, rng.uniform(0.7, 1.7))))
    parts += [cylinder("z", (crest, trailer.top), (float(at), 0.0), 0.27, shade(DARK_STEEL, 1.4))
              for at in np.linspace(walk[0] + 0.5, walk[1] - 0.5, int(rng.integers(1, 7)))]  # fmt: skip
    hoop = shade(tone, 0.9)
    parts += [box(about(float(at), 0.1), (-0.9 * wide, 0.9 * wide), (low + 1.0 * high, low + 1.75 * high), hoop)
              for at in np.linspace(x[0] + 1, x[1] - 1, 3)]  # fmt: skip
    fenders = [box((min(trailer.axles) - 0.6, max(trailer.axles) + 0.6), y, (1.02, 1.1), shade(STEEL, 1.2))
               for y in both((trailer.half - 0.5, trailer.half))]  # fmt: skip
    return [*parts, *fenders, *running_gear(sample, trailer, low + 0.15)]


def _box(sample: VehicleSample, trailer: Trailer, front: float, side: Paint) -> list[Mesh]:
    """The body, its roof and the gear under it; the corners of its front square, round or cut."""
    deck = 1.05 if trailer.american else float(sample.rng.uniform(1.05, 1.25))
    cut = float(sample.rng.choice((0.0, 0.08, 0.2, 0.4), p=(0.4, 0.3, 0.2, 0.1)))
    half = trailer.half
    plan = [(trailer.rear, half), (trailer.rear, -half), (front - cut, -half), (front, cut - half), (front, half - cut),
            (front - cut, half)]  # fmt: skip
    parts = [slab(plan, (deck, trailer.top - 0.14), side)]
    roof = Roof(x=(trailer.rear, front - cut), half=half, z=trailer.top)
    if cut:
        nose = [(front - cut, half), (front - cut, -half), (front, cut - half), (front, half - cut)]
        parts.append(slab(nose, (trailer.top - 0.12, trailer.top - 0.01), shade(side, 0.95)))
    doors = box(
        (trailer.rear, trailer.rear + 0.06), (-half, half), (deck - 0.15, trailer.top - 0.02), shade(STEEL, 1.5)
    )
    return [*parts, doors, *draw_roof(sample, roof, side), *running_gear(sample, trailer, deck)]


def _walls(sample: VehicleSample, trailer: Trailer, front: float, side: Paint) -> list[Mesh]:
    """Posts outside the panels, or a stripe of another colour along the wall."""
    half, parts, high = trailer.half, [], (1.3, trailer.top - 0.15)
    if sample.chance(0.4):
        at = np.arange(trailer.rear + 0.6, front - 0.3, 0.6)
        post = shade(BRIGHT_STEEL, sample.rng.uniform(0.5, 1.0))
        for way in (-1, 1):
            one = box((-0.02, 0.02), about(way * (half - 0.003), 0.008), high, post)
            parts.append(copies(one, [(float(each), 0.0, 0.0) for each in at]))
    elif sample.chance(0.4):
        tone = body_paint(sample, white=0.1)
        z = sorted(sample.rng.uniform(*high, 2))
        parts += [box((trailer.rear + 0.3, front - 0.5), y, (float(z[0]), float(z[1])), tone)
                  for y in both((half - 0.01, half))]  # fmt: skip
    return parts
