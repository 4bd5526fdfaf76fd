"""Open wagons: ribbed walls round coal, ore, sand, scrap, timber, a tarpaulin, or nothing."""

from __future__ import annotations

import numpy as np

from vehicle_id.synth.mesh import Assembly, Mesh, Span, box, relief, tube
from vehicle_id.synth.paint import DARK_STEEL, RUST, STEEL, Paint, loose, shade
from vehicle_id.synth.shapes.common.loose import LOOSE, humps
from vehicle_id.synth.shapes.common.roof_marks import MARK_M, evenly, foreign, patches, rust, seams
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.railway.running_gear import bogies, couplers, ends, ladders
from vehicle_id.synth.vehicle_sample import VehicleSample

FLOOR_M = 1.3
TARPAULINS = ("#2f4a6d", "#4a5a4a", "#6a6a62", "#3a3f36", "#8a8f92", "#5f6b3a", "#2a2c30", "#7d5a3a")


def gondola(sample: VehicleSample) -> Assembly:
    """Walls, rim and ribs over two bogies; what lies inside differs most."""
    rng, x, half = sample.rng, ends(sample), sample.width_m / 2
    kind = rng.random()
    over = rng.uniform(0.05, 0.45) if 0.3 < kind < 0.9 and sample.chance(0.45) else 0.0
    rim = sample.height_m - over
    inside, wall = (x[0] + 0.14, x[1] - 0.14), half - 0.2
    fixed = [*bogies(sample, x), *couplers(sample, x), *_walls(sample, x, half, rim)]
    if kind < 0.3:
        fixed += _bare(sample, inside, wall, rim)
    elif kind < 0.72:
        fixed += _bulk(sample, inside, wall, (rim, sample.height_m))
    elif kind < 0.8:
        fixed += _scrap(sample, inside, wall, (rim, sample.height_m))
    elif kind < 0.88:
        fixed += _timber(sample, inside, wall, (rim, sample.height_m))
    else:
        fixed.append(_sheet(sample, x, half, (rim, sample.height_m)))
    if over:
        peak = about(sum(x) / 2, 0.3)
        fixed.append(box(peak, (-0.15, 0.15), (rim - 0.5, sample.height_m), RUST if kind > 0.72 else _dark(sample)))
    return Assembly(fixed=fixed)


def _dark(sample: VehicleSample) -> Paint:
    return shade(DARK_STEEL, sample.rng.uniform(0.4, 1.0))


def _walls(sample: VehicleSample, x: Span, half: float, rim: float) -> list[Mesh]:
    """Four walls, a rim along their tops, posts outside; rust in streaks along the rim."""
    rng, tone = sample.rng, sample.coat
    chord, thick = shade(tone, rng.uniform(0.8, 1.35)), rng.uniform(0.1, 0.17)
    z = (1.0, rim)
    found = [box(x, y, z, tone) for y in both((half - 0.15, half - 0.09))]
    found += [box((a, a + 0.08), (0.1 - half, half - 0.1), z, tone) for a in (x[0] + 0.03, x[1] - 0.11)]
    found += [box(x, y, (rim - 0.12, rim), chord) for y in both((half - 0.06 - thick, half - 0.04))]
    found += [box((a, a + thick), (0.06 - half, half - 0.06), (rim - 0.12, rim), chord) for a in (x[0], x[1] - thick)]
    posts = evenly(x, int(rng.integers(6, 14)))
    deep = rng.uniform(0.0, 0.04)
    found += [
        box(about(at, rng.uniform(0.1, 0.2)), y, (z[0], rim - rng.uniform(0.0, 0.2)), shade(tone, 0.95))
        for at in posts
        for y in both((half - 0.1, half - deep))
    ]
    found += [box(x, y, (1.0, 1.2), shade(tone, 0.8)) for y in both((half - 0.1, half))]
    if sample.chance(0.4):
        found += [
            piece
            for y in both((half - 0.16, half - 0.06))
            for piece in patches(rng, x, y, rim, rust(rng), count=5, size=(0.1, 1.5))
        ]
    found.append(box(x, (0.15 - half, half - 0.15), (1.05, FLOOR_M), _floor_paint(sample)))
    return found + ladders(sample, [(x[0] + 0.4, half - 0.06), (x[1] - 0.4, 0.06 - half)], (0.7, rim))


def _floor_paint(sample: VehicleSample) -> Paint:
    """Worn steel, rust or dirt."""
    rng = sample.rng
    return (
        rust(rng)
        if sample.chance(0.5)
        else loose(rng, str(rng.choice(("#4a4643", "#6b645c", "#3a3735", "#7d746a"))), spread=0.2)
    )


