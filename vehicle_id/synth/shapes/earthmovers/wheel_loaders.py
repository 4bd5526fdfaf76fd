"""Articulated wheel loaders, large and compact: bucket, arms, cab over the joint, hood and weight behind."""

from __future__ import annotations

from dataclasses import dataclass

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Span, box, cylinder, taper
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, LAMP, shade
from vehicle_id.synth.shapes.army_trucks.zones import cushion
from vehicle_id.synth.shapes.common.roof_marks import foreign
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.shapes.earthmovers.cabins import shelter
from vehicle_id.synth.shapes.earthmovers.finish import is_army, own, trim
from vehicle_id.synth.shapes.earthmovers.loader_tools import lift_arms, loader_tool
from vehicle_id.synth.vehicle_sample import VehicleSample


@dataclass(frozen=True, slots=True, kw_only=True)
class LoaderPlan:
    """Places along and across, metres; x from the rear end."""

    rear_axle: float
    front_axle: float
    wheel: float
    tyre: Span
    """Span of a left tyre."""
    tool: Span
    cab: Span
    deck: float

    @property
    def bend(self) -> float:
        """Where the frame articulates, x."""
        return (self.rear_axle + self.front_axle) / 2


def articulated_loader(sample: VehicleSample) -> Assembly:
    """The rear half fixed, the front half on the joint of the frame."""
    plan = _plan(sample)
    fixed = [*_rear(sample, plan), *_engine(sample, plan), *_cab(sample, plan)]
    bend = Joint(part=_front(sample, plan), pivot=(plan.bend, 0.0, 0.5), axis="z", degrees=(-38.0, 38.0), used=0.35)
    return Assembly(fixed=fixed, joints=[bend])


def _plan(sample: VehicleSample) -> LoaderPlan:
    rng, length, half = sample.rng, sample.length_m, sample.width_m / 2
    wheel = sample.height_m * rng.uniform(0.19, 0.25)
    front = length * rng.uniform(0.6, 0.66)
    out = half * rng.uniform(0.945, 0.985)
    tool = length * rng.uniform(0.12, 0.18)
    cab = length * rng.uniform(0.34, 0.41)
    return LoaderPlan(rear_axle=length * rng.uniform(0.2, 0.26), front_axle=front, wheel=wheel,
                      tyre=(out - half * rng.uniform(0.36, 0.48), out), tool=(length - tool, length),
                      cab=(cab, cab + min(1.9, length * rng.uniform(0.18, 0.23))), deck=wheel * 1.7)  # fmt: skip


def _front(sample: VehicleSample, plan: LoaderPlan) -> Assembly:
    """Front frame, wheels, tower, and the arms with their tool."""
    rng, tone, half = sample.rng, own(sample, 0.75, 1.1), sample.width_m / 2
    tower = plan.front_axle - rng.uniform(0.1, 0.6) * plan.wheel
    high = sample.height_m * rng.uniform(0.46, 0.58)
    inner = plan.tyre[0] * rng.uniform(0.55, 0.85)
    parts = [*wheel_pair(plan.front_axle, plan.tyre, plan.wheel, sides=14),
             box((plan.bend, plan.front_axle + plan.wheel), (-inner, inner), (0.45, plan.deck * 0.8), trim(sample)),
             *(taper((tower - 0.35, tower + 0.3), y, (0.5, high), (tower - 0.2, tower + 0.1), y, tone)
               for y in both(about(inner, 0.1)))]  # fmt: skip
    parts += _guards(sample, plan, plan.front_axle)
    tool_high = sample.height_m * rng.uniform(0.3, 0.4)
    tool = loader_tool(sample, plan.tool, half, tool_high)
    arms = lift_arms(sample, tool, pivot=(tower, high - 0.15), hitch=(plan.tool[0] + 0.05, 0.5 * tool_high),
                     apart=inner, wide=rng.uniform(0.1, 0.2))  # fmt: skip
    return Assembly(fixed=parts, joints=[arms])


