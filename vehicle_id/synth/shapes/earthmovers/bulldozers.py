"""Bulldozers: blade before the hood, cab or canopy behind it, ripper or winch at the rear."""

from __future__ import annotations

from dataclasses import dataclass

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Span, beam, box, cylinder
from vehicle_id.synth.paint import BRIGHT_STEEL, DARK_STEEL, shade
from vehicle_id.synth.shapes.army_trucks.zones import cushion
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.earthmovers.blades import dozer_blade
from vehicle_id.synth.shapes.earthmovers.cabins import shelter
from vehicle_id.synth.shapes.earthmovers.crawlers import crawler_pair
from vehicle_id.synth.shapes.earthmovers.finish import iron, own, trim
from vehicle_id.synth.vehicle_sample import VehicleSample


@dataclass(frozen=True, slots=True, kw_only=True)
class DozerPlan:
    """Places along and across, metres; x from the rear end."""

    tractor: Span
    """Ends of the tracks."""
    half: float
    """Half the width over the tracks."""
    shoe: float
    track: float
    """Height of the tracks."""
    hood: Span
    cab: Span
    body: float
    """Half the width of the hood."""


def bulldozer(sample: VehicleSample) -> Assembly:
    """Tractor, blade on its push arms, tail."""
    plan = _plan(sample)
    fixed = [*_tracks(sample, plan), *_hood(sample, plan), *_cab(sample, plan), *_tail(sample, plan)]
    return Assembly(fixed=[*fixed, *_push_arms(sample, plan)], joints=[_blade(sample, plan)])


def _plan(sample: VehicleSample) -> DozerPlan:
    rng, length, half = sample.rng, sample.length_m, sample.width_m / 2
    slim = length / sample.width_m
    tail = length * (rng.uniform(0.16, 0.22) if slim > 1.72 else rng.uniform(0.0, 0.1))
    front = length - rng.uniform(0.13, 0.19) * min(length, 1.7 * sample.width_m)
    over = half * rng.uniform(0.66, 0.9)
    long = front - tail
    cab = tail + rng.uniform(0.02, 0.12) * long, tail + rng.uniform(0.42, 0.52) * long
    return DozerPlan(
        tractor=(tail, front),
        half=over,
        shoe=over * rng.uniform(0.24, 0.4),
        track=sample.height_m * rng.uniform(0.32, 0.4),
        hood=(cab[1] - 0.1, front - rng.uniform(-0.25, 0.3)),
        cab=cab,
        body=over * rng.uniform(0.34, 0.5),
    )


def _tracks(sample: VehicleSample, plan: DozerPlan) -> list[Mesh]:
    """Low tracks, or raised over a sprocket beside the cab."""
    (rear, front), inner = plan.tractor, plan.half - plan.shoe
    raised = None
    if sample.chance(0.35):
        raised = (rear + 0.28 * (front - rear), plan.track * sample.rng.uniform(1.25, 1.5))
    tracks = crawler_pair(sample, (rear, front), (inner, plan.half), plan.track, sprocket=raised)
    belly = box((rear + 0.2, front - 0.2), (-inner, inner), (0.35, plan.track), trim(sample))
    return [*tracks, belly]


def _hood(sample: VehicleSample, plan: DozerPlan) -> list[Mesh]:
    """A hood that falls to the radiator, with exhaust, air cleaner and grille."""
    rng, top, paint = sample.rng, sample.height_m * sample.rng.uniform(0.58, 0.72), own(sample, 0.9, 1.12)
    nose = (rng.uniform(0.03, 0.4), rng.uniform(0.6, 1.0))
    parts = [cushion(plan.hood, 2 * plan.body, (0.3, top), paint, bulge=rng.uniform(0.04, 0.25), nose=nose)]
    x, dark = plan.hood, shade(DARK_STEEL, rng.uniform(0.5, 1.3))
    for size in rng.uniform(0.07, 0.2, int(rng.integers(1, 3))):
        at = (rng.uniform(x[0] + 0.25, x[1] - 0.35), rng.uniform(-0.5, 0.5) * plan.body)
        parts.append(cylinder("z", (top - 0.1, top + rng.uniform(0.1, 0.5)), at, float(size), dark, sides=9))
    if sample.chance(0.5):
        parts.append(box((x[1] - 0.25, x[1] - 0.05), about(0.0, 1.4 * plan.body), (top - 0.3, top - 0.02), dark))
    if sample.chance(0.5):
        seam = rng.uniform(x[0] + 0.3, x[1] - 0.3)
        parts.append(box(about(seam, 0.05), about(0.0, 1.5 * plan.body), (top - 0.05, top + 0.008), shade(paint, 0.6)))
    return parts


