"""What sits on a carrier's roof: cupola, small turret, mortar in its well, raised post, red cross, missiles."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Span, box, cylinder, taper, tube
from vehicle_id.synth.paint import DARK_STEEL, GLASS, loose, shade
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.tracked.carrier_designs import CarrierDesign
from vehicle_id.synth.shapes.tracked.carrier_wells import mortar_well, open_well, raised_post
from vehicle_id.synth.shapes.tracked.deck import bedding, cross, dome, draped, foliage, hatch
from vehicle_id.synth.shapes.tracked.gun import cannon
from vehicle_id.synth.shapes.tracked.hull_plan import HullPlan
from vehicle_id.synth.vehicle_sample import VehicleSample


def roof_top(sample: VehicleSample, design: CarrierDesign, plan: HullPlan) -> tuple[list[Mesh], list[Joint]]:
    """The highest part, up to the full height; it turns where it is a turret or a cupola."""
    rng = sample.rng
    x, y = plan.at(design.at[0] + rng.uniform(-0.04, 0.04)), plan.half * design.at[1]
    z = (plan.deck - 0.03, sample.height_m)
    if design.top == "command":
        return raised_post(sample, plan, z), []
    fixed: list[Mesh] = []
    if design.top == "mortar":
        fixed = mortar_well(sample, x, plan.half * design.ring, plan.deck)
    elif design.top == "open":
        fixed = open_well(sample, plan)
    elif design.top == "ambulance":
        fixed = cross(x, y, rng.uniform(0.8, 1.3), plan.deck + 0.03)
    if design.top in ("mortar", "open", "ambulance", "cupola"):
        x = plan.at(rng.uniform(0.5, 0.68)) if design.top != "cupola" else x
        return fixed, [_joint(sample, _cupola(sample, z), x, y)]
    return fixed, [_joint(sample, _turret(sample, design, plan, z, room=plan.x[1] - x), x, y)]


def troop_hatches(sample: VehicleSample, design: CarrierDesign, plan: HullPlan) -> list[Mesh]:
    """Hatches over the troops: one broad, or pairs; shut, or open on a dark hole."""
    if design.top in ("mortar", "command", "open", "ambulance"):
        return []
    rng, z, paint = sample.rng, plan.deck, shade(sample.coat, sample.rng.uniform(0.85, 1.15))
    rear = plan.at(rng.uniform(0.05, 0.1))
    reach = plan.at(design.at[0]) - design.ring * plan.half - 0.15
    front = max(min(reach, plan.at(0.42)), rear + 0.6)
    if design.rear_hatches == 1:
        return _lid(sample, (rear, front), (-0.5 * plan.half, 0.5 * plan.half), z)
    if design.rear_hatches == 2 and sample.chance(0.5):
        return [mesh for s in (-1, 1) for mesh in hatch((rear + front) / 2, s * 0.45 * plan.half, 0.33, z, paint)]
    cuts = np.linspace(rear, front, design.rear_hatches // 2 + 1).tolist()
    spans = both((0.1, 0.65 * plan.half))
    return [
        mesh
        for a, b in itertools.pairwise(cuts)
        for span in spans
        for mesh in _lid(sample, (a + 0.05, b - 0.05), span, z)
    ]


def roof_kit(sample: VehicleSample, plan: HullPlan, roof: Span) -> list[Mesh]:
    """Bedding, tools, boxes, whip aerials, a net or a sheet over the rear half."""
    rng, parts, half = sample.rng, [], 0.85 * plan.half
    for side in (-1, 1):
        if sample.chance(0.45):
            tone = shade(sample.coat, rng.uniform(0.6, 1.2)) if sample.chance(0.6) else loose(rng, "#7a6a4c")
            start = float(rng.uniform(roof[0], roof[0] + 0.4 * plan.long))
            ends = (start, min(start + rng.uniform(0.5, 2.0), roof[1]))
            parts.append(
                box(
                    ends,
                    about(side * 0.9 * half, rng.uniform(0.08, 0.3)),
                    (plan.deck - 0.05, plan.deck + rng.uniform(0.04, 0.2)),
                    tone,
                )
            )
    if sample.chance(0.25):
        parts += bedding(sample, (roof[0], roof[0] + 0.45), (-half, half), min(plan.deck + 0.1, sample.height_m - 0.18))
    if sample.chance(0.08):
        parts += foliage(sample, roof, (-plan.half, plan.half), (plan.deck - 0.05, plan.deck + 0.12))
    if sample.chance(0.1):
        parts += draped(
            sample, (roof[0], plan.at(0.4)), (-half, half), (plan.deck, min(plan.deck + 0.3, sample.height_m))
        )
    if sample.chance(0.3):
        low = plan.fender + 0.3 * (plan.deck - plan.fender)
        boxes = both((0.25 * plan.half, 0.85 * plan.half))
        parts += [box((0.0, plan.x[0] + 0.12), span, (low, plan.deck - 0.1), shade(sample.coat, 0.9)) for span in boxes]
    return parts


def _joint(sample: VehicleSample, parts: list[Mesh], x: float, y: float) -> Joint:
    """Mostly forward, else anywhere."""
    turn = (-8.0, 8.0) if sample.chance(0.55) else (-180.0, 180.0)
    whole = Assembly(fixed=[mesh.moved((x, y, 0.0)) for mesh in parts])
    return Joint(part=whole, pivot=(x, y, 0.0), axis="z", degrees=turn, used=1.0)


def _cupola(sample: VehicleSample, z: Span) -> list[Mesh]:
    """A ring with its lid, a machine gun, a shield in some."""
    rng, radius = sample.rng, sample.rng.uniform(0.32, 0.48)
    ring = z[0] + 0.6 * (z[1] - z[0])
    parts = hatch(0.0, 0.0, radius, ring, shade(sample.coat, rng.uniform(0.8, 1.15)), open_lid=sample.chance(0.2))
    gun = z[1] - 0.06
    parts.append(tube((-0.1, 0.0, gun), (rng.uniform(0.9, 1.3), 0.0, gun), 0.04, DARK_STEEL, sides=5))
    parts.append(box(about(0.0, 0.3), about(0.0, 0.16), (gun - 0.15, z[1]), DARK_STEEL))
    if sample.chance(0.3):
        shield = shade(sample.coat, 0.95)
        parts += [
            box((0.25, 0.32), (-0.55, 0.55), (z[0], z[1]), shield),
            *(box((-0.4, 0.3), y, (z[0], z[1] - 0.05), shield) for y in both((0.5, 0.56))),
        ]
    return parts


def _turret(sample: VehicleSample, design: CarrierDesign, plan: HullPlan, z: Span, *, room: float) -> list[Mesh]:
    """A small turret with its cannon; `room` is the length before it."""
    rng, radius = sample.rng, plan.half * design.ring * sample.rng.uniform(0.88, 1.1)
    roof, tone = z[1] - rng.uniform(0.05, 0.15), shade(sample.coat, rng.uniform(0.88, 1.12))
    if design.top == "missiles":
        return _missiles(sample, radius, z)
    if design.top == "angular_turret":
        back = radius * rng.uniform(0.9, 1.3)
        parts = [
            taper(
                (-back, radius),
                (-radius, radius),
                (z[0], roof),
                (-0.9 * back, 0.55 * radius),
                (-0.8 * radius, 0.7 * radius),
                tone,
            )
        ]
    else:
        parts = [dome(0.0, 0.0, (radius, radius * rng.uniform(0.5, 0.72)), (z[0], roof), tone)]
    tip = min(radius + design.gun_m * rng.uniform(0.8, 1.2), room - 0.03 * plan.long)
    parts += cannon(sample, (0.6 * radius, tip), 0.0, (z[0] + roof) / 2)
    y = 0.4 * radius if design.ring > 0.45 else 0.0
    parts += hatch(-0.1 * radius, y, min(0.3, 0.45 * radius), roof, tone, open_lid=sample.chance(0.12))
    sight = GLASS if sample.chance(0.25) else shade(tone, 0.8)
    parts.append(box(about(0.15 * radius, 0.25), about(-0.35 * radius, 0.25), (roof - 0.1, z[1]), sight))
    if design.ring > 0.45 and sample.chance(0.3):
        parts.append(
            box(
                (-0.3 * radius, 0.9 * radius), about(0.85 * radius, 0.25), (roof - 0.25, z[1] - 0.03), shade(tone, 0.85)
            )
        )
    return parts


def _missiles(sample: VehicleSample, radius: float, z: Span) -> list[Mesh]:
    """A launcher's head on a post: two tubes in an armoured box."""
    tone = shade(sample.coat, sample.rng.uniform(0.85, 1.1))
    foot = cylinder("z", (z[0], z[1] - 0.3), (0.0, 0.0), 0.7 * radius, tone)
    head = box((-0.6, 0.7), (-0.75 * radius, 0.75 * radius), (z[1] - 0.35, z[1]), tone)
    return [
        foot,
        head,
        *(box((0.68, 0.72), span, (z[1] - 0.3, z[1] - 0.05), DARK_STEEL) for span in both((0.1, 0.6 * radius))),
    ]


def _lid(sample: VehicleSample, x: Span, y: Span, z: float) -> list[Mesh]:
    """A broad hatch: seam and lid; open in a few, on a dark hold, the lid standing at its side."""
    rng, tone = sample.rng, shade(sample.coat, sample.rng.uniform(0.85, 1.15))
    frame = box((x[0] - 0.04, x[1] + 0.04), (y[0] - 0.04, y[1] + 0.04), (z - 0.1, z + 0.012), shade(sample.coat, 0.55))
    if sample.chance(0.12):
        hole = replace(DARK_STEEL, rgb=(0.02, 0.02, 0.018))
        edge = y[1] if sum(y) >= 0 else y[0]
        return [frame, box(x, y, (z - 0.1, z + 0.02), hole), box(x, about(edge, 0.06), (z, z + 0.25), tone)]
    parts = [frame, box(x, y, (z - 0.1, z + rng.uniform(0.03, 0.06)), tone)]
    if sample.chance(0.3):
        parts.append(cylinder("z", (z, z + 0.1), (sum(x) / 2, sum(y) / 2), 0.14, shade(tone, 0.8), sides=8))
    return parts
