"""Several tubes on one carrier: two to four canisters, and packs of rocket tubes at the rear."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Span, box, cylinder
from vehicle_id.synth.paint import CHASSIS, Paint, loose, shade
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.shapes.launchers.carrier import carrier, draw_cab
from vehicle_id.synth.shapes.launchers.frame import housings, side_gear
from vehicle_id.synth.shapes.launchers.plan import CarrierPlan, draw_plan, low_roof
from vehicle_id.synth.shapes.launchers.tubes import Centre, canister
from vehicle_id.synth.vehicle_sample import VehicleSample

_RACKS: Final = ((2, 1), (2, 1), (3, 1), (4, 1), (2, 2), (2, 2), (1, 1))
"""Canisters across and upwards."""
_ROCKETS: Final = ((4, 3), (4, 3), (4, 4), (5, 3), (6, 3), (4, 2), (3, 2), (8, 4), (10, 4))
"""Rocket tubes across and upwards."""


def canisters(sample: VehicleSample) -> Assembly:
    """One to four canisters; they lie over a low cab, end behind it, or pass a cab on the left."""
    u, height, length = sample.rng.uniform, sample.height_m, sample.length_m
    across, upwards = _RACKS[sample.rng.integers(len(_RACKS))]
    radius = min(sample.width_m * u(0.72, 0.96) / (2 * across), (height - 0.46 * min(height, 3.3)) / (2 * upwards))
    bottom = height - 2 * radius * upwards
    over = bottom > 1.9 and sample.chance(0.5)
    front = u(0.2, 1.6) if over and sample.chance(0.35) else 0.0
    rear = u(0.2, 1.2) if sample.chance(0.45) else 0.0
    plan = draw_plan(
        sample, draw_cab(sample), front=front, rear=rear, roof=low_roof(sample, under=bottom if over else None)
    )
    tip = length if front else (u(plan.cab[0], plan.nose) if over else plan.bed[1] - u(0.02, 0.12 * length))
    tail = 0.0 if rear else plan.tail + u(0.0, 0.1 * length)
    square, spread = sample.chance(0.35), u(1.0, 1.2)
    radius = min(radius, 0.49 * sample.width_m / (across * spread))
    centres = _rack(across, upwards, radius, spread, height)
    load = _different(sample, plan, (tail, tip), centres, radius, square=square)
    load += _trestle(sample, plan, (tail, tip), bottom, across * radius * spread)
    degrees = (-93.0, -80.0) if sample.chance(0.6) else (-60.0, -8.0)
    joint = Joint(part=Assembly(fixed=load), pivot=(plan.tail + u(0.3, 1.1), 0.0, bottom), axis="y",
                  degrees=degrees, used=0.3)  # fmt: skip
    return Assembly(fixed=[*carrier(sample, plan), *_flanks(sample, plan, tip)], joints=[joint])


def rocket_pack(sample: VehicleSample) -> Assembly:
    """Rows of thin tubes on a turntable at the rear, in travel order, raised, or trained to a side."""
    u, height = sample.rng.uniform, sample.height_m
    plan = draw_plan(sample, draw_cab(sample), roof=low_roof(sample))
    across, upwards = _ROCKETS[sample.rng.integers(len(_ROCKETS))]
    bed = plan.bed[1] - plan.bed[0]
    long = min(u(0.55, 0.98) * bed, u(5.0, 9.5))
    tail = plan.tail + u(0.0, 0.25) * (bed - long)
    half = plan.half * u(0.6, 0.97)
    low = max(plan.deck + 0.1, height - 2 * half / across * upwards)
    load = _pack(sample, plan, (tail, tail + long), half, (low, height), (across, upwards))
    pivot = (tail + 0.3 * long, 0.0, low)
    rising = Joint(part=Assembly(fixed=load), pivot=pivot, axis="y", degrees=(-55.0, -5.0), used=0.35)
    turning = Assembly(fixed=[_turntable(plan, pivot[0], low)], joints=[rising])
    table = Joint(part=turning, pivot=pivot, axis="z", degrees=(-60.0, 60.0), used=0.2)
    return Assembly(fixed=[*carrier(sample, plan), *_flanks(sample, plan, pivot[0])], joints=[table])


def _rack(across: int, upwards: int, radius: float, spread: float, top: float) -> list[Centre]:
    return [
        (2 * radius * spread * (column - (across - 1) / 2), top - radius * (2 * row + 1))
        for row in range(upwards) for column in range(across)
    ]  # fmt: skip


def _different(
    sample: VehicleSample, plan: CarrierPlan, x: Span, centres: Sequence[Centre], radius: float, *, square: bool
) -> list[Mesh]:
    """The canisters: alike, or of different lengths and tones; one may be missing from a full rack."""
    uneven, mixed = sample.chance(0.25), sample.chance(0.2)
    missing = int(sample.rng.integers(1, len(centres))) if len(centres) > 2 and sample.chance(0.15) else -1
    cap = (
        loose(sample.rng, str(sample.rng.choice(("#7a2f28", "#c9c8c0", "#2c2d2b", "#8d8a78"))))
        if sample.chance(0.3)
        else None
    )
    parts: list[Mesh] = []
    for place, centre in enumerate(centres):
        if place == missing:
            continue
        paint = shade(plan.paints.tubes, sample.rng.uniform(0.75, 1.3)) if mixed else plan.paints.tubes
        # the first keeps the whole length, which the vehicle's own may depend on
        back = sample.rng.uniform(0.0, 0.2) * (x[1] - x[0]) if uneven and place else 0.0
        parts += canister(sample, (x[0], x[1] - back), centre, radius, paint, square=square, cap=cap)
    return parts


def _trestle(sample: VehicleSample, plan: CarrierPlan, x: Span, bottom: float, half: float) -> list[Mesh]:
    """Frames that carry the canisters above the bed."""
    low, high = max(x[0], plan.bed[0]) + 0.3, min(x[1], plan.bed[1]) - 0.3
    paint = shade(sample.coat, sample.rng.uniform(0.7, 1.1))
    reach = min(half, plan.half)
    parts = [box((low, high), (-0.5 * reach, 0.5 * reach), (min(plan.deck, bottom) - 0.1, bottom + 0.08), paint)]
    for share in sample.rng.uniform(0.0, 1.0, int(sample.rng.integers(2, 5))):
        at = low + float(share) * (high - low)
        parts.append(box(about(at, 0.2), (-reach, reach), (min(plan.deck, bottom) - 0.1, bottom + 0.1), paint))
    return parts


def _flanks(sample: VehicleSample, plan: CarrierPlan, front: float) -> list[Mesh]:
    """Equipment beside the load, and a cabin or generator between it and the cab."""
    u, parts = sample.rng.uniform, []
    if sample.chance(0.5):
        parts += side_gear(sample, plan, plan.bed, share=u(0.3, 0.9), rise=u(0.0, 0.4))
    else:
        parts += housings(sample, plan, plan.bed, plan.half * u(0.4, 0.75), plan.deck + u(0.0, 0.15))
    room = plan.bed[1] - front
    if room > 0.9 and sample.chance(0.7):
        x = (plan.bed[1] - min(u(0.7, 0.98) * room, 2.8), plan.bed[1] - 0.03)
        top = plan.deck + u(0.3, 1.0) * (plan.roof - plan.deck)
        parts.append(box(x, about(0.0, 2 * plan.half * u(0.6, 0.98)), (0.6 * plan.deck, top), sample.coat))
    return parts


def _pack(
    sample: VehicleSample, plan: CarrierPlan, x: Span, half: float, z: Span, number: tuple[int, int]
) -> list[Mesh]:
    """Tubes seen one by one between frames, or a closed box with their mouths in its end."""
    across, upwards = number
    step, rise = 2 * half / across, (z[1] - z[0]) / upwards
    radius, paint = 0.47 * min(step, rise), plan.paints.tubes
    frame = shade(sample.coat, sample.rng.uniform(0.7, 1.15))
    if sample.chance(0.3):
        return [box(x, (-half, half), z, paint), *_frames(sample, x, half, z, frame, 0.0),
                box((x[1], x[1] + 0.03), (-0.9 * half, 0.9 * half), (z[0] + 0.1, z[1] - 0.1), CHASSIS)]  # fmt: skip
    parts: list[Mesh] = []
    for row in range(upwards):
        for column in range(across):
            centre = (step * (column + 0.5) - half, z[1] - rise * (row + 0.5))
            parts.append(cylinder("x", x, centre, radius, paint, sides=8))
            parts.append(cylinder("x", (x[1], x[1] + 0.02), centre, 0.8 * radius, CHASSIS, sides=6))
    return [*parts, *_frames(sample, x, half, z, frame, 0.1)]


def _frames(sample: VehicleSample, x: Span, half: float, z: Span, paint: Paint, out: float) -> list[Mesh]:
    """Hoops across the pack."""
    half = half - 0.5 * out * half
    return [
        box(about(float(at), sample.rng.uniform(0.1, 0.5)), (-half, half), (z[0], z[1]), paint)
        for at in sample.rng.uniform(x[0] + 0.4, x[1] - 0.4, int(sample.rng.integers(2, 5)))
    ]


def _turntable(plan: CarrierPlan, at: float, top: float) -> Mesh:
    return cylinder("z", (plan.deck - 0.1, top + 0.05), (at, 0.0), min(0.75 * plan.half, 1.1), plan.paints.boxes)
