"""Open trailers: flatbeds and low loaders, bare or laden, and car carriers."""

from __future__ import annotations

from vehicle_id.synth.mesh import Mesh, Span, box, tube
from vehicle_id.synth.paint import DARK_STEEL, STEEL, WOOD, Paint, loose, shade
from vehicle_id.synth.shapes.common.roof_marks import panels, seams
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.freight.goods import deck_goods, small_car
from vehicle_id.synth.shapes.freight.trailer_plan import TrailerPlan, running_gear
from vehicle_id.synth.shapes.freight.undercarriage import bogie, bogie_axles, frame_paint, legs, rails, tail
from vehicle_id.synth.vehicle_sample import VehicleSample

FLOORS = ("#8a7458", "#6d5c48", "#a08c6c", "#55504a", "#7d7d7b", "#9c9a94", "#4a4038")


def flatbed(sample: VehicleSample, plan: TrailerPlan, *, deck: float, laden: bool) -> list[Mesh]:
    """A floor of planks or steel, a frame round it, a headboard and stakes on some."""
    rng, half = sample.rng, plan.half
    edge = sample.coat if sample.chance(0.6) else frame_paint(sample)
    floor = loose(rng, str(rng.choice(FLOORS)), spread=0.2)
    x = (plan.rear, plan.front)
    found = [box(x, y, (deck - 0.18, deck), edge) for y in both((half - 0.1, half))]
    found += [box((a, a + 0.1), (-half, half), (deck - 0.18, deck), edge) for a in (x[0], x[1] - 0.1)]
    found += _floor(sample, (x[0] + 0.1, x[1] - 0.1), half - 0.1, deck - 0.02, floor)
    found += running_gear(sample, plan, deck - 0.05)
    if laden and plan.top > deck + 0.4:
        found += deck_goods(sample, (x[0] + 0.2, x[1] - 0.3), half - 0.08, (deck, plan.top))
    return found


def low_loader(sample: VehicleSample, plan: TrailerPlan, *, high: float, laden: bool) -> list[Mesh]:
    """A high neck over the tractor, a low bed, a step over the wheels and ramps at the rear."""
    rng, half, frame = sample.rng, plan.half, frame_paint(sample)
    body = sample.coat if sample.chance(0.6) else frame
    bed = min(rng.uniform(0.6, 0.9), high - 0.4)
    neck = plan.front - rng.uniform(2.4, 3.4)
    axles = bogie_axles(sample, plan.rear)
    if plan.length > 11 and sample.chance(0.4):
        axles.append(axles[-1] + 1.35)
    back = max(axles) + 0.75
    floor = loose(rng, str(rng.choice(FLOORS)), spread=0.2)
    found = [
        box((back, neck), (-half, half), (bed - 0.3, bed - 0.03), body),
        *_floor(sample, (back + 0.05, neck - 0.05), half - 0.12, bed, floor),
        box((plan.rear, back), (0.3 - half, half - 0.3), (high - 0.5, high - 0.18), body),
        box((neck - 0.3, neck), (-0.8 * half, 0.8 * half), (bed, high), body),
        box((neck, plan.front), (-0.62 * half, 0.62 * half), (high - 0.3, high - 0.02), body),
        *rails((plan.rear, plan.front), (high - 0.16, high), frame, apart=0.4),
        *bogie(sample, axles, half, guards=0.8),
        *legs(sample, neck + 0.3, high - 0.3, down=plan.alone),
        *tail(plan.rear, 0.96 * half, 0.6, sample),
    ]
    if sample.chance(0.6):
        found += [
            box((plan.rear, plan.rear + 0.25), y, (0.6, high), shade(frame, 1.3))
            for y in both((0.35 * half, 0.85 * half))
        ]
    if laden and plan.top > bed + 1:
        found += deck_goods(sample, (back + 0.2, neck - 0.3), half - 0.1, (bed, plan.top))
    return found


def car_carrier(sample: VehicleSample, plan: TrailerPlan) -> list[Mesh]:
    """Two decks in a frame of posts; cars above, two to four gaps left empty."""
    rng, half, frame = sample.rng, plan.half, frame_paint(sample)
    upper = plan.top - 1.45
    track = both((0.35 * half, 0.85 * half))
    found = [
        box((plan.rear, plan.front), y, (z, z + 0.1), frame) for z in (0.65, upper) for y in both((half - 0.1, half))
    ]
    found += [box((plan.rear, plan.front), y, (upper, upper + 0.05), shade(STEEL, 0.8)) for y in track]
    step = rng.uniform(4.2, 4.7)
    count = max(1, int(plan.length / step))
    gap = plan.length / count
    for index in range(count):
        at = plan.rear + gap * (index + 0.5)
        found += [box(about(at - gap / 2 + 0.1, 0.14), y, (0.7, upper), frame) for y in both((half - 0.12, half))]
        if index == count // 2 or sample.chance(0.8):
            found += small_car(rng, at, min(gap - 0.2, rng.uniform(3.8, 4.6)), half - 0.2, (upper + 0.05, plan.top))
        if sample.chance(0.6):
            found += small_car(rng, at, min(gap - 0.2, 4.4), half - 0.25, (0.7, 2.1))
    stays = [
        tube((plan.rear + a, y, 0.7), (plan.rear + a + 1.5, y, upper), 0.05, frame, sides=4)
        for a in (0.4, plan.length / 2)
        for y in (-half + 0.1, half - 0.1)
    ]
    return [
        *found,
        *stays,
        *bogie(sample, bogie_axles(sample, plan.rear), half - 0.02, guards=0.2),
        *legs(sample, plan.kingpin - 2, 0.9, down=plan.alone),
    ]


def _floor(sample: VehicleSample, x: Span, half: float, z: float, paint: Paint) -> list[Mesh]:
    """Planks along or across, or chequer plate, with worn tones."""
    rng, y = sample.rng, (-half, half)
    found = [panels(rng, x, y, z, rng.uniform(0.2, 1.5), paint, spread=rng.uniform(0.02, 0.18))]
    if sample.chance(0.5):
        found.append(seams(x, y, z, rng.uniform(0.3, 1.2), shade(paint, 0.7), wide=0.05, high=0.012))
    if sample.chance(0.4):
        gaps = (-0.5 * half, 0.0, 0.5 * half)
        found += [
            box(
                x,
                about(at, 0.06),
                (z - 0.02, z + 0.012),
                shade(DARK_STEEL, 1.2) if sample.chance(0.5) else shade(WOOD, 0.5),
            )
            for at in gaps
        ]
    return found