def _guards(sample: VehicleSample, plan: LoaderPlan, at: float) -> list[Mesh]:
    """Plates over the inner half or the whole of the tyres, with lamps."""
    if sample.chance(0.3):
        return []
    rng, z = sample.rng, 2 * plan.wheel + 0.06
    tone = own(sample, 0.8, 1.15) if sample.chance(0.7) else shade(CHASSIS, 1.4)
    span = (at - plan.wheel * rng.uniform(0.7, 1.0), at + plan.wheel * rng.uniform(-0.1, 0.7))
    y = (plan.tyre[0] - 0.05, plan.tyre[0] + rng.uniform(0.5, 1.0) * (plan.tyre[1] - plan.tyre[0]))
    lamps = [box(about(span[1], 0.12), about(way * sum(y) / 2, 0.2), (z, z + 0.12), LAMP) for way in (-1, 1)]
    return [*(box(span, side, (z - 0.06, z), tone) for side in both(y)), *(lamps if sample.chance(0.4) else [])]


def _rear(sample: VehicleSample, plan: LoaderPlan) -> list[Mesh]:
    """Rear frame, wheels, steps, counterweight across the rear end."""
    rng, half, tone = sample.rng, sample.width_m / 2, trim(sample)
    weight = rng.uniform(0.06, 0.12) * sample.length_m
    block = (
        own(sample, 0.6, 1.0) if is_army(sample) or sample.chance(0.5) else foreign(rng, ("black", "grey", "yellow"))
    )
    wide = half * rng.uniform(0.72, 0.95)
    step = (plan.rear_axle + plan.wheel, plan.front_axle - plan.wheel - 0.05)
    parts = [
        *wheel_pair(plan.rear_axle, plan.tyre, plan.wheel, sides=14),
        box((0.1, plan.bend + 0.15), (-0.55 * half, 0.55 * half), (0.45, plan.deck), tone),
        cushion(
            (0.0, weight), 2 * wide, (0.45, plan.deck * rng.uniform(0.95, 1.3)), block, bulge=0.12, tail=(0.15, 0.75)
        ),
        *_guards(sample, plan, plan.rear_axle),
    ]
    if step[1] - step[0] > 0.25:
        parts += [box(step, y, (0.5, plan.deck), own(sample, 0.7, 1.1)) for y in both((0.5 * half, 0.86 * half))]
    return parts


def _engine(sample: VehicleSample, plan: LoaderPlan) -> list[Mesh]:
    """The hood behind the cab, narrowed or wide, with a grille on top or at its end, exhaust and cleaner."""
    rng, half = sample.rng, sample.width_m / 2 * sample.rng.uniform(0.44, 0.66)
    x, top = (rng.uniform(0.05, 0.3), plan.cab[0] + 0.05), sample.height_m * rng.uniform(0.6, 0.74)
    paint, dark = own(sample, 0.9, 1.12), shade(DARK_STEEL, rng.uniform(0.5, 1.4))
    ends = (rng.uniform(0.05, 0.5), rng.uniform(0.65, 1.0))
    parts = [cushion(x, 2 * half, (plan.deck * 0.8, top), paint, bulge=rng.uniform(0.04, 0.25), tail=ends)]
    if sample.chance(0.6):
        span = (x[0] + rng.uniform(0.1, 0.4), x[0] + rng.uniform(0.5, 0.9) * (x[1] - x[0]))
        parts.append(box(span, about(0.0, rng.uniform(0.6, 1.4) * half), (top - 0.08, top + 0.01), dark))
    for size in rng.uniform(0.06, 0.16, int(rng.integers(1, 4))):
        at = (rng.uniform(x[0] + 0.3, x[1] - 0.15), rng.uniform(-0.7, 0.7) * half)
        parts.append(cylinder("z", (top - 0.1, top + rng.uniform(0.1, 0.4)), at, float(size), dark, sides=8))
    return parts


def _cab(sample: VehicleSample, plan: LoaderPlan) -> list[Mesh]:
    half = sample.width_m / 2 * sample.rng.uniform(0.48, 0.62)
    return shelter(sample, plan.cab, (-half, half), (plan.deck, sample.height_m), open_share=0.08)
