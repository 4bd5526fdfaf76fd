"""Truck cranes: a boom that lies along the carrier and stands out over the cab, on three to five axles.

The civil vehicle most like a missile launcher. What sets it apart from above: the boom is thinner than a
canister and steps down towards its tip, it lies on a turntable with an operator's cab on its left and a
counterweight behind, the deck beside it is open, and it goes on past the front bumper with a hook under it.
"""

from __future__ import annotations

import numpy as np

from vehicle_id.synth.mesh import Assembly, Floats, Joint, Mesh, Span, beam, box, cylinder, join, prism
from vehicle_id.synth.paint import DARK_STEEL, Paint, loose, shade
from vehicle_id.synth.shapes.plant.crane_carrier import Plan, cab, deck, draw_plan, frame, glazed, legs, roof, wheels
from vehicle_id.synth.vehicle_sample import Draft


def truck_crane(draft: Draft) -> Assembly:
    """In transport pose in most; else on its legs, turned, the boom raised and run out."""
    plan = draw_plan(draft)
    working = draft.chance(0.35)
    upper = Assembly(fixed=_upperworks(plan, draft), joints=[_boom(plan, draft, working)])
    slew = Joint(part=upper, pivot=(plan.slew_x, 0.0, 0.0), axis="z", degrees=(-180.0, 180.0), used=0.85 * working)
    carrier = [*frame(plan, draft), *wheels(plan, draft), *deck(plan, draft), *cab(plan, draft)]
    return Assembly(fixed=carrier, joints=[slew, *legs(plan, working or draft.chance(0.04))])


def _upperworks(plan: Plan, draft: Draft) -> list[Mesh]:
    """Turntable, the frame that carries the boom, winches, counterweight, and the operator's cab on the left."""
    z, half, foot = plan.deck_z, plan.half, plan.foot
    tail = max(0.02 * plan.length, foot[0] - 0.11 * plan.length)
    cab_y = (plan.boom_y + 0.36 * half, 0.97 * half)
    cab_x = (plan.slew_x - 0.02 * plan.length, plan.slew_x + 0.105 * plan.length)
    weight = plan.upper if draft.chance(0.5) else shade(DARK_STEEL, draft.rng.uniform(0.6, 2.0))
    top = plan.height * draft.rng.uniform(0.62, 0.7)
    return [
        cylinder("z", (z - 0.05, z + 0.15), (plan.slew_x, 0.0), 0.6 * half, DARK_STEEL, sides=12),
        box(
            (foot[0] - 0.02 * plan.length, plan.slew_x + 0.07 * plan.length),
            (-0.42 * half, 0.36 * half),
            (z + 0.12, 0.6 * plan.height),
            plan.upper,
        ),
        *(
            prism(
                [
                    (foot[0] - 0.45, 0.5 * plan.height),
                    (plan.slew_x + 0.4, 0.5 * plan.height),
                    (foot[0] + 0.35, foot[2] + 0.22),
                    (foot[0] - 0.3, foot[2] + 0.22),
                ],
                (y - 0.05, y + 0.05),
                plan.upper,
            )
            for y in (foot[1] - 0.36, foot[1] + 0.36)
        ),
        box((tail, foot[0] - 0.03 * plan.length), (-0.92 * half, 0.92 * half), (z + 0.1, top), weight),
        cylinder(
            "y",
            (-0.35 * half, 0.35 * half),
            (foot[0] - 0.02 * plan.length, 0.66 * plan.height),
            0.32,
            DARK_STEEL,
            sides=8,
        ),
        *glazed(
            cab_x, cab_y, (z + 0.1, plan.height * draft.rng.uniform(0.86, 0.93)), plan.upper, roof(draft, plan.upper)
        ),
    ]


