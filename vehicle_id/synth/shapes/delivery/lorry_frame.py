"""What carries a lorry: frame, wheels, tanks, tail lift."""

from __future__ import annotations

from vehicle_id.synth.mesh import Mesh, box
from vehicle_id.synth.paint import CHASSIS, STEEL, shade
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.shapes.delivery.lorry_plan import LorryPlan
from vehicle_id.synth.vehicle_sample import VehicleSample


def lorry_frame(sample: VehicleSample, plan: LorryPlan) -> list[Mesh]:
    """Two beams, tyres under the cab and the body, a tank between them."""
    radius = 0.34 if plan.deck < 0.9 else 0.48
    beams = [box((0.1, plan.cab[1] - 0.4), y, (0.55 * plan.deck, plan.deck - 0.04), CHASSIS) for y in both((0.3, 0.42))]
    front, *rear = _axles(sample, plan)
    half = min(plan.half, plan.cab_half) - 0.02
    wheels = wheel_pair(front, (half - 0.24, half), radius)
    for x in rear:
        wheels += wheel_pair(x, (half - 0.4, half), radius)
    tank = box(about(sum(plan.body) / 2 + 0.4, 0.8), about(0.7 * half, 0.5), (0.4, 0.85 * plan.deck), CHASSIS)
    return [*beams, *wheels, tank]


def _axles(sample: VehicleSample, plan: LorryPlan) -> list[float]:
    """Those of the row, or one under the cab and one or two under the body, by their x."""
    if sample.axles_m:
        return [sample.length_m - axle for axle in sample.axles_m]
    front = plan.cab[1] - (0.8 if plan.kind == "bonneted" else sample.rng.uniform(0.75, 1.3))
    rear = plan.body[1] * sample.rng.uniform(0.22, 0.34)
    return [front, rear, *([rear + 1.3] if sample.length_m > 8.5 and sample.chance(0.4) else [])]


def tail_lift(sample: VehicleSample, plan: LorryPlan, high: float) -> list[Mesh]:
    """A platform folded up against the rear end."""
    steel = shade(STEEL, sample.rng.uniform(0.6, 1.5))
    return [box((-0.12, 0.0), about(0, 1.9 * plan.half), (0.4, high), steel)]
