"""The carrier of a truck crane: frame, wheels, deck, legs and cab; and the layout of the crane.

Proportions are remembered from photographs and brochures, not measured.
"""

from __future__ import annotations

from dataclasses import dataclass

from vehicle_id.synth.mesh import Assembly, Joint, Mesh, Span, beam, box, cylinder, taper
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, GLASS, STEEL, TYRE, WHITE_PANEL, Paint, draw_coat, loose, shade
from vehicle_id.synth.shapes.common.spans import ordered
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.vehicle_sample import VehicleSample


@dataclass(frozen=True, slots=True, kw_only=True)
class CraneCarrierLayout:
    """Positions of the parts of one crane; metres, x from the rear bumper or counterweight to the tip of the boom."""

    length: float
    half: float
    height: float
    front: float
    """Front bumper of the carrier."""
    deck_z: float
    cab_back: float
    cab_top: float
    low_cab: bool
    """The wide low cab of a crane's own carrier; otherwise a lorry's cab with the boom above it."""
    slew_x: float
    foot: tuple[float, float, float]
    """Pivot of the boom."""
    boom_y: float
    boom_z: float
    """Height of the boom's middle line over the cab."""
    carrier: Paint
    upper: Paint
    boom: Paint


def draw_layout(sample: VehicleSample) -> CraneCarrierLayout:
    """Proportions, drawn within usual ranges."""
    length, half, height, draw = sample.length_m, sample.width_m / 2, sample.height_m, sample.rng.uniform
    low_cab = sample.chance(0.6) if sample.row.name.startswith("QY") else sample.chance(0.1)
    upper = sample.coat if sample.chance(0.7) else draw_coat(sample.rng, ["yellow", "white", "orange", "grey"])[0]
    boom = upper if sample.chance(0.6) else draw_coat(sample.rng, ["white", "yellow", "orange", "grey", "red"])[0]
    front = length * draw(0.83, 0.9)
    tall = 0.17 * height
    boom_z = height - 0.62 * tall if not low_cab else height * draw(0.76, 0.82)
    foot_z = height - 0.22  # the cheeks that hold the boom are the highest part
    return CraneCarrierLayout(
        length=length,
        half=half,
        height=height,
        front=front,
        deck_z=height * draw(0.36, 0.41),
        cab_back=front - length * (draw(0.15, 0.19) if low_cab else draw(0.13, 0.17)),
        cab_top=height * draw(0.66, 0.72) if low_cab else boom_z - 0.75 * tall,
        low_cab=low_cab,
        slew_x=length * draw(0.25, 0.31),
        foot=(length * draw(0.12, 0.15), half * draw(-0.1, 0.0), height * draw(0.78, 0.82) if not low_cab else foot_z),
        boom_y=0.0,
        boom_z=boom_z,
        carrier=sample.coat,
        upper=upper,
        boom=boom,
    )


def frame(layout: CraneCarrierLayout, sample: VehicleSample) -> list[Mesh]:
    """Rails, bumpers."""
    top = layout.deck_z - 0.05
    return [
        box(
            (0.02 * layout.length, layout.front),
            (-0.35 * layout.half, 0.35 * layout.half),
            (0.17 * layout.height, top),
            CHASSIS,
        ),
        box(
            (layout.front - 0.25, layout.front),
            (-0.97 * layout.half, 0.97 * layout.half),
            (0.13 * layout.height, 0.24 * layout.height),
            shade(layout.carrier, sample.rng.uniform(0.6, 1.0)),
        ),
        box(
            (0.0, 0.03 * layout.length),
            (-0.9 * layout.half, 0.9 * layout.half),
            (0.15 * layout.height, 0.24 * layout.height),
            CHASSIS,
        ),
    ]


def wheels(layout: CraneCarrierLayout, sample: VehicleSample) -> list[Mesh]:
    """One axle behind or two, one in front or two, by the length."""
    radius, half, gap = 0.52, layout.half, 1.38
    rear = 0.21 * layout.length
    front = layout.front - sample.rng.uniform(1.3, 1.6) if not layout.low_cab else layout.cab_back - 0.65
    axles = [rear, rear + gap, front] if layout.length > 10.4 else [rear + 0.3, front]
    if layout.length > 12.9 or (layout.length > 12.0 and sample.chance(0.3)):
        axles.append(front - 1.6)
    wheels = []
    for x in axles:
        wide = 0.55 if x < 0.5 * layout.length else 0.33
        wheels += wheel_pair(x, (0.98 * half - wide, 0.98 * half), radius, sides=12)
    return wheels


