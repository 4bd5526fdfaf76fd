"""The army's tractor-trailers: flatbeds, tank transporters and low loaders in the coat, empty or with army loads."""

from __future__ import annotations

import numpy as np

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Span, ball, box, cylinder, taper
from vehicle_id.synth.paint import DARK_STEEL, TYRE, WOOD, Paint, loose, shade
from vehicle_id.synth.shapes.army_trucks.canvas import canvas_paint, net
from vehicle_id.synth.shapes.army_trucks.goods import goods
from vehicle_id.synth.shapes.common.freight_container import HIGH_M, closed_container
from vehicle_id.synth.shapes.common.roof_marks import panels, seams
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.common.stretch import as_high
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.shapes.freight.tractors import TractorPlan, tractor
from vehicle_id.synth.shapes.freight.trailer_plan import TrailerPlan
from vehicle_id.synth.shapes.freight.undercarriage import bogie_axles, legs
from vehicle_id.synth.vehicle_sample import ARMY_COATS, VehicleSample

TRACTOR_HALF_M = 1.3
"""Half the width of a tractor before a trailer that is wider than the road allows."""


def is_army_row(sample: VehicleSample) -> bool:
    """Whether the commonest coat of the row is an army's."""
    return bool(sample.row.colours) and sample.row.colours[0] in ARMY_COATS


def wears_army_coat(sample: VehicleSample) -> bool:
    """Whether the coat is an army's that the row names, not a civil coat of the same name."""
    return sample.coat_name in ARMY_COATS and sample.coat_name in sample.row.colours


def army_combination(sample: VehicleSample) -> Assembly:
    """A trailer in the coat, and its tractor on a joint at the kingpin."""
    rng, length = sample.rng, sample.length_m
    plan = TrailerPlan(rear=0.0, front=length * rng.uniform(0.73, 0.81), half=sample.width_m / 2, top=sample.height_m)
    wide = sample.width_m > 2.8
    trailer = (transporter if wide or sample.chance(0.3) else army_flatbed)(sample, plan)
    tallest = max(float(mesh.bounds[1, 2]) for mesh in trailer)
    cab_top = sample.height_m if tallest < 0.97 * sample.height_m else sample.height_m * rng.uniform(0.8, 1.0)
    truck = TractorPlan(rear=plan.kingpin - rng.uniform(1.4, 2.1), front=length,
                        half=min(TRACTOR_HALF_M, plan.half * rng.uniform(0.96, 0.99)), top=cab_top, cab=sample.coat,
                        bonnet=sample.chance(0.6), axles=())  # fmt: skip
    parts = [as_high([*tractor(sample, truck), *_winches(sample, plan, truck)], truck.top)]
    joint = Joint(part=Assembly(fixed=parts), pivot=(plan.kingpin, 0.0, 1.1), axis="z", degrees=(-50.0, 50.0), used=0.3)
    return Assembly(fixed=trailer, joints=[joint])


def army_flatbed(sample: VehicleSample, plan: TrailerPlan) -> list[Mesh]:
    """A flat deck of planks or plate with stake pockets and corner lashings; three in five are empty."""
    rng, half, deck = sample.rng, plan.half, float(sample.rng.uniform(1.3, 1.55))
    edge, x = shade(sample.coat, rng.uniform(0.75, 1.15)), (plan.rear, plan.front)
    inside = (x[0] + 0.12, x[1] - 0.12)
    parts = [box(x, y, (deck - 0.22, deck), edge) for y in both((half - 0.1, half))]
    parts += [box(end, (-half, half), (deck - 0.25, deck), edge) for end in ((x[0], inside[0]), (inside[1], x[1]))]
    parts.append(panels(rng, inside, (0.1 - half, half - 0.1), deck - 0.02, rng.uniform(0.3, 2.0), _floor(sample),
                        spread=rng.uniform(0.02, 0.12)))  # fmt: skip
    if sample.chance(0.4):
        parts.append(
            seams(inside, (0.1 - half, half - 0.1), deck - 0.02, rng.uniform(0.4, 1.2), shade(edge, 0.7), wide=0.06)
        )
    parts += _under(sample, plan, deck, bogie_axles(sample, plan.rear, american=sample.chance(0.5)))
    if sample.chance(0.4) and plan.top > deck + 0.8:
        parts += _load(sample, (x[0] + 0.2, x[1] - 0.3), half - 0.1, (deck, plan.top))
    return parts


