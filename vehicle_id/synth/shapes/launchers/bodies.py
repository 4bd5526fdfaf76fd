"""Other bodies on a launcher's carrier: shelters, transloaders with a crane, loads under a tarpaulin, cradles."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Span, arch, beam, box, cylinder, relief
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, STEEL, Paint, shade
from vehicle_id.synth.shapes.common.cloth import tilt_paint
from vehicle_id.synth.shapes.common.spans import about, both, ordered
from vehicle_id.synth.shapes.launchers.carrier import carrier, draw_cab
from vehicle_id.synth.shapes.launchers.frame import housings, side_gear
from vehicle_id.synth.shapes.launchers.plan import CarrierPlan, draw_plan, low_roof
from vehicle_id.synth.shapes.launchers.tubes import canister, missile
from vehicle_id.synth.vehicle_sample import VehicleSample


def shelter(sample: VehicleSample) -> Assembly:
    """A command post: one shelter or a row of them, with hatches, coolers and rails on their roofs."""
    u, plan = sample.rng.uniform, draw_plan(sample, draw_cab(sample), roof=low_roof(sample))
    number = max(1, round((plan.bed[1] - plan.bed[0]) / u(3.5, 9.0)))
    ends = np.linspace(plan.bed[0] + u(0.0, 1.0), plan.bed[1] - u(0.0, 0.4), number + 1)
    parts = carrier(sample, plan)
    for place, (a, b) in enumerate(pairwise(ends)):
        lower = u(0.0, 0.3) * (sample.height_m - plan.deck) * float(place > 0 and sample.chance(0.6))
        parts += _shelter(sample, plan, (float(a) + 0.05, float(b) - 0.05), sample.height_m - lower)
    return Assembly(fixed=[*parts, *side_gear(sample, plan, plan.bed, share=0.5, rise=0.0)])


def enclosed(sample: VehicleSample) -> Assembly:
    """A launcher whose missiles lie inside its hull, under roof doors along the middle, as the Iskander's do."""
    u, plan = sample.rng.uniform, draw_plan(sample, draw_cab(sample), roof=low_roof(sample))
    half, eaves = plan.half * u(0.92, 1.0), plan.deck + u(0.3, 0.75) * (sample.height_m - plan.deck)
    ridge, door, tone = half * u(0.5, 0.8), half * u(0.3, 0.48), shade(sample.coat, u(0.8, 1.2))
    x, top = (plan.bed[0] + u(0.0, 0.4), plan.bed[1] - u(0.0, 0.3)), sample.height_m - 0.08
    section = [(-half, 0.6 * plan.deck), (half, 0.6 * plan.deck), (half, eaves), (ridge, top), (-ridge, top),
               (-half, eaves)]  # fmt: skip
    doors = (x[0] + u(0.0, 0.25) * (x[1] - x[0]), x[1] - u(0.0, 0.25) * (x[1] - x[0]))
    leaves = []
    for side, degrees in ((-door, (0.0, 100.0)), (door, (-100.0, 0.0))):
        leaf = box(doors, ordered(side, 0.02 * np.sign(side)), (top + 0.02, sample.height_m), tone)
        leaves.append(Joint(part=Assembly(fixed=[leaf]), pivot=(0.0, side, top), axis="x", degrees=degrees, used=0.15))
    inside = box(doors, (-door, door), (top, top + 0.01), CHASSIS)  # seen where a leaf is open
    parts = [*carrier(sample, plan), arch(x, section, sample.coat), inside]
    for at in u(x[0] + 0.3, x[1] - 0.3, int(sample.rng.integers(2, 8))):
        parts.append(box(about(float(at), u(0.1, 0.9)), about(u(-0.8, 0.8) * ridge, 0.4), (top, top + 0.06), tone))
    return Assembly(fixed=parts, joints=leaves)


