"""A rigid mining truck without its body: wheels and tanks, decks, bonnet, cab, cabinets, stairs, rails.

Most of it lies under the canopy, and is seen from above only with the body up.
"""

from __future__ import annotations

from typing import Final

from vehicle_id.synth.mesh import Mesh, beam, box, cylinder, join, prism, taper
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, GLASS, STEEL, TYRE, WHITE_PANEL, Paint, loose, shade
from vehicle_id.synth.shapes.common.spans import ordered
from vehicle_id.synth.shapes.haulers.rigid_layout import RigidHaulerLayout
from vehicle_id.synth.vehicle_sample import VehicleSample

EIGHT_TYRED_M: Final = 17.0
"""Longer trucks have two tyres on each end of the front axle, too (BelAZ-75710)."""


def running_gear(layout: RigidHaulerLayout, sample: VehicleSample) -> list[Mesh]:
    """Frame, axles, wheels, tanks."""
    length, width, height = layout.length, layout.width, layout.height
    tank = sample.coat if sample.chance(0.6) else DARK_STEEL
    between = (layout.rear_axle + 1.1 * layout.tyre_radius, layout.front_axle - 1.08 * layout.tyre_radius)
    gear = [
        box((0.12 * length, 0.93 * length), (-0.13 * width, 0.13 * width), (0.22 * height, 0.41 * height), CHASSIS),
        cylinder(
            "y", (-0.4 * width, 0.4 * width), (layout.rear_axle, layout.tyre_radius), 0.09 * height, CHASSIS, sides=8
        ),
        *_wheels(layout, sample),
    ]
    if between[1] - between[0] > 0.06 * length:
        gear += [
            box(between, (0.27 * width, 0.42 * width), (0.16 * height, 0.40 * height), tank),
            box(between, (-0.41 * width, -0.27 * width), (0.18 * height, 0.38 * height), tank),
        ]
    return gear


def _wheels(layout: RigidHaulerLayout, sample: VehicleSample) -> list[Mesh]:
    outer = 0.95 * min(layout.body_half, layout.deck_half)
    hub = sample.coat if sample.chance(0.7) else DARK_STEEL
    wheels = []
    for side in (-1, 1):
        wheels += _axle_end(layout, layout.rear_axle, side, outer, hub, tyres=2)
        wheels += _axle_end(
            layout, layout.front_axle, side, outer, hub, tyres=2 if layout.length > EIGHT_TYRED_M else 1
        )
    return wheels


def _axle_end(layout: RigidHaulerLayout, x: float, side: int, outer: float, hub: Paint, *, tyres: int) -> list[Mesh]:
    wheels = []
    for place in range(tyres):
        edge = outer - place * 1.12 * layout.tyre_width
        across = ordered(side * edge, side * (edge - layout.tyre_width))
        sides = 12 if place == 0 else 8  # the inner tyre is hardly visible
        wheels.append(cylinder("y", across, (x, layout.tyre_radius), layout.tyre_radius, TYRE, sides=sides))
    disc = ordered(side * (outer + 0.02), side * (outer - 0.1))
    return [*wheels, cylinder("y", disc, (x, layout.tyre_radius), 0.5 * layout.tyre_radius, hub, sides=6)]


def wings(layout: RigidHaulerLayout, sample: VehicleSample) -> list[Mesh]:
    """Level decks over the front wheels, to either side of the bonnet, and the apron down behind the wheels."""
    z = (layout.deck_z - 0.035 * layout.height, layout.deck_z)
    tread = shade(sample.coat, sample.rng.uniform(0.85, 1.0)) if sample.chance(0.6) else loose(sample.rng, "#6d6a66")
    wings = []
    for low, high in ((-layout.deck_half, layout.nose_y[0]), (layout.nose_y[1], layout.deck_half)):
        wings.append(box(layout.wing_x, (low, high), z, sample.coat))
        inset = 0.04 * (high - low)
        top = (z[1], z[1] + 0.02)
        wings.append(box((layout.wing_x[0], layout.wing_x[1] - inset), (low + inset, high - inset), top, tread))
    return wings


def nose(layout: RigidHaulerLayout, sample: VehicleSample) -> list[Mesh]:
    """Bonnet, radiator and bumper: the part of the front that the canopy does not cover."""
    length, width, height = layout.length, layout.width, layout.height
    rear = layout.wing_x[0]
    front = length * sample.rng.uniform(0.965, 0.985)
    top = layout.deck_z + height * sample.rng.uniform(0.0, 0.07)
    low, high = layout.nose_y
    grille = shade(CHASSIS, sample.rng.uniform(0.6, 2.5))
    reach = sample.rng.uniform(0.30, 0.47) * width
    bumper = sample.coat if sample.chance(0.5) else (CHASSIS, WHITE_PANEL)[int(sample.chance(0.3))]
    parts = [
        prism(
            [
                (rear, 0.3 * height),
                (front, 0.2 * height),
                (front, top - 0.03 * height),
                (front - 0.03 * length, top),
                (rear, top),
            ],
            layout.nose_y,
            sample.coat,
        ),
        box(
            (front, front + 0.02),
            (low + 0.1 * width / 2, high - 0.1 * width / 2),
            (0.25 * height, top - 0.05 * height),
            grille,
        ),
        box((0.955 * length, length), (-reach, reach), (0.13 * height, 0.23 * height), bumper),
    ]
    if sample.chance(0.4):  # louvres or the engine's dark opening on the bonnet
        parts.append(
            box(
                (0.86 * length, front - 0.035 * length),
                (low * 0.5 + high * 0.5 - 0.08 * width, high - 0.04 * width),
                (top, top + 0.02),
                grille,
            )
        )
    return parts


