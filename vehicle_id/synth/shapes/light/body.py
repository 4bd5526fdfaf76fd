"""The body of a car or van: lower shell, glasshouse, wheels and lamps, given by its cut.

The cut states where along the length the windscreen, the roof and the rear window begin and end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.mesh import Mesh, box
from vehicle_id.synth.paint import CHASSIS, LAMP, Paint, linear, tinted
from vehicle_id.synth.shapes.common.shells import lid, outline, ring, shrunk, skin
from vehicle_id.synth.shapes.common.spans import ordered
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.vehicle_sample import VehicleSample

RED_LAMP: Final = Paint(rgb=linear("#7a1414"), gloss=0.4)
BLACK_PLASTIC: Final = Paint(rgb=linear("#222325"), gloss=0.05)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Proportions of a body: places as shares of the length behind the front end, heights as shares of the height."""

    cowl: float
    """Foot of the windscreen."""
    header: float
    """Front edge of the roof."""
    roof_end: float
    glass_end: float
    """Foot of the rear window."""
    nose_z: float = 0.46
    cowl_z: float = 0.655
    belt_z: float = 0.665
    tail_z: float = 0.68
    roof_y: float = 0.76
    """Width of the roof as a share of the vehicle's."""
    nose: float = 0.36
    """Length over which the front narrows, as a share of the width."""
    tail: float = 0.30
    door: float = 0.45
    """Position of the side's division, as a share of the glasshouse from its rear."""


HATCHBACK: Final = Cut(cowl=0.25, header=0.42, roof_end=0.915, glass_end=0.985)
SEDAN: Final = Cut(cowl=0.265, header=0.425, roof_end=0.72, glass_end=0.855, tail_z=0.70)
ESTATE: Final = Cut(cowl=0.25, header=0.40, roof_end=0.94, glass_end=0.985)
COUPE: Final = Cut(cowl=0.30, header=0.46, roof_end=0.68, glass_end=0.87, tail_z=0.72, roof_y=0.70)
SUV: Final = Cut(
    cowl=0.235, header=0.375, roof_end=0.925, glass_end=0.985, nose_z=0.50, nose=0.30, tail=0.24, roof_y=0.78
)
MPV: Final = Cut(cowl=0.16, header=0.35, roof_end=0.94, glass_end=0.99, nose_z=0.45, roof_y=0.78)
CLASSIC: Final = Cut(
    cowl=0.285, header=0.40, roof_end=0.715, glass_end=0.80, nose_z=0.60, nose=0.07, tail=0.05, roof_y=0.78
)
VAN: Final = Cut(
    cowl=0.14, header=0.27, roof_end=0.985, glass_end=0.997, nose_z=0.40, cowl_z=0.52, belt_z=0.52, tail_z=0.52,
    roof_y=0.86, nose=0.24, tail=0.05, door=0.70,
)  # fmt: skip
LOAF: Final = replace(VAN, cowl=0.035, header=0.13, nose_z=0.52, roof_y=0.82, nose=0.16, tail=0.10, door=0.72)
PICKUP: Final = Cut(
    cowl=0.225, header=0.345, roof_end=0.575, glass_end=0.60, nose_z=0.56, cowl_z=0.64, tail_z=0.64, nose=0.20, tail=0.0
)


def van_body(sample: VehicleSample, cut: Cut, *, windows: bool) -> list[Mesh]:
    """A one-box body without the equipment on its roof: vans and minibuses."""
    glass, coat = tinted(sample.rng), sample.coat
    tail = glass if windows or sample.chance(0.5) else coat
    sides = [tail, coat, coat, glass if windows else coat, glass, coat, glass, glass]
    two_tone = sample.coat if sample.chance(0.9) else Paint(rgb=linear("#d8d8d4"), gloss=0.1)
    return [*lower_body(sample, cut), *glasshouse(sample, cut, sides, roof=two_tone, crown=0.985), *lamps(sample, cut)]


def lower_body(sample: VehicleSample, cut: Cut, *, rear: float = 0.0) -> list[Mesh]:
    """Everything below the windows: sills, flanks, bonnet and boot, from x = `rear` to the front end."""
    length, width, height = sample.length_m, sample.width_m, sample.height_m
    back = (cut.tail * width, 0.60) if not rear else (0.02, 0.98)
    flank = outline(
        (rear, length), width, nose=(cut.nose * width, 0.52), tail=back, steps=4,
        between=[length * (1 - share) for share in (cut.cowl, *(() if rear else (cut.glass_end - 0.001,)))],
    )  # fmt: skip
    marks = [0.0, 1 - cut.glass_end, 1 - cut.cowl, 1.0]
    shoulder_z = np.interp(
        flank[:, 0] / length, marks, np.array([cut.tail_z - 0.04, cut.tail_z, cut.cowl_z, cut.nose_z])
    )
    shoulder, crown = shrunk(flank, 0.04, 0.965), shrunk(flank, 0.16, 0.70)
    rings = [
        ring(shrunk(flank, 0.05, 0.95), 0.15 * height),
        ring(flank, 0.30 * height),
        ring(flank, np.minimum(0.44, shoulder_z - 0.04) * height),
        ring(shoulder, shoulder_z * height),
        ring(crown, (shoulder_z + 0.015) * height),
    ]
    sill = BLACK_PLASTIC if sample.chance(0.5) else sample.coat
    walls = [skin(a, b, p) for a, b, p in zip(rings[:-1], rings[1:], [sill, *[sample.coat] * 3], strict=True)]
    return [*walls, lid(rings[-1], sample.coat)]


