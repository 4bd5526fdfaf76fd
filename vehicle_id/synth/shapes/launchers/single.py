"""One large missile, bare or in its canister, on an erector along the carrier: Scud, Topol, Yars, Hwasong."""

from __future__ import annotations

from dataclasses import dataclass

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Span, beam, box, cylinder
from vehicle_id.synth.paint import STEEL, shade
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.launchers.carrier import carrier
from vehicle_id.synth.shapes.launchers.frame import housings, side_gear
from vehicle_id.synth.shapes.launchers.plan import CabKind, CarrierPlan, draw_plan, low_roof
from vehicle_id.synth.shapes.launchers.tubes import Centre, canister, missile
from vehicle_id.synth.vehicle_sample import VehicleSample


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where the missile lies."""

    x: Span
    centre: Centre
    radius: float


def single_missile(sample: VehicleSample) -> Assembly:
    """A bare missile in the slot between the cabs or over a low one, with fins that stay within the width."""
    plan, place = _draw_place(sample, fat=False)
    parts = missile(sample, place.x, place.centre, place.radius, plan.paints.tubes)
    return _laden(sample, plan, place, parts, used=0.2)


def single_canister(sample: VehicleSample) -> Assembly:
    """One canister, round or now and then square, lying or raised."""
    plan, place = _draw_place(sample, fat=True)
    square = sample.chance(0.15)
    parts = canister(sample, place.x, place.centre, place.radius, plan.paints.tubes, square=square)
    return _laden(sample, plan, place, parts, used=0.2)


def erected_canister(sample: VehicleSample) -> Assembly:
    """A canister or missile raised for launch, or on its way up."""
    plan, place = _draw_place(sample, fat=sample.chance(0.7))
    body = canister if sample.chance(0.7) else None
    paint = plan.paints.tubes
    parts = (
        body(sample, place.x, place.centre, place.radius, paint, square=False)
        if body
        else missile(sample, place.x, place.centre, place.radius, paint)
    )
    return _laden(sample, plan, place, parts, used=1.0)


def _draw_place(sample: VehicleSample, *, fat: bool) -> tuple[CarrierPlan, _Place]:
    """The carrier and the missile on it; its front end lies over the cabs or before them, its tail may overhang."""
    u, half, height = sample.rng.uniform, sample.width_m / 2, sample.height_m
    # the two cabs leave a slot of a third of the width
    kind: CabKind = "split" if sample.chance(0.8) else ("wide" if sample.chance(0.6) else "left")
    radius = min(half * (u(0.45, 0.66) if fat else u(0.36, 0.58)), 0.29 * height)
    under = height - 2 * radius
    roof = low_roof(sample, under=None if kind == "split" else max(under, 0.62 * height))
    front = u(0.3, 0.13 * sample.length_m) if sample.chance(0.55) else 0.0
    rear = u(0.15, 0.07 * sample.length_m) if sample.chance(0.5) else 0.0
    plan = draw_plan(sample, kind, front=front, rear=rear, roof=roof)
    tip = sample.length_m if front else plan.nose - u(0.0, 0.9 * (plan.cab[1] - plan.cab[0]))
    tail = 0.0 if rear else plan.tail + u(0.0, 0.08 * sample.length_m)
    return plan, _Place(x=(tail, tip), centre=(0.0, height - radius), radius=radius)


def _laden(sample: VehicleSample, plan: CarrierPlan, place: _Place, load: list[Mesh], *, used: float) -> Assembly:
    u = sample.rng.uniform
    # a hinge near the tube's underside keeps a raised tube at the tail
    pivot = (plan.tail + u(0.3, 1.2), 0.0, place.centre[1] - place.radius * u(0.5, 1.1))
    rising = Assembly(fixed=[*load, *_erector(sample, plan, place, pivot[0])])
    degrees = (-93.0, -70.0) if used == 1.0 and sample.chance(0.65) else (-75.0, -6.0)
    joint = Joint(part=rising, pivot=pivot, axis="y", degrees=degrees, used=used)
    fixed = [*carrier(sample, plan, slot=True), *_beside(sample, plan, place), *_saddles(sample, plan, place)]
    return Assembly(fixed=fixed, joints=[joint])


def _erector(sample: VehicleSample, plan: CarrierPlan, place: _Place, hinge: float) -> list[Mesh]:
    """The cradle that rises with the missile: two beams and clamps around it."""
    u, y, paint = sample.rng.uniform, 0.6 * place.radius, shade(sample.coat, sample.rng.uniform(0.7, 1.1))
    z = place.centre[1] - 0.85 * place.radius
    end = min(place.x[1] - 1.0, hinge + u(0.45, 0.9) * (plan.nose - hinge))
    parts = [beam((hinge, at, z), (end, at, z), (0.18, 0.25), paint) for at in (-y, y)]
    for _ in range(int(sample.rng.integers(1, 5))):
        at, wide = u(hinge + 0.4, end), u(0.12, 0.4)
        high = place.centre[1] + place.radius * u(-0.2, 0.75)
        parts += [box(about(at, wide), span, (z, high), paint)
                  for span in both((0.88 * place.radius, place.radius * u(1.02, 1.12)))]  # fmt: skip
    return parts


def _saddles(sample: VehicleSample, plan: CarrierPlan, place: _Place) -> list[Mesh]:
    """Forks that hold the missile's front while it travels, and the rams of the erector; both stay on the bed."""
    u, paint = sample.rng.uniform, shade(sample.coat, sample.rng.uniform(0.7, 1.2))
    low, high = plan.bed
    parts, top = [], place.centre[1] - place.radius * u(0.2, 0.8)
    for share in sample.rng.uniform(0.3, 1.0, int(sample.rng.integers(0, 4))):
        at, wide = low + float(share) * (high - low - 0.6), u(0.2, 0.5)
        sides = both((0.97 * place.radius, place.radius * u(1.08, 1.25)))
        parts += [box(about(at, wide), y, (plan.deck - 0.1, top), paint) for y in sides]
        parts.append(box(about(at, wide), (-place.radius, place.radius), (plan.deck - 0.1, plan.deck + 0.1), paint))
    if sample.chance(0.6):
        x, z = (low + u(0.8, 1.6), low + u(3.0, 5.0)), min(plan.deck, place.centre[1] - place.radius) - 0.15
        rams = both(about(u(0.35, 0.8) * place.radius, 0.25))
        parts += [cylinder("x", x, (sum(y) / 2, z), 0.13, STEEL, sides=8) for y in rams]
    return parts