def transporter(sample: VehicleSample, plan: TrailerPlan) -> list[Mesh]:
    """A neck of two beams, a deck of two tracks over many axles, ramps that stand or lie at the rear."""
    rng, half, deck = sample.rng, plan.half, float(sample.rng.uniform(1.0, 1.3))
    paint, neck = shade(sample.coat, rng.uniform(0.8, 1.1)), plan.front - rng.uniform(2.6, 4.2)
    ramp = rng.uniform(0.3, 1.9)
    bed = (plan.rear + ramp, neck)
    gap, floor = half * rng.uniform(0.12, 0.34), _floor(sample)
    parts = [box(bed, (-0.3, 0.3), (deck - 0.5, deck - 0.1), paint)]
    for y in both((gap, half)):
        parts.append(box(bed, y, (deck - 0.2, deck - 0.03), paint))
        parts.append(panels(rng, bed, (y[0] + 0.08, y[1] - 0.08), deck, rng.uniform(0.4, 2.0), floor, spread=0.08))
    parts += [box(about(float(at), 0.18), (-gap, gap), (deck - 0.3, deck - 0.04), paint)
              for at in np.linspace(bed[0] + 0.1, bed[1] - 0.1, int(rng.integers(4, 10)))]  # fmt: skip
    parts += _neck(sample, plan, neck, deck, paint)
    parts += _ramps(sample, plan, (plan.rear, bed[0]), deck, paint)
    count = int(rng.integers(3, 6))
    axles = [bed[0] + rng.uniform(0.6, 1.0) + 1.35 * i for i in range(count)]
    parts += _under(sample, plan, deck, axles)
    if sample.chance(0.35) and plan.top > deck + 1.0:
        parts += _load(sample, (bed[0] + 0.2, bed[1] - 0.2), half - 0.1, (deck, plan.top))
    return parts


def _floor(sample: VehicleSample) -> Paint:
    kind = sample.rng.random()
    if kind < 0.45:
        return shade(sample.coat, sample.rng.uniform(0.6, 1.15))
    return shade(WOOD, sample.rng.uniform(0.5, 1.4)) if kind < 0.8 else shade(DARK_STEEL, sample.rng.uniform(0.7, 2.0))


def _neck(sample: VehicleSample, plan: TrailerPlan, rear: float, deck: float, paint: Paint) -> list[Mesh]:
    """The gooseneck over the tractor: two or three beams, a spare wheel, hydraulics between them."""
    rng, high, out = sample.rng, deck + sample.rng.uniform(0.3, 0.6), plan.half * sample.rng.uniform(0.35, 0.55)
    beams = (*both((out - 0.25, out)), (-0.12, 0.12)) if sample.chance(0.5) else both((out - 0.3, out))
    parts = [box((rear - 0.3, plan.front), y, (high - 0.35, high), paint) for y in beams]
    parts += [
        box(at, (-out, out), (high - 0.3, high - 0.02), paint)
        for at in ((rear - 0.3, rear), (plan.front - 0.5, plan.front))
    ]
    if sample.chance(0.6):
        at = rear + rng.uniform(0.5, 1.0)
        parts.append(
            cylinder(
                "z", (high - 0.1, high + 0.22), (at, float(rng.choice([-0.4, 0.0, 0.4])) * out), 0.5, TYRE, sides=14
            )
        )
    if sample.chance(0.5):
        parts.append(box((rear + 0.1, rear + 0.8), about(0.0, out), (high - 0.3, high + 0.3), shade(sample.coat, 0.75)))
    return [*parts, *legs(sample, rear + 0.2, high - 0.3, down=False)]


def _ramps(sample: VehicleSample, plan: TrailerPlan, x: Span, deck: float, paint: Paint) -> list[Mesh]:
    """Two ramps, upright at the rear end or lying on, with bars; the slope of the tail under them."""
    rng, half = sample.rng, plan.half
    inner, tone = half * rng.uniform(0.25, 0.45), shade(paint, rng.uniform(0.7, 1.1))
    parts = [box(x, y, (0.5, 0.75), tone) for y in both((inner, half * 0.95))]
    for y in both((inner, half * 0.95)):
        if sample.chance(0.5) or x[1] - x[0] < 0.6:
            parts.append(box((x[0], x[0] + 0.22), y, (0.5, min(plan.top, deck + rng.uniform(0.6, 1.4))), tone))
        else:
            parts.append(taper(x, y, (0.6, deck), (x[1] - 0.2, x[1]), y, tone))
            parts.append(seams((x[0] + 0.1, x[1]), y, 0.78, 0.25, shade(tone, 0.6), wide=0.06))
    return parts