def glasshouse(
    sample: VehicleSample, cut: Cut, sides: Sequence[Paint], *, roof: Paint, crown: float = 0.975
) -> list[Mesh]:
    """Windows and roof; `sides` are the paints of `skin` from the rear window over the pillars to the windscreen."""
    foot, edge = _glass_half(sample, cut, at_roof=False), _glass_half(sample, cut, at_roof=True)
    top = ring(edge, crown * sample.height_m)
    ridge = ring(shrunk(edge, 0.16, 0.75), sample.height_m)
    return [
        skin(ring(foot, (cut.belt_z - 0.02) * sample.height_m), top, sides),
        skin(top, ridge, roof),
        lid(ridge, roof),
    ]


def car_wheels(sample: VehicleSample, *, share: float = 0.27) -> list[Mesh]:
    """Four wheels, their axles at the row's places or at usual ones."""
    length, half = sample.length_m, sample.width_m / 2
    radius = float(np.clip(0.225 * sample.height_m, 0.28, 0.40))
    axles = sample.axles_m or (0.18 * length, (1 - share * 0.72) * length)
    tyres = [
        tyre
        for axle in (axles[0], axles[-1])
        for tyre in wheel_pair(length - axle, (half - 0.23, half - 0.012), radius)
    ]
    return [*tyres, box((0.12 * length, 0.92 * length), (-0.8 * half, 0.8 * half), (0.18, 0.30), CHASSIS)]


def varied(sample: VehicleSample, cut: Cut) -> Cut:
    """A cut of the same kind, its windscreen and roof moved by some hundredths of the length."""
    by = sample.rng.normal(0.0, 0.008, 3)
    roof_y = cut.roof_y + float(sample.rng.uniform(-0.03, 0.02))
    return replace(
        cut, cowl=max(0.02, cut.cowl + by[0]), header=cut.header + by[1], roof_end=min(0.99, cut.roof_end + by[2]),
        roof_y=roof_y,
    )  # fmt: skip


def gutter(sample: VehicleSample, cut: Cut) -> list[Mesh]:
    """The dark gutter at the windscreen's foot, where the wipers lie."""
    x = sample.length_m * (1 - cut.cowl)
    z = cut.cowl_z * sample.height_m + 0.02
    half = 0.40 * sample.width_m
    return [box((x - 0.16, x - 0.01), (-half, half), (z - 0.08, z + 0.01), BLACK_PLASTIC)]


def lamps(sample: VehicleSample, cut: Cut) -> list[Mesh]:
    """Head lamps on the bevelled front corners, tail lamps on the rear ones."""
    length, half = sample.length_m, sample.width_m / 2
    bevel = cut.nose * sample.width_m
    z = cut.nose_z * sample.height_m
    front, rear = (length - bevel * 0.75, length - bevel * 0.30), (0.0, 0.10)
    parts = []
    for side in (-1, 1):
        parts.append(box(front, ordered(side * 0.70 * half, side * 0.88 * half), (z - 0.12, z + 0.02), LAMP))
        tail = ordered(side * 0.60 * half, side * 0.82 * half)
        parts.append(box(rear, tail, (0.50 * sample.height_m, 0.58 * sample.height_m), RED_LAMP))
    return parts


def _glass_half(sample: VehicleSample, cut: Cut, *, at_roof: bool) -> Float64Array:
    """The left half of the window foot, or of the roof edge: rear window to windscreen, with the pillars."""
    length = sample.length_m
    rear, front = (cut.roof_end, cut.header) if at_roof else (cut.glass_end, cut.cowl)
    x0, x1 = length * (1 - rear), length * (1 - front)
    half = sample.width_m / 2 * (cut.roof_y if at_roof else 0.935 if cut.roof_y < 0.8 else 0.97)
    bow = 0.055 * sample.width_m * (1.0 if at_roof else 1.9)
    middle = x0 + (x1 - x0) * cut.door
    return np.array([
        (x0, 0.60 * half), (x0 + 0.4 * bow, 0.90 * half), (x0 + 0.8 * bow + 0.10, half), (middle, half),
        (x1 - bow - 0.10, half), (x1 - bow, 0.93 * half), (x1, 0.50 * half),
    ])  # fmt: skip
