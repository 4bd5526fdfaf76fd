"""Traces of use and weather on the ground: wheel tracks, stains, puddles, cracks, repairs and rubber.

The first pair of ruts runs through (0, 0), where the vehicle stands.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.ground.context import GroundContext, vehicle_width
from vehicle_id.synth.ground.marks import DRAWN_M, Mark, Shape
from vehicle_id.synth.ground.noise import GroundPoint
from vehicle_id.synth.paint import linear


def curve(
    context: GroundContext, start: GroundPoint, heading_deg: float, *, bend: float, length_m: float = 2 * DRAWN_M
) -> list[GroundPoint]:
    """A winding path, with `start` in its middle."""
    steps, step = 40, length_m / 40
    turns = np.cumsum(context.rng.normal(0, bend, steps)) + context.rng.normal(0, bend * 2) * np.linspace(-1, 1, steps)
    heading = math.radians(heading_deg) + turns - turns[steps // 2]
    xs, ys = np.cumsum(np.cos(heading)) * step, np.cumsum(np.sin(heading)) * step
    return _points(np.stack([xs - xs[steps // 2] + start[0], ys - ys[steps // 2] + start[1]], 1))


def _beside(points: Sequence[GroundPoint], aside_m: float) -> tuple[GroundPoint, ...]:
    """The path shifted to the left by a distance."""
    path = np.array(points)
    along = np.empty_like(path)
    along[1:-1] = path[2:] - path[:-2]
    along[0], along[-1] = path[1] - path[0], path[-1] - path[-2]
    along *= aside_m / np.hypot(along[:, 0], along[:, 1])[:, None]
    return tuple(_points(path + along[:, ::-1] * (-1, 1)))


def _points(path: Float64Array) -> list[GroundPoint]:
    return list(zip(path[:, 0].tolist(), path[:, 1].tolist(), strict=True))


def ruts(context: GroundContext, count: int, *, width_m: float, bend: float = 0.05) -> tuple[Shape, ...]:
    """Pairs of wheel tracks; the first one is the vehicle's own."""
    shapes: list[Shape] = []
    for number in range(count):
        gauge = (
            max(1.5, vehicle_width(context.bay_m) * 0.8)
            if number == 0 or context.chance(0.5)
            else context.between(1.5, 2.1)
        )
        start = (0.0, 0.0) if number == 0 else context.spot(15)
        heading = context.turn(6) if number == 0 else context.turn(25) if context.chance(0.6) else context.turn(180)
        path = curve(context, start, heading, bend=bend)
        shapes += [Shape(_beside(path, side * gauge / 2), width_m) for side in (-1, 1)]
    return tuple(shapes)


def wheel_tracks(context: GroundContext, count: int, *, shade: float, width_m: float = 0.35, wear: float = 0.5) -> Mark:
    """Wheel tracks that darken (shade below 1) or bleach the ground."""
    warm = context.between(0.97, 1.0)
    rgb = (shade, shade * warm, shade * warm**2)
    shapes = ruts(context, count, width_m=width_m)
    return Mark(shapes=shapes, rgb=rgb, dye=True, blur_m=width_m * 0.8, wear=wear, wear_m=8.0, seed=context.seed())


def _blob(context: GroundContext, centre: GroundPoint, radius_m: float) -> Shape:
    turns = np.linspace(0, 2 * math.pi, 12, endpoint=False)
    radii = radius_m * np.exp(context.rng.normal(0, 0.3, 12))
    stretch = context.between(0.5, 1.0)
    return Shape(
        tuple(
            (centre[0] + float(r * math.cos(t)), centre[1] + float(r * math.sin(t)) * stretch)
            for t, r in zip(turns, radii, strict=True)
        )
    )


def stains(context: GroundContext, count: int, *, centres: Sequence[GroundPoint] = (), shade: float = 0.6) -> Mark:
    """Oil and damp."""
    places = [*centres, *(context.spot(30) for _ in range(max(0, count - len(centres))))]
    shapes = tuple(_blob(context, place, float(np.exp(context.rng.normal(-0.6, 0.5)))) for place in places)
    return Mark(
        shapes=shapes, rgb=(shade, shade, shade), dye=True, blur_m=0.5, wear=0.6, wear_m=1.5, seed=context.seed()
    )


def puddles(context: GroundContext, count: int) -> Mark:
    """Dark smooth water, in the colour of the sky or of mud."""
    rgb = linear(str(context.rng.choice(("#3d4247", "#4c4a45", "#5f666c", "#33363a"))))
    shapes = tuple(_blob(context, context.spot(22), context.between(0.4, 2.2)) for _ in range(count))
    return Mark(shapes=shapes, rgb=rgb, strength=context.between(0.6, 0.95), blur_m=0.3, seed=context.seed())


def cracks(context: GroundContext, count: int) -> Mark:
    """Dark winding lines."""
    paths = (
        curve(context, context.spot(), context.between(0, 360), bend=0.3, length_m=context.between(6, 30))
        for _ in range(count)
    )
    shapes = tuple(Shape(tuple(path), context.between(0.02, 0.07)) for path in paths)
    dark = context.between(0.35, 0.7)
    return Mark(shapes=shapes, rgb=(dark, dark, dark), dye=True, wear=0.3, seed=context.seed())


def rectangle(context: GroundContext, centre: GroundPoint, size_m: GroundPoint) -> Shape:
    """A rectangle along the axis, its centre and size given along and across it."""
    (u, v), (length, width) = centre, (size_m[0] / 2, size_m[1] / 2)
    return Shape(
        context.place(
            [(u - length, v - width), (u + length, v - width), (u + length, v + width), (u - length, v + width)]
        )
    )


def straight(context: GroundContext, start: GroundPoint, end: GroundPoint, width_m: float) -> Shape:
    """A straight line, its ends given along and across the axis."""
    return Shape(context.place((start, end)), width_m)


def repairs(context: GroundContext, count: int) -> Mark:
    """Rectangles of newer or older surface."""
    shapes = tuple(
        rectangle(context, context.spot(30), (context.between(1, 6), context.between(1, 6) * 0.6)) for _ in range(count)
    )
    shade = context.between(0.6, 0.9) if context.chance(0.7) else context.between(1.1, 1.3)
    return Mark(shapes=shapes, rgb=(shade, shade, shade), dye=True, seed=context.seed())


def tyre_marks(context: GroundContext, count: int) -> Mark:
    """Rubber left by turning and braking."""
    shapes: list[Shape] = []
    for _ in range(count):
        path = curve(context, context.spot(20), context.turn(60), bend=0.06, length_m=context.between(10, 50))
        shapes += [Shape(_beside(path, side), 0.22) for side in (-0.8, 0.8)]
    dark = context.between(0.7, 0.9)
    return Mark(
        shapes=tuple(shapes), rgb=(dark, dark, dark), dye=True, blur_m=0.2, wear=0.5, wear_m=10.0, seed=context.seed()
    )