def _under(sample: VehicleSample, plan: TrailerPlan, deck: float, axles: list[float]) -> list[Mesh]:
    """Beams, wheels and legs."""
    radius, half = min(sample.rng.uniform(0.38, 0.53), 0.45 * deck), plan.half
    tone = shade(sample.coat, sample.rng.uniform(0.5, 0.9))
    parts = [mesh for at in axles for mesh in wheel_pair(at, (half - 0.6, half - 0.02), radius)]
    parts += [box((plan.rear + 0.3, plan.front - 0.4), y, (deck - 0.5, deck - 0.12), tone) for y in both((0.4, 0.58))]
    return [*parts, *legs(sample, plan.kingpin - 2.4, deck - 0.2, down=False)]


def _winches(sample: VehicleSample, plan: TrailerPlan, truck: TractorPlan) -> list[Mesh]:
    """Behind the cab: winch drums, a spare wheel on its side, lockers."""
    rng, parts = sample.rng, []
    at, z = plan.kingpin + rng.uniform(0.9, 1.5), 1.1
    tone = shade(sample.coat, rng.uniform(0.7, 1.1))
    if sample.chance(0.5):
        parts.append(cylinder("y", (-0.5, 0.5), (at, z + 0.3), 0.28, shade(DARK_STEEL, 1.4), sides=10))
    if sample.chance(0.5):
        y = float(rng.choice([-0.5, 0.5])) * truck.half
        parts.append(cylinder("z", (z, z + 0.4), (at, y), 0.52, TYRE, sides=14))
        parts.append(cylinder("z", (z, z + 0.42), (at, y), 0.25, tone, sides=8))
    return [
        *parts,
        *(box(about(at, 0.5), y, (0.8, z + 0.2), tone) for y in both((0.6 * truck.half, 0.96 * truck.half))),
    ]


def _load(sample: VehicleSample, x: Span, half: float, z: Span) -> list[Mesh]:
    """Army goods, a container, something under a net, or a tracked vehicle, on part of the deck."""
    rng, kind, long = sample.rng, sample.rng.random(), x[1] - x[0]
    start = x[0] + rng.uniform(0.0, 0.3) * long
    part = (start, min(x[1], start + rng.uniform(0.4, 0.9) * long))
    if kind < 0.25 and long > 6.6:
        high = min(z[1], z[0] + HIGH_M[0])
        begin = rng.uniform(x[0], x[1] - 6.1)
        paint = shade(sample.coat, rng.uniform(0.8, 1.2)) if sample.chance(0.6) else loose(rng, "#7a6f5c", spread=0.25)
        return closed_container((begin, begin + 6.06), (z[0], high), paint, rng, wide=min(2.438, 2 * half))
    if kind < 0.45:
        return net(sample, part, half, z)
    if kind < 0.75:
        return _tracked(sample, (part[0], min(part[1], part[0] + 7.0)), min(half, 1.75), z)
    return goods(sample, part, half, (z[0], min(z[1], z[0] + rng.uniform(0.8, 2.2))))


def _tracked(sample: VehicleSample, x: Span, half: float, z: Span) -> list[Mesh]:
    """A tank or a carrier on the deck: tracks, hull, turret or hatches, in the coat or under cloth."""
    rng, high = sample.rng, min(z[1] - z[0], sample.rng.uniform(1.7, 2.6))
    tone = shade(sample.coat, rng.uniform(0.75, 1.15)) if sample.chance(0.8) else canvas_paint(sample)
    hull, track = z[0] + 0.6 * high, half - rng.uniform(0.4, 0.6)
    parts = [
        box(x, y, (z[0], z[0] + 0.5 * high), shade(DARK_STEEL, rng.uniform(0.7, 1.4))) for y in both((track, half))
    ]
    parts.append(
        taper(x, (-half, half), (z[0] + 0.45 * high, hull), (x[0] + 0.1, x[1] - 0.7), (0.1 - half, half - 0.1), tone)
    )
    middle, long = sum(x) / 2 + rng.uniform(-0.4, 0.4), x[1] - x[0]
    if sample.chance(0.6):
        parts.append(ball((middle, 0.0, hull), (0.2 * long, 0.7 * half, 0.97 * (z[0] + high - hull)), tone))
        parts.append(cylinder("x", (middle, min(middle + 0.5 * long, x[1])), (0.0, hull + 0.3), 0.08, tone, sides=6))
    hatch = shade(tone, 0.7)
    return [*parts, *(cylinder("z", (hull, hull + 0.06), (middle + dx, dy * half), 0.28, hatch, sides=10)
                      for dx, dy in ((0.25 * long, 0.4), (-0.2 * long, -0.3)))]  # fmt: skip
