"""Tractors with and without a semi-trailer; with one, the tractor turns about the kingpin."""

from __future__ import annotations

from vehicle_id.synth.mesh import Assembly, Joint, Mesh
from vehicle_id.synth.shapes.common.stretch import as_high
from vehicle_id.synth.shapes.freight.army_combinations import army_combination, is_army_row, wears_army_coat
from vehicle_id.synth.shapes.freight.decks import flatbed, low_loader
from vehicle_id.synth.shapes.freight.skeletals import skeletal
from vehicle_id.synth.shapes.freight.tractors import TractorPlan, cab_paint, tractor
from vehicle_id.synth.shapes.freight.trailer_plan import TrailerPlan
from vehicle_id.synth.shapes.freight.trailers import draw_kind, tall_trailer
from vehicle_id.synth.vehicle_sample import VehicleSample

EU_SHARE = 13.6 / 16.5
"""Trailer over whole length at the legal limit of Directive 96/53/EC."""


def tractor_unit(sample: VehicleSample) -> Assembly:
    """A tractor alone: cab over the engine, or with a bonnet where the row is long enough."""
    bonnet = sample.chance(0.95) if "conventional" in sample.row.name else sample.length_m > 6.5 and sample.chance(0.15)
    axles = tuple(sample.length_m - axle for axle in sample.axles_m[1:])
    plan = TractorPlan(rear=0.0, front=sample.length_m, half=sample.width_m / 2, top=sample.height_m,
                       cab=sample.coat, bonnet=bonnet, axles=axles)  # fmt: skip
    return Assembly(fixed=[as_high(tractor(sample, plan), plan.top)])


def tractor_trailer(sample: VehicleSample) -> Assembly:
    """A trailer fixed, its tractor on a joint, so that both bend apart at the kingpin."""
    if is_army_row(sample) or (wears_army_coat(sample) and sample.chance(0.4)):
        return army_combination(sample)
    rng, american = sample.rng, sample.length_m > 18.5
    length, half = sample.length_m, sample.width_m / 2
    share = 16.15 / 21.4 if american else EU_SHARE
    trailer = length * share * rng.uniform(0.965, 1.005)
    kind = draw_kind(sample)
    if sample.chance(0.22 if "container" in sample.row.name else 0.08):
        kind = "bare"
    low = kind in ("bare", "laden_flatbed", "tipper", "silo", "tanker")
    plan = TrailerPlan(rear=0.0, front=trailer, half=half, top=_trailer_top(sample, kind), american=american)
    truck = TractorPlan(
        rear=plan.kingpin - rng.uniform(1.3, 1.9),
        front=length,
        half=half * rng.uniform(0.96, 0.985),
        top=sample.height_m if low else sample.height_m * rng.uniform(0.78, 1.0),
        cab=cab_paint(sample, own=0.5),
        bonnet=american and sample.chance(0.9),
        axles=(),
    )
    joint = Joint(
        part=Assembly(fixed=[as_high(tractor(sample, truck), truck.top)]),
        pivot=(plan.kingpin, 0.0, 1.1),
        axis="z",
        degrees=(-50.0, 50.0),
        used=0.3,
    )
    return Assembly(fixed=_trailer(sample, plan, kind), joints=[joint])


def _trailer_top(sample: VehicleSample, kind: str) -> float:
    """Tippers, tanks and bare decks may stay below the cab."""
    if kind in ("tipper", "silo", "tanker", "laden_flatbed"):
        return sample.height_m * float(sample.rng.uniform(0.82, 1.0))
    return sample.height_m


def _trailer(sample: VehicleSample, plan: TrailerPlan, kind: str) -> list[Mesh]:
    """One of the tall kinds, or a frame or deck with nothing on it."""
    if kind != "bare":
        return tall_trailer(sample, plan, kind)
    bare, deck = sample.rng.random(), float(sample.rng.uniform(1.25, 1.5))
    if bare < 0.6:
        return skeletal(sample, plan, deck=deck)
    if bare < 0.8:
        return flatbed(sample, plan, deck=deck, laden=False)
    return low_loader(sample, plan, high=deck + 0.1, laden=sample.chance(0.5))