def _beside(sample: VehicleSample, plan: CarrierPlan, place: _Place) -> list[Mesh]:
    """Compartments along the missile, single boxes, or the open frame; a blast plate or ring at the tail."""
    u, kind = sample.rng.uniform, sample.rng.random()
    inner = min(place.radius * u(0.8, 1.1), 0.8 * plan.half)
    top = plan.deck + u(0.05, 0.8) * max(place.centre[1] - plan.deck, 0.1)
    parts: list[Mesh] = []
    if kind < 0.55:
        parts += housings(sample, plan, plan.bed, inner, top)
    elif kind < 0.85:
        parts += side_gear(sample, plan, plan.bed, share=u(0.4, 0.95), rise=u(0.1, 0.7))
    if sample.chance(0.5):
        cabin = min(u(0.8, 2.2), 0.2 * (plan.bed[1] - plan.bed[0]))
        roof = plan.deck + u(0.4, 0.95) * (plan.roof - plan.deck)
        spans = both((max(inner, 0.4 * plan.half), 0.98 * plan.half))
        parts += [box((plan.bed[1] - cabin, plan.bed[1]), y, (0.6 * plan.deck, roof), sample.coat) for y in spans]
    if sample.chance(0.3):
        parts.append(box((plan.tail, plan.tail + 0.15), (-0.6 * plan.half, 0.6 * plan.half),
                         (0.3 * plan.deck, plan.deck + u(0.1, 0.6)), plan.paints.frame))  # fmt: skip
    return parts
