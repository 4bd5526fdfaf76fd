"""What the payload zone of a bare chassis shows: frame, deck, troughs, empty cradle, coupling plate, ballast body."""

from __future__ import annotations

from vehicle_id.synth.mesh import Mesh, arch, beam, box, cylinder
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, STEEL, WOOD, shade
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.heavy_wheeled.cells import Cell
from vehicle_id.synth.shapes.heavy_wheeled.fittings import PLATFORM, drums, scattered
from vehicle_id.synth.shapes.heavy_wheeled.kit import Kit
from vehicle_id.synth.shapes.heavy_wheeled.plan import Plan


def bare_bed(kit: Kit, plan: Plan, *, tractor: bool) -> list[Mesh]:
    """One filling, or two one behind the other; `tractor` also allows a coupling plate and a ballast body."""
    bed = plan.zone(plan.payload, (plan.deck - 0.1, plan.deck), half=plan.bed_half)
    choice = {open_frame: 4.0, flat_deck: 3.0, trough: 2.0, cradle: 3.0, panels: 2.0}
    if tractor:
        choice |= {coupling: 1.5, ballast_body: 1.2}
    if kit.chance(0.6):
        return kit.pick(choice)(kit, bed)
    split = kit.between(0.25, 0.75)
    return [*kit.pick(choice)(kit, bed.part(x=(0, split))), *kit.pick(choice)(kit, bed.part(x=(split, 1)))]


def flat_deck(kit: Kit, bed: Cell) -> list[Mesh]:
    """A plate with seams or planks, some with a low rim and fittings at an end."""
    paint = kit.pick({kit.near(kit.body): 6.0, kit.near(WOOD): 1.0, STEEL: 1.0})
    parts = [one.solid(kit.near(paint, 0.08)) for one in bed.lengthwise(kit.count(1, 8), gap=0.015)]
    if kit.chance(0.4):
        rim = bed.with_z((bed.z[1], bed.z[1] + kit.between(0.05, 0.3)))
        parts += [rim.part(y=side).solid(kit.near(paint)) for side in ((0, 0.04), (0.96, 1))]
    low, high = kit.span(0, 1, 0.15)
    return [*parts, *_sparse(kit, bed.part(x=(low, high)))]


def open_frame(kit: Kit, bed: Cell) -> list[Mesh]:
    """Rails and cross members to the ground's shadow, with bottles, pipes and boxes in some bays."""
    count, paint = max(4, round(bed.length / kit.between(0.7, 1.8))), kit.near(kit.frame, 0.3)
    rails = kit.pick({(0.0, 0.88): 2.0, (0.2, 0.7): 2.0, (0.0, 0.44, 0.88): 1.0})
    parts = [bed.part(y=(rail, rail + 0.12)).solid(paint) for rail in rails]
    parts += [one.with_z((bed.z[0] - 0.15, bed.z[1] - 0.04)).solid(paint) for one in bed.lengthwise(count, gap=0.8)]
    pipes = [cylinder("x", bed.x, (y, bed.z[1] - 0.02), 0.06, STEEL, sides=6)
             for y in (bed.part(y=(0.35, 0.6)).y if kit.chance(0.5) else ())]  # fmt: skip
    below = bed.with_z((bed.z[0] - 0.5, bed.z[1]))
    return [*parts, *pipes, *scattered(kit, below, PLATFORM, density=kit.between(0.0, 0.6), pitch=1.5)]


def trough(kit: Kit, bed: Cell) -> list[Mesh]:
    """Boxes at both sides, a lower and darker channel between them."""
    wall = kit.between(0.12, 0.32)
    floor = bed.part(y=(wall, 1 - wall)).with_z((bed.z[0] - 0.4, bed.z[1] - kit.between(0.1, 0.35)))
    parts = [floor.solid(kit.pick({CHASSIS: 1.0, kit.near(kit.frame): 2.0, shade(kit.body, 0.7): 2.0}))]
    for side in ((0, wall), (1 - wall, 1)):
        row = bed.part(y=side).with_z((bed.z[0] - 0.3, bed.z[1] + kit.between(0.0, 0.25)))
        parts += [one.solid(kit.near(kit.body, 0.15)) for one in row.lengthwise(kit.count(1, 6), gap=0.04)]
    return parts


