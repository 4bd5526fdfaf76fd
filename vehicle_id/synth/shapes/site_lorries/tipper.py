"""A tipper of two to four axles: cab over the engine, and a body that lifts about its rear end."""

from __future__ import annotations

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Span, box
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, STEEL, Paint, loose, shade
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.shapes.highway.flat_front import flat_front
from vehicle_id.synth.shapes.highway.rig import Rig
from vehicle_id.synth.shapes.site_lorries.tubs import Tub, tub_load, tub_walls
from vehicle_id.synth.vehicle_sample import VehicleSample

PIVOT_M = 0.9
"""Of the hinge ahead of the tail."""


def tipper_truck(sample: VehicleSample) -> Assembly:
    """Cab, frame with its wheels, and the body on a joint."""
    rng, length, half, top = sample.rng, sample.length_m, sample.width_m / 2, sample.height_m
    guarded = sample.chance(0.55)
    deep = float(rng.uniform(1.5, 2.1))
    cab_top = top * float(rng.uniform(0.88, 0.95)) if guarded else top
    rig = Rig(rear=0, front=length, half=half, top=cab_top, coupling=0, rear_axles=(), paint=sample.coat)
    back = length - deep
    tub = _draw_tub(sample, back)
    body = [*tub_walls(sample, tub), *tub_load(sample, tub)]
    if guarded:
        reach = back + float(rng.uniform(0.3, 0.9)) * deep
        body += _guard(sample, tub, (tub.x[1] - 0.05, reach), top)
    joint = Joint(part=Assembly(fixed=body), pivot=(PIVOT_M, 0.0, 1.1), axis="y", degrees=(-48.0, -15.0), used=0.08)
    return Assembly(
        fixed=[*flat_front(sample, rig, deep, shield=False), *_chassis(sample, back), _dirt(sample)], joints=[joint]
    )


def _draw_tub(sample: VehicleSample, back: float) -> Tub:
    rng, half, top = sample.rng, sample.width_m / 2, sample.height_m
    paint = sample.coat if sample.chance(0.55) else shade(STEEL, rng.uniform(0.5, 1.5))
    return Tub(
        x=(0.0, back - float(rng.uniform(0.1, 0.5))), half=half, floor=float(rng.uniform(1.15, 1.35)),
        rim=top * float(rng.uniform(0.76, 0.9)), top=0.99 * top, paint=paint, half_pipe=sample.chance(0.4),
    )  # fmt: skip


def _guard(sample: VehicleSample, tub: Tub, x: Span, top: float) -> list[Mesh]:
    """A plate over the cab, carried by the front wall; stones and earth lie on some."""
    plate = [box(x, about(0.0, 1.9 * tub.half), (top - 0.07, top), tub.paint)]
    plate.append(box((tub.x[1] - 0.08, tub.x[1]), about(0.0, 1.9 * tub.half), (tub.rim - 0.1, top), tub.paint))
    ribs = shade(tub.paint, 0.8)
    return [*plate, *(box(x, about(y * tub.half, 0.08), (top - 0.04, top + 0.01), ribs) for y in (-0.6, 0.0, 0.6))]


def _chassis(sample: VehicleSample, back: float) -> list[Mesh]:
    """Rails, twin wheels behind, a second steering axle on long ones, tanks between the wheels."""
    length, half = sample.length_m, sample.width_m / 2
    parts = [box((0.1, back + 0.5), y, (0.75, 1.05), CHASSIS) for y in both((0.36, 0.46))]
    axles = [length - axle for axle in sample.axles_m[1:]] or _axles(sample)
    for x in axles:
        parts += wheel_pair(x, (half - 0.6 if x < 0.5 * length else half - 0.36, half - 0.02), 0.51)
    tone = shade(CHASSIS if sample.chance(0.6) else DARK_STEEL, sample.rng.uniform(1.0, 2.5))
    ahead = max(axle for axle in axles if axle < 0.6 * length) + 0.7
    parts += [box((ahead, ahead + 0.9), y, (0.45, 1.0), tone) for y in both((half - 0.6, half - 0.04))]
    parts.append(box((0.0, 0.1), (-0.95 * half, 0.95 * half), (0.5, 0.7), shade(CHASSIS, 2.0)))
    return parts


def _axles(sample: VehicleSample) -> list[float]:
    """One axle or a pair at the rear, a second steered one on tippers of 8.4 m or more."""
    length, rear = sample.length_m, float(sample.rng.uniform(0.9, 1.3))
    if length < 6.6:
        return [rear + 0.5]
    return [rear, rear + 1.38, *([length - 3.2] if length > 8.4 else [])]


def _dirt(sample: VehicleSample) -> Mesh:
    """Earth that fell on the frame behind the cab."""
    earth: Paint = loose(sample.rng, str(sample.rng.choice(("#7a6650", "#8d7a60", "#5c5048"))))
    return box((0.3, 0.6 * sample.length_m), (-0.3, 0.3), (1.05, 1.07), earth)
