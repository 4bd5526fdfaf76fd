"""Bulldozers of the army: a broad body in one dark tone, the blade held well ahead of it by arms that show."""

from __future__ import annotations

from dataclasses import dataclass

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Span, beam, box, cylinder, slab
from vehicle_id.synth.paint import BRIGHT_STEEL, CHASSIS, DARK_STEEL, shade
from vehicle_id.synth.shapes.army_trucks.zones import cushion
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.earthmovers.blades import dozer_blade
from vehicle_id.synth.shapes.earthmovers.cabins import shelter
from vehicle_id.synth.shapes.earthmovers.crawlers import crawler_pair
from vehicle_id.synth.shapes.earthmovers.finish import iron, own
from vehicle_id.synth.vehicle_sample import VehicleSample


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmyDozerPlan:
    """Places along and across, metres; x from the rear end."""

    body: Span
    """Ends of the tracks."""
    half: float
    """Half the width over the tracks."""
    shoe: float
    track: float
    """Height of the tracks."""
    cab: Span
    blade: float
    """Rear of the blade."""
    covered: bool
    """Whether plates of the coat lie over the tracks."""


def army_dozer(sample: VehicleSample) -> Assembly:
    """Tracks or track covers, deck, cab, engine before or behind it, winch or ripper, blade."""
    plan = _plan(sample)
    fixed = [*_tracks(sample, plan), *_deck(sample, plan), *_cab(sample, plan), *_tail(sample, plan)]
    thick, wide = sample.length_m - plan.blade, sample.width_m / 2
    if plan.half == wide:  # a body as wide as the row; its blade folds or is narrow
        wide *= sample.rng.uniform(0.75, 1.0)
    high = sample.height_m * sample.rng.uniform(0.32, 0.46)
    blade = dozer_blade(sample, sample.length_m, wide, high, thick)
    joint = Joint(part=Assembly(fixed=blade), pivot=(plan.blade, 0.0, 0.5), axis="z", degrees=(-20.0, 20.0), used=0.2)
    return Assembly(fixed=[*fixed, *_arms(sample, plan)], joints=[joint])


def _plan(sample: VehicleSample) -> ArmyDozerPlan:
    rng, length = sample.rng, sample.length_m
    tail = length * rng.uniform(0.04, 0.16)
    blade = length - rng.uniform(0.2, 0.42)
    front = blade - length * rng.uniform(0.05, 0.17)
    half = sample.width_m / 2 * (rng.uniform(0.72, 0.95) if sample.chance(0.65) else 1.0)
    long = front - tail
    start = tail + rng.uniform(0.05, 0.4) * long
    return ArmyDozerPlan(
        body=(tail, front), half=half, shoe=half * rng.uniform(0.22, 0.38),
        track=sample.height_m * rng.uniform(0.3, 0.42),
        cab=(start, start + rng.uniform(0.3, 0.45) * long), blade=blade, covered=sample.chance(0.45),
    )  # fmt: skip


def _tracks(sample: VehicleSample, plan: ArmyDozerPlan) -> list[Mesh]:
    inner = plan.half - plan.shoe
    parts = crawler_pair(sample, plan.body, (inner, plan.half), plan.track)
    parts.append(
        box((plan.body[0] + 0.1, plan.body[1] - 0.1), (-inner, inner), (0.3, plan.track), own(sample, 0.6, 1.0))
    )
    if plan.covered:
        ends = (plan.body[0] + sample.rng.uniform(0.0, 0.5), plan.body[1] - sample.rng.uniform(0.0, 0.6))
        z, tone = (plan.track, plan.track + 0.08), own(sample, 0.8, 1.1)
        parts += [box(ends, y, z, tone) for y in both((inner, plan.half))]
    return parts


