"""Conventional cabs: a bonnet of three families before cabs of two, with low, raised, full-height or no sleepers.

Seen from above they are a chain of blocks of falling width: sleeper, cab, bonnet, with wings or wheels beside the
bonnet, and the dark band of the windscreen a third of the way back.
"""

from __future__ import annotations

from dataclasses import dataclass

from vehicle_id.synth.mesh import Mesh, box, cylinder, taper
from vehicle_id.synth.paint import BRIGHT_STEEL, CHASSIS, COATS, LAMP, STEEL, Paint, linear, shade, tinted
from vehicle_id.synth.shapes.common.spans import about, both, ordered
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.shapes.highway.loft import Section, Skin, loft, plain
from vehicle_id.synth.shapes.highway.rig import Rig, stacks
from vehicle_id.synth.vehicle_sample import VehicleSample

BONNETS = ("wedge", "square", "stub")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conventional:
    """Where the parts of a conventional cab meet, x; heights of its steps."""

    bonnet: str
    nose: float
    cowl: float
    """Foot of the windscreen."""
    cab_rear: float
    rear: float
    """Back of the sleeper; that of the cab without one."""
    belt: float
    roof: float
    """Of the cab."""
    sleeper: str
    """none, flat, raised or full."""


def draw_conventional(sample: VehicleSample, rig: Rig, *, room: float) -> Conventional:
    """A cab that leaves `room` metres of the rig open behind it."""
    rng = sample.rng
    free = rig.length - room
    bonnet = str(rng.choice(BONNETS, p=(0.45, 0.4, 0.15)))
    long = {"wedge": rng.uniform(1.45, 2.1), "square": rng.uniform(1.7, 2.5), "stub": rng.uniform(1.0, 1.5)}[bonnet]
    cab = rng.uniform(1.25, 1.7)
    squeeze = min(1.0, free / (long + cab))
    long, cab = long * squeeze, cab * squeeze
    left = free - long - cab
    deep = min(left, rng.uniform(0.8, 2.1)) if left > 0.7 and sample.chance(0.88) else 0.0
    sleeper = str(rng.choice(("flat", "raised", "full"), p=(0.3, 0.25, 0.45))) if deep else "none"
    roof = rig.top * {"none": rng.uniform(0.82, 0.97), "flat": rng.uniform(0.78, 0.9),
                      "raised": rng.uniform(0.74, 0.84), "full": rng.uniform(0.66, 0.8)}[sleeper]  # fmt: skip
    cowl = rig.front - long
    return Conventional(
        bonnet=bonnet, nose=rig.front, cowl=cowl, cab_rear=cowl - cab, rear=cowl - cab - deep,
        belt=roof * rng.uniform(0.58, 0.68), roof=roof, sleeper=sleeper,
    )  # fmt: skip


def conventional(sample: VehicleSample, rig: Rig, plan: Conventional) -> list[Mesh]:
    """Bonnet, cab, sleeper and all that is bolted to them."""
    second = _second_paint(sample, rig.paint)
    parts = [*_bonnet(sample, rig, plan, second), *_cab(sample, rig, plan), *_sleeper(sample, rig, plan, second)]
    if plan.sleeper in ("none", "flat") or sample.chance(0.25):
        parts += stacks(sample, plan.rear - 0.14, rig.half, rig.top)
    if plan.bonnet == "square" and sample.chance(0.7):  # air cleaners beside the cowl
        parts += [cylinder("z", (1.0, 0.95 * plan.belt + 0.2), (plan.cowl + 0.2, way * 0.84 * rig.half), 0.2,
                           shade(BRIGHT_STEEL, sample.rng.uniform(0.6, 1.1))) for way in (-1, 1)]  # fmt: skip
    at = plan.cowl - sample.rng.uniform(0.05, 0.35)
    arms = both((rig.half - 0.16, rig.half))
    return [*parts, *(box(about(at, 0.16), y, (plan.belt, plan.belt + 0.55), shade(STEEL, 0.7)) for y in arms)]


def _second_paint(sample: VehicleSample, paint: Paint) -> Paint:
    """Of wings, fairings and stripes: the same, black, or another colour."""
    if sample.chance(0.75):
        return paint
    name = str(sample.rng.choice(["black", "red", "blue", "white", "grey", "orange", "green"]))
    return Paint(rgb=linear(str(sample.rng.choice(COATS[name]))), gloss=0.1)