def transloader(sample: VehicleSample) -> Assembly:
    """One to three spare missiles and a crane that lies over them or turns to a side."""
    u, plan = sample.rng.uniform, draw_plan(sample, draw_cab(sample), roof=low_roof(sample))
    crane = plan.bed[1] - u(0.5, 0.9) if sample.chance(0.6) else plan.bed[0] + u(0.6, 1.0)
    room = (plan.bed[0] + 0.1, crane - 0.7) if crane > sum(plan.bed) / 2 else (crane + 0.7, plan.bed[1] - 0.1)
    number = int(sample.rng.integers(1, 4))
    radius = min(plan.half * u(0.7, 0.95) / number, 0.45 * (sample.height_m - 0.3 - plan.deck))
    parts = [*carrier(sample, plan), *side_gear(sample, plan, plan.bed, share=0.6, rise=0.1)]
    body = missile if sample.chance(0.4) else None
    for place in range(number):
        centre = ((2 * place + 1 - number) * radius, plan.deck + 0.1 + radius)
        parts += (body(sample, room, centre, radius, plan.paints.tubes) if body
                  else canister(sample, room, centre, radius, plan.paints.tubes, square=False))  # fmt: skip
    return Assembly(fixed=parts, joints=[_crane(sample, plan, crane)])


def covered(sample: VehicleSample) -> Assembly:
    """A missile or tubes under a tarpaulin: a long hump that sags between hoops, at times over the cab's slot."""
    u, kind = sample.rng.uniform, draw_cab(sample)
    front = u(0.2, 1.2) if kind == "split" and sample.chance(0.3) else 0.0
    plan = draw_plan(sample, kind, front=front, roof=low_roof(sample))
    tip = sample.length_m if front else (plan.nose - u(0.2, 1.5) if kind == "split" else plan.bed[1])
    tail = plan.tail + u(0.0, 0.6)
    wide = plan.gap * u(0.8, 0.98) if tip > plan.bed[1] else plan.half * u(0.55, 0.98)
    cloth = tilt_paint(sample)
    parts = [*carrier(sample, plan, slot=True), *_hump(sample, plan, (tail, tip), wide, cloth=cloth)]
    if tip > plan.bed[1]:
        parts += _hump(sample, plan, (tail, plan.bed[1]), plan.half * u(0.5, 0.95), cloth=cloth)
    return Assembly(fixed=[*parts, *side_gear(sample, plan, plan.bed, share=u(0.2, 0.8), rise=0.1)])


def cradled(sample: VehicleSample) -> Assembly:
    """A part of the bed in use: cradle, supports, a short canister or missile, cabin and machinery before it."""
    u, plan = sample.rng.uniform, draw_plan(sample, draw_cab(sample), roof=low_roof(sample))
    bed = plan.bed[1] - plan.bed[0]
    long = bed * u(0.45, 0.8)
    tail = plan.bed[0] + u(0.0, 1.0) * (bed - long)
    radius = min(plan.half * u(0.3, 0.6), 0.45 * (sample.height_m - plan.deck))
    parts = [
        *carrier(sample, plan),
        *housings(sample, plan, plan.bed, plan.half * u(0.6, 0.8), plan.deck + u(0.0, 0.4)),
    ]
    for at in np.linspace(plan.bed[0] + 0.4, plan.bed[1] - 0.4, int(sample.rng.integers(3, 7))):
        parts += [box(about(float(at), 0.2), y, (plan.deck - 0.1, sample.height_m - radius * u(0.8, 1.3)), sample.coat)
                  for y in both((radius, radius + 0.15))]  # fmt: skip
        parts.append(box(about(float(at), 0.2), (-radius, radius), (plan.deck - 0.2, plan.deck + 0.1), sample.coat))
    square = sample.chance(0.3)
    centre = (0.0, sample.height_m - radius)
    return Assembly(
        fixed=[*parts, *canister(sample, (tail, tail + long), centre, radius, plan.paints.tubes, square=square)]
    )


