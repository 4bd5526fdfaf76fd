"""Truck cranes: a boom that lies along the carrier and stands out over the cab, on three to five axles.

The civil vehicle most similar to a missile launcher. It differs from above: the boom is thinner than a
canister and steps down towards its tip, it lies on a turntable with an operator's cab on its left and a
counterweight behind, the deck beside it is open, and it goes on past the front bumper with a hook under it.
"""

from __future__ import annotations

import numpy as np

from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Span, beam, box, cylinder, join, prism
from vehicle_id.synth.paint import DARK_STEEL, Paint, loose, shade
from vehicle_id.synth.shapes.plant.crane_carrier import (
    CraneCarrierLayout,
    cab,
    deck,
    draw_layout,
    frame,
    glazed,
    legs,
    roof,
    wheels,
)
from vehicle_id.synth.vehicle_sample import VehicleSample


def truck_crane(sample: VehicleSample) -> Assembly:
    """In transport pose in most; else on its legs, turned, the boom raised and extended."""
    layout = draw_layout(sample)
    working = sample.chance(0.35)
    upper = Assembly(fixed=_upperworks(layout, sample), joints=[_boom(layout, sample, working)])
    slew = Joint(part=upper, pivot=(layout.slew_x, 0.0, 0.0), axis="z", degrees=(-180.0, 180.0), used=0.85 * working)
    carrier = [*frame(layout, sample), *wheels(layout, sample), *deck(layout, sample), *cab(layout, sample)]
    return Assembly(fixed=carrier, joints=[slew, *legs(layout, working or sample.chance(0.04))])


def _upperworks(layout: CraneCarrierLayout, sample: VehicleSample) -> list[Mesh]:
    """Turntable, the frame that carries the boom, winches, counterweight, and the operator's cab on the left."""
    z, half, foot = layout.deck_z, layout.half, layout.foot
    tail = max(0.02 * layout.length, foot[0] - 0.11 * layout.length)
    cab_y = (layout.boom_y + 0.36 * half, 0.97 * half)
    cab_x = (layout.slew_x - 0.02 * layout.length, layout.slew_x + 0.105 * layout.length)
    weight = layout.upper if sample.chance(0.5) else shade(DARK_STEEL, sample.rng.uniform(0.6, 2.0))
    top = layout.height * sample.rng.uniform(0.62, 0.7)
    return [
        cylinder("z", (z - 0.05, z + 0.15), (layout.slew_x, 0.0), 0.6 * half, DARK_STEEL, sides=12),
        box(
            (foot[0] - 0.02 * layout.length, layout.slew_x + 0.07 * layout.length),
            (-0.42 * half, 0.36 * half),
            (z + 0.12, 0.6 * layout.height),
            layout.upper,
        ),
        *(
            prism(
                [
                    (foot[0] - 0.45, 0.5 * layout.height),
                    (layout.slew_x + 0.4, 0.5 * layout.height),
                    (foot[0] + 0.35, foot[2] + 0.22),
                    (foot[0] - 0.3, foot[2] + 0.22),
                ],
                (y - 0.05, y + 0.05),
                layout.upper,
            )
            for y in (foot[1] - 0.36, foot[1] + 0.36)
        ),
        box((tail, foot[0] - 0.03 * layout.length), (-0.92 * half, 0.92 * half), (z + 0.1, top), weight),
        cylinder(
            "y",
            (-0.35 * half, 0.35 * half),
            (foot[0] - 0.02 * layout.length, 0.66 * layout.height),
            0.32,
            DARK_STEEL,
            sides=8,
        ),
        *glazed(
            cab_x,
            cab_y,
            (z + 0.1, layout.height * sample.rng.uniform(0.86, 0.93)),
            layout.upper,
            roof(sample, layout.upper),
        ),
    ]