def cradle(kit: Kit, bed: Cell) -> list[Mesh]:
    """An empty carrier: two rails, saddles or half rings, and the rams that raise it."""
    low = bed.part(y=(0.1, 0.9)).solid(kit.near(kit.body))
    over = bed.part(x=(0.02, 0.98), y=(0.22, 0.78)).with_z((bed.z[1], bed.z[1] + kit.between(0.15, 0.4)))
    paint = kit.near(kit.coat, 0.3)
    parts = [low, over.part(y=(0, 0.14)).solid(paint), over.part(y=(0.86, 1)).solid(paint)]
    parts += [one.solid(paint) for one in over.lengthwise(kit.count(2, 6), gap=kit.between(0.75, 0.93))]
    y, z = over.middle[1], over.z[0] + 0.12
    rams = kit.pick({(0.0,): 1.0, (-0.25, 0.25): 1.0, (): 1.0})
    return [*parts, *(
        beam((over.x[0] + 0.3, y + ram, z), (over.middle[0], y + ram, z), (0.2, 0.2), STEEL) for ram in rams
    )]  # fmt: skip


def panels(kit: Kit, bed: Cell) -> list[Mesh]:
    """Cabinets of several heights across the deck."""
    parts = [bed.solid(kit.near(kit.body))]
    for row in bed.lengthwise(kit.count(3, 7), gap=0.08):
        over = row.with_z((bed.z[1], bed.z[1] + kit.between(0.02, 0.35)))
        parts += [one.solid(kit.near(kit.body, 0.25)) for one in over.crosswise(kit.count(1, 3), gap=0.1)]
    return parts


def coupling(kit: Kit, bed: Cell) -> list[Mesh]:
    """The plate of a semi-trailer coupling over an open frame."""
    x, y, z = bed.x[0] + bed.length * kit.between(0.3, 0.6), bed.middle[1], bed.z[1]
    plate = cylinder("z", (z, z + 0.15), (x, y), min(0.55, 0.45 * bed.width), DARK_STEEL, sides=12)
    ramp = [box((x - 1.0, x - 0.2), side, (z, z + 0.1), DARK_STEEL) for side in both((0.15, 0.4))]
    return [*open_frame(kit, bed), plate, *ramp]


def ballast_body(kit: Kit, bed: Cell) -> list[Mesh]:
    """An open low body with ballast or nothing in it."""
    rim = bed.part(x=(0.05, 0.95)).with_z((bed.z[1], bed.z[1] + kit.between(0.3, 0.7)))
    sides = [rim.part(y=(0, 0.04)), rim.part(y=(0.96, 1)), rim.part(x=(0, 0.03)), rim.part(x=(0.97, 1))]
    parts = [bed.solid(kit.near(kit.body)), *(side.solid(kit.coat) for side in sides)]
    return [*parts, *_sparse(kit, bed.part(x=(0.1, 0.9), y=(0.1, 0.9)))]


def _sparse(kit: Kit, bed: Cell) -> list[Mesh]:
    over = bed.with_z((bed.z[1], bed.z[1] + kit.between(0.1, 0.4)))
    return scattered(kit, over, PLATFORM, density=kit.between(0.0, 0.5), pitch=1.4)


def saddles(kit: Kit, cell: Cell, count: int) -> list[Mesh]:
    """Cross beams that carry a load, from the floor of the cell to its top."""
    return [
        Cell(about(one.middle[0], 0.3), cell.y, cell.z).solid(kit.near(kit.frame, 0.3))
        for one in cell.lengthwise(count)
    ]


def rear_platform(kit: Kit, plan: Plan) -> list[Mesh]:
    """The zone behind the payload: a platform with fittings, or a bare frame end."""
    if plan.rear is None:
        return []
    zone = plan.zone(plan.rear, (plan.deck - 0.15, plan.deck), half=plan.bed_half)
    over = zone.with_z((plan.deck, min(plan.deck + kit.between(0.2, 1.0), 0.96 * plan.top)))
    return [zone.solid(kit.near(kit.body)), *scattered(kit, over, PLATFORM, density=0.8, pitch=0.9)]


def gap_filling(kit: Kit, plan: Plan) -> list[Mesh]:
    """Between the front zones and the payload: the bare frame, or bottles and pipes low in it."""
    front = plan.power[0] if plan.power else plan.cab[0]
    if front - plan.payload[1] < 0.25:
        return []
    low = plan.zone((plan.payload[1], front), (0.6 * plan.deck, 0.95 * plan.deck), half=plan.bed_half)
    return drums(kit, low) if kit.chance(0.5) else []


def arched(cell: Cell, rise: float, kit: Kit) -> Mesh:
    """A body with a cambered or gabled top that fills the cell."""
    (y0, y1), (z0, z1) = cell.y, cell.z
    flat = kit.pick({(0.5, 0.5): 1.0, (0.2, 0.8): 2.0, (0.35, 0.65): 1.0})
    eaves = z1 - rise * cell.height
    a, b = (y0 + share * cell.width for share in flat)
    section = [(y0, z0), (y1, z0), (y1, eaves), (b, z1), (a, z1), (y0, eaves)]
    return arch(cell.x, section if flat[0] < flat[1] else [*section[:4], section[5]], kit.near(kit.body))
