"""A lorry of a real design: its frame, its cab, and one of many bodies."""

from __future__ import annotations

from vehicle_id.synth.mesh import Assembly, Mesh, box
from vehicle_id.synth.shapes.army_trucks.crew_cab import crew_cab
from vehicle_id.synth.shapes.army_trucks.designs import draw_design
from vehicle_id.synth.shapes.army_trucks.layout import TruckLayout, draw_layout
from vehicle_id.synth.shapes.army_trucks.running_gear import exhaust, running_gear, spare_wheel
from vehicle_id.synth.shapes.army_trucks.truck_bodies import truck_body
from vehicle_id.synth.vehicle_sample import VehicleSample


def truck_by_design(sample: VehicleSample) -> Assembly:
    """Cab and body of about the same height, the one or the other the higher."""
    design = draw_design(sample)
    layout = draw_layout(sample, design)
    lower = layout.height * sample.rng.uniform(0.84, 1.0)
    body = truck_body(sample, layout, layout.height if sample.chance(0.75) else lower)
    tallest = max(float(mesh.bounds[1, 2]) for mesh in body)
    cab_top = layout.height if tallest < 0.97 * layout.height else lower
    fixed = [
        *running_gear(sample, layout),
        *crew_cab(sample, design, layout, cab_top),
        *body,
        *_between(sample, layout),
    ]
    return Assembly(fixed=fixed)


def _between(sample: VehicleSample, layout: TruckLayout) -> list[Mesh]:
    """In the gap behind the cab."""
    parts: list[Mesh] = []
    if layout.gap[1] - layout.gap[0] > 0.3:
        parts += spare_wheel(sample, layout) if sample.chance(0.75) else []
        if sample.chance(0.3):
            parts.append(
                box(layout.gap, (-0.9 * layout.half, 0.9 * layout.half), (layout.deck, layout.deck + 0.3), sample.coat)
            )
    return parts + (exhaust(sample, layout) if sample.chance(0.4) and not layout.has_bonnet else [])
