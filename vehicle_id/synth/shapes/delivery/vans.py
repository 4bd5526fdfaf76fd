"""Vans: panel vans with a short bonnet, cab-forward vans, minivans with glass all round.

Proportions are remembered from photographs, not measured.
"""

from __future__ import annotations

from collections.abc import Callable

from vehicle_id.synth.mesh import Assembly, Mesh, box
from vehicle_id.synth.paint import COATS, DARK_STEEL, GLASS, WHITE_PANEL, Paint, linear, shade, tinted
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.shapes.delivery.cabin import Cabin, cabin_shell
from vehicle_id.synth.shapes.delivery.van_roofs import rack, skylight, swages, vents
from vehicle_id.synth.vehicle_sample import VehicleSample


def van(sample: VehicleSample) -> Assembly:
    """A closed body with the cabin in front, windows or none behind, and a roof of its own."""
    load = _draw_load(sample)
    cabin = _draw_cabin(sample, sample.height_m - load)
    roof = _roof_paint(sample)
    fixed = [*_body(sample, cabin, roof), *_wheels(sample, cabin), *_mirrors(sample, cabin)]
    if load > 0.0:
        fixed += (rack if sample.chance(0.65) else vents)(sample, cabin, load)
    elif sample.chance(0.2):
        fixed += skylight(sample, cabin)
    if sample.chance(0.45):
        fixed += swages(sample, cabin, roof)
    return Assembly(fixed=fixed)


def _draw_load(sample: VehicleSample) -> float:
    """Height of what stands on the roof, mostly nothing."""
    return float(sample.rng.uniform(0.1, 0.24)) if sample.chance(0.26) else 0.0


def _draw_cabin(sample: VehicleSample, roof: float) -> Cabin:
    rng, length = sample.rng, sample.length_m
    forward = sample.chance(0.4)
    bonnet = rng.uniform(0.12, 0.45) if forward else rng.uniform(0.55, 1.05)
    lean = rng.uniform(0.25, 0.75) if forward else rng.uniform(0.5, 0.95)
    return Cabin(
        x=(0.0, length), half=sample.width_m / 2 * 0.975, sill=0.24, belt=roof * rng.uniform(0.46, 0.56),
        prow=roof * rng.uniform(0.36, 0.46), roof=roof, bonnet=bonnet, lean=lean, lean_rear=rng.uniform(0.03, 0.3),
        across=rng.uniform(0.82, 0.95), nose=(rng.uniform(0.2, 0.6), rng.uniform(0.55, 0.85)),
        tail=(rng.uniform(0.05, 0.25), rng.uniform(0.8, 0.97)), crown=rng.uniform(0.03, 0.09),
        edge=rng.uniform(0.05, 0.16),
    )  # fmt: skip


def _roof_paint(sample: VehicleSample) -> Paint:
    kind = sample.rng.random()
    if kind < 0.8:
        return sample.coat
    if kind < 0.9:
        return shade(WHITE_PANEL, sample.rng.uniform(0.8, 1.15))
    return Paint(rgb=linear(str(sample.rng.choice(COATS[str(sample.rng.choice(["black", "grey", "yellow", "red"]))]))))


def _side(sample: VehicleSample, cabin: Cabin, glass: Paint) -> tuple[Callable[[float], Paint], tuple[float, ...]]:
    """Glass beside the seats; behind them a panel, some windows, or glass to the rear."""
    door = cabin.x[1] - cabin.bonnet - 1.35
    glazed_from = float(sample.rng.choice([door, door, door - 1.2, cabin.x[0]]))

    def paint_at(x: float) -> Paint:
        return glass if x > glazed_from else sample.coat

    return paint_at, (door, door - 1.2)


def _body(sample: VehicleSample, cabin: Cabin, roof: Paint) -> list[Mesh]:
    glass = tinted(sample.rng)
    side, pillars = _side(sample, cabin, glass)
    split = cabin.roof_x[1] - sample.rng.uniform(0.4, 1.2)
    cap = sample.coat if sample.chance(0.4) else roof
    tail = GLASS if sample.chance(0.45) else sample.coat
    return cabin_shell(cabin, coat=sample.coat, glass=glass, side=side, tail=tail, pillars=(*pillars, split),
                       roof=lambda x: roof if x < split else cap)  # fmt: skip


def _wheels(sample: VehicleSample, cabin: Cabin) -> list[Mesh]:
    front = sample.length_m - sample.rng.uniform(0.85, 1.05) + (0.2 if cabin.bonnet < 0.4 else 0.0)
    rear = sample.length_m * sample.rng.uniform(0.17, 0.24)
    y = (cabin.half - 0.22, cabin.half + 0.003)
    return [*wheel_pair(front, y, 0.33), *wheel_pair(rear, y, 0.33)]


def _mirrors(sample: VehicleSample, cabin: Cabin) -> list[Mesh]:
    """Outside the doors by as much as the published width allows; a dark bumper at some ends."""
    x = cabin.x[1] - cabin.bonnet - 0.5 * cabin.lean - 0.1
    paint = sample.coat if sample.chance(0.4) else shade(DARK_STEEL, 0.7)
    z = (cabin.belt, cabin.belt + 0.24)
    parts = [box(about(x, 0.14), y, z, paint) for y in both((0.94 * cabin.half, 1.05 * cabin.half))]
    if sample.chance(0.4):
        parts.append(box((0.0, 0.12), about(0, 1.75 * cabin.half), (0.35, 0.55), shade(DARK_STEEL, 0.8)))
    return parts
