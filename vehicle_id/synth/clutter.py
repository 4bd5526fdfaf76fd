"""Objects around vehicles: tracks, trees, poles, people, walls, buildings, heaps and stacks.

Each stands on z = 0 around the origin, ready to be turned and moved into a scene. Many serve to cast a shadow, or to
hide a part of the target.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.random import Generator

from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.mesh import Mesh, ball, box, copies, cylinder, join, lathe, quad, relief, tube
from vehicle_id.synth.paint import CONCRETE, DARK_STEEL, RUST, STEEL, TYRE, WOOD, draw_coat, loose, shade
from vehicle_id.synth.shapes.structures.roofs import building_mesh

RAIL_TOP_M: Final = 0.5
"""Height of the rails' top over the ground; a wagon on a `track` is lifted by it."""
GAUGE_M: Final = 1.52
LEAVES: Final = ("#3d4f2a", "#4a5d30", "#34452a", "#5b6a3a", "#6b7a44", "#7a6b3c")
NEEDLES: Final = ("#2c3d2a", "#34452f", "#263527")
EARTH: Final = ("#7d6a52", "#8d7a5f", "#6b5a48", "#9a958c", "#b5a27c", "#4a4642")


# ------------------------------------------------------------------ tracks
def track(length_m: float, rng: Generator) -> list[Mesh]:
    """A straight track along x, centred: ballast, sleepers, two rails whose top is at `RAIL_TOP_M`."""
    stone = loose(rng, str(rng.choice(("#8d8a84", "#77736d", "#6b5f55", "#9d978c", "#5c5852"))))
    wide, crown = rng.uniform(3.2, 4.0) / 2 + 0.4, rng.uniform(1.35, 1.6)
    high = RAIL_TOP_M - 0.2
    across = np.array([-wide, -crown, crown, wide])
    count = max(2, int(length_m / 1.5))
    heights = np.array([0.0, high, high, 0.0]) + rng.normal(0, 0.02, (count, 4))
    bed = relief((-length_m / 2, length_m / 2), (0, 1), np.maximum(heights, 0), stone)
    bed.triangles[..., 1] = np.interp(bed.triangles[..., 1], np.linspace(0, 1, 4), across)
    return [bed, _sleepers(length_m, high, rng), *_rails(length_m, high, rng)]


def _sleepers(length: float, high: float, rng: Generator) -> Mesh:
    """Wood or concrete, 1840 a kilometre, half sunk in the ballast."""
    tone = loose(rng, str(rng.choice(("#4f4238", "#5c4f44", "#a9a59c", "#b8b4aa"))))
    low, top = high - 0.05, high + 0.06
    sides = [quad((x, -1.35, low), (x, 1.35, low), (x, 1.35, top), (x, -1.35, top), tone) for x in (-0.12, 0.12)]
    level = quad((-0.12, -1.35, top), (0.12, -1.35, top), (0.12, 1.35, top), (-0.12, 1.35, top), tone)
    one = join([level, *sides])  # the part in the ballast is left out: a track has hundreds of sleepers
    at = np.arange(-length / 2 + 0.2, length / 2 - 0.1, 1000 / 1840)
    sleepers = copies(one, np.stack([at, 0 * at, 0 * at], 1))
    worn = np.repeat(rng.normal(1, 0.12, len(at)), len(one.rgb))[:, None]
    return Mesh(sleepers.triangles, np.clip(sleepers.rgb * worn, 0.01, 0.9), sleepers.gloss, sleepers.coat)


def _rails(length: float, high: float, rng: Generator) -> list[Mesh]:
    """Rusty sides; the running face is bright where trains run."""
    head = shade(STEEL, rng.uniform(0.8, 1.6)) if rng.random() < 0.6 else RUST
    web = box((-length / 2, length / 2), (-0.055, 0.055), (high, RAIL_TOP_M - 0.02), RUST)
    top = box((-length / 2, length / 2), (-0.038, 0.038), (RAIL_TOP_M - 0.02, RAIL_TOP_M), head)
    return [copies(part, [(0, way * (GAUGE_M / 2 + 0.037), 0) for way in (-1, 1)]) for part in (web, top)]


