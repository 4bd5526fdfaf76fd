"""What use and weather leave on the ground: wheel tracks, stains, puddles, cracks, repairs and rubber.

The first pair of ruts runs through (0, 0), where the vehicle stands. This room does not know what it draws on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vehicle_id.synth.ground.context import Plot, vehicle_width
from vehicle_id.synth.ground.marks import DRAWN_M, Mark, Shape
from vehicle_id.synth.ground.noise import Point
from vehicle_id.synth.paint import linear


def curve(plot: Plot, start: Point, heading_deg: float, *, bend: float, length_m: float = 2 * DRAWN_M) -> list[Point]:
    """A way that wanders, through `start` in its middle."""
    steps, step = 40, length_m / 40
    turns = np.cumsum(plot.rng.normal(0, bend, steps)) + plot.rng.normal(0, bend * 2) * np.linspace(-1, 1, steps)
    heading = math.radians(heading_deg) + turns - turns[steps // 2]
    xs, ys = np.cumsum(np.cos(heading)) * step, np.cumsum(np.sin(heading)) * step
    return _points(np.stack([xs - xs[steps // 2] + start[0], ys - ys[steps // 2] + start[1]], 1))


def _beside(points: Sequence[Point], aside_m: float) -> tuple[Point, ...]:
    """The way at a distance to the left."""
    way = np.array(points)
    along = np.empty_like(way)
    along[1:-1] = way[2:] - way[:-2]
    along[0], along[-1] = way[1] - way[0], way[-1] - way[-2]
    along *= aside_m / np.hypot(along[:, 0], along[:, 1])[:, None]
    return tuple(_points(way + along[:, ::-1] * (-1, 1)))


def _points(way: NDArray[np.float64]) -> list[Point]:
    return list(zip(way[:, 0].tolist(), way[:, 1].tolist(), strict=True))


def ruts(plot: Plot, count: int, *, width_m: float, bend: float = 0.05) -> tuple[Shape, ...]:
    """Pairs of wheel tracks; the first one is the vehicle's own."""
    shapes: list[Shape] = []
    for number in range(count):
        gauge = max(1.5, vehicle_width(plot.bay_m) * 0.8) if number == 0 or plot.chance(0.5) else plot.between(1.5, 2.1)
        start = (0.0, 0.0) if number == 0 else plot.spot(15)
        heading = plot.turn(6) if number == 0 else plot.turn(25) if plot.chance(0.6) else plot.turn(180)
        way = curve(plot, start, heading, bend=bend)
        shapes += [Shape(_beside(way, side * gauge / 2), width_m) for side in (-1, 1)]
    return tuple(shapes)


def wheel_tracks(
    plot: Plot, count: int, *, shade: float, width_m: float = 0.35, wear: float = 0.5, bend: float = 0.05
) -> Mark:
    """Wheel tracks that darken (shade below 1) or bleach the ground."""
    warm = plot.between(0.97, 1.0)
    rgb = (shade, shade * warm, shade * warm**2)
    shapes = ruts(plot, count, width_m=width_m, bend=bend)
    return Mark(shapes=shapes, rgb=rgb, dye=True, blur_m=width_m * 0.8, wear=wear, wear_m=8.0, seed=plot.seed())


def _blob(plot: Plot, centre: Point, radius_m: float) -> Shape:
    turns = np.linspace(0, 2 * math.pi, 12, endpoint=False)
    radii = radius_m * np.exp(plot.rng.normal(0, 0.3, 12))
    stretch = plot.between(0.5, 1.0)
    return Shape(
        tuple(
            (centre[0] + float(r * math.cos(t)), centre[1] + float(r * math.sin(t)) * stretch)
            for t, r in zip(turns, radii, strict=True)
        )
    )


def stains(plot: Plot, count: int, *, centres: Sequence[Point] = (), shade: float = 0.6) -> Mark:
    """Oil and damp."""
    places = [*centres, *(plot.spot(30) for _ in range(max(0, count - len(centres))))]
    shapes = tuple(_blob(plot, place, float(np.exp(plot.rng.normal(-0.6, 0.5)))) for place in places)
    return Mark(shapes=shapes, rgb=(shade, shade, shade), dye=True, blur_m=0.5, wear=0.6, wear_m=1.5, seed=plot.seed())


def puddles(plot: Plot, count: int) -> Mark:
    """Water: dark, smooth, the colour of the sky or of the mud in it."""
    rgb = linear(str(plot.rng.choice(("#3d4247", "#4c4a45", "#5f666c", "#33363a"))))
    shapes = tuple(_blob(plot, plot.spot(22), plot.between(0.4, 2.2)) for _ in range(count))
    return Mark(shapes=shapes, rgb=rgb, strength=plot.between(0.6, 0.95), blur_m=0.3, seed=plot.seed())


def cracks(plot: Plot, count: int) -> Mark:
    """Dark lines that wander."""
    ways = (
        curve(plot, plot.spot(), plot.between(0, 360), bend=0.3, length_m=plot.between(6, 30)) for _ in range(count)
    )
    shapes = tuple(Shape(tuple(way), plot.between(0.02, 0.07)) for way in ways)
    dark = plot.between(0.35, 0.7)
    return Mark(shapes=shapes, rgb=(dark, dark, dark), dye=True, wear=0.3, seed=plot.seed())


def rectangle(plot: Plot, centre: Point, size_m: Point) -> Shape:
    """A rectangle along the axis, its centre and size given along and across it."""
    (u, v), (length, width) = centre, (size_m[0] / 2, size_m[1] / 2)
    return Shape(
        plot.place([(u - length, v - width), (u + length, v - width), (u + length, v + width), (u - length, v + width)])
    )


def straight(plot: Plot, start: Point, end: Point, width_m: float) -> Shape:
    """A straight line, its ends given along and across the axis."""
    return Shape(plot.place((start, end)), width_m)


def repairs(plot: Plot, count: int, size_m: tuple[float, float] = (1.0, 6.0)) -> Mark:
    """Rectangles of newer or older surface."""
    shapes = tuple(
        rectangle(plot, plot.spot(30), (plot.between(*size_m), plot.between(*size_m) * 0.6)) for _ in range(count)
    )
    shade = plot.between(0.6, 0.9) if plot.chance(0.7) else plot.between(1.1, 1.3)
    return Mark(shapes=shapes, rgb=(shade, shade, shade), dye=True, seed=plot.seed())


def tyre_marks(plot: Plot, count: int) -> Mark:
    """Rubber left by turning and braking."""
    shapes: list[Shape] = []
    for _ in range(count):
        way = curve(plot, plot.spot(20), plot.turn(60), bend=0.06, length_m=plot.between(10, 50))
        shapes += [Shape(_beside(way, side), 0.22) for side in (-0.8, 0.8)]
    dark = plot.between(0.7, 0.9)
    return Mark(
        shapes=tuple(shapes), rgb=(dark, dark, dark), dye=True, blur_m=0.2, wear=0.5, wear_m=10.0, seed=plot.seed()
    )