def cab(layout: RigidHaulerLayout, sample: VehicleSample) -> Mesh:
    """A box with windows all around under a roof."""
    x, y, top = layout.cab_x, layout.cab_y, layout.cab_top
    sill = layout.deck_z + 0.42 * (top - layout.deck_z)
    lintel = layout.deck_z + 0.86 * (top - layout.deck_z)
    roof = sample.coat if sample.chance(0.7) else WHITE_PANEL
    return join([
        box(x, y, (layout.deck_z, sill), sample.coat),
        taper((x[0] + 0.06, x[1] - 0.02), (y[0] + 0.06, y[1] - 0.06), (sill, lintel),
              (x[0] + 0.08, x[1] - 0.25), (y[0] + 0.08, y[1] - 0.08), GLASS),
        box((x[0], x[1] - 0.12), y, (lintel, top), roof),
    ])  # fmt: skip


def deck_load(layout: RigidHaulerLayout, sample: VehicleSample) -> list[Mesh]:
    """Cabinets, air cleaners and mufflers on the deck."""
    length, width, height = layout.length, layout.width, layout.height
    parts: list[Mesh] = []
    if layout.bulk > 0.5 or sample.chance(0.3 * layout.bulk):  # electric drive: the control cabinet beside the cab
        paint = sample.coat if sample.chance(0.6) else loose(sample.rng, "#a8a8a4")
        front = length * sample.rng.uniform(0.78, 0.87)
        parts.append(box((0.69 * length, front), (-0.93 * layout.deck_half, -0.2 * width),
                         (layout.deck_z, height * sample.rng.uniform(0.68, 0.8)), paint))  # fmt: skip
    if sample.chance(0.75):
        parts += _air_cleaners(layout, sample)
    if sample.chance(0.4):
        y = layout.nose_y[1] + 0.02 * width
        parts.append(cylinder("x", (0.7 * length, 0.84 * length), (y, layout.deck_z + 0.06 * height), 0.035 * height,
                              DARK_STEEL, sides=8))  # fmt: skip
    return parts


def _air_cleaners(layout: RigidHaulerLayout, sample: VehicleSample) -> list[Mesh]:
    """A pair of drums, standing at the wing's front edge or lying on it."""
    radius = 0.055 * layout.height
    y = sample.rng.uniform(-0.42, -0.33) * layout.width
    z = (layout.deck_z, layout.deck_z + 0.14 * layout.height)
    front = layout.wing_x[1] - 1.2 * radius
    paint = sample.coat if sample.chance(0.5) else DARK_STEEL
    return [cylinder("z", z, (front, y + step * 2.3 * radius), radius, paint, sides=8) for step in (0, 1)]


def access(layout: RigidHaulerLayout, sample: VehicleSample) -> list[Mesh]:
    """Stairs, and rails round the decks."""
    length, width, height = layout.length, layout.width, layout.height
    paint = sample.coat if sample.chance(0.5) else (STEEL, WHITE_PANEL)[int(sample.chance(0.3))]
    low = 0.17 * height
    if sample.chance(layout.bulk):  # one flight across the front
        side = 1 if sample.chance(0.6) else -1
        foot, head = (0.985 * length, -side * 0.36 * width, low), (0.985 * length, side * 0.16 * width, layout.deck_z)
        stairs = [beam(foot, head, (0.028 * length, 0.1), paint)]
    else:
        stairs = [
            beam((0.995 * length - 0.1, y, low), (layout.wing_x[1], y, layout.deck_z), (0.55, 0.1), paint)
            for y in (0.41 * width, -0.41 * width)[: 1 + int(sample.chance(0.6))]
        ]
    return [*stairs, *_rails(layout, paint)]


def _rails(layout: RigidHaulerLayout, paint: Paint) -> list[Mesh]:
    z = min(layout.deck_z + 1.05, 0.85 * layout.height)
    front, half = layout.wing_x[1] - 0.06, layout.deck_half - 0.06
    sections = [((layout.nose_y[1], front), (half, front)), ((layout.nose_y[0], front), (-half, front))]
    sections += [
        ((half, front), (half, layout.cab_x[1])),
        ((-half, front), (-half, layout.wing_x[0] + 0.12 * layout.length)),
    ]
    return [beam((x0, y0, z), (x1, y1, z), (0.07, 0.07), paint) for (y0, x0), (y1, x1) in sections]
