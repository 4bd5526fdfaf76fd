"""Houses and halls by their roofs: gabled, hipped, flat with a parapet, saw-toothed, vaulted.

Seen from above a building is its roof and its shadow; walls show a little, obliquely. Also roof
equipment: chimneys, skylights, air coolers, stair heads.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.random import Generator

from vehicle_id.synth.mesh import Assembly, Mesh, Point, Span, arch, box, copies, cylinder, join, quad
from vehicle_id.synth.paint import CONCRETE, DARK_STEEL, GLASS, STEEL, Paint, loose, shade
from vehicle_id.synth.vehicle_sample import VehicleSample

TILES: Final = ("#8c4a36", "#a1573c", "#6f4436", "#5b4a44", "#77787a", "#4d4f52", "#93816f")
FELT: Final = ("#4a4a4a", "#6a6966", "#8b8a86", "#a8a6a0", "#c6c5c0", "#5a534c")
SHEET: Final = ("#8f9598", "#a9aeb0", "#6f7d86", "#b9bcbb", "#7a5c4c", "#5f7285", "#8a9a8c")
WALLS: Final = ("#b8b2a4", "#9a948a", "#c8bfa8", "#8a5a48", "#d0cdc6")


def roof(sample: VehicleSample) -> Assembly:
    """A house when small, a hall or a block of flats when large; walls go down to the ground."""
    length, width, height = sample.length_m, sample.width_m, sample.height_m
    paint = sample.coat if sample.chance(0.45) else None
    return Assembly(fixed=[building_mesh(length, width, height, sample.rng, paint=paint)])


def building_mesh(length: float, width: float, height: float, rng: Generator, *, paint: Paint | None = None) -> Mesh:
    """A building filling its length (x), width (y) and height, with a roof that suits its size.

    Args:
        length: metres along x, the direction of the ridge.
        width: metres along y.
        height: to the highest point.
        rng: source of kind, colours and roof equipment.
        paint: the roof's; None draws one.
    """
    if max(length, width) < 16:
        kind = rng.choice(("gable", "hip", "flat", "shed"), p=(0.45, 0.3, 0.15, 0.1))
    else:
        kind = rng.choice(("flat", "low gable", "saw", "vault", "hip"), p=(0.45, 0.27, 0.12, 0.08, 0.08))
    if width > length and kind in ("gable", "hip", "low gable", "vault"):
        return building_mesh_of(str(kind), width, length, height, rng, paint).turned(90)
    return building_mesh_of(str(kind), length, width, height, rng, paint)


def building_mesh_of(
    kind: str, length: float, width: float, height: float, rng: Generator, paint: Paint | None
) -> Mesh:
    """A building with a roof of one kind."""
    x, y = (-length / 2, length / 2), (-width / 2, width / 2)
    tones = {"flat": FELT, "gable": TILES, "hip": TILES}.get(kind, SHEET)
    cover = paint or loose(rng, str(rng.choice(tones)))
    wall = loose(rng, str(rng.choice(WALLS)))
    if kind == "flat":
        return join(_flat(x, y, height, cover, wall, rng))
    if kind == "saw":
        return join(_saw(x, y, height, cover, wall, rng))
    rise = {"low gable": 0.1, "vault": 0.18, "shed": 0.12}.get(kind, rng.uniform(0.25, 0.45)) * width
    eaves = max(0.55 * height, height - rise)
    if kind == "hip":
        return join(
            [*_walls(x, y, eaves, wall), *_hip(x, y, eaves, height - 0.02, cover), *_house_top(x, eaves, height, rng)]
        )
    if kind == "vault":
        turns = np.linspace(0, math.pi, 9)
        section = [(y[1] * math.cos(t), eaves + (height - eaves) * math.sin(t)) for t in turns]
        return join([*_walls(x, y, eaves, wall), arch(x, section, cover), *_seams(x, section, cover)])
    ridge = 0.0 if kind != "shed" else y[1] * 0.98
    section = [(y[0], eaves - 0.05), (y[1], eaves - 0.05), (y[1], eaves), (ridge, height - 0.03), (y[0], eaves)]
    covered = [*_walls(x, y, eaves - 0.05, wall), arch(x, section, cover), *_seams(x, section, cover)]
    if kind == "gable":
        covered += _house_top(x, eaves, height, rng)
    elif kind == "low gable":
        covered += _skylights(x, y, eaves, height, rng)
    return join(covered)


def _walls(x: Span, y: Span, eaves: float, paint: Paint) -> list[Mesh]:
    """Under the eaves, half a metre back from the roof's edge at most."""
    back = min(0.5, 0.05 * (y[1] - y[0]))
    return [box((x[0] + back, x[1] - back), (y[0] + back, y[1] - back), (0.0, eaves), paint)]


