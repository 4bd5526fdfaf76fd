"""The carrier under every load: wheels, frame, engine, cabs."""

from __future__ import annotations

from vehicle_id.synth.mesh import Mesh
from vehicle_id.synth.shapes.launchers.axles import tyres
from vehicle_id.synth.shapes.launchers.cabs import cab_parts
from vehicle_id.synth.shapes.launchers.engines import engine_parts
from vehicle_id.synth.shapes.launchers.frame import jacks, ladder, mudguards
from vehicle_id.synth.shapes.launchers.plan import CabKind, CarrierPlan
from vehicle_id.synth.vehicle_sample import VehicleSample

_FOUR_AXLES: tuple[CabKind, ...] = ("split", "split", "left", "wide", "crew", "cab_over", "cab_over")
_MANY_AXLES: tuple[CabKind, ...] = ("split", "split", "split", "split", "wide", "left", "crew")


def draw_cab(sample: VehicleSample) -> CabKind:
    """A cab in about its real share: the longest chassis mostly have split cabs."""
    kinds = _FOUR_AXLES if sample.label.startswith("special_chassis_4_") else _MANY_AXLES
    return kinds[int(sample.rng.integers(len(kinds)))]


def carrier(sample: VehicleSample, plan: CarrierPlan, *, slot: bool = False) -> list[Mesh]:
    """Everything that a load stands on; `slot` keeps the way between split cabs clear for a missile."""
    parts = [
        *tyres(sample, plan.axles, plan.half, plan.radius), *ladder(sample, plan), *mudguards(sample, plan),
        *engine_parts(sample, plan, slot=slot), *cab_parts(sample, plan),
    ]  # fmt: skip
    return [*parts, *jacks(sample, plan)] if sample.chance(0.5) else parts
