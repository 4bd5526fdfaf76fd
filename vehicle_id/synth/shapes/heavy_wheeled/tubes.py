"""Tubes and canisters: one, two, four or a pack of them, round, square or eight-sided, with ribs and caps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from vehicle_id.synth.mesh import Mesh, box, cylinder, lathe
from vehicle_id.synth.paint import CHASSIS, Paint, shade
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.shapes.heavy_wheeled.beds import saddles
from vehicle_id.synth.shapes.heavy_wheeled.cells import Cell
from vehicle_id.synth.shapes.heavy_wheeled.kit import Kit

TubeSection = Literal["round", "square", "eight-sided"]
SECTIONS: Final[Mapping[TubeSection, float]] = {"round": 5, "square": 2, "eight-sided": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class TubeStyle:
    """What all tubes of a pack share."""

    section: TubeSection
    paint: Paint
    cap: Paint
    num_ribs: int
    rib: float
    """Half width of a rib as a share of the tube's."""
    ends: Literal["flat", "domed", "open"]


def draw_style(kit: Kit, *, ribs: tuple[int, int]) -> TubeStyle:
    """Section, paints, ribs and ends."""
    return TubeStyle(
        section=kit.pick(SECTIONS), paint=kit.canister, num_ribs=kit.count(*ribs), rib=kit.between(1.02, 1.1),
        cap=kit.pick({kit.near(kit.canister, 0.3): 4.0, kit.near(kit.coat): 3.0, kit.trim: 2.0}),
        ends=kit.pick({"flat": 3.0, "domed": 2.0, "open": 1.0}),
    )  # fmt: skip


def tube(cell: Cell, style: TubeStyle) -> list[Mesh]:
    """One tube along x that fills the cell with its ribs and caps."""
    radius = min(cell.width, cell.height) / 2 / style.rib
    (_, y, _), z = cell.middle, cell.z[1] - radius * style.rib
    cap = min(0.06 * cell.length, 0.7 * radius)
    parts = [_bar(style, (cell.x[0] + cap, cell.x[1] - cap), (y, z), radius, style.paint)]
    parts += _end(style, (cell.x[0], cell.x[0] + cap), (y, z), radius)
    parts += _end(style, (cell.x[1], cell.x[1] - cap), (y, z), radius)
    for one in cell.part(x=(0.08, 0.92)).lengthwise(style.num_ribs) if style.num_ribs else ():
        parts.append(_bar(style, about(one.middle[0], 0.16), (y, z), radius * style.rib, shade(style.paint, 0.8)))
    return parts


def _bar(style: TubeStyle, x: tuple[float, float], centre: tuple[float, float], radius: float, paint: Paint) -> Mesh:
    y, z = centre
    if style.section == "square":
        return box(x, about(y, 2 * radius), about(z, 2 * radius), paint)
    sides = 14 if style.section == "round" else 8
    return cylinder("x", x, centre, radius, paint, sides=sides)


def _end(style: TubeStyle, x: tuple[float, float], centre: tuple[float, float], radius: float) -> list[Mesh]:
    """A cap from the tip `x[0]` inwards."""
    tip, root = x
    if style.ends == "domed" and style.section == "round":
        dome = [(root, radius), (tip + 0.4 * (root - tip), 0.92 * radius), (tip, 0.45 * radius), (tip, 0.0)]
        return [lathe("x", dome, centre, style.cap)]
    ordered = min(tip, root), max(tip, root)
    if style.ends == "open":
        mouth = _bar(style, about(tip, 0.02), centre, 0.8 * radius, CHASSIS)
        return [_bar(style, ordered, centre, radius, style.paint), mouth]
    return [_bar(style, ordered, centre, radius * style.rib, style.cap)]


def single_tube(kit: Kit, bed: Cell) -> list[Mesh]:
    """One large canister on saddles."""
    size = min(bed.width * kit.between(0.6, 1.0), bed.height * kit.between(0.75, 1.0))
    style = draw_style(kit, ribs=(0, 12))
    cell = Cell(bed.x, about(bed.middle[1], size), (bed.z[1] - size, bed.z[1]))
    under = bed.part(x=(0.05, 0.9)).with_z((bed.z[0], cell.z[0] + 0.25 * size))
    duct = cell.part(x=(0.1, 0.9), y=(0.0, 0.12), z=(0.4, 0.55)).solid(kit.near(kit.canister, 0.3))
    seats = saddles(kit, Cell(under.x, cell.part(y=(0.1, 0.9)).y, under.z), kit.count(2, 5))
    return [*tube(cell, style), *seats, *([duct] if kit.chance(0.5) else [])]


def tubes_abreast(kit: Kit, bed: Cell) -> list[Mesh]:
    """Two to four tubes side by side, in one or two layers, on a common carrier."""
    return _pack(kit, bed, columns=kit.pick({2: 5, 3: 1, 4: 1}), rows=kit.pick({1: 3, 2: 2}), ribs=(0, 8))


def rocket_tubes(kit: Kit, bed: Cell) -> list[Mesh]:
    """A pack of many thin tubes, shorter than the zone; some behind a common plate, some in a housing."""
    start = kit.between(0.0, 0.12)
    short = bed.part(x=(start, start + kit.between(0.72, 0.88)))
    parts = _pack(kit, short, columns=kit.count(4, 6), rows=kit.count(2, 4), ribs=(0, 3))
    if kit.chance(0.35):
        shell = Cell(short.part(x=(0.05, 0.93)).x, short.part(y=(0.03, 0.97)).y, short.part(z=(0.2, 0.98)).z)
        parts.append(shell.solid(kit.near(kit.canister)))
    return parts


def pods(kit: Kit, bed: Cell) -> list[Mesh]:
    """Two pods side by side, boxes that hold tubes, with frames around them."""
    part = bed.part(x=(kit.between(0, 0.1), kit.between(0.8, 1.0)), z=(0.25, 1))
    parts: list[Mesh] = [bed.part(x=(0.1, 0.8), y=(0.3, 0.7), z=(0, 0.4)).solid(kit.near(kit.frame))]
    for pod in part.crosswise(2, gap=kit.between(0.02, 0.15)):
        parts.append(pod.part(z=(0, 0.97)).solid(kit.canister))
        parts += [one.solid(kit.near(kit.canister, 0.25)) for one in pod.lengthwise(kit.count(2, 5), gap=0.9)]
    return parts


def _pack(kit: Kit, bed: Cell, *, columns: int, rows: int, ribs: tuple[int, int]) -> list[Mesh]:
    size = min(bed.width / columns, bed.height * kit.between(0.8, 1.0) / rows)
    style, gap = draw_style(kit, ribs=ribs), kit.between(0.0, 0.12)
    z = bed.z[1] - size * rows, bed.z[1]
    parts = saddles(kit, Cell(bed.x, about(bed.middle[1], size * columns), (bed.z[0], z[0] + 0.3 * size)), 3)
    for row in range(rows):
        layer = Cell(bed.x, about(bed.middle[1], size * columns), (z[0] + row * size, z[0] + (row + 1) * size))
        for cell in layer.crosswise(columns, gap=gap):
            parts += tube(cell, style)
    return parts