def catenary(length_m: float, side: int, rng: Generator) -> Mesh:
    """Masts beside a track along x, at its left (1) or right (-1), with arms, and wires over its middle."""
    steel = CONCRETE if rng.random() < 0.4 else shade(STEEL, rng.uniform(0.5, 1.4))
    spacing, away, high = rng.uniform(35, 65), side * rng.uniform(2.8, 3.3), RAIL_TOP_M + 5.8
    at = np.arange(-length_m / 2 + rng.uniform(0, spacing), length_m / 2, spacing)
    mast = join(
        [
            tube((0, away, 0), (0, away, high + 2.2), 0.16, steel, sides=6),
            tube((0, away, high + 1.5), (0, 0, high + 1.2), 0.05, steel, sides=4),
            tube((0, away, high + 0.3), (0, 0, high + 1.2), 0.05, steel, sides=4),
            tube((0, away, high + 0.3), (0, 0.2, high + 0.1), 0.04, steel, sides=4),
        ]
    )
    ends = ((-length_m / 2, 0.0), (length_m / 2, 0.0))
    wires = [tube((ends[0][0], y, z), (ends[1][0], y, z), 0.012, DARK_STEEL, sides=3)
             for y, z in ((0.0, high), (0.0, high + 1.1), (away, high + 2.1))]  # fmt: skip
    return join([copies(mast, np.stack([at, 0 * at, 0 * at], 1)), *wires])


def platform(length_m: float, rng: Generator) -> Mesh:
    """A platform along x from y = 0 to the left: paving, an edge strip, a line, at times a roof on posts."""
    wide, high = rng.uniform(2.5, 8.0), RAIL_TOP_M + float(rng.choice((0.2, 0.55, 0.76, 1.1)))
    paving = loose(rng, str(rng.choice(("#a9a59c", "#8d8a84", "#5f5e5b", "#9a8a7a", "#77736d"))))
    line = loose(rng, str(rng.choice(("#e0ddd5", "#d2aa2c"))))
    x = (-length_m / 2, length_m / 2)
    parts = [
        box(x, (0, wide), (0, high), paving),
        box(x, (0, 0.4), (high - 0.05, high + 0.01), shade(paving, rng.uniform(1.05, 1.4))),
        box(x, (0.8, 0.95), (high - 0.05, high + 0.012), line),
    ]
    if rng.random() < 0.3:
        middle, half = rng.uniform(0.3 * x[0], 0.3 * x[1]), rng.uniform(0.1, 0.4) * length_m
        cover, y = (middle - half, middle + half), (0.3 * wide, 0.95 * wide)
        roof = shade(STEEL, rng.uniform(0.5, 1.6))
        parts.append(box(cover, y, (high + 3.2, high + 3.35), roof))
        posts = np.arange(cover[0] + 0.5, cover[1], 5.0)
        one = tube((0, 0.6 * wide, high), (0, 0.6 * wide, high + 3.2), 0.1, roof, sides=5)
        parts.append(copies(one, np.stack([posts, 0 * posts, 0 * posts], 1)))
    return join(parts)


# ------------------------------------------------------------------ plants
def tree(rng: Generator) -> Mesh:
    """A broad-leaved tree, a conifer, or one without leaves; 3 to 18 m high."""
    kind = rng.random()
    if kind < 0.25:
        return _conifer(rng)
    return _bare_tree(rng) if kind < 0.37 else _broad_tree(rng)


