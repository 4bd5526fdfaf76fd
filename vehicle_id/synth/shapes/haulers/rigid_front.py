"""All of a rigid mining truck but its body: wheels and tanks, decks, bonnet, cab, cabinets, stairs, rails.

Most of it lies under the canopy, and is seen from above only with the body up.
"""

from __future__ import annotations

from typing import Final

from vehicle_id.synth.mesh import Mesh, beam, box, cylinder, join, prism, taper
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, GLASS, STEEL, TYRE, WHITE_PANEL, Paint, loose, shade
from vehicle_id.synth.shapes.common.spans import ordered
from vehicle_id.synth.shapes.haulers.rigid_plan import Plan
from vehicle_id.synth.vehicle_sample import Draft

EIGHT_TYRED_M: Final = 17.0
"""Longer trucks have two tyres on each end of the front axle, too (BelAZ-75710)."""


def running_gear(plan: Plan, draft: Draft) -> list[Mesh]:
    """Frame, axles, wheels, tanks."""
    length, width, height = plan.length, plan.width, plan.height
    tank = draft.coat if draft.chance(0.6) else DARK_STEEL
    between = (plan.rear_axle + 1.1 * plan.tyre_radius, plan.front_axle - 1.08 * plan.tyre_radius)
    gear = [
        box((0.12 * length, 0.93 * length), (-0.13 * width, 0.13 * width), (0.22 * height, 0.41 * height), CHASSIS),
        cylinder("y", (-0.4 * width, 0.4 * width), (plan.rear_axle, plan.tyre_radius), 0.09 * height, CHASSIS, sides=8),
        *_wheels(plan, draft),
    ]
    if between[1] - between[0] > 0.06 * length:
        gear += [
            box(between, (0.27 * width, 0.42 * width), (0.16 * height, 0.40 * height), tank),
            box(between, (-0.41 * width, -0.27 * width), (0.18 * height, 0.38 * height), tank),
        ]
    return gear


def _wheels(plan: Plan, draft: Draft) -> list[Mesh]:
    outer = 0.95 * min(plan.body_half, plan.deck_half)
    hub = draft.coat if draft.chance(0.7) else DARK_STEEL
    wheels = []
    for side in (-1, 1):
        wheels += _axle_end(plan, plan.rear_axle, side, outer, hub, tyres=2)
        wheels += _axle_end(plan, plan.front_axle, side, outer, hub, tyres=2 if plan.length > EIGHT_TYRED_M else 1)
    return wheels


def _axle_end(plan: Plan, x: float, side: int, outer: float, hub: Paint, *, tyres: int) -> list[Mesh]:
    wheels = []
    for place in range(tyres):
        edge = outer - place * 1.12 * plan.tyre_width
        across = ordered(side * edge, side * (edge - plan.tyre_width))
        sides = 12 if place == 0 else 8  # the inner tyre is hardly seen
        wheels.append(cylinder("y", across, (x, plan.tyre_radius), plan.tyre_radius, TYRE, sides=sides))
    disc = ordered(side * (outer + 0.02), side * (outer - 0.1))
    return [*wheels, cylinder("y", disc, (x, plan.tyre_radius), 0.5 * plan.tyre_radius, hub, sides=6)]


def wings(plan: Plan, draft: Draft) -> list[Mesh]:
    """Level decks over the front wheels, to either side of the bonnet, and the apron down behind the wheels."""
    z = (plan.deck_z - 0.035 * plan.height, plan.deck_z)
    tread = shade(draft.coat, draft.rng.uniform(0.85, 1.0)) if draft.chance(0.6) else loose(draft.rng, "#6d6a66")
    wings = []
    for low, high in ((-plan.deck_half, plan.nose_y[0]), (plan.nose_y[1], plan.deck_half)):
        wings.append(box(plan.wing_x, (low, high), z, draft.coat))
        inset = 0.04 * (high - low)
        top = (z[1], z[1] + 0.02)
        wings.append(box((plan.wing_x[0], plan.wing_x[1] - inset), (low + inset, high - inset), top, tread))
    return wings


def nose(plan: Plan, draft: Draft) -> list[Mesh]:
    """Bonnet, radiator and bumper: all of the front that the canopy leaves open."""
    length, width, height = plan.length, plan.width, plan.height
    rear = plan.wing_x[0]
    front = length * draft.rng.uniform(0.965, 0.985)
    top = plan.deck_z + height * draft.rng.uniform(0.0, 0.07)
    low, high = plan.nose_y
    grille = shade(CHASSIS, draft.rng.uniform(0.6, 2.5))
    reach = draft.rng.uniform(0.30, 0.47) * width
    bumper = draft.coat if draft.chance(0.5) else (CHASSIS, WHITE_PANEL)[int(draft.chance(0.3))]
    parts = [
        prism(
            [
                (rear, 0.3 * height),
                (front, 0.2 * height),
                (front, top - 0.03 * height),
                (front - 0.03 * length, top),
                (rear, top),
            ],
            plan.nose_y,
            draft.coat,
        ),
        box(
            (front, front + 0.02),
            (low + 0.1 * width / 2, high - 0.1 * width / 2),
            (0.25 * height, top - 0.05 * height),
            grille,
        ),
        box((0.955 * length, length), (-reach, reach), (0.13 * height, 0.23 * height), bumper),
    ]
    if draft.chance(0.4):  # louvres or the engine's dark opening on the bonnet
        parts.append(
            box(
                (0.86 * length, front - 0.035 * length),
                (low * 0.5 + high * 0.5 - 0.08 * width, high - 0.04 * width),
                (top, top + 0.02),
                grille,
            )
        )
    return parts