def _seams(x: Span, section: list[tuple[float, float]], cover: Paint) -> list[Mesh]:
    """Rows of sheets or weathered bands across the slopes, and the ridge."""
    length = x[1] - x[0]
    count = int(np.clip(length / 1.5, 3, 18))
    lifted = [(0.999 * y, z + 0.02) for y, z in section]
    strip = arch((-0.15 * length / count, 0.15 * length / count), lifted, shade(cover, 0.88))
    top = max(z for _, z in section)
    at = max(section, key=lambda corner: corner[1])[0]
    ridge = box(x, (at - 0.12, at + 0.12), (top - 0.1, top + 0.03), shade(cover, 1.2))
    places = [(x[0] + (i + 0.5) * length / count, 0.0, 0.0) for i in range(count)]
    return [copies(strip, places), ridge]


def _hip(x: Span, y: Span, eaves: float, top: float, cover: Paint) -> list[Mesh]:
    """Four slopes meeting in a short ridge."""
    run = min((y[1] - y[0]) / 2, (x[1] - x[0]) / 2 - 0.2)
    front: Point = (x[1] - run, 0.0, top)
    rear: Point = (x[0] + run, 0.0, top)
    corner = [(x[i], y[j], eaves) for i, j in ((0, 0), (1, 0), (1, 1), (0, 1))]
    slab_under = box(x, y, (eaves - 0.12, eaves), shade(cover, 0.8))
    ridge = box((rear[0], front[0]), (-0.12, 0.12), (top - 0.1, top + 0.02), shade(cover, 1.2))
    return [
        slab_under,
        ridge,
        quad(corner[0], corner[1], front, rear, cover),
        quad(corner[2], corner[3], rear, front, cover),
        quad(corner[1], corner[2], front, front, cover),
        quad(corner[3], corner[0], rear, rear, cover),
    ]


def _house_top(x: Span, eaves: float, height: float, rng: Generator) -> list[Mesh]:
    """A chimney, roof windows, and solar panels on one slope."""
    parts = []
    if rng.random() < 0.6:
        at = rng.uniform(0.3, 0.7) * (x[1] - x[0]) + x[0]
        parts.append(box((at - 0.3, at + 0.3), (-0.6, 0.2), (eaves, height + 0.02), loose(rng, "#8d5c4c")))
        parts.append(box((at - 0.2, at + 0.2), (-0.45, 0.05), (height, height + 0.03), DARK_STEEL))
    return parts


def _skylights(x: Span, y: Span, eaves: float, height: float, rng: Generator) -> list[Mesh]:
    """Light strips or roof vents along both slopes of a hall."""
    if rng.random() < 0.3:
        return []
    slope = (height - eaves) / y[1]
    light = loose(rng, "#c9d2d2") if rng.random() < 0.7 else GLASS
    parts = []
    count = int(rng.integers(2, 8))
    for way in (-1, 1):
        a, b = 0.3 * y[1], 0.75 * y[1]
        za, zb = (height + 0.03 - slope * v for v in (a, b))
        strip = quad((-0.5, way * a, za), (0.5, way * a, za), (0.5, way * b, zb), (-0.5, way * b, zb), light)
        parts.append(copies(strip, [(at, 0, 0) for at in np.linspace(x[0], x[1], count + 2)[1:-1].tolist()]))
    return parts


def _flat(x: Span, y: Span, height: float, cover: Paint, wall: Paint, rng: Generator) -> list[Mesh]:
    """A deck within a parapet, patched, with a stair head, coolers and vents; the highest fills the height."""
    small = max(x[1] - x[0], y[1] - y[0]) < 16
    head = 0.0 if small or rng.random() < 0.4 else min(2.6, 0.25 * height)
    curb = height - head
    deck = curb - min(0.6, 0.1 * height)
    parts = [
        box(x, y, (0.0, deck), wall),
        box((x[0] + 0.1, x[1] - 0.1), (y[0] + 0.1, y[1] - 0.1), (deck, deck + 0.03), cover),
    ]
    parts += _parapet(x, y, deck, curb, shade(wall, rng.uniform(0.8, 1.2)))
    parts += _patches(x, y, deck + 0.03, cover, rng)
    parts += _machines(x, y, deck, curb, rng)
    if head:
        at = rng.uniform(x[0] + 3.5, x[1] - 3.5) if x[1] - x[0] > 8 else 0.0
        parts.append(box((at - 1.6, at + 1.6), (-1.4, 1.4), (deck, height), shade(wall, 0.9)))
    return parts