def _broad_tree(rng: Generator) -> Mesh:
    """A crown of many clumps around a darker core, over a trunk."""
    spread, height = rng.uniform(1.2, 4.5), rng.uniform(4, 14)
    paint = loose(rng, str(rng.choice(LEAVES)), spread=0.2)
    middle = max(0.62 * height, 0.6 * spread)
    parts = [tube((0, 0, 0), (0, 0, middle), 0.08 * spread + 0.05, shade(WOOD, 0.5), sides=5)]
    core = ball((0, 0, middle), (0.72 * spread, 0.72 * spread, 0.6 * spread), shade(paint, 0.75))
    parts.append(_rough(core, rng))
    for index in range(14):
        turn, out = index * 2.4 + rng.uniform(-0.4, 0.4), spread * math.sqrt((index + 0.5) / 14) * 0.75
        radius = spread * rng.uniform(0.25, 0.45)
        rise = 0.55 * math.sqrt(max(0.0, spread**2 - out**2)) + rng.uniform(-0.1, 0.1) * spread
        centre = (out * math.cos(turn), out * math.sin(turn), middle + rise)
        clump = ball(centre, (radius, radius, 0.7 * radius), shade(paint, rng.uniform(0.7, 1.3)), detail=0)
        parts.append(_rough(clump, rng, share=0.2))
    return join(parts)


def _rough(mesh: Mesh, rng: Generator, *, share: float = 0.16) -> Mesh:
    """Corners pushed in and out, facets of uneven brightness: foliage instead of a ball."""
    middle = mesh.bounds.mean(0)
    corners, index = np.unique(mesh.triangles.reshape(-1, 3).round(6), axis=0, return_inverse=True)
    pushed = middle + (corners - middle) * rng.normal(1, share, (len(corners), 1))
    pushed[:, 2] = np.maximum(pushed[:, 2], 0.0)
    rgb = np.clip(mesh.rgb * rng.normal(1, 0.15, (len(mesh.rgb), 1)), 0.01, 0.9)
    return Mesh(pushed[index.reshape(-1)].reshape(-1, 3, 3), rgb, mesh.gloss, mesh.coat)


def _conifer(rng: Generator) -> Mesh:
    """Tiers of branches, narrower to the top: a star with a bright middle from above."""
    height = rng.uniform(5, 18)
    radius = height * rng.uniform(0.13, 0.22)
    paint = loose(rng, str(rng.choice(NEEDLES)), spread=0.2)
    parts = [tube((0, 0, 0), (0, 0, 0.3 * height), 0.18, shade(WOOD, 0.5), sides=5)]
    for low in (0.12, 0.35, 0.56, 0.76):
        reach, top = radius * (1.05 - low), min(1.0, low + 0.34)
        tier = lathe(
            "z",
            [(low * height, reach), ((low + 0.08) * height, 0.7 * reach), (top * height, 0.0)],
            (0, 0),
            paint,
            sides=11,
        )
        parts.append(_rough(tier, rng, share=0.09))
    return join(parts)


def _bare_tree(rng: Generator) -> Mesh:
    """Trunk and forked limbs; its shadow is a net of lines."""
    height = rng.uniform(5, 12)
    bark = loose(rng, "#5f564c")
    parts = [tube((0, 0, 0), (0, 0, 0.55 * height), 0.2, bark, sides=5)]
    for _ in range(10):
        turn = rng.uniform(0, 2 * math.pi)
        low, high = rng.uniform(0.3, 0.55) * height, rng.uniform(0.65, 1.0) * height
        out = rng.uniform(0.12, 0.3) * height
        end = (out * math.cos(turn), out * math.sin(turn), high)
        parts.append(tube((0, 0, low), end, 0.09, bark, sides=4))
        fork = (
            1.5 * end[0] + rng.uniform(-0.7, 0.7),
            1.5 * end[1] + rng.uniform(-0.7, 0.7),
            high * rng.uniform(0.9, 1.1),
        )
        parts.append(tube((0.6 * end[0], 0.6 * end[1], (low + high) / 2), fork, 0.05, bark, sides=3))
    return join(parts)


def bush(rng: Generator) -> Mesh:
    """Low and lumpy, 0.5 to 3 m across."""
    paint = loose(rng, str(rng.choice(LEAVES)), spread=0.2)
    parts = []
    for _ in range(int(rng.integers(1, 4))):
        radius = rng.uniform(0.3, 0.9)
        centre = (rng.uniform(-0.6, 0.6), rng.uniform(-0.6, 0.6), 0.5 * radius)
        parts.append(_rough(ball(centre, (radius, radius, 0.8 * radius), paint), rng))
    return join(parts)


