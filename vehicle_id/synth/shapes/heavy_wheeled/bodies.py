"""Loads that are bodies: closed launcher bodies, shelters, canvas covers, radars, masts, cranes with canisters."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, ball, beam, cylinder, quad, relief
from vehicle_id.synth.paint import CANVAS, STEEL, loose, shade
from vehicle_id.synth.shapes.common.cloth import CLOTHS
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.shapes.heavy_wheeled.beds import arched, saddles
from vehicle_id.synth.shapes.heavy_wheeled.cells import Cell
from vehicle_id.synth.shapes.heavy_wheeled.fittings import ROOF, SMALL, scattered
from vehicle_id.synth.shapes.heavy_wheeled.kit import Kit
from vehicle_id.synth.shapes.heavy_wheeled.tubes import draw_style, tube


def closed_body(kit: Kit, bed: Cell) -> list[Mesh]:
    """A long housing with roof doors that part along the middle; flat, cambered or ridged."""
    rise = kit.between(0.0, 0.3)
    body = arched(bed.part(z=(0, 0.985)), rise, kit)
    line = bed.part(x=(0.02, 0.98), y=(0.485, 0.515)).with_z((bed.z[1] - 0.1, bed.z[1])).solid(shade(kit.body, 0.6))
    seams = [
        one.part(y=(0.3, 0.7)).with_z((bed.z[1] - 0.1, bed.z[1])).solid(shade(kit.body, kit.between(0.6, 0.9)))
        for one in bed.lengthwise(kit.count(2, 7), gap=0.97)
    ]
    return [body, line, *seams]


def shelter(kit: Kit, bed: Cell) -> list[Mesh]:
    """One or two box bodies with roof fittings, as wide as the bed."""
    parts: list[Mesh] = []
    split = (0.0, kit.between(0.3, 0.7), 1.0) if kit.chance(0.35) else (0.0, 1.0)
    for low, high in itertools.pairwise(split):
        body = bed.part(x=(low + 0.01, high - 0.01), z=(0, kit.between(0.86, 0.96)))
        parts += [body.solid(kit.near(kit.body)), _edge(kit, body)]
        parts += scattered(kit, body.with_z((body.z[1], bed.z[1])), SMALL, density=0.6, pitch=1.2)
    return [*parts, _knob(kit, bed)]


def _edge(kit: Kit, body: Cell) -> Mesh:
    """The roof's own panel, of another tone than the rim."""
    roof = body.part(x=(0.03, 0.97), y=(0.05, 0.95))
    return roof.with_z((body.z[1], body.z[1] + 0.01)).solid(kit.near(kit.body, 0.25))


def _knob(kit: Kit, bed: Cell) -> Mesh:
    """A ventilator that reaches the top of the cell."""
    x, y, _ = bed.part(x=(kit.between(0.1, 0.8), 0.9), y=(kit.between(0.1, 0.5), 0.9)).middle
    return cylinder("z", (bed.z[0], bed.z[1]), (x, y), 0.15, kit.trim, sides=8)


def canvas_load(kit: Kit, bed: Cell) -> list[Mesh]:
    """Cloth over a long load: a ridge that sags between hoops, its edges on the deck."""
    along, across = 24, 7
    cloth = loose(kit.sample.rng, str(kit.sample.rng.choice(CLOTHS)))
    paint = kit.pick({CANVAS: 2.0, cloth: 3.0, replace(kit.body, gloss=0.0): 2.0})
    shape = 1 - np.abs(np.linspace(-1, 1, across)) ** kit.between(1.5, 5.0)
    hoops = 1 - kit.between(0.02, 0.15) * np.abs(np.sin(np.linspace(0, np.pi * kit.count(3, 9), along)))
    ends = np.clip(np.minimum(np.arange(along), np.arange(along)[::-1]) / kit.between(0.8, 3.0), 0, 1)
    height = np.clip((hoops * ends)[:, None] * shape * kit.sample.rng.uniform(0.95, 1, (along, across)), 0, 1)
    return [relief(bed.x, bed.y, bed.z[0] + bed.height * height / height.max(), paint)]


