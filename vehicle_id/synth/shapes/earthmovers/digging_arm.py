"""The arm of excavators and backhoes: boom, stick and tool, folded for transport, that unfold at their joints."""

from __future__ import annotations

from dataclasses import dataclass

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Span, box, cylinder, prism, quad, tube
from vehicle_id.synth.paint import BRIGHT_STEEL, DARK_STEEL, Paint, shade
from vehicle_id.synth.shapes.common.spans import both
from vehicle_id.synth.shapes.earthmovers.finish import iron, is_army, own
from vehicle_id.synth.vehicle_sample import VehicleSample

ArmPoint = tuple[float, float]
"""x and z."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmPlan:
    """Places of the pins at rest, and the widths."""

    foot: ArmPoint
    knee: ArmPoint
    tip: ArmPoint
    wrist: ArmPoint
    wide: float
    """Width of the boom."""
    boom_turn: Span
    stick_turn: Span
    used: float = 0.6
    """Share of machines whose boom is out of the transport pose."""


def digging_arm(sample: VehicleSample, plan: ArmPlan) -> Joint:
    """Boom with its rams, stick, tool."""
    paint = own(sample, 0.85, 1.1) if is_army(sample) or sample.chance(0.85) else DARK_STEEL
    high = plan.wide * sample.rng.uniform(0.9, 1.25)
    y = (-plan.wide / 2, plan.wide / 2)
    boom = [_bar(plan.foot, plan.knee, (0.7 * high, high), y, paint),
            _bar(plan.knee, plan.tip, (high, 0.55 * high), y, paint), *_hoses(plan, high)]  # fmt: skip
    boom += _rams(sample, plan)
    part = Assembly(fixed=boom, joints=[_stick(sample, plan, high, paint)])
    return Joint(part=part, pivot=(plan.foot[0], 0.0, plan.foot[1]), axis="y", degrees=plan.boom_turn, used=plan.used)


def _stick(sample: VehicleSample, plan: ArmPlan, high: float, paint: Paint) -> Joint:
    half = 0.4 * plan.wide
    bar = _bar(plan.tip, plan.wrist, (0.7 * high, 0.4 * high), (-half, half), paint)
    tool = Joint(part=Assembly(fixed=_tool(sample, plan)), pivot=(plan.wrist[0], 0.0, plan.wrist[1]), axis="y",
                 degrees=(-70.0, 20.0), used=0.5)  # fmt: skip
    ram = tube((plan.tip[0] - 0.1, 0, plan.tip[1] + 0.3 * high), (plan.wrist[0], 0, plan.wrist[1] + 0.35 * high),
               0.09 * plan.wide, BRIGHT_STEEL, sides=6)  # fmt: skip
    return Joint(part=Assembly(fixed=[bar, ram], joints=[tool]), pivot=(plan.tip[0], 0.0, plan.tip[1]), axis="y",
                 degrees=plan.stick_turn, used=plan.used)  # fmt: skip


def _tool(sample: VehicleSample, plan: ArmPlan) -> list[Mesh]:
    """A digging bucket for the most part, a ditch bucket, a hammer, a grapple, a bare coupler."""
    rng, kind, iron_ = sample.rng, sample.rng.random(), iron(sample)
    (x, z), wide = plan.wrist, plan.wide
    low = max(0.02, z - 2.0 * wide)
    if kind < 0.07:
        return [box((x - 0.3 * wide, x + 0.3 * wide), (-0.3 * wide, 0.3 * wide), (low, z), DARK_STEEL),
                cylinder("z", (low, z), (x, 0.0), 0.15 * wide, iron_)]  # fmt: skip
    if kind < 0.13:
        claws = [tube((x, 0, z - 0.1), (x + dx * wide, dy * wide, low + 0.1), 0.1 * wide, iron_, sides=5)
                 for dx in (-0.7, 0.7) for dy in (-0.5, 0.0, 0.5)]  # fmt: skip
        return [*claws, cylinder("z", (z - 0.3 * wide, z), (x, 0.0), 0.4 * wide, DARK_STEEL)]
    if kind < 0.17:
        return [box((x - 0.2, x + 0.2), (-0.35 * wide, 0.35 * wide), (low, z), DARK_STEEL)]
    half = wide * (rng.uniform(1.2, 1.7) if kind < 0.27 else rng.uniform(0.65, 1.15))
    return _bucket(sample, (x, z), (half, rng.uniform(1.5, 2.1) * wide, low), iron_)


def _bucket(sample: VehicleSample, at: ArmPoint, size: tuple[float, float, float], tone: Paint) -> list[Mesh]:
    """Hanging from the wrist, its mouth towards the cab; half width, depth and lowest point."""
    (x, z), (half, deep, low) = at, size
    shell = tone if sample.chance(0.6) else own(sample, 0.6, 1.0)
    mouth = x - 0.55 * deep
    back = [(x + 0.45 * deep, 0.6 * z + 0.4 * low), (x + 0.2 * deep, low), (mouth, low), (x, z), (x + 0.2 * deep, z)]
    dark = shade(tone, 0.5)
    return [
        *(prism(back, y, shell) for y in both((0.92 * half, half))),
        prism([back[0], back[1], (x + 0.1 * deep, low), (x + 0.3 * deep, z)], (-half, half), shell),
        box((mouth, x + 0.2 * deep), (-half, half), (low, low + 0.06), dark),
        quad((x, -half, z - 0.05), (x, half, z - 0.05), (x + 0.3 * deep, half, z), (x + 0.3 * deep, -half, z), shell),
    ]


def _rams(sample: VehicleSample, plan: ArmPlan) -> list[Mesh]:
    """Two rams beside the boom, and one on its back to the stick."""
    out, rod = 0.75 * plan.wide, shade(BRIGHT_STEEL, sample.rng.uniform(0.6, 1.1))
    (fx, fz), (kx, kz), (tx, tz) = plan.foot, plan.knee, plan.tip
    start = (fx + 0.25 * (kx - fx), fz - 0.35)
    side = [tube((start[0], y, start[1]), (kx, y, kz - 0.05), 0.11 * plan.wide, rod, sides=6) for y in (-out, out)]
    back = tube((kx, 0, kz + 0.1 * plan.wide), (tx, 0, tz + 0.4 * plan.wide), 0.14 * plan.wide, rod, sides=6)
    return [*side, back]


def _hoses(plan: ArmPlan, high: float) -> list[Mesh]:
    (kx, kz), (tx, tz) = plan.knee, plan.tip
    return [tube((kx, y, kz + 0.42 * high), (tx, y, tz + 0.2 * high), 0.035, DARK_STEEL, sides=4)
            for y in (-0.25 * plan.wide, 0.25 * plan.wide)]  # fmt: skip


def _bar(a: ArmPoint, b: ArmPoint, high: tuple[float, float], y: Span, paint: Paint) -> Mesh:
    """A plate girder between two pins, of a height at each."""
    long = max(((b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2) ** 0.5, 1e-6)
    nx, nz = -(b[1] - a[1]) / long, (b[0] - a[0]) / long
    ends = [(a, high[0] / 2), (b, high[1] / 2)]
    upper = [(x + nx * h, z + nz * h) for (x, z), h in ends]
    lower = [(x - nx * h, z - nz * h) for (x, z), h in reversed(ends)]
    return prism([*upper, *lower], y, paint)
