"""Hydraulic jacks at the sides: upright legs within the outline, or arms that swing out."""

from __future__ import annotations

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, box, cylinder
from vehicle_id.synth.paint import STEEL
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.shapes.heavy_wheeled.kit import Kit
from vehicle_id.synth.shapes.heavy_wheeled.plan import Plan


def jacks(kit: Kit, plan: Plan) -> Assembly:
    """None, or a pair at two or three places along the payload; all of a vehicle alike."""
    kind = kit.pick({"none": 4.0, "legs": 4.0, "arms": 3.0})
    if kind == "none":
        return Assembly()
    low, high = plan.payload
    shares = (0.04, 0.92) if kit.chance(0.7) else (0.04, 0.5, 0.92)
    places = [(low + share * (high - low), side) for share in shares for side in (1, -1)]
    if kind == "legs":
        return Assembly(fixed=[part for x, side in places for part in _leg(kit, plan, x, side)])
    out = kit.chance(0.35)  # all of them together
    return Assembly(joints=[_arm(kit, plan, x, side, used=1.0 if out else 0.0) for x, side in places])


def _leg(kit: Kit, plan: Plan, x: float, side: int) -> list[Mesh]:
    y, radius = side * (plan.half - 0.18), kit.between(0.1, 0.17)
    top = min(plan.deck + kit.between(0.0, 0.6), 0.9 * plan.top)
    case = box(about(x, 2.2 * radius), about(y, 2 * radius), (0.6, 0.8 * top), kit.near(kit.coat))
    return [case, cylinder("z", (0.35, top), (x, y), 0.8 * radius, STEEL, sides=8)]


def _arm(kit: Kit, plan: Plan, x: float, side: int, *, used: float) -> Joint:
    """A beam folded along the side, its foot at the free end."""
    reach, y = kit.between(0.8, 1.6), side * (plan.half - 0.16)
    z = plan.deck * 0.8
    parts = [
        box((x, x + reach), about(y, 0.26), (z - 0.15, z + 0.15), kit.near(kit.coat, 0.3)),
        cylinder("z", (0.4, z + 0.2), (x + reach - 0.15, y), 0.15, STEEL, sides=8),
    ]
    degrees = (60.0, 100.0) if side > 0 else (-100.0, -60.0)
    return Joint(part=Assembly(fixed=parts), pivot=(x, y, z), axis="z", degrees=degrees, used=used)