# ------------------------------------------------------------------ small objects
def pole(rng: Generator) -> Mesh:
    """A lamp post, a telegraph pole or a lattice mast: small from above, with a long shadow."""
    height = rng.uniform(4, 12)
    kind = rng.choice(("lamp", "wires", "mast"))
    if kind == "mast":
        height *= 1.6
        corners = [(x, y) for x in (-1, 1) for y in (-1, 1)]
        legs = [tube((0.6 * x, 0.6 * y, 0), (0.15 * x, 0.15 * y, height), 0.05, STEEL, sides=4) for x, y in corners]
        braces = [box((-w, w), (-w, w), (z, z + 0.08), STEEL) for w, z in ((0.5, 0.25 * height), (0.35, 0.55 * height))]
        return join([*legs, *braces])
    paint = WOOD if kind == "wires" else STEEL if rng.random() < 0.6 else CONCRETE
    parts = [tube((0, 0, 0), (0, 0, height), 0.13, paint, sides=6)]
    if kind == "wires":
        parts.append(box((-0.06, 0.06), (-1.0, 1.0), (height - 0.7, height - 0.58), paint))
    else:
        reach = rng.uniform(0.8, 2.2)
        parts.append(tube((0, 0, height), (reach, 0, height + 0.3), 0.07, paint, sides=4))
        parts.append(box((reach - 0.2, reach + 0.5), (-0.16, 0.16), (height + 0.22, height + 0.36), shade(STEEL, 1.3)))
    return join(parts)


def person(rng: Generator) -> Mesh:
    """Someone standing or walking, 1.6 to 1.9 m."""
    height = rng.uniform(1.6, 1.9)
    coat, trousers = (
        loose(rng, str(rng.choice(("#3a3f4a", "#5b5f44", "#8a2f2a", "#c8641f", "#c9c5b8", "#23407e")))),
        loose(rng, "#33343a"),
    )
    step = rng.uniform(0.0, 0.3)
    return join(
        [
            tube((-step, 0.1, 0.03), (0, 0.09, 0.48 * height), 0.09, trousers, sides=5),
            tube((step, -0.1, 0.03), (0, -0.09, 0.48 * height), 0.09, trousers, sides=5),
            box((-0.13, 0.13), (-0.25, 0.25), (0.46 * height, 0.84 * height), coat),
            ball((0.02, 0, 0.92 * height), (0.12, 0.1, 0.08 * height), loose(rng, "#6d5140"), detail=0),
        ]
    )


def wall(rng: Generator) -> Mesh:
    """A wall along x with a coping, of concrete slabs, brick or plaster; 4 to 30 m long."""
    length = float(rng.uniform(4, 30))
    height, paint = rng.uniform(1.2, 3.2), loose(rng, str(rng.choice(("#a9a59c", "#8a5a48", "#c8c2b2", "#8d8a84"))))
    post = box((-0.17, 0.17), (-0.17, 0.17), (0, height), shade(paint, 0.9))
    at = np.linspace(-length / 2 + 0.17, length / 2 - 0.17, max(2, int(length / 3)))
    coping = box((-length / 2, length / 2), (-0.14, 0.14), (height - 0.1, height - 0.02), shade(paint, 1.15))
    return join(
        [
            box((-length / 2, length / 2), (-0.1, 0.1), (0, height - 0.05), paint),
            coping,
            copies(post, np.stack([at, 0 * at, 0 * at], 1)),
        ]
    )


def fence(rng: Generator) -> Mesh:
    """Posts with rails, pales or wire along x; 4 to 30 m long."""
    length = float(rng.uniform(4, 30))
    height = rng.uniform(1.0, 2.4)
    paint = STEEL if rng.random() < 0.5 else loose(rng, "#7d6a54")
    at = np.linspace(-length / 2 + 0.1, length / 2 - 0.1, max(2, int(length / 2.5)))
    post = box((-0.06, 0.06), (-0.06, 0.06), (0, height), paint)
    rail = box((-length / 2, length / 2), (-0.025, 0.025), (-0.04, 0.04), paint)
    parts = [
        copies(post, np.stack([at, 0 * at, 0 * at], 1)),
        copies(rail, [(0, 0, share * height) for share in (0.3, 0.65, 0.95)]),
    ]
    if rng.random() < 0.5:
        pale = box((-0.05, 0.05), (-0.03, 0.03), (0.1, height - 0.05), shade(paint, 0.9))
        close = np.arange(-length / 2 + 0.2, length / 2, max(0.3, length / 60))
        parts.append(copies(pale, np.stack([close, 0 * close, 0 * close], 1)))
    return join(parts)


