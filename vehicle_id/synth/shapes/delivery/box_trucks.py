"""Lorries with closed bodies: cab, gap or none, and a box higher than the cab."""

from __future__ import annotations

from dataclasses import replace

from vehicle_id.synth.mesh import Assembly, Mesh
from vehicle_id.synth.paint import WHITE_PANEL, Paint, shade
from vehicle_id.synth.shapes.delivery.cabin import Cabin
from vehicle_id.synth.shapes.delivery.closed_bodies import BoxBody, box_body, cooling_unit, curtain_body
from vehicle_id.synth.shapes.delivery.lorry_frame import lorry_frame, tail_lift
from vehicle_id.synth.shapes.delivery.lorry_plan import LorryPlan, draw_plan
from vehicle_id.synth.shapes.delivery.truck_cabs import cab_cabin, cab_parts, deflector
from vehicle_id.synth.vehicle_sample import VehicleSample


def box_truck(sample: VehicleSample) -> Assembly:
    """A closed body behind a cab over the engine or with a bonnet."""
    plan = draw_plan(sample, bonneted=0.25)
    cabin = cab_cabin(sample, plan, _cab_height(sample, plan))
    paint = _cab_paint(sample)
    body = _body(sample, plan, cabin)
    fixed = [*lorry_frame(sample, plan), *cab_parts(sample, plan, cabin, paint)]
    curtained = body.front_wall is None and sample.chance(0.16)
    fixed += curtain_body(sample, body) if curtained else box_body(sample, body)
    fixed += _over_the_cab(sample, body, cabin, paint)
    if sample.chance(0.25):
        fixed += tail_lift(sample, plan, plan.deck + sample.rng.uniform(0.0, 1.2))
    return Assembly(fixed=fixed)


def _cab_height(sample: VehicleSample, plan: LorryPlan) -> float:
    low, high = (0.7, 0.86) if plan.kind != "heavy" else (0.72, 0.9)
    return float(sample.height_m * sample.rng.uniform(low, high))


def _cab_paint(sample: VehicleSample) -> Paint:
    return sample.coat if sample.chance(0.8) else shade(WHITE_PANEL, sample.rng.uniform(0.8, 1.15))


def _body(sample: VehicleSample, plan: LorryPlan, cabin: Cabin) -> BoxBody:
    """The box; in some it reaches over the roof of the cab."""
    body = BoxBody(x=plan.body, half=plan.half, z=(plan.deck, sample.height_m), crown=sample.rng.uniform(0.01, 0.08))
    if plan.kind == "bonneted" and sample.chance(0.3):
        reach = cabin.roof_x[0] + sample.rng.uniform(0.2, 0.7) * (cabin.roof_x[1] - cabin.roof_x[0])
        return replace(body, x=(body.x[0], reach), front_wall=body.x[1], underside=cabin.roof - 0.1)
    return body


def _over_the_cab(sample: VehicleSample, body: BoxBody, cabin: Cabin, paint: Paint) -> list[Mesh]:
    """A cooling unit, a deflector, or the roof of the cab alone."""
    if body.x[1] > cabin.x[0] or sample.chance(0.5):
        return []
    if sample.chance(0.5):
        front = min(body.x[1] + sample.rng.uniform(0.35, 0.65), cabin.roof_x[1])
        return cooling_unit(sample, body, max(front, body.x[1] + 0.2))
    return deflector(sample, cabin, cabin.roof + (body.z[1] - cabin.roof) * sample.rng.uniform(0.5, 0.98), paint)