def _boom(plan: Plan, draft: Draft, working: bool) -> Joint:
    """Sections within one another, each a little thinner and longer, a ram below, sheaves and the hook at the tip."""
    sections = int(draft.rng.integers(3, 6))
    wide = plan.half * draft.rng.uniform(0.40, 0.54)
    tall = 0.17 * plan.height
    x0, y0, z0 = plan.foot
    end = (plan.length - 0.25, plan.boom_y, plan.boom_z)
    direction = (np.array(end) - np.array(plan.foot)) / np.linalg.norm(np.array(end) - np.array(plan.foot))
    reach = float(np.linalg.norm(np.array(end) - np.array(plan.foot)))
    parts = []
    for place in range(sections):
        size = 1.0 - 0.11 * place
        until = reach * (1.0 - 0.03 * (sections - 1 - place))
        paint = plan.boom if place == 0 or draft.chance(0.7) else shade(plan.boom, 1.15)
        parts.append(_bar(plan.foot, direction, (0.35 * place, until), (wide * size, tall * size), paint))
    parts += _tip(plan, draft, end, wide, tall)
    ram = beam(
        (plan.slew_x + 0.06 * plan.length, y0, 0.58 * plan.height),
        (x0 + 0.45 * reach, y0, plan.boom_z - 0.55 * tall),
        (0.3, 0.3),
        plan.upper,
    )
    parts.append(ram)
    if draft.chance(0.35):  # the folded jib along the boom's right side
        y = plan.boom_y - wide / 2 - 0.2
        parts.append(beam((0.3 * plan.length, y, z0), (0.9 * plan.length, y, plan.boom_z), (0.26, 0.4), plan.boom))
    joints = [_run_out(plan, draft, direction, reach, (0.6 * wide, 0.6 * tall))] if working else []
    return Joint(part=Assembly(fixed=parts, joints=joints), pivot=plan.foot, axis="y", degrees=(-72.0, -22.0),
                 used=0.85 * working)  # fmt: skip


def _bar(start: tuple[float, float, float], direction: Floats, span: Span, size: Span, paint: Paint) -> Mesh:
    a, b = (np.array(start) + direction * along for along in span)
    return beam((float(a[0]), float(a[1]), float(a[2])), (float(b[0]), float(b[1]), float(b[2])), size, paint)


def _run_out(plan: Plan, draft: Draft, direction: Floats, reach: float, size: Span) -> Joint:
    """The inner section, lying back within the boom; turned half around the tip it stands out of it."""
    tip = np.array(plan.foot) + direction * 0.985 * reach
    back = tip - direction * reach * draft.rng.uniform(0.2, 0.8)
    a, b = (tuple(float(value) for value in point) for point in (back, tip))
    bar = beam((a[0], a[1], a[2]), (b[0], b[1], b[2]), size, plan.boom)
    return Joint(part=Assembly(fixed=[bar]), pivot=(b[0], b[1], b[2]), axis="y", degrees=(180.0, 180.0), used=0.7)


def _tip(plan: Plan, draft: Draft, end: tuple[float, float, float], wide: float, tall: float) -> list[Mesh]:
    """The head with its sheaves, and the hook block roped down to the bumper."""
    x, y, z = end
    head = join(
        [
            box(
                (x - 0.25, plan.length),
                (y - 0.36 * wide, y + 0.36 * wide),
                (z - 0.65 * tall, z + 0.35 * tall),
                plan.boom,
            ),
            cylinder(
                "y", (y - 0.3 * wide, y + 0.3 * wide), (plan.length - 0.22, z - 0.5 * tall), 0.22, DARK_STEEL, sides=8
            ),
        ]
    )
    hook = loose(draft.rng, "#c9a02a") if draft.chance(0.5) else DARK_STEEL
    low = 0.36 * plan.height
    block = box((plan.front + 0.05, plan.front + 0.4), (y - 0.2, y + 0.2), (low, low + 0.55), hook)
    rope = beam((plan.front + 0.22, y, low + 0.5), (plan.length - 0.2, y, z - 0.5 * tall), (0.08, 0.08), DARK_STEEL)
    return [head, block, rope]