def _boom(layout: CraneCarrierLayout, sample: VehicleSample, working: bool) -> Joint:
    """Sections within one another, each a little thinner and longer, a ram below, sheaves and the hook at the tip."""
    sections = int(sample.rng.integers(3, 6))
    wide = layout.half * sample.rng.uniform(0.40, 0.54)
    tall = 0.17 * layout.height
    x0, y0, z0 = layout.foot
    end = (layout.length - 0.25, layout.boom_y, layout.boom_z)
    direction = (np.array(end) - np.array(layout.foot)) / np.linalg.norm(np.array(end) - np.array(layout.foot))
    reach = float(np.linalg.norm(np.array(end) - np.array(layout.foot)))
    parts = []
    for place in range(sections):
        size = 1.0 - 0.11 * place
        until = reach * (1.0 - 0.03 * (sections - 1 - place))
        paint = layout.boom if place == 0 or sample.chance(0.7) else shade(layout.boom, 1.15)
        parts.append(_bar(layout.foot, direction, (0.35 * place, until), (wide * size, tall * size), paint))
    parts += _tip(layout, sample, end, wide, tall)
    ram = beam(
        (layout.slew_x + 0.06 * layout.length, y0, 0.58 * layout.height),
        (x0 + 0.45 * reach, y0, layout.boom_z - 0.55 * tall),
        (0.3, 0.3),
        layout.upper,
    )
    parts.append(ram)
    if sample.chance(0.35):  # the folded jib along the boom's right side
        y = layout.boom_y - wide / 2 - 0.2
        parts.append(
            beam((0.3 * layout.length, y, z0), (0.9 * layout.length, y, layout.boom_z), (0.26, 0.4), layout.boom)
        )
    joints = [_run_out(layout, sample, direction, reach, (0.6 * wide, 0.6 * tall))] if working else []
    return Joint(part=Assembly(fixed=parts, joints=joints), pivot=layout.foot, axis="y", degrees=(-72.0, -22.0),
                 used=0.85 * working)  # fmt: skip


def _bar(start: tuple[float, float, float], direction: Float64Array, span: Span, size: Span, paint: Paint) -> Mesh:
    a, b = (np.array(start) + direction * along for along in span)
    return beam((float(a[0]), float(a[1]), float(a[2])), (float(b[0]), float(b[1]), float(b[2])), size, paint)


def _run_out(
    layout: CraneCarrierLayout, sample: VehicleSample, direction: Float64Array, reach: float, size: Span
) -> Joint:
    """The inner section, lying back within the boom; turned half around the tip it stands out of it."""
    tip = np.array(layout.foot) + direction * 0.985 * reach
    back = tip - direction * reach * sample.rng.uniform(0.2, 0.8)
    a, b = (tuple(float(value) for value in point) for point in (back, tip))
    bar = beam((a[0], a[1], a[2]), (b[0], b[1], b[2]), size, layout.boom)
    return Joint(part=Assembly(fixed=[bar]), pivot=(b[0], b[1], b[2]), axis="y", degrees=(180.0, 180.0), used=0.7)


def _tip(
    layout: CraneCarrierLayout, sample: VehicleSample, end: tuple[float, float, float], wide: float, tall: float
) -> list[Mesh]:
    """The head with its sheaves, and the hook block roped down to the bumper."""
    x, y, z = end
    head = join(
        [
            box(
                (x - 0.25, layout.length),
                (y - 0.36 * wide, y + 0.36 * wide),
                (z - 0.65 * tall, z + 0.35 * tall),
                layout.boom,
            ),
            cylinder(
                "y", (y - 0.3 * wide, y + 0.3 * wide), (layout.length - 0.22, z - 0.5 * tall), 0.22, DARK_STEEL, sides=8
            ),
        ]
    )
    hook = loose(sample.rng, "#c9a02a") if sample.chance(0.5) else DARK_STEEL
    low = 0.36 * layout.height
    block = box((layout.front + 0.05, layout.front + 0.4), (y - 0.2, y + 0.2), (low, low + 0.55), hook)
    rope = beam((layout.front + 0.22, y, low + 0.5), (layout.length - 0.2, y, z - 0.5 * tall), (0.08, 0.08), DARK_STEEL)
    return [head, block, rope]
