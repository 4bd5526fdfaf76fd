"""Cabs of lorries light to heavy, over the engine or behind it, with what stands on their roofs."""

from __future__ import annotations

from vehicle_id.synth.mesh import Mesh, box, prism, taper, tube
from vehicle_id.synth.paint import COATS, DARK_STEEL, LAMP, WHITE_PANEL, Paint, linear, shade, tinted
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.delivery.cabin import Cabin, cabin_shell
from vehicle_id.synth.shapes.delivery.lorry_plan import LorryPlan
from vehicle_id.synth.vehicle_sample import VehicleSample


def cab_cabin(sample: VehicleSample, plan: LorryPlan, top: float) -> Cabin:
    """Sizes of the cab for a height of its roof."""
    rng = sample.rng
    bonnet, lean, belt = {
        "light": (rng.uniform(0.08, 0.32), rng.uniform(0.22, 0.6), rng.uniform(0.54, 0.62)),
        "heavy": (rng.uniform(0.03, 0.14), rng.uniform(0.06, 0.34), rng.uniform(0.54, 0.62)),
        "bonneted": (rng.uniform(0.8, 1.35), rng.uniform(0.15, 0.5), rng.uniform(0.56, 0.66)),
    }[plan.kind]
    bonnet = min(bonnet, 0.5 * (plan.cab[1] - plan.cab[0]))
    slim = plan.kind == "bonneted"
    nose = (rng.uniform(0.3, 0.8), rng.uniform(0.5, 0.8)) if slim else (rng.uniform(0.1, 0.4), rng.uniform(0.7, 0.92))
    return Cabin(
        x=plan.cab, half=plan.cab_half * 0.985, sill=0.3 * belt * top, belt=belt * top, bonnet=bonnet, lean=lean,
        prow=top * belt * (rng.uniform(0.8, 0.98) if slim else rng.uniform(0.75, 0.95)), roof=top,
        lean_rear=rng.uniform(0.0, 0.14), across=rng.uniform(0.84, 0.97), nose=nose,
        tail=(rng.uniform(0.03, 0.2), rng.uniform(0.85, 0.98)), crown=rng.uniform(0.02, 0.07),
        edge=rng.uniform(0.05, 0.14),
    )  # fmt: skip


def cab_parts(sample: VehicleSample, plan: LorryPlan, cabin: Cabin, paint: Paint) -> list[Mesh]:
    """The cab in a paint, its roof of the same or another one, with mirrors, visor and lamps."""
    glass, roof = tinted(sample.rng), _roof_paint(sample, paint)
    door = cabin.x[0] + 0.35
    parts = cabin_shell(
        cabin, coat=paint, glass=glass, side=lambda x: glass if x > door else paint, roof=lambda _: roof,
        tail=glass if sample.chance(0.5) else paint, pillars=(door,),
    )  # fmt: skip
    return [*parts, *_mirrors(sample, cabin), *_roof_fittings(sample, cabin, plan)]


def _roof_paint(sample: VehicleSample, paint: Paint) -> Paint:
    if sample.chance(0.9):
        return paint
    name = str(sample.rng.choice(["white", "grey", "red", "blue", "yellow"]))
    return Paint(rgb=linear(str(sample.rng.choice(COATS[name]))), gloss=0.08)


def _mirrors(sample: VehicleSample, cabin: Cabin) -> list[Mesh]:
    """Mirrors at the front pillars, a little outside the cab."""
    x = cabin.x[1] - cabin.bonnet - sample.rng.uniform(0.0, 0.35)
    paint = shade(DARK_STEEL, sample.rng.uniform(0.4, 1.4))
    z = (cabin.belt, cabin.belt + 0.25 * cabin.roof)
    return [box(about(x, 0.13), y, z, paint) for y in both((0.96 * cabin.half, 1.035 * cabin.half))]


def _roof_fittings(sample: VehicleSample, cabin: Cabin, plan: LorryPlan) -> list[Mesh]:
    x, half, parts = cabin.roof_x, cabin.roof_half, []
    if plan.kind == "heavy" and sample.chance(0.3):
        visor = (x[1], x[1] + min(0.25, cabin.lean + 0.5 * cabin.bonnet))
        parts.append(box(visor, about(0, 1.8 * half), about(cabin.roof - 0.15, 0.05), shade(DARK_STEEL, 0.6)))
    if sample.chance(0.2):
        parts.append(cabin.patch(about(sum(x) / 2, 0.45), about(0, 0.6), tinted(sample.rng)))
    if sample.chance(0.12):
        lamp = LAMP if sample.chance(0.4) else Paint(rgb=linear("#d98a1e"), gloss=0.4)
        parts.append(box(about(x[1] - 0.2, 0.14), about(0, 1.5 * half), (cabin.roof - 0.06, cabin.roof + 0.05), lamp))
    return parts


def deflector(sample: VehicleSample, cabin: Cabin, top: float, paint: Paint) -> list[Mesh]:
    """A sloping shield on the roof of the cab that leads the wind over the body."""
    x, half = cabin.roof_x, 0.95 * cabin.roof_half
    paint = paint if sample.chance(0.7) else shade(WHITE_PANEL, sample.rng.uniform(0.8, 1.1))
    low = cabin.roof - 0.08
    rear = x[0] + 0.02
    if sample.chance(0.6):
        front = x[1] - sample.rng.uniform(0.0, 0.5) * (x[1] - x[0])
        return [prism([(front, low), (rear, top), (rear - 0.04, low)], (-half, half), paint)]
    inner = 0.8 * half
    return [taper((rear, x[1]), (-half, half), (low, top), (rear, rear + 0.35 * (x[1] - x[0])), (-inner, inner), paint)]


def chimney(sample: VehicleSample, plan: LorryPlan, top: float) -> list[Mesh]:
    """An exhaust or an air intake behind the cab, at one side."""
    y = plan.cab_half * sample.rng.uniform(0.7, 0.88) * float(sample.rng.choice([-1, 1]))
    x = plan.cab[0] - min(0.1, 0.5 * plan.gap)
    return [tube((x, y, 0.8), (x, y, 0.98 * top), 0.08, shade(DARK_STEEL, sample.rng.uniform(0.5, 2.0)), sides=7)]