def _deck(sample: VehicleSample, plan: ArmyDozerPlan) -> list[Mesh]:
    """The engine under a hood before the cab, and a tank or an engine behind it; their corners bevelled on some."""
    rng, inner = sample.rng, plan.half - plan.shoe
    wide, top = inner * rng.uniform(0.65, 1.15), sample.height_m * rng.uniform(0.52, 0.72)
    parts: list[Mesh] = []
    nose = (rng.uniform(0.03, 0.5), rng.uniform(0.55, 1.0))
    for x in ((plan.cab[1] - 0.05, plan.body[1] - rng.uniform(-0.15, 0.2)), (plan.body[0], plan.cab[0] + 0.05)):
        if x[1] - x[0] > 0.25:
            bulge = rng.uniform(0.03, 0.2)
            parts.append(cushion(x, 2 * wide, (0.5, top), own(sample, 0.85, 1.12), bulge=bulge, nose=nose))
            if sample.chance(0.6):
                dark = shade(CHASSIS, rng.uniform(0.6, 1.6))
                parts.append(
                    box(about(sum(x) / 2, 0.5 * (x[1] - x[0])), about(0.0, wide), (top - 0.05, top + 0.02), dark)
                )
            if sample.chance(0.6):
                at = (rng.uniform(x[0] + 0.1, x[1] - 0.1), rng.uniform(-0.6, 0.6) * wide)
                parts.append(cylinder("z", (top - 0.1, top + 0.3), at, rng.uniform(0.06, 0.13), DARK_STEEL, sides=8))
    if sample.chance(0.5):  # shoulders as broad as the tracks, narrower ahead and behind
        a, b = plan.body[0] + 0.1, plan.body[1] - 0.1
        z, tone = (plan.track, plan.track + rng.uniform(0.1, 0.35)), own(sample, 0.8, 1.05)
        near, cut = plan.half * rng.uniform(0.5, 0.8), rng.uniform(0.3, 0.9)
        points = [(a, near), (a + cut, plan.half), (b - cut, plan.half), (b, near)]
        parts.append(slab([*points, *((x, -y) for x, y in reversed(points))], z, tone))
    return parts


def _cab(sample: VehicleSample, plan: ArmyDozerPlan) -> list[Mesh]:
    wide = plan.half * sample.rng.uniform(0.5, 0.75)
    return shelter(sample, plan.cab, (-wide, wide), (0.9 * plan.track, sample.height_m), open_share=0.25)


def _tail(sample: VehicleSample, plan: ArmyDozerPlan) -> list[Mesh]:
    """A winch, a ripper, or a plate with a coupling."""
    rng, behind, tone = sample.rng, plan.body[0], own(sample, 0.6, 1.05)
    parts = [box((0.0, behind + 0.3), about(0.0, rng.uniform(0.4, 1.1)), (0.4, 0.9), tone)]
    if behind > 0.35 and sample.chance(0.5):
        parts.append(
            cylinder("y", (-0.45, 0.45), (0.5 * behind, 0.95), min(0.3, 0.45 * behind), iron(sample), sides=10)
        )
    elif behind > 0.35:
        parts += [box((0.0, behind), about(s * 0.4 * plan.half, 0.18), (0.3, 1.2), iron(sample)) for s in (-1, 0, 1)]
    return parts


def _arms(sample: VehicleSample, plan: ArmyDozerPlan) -> list[Mesh]:
    """Two arms that run together towards the blade, or part, or run beside the tracks; rams over them."""
    rng, tone = sample.rng, own(sample, 0.65, 1.05)
    start, end = plan.body[1] - 0.7, plan.blade + 0.05
    near, far = rng.uniform(0.25, 0.95) * plan.half, rng.uniform(0.15, 0.9) * plan.half
    parts = [beam((start, s * near, 0.6), (end, s * far, 0.5), (rng.uniform(0.16, 0.3), 0.25), tone) for s in (-1, 1)]
    steel = BRIGHT_STEEL if sample.chance(0.4) else tone
    z = 0.5 * sample.height_m
    parts += [
        beam((plan.body[1] - 0.3, s * 0.35 * plan.half, z), (end, s * 0.4 * plan.half, 0.7), (0.1, 0.1), steel)
        for s in (-1, 1)
    ]
    return [*parts, box((plan.blade - 0.12, plan.blade + 0.05), about(0.0, 1.6 * far + 0.3), (0.35, 0.65), tone)]
