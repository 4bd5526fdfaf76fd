"""Excavators: a house that turns on tracks or wheels, a cab left of the boom, a counterweight behind.

In transport pose the boom lies forward with the arm and the bucket folded under it; at work the house is
turned any way and the boom reaches out. What the bucket does to the ground is not shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from vehicle_id.synth.mesh import (
    Assembly,
    Joint,
    Mesh,
    Span,
    beam,
    box,
    cylinder,
    prism,
    quad,
    slab,
    taper,
    tube,
)
from vehicle_id.synth.paint import CHASSIS, DARK_STEEL, GLASS, STEEL, WHITE_PANEL, Paint, loose, shade
from vehicle_id.synth.shapes.common.spans import ordered
from vehicle_id.synth.shapes.common.wheels import wheel_pair
from vehicle_id.synth.vehicle_sample import VehicleSample


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcavatorLayout:
    """Positions of the parts of one excavator; metres, x from the counterweight to the end of the folded arm."""

    length: float
    half: float
    height: float
    slew_x: float
    """Axis the house turns about."""
    house_x: Span
    house_z: Span
    arm: Paint


def excavator(sample: VehicleSample) -> Assembly:
    """House and boom on tracks, in some on wheels; at work in most."""
    length, height = sample.length_m, sample.height_m
    slew = length * sample.rng.uniform(0.285, 0.305)
    layout = ExcavatorLayout(
        length=length,
        half=sample.width_m / 2,
        height=height,
        slew_x=slew,
        house_x=(0.0, slew + 0.165 * length),
        house_z=(0.36 * height, height * sample.rng.uniform(0.68, 0.76)),
        arm=sample.coat if sample.chance(0.85) else loose(sample.rng, "#4a4a4a"),
    )
    under = _wheeled(layout, sample) if sample.chance(0.12) else _tracks(layout, sample)
    house = Assembly(
        fixed=[*_house(layout, sample), *_counterweight(layout, sample), *_cab(layout, sample)],
        joints=[_boom(layout, sample)],
    )
    slewing = Joint(part=house, pivot=(slew, 0.0, 0.0), axis="z", degrees=(-180.0, 180.0), used=0.75)
    return Assembly(fixed=under, joints=[slewing])


def _tracks(layout: ExcavatorLayout, sample: VehicleSample) -> list[Mesh]:
    """Two crawlers with sloping ends, and the frame between them."""
    run, shoe = layout.length * sample.rng.uniform(0.215, 0.235), layout.half * sample.rng.uniform(0.40, 0.5)
    top, x = 0.31 * layout.height, layout.slew_x
    profile = [(x - run, 0.5 * top), (x - 0.84 * run, 0.0), (x + 0.84 * run, 0.0), (x + run, 0.5 * top),
               (x + 0.86 * run, top), (x - 0.86 * run, top)]  # fmt: skip
    paint = loose(sample.rng, "#4c4843") if sample.chance(0.6) else shade(STEEL, 0.6)
    sides = ((layout.half - shoe, layout.half), (-layout.half, shoe - layout.half))
    frame = box(
        (x - 0.4 * run, x + 0.4 * run), (-layout.half + shoe, layout.half - shoe), (0.3 * top, 0.9 * top), CHASSIS
    )
    ring = cylinder("z", (0.8 * top, layout.house_z[0]), (x, 0.0), 0.42 * layout.half, DARK_STEEL, sides=10)
    return [*(prism(profile, y, paint) for y in sides), frame, ring]


def _wheeled(layout: ExcavatorLayout, sample: VehicleSample) -> list[Mesh]:
    """Four wheels, and a blade or legs at one end."""
    half, radius, x = layout.half, 0.17 * layout.height, layout.slew_x
    reach = 0.15 * layout.length
    tyres = [tyre for end in (-1, 1) for tyre in wheel_pair(x + end * reach, (0.6 * half, half), radius, sides=12)]
    frame = box((x - 1.35 * reach, x + 1.3 * reach), (-0.45 * half, 0.45 * half), (radius, 2.1 * radius), CHASSIS)
    ring = cylinder("z", (2.0 * radius, layout.house_z[0]), (x, 0.0), 0.42 * half, DARK_STEEL, sides=10)
    end = -1 if sample.chance(0.5) else 1
    blade = ordered(x + end * 1.85 * reach, x + end * 1.75 * reach)
    arm = ordered(x + end * 1.75 * reach, x + end * 1.2 * reach)
    return [
        *tyres, frame, ring,
        box(blade, (-0.95 * half, 0.95 * half), (0.1, 0.22 * layout.height), sample.coat),
        box(arm, (-0.3 * half, 0.3 * half), (radius, 1.5 * radius), CHASSIS),
    ]  # fmt: skip


def _house(layout: ExcavatorLayout, sample: VehicleSample) -> list[Mesh]:
    """Engine deck with grilles and hatches, a lower box right of the boom."""
    half, (low, top), (rear, front) = 0.97 * layout.half, layout.house_z, layout.house_x
    deck = shade(sample.coat, sample.rng.uniform(0.85, 1.0))
    hood_x = (rear + 0.10 * layout.length, rear + 0.19 * layout.length)
    dark = shade(DARK_STEEL, sample.rng.uniform(0.6, 1.2))
    parts = [
        box(
            (rear + 0.05 * layout.length, front - 0.05 * layout.length),
            (-half, half),
            (low, low + 0.3 * (top - low)),
            sample.coat,
        ),
        box((rear + 0.06 * layout.length, layout.slew_x + 0.02 * layout.length), (-half, half), (low, top), deck),
        box((layout.slew_x, front), (-half, -0.28 * half), (low, low + 0.72 * (top - low)), sample.coat),
        box(hood_x, (-0.75 * half, 0.6 * half), (top, top + 0.07 * layout.height), sample.coat),
        tube(
            (hood_x[1], -0.55 * half, top),
            (hood_x[1], -0.55 * half, top + 0.18 * layout.height),
            0.08,
            DARK_STEEL,
            sides=6,
        ),
    ]
    if sample.chance(0.7):
        x = (hood_x[1] + 0.05, layout.slew_x - 0.02 * layout.length)
        side = (0.25 * half, 0.85 * half) if sample.chance(0.5) else (-0.85 * half, -0.3 * half)
        parts.append(box(x, side, (top, top + 0.02), dark))
    if sample.chance(0.5):  # dark non-slip walkway
        parts.append(
            box(
                (layout.slew_x + 0.05, front - 0.05),
                (-0.95 * half, -0.62 * half),
                (low, low + 0.72 * (top - low) + 0.02),
                dark,
            )
        )
    return parts


def _counterweight(layout: ExcavatorLayout, sample: VehicleSample) -> list[Mesh]:
    half, rear, depth = 0.98 * layout.half, layout.house_x[0], 0.095 * layout.length
    low, top = layout.house_z[0] + 0.02, layout.house_z[1] - 0.02
    outline = [(rear + depth, -half), (rear + depth, half), (rear + 0.45 * depth, 0.97 * half),
               (rear, 0.6 * half), (rear, -0.6 * half), (rear + 0.45 * depth, -0.97 * half)]  # fmt: skip
    paint = sample.coat if sample.chance(0.6) else shade((CHASSIS, WHITE_PANEL)[int(sample.chance(0.3))], 1.2)
    return [slab(outline, (low, top), paint)]


def _cab(layout: ExcavatorLayout, sample: VehicleSample) -> list[Mesh]:
    """Left of the boom at the front of the house: the highest part, a window in its roof in many."""
    half, (_, front), low, top = 0.97 * layout.half, layout.house_x, layout.house_z[0], layout.height
    x, y = (front - 0.19 * layout.length, front), (0.26 * half, half)
    sill, lintel = low + 0.35 * (top - low), low + 0.93 * (top - low)
    roof = sample.coat if sample.chance(0.6) else (WHITE_PANEL, DARK_STEEL)[int(sample.chance(0.4))]
    parts = [
        box(x, y, (low, sill), sample.coat),
        taper(
            x, (y[0] + 0.02, y[1] - 0.02), (sill, lintel), (x[0] + 0.04, x[1] - 0.25), (y[0] + 0.08, y[1] - 0.08), GLASS
        ),
        box((x[0], x[1] - 0.2), y, (lintel, top), roof),
    ]
    if sample.chance(0.6):
        parts.append(box((x[1] - 0.95, x[1] - 0.35), (y[0] + 0.2, y[1] - 0.2), (top - 0.05, top + 0.015), GLASS))
    return parts


def _boom(layout: ExcavatorLayout, sample: VehicleSample) -> Joint:
    """A boom bent in its middle, its ram, and the arm hung at its tip."""
    working = sample.chance(0.7)
    foot = (layout.slew_x + 0.01 * layout.length, -0.08 * layout.half, 0.55 * layout.height)
    knee = (layout.slew_x + 0.30 * layout.length, foot[1], 0.95 * layout.height)
    tip = (0.915 * layout.length, foot[1], 0.55 * layout.height)
    wide, tall = 0.20 * layout.half * 2, 0.05 * layout.length
    y = (foot[1] - wide / 2, foot[1] + wide / 2)
    rear = prism([(foot[0], foot[2] - 0.3 * tall), (knee[0], knee[2] - tall), (knee[0] + 0.05, knee[2]),
                  (foot[0], foot[2] + 0.4 * tall)], y, layout.arm)  # fmt: skip
    front = prism([(knee[0], knee[2] - tall), (tip[0], tip[2] - 0.25 * tall), (tip[0], tip[2] + 0.25 * tall),
                   (knee[0], knee[2])], y, layout.arm)  # fmt: skip
    rams = [
        beam((layout.house_x[1] - 0.03 * layout.length, side, layout.house_z[0] + 0.2),
             (knee[0], side, knee[2] - 0.6 * tall), (0.14, 0.14), STEEL)
        for side in (y[0] - 0.1, y[1] + 0.1)
    ]  # fmt: skip
    over = beam(
        (knee[0] - 0.05 * layout.length, foot[1], knee[2]),
        (tip[0], foot[1], tip[2] + 0.8 * tall),
        (0.16, 0.16),
        DARK_STEEL,
    )
    return Joint(
        part=Assembly(fixed=[rear, front, over, *rams], joints=[_arm(layout, sample, tip, working)]),
        pivot=foot, axis="y", degrees=(-38.0, -14.0), used=float(working),
    )  # fmt: skip


def _arm(layout: ExcavatorLayout, sample: VehicleSample, tip: tuple[float, float, float], working: bool) -> Joint:
    """Folded back under the boom, its bucket near the ground."""
    x, y, z = tip
    width, tall = 0.16 * layout.half * 2, 0.042 * layout.length
    end = (x - 0.27 * layout.length, y, 0.2 * layout.height)
    heel = (layout.length, y, z + 0.12 * layout.height)
    stick = prism(
        [
            (heel[0], heel[2]),
            (x, z - 0.9 * tall),
            (end[0], end[2]),
            (end[0] + 0.3 * tall, end[2] + 0.6 * tall),
            (x - 0.5 * tall, z + 0.9 * tall),
        ],
        (y - width / 2, y + width / 2),
        layout.arm,
    )
    part = Assembly(fixed=[stick], joints=[_bucket(layout, sample, end)])
    return Joint(part=part, pivot=tip, axis="y", degrees=(-105.0, -35.0), used=float(working))


def _bucket(layout: ExcavatorLayout, sample: VehicleSample, end: tuple[float, float, float]) -> Joint:
    """A shell open on one side; in some a hammer in its place."""
    x, y, z = end
    if sample.chance(0.08):
        hammer = beam((x + 0.1, y, z), (x + 0.13 * layout.length, y, 0.1 * layout.height), (0.5, 0.5), DARK_STEEL)
        return Joint(part=Assembly(fixed=[hammer]), pivot=end, axis="y", degrees=(0.0, 40.0))
    half, size = 0.42 * layout.half, 0.115 * layout.length
    low, y0, y1 = 0.02, y - half, y + half
    steel = loose(sample.rng, "#5a544c") if sample.chance(0.5) else layout.arm
    back, mouth = x - 0.35 * size, x + size
    cheek = [(back, z + 0.05), (back, 0.35 * z), (x, low), (mouth, low), (x + 0.3 * size, z + 0.1)]
    shell = [prism(cheek, (at, at + 0.06), steel) for at in (y0, y1 - 0.06)]
    shell += [quad((ax, y0, az), (ax, y1, az), (bx, y1, bz), (bx, y0, bz), steel)
              for (ax, az), (bx, bz) in pairwise(cheek[:4])]  # fmt: skip
    return Joint(part=Assembly(fixed=shell), pivot=end, axis="y", degrees=(-60.0, 60.0), used=0.7)
