"""Wheels, what covers them, the ladder frame, and tanks and boxes between the axles."""

from __future__ import annotations

import itertools

from vehicle_id.synth.mesh import Mesh, Span, box, cylinder, prism
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.shapes.heavy_wheeled.cells import Cell
from vehicle_id.synth.shapes.heavy_wheeled.kit import Kit
from vehicle_id.synth.shapes.heavy_wheeled.plan import Plan


def running_gear(kit: Kit, plan: Plan) -> list[Mesh]:
    """All that lies under the deck and beside it; together it has the whole width."""
    covers = {"open": _nothing, "mudguards": _mudguards, "shelf": _shelf, "skirts": _skirts}
    return [*_wheels(kit, plan), *ladder_frame(kit, plan), *covers[plan.sides](kit, plan), *_between(kit, plan)]


def ladder_frame(kit: Kit, plan: Plan) -> list[Mesh]:
    """Two rails and cross members over the whole chassis."""
    rail, z = plan.half * kit.between(0.24, 0.36), (0.55 * plan.deck, 0.93 * plan.deck)
    rails = [box(plan.chassis, y, z, kit.frame) for y in both((rail - 0.1, rail + 0.1))]
    whole = Cell(plan.chassis, (-rail, rail), (z[0], z[1] - 0.05))
    crosses = whole.lengthwise(max(6, round(whole.length / kit.between(0.9, 1.8))), gap=kit.between(0.7, 0.88))
    ends = [
        box((end - 0.2, end), (-rail, rail), z, kit.frame)
        for end in (plan.chassis[0] + 0.2, plan.chassis[1])
    ]  # fmt: skip
    return [*rails, *ends, *(cross.solid(kit.frame) for cross in crosses)]


def _wheels(kit: Kit, plan: Plan) -> list[Mesh]:
    outer = plan.half if plan.sides in ("open", "mudguards") else plan.half * kit.between(0.9, 0.98)
    y = (outer - kit.between(0.4, 0.65), outer)
    hub = kit.near(kit.coat) if kit.chance(0.7) else kit.trim
    parts = []
    for x in plan.axles:
        parts += wheel_pair(x, y, plan.radius, sides=12)
        parts += [cylinder("y", side, (x, plan.radius), 0.4 * plan.radius, hub, sides=6)
                  for side in both((outer - 0.1, outer))]  # fmt: skip
        parts.append(cylinder("y", (-y[0], y[0]), (x, plan.radius), 0.16, kit.frame, sides=6))
    return parts


def _nothing(kit: Kit, plan: Plan) -> list[Mesh]:
    return []


def _mudguards(kit: Kit, plan: Plan) -> list[Mesh]:
    """A plate over each axle, flat or bent down at its ends; wheels may stand out at the side."""
    top, paint = 2 * plan.radius + 0.06, kit.near(kit.body)
    y = (plan.half * 0.6, plan.half * kit.between(0.86, 1.0))
    reach, drop = plan.radius * kit.between(0.7, 1.05), kit.between(0.0, 0.3)
    parts = []
    for x in plan.axles:
        profile = [(x - reach, top - drop), (x + reach, top - drop), (x + 0.6 * reach, top), (x - 0.6 * reach, top)]
        flat = [(x - reach, top - 0.05), (x + reach, top - 0.05), (x + reach, top), (x - reach, top)]
        parts += [prism(profile if drop > 0.1 else flat, side, paint) for side in both(y)]
    return parts


def _shelf(kit: Kit, plan: Plan) -> list[Mesh]:
    """One plate over all wheels at each side, in one piece or in several with slots between."""
    z = (plan.deck - 0.08, plan.deck)
    paint, pieces = kit.near(kit.body), kit.pick({1: 3, len(plan.axles) // 2: 2, len(plan.axles): 1})
    back = plan.chassis[0] + kit.between(0.0, 0.5), plan.cab[0] + 0.2
    inner = plan.half * kit.between(0.1, 0.55)
    return [one.solid(paint) for y in both((inner, plan.half)) for one in Cell(back, y, z).lengthwise(pieces, gap=0.04)]


def _skirts(kit: Kit, plan: Plan) -> list[Mesh]:
    """Side boxes from the hubs up, with lids or panel lines on top."""
    low, paint = plan.radius * kit.between(0.8, 1.4), kit.near(kit.body)
    back = plan.chassis[0] + kit.between(0.0, 0.4), plan.cab[0] + 0.1
    inner = plan.half * kit.between(0.4, 0.7)
    count = max(2, round((back[1] - back[0]) / kit.between(0.9, 3.5)))
    parts = [box(back, y, (low, plan.deck - 0.02), paint) for y in both((inner, plan.half))]
    for y in both((inner, plan.half)):
        lids = Cell(back, y, (plan.deck - 0.02, plan.deck)).lengthwise(count, gap=0.05)
        parts += [lid.part(y=(0.06, 0.94)).solid(kit.near(paint, 0.12)) for lid in lids]
    return parts


def _between(kit: Kit, plan: Plan) -> list[Mesh]:
    """Fuel tanks, tool boxes and ladders in the wider steps between axles."""
    parts: list[Mesh] = []
    for ahead, behind in itertools.pairwise(plan.axles):
        room = ahead - behind - 2 * plan.radius
        if room > 0.45 and kit.chance(0.75):
            parts += _side_box(kit, plan, about((ahead + behind) / 2, room - 0.15))
    return parts


def _side_box(kit: Kit, plan: Plan, x: Span) -> list[Mesh]:
    y = (plan.half * 0.5, plan.half * kit.between(0.85, 0.99))
    z, paint = (0.45, kit.between(0.75, 1.0) * plan.deck), kit.near(kit.body, 0.35)
    if kit.chance(0.35):
        radius = min((y[1] - y[0]) / 2, (z[1] - z[0]) / 2)
        return [cylinder("x", x, (side * (y[1] - radius), z[1] - radius), radius, paint) for side in (1, -1)]
    return [box(x, side, z, paint) for side in both(y)]
