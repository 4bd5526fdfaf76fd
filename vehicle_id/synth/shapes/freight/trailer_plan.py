"""Where a trailer stands, and its share of the goods' colours."""

from __future__ import annotations

from dataclasses import dataclass

from vehicle_id.synth.mesh import Mesh
from vehicle_id.synth.shapes.freight.undercarriage import bogie, bogie_axles, frame_paint, legs, rails, side_gear, tail
from vehicle_id.synth.vehicle_sample import VehicleSample


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailerPlan:
    """Ends and sizes of a trailer, metres; x counts from its rear end."""

    rear: float
    front: float
    half: float
    top: float
    american: bool = False
    alone: bool = False
    """Without a tractor: on its legs."""

    @property
    def length(self) -> float:
        """From end to end."""
        return self.front - self.rear

    @property
    def kingpin(self) -> float:
        """Where the tractor couples, x."""
        return self.front - min(1.5, 0.12 * self.length)


def running_gear(sample: VehicleSample, plan: TrailerPlan, deck: float) -> list[Mesh]:
    """Frame, bogie, legs, tail lamps under a floor at `deck`."""
    axles = bogie_axles(sample, plan.rear, american=plan.american)
    frame = frame_paint(sample)
    leg = plan.kingpin - 2.0 - sample.rng.uniform(0.0, 0.6)
    middle = (max(axles) + 0.8, leg - 0.5)
    return [
        *rails((plan.rear + 0.1, plan.front - 0.2), (deck - 0.35, deck), frame),
        *bogie(sample, axles, plan.half),
        *legs(sample, leg, deck, down=plan.alone),
        *tail(plan.rear, 0.96 * plan.half, 0.6, sample),
        *(side_gear(sample, middle, plan.half, deck) if middle[1] > middle[0] + 1 else []),
    ]
