"""Articulated buses: two bodies with bellows between them, the rear one free to turn."""

from __future__ import annotations

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Span, box, copies
from vehicle_id.synth.paint import Paint, loose, shade
from vehicle_id.synth.shapes.coaches.dress import BusStyle, draw_finish, draw_shell, draw_unit, roof_parts
from vehicle_id.synth.shapes.coaches.running_gear import bus_wheels, mirrors
from vehicle_id.synth.shapes.coaches.shell import BusShell, bus_body
from vehicle_id.synth.shapes.common.spans import about
from vehicle_id.synth.vehicle_sample import VehicleSample


def articulated_bus(sample: VehicleSample, style: BusStyle) -> Assembly:
    """A front body on two axles, bellows, and a rear body on one."""
    rng, unit = sample.rng, draw_unit(sample, style)
    reach = rng.uniform(0.1, 0.35) if sample.chance(0.6) else 0.0
    joint, fold = sample.length_m * rng.uniform(0.36, 0.45), rng.uniform(0.5, 1.0)
    top = sample.height_m - unit[1]
    front = draw_shell(sample, style, (joint + fold, sample.length_m - reach), top)
    rear = _rear_shell(front, (0.0, joint - fold))
    finish = draw_finish(sample, style, front)
    cloth = loose(rng, str(rng.choice(["#2c2d2f", "#3b3c3e", "#55585a", "#8d8f8e", "#6d6a5e"])))
    fixed = [*bus_body(front, finish), *roof_parts(sample, style, front, unit)]
    fixed += bus_wheels(front, [front.x[1] - 2.7, front.x[0] + 1.2])
    fixed += [*_bellows(front, (joint, joint + fold), cloth), *(mirrors(sample, front, reach) if reach else [])]
    second_unit = unit if sample.chance(0.5) else ("bare", 0.0)
    trailing = [*bus_body(rear, finish), *roof_parts(sample, style, rear, second_unit)]
    trailing += [*bus_wheels(rear, [rear.at(0.45)]), *_bellows(rear, (joint - fold, joint), cloth)]
    part = Assembly(fixed=trailing)
    swing = Joint(part=part, pivot=(joint, 0.0, 0.0), axis="z", degrees=(-32.0, 32.0), used=0.45)
    return Assembly(fixed=fixed, joints=[swing])


def _rear_shell(front: BusShell, x: Span) -> BusShell:
    """The body behind, of the same section, with square corners towards the bellows."""
    return BusShell(
        x=x, half=front.half, floor=front.floor, belt=front.belt, lintel=front.lintel, top=front.top,
        crown=front.crown, edge=front.edge, nose=(0.05, 0.95), tail=front.tail, lean=0.02, lean_rear=front.lean_rear,
        tumblehome=front.tumblehome,
    )  # fmt: skip


def _bellows(shell: BusShell, x: Span, cloth: Paint) -> list[Mesh]:
    """Folded cloth a little narrower and lower than the bodies."""
    half, z = 0.94 * shell.half, (shell.floor, shell.top - shell.crown - 0.05)
    core = box((x[0] - 0.1, x[1] + 0.1), about(0, 2 * half), z, cloth)
    fold = box((-0.05, 0.05), about(0, 2 * half + 0.06), (z[0], z[1] + 0.05), shade(cloth, 1.7))
    count = max(2, round((x[1] - x[0]) / 0.25))
    step = (x[1] - x[0]) / count
    return [core, copies(fold, [(x[0] + (i + 0.5) * step, 0.0, 0.0) for i in range(count)])]
