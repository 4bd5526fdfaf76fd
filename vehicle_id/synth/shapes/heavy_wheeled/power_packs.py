"""Engine and auxiliaries: the zone behind the cab, and the zone at the rear end."""

from __future__ import annotations

from vehicle_id.synth.mesh import Mesh, arch, cylinder
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, STEEL
from vehicle_id.synth.shapes.heavy_wheeled.beds import rear_platform
from vehicle_id.synth.shapes.heavy_wheeled.cells import Cell
from vehicle_id.synth.shapes.heavy_wheeled.fittings import ENGINE, PLATFORM, scattered
from vehicle_id.synth.shapes.heavy_wheeled.kit import Kit
from vehicle_id.synth.shapes.heavy_wheeled.plan import Plan


def power_zone(kit: Kit, plan: Plan) -> list[Mesh]:
    """Nothing where the plan has no such zone; else one of the fillings across all or part of the width."""
    if plan.power is None:
        return []
    top = max(plan.deck + 0.2, plan.cab_top * kit.between(0.62, 0.98))
    return _filled(kit, plan.zone(plan.power, (0.8, top), half=plan.half * kit.between(0.8, 1.0)))


def rear_zone(kit: Kit, plan: Plan) -> list[Mesh]:
    """A platform with fittings, or a second power pack; nothing where the plan has no such zone."""
    if plan.rear is None or kit.chance(0.7):
        return rear_platform(kit, plan)
    top = min(plan.deck + kit.between(0.1, 0.9), 0.9 * plan.top)
    return _filled(kit, plan.zone(plan.rear, (0.8, top), half=plan.half * kit.between(0.6, 1.0)))


def _filled(kit: Kit, zone: Cell) -> list[Mesh]:
    return kit.pick({_housing: 4, _hump: 2, _columns: 3, _open_engine: 1.5, _tanks: 1})(kit, zone)


def _housing(kit: Kit, zone: Cell) -> list[Mesh]:
    """A box with grilles, fans and pipes on its roof."""
    block = zone.part(x=(0.03, 0.97), z=(0, 0.86))
    return [block.solid(kit.near(kit.body)), *_topped(kit, block, zone.z[1])]


def _hump(kit: Kit, zone: Cell) -> list[Mesh]:
    """A rounded or chamfered cover over the middle, lower shelves beside it."""
    mid, cut = zone.part(y=(0.2, 0.8)), kit.between(0.1, 0.25) * zone.width
    (y0, y1), (z0, z1) = mid.y, mid.z
    section = [(y0, z0), (y1, z0), (y1, z1 - cut), (y1 - cut, z1), (y0 + cut, z1), (y0, z1 - cut)]
    shelf = zone.part(z=(0, kit.between(0.4, 0.7))).solid(kit.near(kit.body))
    return [shelf, arch(mid.x, section, kit.near(kit.coat))]


def _columns(kit: Kit, zone: Cell) -> list[Mesh]:
    """Two or three blocks side by side of unlike heights, with channels between them."""
    parts: list[Mesh] = []
    for column in zone.crosswise(kit.count(2, 3), gap=kit.between(0.0, 0.25)):
        block = column.part(x=(0.04, kit.between(0.7, 0.97)), z=(0, kit.between(0.5, 0.86)))
        parts += [block.solid(kit.near(kit.body, 0.3)), *_topped(kit, block, zone.z[1])]
    return parts


def _open_engine(kit: Kit, zone: Cell) -> list[Mesh]:
    """A dark bay in which the block, filters and pipes lie open."""
    bay = zone.part(z=(0, 0.45)).solid(CHASSIS)
    block = zone.part(x=(0.1, 0.9), y=(0.35, 0.65), z=(0.4, 0.8)).solid(DARK_STEEL)
    pipes = [
        cylinder("x", zone.part(x=(0.1, 0.9)).x, (zone.y[0] + share * zone.width, zone.z[0] + 0.7 * zone.height),
                 0.13, STEEL, sides=8)
        for share in (0.27, 0.73)
    ]  # fmt: skip
    return [bay, block, *pipes, *scattered(kit, zone.part(y=(0, 0.25), z=(0.45, 1)), PLATFORM, density=0.8, pitch=0.8)]


def _tanks(kit: Kit, zone: Cell) -> list[Mesh]:
    """Fuel or gas tanks across the frame."""
    radius = min(zone.height / 2, zone.length / 2, 0.55)
    count = max(1, int(zone.length / (2 * radius)))
    return [
        cylinder("y", zone.part(y=(0.04, 0.96)).y, (one.middle[0], zone.z[1] - radius), 0.95 * radius,
                 kit.near(kit.body), sides=14)
        for one in zone.lengthwise(count)
    ]  # fmt: skip


def _topped(kit: Kit, block: Cell, top: float) -> list[Mesh]:
    return scattered(kit, block.with_z((block.z[1], top)), ENGINE, density=0.85, pitch=1.1)
