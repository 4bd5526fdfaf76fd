"""Tractor units: frames, tanks, fifth wheel, and the cabs before them; x counts from the rear of the frame.

Proportions are remembered from photographs and brochures, not measured.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vehicle_id.synth.mesh import Mesh, Span, box, cylinder, slab, taper
from vehicle_id.synth.paint import BRIGHT_STEEL, CHASSIS, DARK_STEEL, STEEL, Paint, loose, shade
from vehicle_id.synth.shapes.common.roof_marks import foreign
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.shapes.freight.bonnets import bonneted
from vehicle_id.synth.shapes.freight.cab_overs import cab_over
from vehicle_id.synth.vehicle_sample import VehicleSample

OWN_COATS = ("mixed", "white", "blue", "red", "green", "yellow", "orange", "black")


@dataclass(frozen=True, slots=True, kw_only=True)
class TractorPlan:
    """Where the parts of a tractor stand, metres."""

    rear: float
    front: float
    half: float
    top: float
    """Highest point: roof, deflector or stacks."""
    cab: Paint
    bonnet: bool
    axles: tuple[float, ...]
    """Of the rear axles, x; empty for the usual places."""

    @property
    def length(self) -> float:
        """From the rear of the frame to the bumper."""
        return self.front - self.rear


def cab_paint(sample: VehicleSample, *, own: float) -> Paint:
    """The coat, or in a share of civil vehicles a colour of the haulier's."""
    if sample.coat_name in ("olive", "camouflage", "sand") or not sample.chance(own):
        return sample.coat
    return foreign(sample.rng, (str(sample.rng.choice(OWN_COATS)),))


def tractor(sample: VehicleSample, plan: TractorPlan) -> list[Mesh]:
    """Frame with its gear, and a cab over the engine or behind a bonnet."""
    body, cab_rear = (bonneted if plan.bonnet else cab_over)(
        sample, (plan.rear, plan.front), plan.half, plan.top, plan.cab
    )
    return [*body, *_frame(sample, plan, cab_rear), *_gear(sample, plan, cab_rear), *_wheels(sample, plan)]


def _frame(sample: VehicleSample, plan: TractorPlan, cab_rear: float) -> list[Mesh]:
    """Two rails, cross members, the fifth wheel and the plate to stand on."""
    rng, rails = sample.rng, shade(CHASSIS, sample.rng.uniform(0.6, 2.5))
    if sample.chance(0.2):
        rails = loose(rng, str(rng.choice(("#7d1e1c", "#6d7072", "#2c3a5c", "#a33a28"))))
    high = (0.72, 0.98)
    found = [box((plan.rear, plan.front - 0.5), y, high, rails) for y in both((0.36, 0.5))]
    found += [box(about(x, 0.16), (-0.4, 0.4), high, rails) for x in np.linspace(plan.rear + 0.1, cab_rear, 5)]
    middle = plan.rear + rng.uniform(0.2, 0.3) * plan.length
    plate = shade(DARK_STEEL, rng.uniform(0.5, 1.8))
    found.append(slab([(middle + 0.4, -0.42), (middle + 0.4, 0.42), (middle, 0.5), (middle - 0.5, 0.3),
                       (middle - 0.5, -0.3), (middle, -0.5)], (0.98, 1.16), plate))  # fmt: skip
    if sample.chance(0.7):
        tread = shade(BRIGHT_STEEL, rng.uniform(0.3, 1.1))
        near = max(plan.rear + 0.5 * plan.length - 0.4, cab_rear - rng.uniform(0.6, 1.3))
        found.append(box((min(near, cab_rear - 0.3), cab_rear), (-0.45, 0.45), (0.98, 1.03), tread))
    return found


def _gear(sample: VehicleSample, plan: TractorPlan, cab_rear: float) -> list[Mesh]:
    """Fuel tanks, boxes, air tanks, stacks, and the coiled hoses at the back of the cab."""
    rng, found = sample.rng, []
    behind = max(plan.rear + 0.42 * plan.length, cab_rear - 1.4)
    for way in (-1, 1):
        tank = shade(BRIGHT_STEEL, rng.uniform(0.4, 1.1)) if sample.chance(0.6) else shade(CHASSIS, rng.uniform(0.8, 2))
        span = (behind, behind + rng.uniform(0.8, 1.6))
        if sample.chance(0.5):
            found.append(cylinder("x", span, (way * (plan.half - 0.36), 0.72), 0.32, tank, sides=12))
        else:
            found.append(box(span, _side(way, plan.half - 0.68, plan.half - 0.05), (0.42, 1.0), tank))
    if sample.chance(0.55 if plan.bonnet else 0.2):
        pipe = shade(BRIGHT_STEEL if sample.chance(0.6) else DARK_STEEL, rng.uniform(0.5, 1.1))
        sides = (-1, 1) if plan.bonnet and sample.chance(0.6) else (1,)
        found += [
            cylinder("z", (0.9, 0.98 * plan.top), (cab_rear - 0.16, way * 0.8 * plan.half), 0.09, pipe) for way in sides
        ]
    hose = loose(rng, str(rng.choice(("#b8312b", "#2d5aa8", "#c9a52b", "#2a2a2a"))))
    found.append(box((cab_rear - 0.2, cab_rear - 0.08), (-0.3, 0.3), (1.3, 1.9), hose))
    return found


def _wheels(sample: VehicleSample, plan: TractorPlan) -> list[Mesh]:
    """A front axle and one or two rear ones, with mudguards on some."""
    rng, half = sample.rng, plan.half - 0.03
    radius = min(0.52, 0.15 * plan.top)
    rear = list(plan.axles)
    if not rear:
        last = plan.rear + radius + rng.uniform(0.1, 0.35)
        rear = [last, last + 1.32] if plan.length > 6.4 or plan.bonnet else [last + 0.3]
    front = plan.front - (rng.uniform(1.0, 1.25) if plan.bonnet else rng.uniform(1.3, 1.5))
    found = [*wheel_pair(front, (half - 0.33, half), radius)]
    for x in rear:
        found += wheel_pair(x, (half - 0.6, half), radius)
    if sample.chance(0.6):
        guard = plan.cab if sample.chance(0.3) else shade(CHASSIS, rng.uniform(0.8, 3.0))
        ends = (min(rear) - 0.5, max(rear) + 0.5)
        ends = (max(plan.rear, ends[0]), ends[1])
        arcs = [ends] if sample.chance(0.5) else [(ends[0], ends[0] + 0.3), (ends[1] - 0.3, ends[1])]
        found += [taper(arc, y, (1.0, 1.12), (arc[0] + 0.08, arc[1] - 0.08), y, guard)
                  for arc in arcs for y in both((half - 0.6, half + 0.02))]  # fmt: skip
    hub = shade(STEEL, rng.uniform(0.5, 1.6))
    return [*found, *(cylinder("y", y, (front, radius), 0.25, hub, sides=8) for y in both((half, half + 0.02)))]


def _side(way: int, near: float, far: float) -> Span:
    return (near, far) if way > 0 else (-far, -near)