def _bonnet(sample: VehicleSample, rig: Rig, plan: Conventional, second: Paint) -> list[Mesh]:
    """The bonnet, the front wheels under wings, the bumper."""
    rng, half, high = sample.rng, rig.half, plan.belt
    chrome = shade(BRIGHT_STEEL, rng.uniform(0.5, 1.1)) if sample.chance(0.6) else shade(rig.paint, 0.9)
    axle = plan.nose - rng.uniform(0.95, 1.25) if plan.bonnet != "stub" else plan.nose - rng.uniform(0.7, 1.3)
    low, lip = high * rng.uniform(0.62, 0.9), plan.nose - rng.uniform(0.12, 0.3)
    front_half, back_half = {
        "wedge": (rng.uniform(0.5, 0.72), rng.uniform(0.74, 0.9)),
        "square": (rng.uniform(0.42, 0.52), rng.uniform(0.46, 0.6)),
        "stub": (rng.uniform(0.5, 0.8), rng.uniform(0.75, 0.92)),
    }[plan.bonnet]
    sections = [Section(plan.cowl - 0.02, back_half * half, 0.8, high - 0.22, high, 0.82 * back_half * half),
                Section((plan.cowl + lip) / 2, (front_half + back_half) / 2 * half, 0.8, 0.5 * (high + low) - 0.18,
                        high - rng.uniform(0.3, 0.5) * (high - low), 0.4 * (front_half + back_half) * half),
                Section(lip, front_half * half, 0.75, low - 0.2, low, 0.8 * front_half * half)]  # fmt: skip
    parts = [loft(sections, plain(rig.paint, 2), rear=rig.paint, front=chrome)]
    parts += wheel_pair(axle, (half - 0.34, half - 0.04), 0.51)
    if plan.bonnet == "wedge":  # wings and bonnet in one piece
        wide = [Section(plan.cowl - 0.1, half, 0.55, 1.05, 1.2, 0.9 * half),
                Section(axle - 0.2, 0.98 * half, 0.6, 1.08, 1.3, 0.88 * half),
                Section(axle + 0.45, 0.97 * half, 0.55, 1.0, 1.2, 0.85 * half),
                Section(plan.nose, rng.uniform(0.75, 0.9) * half, 0.4, 0.7, 0.85, 0.7 * half)]  # fmt: skip
        parts.append(loft(wide, plain(second, 3), rear=CHASSIS, front=chrome))
    else:
        y = (front_half * half - 0.02, half)
        for side in both(y):
            parts.append(taper(about(axle - 0.05, 1.5), side, (0.85, 1.14), about(axle, 0.75), side, second))
        parts.append(box((plan.nose - 0.14, plan.nose), (-0.97 * half, 0.97 * half), (0.35, 0.75), chrome))
        lamps = both((front_half * half + 0.05, front_half * half + 0.3))
        parts += [box((plan.nose - 0.4, plan.nose - 0.15), lamp, (0.95, 1.2), LAMP) for lamp in lamps]
    if sample.chance(0.3):
        parts.append(
            box((plan.cowl + 0.2, lip - 0.2), (-0.09, 0.09), (low, 0.5 * (high + low) + 0.06), shade(second, 0.8))
        )
    return parts