def _parapet(x: Span, y: Span, low: float, top: float, paint: Paint) -> list[Mesh]:
    along = box(x, (-0.15, 0.15), (low, top), paint)
    across = box((-0.15, 0.15), (y[0], y[1]), (low, top - 0.01), paint)
    return [
        copies(along, [(0, y[0] + 0.15, 0), (0, y[1] - 0.15, 0)]),
        copies(across, [(x[0] + 0.15, 0, 0), (x[1] - 0.15, 0, 0)]),
    ]


def _patches(x: Span, y: Span, z: float, cover: Paint, rng: Generator) -> list[Mesh]:
    """Felt laid at other times, and puddle marks."""
    parts = []
    for index in range(int(rng.integers(0, 6))):
        long, wide = rng.uniform(0.08, 0.3) * (x[1] - x[0]), rng.uniform(0.08, 0.35) * (y[1] - y[0])
        at, aside = rng.uniform(x[0] + long, x[1] - long), rng.uniform(y[0] + wide, y[1] - wide)
        span_x, span_y = (at - long * 0.8, at + long * 0.8), (aside - wide * 0.8, aside + wide * 0.8)
        parts.append(box(span_x, span_y, (z, z + 0.012 * (index + 1)), shade(cover, rng.uniform(0.75, 1.25))))
    return parts


def _machines(x: Span, y: Span, deck: float, curb: float, rng: Generator) -> list[Mesh]:
    """Air coolers with fans, vent pipes, roof lights; no higher than the parapet where there is no other equipment."""
    area = (x[1] - x[0]) * (y[1] - y[0])
    parts = []
    top = max(curb, deck + 0.4)
    for _ in range(int(rng.integers(0, 3 + min(9, int(area / 80))))):
        at, aside = rng.uniform(x[0] + 1.2, x[1] - 1.2), rng.uniform(y[0] + 1.2, y[1] - 1.2)
        long, wide = rng.uniform(0.3, 1.0, 2)
        kind = rng.random()
        if kind < 0.5:
            parts.append(box((at - long, at + long), (aside - wide, aside + wide), (deck, top), loose(rng, "#b4b6b4")))
            parts.append(
                cylinder("z", (top - 0.2, top + 0.01), (at, aside), 0.7 * min(long, wide), DARK_STEEL, sides=8)
            )
        elif kind < 0.8:
            parts.append(cylinder("z", (deck, top), (at, aside), 0.25, STEEL, sides=7))
        else:
            parts.append(box((at - long, at + long), (aside - wide, aside + wide), (deck, top - 0.1), GLASS))
    return parts


def _saw(x: Span, y: Span, height: float, cover: Paint, wall: Paint, rng: Generator) -> list[Mesh]:
    """Teeth along the length, each with its vertical glazed side in the same direction."""
    count = int(np.clip((x[1] - x[0]) / rng.uniform(5, 9), 2, 10))
    pitch = (x[1] - x[0]) / count
    eaves = height - min(0.35 * pitch, 0.4 * height)
    outline = [(0.0, eaves), (pitch, eaves), (pitch, height)]
    tooth = [
        quad((0, y[0], eaves), (0, y[1], eaves), (pitch, y[1], height), (pitch, y[0], height), cover),
        quad((pitch, y[0], eaves), (pitch, y[1], eaves), (pitch, y[1], height), (pitch, y[0], height), GLASS),
        *(quad((outline[0][0], v, eaves), (pitch, v, eaves), (pitch, v, height), (0, v, eaves), wall) for v in y),
        box((pitch - 0.3, pitch), y, (height - 0.1, height), CONCRETE),
    ]
    return [box(x, y, (0.0, eaves), wall), copies(join(tooth), [(x[0] + i * pitch, 0, 0) for i in range(count)])]