def _shelter(sample: VehicleSample, plan: CarrierPlan, x: Span, top: float) -> list[Mesh]:
    u, half = sample.rng.uniform, plan.half * sample.rng.uniform(0.82, 1.0)
    roof = shade(sample.coat, u(0.75, 1.3))
    cut, wall = u(0.05, 0.35), top - 0.12
    section = [(-half, 0.8 * plan.deck), (half, 0.8 * plan.deck), (half, wall - cut), (half - cut, wall),
               (cut - half, wall), (-half, wall - cut)]  # fmt: skip
    parts = [
        arch(x, section, sample.coat),
        box((x[0] + 0.05, x[1] - 0.05), (cut - half, half - cut), (wall, wall + 0.02), roof),
    ]
    for _ in range(int(sample.rng.integers(3, 6 + int(x[1] - x[0])))):
        at, side = u(x[0] + 0.4, x[1] - 0.4), u(-0.6, 0.6) * half
        size, paint = u(0.3, 1.1, 2), shade(STEEL if sample.chance(0.3) else sample.coat, u(0.5, 1.3))
        parts.append(box(about(at, min(size[0], 0.7)), about(side, min(size[1], 0.7 * half)), (wall, top), paint))
    if sample.chance(0.5):
        y = both((half - cut - 0.15, half - cut - 0.05))
        parts += [
            cylinder("x", (x[0] + 0.2, x[1] - 0.2), (sum(each) / 2, top - 0.05), 0.05, roof, sides=5) for each in y
        ]
    return parts


def _crane(sample: VehicleSample, plan: CarrierPlan, at: float) -> Joint:
    """A column, and a boom that lies along the longer side of the bed; its back reaches the vehicle's height."""
    u, z = sample.rng.uniform, sample.height_m - 0.2
    ahead = plan.bed[1] - 0.3 if at < sum(plan.bed) / 2 else plan.bed[0] + 0.3
    end = at + (ahead - at) * u(0.5, 0.95)
    paint = shade(sample.coat, u(0.8, 1.2)) if sample.chance(0.75) else STEEL
    boom = [
        box(about(at, 0.9), about(0.0, plan.half * u(0.7, 1.4)), (plan.deck, 0.8 * z), paint),
        cylinder("z", (plan.deck, z), (at, 0.0), 0.35, paint),
        beam((at, 0.0, z), (end, 0.0, z), (u(0.25, 0.45), 0.4), paint),
        box(about(end, 0.3), (-0.2, 0.2), (z - 0.5, z), DARK_STEEL),
    ]
    return Joint(part=Assembly(fixed=boom), pivot=(at, 0.0, 0.0), axis="z", degrees=(-120.0, 120.0), used=0.35)


def _hump(sample: VehicleSample, plan: CarrierPlan, x: Span, half: float, *, cloth: Paint) -> list[Mesh]:
    """Cloth over a round load: a surface that falls to the bed's edge, with folds across."""
    u, along, across = sample.rng.uniform, np.linspace(0, 1, 25), np.linspace(-1, 1, 13)
    low, power, folds = 0.8 * plan.deck, u(1.6, 5.0), int(sample.rng.integers(3, 12))
    ridge = 1 - u(0.02, 0.12) * np.abs(np.sin(np.pi * folds * along)) - u(0, 0.25) * along
    ridge[0], ridge[-1] = u(0.3, 0.9), u(0.3, 0.9)
    ridge = ridge / ridge.max()
    dome = ridge[:, None] * np.clip(1 - np.abs(across) ** power, 0.0, 1.0)[None]
    dome = np.clip(dome * (1 + 0.03 * sample.rng.normal(size=dome.shape)), 0.0, None)
    dome = dome / dome.max()
    base = box(x, (-half, half), (0.6 * plan.deck, low), sample.coat)
    return [base, relief(x, (-half, half), low + dome * (sample.height_m - low), cloth)]
