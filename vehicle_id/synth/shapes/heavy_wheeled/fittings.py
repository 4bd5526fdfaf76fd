"""Small fittings on roofs, decks and platforms: hatches, fans, grilles, boxes, ladders, drums, spare wheels, stacks.

Each fills a flat cell: its floor is the surface that it stands on, its top is the highest point allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from vehicle_id.synth.mesh import Mesh, box, cylinder, tube
from vehicle_id.synth.paint import CANVAS, CHASSIS, GLASS, STEEL, TYRE, shade
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.shapes.heavy_wheeled.cells import Cell
from vehicle_id.synth.shapes.heavy_wheeled.kit import Kit

Filling = Callable[[Kit, Cell], list[Mesh]]


def hatches(kit: Kit, cell: Cell) -> list[Mesh]:
    """One to three round or square lids."""
    count = kit.count(1, 3)
    paint, top = kit.near(kit.coat, 0.35), cell.z[0] + min(cell.height, 0.08)
    lids = [one.part(x=(0.2, 0.8), y=(0.2, 0.8)) for one in cell.crosswise(count)]
    if kit.chance(0.5):
        return [box(lid.x, lid.y, (lid.z[0], top), paint) for lid in lids]
    radius = min(0.4, cell.length * 0.4, lids[0].width * 0.5)
    return [cylinder("z", (lid.z[0], top), lid.middle[:2], radius, paint, sides=10) for lid in lids]


def fans(kit: Kit, cell: Cell) -> list[Mesh]:
    """Round fan openings, dark within a ring."""
    count = max(1, min(3, round(cell.width / max(cell.length, 0.3))))
    parts = []
    for one in cell.crosswise(count):
        radius, (x, y, _) = 0.44 * min(one.length, one.width), one.middle
        rim = one.z[0] + min(one.height, 0.1)
        parts.append(cylinder("z", (one.z[0], rim - 0.01), (x, y), radius, kit.trim, sides=12))
        parts.append(cylinder("z", (one.z[0], rim), (x, y), 0.8 * radius, CHASSIS, sides=12))
    return parts


def louvres(kit: Kit, cell: Cell) -> list[Mesh]:
    """A grille of bars over a dark opening, across or along."""
    opening = cell.part(x=(0.06, 0.94), y=(0.06, 0.94)).with_z((cell.z[0], cell.z[0] + min(0.03, cell.height)))
    bars = opening.lengthwise(kit.count(3, 7), gap=0.55) if kit.chance(0.6) else opening.crosswise(5, gap=0.5)
    paint, top = kit.near(kit.coat, 0.25), cell.z[0] + min(0.06, cell.height)
    return [opening.solid(CHASSIS), *(box(bar.x, bar.y, (bar.z[0], top), paint) for bar in bars)]


def stowage(kit: Kit, cell: Cell) -> list[Mesh]:
    """Boxes of uneven height and tone."""
    across = kit.count(1, 3)
    rows = cell.lengthwise(kit.count(1, 2), gap=0.1)
    places = [one for row in rows for one in row.crosswise(across, gap=0.15)]
    return [one.part(z=(0, kit.between(0.35, 1))).solid(kit.near(kit.body, 0.3)) for one in places if kit.chance(0.8)]


def spare_wheels(kit: Kit, cell: Cell) -> list[Mesh]:
    """One or two wheels lying flat."""
    count = 2 if cell.width > 1.8 * cell.length and kit.chance(0.6) else 1
    parts = []
    for one in cell.crosswise(count):
        radius, (x, y, _) = min(0.7, 0.48 * min(one.length, one.width)), one.middle
        top = one.z[0] + min(one.height, 0.4)
        parts.append(cylinder("z", (one.z[0], top), (x, y), radius, TYRE, sides=12))
        parts.append(cylinder("z", (one.z[0], top + 0.01), (x, y), 0.45 * radius, kit.near(kit.coat), sides=8))
    return parts


def drums(kit: Kit, cell: Cell) -> list[Mesh]:
    """Silencers, air bottles or tanks: lying cylinders across or along."""
    paint = kit.pick({STEEL: 1.0, kit.trim: 2.0, kit.near(kit.coat): 3.0})
    if kit.chance(0.5):
        radius = min(0.4, cell.height / 2, cell.length / 2)
        return [cylinder("y", cell.y, (cell.middle[0], cell.z[0] + radius), radius, paint, sides=10)]
    row = cell.crosswise(kit.count(1, 3), gap=0.2)
    radius = min(0.4, cell.height / 2, row[0].width / 2)
    return [cylinder("x", one.x, (one.middle[1], one.z[0] + radius), radius, paint, sides=10) for one in row]


def canvas_roll(kit: Kit, cell: Cell) -> list[Mesh]:
    """Rolled camouflage net or cover, across."""
    radius = min(0.22, cell.height / 2, cell.length / 2)
    return [cylinder("y", cell.y, (cell.middle[0], cell.z[0] + radius), radius, kit.near(CANVAS, 0.3), sides=8)]


def ladder(kit: Kit, cell: Cell) -> list[Mesh]:
    """A ladder lying along x."""
    y, top = about(kit.between(*cell.part(y=(0.2, 0.8)).y), min(0.45, cell.width)), min(0.08, cell.height)
    flat = Cell(cell.x, y, (cell.z[0], cell.z[0] + top))
    rungs = flat.lengthwise(max(3, int(cell.length / 0.35)), gap=0.75)
    return [one.solid(kit.trim) for one in (flat.part(y=(0, 0.15)), flat.part(y=(0.85, 1)), *rungs)]


def stacks(kit: Kit, cell: Cell) -> list[Mesh]:
    """Upright exhaust pipes at one or both sides."""
    radius = min(kit.between(0.07, 0.16), 0.3 * cell.width)
    sides = kit.pick({(0.15,): 1.0, (0.85,): 1.0, (0.15, 0.85): 2.0})
    ways = [cell.part(y=(share, share)).middle for share in sides]
    return [cylinder("z", cell.z, (x, y), radius, kit.trim, sides=8) for x, y, _ in ways]


def generator(kit: Kit, cell: Cell) -> list[Mesh]:
    """A generator set: a housing with a grille and a short pipe."""
    case = cell.part(x=(0.05, 0.95), y=(0.08, 0.92), z=(0, 0.8))
    lid = case.part(x=(0.1, 0.45), y=(0.15, 0.85)).with_z((case.z[1], case.z[1] + 0.03))
    pipe = case.part(x=(0.75, 0.75), y=(0.3, 0.3)).middle
    exhaust = tube((pipe[0], pipe[1], case.z[1]), (pipe[0], pipe[1], cell.z[1]), 0.08, kit.trim, sides=6)
    return [case.solid(kit.near(kit.body, 0.3)), lid.solid(CHASSIS), exhaust]


def searchlights(kit: Kit, cell: Cell) -> list[Mesh]:
    """A rail with lamps or rotating beacons across."""
    row = cell.with_z((cell.z[0], cell.z[0] + min(0.15, cell.height))).crosswise(kit.count(2, 5), gap=0.6)
    rail = box(about(cell.middle[0], 0.06), cell.y, (cell.z[0], cell.z[0] + min(0.06, cell.height)), kit.trim)
    return [rail, *(box(about(one.middle[0], 0.16), one.y, one.z, shade(GLASS, kit.between(1, 4))) for one in row)]


SMALL: Final[Mapping[Filling, float]] = {
    hatches: 5, fans: 2, louvres: 2, stowage: 4, spare_wheels: 1.5, drums: 1.5, canvas_roll: 2, ladder: 2, stacks: 1,
    generator: 1, searchlights: 1,
}  # fmt: skip
ROOF: Final[Mapping[Filling, float]] = {
    hatches: 6, fans: 1, louvres: 1, stowage: 2, spare_wheels: 0.3, canvas_roll: 2, ladder: 1, searchlights: 2,
}  # fmt: skip
ENGINE: Final[Mapping[Filling, float]] = {louvres: 5, fans: 4, hatches: 2, drums: 2, stacks: 2, stowage: 1}
PLATFORM: Final[Mapping[Filling, float]] = {
    stowage: 4, spare_wheels: 3, drums: 2, generator: 3, canvas_roll: 1, ladder: 1, hatches: 1,
}  # fmt: skip


def scattered(kit: Kit, cell: Cell, choice: Mapping[Filling, float], *, density: float, pitch: float) -> list[Mesh]:
    """Fittings in a share `density` of the places of a surface, about `pitch` metres apart along x."""
    places = cell.lengthwise(max(1, min(10, round(cell.length / pitch))), gap=0.12)
    parts: list[Mesh] = []
    for place in places:
        if kit.chance(density):
            low, high = kit.span(0.03, 0.97, 0.4)
            parts += kit.pick(choice)(kit, place.part(y=(low, high)))
    return parts