def _bare(sample: VehicleSample, x: Span, half: float, rim: float) -> list[Mesh]:
    """Floor with cross ribs or hatches, remains of loads, ribs up the walls, ties across at the rim of some."""
    rng, floor = sample.rng, _floor_paint(sample)
    y, found = (-half, half), []
    found.append(
        seams(
            x,
            y,
            FLOOR_M,
            rng.uniform(0.8, 1.8),
            shade(floor, rng.uniform(0.6, 1.5)),
            wide=rng.uniform(0.08, 0.2),
            high=0.05,
        )
    )
    if sample.chance(0.7):
        found.append(box(x, (-0.2, 0.2), (FLOOR_M - 0.05, FLOOR_M + 0.06), shade(floor, 0.8)))
    rest = loose(rng, str(rng.choice(LOOSE[str(rng.choice(list(LOOSE)))])))
    found += patches(rng, x, y, FLOOR_M + MARK_M, rest, count=int(rng.integers(0, 12)), size=(0.2, 2.2))
    ribs = evenly(x, int(rng.integers(5, 10)))
    found += [
        box(about(at, 0.12), way, (FLOOR_M, rim - 0.1), shade(floor, 0.9))
        for at in ribs
        for way in both((half, half + 0.06))
    ]
    if sample.chance(0.2):
        found += [box(about(at, 0.1), y, (rim - 0.3, rim - 0.2), sample.coat) for at in ribs[1:-1]]
    return found


def _bulk(sample: VehicleSample, x: Span, half: float, z: Span) -> list[Mesh]:
    """Coal to the rim or heaped, heavy ore low in two heaps over the bogies, sand and gravel between."""
    rng = sample.rng
    goods = str(rng.choice(("coal", "coal", "ore", "sand", "gravel")))
    tone = loose(rng, str(rng.choice(LOOSE[goods])), spread=0.2)
    count = 2 if goods == "ore" and sample.chance(0.6) else int(rng.integers(1, 6))
    high = z[1] - 0.02 if z[1] > z[0] else z[0] - rng.uniform(0.05, 0.35) * (z[0] - FLOOR_M)
    low = max(FLOOR_M, min(z[0] - 0.15, high - rng.uniform(0.15, 1.0)))
    shape = humps(count, (25, 8), rng)
    if sample.chance(0.35):  # levelled
        shape = np.clip(shape, 0, rng.uniform(0.45, 0.7))
    load = relief(x, (-half, half), low + (high - low) * shape / max(float(shape.max()), 0.1), tone)
    grains = rng.normal(1.0, rng.uniform(0.03, 0.15), (len(load.rgb), 1))
    load.rgb[:] = np.clip(load.rgb * grains, 0.01, 0.9)
    if goods == "coal" and sample.chance(0.2):  # sprayed against dust
        load.rgb[::2] = np.clip(load.rgb[::2] * 1.8 + 0.05, 0, 0.9)
    return [load]


def _scrap(sample: VehicleSample, x: Span, half: float, z: Span) -> list[Mesh]:
    """Pieces of every size and tone, tumbled."""
    rng, found = sample.rng, []
    top = z[1] - 0.05
    for _ in range(70):
        size = rng.uniform(0.15, 1.1, 3) * (1.0, 0.6, 0.3)
        at = (rng.uniform(x[0] + 0.6, x[1] - 0.6), rng.uniform(-half + 0.5, half - 0.5))
        tone = (rust(rng), shade(STEEL, rng.uniform(0.4, 1.6)), _dark(sample), foreign(rng, ("mixed",)))[
            int(rng.choice(4, p=(0.5, 0.25, 0.15, 0.1)))
        ]
        piece = box(about(0, float(size[0])), about(0, float(size[1])), (-float(size[2]), 0.0), tone)
        found.append(piece.turned(rng.uniform(0, 180)).moved((*at, top - rng.uniform(0.0, 0.6))))
    return [box(x, (-half, half), (FLOOR_M, top - 0.6), rust(rng)), *found]


def _timber(sample: VehicleSample, x: Span, half: float, z: Span) -> list[Mesh]:
    """Piles of logs end to end, a gap between."""
    rng, found = sample.rng, []
    bark = loose(rng, str(rng.choice(("#6b5a48", "#8a7458", "#a08866", "#5a4a3c"))), spread=0.2)
    piles = int(rng.integers(2, 4))
    step = (x[1] - x[0]) / piles
    for index in range(piles):
        a, b = x[0] + index * step + 0.15, x[0] + (index + 1) * step - 0.15
        for y in np.arange(0.15 - half, half - 0.1, 0.26):
            high = z[1] - 0.14 - rng.uniform(0, 0.3)
            found.append(
                tube(
                    (a + rng.uniform(0, 0.25), float(y), high),
                    (b - rng.uniform(0, 0.25), float(y), high),
                    0.14,
                    shade(bark, rng.uniform(0.7, 1.3)),
                    sides=6,
                )
            )
        found.append(box((a + 0.2, b - 0.2), (-half, half), (FLOOR_M, z[1] - 0.4), shade(bark, 0.6)))
    return found


def _sheet(sample: VehicleSample, x: Span, half: float, z: Span) -> Mesh:
    """A tarpaulin over the whole, peaked on a ridge pole or lying on the load."""
    rng = sample.rng
    cloth = loose(rng, str(rng.choice(TARPAULINS)), spread=0.2)
    count = int(rng.integers(6, 18))
    crown = z[1] + 0.0 if z[1] > z[0] else z[0] + 0.1
    across = (
        np.array([-0.08, 0.4, 0.8, 1.0, 0.8, 0.4, -0.08])
        if sample.chance(0.5)
        else np.array([0.0, 0.2, 0.1, 0.3, 0.2, 0.1, 0.0])
    )
    heights = (
        z[0]
        + 0.02
        + (crown - z[0] - 0.02) * across * rng.uniform(0.5, 1.0, (count, 1)) * rng.uniform(0.8, 1.0, (count, 7))
    )
    return relief(x, (0.02 - half, half - 0.02), heights, cloth)
