"""Parts common to several earth-moving machines: a glazed cab, bent plates, a ripper."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from vehicle_id.synth.mesh import Mesh, Span, beam, box, join, quad, taper
from vehicle_id.synth.paint import DARK_STEEL, GLASS, STEEL, WHITE_PANEL, Paint
from vehicle_id.synth.vehicle_sample import VehicleSample

WORN: Final = "#8b8880"
"""Steel worn bright by earth."""


def glazed_cab(sample: VehicleSample, x: Span, half: float, z: Span, *, open_sided: bool = False) -> Mesh:
    """A cab: windows all around under a roof that overhangs; or the roof on posts alone."""
    sill, lintel = z[0] + 0.4 * (z[1] - z[0]), z[0] + 0.92 * (z[1] - z[0])
    roof = sample.coat if sample.chance(0.6) else (WHITE_PANEL, DARK_STEEL)[int(sample.chance(0.35))]
    lid = box((x[0] - 0.06, x[1] + 0.06), (-half - 0.05, half + 0.05), (lintel, z[1]), roof)
    base = box(x, (-half, half), (z[0], sill if not open_sided else z[0] + 0.15), sample.coat)
    if open_sided:
        posts = [beam((px, py, z[0]), (px, py, lintel), (0.1, 0.1), sample.coat)
                 for px in (x[0] + 0.05, x[1] - 0.05) for py in (-half + 0.05, half - 0.05)]  # fmt: skip
        return join([lid, base, *posts])
    panes = taper((x[0] + 0.02, x[1] - 0.02), (0.02 - half, half - 0.02), (sill, lintel),
                  (x[0] + 0.1, x[1] - 0.1), (0.08 - half, half - 0.08), GLASS)  # fmt: skip
    return join([lid, base, panes])


def bent_plate(profile: list[tuple[float, float]], half: float, paint: Paint) -> list[Mesh]:
    """A bent plate across the vehicle along a side view."""
    return [
        quad((ax, -half, az), (ax, half, az), (bx, half, bz), (bx, -half, bz), paint)
        for (ax, az), (bx, bz) in pairwise(profile)
    ]


def ripper(x: float, half: float, height: float, sample: VehicleSample) -> list[Mesh]:
    """A beam behind with one to three teeth."""
    teeth = int(sample.rng.integers(1, 4))
    parts = [
        box((0.0, 0.3 * x), (-0.45 * half, 0.45 * half), (0.2 * height, 0.32 * height), sample.coat),
        *(beam((0.2 * x, y, 0.28 * height), (1.1 * x, y, 0.22 * height), (0.12 * half, 0.15), sample.coat)
          for y in (-0.3 * half, 0.3 * half)),
    ]  # fmt: skip
    for place in range(teeth):
        y = (place - (teeth - 1) / 2) * 0.36 * half
        parts.append(box((0.05, 0.12), (y - 0.06, y + 0.06), (0.05 * height, 0.42 * height), STEEL))
    return parts