def kerb(rng: Generator) -> Mesh:
    """Kerb stones along x, the joints between them showing."""
    stones = int(rng.integers(4, 30))
    paint = shade(CONCRETE, rng.uniform(0.8, 1.25))
    stone = box((-0.49, 0.49), (-0.08, 0.08), (0, rng.uniform(0.1, 0.2)), paint)
    return copies(stone, [(i - stones / 2 + 0.5, 0, 0) for i in range(stones)])


def building(rng: Generator) -> Mesh:
    """A building 6 to 25 m long and 3 to 12 m high, to cast a shadow over the target."""
    length, width = rng.uniform(6, 25), rng.uniform(5, 14)
    return building_mesh(float(length), float(width), float(rng.uniform(3, 12)), rng)


# ------------------------------------------------------------------ heaps and stacks
def pile(rng: Generator) -> Mesh:
    """A heap of earth, gravel or rubble, 2 to 10 m across."""
    length, width = rng.uniform(2, 10), rng.uniform(1.5, 6)
    height = min(length, width) * rng.uniform(0.2, 0.35)
    u, v = np.linspace(-1, 1, 11)[:, None], np.linspace(-1, 1, 9)
    cone: Float64Array = np.clip(1 - np.hypot(u, v), 0, None) ** 0.8
    rough = 1 + 0.2 * rng.normal(size=cone.shape)
    half = (-length / 2, length / 2), (-width / 2, width / 2)
    return _risen(
        relief(*half, height * cone * np.clip(rough, 0.3, 2), loose(rng, str(rng.choice(EARTH)), spread=0.18))
    )


def berm(rng: Generator) -> Mesh:
    """A bank of earth along x, 5 to 25 m long."""
    length, width, height = rng.uniform(5, 25), rng.uniform(2, 5), rng.uniform(0.8, 2.5)
    u, v = np.linspace(-1, 1, 21)[:, None], np.linspace(-1, 1, 7)
    ridge = np.clip(1.2 - np.abs(u) ** 4 - np.abs(v) ** 1.5 * 1.2, 0, None)
    heights = height * ridge * np.clip(rng.normal(1, 0.12, (21, 7)), 0.5, 1.5)
    bank = relief((-length / 2, length / 2), (-width / 2, width / 2), heights, loose(rng, str(rng.choice(EARTH))))
    return _risen(bank)


def _risen(mesh: Mesh) -> Mesh:
    """Without the triangles flat on the ground, so that the outline of a heap is no rectangle."""
    kept = mesh.triangles[..., 2].max(1) > 0.01
    return Mesh(mesh.triangles[kept], mesh.rgb[kept], mesh.gloss[kept], mesh.coat[kept])


def stack(rng: Generator) -> Mesh:
    """Crates, pipes, timber, barrels, tyres or concrete blocks, in order."""
    return (_crates, _pipes, _timber, _barrels, _tyres, _blocks)[rng.integers(6)](rng)


def _crates(rng: Generator) -> Mesh:
    """Boxes of wood or steel in two layers, some missing."""
    side, paint = rng.uniform(0.8, 1.6), loose(rng, str(rng.choice(("#8a7458", "#5b5f44", "#a08a66", "#6a6d70"))))
    crate = box((-0.48 * side, 0.48 * side), (-0.48 * side, 0.48 * side), (0, 0.8 * side), paint)
    nx, ny = rng.integers(1, 5, 2)
    places = [
        (i * side, j * side, k * 0.8 * side) for i in range(nx) for j in range(ny) for k in range(rng.integers(1, 3))
    ]
    return _centred(copies(crate, places))


