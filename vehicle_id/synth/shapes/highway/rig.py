"""Sizes of a tractor, and what lies open behind its cab: frame, fifth wheel, tanks, deck plates, wheels, stacks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vehicle_id.synth.mesh import Mesh, box, copies, cylinder, slab, taper
from vehicle_id.synth.paint import BRIGHT_STEEL, CHASSIS, DARK_STEEL, STEEL, Paint, linear, loose, shade
from vehicle_id.synth.shapes.common.spans import about, both, ordered
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.vehicle_sample import VehicleSample

FRAME_TONES = ("#26272a", "#26272a", "#3d4043", "#6a2622", "#2d3f66", "#74777a", "#8f2f25")
HOSES = ("#b8312b", "#2d5aa8", "#c9a52b", "#2a2a2a")
LAMP_RED = Paint(rgb=linear("#a02020"), gloss=0.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rig:
    """A tractor; x counts forward from anywhere, metres."""

    rear: float
    front: float
    half: float
    top: float
    coupling: float
    """Middle of the fifth wheel."""
    rear_axles: tuple[float, ...]
    paint: Paint

    @property
    def length(self) -> float:
        """From end to end."""
        return self.front - self.rear


def rear_axles(sample: VehicleSample, rear: float, *, tandem: bool) -> tuple[float, ...]:
    """Places of one axle or two behind the cab."""
    last = rear + sample.rng.uniform(0.62, 0.95)
    return (last, last + sample.rng.uniform(1.28, 1.4)) if tandem else (last + sample.rng.uniform(0.1, 0.35),)


def chassis(sample: VehicleSample, rig: Rig, cab_rear: float) -> list[Mesh]:
    """Everything behind and under the cab, with the fifth wheel in view."""
    parts = [*_frame(sample, rig), *_fifth_wheel(sample, rig), *_deck(sample, rig, cab_rear), *_axles(sample, rig)]
    parts += [*_tanks(sample, rig, cab_rear), *_hoses(sample, cab_rear)]
    if sample.chance(0.7):
        parts.append(box((rig.rear, rig.rear + 0.1), (-0.95 * rig.half, 0.95 * rig.half), (0.55, 0.72), DARK_STEEL))
        parts += [box((rig.rear, rig.rear + 0.08), y, (0.72, 0.86), LAMP_RED) for y in both((0.45, 0.8))]
    return parts


def _frame(sample: VehicleSample, rig: Rig) -> list[Mesh]:
    tone = loose(sample.rng, str(sample.rng.choice(FRAME_TONES)), spread=0.2)
    rails = [box((rig.rear, rig.front - 0.4), y, (0.7, 0.97), tone) for y in both((0.37, 0.46))]
    at = np.linspace(rig.rear + 0.08, rig.front - 1.5, int(sample.rng.integers(4, 8)))
    ties = copies(box((-0.06, 0.06), (-0.38, 0.38), (0.74, 0.94), tone), [(x, 0.0, 0.0) for x in at])
    return [*rails, ties]


def _fifth_wheel(sample: VehicleSample, rig: Rig) -> list[Mesh]:
    """A round plate whose throat opens to the rear; greased black, or worn bright."""
    steel = shade(DARK_STEEL, sample.rng.uniform(0.25, 1.0)) if sample.chance(0.75) else shade(STEEL, 0.9)
    x, radius = rig.coupling, sample.rng.uniform(0.44, 0.52)
    turns = np.radians(np.linspace(-100, 100, 9))
    face = [(x + radius * float(np.cos(a)), radius * float(np.sin(a))) for a in turns]
    horns = [slab([(x + 0.05, y[0]), (x + 0.05, y[1]), (x - 0.48, y[1] * 0.9), (x - 0.48, y[0] + 0.03)],
                  (1.06, 1.17), steel) for y in both((0.08, radius))]  # fmt: skip
    bed = box(about(x, 0.9), (-0.46, 0.46), (0.95, 1.05), shade(steel, 1.6))
    return [slab(face, (1.08, 1.19), steel), *horns, bed]


def _deck(sample: VehicleSample, rig: Rig, cab_rear: float) -> list[Mesh]:
    """Checker plate between the cab and the coupling, over part of the width or all of it; bare rails on some."""
    near, way = rig.coupling + 0.6, sample.rng.random()
    if near > cab_rear - 0.35 or way < 0.3:
        return []
    near = max(near, cab_rear - sample.rng.uniform(0.6, 2.0))
    tread = shade(BRIGHT_STEEL, sample.rng.uniform(0.25, 1.0)) if sample.chance(0.65) else shade(DARK_STEEL, 1.2)
    half = sample.rng.uniform(0.42, 0.6) if way < 0.7 else 0.9 * rig.half
    return [box((near, cab_rear), (-half, half), (0.97, 1.02), tread)]


def _axles(sample: VehicleSample, rig: Rig) -> list[Mesh]:
    """Twin tyres, hubs, mudguards of three sorts or none."""
    radius, half = sample.rng.uniform(0.48, 0.53), rig.half - 0.03
    parts = []
    for x in rig.rear_axles:
        parts += [*wheel_pair(x, (half - 0.28, half), radius), *wheel_pair(x, (half - 0.61, half - 0.33), radius)]
        parts.append(box(about(x, 0.16), (-half + 0.3, half - 0.3), (0.4, 0.62), CHASSIS))
    tone = shade(BRIGHT_STEEL, 0.8) if sample.chance(0.35) else shade(CHASSIS, sample.rng.uniform(0.8, 3.5))
    low, high = max(rig.rear, min(rig.rear_axles) - 0.6), max(rig.rear_axles) + 0.6
    sort, sides = sample.rng.random(), both((half - 0.62, half + 0.02))
    if sort < 0.3:  # quarter guards at the front of the first wheel and the back of the last
        parts += [taper(x, y, (0.8, 1.12), top, y, tone) for y in sides for x, top in (
            ((high - 0.25, high), (high - 0.3, high - 0.2)), ((low, low + 0.25), (low + 0.2, low + 0.3)))]  # fmt: skip
    elif sort < 0.55:  # half a hoop over each wheel
        for x in rig.rear_axles:
            parts += [taper(about(x, 1.15), y, (0.9, 1.1), about(x, 0.6), y, tone) for y in sides]
    elif sort < 0.7:
        parts += [box((low, high), y, (1.04, 1.09), tone) for y in sides]
    if sample.chance(0.4):
        parts += [box((low - 0.02, low + 0.02), y, (0.3, 0.95), CHASSIS) for y in sides]
    return parts


def _tanks(sample: VehicleSample, rig: Rig, cab_rear: float) -> list[Mesh]:
    """Fuel tanks, steps, battery and tool boxes on both sides, between the wheels."""
    behind, parts = max(rig.rear_axles) + 0.62, []
    for way in (-1, 1):
        bright = sample.chance(0.6)
        tone = (
            shade(BRIGHT_STEEL, sample.rng.uniform(0.4, 1.05)) if bright else shade(CHASSIS, sample.rng.uniform(1, 3))
        )
        long = min(sample.rng.uniform(0.9, 2.2), max(0.5, cab_rear + 0.8 - behind))
        if sample.chance(0.55):
            radius = sample.rng.uniform(0.28, 0.34)
            parts.append(cylinder("x", (behind, behind + long), (way * (rig.half - radius - 0.03), 0.68), radius, tone))
        else:
            side = ordered(way * (rig.half - 0.66), way * (rig.half - 0.03))
            parts.append(box((behind, behind + long), side, (0.38, 0.98), tone))
        if sample.chance(0.4):
            step = ordered(way * (rig.half - 0.5), way * (rig.half - 0.04))
            parts.append(box((behind + long + 0.05, behind + long + 0.6), step, (0.4, 0.75), shade(STEEL, 0.8)))
    return parts


def _hoses(sample: VehicleSample, cab_rear: float) -> list[Mesh]:
    """Air and power lines that hang from the back of the cab."""
    tones = [loose(sample.rng, str(tone)) for tone in sample.rng.choice(HOSES, 3)]
    return [box((cab_rear - 0.3, cab_rear - 0.04), about(0.16 * (i - 1), 0.06), (1.2, 1.35 + 0.1 * i), tone)
            for i, tone in enumerate(tones)]  # fmt: skip


def stacks(sample: VehicleSample, x: float, half: float, top: float) -> list[Mesh]:
    """One or two exhaust pipes behind the cab, chromed or black, with the guard round their lower half."""
    chrome = shade(BRIGHT_STEEL, sample.rng.uniform(0.6, 1.1)) if sample.chance(0.7) else shade(DARK_STEEL, 0.6)
    sides, radius = ((1,), (-1, 1))[int(sample.chance(0.65))], sample.rng.uniform(0.06, 0.1)
    parts = []
    for way in sides:
        at = (x, way * (half - 0.14))
        parts.append(cylinder("z", (0.8, top), at, radius, chrome, sides=8))
        parts.append(cylinder("z", (0.9, 0.6 * top), at, 1.7 * radius, shade(chrome, 0.8), sides=8))
    return parts