def deck(layout: CraneCarrierLayout, sample: VehicleSample) -> list[Mesh]:
    """Level chequer plate, the boxes of the legs across it, lockers, a spare wheel, the rest for the boom."""
    z, half = layout.deck_z, layout.half
    plate = shade(layout.carrier, sample.rng.uniform(0.8, 1.0)) if sample.chance(0.6) else loose(sample.rng, "#77746e")
    rest = layout.cab_back - 0.25
    parts = [
        box((0.05 * layout.length, layout.cab_back - 0.1), (-half, half), (z - 0.1, z), plate),
        *(box((x - 0.28, x + 0.28), (-half, half), (z - 0.45, z + 0.04), layout.carrier) for x in _leg_places(layout)),
        beam(
            (rest, layout.boom_y, z),
            (rest, layout.boom_y, layout.boom_z - 0.08 * layout.height),
            (0.3, 0.3),
            layout.carrier,
        ),
    ]
    for side in (-1, 1):
        if sample.chance(0.7):
            x = layout.slew_x + layout.length * sample.rng.uniform(0.13, 0.2)
            y = ordered(side * 0.95 * half, side * 0.5 * half)
            parts.append(box((x, x + sample.rng.uniform(0.6, 1.6)), y, (z, z + sample.rng.uniform(0.2, 0.5)),
                             layout.carrier))  # fmt: skip
    if sample.chance(0.4):
        x = layout.cab_back - 0.8
        parts.append(cylinder("z", (z, z + 0.3), (x, -0.55 * half), 0.5, TYRE, sides=10))
    return parts


def _leg_places(layout: CraneCarrierLayout) -> tuple[float, float]:
    """Behind the wheels, and before the turntable."""
    return 0.075 * layout.length, layout.slew_x + 0.21 * layout.length


def legs(layout: CraneCarrierLayout, out: bool) -> list[Joint]:
    """Four beams inside their boxes; turned half around the end of the box they stand outside, a jack at each end."""
    joints = []
    reach = 1.45 * layout.half
    for x in _leg_places(layout):
        for side in (-1, 1):
            edge = side * (layout.half - 0.02)
            inner = edge - side * reach
            y = ordered(edge, inner)
            leg = [
                box((x - 0.14, x + 0.14), y, (layout.deck_z - 0.38, layout.deck_z - 0.1), layout.carrier),
                cylinder("z", (0.1, layout.deck_z - 0.05), (x, inner + side * 0.1), 0.11, STEEL, sides=6),
                cylinder("z", (0.02, 0.1), (x, inner + side * 0.1), 0.3, DARK_STEEL, sides=6),
            ]
            joints.append(Joint(part=Assembly(fixed=leg), pivot=(x, edge, 0.0), axis="z", degrees=(180.0, 180.0),
                                used=float(out)))  # fmt: skip
    return joints


def cab(layout: CraneCarrierLayout, sample: VehicleSample) -> list[Mesh]:
    """The driver's cab; a low one has a slot for the boom, or stands on the left alone."""
    x, half, top = (layout.cab_back, layout.front - 0.06), 0.96 * layout.half, layout.cab_top
    base = 0.22 * layout.height
    if not layout.low_cab:
        return glazed(x, (-half, half), (base, top), layout.carrier, roof(sample, layout.carrier))
    wide = sample.chance(0.5)
    left = glazed(x, (0.28 * half, half), (base, top), layout.carrier, roof(sample, layout.carrier))
    right = (
        glazed(x, (-half, -0.34 * half), (base, top), layout.carrier, roof(sample, layout.carrier)) if wide
        else [box((x[0], x[1] - 0.1), (-half, -0.34 * half), (base, 0.42 * layout.height), layout.carrier)]
    )  # fmt: skip
    bridge = box((x[0], x[1] - 0.1), (-0.35 * half, 0.3 * half), (base, 0.48 * layout.height), layout.carrier)
    return [*left, *right, bridge]


def roof(sample: VehicleSample, coat: Paint) -> Paint:
    """Paint of the cab: the coat, or white in some."""
    return coat if sample.chance(0.8) else WHITE_PANEL


def glazed(x: Span, y: Span, z: Span, coat: Paint, roof: Paint) -> list[Mesh]:
    """A cab with a sloping windscreen."""
    sill, lintel = z[0] + 0.5 * (z[1] - z[0]), z[0] + 0.92 * (z[1] - z[0])
    return [
        box(x, y, (z[0], sill), coat),
        taper((x[0] + 0.02, x[1]), (y[0] + 0.02, y[1] - 0.02), (sill, lintel), (x[0] + 0.05, x[1] - 0.2),
              (y[0] + 0.07, y[1] - 0.07), GLASS),
        box((x[0], x[1] - 0.22), y, (lintel, z[1]), roof),
    ]  # fmt: skip
