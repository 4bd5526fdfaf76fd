"""What a semi-trailer rolls and stands on, where it really is: axles well ahead of the rear end, legs, guards, kingpin.

A trailer of 13.6 m has its kingpin 1.6 m behind its front and the middle of its axles 7.7 m behind that; a 53-foot one
has two axles that slide. Other builders put them at the rear end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vehicle_id.synth.mesh import Mesh, box, copies, cylinder
from vehicle_id.synth.paint import BRIGHT_STEEL, CHASSIS, DARK_STEEL, STEEL, loose, shade
from vehicle_id.synth.shapes.common.spans import about, both, ordered
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.shapes.highway.rig import FRAME_TONES, LAMP_RED
from vehicle_id.synth.vehicle_sample import VehicleSample


@dataclass(frozen=True, slots=True, kw_only=True)
class Trailer:
    """Ends and sizes, metres; x counts from the rear."""

    rear: float
    front: float
    half: float
    top: float
    axles: tuple[float, ...]
    american: bool
    alone: bool
    """Without a tractor: its legs are down."""

    @property
    def length(self) -> float:
        """From end to end."""
        return self.front - self.rear

    @property
    def kingpin(self) -> float:
        """Where the tractor couples, x."""
        return self.front - min(0.95 if self.american else 1.6, 0.13 * self.length)


def draw_trailer(
    sample: VehicleSample, *, rear: float, front: float, half: float, top: float, american: bool, alone: bool
) -> Trailer:
    """A trailer with one to four axles at places that its length leaves."""
    rng, length = sample.rng, front - rear
    count = 2 if american and sample.chance(0.85) else int(rng.choice((1, 2, 3, 4), p=(0.04, 0.18, 0.7, 0.08)))
    pitch = rng.uniform(1.22, 1.32) if american else rng.uniform(1.28, 1.4)
    middle = length * (rng.uniform(0.12, 0.26) if american else rng.uniform(0.25, 0.33))
    middle = max(middle, pitch * (count - 1) / 2 + 0.6)
    axles = tuple(rear + middle + pitch * (i - (count - 1) / 2) for i in range(count))
    return Trailer(rear=rear, front=front, half=half, top=top, axles=axles, american=american, alone=alone)


def running_gear(sample: VehicleSample, trailer: Trailer, deck: float) -> list[Mesh]:
    """Frame, axles, legs, rear guard and boxes under a floor at `deck`."""
    frame = _frame(sample, trailer, deck)
    return [*frame, *axle_gear(sample, trailer, deck), *_sides(sample, trailer, deck)]


def _frame(sample: VehicleSample, trailer: Trailer, deck: float) -> list[Mesh]:
    rng = sample.rng
    tone = loose(rng, str(rng.choice(FRAME_TONES)), spread=0.2)
    half, frame = trailer.half, (deck - 0.3, deck - 0.02)
    parts = [box((trailer.rear + 0.1, trailer.front - 0.15), y, frame, tone) for y in both((0.4, 0.52))]
    at = np.arange(trailer.rear + 0.4, trailer.front - 0.4, rng.uniform(0.8, 1.6))
    parts.append(copies(box((-0.05, 0.05), (-0.9 * half, 0.9 * half), (deck - 0.14, deck - 0.03), tone),
                        [(float(x), 0.0, 0.0) for x in at]))  # fmt: skip
    return parts


def axle_gear(sample: VehicleSample, trailer: Trailer, deck: float) -> list[Mesh]:
    """Wheels with their axles and flaps, legs, rear guard: all but the frame."""
    half, parts = trailer.half, []
    radius = min(sample.rng.uniform(0.46, 0.53), 0.46 * deck)
    for x in trailer.axles:
        parts += wheel_pair(x, (half - (0.6 if trailer.american else 0.42), half - 0.02), radius)
        parts.append(box(about(x, 0.15), (-half + 0.3, half - 0.3), (0.35, 0.55), CHASSIS))
    if sample.chance(0.5):
        flap = (min(trailer.axles) - 0.75, min(trailer.axles) - 0.71)
        parts += [box(flap, y, (0.2, deck - 0.2), CHASSIS) for y in both((half - 0.6, half - 0.03))]
    return [*parts, *_legs(sample, trailer, deck), *_rear_guard(sample, trailer)]


def _legs(sample: VehicleSample, trailer: Trailer, deck: float) -> list[Mesh]:
    """Two legs with feet and a cross brace; up under the floor when coupled; the kingpin's plate."""
    tone, x = shade(STEEL, sample.rng.uniform(0.4, 1.3)), trailer.kingpin - sample.rng.uniform(2.1, 2.7)
    low = 0.0 if trailer.alone else 0.38
    parts = [box(about(x, 0.14), y, (low, deck), tone) for y in both((0.66, 0.8))]
    parts += [box(about(x, 0.32), y, (low, low + 0.07), tone) for y in both((0.58, 0.88))]
    parts.append(box(about(x, 0.08), (-0.66, 0.66), (0.62, 0.7), tone))
    plate = box(
        about(trailer.kingpin, 1.2), (-0.9 * trailer.half, 0.9 * trailer.half), (deck - 0.08, deck - 0.02), tone
    )
    return [*parts, plate, cylinder("z", (deck - 0.16, deck), (trailer.kingpin, 0.0), 0.05, BRIGHT_STEEL, sides=6)]


def _rear_guard(sample: VehicleSample, trailer: Trailer) -> list[Mesh]:
    """A bar on two posts, or a full-width bumper; lamps."""
    tone = shade(STEEL, sample.rng.uniform(0.5, 1.7))
    x, half = (trailer.rear, trailer.rear + 0.1), trailer.half
    parts = [box(x, (-0.9 * half, 0.9 * half), (0.42, 0.54), tone)]
    parts += [box(x, y, (0.5, 1.1), tone) for y in both((0.5, 0.62))]
    return [*parts, *(box(x, y, (0.85, 1.0), LAMP_RED) for y in both((0.72 * half, 0.95 * half)))]


def _sides(sample: VehicleSample, trailer: Trailer, deck: float) -> list[Mesh]:
    """Skirts, open guards, pallet boxes, a spare wheel: whatever hangs between the axles and the legs."""
    low, high = max(trailer.axles) + 0.8, trailer.kingpin - 3.1
    if high - low < 1.5:
        return []
    parts, sort, half = [], sample.rng.random(), trailer.half
    if sort < 0.25:
        tone = shade(sample.coat, sample.rng.uniform(0.8, 1.05)) if sample.chance(0.5) else shade(STEEL, 1.4)
        parts += [box((low, high), y, (0.35, deck - 0.1), tone) for y in both((half - 0.06, half - 0.02))]
    elif sort < 0.65:
        tone = shade(BRIGHT_STEEL, sample.rng.uniform(0.4, 1.0))
        parts += [
            box((low, high), y, z, tone) for y in both((half - 0.05, half - 0.01)) for z in ((0.5, 0.6), (0.78, 0.88))
        ]
    if sample.chance(0.35):
        at, way = sample.rng.uniform(low, max(low + 0.1, high - 1.3)), float(sample.rng.choice((-1, 1)))
        parts.append(box((at, at + 1.1), ordered(way * 0.6, way * (half - 0.06)), (0.5, deck - 0.2), DARK_STEEL))
    return parts