def _cab(sample: VehicleSample, plan: DozerPlan) -> list[Mesh]:
    """Platform over the tracks, tank behind, cabin or canopy."""
    rng, deck = sample.rng, plan.track * 1.12
    wide = plan.half * rng.uniform(0.6, 0.85)
    floor = (plan.cab[0] - 0.05, plan.cab[1] + rng.uniform(0.0, 0.4))
    reach = plan.half * rng.uniform(0.75, 0.98)
    parts = [box(floor, (-reach, reach), (deck - 0.08, deck + 0.05), own(sample, 0.75, 1.05))]
    tank = (plan.tractor[0] - 0.02, plan.cab[0] + 0.1)
    level = sample.height_m * rng.uniform(0.5, 0.66)
    if tank[1] - tank[0] > 0.15:
        parts.append(cushion(tank, 2 * wide * rng.uniform(0.6, 1.0), (deck, level), own(sample, 0.85, 1.1), bulge=0.1))
    return [*parts, *shelter(sample, plan.cab, (-wide, wide), (deck, sample.height_m), open_share=0.35)]


def _tail(sample: VehicleSample, plan: DozerPlan) -> list[Mesh]:
    """A ripper of one or three shanks, a winch, or a drawbar, out to the rear end."""
    rng, room = sample.rng, plan.tractor[0]
    tone = own(sample, 0.65, 1.05)
    if room < 0.35:
        return [box((0.0, room + 0.3), about(0.0, rng.uniform(0.3, 0.9)), (0.35, 0.9), tone)]
    if sample.chance(0.3 if room < 0.9 else 0.08):
        drum = cylinder("y", (-0.4, 0.4), (0.5 * room, 0.85), min(0.35, 0.45 * room), iron(sample))
        return [box((0.0, room + 0.2), (-0.5, 0.5), (0.4, 0.8), tone), drum]
    half, beam_z = plan.half * rng.uniform(0.5, 0.85), 0.9
    shanks = (0.0,) if sample.chance(0.4) else (-0.8, 0.0, 0.8)
    parts = [box((0.02, 0.28), (-half, half), (beam_z - 0.2, beam_z + 0.15), tone)]
    parts += [box((0.0, 0.3), about(s * half, 0.16), (0.25, beam_z + 0.45), iron(sample)) for s in shanks]
    parts += [box((0.1, room + 0.3), y, (0.55, 0.8), tone) for y in both(about(0.45 * half, 0.2))]
    rod = BRIGHT_STEEL if sample.chance(0.6) else tone
    return parts + [box((0.2, room + 0.3), y, (1.0, 1.14), rod) for y in both(about(0.6 * half, 0.14))]


def _push_arms(sample: VehicleSample, plan: DozerPlan) -> list[Mesh]:
    """Outside the tracks for a straight blade, inside them for an angling one; lift rams beside the hood."""
    out = plan.half + 0.12 if plan.half + 0.25 < sample.width_m / 2 else plan.half - plan.shoe - 0.1
    end, paint = sample.length_m - 0.45, own(sample, 0.7, 1.05)
    arms = [beam((plan.tractor[1] - 1.6, y, 0.55), (end, y, 0.4), (0.2, 0.28), paint) for y in (-out, out)]
    y, z = plan.body + 0.1, 0.5 * sample.height_m
    rams = [beam((plan.hood[1] - 0.3, s * y, z), (end, s * y, 0.6), (0.12, 0.12), BRIGHT_STEEL) for s in (-1, 1)]
    return arms + rams


def _blade(sample: VehicleSample, plan: DozerPlan) -> Joint:
    """It turns to angle in a share of bulldozers."""
    room = sample.length_m - max(plan.tractor[1], plan.hood[1])
    thick = min(max(room * sample.rng.uniform(0.45, 0.75), 0.22), 0.6)
    high = sample.height_m * sample.rng.uniform(0.36, 0.48)
    blade = dozer_blade(sample, sample.length_m, sample.width_m / 2, high, thick)
    return Joint(part=Assembly(fixed=blade), pivot=(sample.length_m - thick, 0.0, 0.5), axis="z", degrees=(-22.0, 22.0),
                 used=0.25)  # fmt: skip