def _cab(sample: VehicleSample, rig: Rig, plan: Conventional) -> list[Mesh]:
    """A windscreen that leans, doors with glass, a roof; horns, lamps, a visor."""
    rng, glass, paint = sample.rng, tinted(sample.rng), rig.paint
    half = rig.half * rng.uniform(0.78, 0.92)
    lean = rng.uniform(0.12, 0.5) if plan.bonnet == "square" else rng.uniform(0.4, 0.9)
    lean = min(lean, 0.6 * (plan.cowl - plan.cab_rear))
    roof_half = half * rng.uniform(0.82, 0.93)
    eave = plan.cowl - lean
    sections = [
        Section(plan.cab_rear, half, 0.7, plan.belt, plan.roof - rng.uniform(0.0, 0.08), roof_half),
        Section(plan.cab_rear + 0.35, half, 0.7, plan.belt, plan.roof, roof_half),
        Section(eave, half, 0.7, plan.belt, plan.roof - rng.uniform(0.03, 0.12), roof_half),
        Section(plan.cowl, 0.97 * half, 0.7, plan.belt - 0.02, plan.belt, 0.9 * half),
    ]
    skins = [Skin(paint, paint, paint), Skin(paint, glass, paint), Skin(paint, glass, glass)]
    parts = [loft(sections, skins, rear=paint, front=paint)]
    if sample.chance(0.35):
        bar = (eave - 0.02, eave + rng.uniform(0.1, 0.3))
        parts.append(box(bar, (-roof_half, roof_half), (plan.roof - 0.16, plan.roof - 0.11), shade(paint, 0.8)))
    if sample.chance(0.5):
        y = [roof_half * share for share in (-0.8, -0.25, 0.0, 0.25, 0.8)]
        amber = Paint(rgb=linear("#d98a1e"), gloss=0.3)
        parts += [
            box((eave - 0.3, eave - 0.18), about(at, 0.09), (plan.roof - 0.1, plan.roof + 0.03), amber) for at in y
        ]
    if sample.chance(0.3) and plan.sleeper in ("none", "flat"):
        x = (max(plan.cab_rear, eave - 1.0), eave - 0.1)
        parts += [cylinder("x", x, (way * 0.3, plan.roof + 0.02), 0.045, BRIGHT_STEEL, sides=6) for way in (-1, 1)]
    return parts


def _sleeper(sample: VehicleSample, rig: Rig, plan: Conventional, second: Paint) -> list[Mesh]:
    """A box with a seam to the cab, a roof that rises over it, or one shell from the windscreen to the back."""
    rng, half, paint = sample.rng, rig.half * sample.rng.uniform(0.9, 0.985), rig.paint
    deep = plan.cab_rear - plan.rear
    if plan.sleeper == "none":
        if sample.chance(0.35):  # a wind shield on the roof of a day cab
            y = (-0.85 * half, 0.85 * half)
            tone = shade(second, rng.uniform(0.9, 1.1))
            return [taper((plan.cab_rear + 0.05, plan.cowl - 0.5), y, (plan.roof - 0.05, rig.top),
                          (plan.cab_rear + 0.05, plan.cab_rear + 0.35), y, tone)]  # fmt: skip
        return []
    crown_half = half * rng.uniform(0.82, 0.95)
    crest = {"flat": plan.roof + rng.uniform(-0.02, 0.12), "raised": rig.top, "full": rig.top}[plan.sleeper]
    shoulder = min(plan.roof, 0.82 * crest)
    sections = [Section(plan.rear, half, 0.75, shoulder, crest - rng.uniform(0, 0.1), crown_half),
                Section(plan.rear + 0.5 * deep, half, 0.75, shoulder, crest, crown_half)]  # fmt: skip
    if plan.sleeper == "full":  # on over the cab's roof, down to the windscreen
        sections += [Section(plan.cab_rear + 0.1, half, 0.75, shoulder, crest - rng.uniform(0.05, 0.25), crown_half),
                     Section(plan.cowl - 0.75, 0.86 * half, plan.roof - 0.2, plan.roof - 0.1, plan.roof,
                             0.8 * crown_half)]  # fmt: skip
    else:
        sections.append(Section(plan.cab_rear - rng.uniform(0.0, 0.1), half, 0.75, shoulder,
                                crest if plan.sleeper == "flat" else plan.roof + 0.1, crown_half))  # fmt: skip
    parts = [loft(sections, plain(paint, len(sections) - 1), rear=shade(paint, 0.85), front=paint)]
    if sample.chance(0.45):  # fairings that lead the wind to the trailer
        reach = rng.uniform(0.3, 0.6)
        for side in both((half - 0.05, rig.half)):
            parts.append(box((plan.rear - reach, plan.rear + 0.02), side, (0.9, 0.92 * crest), second))
    if sample.chance(0.5):  # skirts over tanks and steps
        low = (plan.rear - rng.uniform(0.0, 1.2), plan.cowl - 0.2)
        parts += [
            box(low, ordered(way * (rig.half - 0.45), way * (rig.half - 0.02)), (0.4, 1.0), second) for way in (-1, 1)
        ]
    if sample.chance(0.35):
        unit = (plan.rear + 0.2 * deep, plan.rear + 0.2 * deep + 0.5)
        parts.append(box(unit, (-0.35, 0.35), (crest - 0.12, min(rig.top, crest + 0.02)), shade(STEEL, 1.3)))
    return parts