def lying_panel(kit: Kit, bed: Cell) -> Assembly:
    """A radar panel folded flat over a body; it turns and rises."""
    base = bed.part(x=(0.0, kit.between(0.7, 1.0)), z=(0, kit.between(0.45, 0.7)))
    panel = bed.part(x=(kit.between(0.02, 0.2), kit.between(0.8, 1.0))).with_z(
        (bed.z[1] - kit.between(0.2, 0.5), bed.z[1])
    )
    frames = [one.with_z((panel.z[1] - 0.03, panel.z[1])).solid(kit.near(kit.body, 0.3))
              for one in panel.lengthwise(kit.count(3, 9), gap=0.85)]  # fmt: skip
    sheet = panel.part(z=(0, 0.95)).solid(kit.near(kit.body))
    neck = cylinder("z", (base.z[0], panel.z[0]), base.middle[:2], 0.35 * bed.width / 2, kit.frame)
    pivot = panel.x[0] + 0.3, panel.middle[1], panel.z[0]
    rising = Joint(part=Assembly(fixed=[sheet, *frames]), pivot=pivot, axis="y", degrees=(-95, -20), used=0.4)
    place = base.middle[0], base.middle[1], base.z[1]
    table = Joint(part=Assembly(fixed=[neck], joints=[rising]), pivot=place, axis="z", degrees=(-170, 170), used=0.3)
    top = scattered(kit, base.with_z((base.z[1], panel.z[0])), SMALL, density=0.3, pitch=1.5)
    return Assembly(fixed=[base.solid(kit.body), *top], joints=[table])


def drum_antenna(kit: Kit, bed: Cell) -> Assembly:
    """A shelter ahead and a tall antenna housing behind: a dome, a box face or a dish."""
    split = kit.between(0.35, 0.6)
    body = bed.part(x=(split, 1.0), z=(0, kit.between(0.55, 0.85)))
    place = bed.part(x=(0.03, split - 0.05))
    paint, (x, y, _) = kit.near(kit.body), place.middle
    radius = min(place.length, place.width) / 2
    kind = kit.pick({"dome": 1.0, "face": 2.0, "drum": 1.0})
    antenna = {
        "dome": [ball((x, y, place.z[1] - radius), (radius, radius, radius), paint, detail=2)],
        "drum": [cylinder("z", place.z, (x, y), radius, paint)],
        "face": [place.part(x=(0.2, 0.55)).solid(paint), place.part(x=(0.55, 0.9), z=(0, 0.7)).solid(kit.frame)],
    }[kind]
    turning = Joint(part=Assembly(fixed=antenna), pivot=(x, y, 0), axis="z", degrees=(-180, 180), used=0.3)
    floor = place.with_z((bed.z[0] - 0.1, bed.z[0])).solid(kit.body)
    roof = scattered(kit, body.with_z((body.z[1], bed.z[1])), ROOF, density=0.6, pitch=1.0)
    return Assembly(fixed=[floor, body.solid(kit.near(kit.body)), *roof], joints=[turning])