def cab(plan: Plan, draft: Draft) -> Mesh:
    """A box with windows all around under a roof."""
    x, y, top = plan.cab_x, plan.cab_y, plan.cab_top
    sill = plan.deck_z + 0.42 * (top - plan.deck_z)
    lintel = plan.deck_z + 0.86 * (top - plan.deck_z)
    roof = draft.coat if draft.chance(0.7) else WHITE_PANEL
    return join([
        box(x, y, (plan.deck_z, sill), draft.coat),
        taper((x[0] + 0.06, x[1] - 0.02), (y[0] + 0.06, y[1] - 0.06), (sill, lintel),
              (x[0] + 0.08, x[1] - 0.25), (y[0] + 0.08, y[1] - 0.08), GLASS),
        box((x[0], x[1] - 0.12), y, (lintel, top), roof),
    ])  # fmt: skip


def deck_load(plan: Plan, draft: Draft) -> list[Mesh]:
    """Cabinets, air cleaners and mufflers on the deck."""
    length, width, height = plan.length, plan.width, plan.height
    parts: list[Mesh] = []
    if plan.bulk > 0.5 or draft.chance(0.3 * plan.bulk):  # electric drive: the control cabinet beside the cab
        paint = draft.coat if draft.chance(0.6) else loose(draft.rng, "#a8a8a4")
        front = length * draft.rng.uniform(0.78, 0.87)
        parts.append(box((0.69 * length, front), (-0.93 * plan.deck_half, -0.2 * width),
                         (plan.deck_z, height * draft.rng.uniform(0.68, 0.8)), paint))  # fmt: skip
    if draft.chance(0.75):
        parts += _air_cleaners(plan, draft)
    if draft.chance(0.4):
        y = plan.nose_y[1] + 0.02 * width
        parts.append(cylinder("x", (0.7 * length, 0.84 * length), (y, plan.deck_z + 0.06 * height), 0.035 * height,
                              DARK_STEEL, sides=8))  # fmt: skip
    return parts


def _air_cleaners(plan: Plan, draft: Draft) -> list[Mesh]:
    """A pair of drums, upright at the wing's front edge or lying on it."""
    radius = 0.055 * plan.height
    y = draft.rng.uniform(-0.42, -0.33) * plan.width
    z = (plan.deck_z, plan.deck_z + 0.14 * plan.height)
    front = plan.wing_x[1] - 1.2 * radius
    paint = draft.coat if draft.chance(0.5) else DARK_STEEL
    return [cylinder("z", z, (front, y + step * 2.3 * radius), radius, paint, sides=8) for step in (0, 1)]


def access(plan: Plan, draft: Draft) -> list[Mesh]:
    """Stairs, and rails round the decks."""
    length, width, height = plan.length, plan.width, plan.height
    paint = draft.coat if draft.chance(0.5) else (STEEL, WHITE_PANEL)[int(draft.chance(0.3))]
    low = 0.17 * height
    if draft.chance(plan.bulk):  # one flight across the front
        side = 1 if draft.chance(0.6) else -1
        foot, head = (0.985 * length, -side * 0.36 * width, low), (0.985 * length, side * 0.16 * width, plan.deck_z)
        stairs = [beam(foot, head, (0.028 * length, 0.1), paint)]
    else:
        stairs = [
            beam((0.995 * length - 0.1, y, low), (plan.wing_x[1], y, plan.deck_z), (0.55, 0.1), paint)
            for y in (0.41 * width, -0.41 * width)[: 1 + int(draft.chance(0.6))]
        ]
    return [*stairs, *_rails(plan, paint)]


def _rails(plan: Plan, paint: Paint) -> list[Mesh]:
    z = min(plan.deck_z + 1.05, 0.85 * plan.height)
    front, half = plan.wing_x[1] - 0.06, plan.deck_half - 0.06
    sections = [((plan.nose_y[1], front), (half, front)), ((plan.nose_y[0], front), (-half, front))]
    sections += [((half, front), (half, plan.cab_x[1])), ((-half, front), (-half, plan.wing_x[0] + 0.12 * plan.length))]
    return [beam((x0, y0, z), (x1, y1, z), (0.07, 0.07), paint) for (y0, x0), (y1, x1) in sections]