def _pipes(rng: Generator) -> Mesh:
    """Tubes side by side, a second layer in the gaps."""
    radius, length, count = rng.uniform(0.15, 0.6), rng.uniform(3, 12), int(rng.integers(3, 8))
    paint = (STEEL, RUST, CONCRETE, DARK_STEEL)[rng.integers(4)]
    one = cylinder("x", (-length / 2, length / 2), (0, radius), radius, paint, sides=9)
    places = [(rng.uniform(-0.2, 0.2), 2 * radius * i, 0.0) for i in range(count)]
    places += [(rng.uniform(-0.2, 0.2), 2 * radius * (i + 0.5), 1.73 * radius) for i in range(count - 1)]
    return _centred(copies(one, places))


def _timber(rng: Generator) -> Mesh:
    """Sawn boards in bundles on bearers."""
    length, count = rng.uniform(2.5, 6), int(rng.integers(1, 4))
    paint = loose(rng, str(rng.choice(("#b39a70", "#8b7355", "#c9b48a"))))
    bundle = box((-length / 2, length / 2), (-0.5, 0.5), (0.1, 1.0), paint)
    bearer = box((-0.08, 0.08), (-0.55, 0.55), (0, 0.1), shade(paint, 0.6))
    parts = [bundle, copies(bearer, [(way * 0.35 * length, 0, 0) for way in (-1, 1)])]
    lines = box((-length / 2 - 0.01, length / 2 + 0.01), (-0.02, 0.02), (0.9, 1.01), shade(paint, 0.6))
    parts.append(copies(lines, [(0, y, 0) for y in (-0.3, 0.0, 0.3)]))
    return _centred(copies(join(parts), [(rng.uniform(-0.3, 0.3), 1.2 * i, 0) for i in range(count)]))


def _barrels(rng: Generator) -> Mesh:
    """Drums standing in rows, of two colours."""
    parts = []
    for _ in range(2):
        paint = draw_coat(rng, ("blue", "red", "black", "green", "brown", "white"))[0]
        drum = cylinder("z", (0, 0.88), (0, 0), 0.29, paint, sides=8)
        parts.append(copies(drum, [(0.62 * i, 0.62 * rng.integers(0, 4), 0) for i in range(int(rng.integers(2, 6)))]))
    return _centred(join([parts[0], parts[1].moved((0, 2.5, 0))]))


def _tyres(rng: Generator) -> Mesh:
    """Piles of tyres, a dark ring each."""
    radius = rng.uniform(0.35, 0.9)
    ring = lathe(
        "z",
        [(0, 0.55 * radius), (0.05, radius), (0.5 * radius, radius), (0.55 * radius, 0.55 * radius)],
        (0, 0),
        TYRE,
        sides=10,
    )
    places = [
        (2.05 * radius * i, 2.05 * radius * j, 0.55 * radius * k)
        for i in range(rng.integers(1, 4))
        for j in range(rng.integers(1, 3))
        for k in range(rng.integers(1, 3))
    ]
    return _centred(copies(ring, places))


def _blocks(rng: Generator) -> Mesh:
    """Concrete slabs or blocks, a little askew."""
    size = rng.uniform((0.6, 0.4, 0.3), (3.5, 1.2, 0.6))
    block = box(
        (-size[0] / 2, size[0] / 2), (-size[1] / 2, size[1] / 2), (0, size[2]), shade(CONCRETE, rng.uniform(0.8, 1.2))
    )
    parts = [
        block.turned(rng.normal(0, 3)).moved((0, 1.1 * size[1] * (i % 3), size[2] * (i // 3)))
        for i in range(int(rng.integers(2, 10)))
    ]
    return _centred(join(parts))


def _centred(mesh: Mesh) -> Mesh:
    """Over the origin in x and y."""
    middle = mesh.bounds.mean(0)
    return mesh.moved((-middle[0], -middle[1], 0.0))


CLUTTER: Final[Mapping[str, Callable[[Generator], Mesh]]] = {
    "tree": tree,
    "bush": bush,
    "pole": pole,
    "person": person,
    "wall": wall,
    "fence": fence,
    "kerb": kerb,
    "building": building,
    "pile": pile,
    "berm": berm,
    "stack": stack,
}
"""Name -> the function that draws one."""