def mast(kit: Kit, bed: Cell) -> Assembly:
    """A lattice mast that lies along the deck, rising at its rear end, between equipment boxes."""
    cell = bed.part(y=(0.38, 0.62)).with_z((bed.z[1] - 0.24 * bed.width, bed.z[1]))
    chords = [cell.part(y=y, z=z).solid(kit.trim) for y in ((0, 0.2), (0.8, 1)) for z in ((0, 0.2), (0.8, 1))]
    rungs = [one.solid(kit.trim) for one in cell.lengthwise(kit.count(8, 16), gap=0.8)]
    head = bed.part(x=(0.86, 1.0), y=(0.1, 0.9)).with_z((bed.z[1] - 0.3, bed.z[1])).solid(kit.near(kit.body))
    rising = Joint(
        part=Assembly(fixed=[*chords, *rungs, head]), pivot=(bed.x[0] + 0.3, 0.0, cell.z[0]), axis="y",
        degrees=(-88, -20), used=0.2,
    )  # fmt: skip
    sides = [
        one.part(z=(0, kit.between(0.3, 0.85))).solid(kit.near(kit.body, 0.25))
        for y in ((0, 0.34), (0.66, 1)) for one in bed.part(y=y).lengthwise(kit.count(1, 4), gap=0.05)
    ]  # fmt: skip
    return Assembly(fixed=[bed.with_z((bed.z[0] - 0.1, bed.z[0])).solid(kit.body), *sides], joints=[rising])


def transloader(kit: Kit, bed: Cell) -> Assembly:
    """Canisters beside a folded crane."""
    zone, style = bed.part(y=(0, 0.66), z=(0, kit.between(0.6, 0.9))), draw_style(kit, ribs=(0, 6))
    parts = saddles(kit, zone.part(z=(0, 0.3)), 3)
    for cell in zone.part(x=(0.02, 0.9)).crosswise(2, gap=0.08):
        size = min(cell.width, cell.height)
        parts += tube(cell.with_z((cell.z[1] - size, cell.z[1])), style)
    foot = bed.part(x=(0.9, 1.0), y=(0.7, 0.98))
    x, y, _ = foot.middle
    arm = beam((x, y, bed.z[1] - 0.2), (bed.x[0] + 0.2, y, bed.z[1] - 0.2), (0.35, 0.4), kit.near(kit.coat, 0.3))
    ram = beam((x, y, bed.z[0] + 0.5), (bed.middle[0], y, bed.z[1] - 0.45), (0.18, 0.18), STEEL)
    crane = Joint(part=Assembly(fixed=[arm, ram]), pivot=(x, y, 0), axis="z", degrees=(-120, 120), used=0.25)
    return Assembly(fixed=[*parts, foot.solid(kit.coat)], joints=[crane])


def raised_panel(kit: Kit, bed: Cell) -> Assembly:
    """An antenna array that stands or leans over the deck, its back braced, before a row of cabinets."""
    lean, at = kit.between(0.0, 0.5) * bed.height, kit.between(0.2, 0.6)
    x, (y0, y1), z1 = bed.x[0] + at * bed.length, bed.y, bed.z[1]
    thick, low = kit.between(0.15, 0.4), bed.z[0] + 0.3
    face = [
        quad((x + d, y0, low), (x + d, y1, low), (x + d - lean, y1, z1), (x + d - lean, y0, z1), kit.near(kit.body))
        for d in (0.0, thick)
    ]
    brace = [beam((x - 0.6 * bed.height - lean, y, low), (x - lean, y, z1 - 0.3), (0.15, 0.15), kit.trim)
             for y in (0.6 * y0, 0.6 * y1)]  # fmt: skip
    top = Cell((x - lean, x - lean + thick), bed.y, (z1 - 0.05, z1)).solid(kit.trim)
    foot = cylinder("z", about(bed.z[0], 0.6), (x, 0.0), 0.4 * bed.width, kit.frame)
    turning = Joint(part=Assembly(fixed=[*face, *brace, top, foot]), pivot=(x, 0, 0), axis="z", degrees=(-180, 180))
    cabinets = bed.part(x=(min(at + 0.15, 0.8), 1.0), z=(0, kit.between(0.3, 0.8))).lengthwise(
        kit.count(1, 3), gap=0.05
    )
    floor = bed.with_z((bed.z[0] - 0.1, bed.z[0])).solid(kit.body)
    return Assembly(fixed=[floor, *(one.solid(kit.near(kit.body)) for one in cabinets)], joints=[turning])
