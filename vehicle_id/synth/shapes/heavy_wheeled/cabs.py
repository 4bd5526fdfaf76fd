"""The cab zone: one cab, two half cabs with a channel between, or half a cab beside a lower housing."""

from __future__ import annotations

from vehicle_id.synth.mesh import Mesh, Span, box, prism, quad, slab
from vehicle_id.synth.paint import tinted
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.shapes.heavy_wheeled.cells import Cell
from vehicle_id.synth.shapes.heavy_wheeled.fittings import ENGINE, ROOF, scattered
from vehicle_id.synth.shapes.heavy_wheeled.kit import Kit
from vehicle_id.synth.shapes.heavy_wheeled.plan import Plan

Columns = tuple[tuple[Span, ...], tuple[Span, ...]]
"""Shares of the width that cabs take, and that lower housings take."""


def cab_zone(kit: Kit, plan: Plan) -> list[Mesh]:
    """Cabs, the housings beside them, and the bumper."""
    half = plan.half * kit.between(0.9, 1.0)
    zone = plan.zone(plan.cab, (kit.between(0.5, 0.8), plan.cab_top), half=half)
    cabs, housings = _columns(kit, narrow=plan.top > plan.cab_top)
    parts = _bumper(kit, plan, half)
    style = kit.pick({_sloped: 4, _faceted: 2, _two_rows: 2, _square: 3})
    for column in cabs:
        parts += style(kit, zone.part(y=column))
    for column in housings:
        parts += _housing(kit, zone.part(y=column), plan.deck)
    if plan.top - plan.cab_top < 0.1:  # nothing is higher: a bare vehicle
        parts.append(_beacon(kit, zone.part(y=cabs[0]), plan.top))
    return parts


def _columns(kit: Kit, *, narrow: bool) -> Columns:
    layout = kit.pick({"full": 4.0, "split": 4.0, "left": 2.0, "right": 1.0, "middle": 1.0})
    if layout == "split":
        inner = kit.between(0.12, 0.3 if narrow else 0.2)
        return ((0.0, 0.5 - inner), (0.5 + inner, 1.0)), ((0.5 - inner, 0.5 + inner),)
    share = kit.between(0.42, 0.62)
    margin = kit.between(0.06, 0.16)
    return {
        "full": (((0.0, 1.0),), ()),
        "left": (((1 - share, 1.0),), ((0.0, 1 - share),)),
        "right": (((0.0, share),), ((share, 1.0),)),
        "middle": (((margin, 1 - margin),), ((0.0, margin), (1 - margin, 1.0))),
    }[layout]


def _bumper(kit: Kit, plan: Plan, half: float) -> list[Mesh]:
    """A beam at the very front."""
    paint, x = kit.pick({kit.trim: 1.0, kit.near(kit.coat): 3.0}), (plan.cab[1] - 0.3, plan.chassis[1])
    return [box(x, about(0.0, 2 * half * kit.between(0.8, 1)), (0.5, kit.between(0.75, 1.1)), paint)]


def _sloped(kit: Kit, cell: Cell) -> list[Mesh]:
    """A windscreen that leans back, or forward, and a flat roof."""
    lean = cell.length * kit.between(-0.06, 0.3)
    belt, back = cell.z[0] + cell.height * kit.between(0.4, 0.6), cell.length * kit.between(0, 0.12)
    foot = cell.x[1] + min(0.0, lean)
    profile = [
        (cell.x[0], cell.z[0]), (foot, cell.z[0]), (foot, belt), (cell.x[1] - max(lean, 0.0), cell.z[1]),
        (cell.x[0] + back, cell.z[1]), (cell.x[0], belt),
    ]  # fmt: skip
    roof = Cell((cell.x[0] + back, cell.x[1] - max(lean, 0.0)), cell.y, cell.z)
    glass = _windscreen(kit, cell, (foot, belt), (cell.x[1] - max(lean, 0.0), cell.z[1]))
    return [prism(profile, cell.y, kit.coat), *glass, *_roof(kit, roof)]


def _windscreen(kit: Kit, cell: Cell, low: tuple[float, float], high: tuple[float, float]) -> list[Mesh]:
    """Panes between two edges (x, z) of the front; from above only those that lean back are seen."""
    paint, share = tinted(kit.sample.rng), kit.between(0.7, 0.95)
    panes = cell.part(y=(0.05, 0.95)).crosswise(max(1, round(cell.width / kit.between(0.8, 1.6))), gap=0.1)
    top = low[0] + share * (high[0] - low[0]) + 0.02, low[1] + share * (high[1] - low[1])
    near = low[0] + 0.02, low[1] + 0.01
    return [
        quad((near[0], p.y[0], near[1]), (near[0], p.y[1], near[1]), (top[0], p.y[1], top[1]),
             (top[0], p.y[0], top[1]), paint)
        for p in panes
    ]  # fmt: skip


