"""A boat on its trailer, ashore: drawbar and winch ahead of the bow, wheels beside the hull."""

from __future__ import annotations

from collections.abc import Sequence

from vehicle_id.synth.mesh import Mesh, beam, box, join
from vehicle_id.synth.paint import BRIGHT_STEEL, CHASSIS, DARK_STEEL, shade
from vehicle_id.synth.shapes.common.spans import about, both
from vehicle_id.synth.shapes.common.stretch import as_high
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.vehicle_sample import VehicleSample

KEEL_M = 0.45
"""Height of the keel over the ground."""


def drawbar_length(sample: VehicleSample) -> float:
    """How far the trailer reaches ahead of the bow, metres."""
    return 0.14 * sample.length_m


def on_trailer(sample: VehicleSample, hull: Sequence[Mesh]) -> list[Mesh]:
    """A boat, centred over the origin and standing at z = 0, lifted onto a trailer that fills the sample's length.

    Args:
        sample: size of boat and trailer together.
        hull: parts of a boat shorter than the sample by the drawbar.
    """
    rng, front, half = sample.rng, sample.length_m / 2, sample.width_m / 2
    ahead = drawbar_length(sample)
    boat = join(list(hull)).moved((-ahead / 2, 0.0, KEEL_M))
    steel = shade(BRIGHT_STEEL, rng.uniform(0.5, 0.9)) if sample.chance(0.7) else shade(DARK_STEEL, 1.3)
    low, rear = 0.42, -front + 0.1 * sample.length_m
    parts = [boat, box((rear, 0.25 * sample.length_m), about(0.0, 1.3 * half), (low - 0.08, low), steel)]
    parts += [
        beam((0.2 * sample.length_m, 0.6 * half * way, low), (front - 0.2, 0.0, low), (0.09, 0.1), steel)
        for way in (-1, 1)
    ]
    parts.append(box((front - 0.45, front), (-0.06, 0.06), (low - 0.05, low + 0.08), shade(CHASSIS, 1.5)))
    winch = (front - ahead - 0.05, front - ahead + 0.12)
    parts.append(box(winch, (-0.1, 0.1), (low, low + 0.75), steel))
    axles = [-0.12 * sample.length_m] if sample.length_m < 7.0 else [-0.18 * sample.length_m, -0.07 * sample.length_m]
    for x in axles:
        parts += wheel_pair(x, (half - 0.22, half - 0.01), 0.32)
        parts += [box(about(x, 0.8), y, (0.66, 0.71), shade(CHASSIS, 1.5)) for y in both((half - 0.24, half))]
    return [as_high(parts, sample.height_m)]