def _square(kit: Kit, cell: Cell) -> list[Mesh]:
    """A plain box; below the roof's front edge a ledge of windscreen, or a visor over it."""
    ledge = kit.between(0.08, 0.3) if kit.chance(0.6) else 0.0
    upper = Cell((cell.x[0], cell.x[1] - ledge), cell.y, cell.z)
    glass = Cell((upper.x[1] - 0.1, cell.x[1]), cell.part(y=(0.06, 0.94)).y, cell.part(z=(0.45, 0.72)).z)
    visor = Cell((upper.x[1] - 0.15, upper.x[1]), cell.y, (cell.z[1] - 0.04, cell.z[1] + 0.01))
    return [
        cell.part(z=(0, 0.5)).solid(kit.coat),
        glass.solid(tinted(kit.sample.rng)),
        upper.solid(kit.coat),
        visor.solid(kit.near(kit.coat)),
        *_roof(kit, upper.part(x=(0.0, 0.85))),
    ]


def _faceted(kit: Kit, cell: Cell) -> list[Mesh]:
    """Cut front corners, a smaller roof above a sloping glasshouse."""
    cut, waist = min(cell.width, cell.length) * kit.between(0.1, 0.28), cell.z[0] + 0.55 * cell.height
    (x0, x1), (y0, y1) = cell.x, cell.y
    outline = [(x0, y0), (x1 - cut, y0), (x1, y0 + cut), (x1, y1 - cut), (x1 - cut, y1), (x0, y1)]
    roof = cell.part(x=(0.02, kit.between(0.75, 0.95)), y=(0.06, 0.94))
    glass = Cell(roof.x, roof.y, (waist, cell.z[1] - 0.12))
    return [
        slab(outline, (cell.z[0], waist), kit.coat),
        Cell((glass.x[0], glass.x[1] + 0.08), glass.y, glass.z).solid(tinted(kit.sample.rng)),
        Cell(roof.x, roof.y, (cell.z[1] - 0.14, cell.z[1])).solid(kit.near(kit.coat, 0.1)),
        *_roof(kit, roof),
    ]


def _two_rows(kit: Kit, cell: Cell) -> list[Mesh]:
    """A low front and a higher rear part, or the reverse."""
    step, low = kit.between(0.35, 0.65), kit.between(0.8, 0.94)
    front, back = cell.part(x=(step, 1.0)), cell.part(x=(0.0, step))
    if kit.chance(0.6):
        return [*_sloped(kit, front.part(z=(0, low))), back.solid(kit.coat), *_roof(kit, back)]
    return [*_sloped(kit, front), back.part(z=(0, low)).solid(kit.near(kit.coat, 0.1))]


def _roof(kit: Kit, roof: Cell) -> list[Mesh]:
    """Fittings; on some a panel of another tone beneath them."""
    over = roof.with_z((roof.z[1], roof.z[1] + 0.05))
    panel = over.part(x=(0.06, 0.94), y=(0.06, 0.94), z=(0, 0.2)).solid(kit.near(kit.coat, 0.35))
    return [*([panel] if kit.chance(0.3) else []), *scattered(kit, over, ROOF, density=0.6, pitch=0.9)]


def _housing(kit: Kit, cell: Cell, deck: float) -> list[Mesh]:
    """Beside a cab: an engine cover, an open channel, or a platform."""
    top = max(deck, cell.z[0] + cell.height * kit.between(0.35, 0.92)) if kit.chance(0.7) else 0.8 * deck
    block = Cell((cell.x[0], cell.x[1] - kit.between(0.0, 0.35) * cell.length), cell.y, (cell.z[0], top))
    upper = block.with_z((top, min(top + 0.25, cell.z[1])))
    return [block.solid(kit.near(kit.coat, 0.3)), *scattered(kit, upper, ENGINE, density=0.7, pitch=1.0)]


def _beacon(kit: Kit, cab: Cell, top: float) -> Mesh:
    place = cab.part(x=(0.3, 0.45), y=(0.3, 0.5))
    return place.with_z((cab.z[1], top)).solid(kit.near(kit.coat, 0.3))
