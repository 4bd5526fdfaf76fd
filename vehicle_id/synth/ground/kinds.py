"""Level ground by kind: asphalt with its markings, concrete, soil, gravel, grass, snow, mud, rock, water and so on.

`draw_ground` draws everything at once; the `Ground` it returns is a function of the place alone. The vehicle that
matters is taken to stand at (0, 0) along `axis_deg`: its bay, its lane and its wheel tracks are there. Colours and
contrasts were set beside real pictures: see "Measured" below. This room does not know light, shadows, or
anything that stands up.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vehicle_id.errors import InputError
from vehicle_id.synth.ground_layers import (
    DRAWN_M,
    Beat,
    Furrows,
    Layer,
    Mark,
    Patches,
    Point,
    Raster,
    Ripples,
    Shape,
    Side,
    Slabs,
    Texture,
)
from vehicle_id.synth.paint import Rgb, linear

Array = NDArray[np.float32]

SOILS: Final = ("#9c8a72", "#8a7862", "#a8967a", "#7d6c58", "#b5a284", "#a08060", "#a5806a", "#8f8578", "#6d6052")
GRAVELS: Final = ("#9a958a", "#a8a294", "#8c867b", "#b3a893", "#948777")
GRASSES: Final = ("#5c6644", "#646d4a", "#505c3d", "#74744f", "#80795a", "#4a5838", "#67714b", "#4f6b4a", "#587050")
ASPHALTS: Final = ("#5b5b5c", "#6a6967", "#747370", "#4a4b4d", "#7f7d79", "#66615c", "#86837e")
CONCRETES: Final = ("#a39f95", "#b0aba0", "#979389", "#bab4a6", "#a8998a", "#8f8d88")
ROCKS: Final = ("#a59a88", "#b3a791", "#948a7c", "#b09a78", "#a08b72", "#8d8880", "#c0b49d")
SNOWS: Final = ("#dfe4ea", "#e6e9ee", "#d6dce4", "#e2e3e4", "#d2d7dd", "#d0d0ce")
DIRTY_SNOWS: Final = ("#b9bbbd", "#a9a49c", "#98928a", "#c2c0bb", "#a3a8ad")
WATERS: Final = ("#2a3a3c", "#31463f", "#38484f", "#454f55", "#27323d", "#3a4636", "#54604f", "#615f4c", "#2f4a50")
MUDS: Final = ("#6b5a46", "#5c4d3d", "#77654f", "#57483a", "#7a6a58")
BALLASTS: Final = ("#857c72", "#90887e", "#7a6d60", "#9a948b", "#766457")
WHITE_PAINT: Final = linear("#cfcfc8")
YELLOW_PAINT: Final = linear("#c9a23a")
# Measured: windows of 14 m (48 pixels of 0.3 m) of UC Merced tiles that show one material, picked by colour and taken
# back to linear light; medians. "log" is the standard deviation of the logarithm of brightness, "slope" the exponent
# of its amplitude spectrum, "r/g" the standard deviation of the logarithm of red over green, "r-g" a correlation.
#
#                              real                                      rendered, as 0.3 m with a little noise
#                    windows   log         slope       r/g    r-g        log         slope       r/g    r-g
#   grass            569       0.15-0.16   1.15-1.20   0.08   0.91-0.95  0.17        1.29        0.09   0.91
#   soil             152       0.19-0.20   0.93-1.28   0.03-0.07  0.97   0.17        1.26        0.06   0.97
#   sand             485       0.13        1.34        0.03   0.99
#   asphalt, conc.   238       0.15-0.19   0.91-1.52   0.03   0.98       0.14, 0.11  0.97, 1.22  0.03   0.98, 0.97
#
# Middle halves of the real ones: log 0.08-0.21 grass, 0.14-0.26 soil, 0.09-0.20 paved; slope 0.7-1.5 everywhere.
# Snow, mud, ballast, rock and water are in none of the tiles: their numbers are guesses beside those.
GREENS: Final = (0.05, 0.0, -0.03)
"""How the bands of grass move between lush and dry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Ground that has been drawn: call it with x and y."""

    kind: str
    axis_deg: float
    soft: tuple[Layer, ...]
    """Material, from the bottom up, computed at the grain of the picture and enlarged."""
    sharp: tuple[Layer, ...] = ()
    """What has edges: drawn at every sample."""

    def __call__(self, x: Array, y: Array) -> Array:
        """Linear reflectance `[H, W, 3]` at x `[W]` (rising) and y `[H]` (falling), in metres, evenly spaced.

        The same place has the same value in every window of one sample distance, but for what lies further than
        `DRAWN_M` from the origin, where nothing is drawn, and for half a sample at the edges of marks.
        """
        raster = Raster.of(x, y)
        lattice = raster.lattice(raster.grain_m)
        rgb = np.ones((3, lattice.height, lattice.width), np.float32)
        for layer in self.soft:
            rgb = layer(rgb, lattice)
        np.clip(rgb, 0.01, 0.92, out=rgb)
        reflectance = raster.take(rgb, lattice)
        for layer in self.sharp:
            layer(reflectance.transpose(2, 0, 1), raster)
        return np.clip(reflectance, 0.01, 0.92, out=reflectance)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plot:
    """What a recipe draws from."""

    rng: np.random.Generator
    axis_deg: float
    bay_m: Point

    def seed(self) -> int:
        return int(self.rng.integers(1 << 20))

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def between(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def turn(self, spread_deg: float = 0.0) -> float:
        """The axis, or a direction near it; with a spread of 180 any."""
        return self.axis_deg + self.between(-spread_deg, spread_deg)

    def place(self, points: Sequence[Point]) -> tuple[Point, ...]:
        """Points along and across the axis in the frame of the ground."""
        c, s = math.cos(math.radians(self.axis_deg)), math.sin(math.radians(self.axis_deg))
        return tuple((u * c - v * s, u * s + v * c) for u, v in points)

    def spot(self, reach_m: float = 35.0) -> Point:
        return self.between(-reach_m, reach_m), self.between(-reach_m, reach_m)


Recipe = Callable[[_Plot], tuple[list[Layer], list[Layer]]]


def draw_ground(kind: str, rng: np.random.Generator, *, axis_deg: float, bay_m: Point) -> Ground:
    """Ground of a kind.

    Args:
        kind: one of `KINDS`.
        rng: source of all draws.
        axis_deg: the way the vehicle at (0, 0) points, counter-clockwise from the image's x axis;
            bays, lanes, tracks and slabs run along it.
        bay_m: length and width of the place the vehicle needs: its own size and room to its neighbours.

    Raises:
        InputError: no such kind.
    """
    if kind not in _RECIPES:
        raise InputError(f"There is no ground '{kind}'; choose one of {', '.join(KINDS)}.")
    soft, sharp = _RECIPES[kind](_Plot(rng=rng, axis_deg=axis_deg, bay_m=bay_m))
    return Ground(kind=kind, axis_deg=axis_deg, soft=tuple(soft), sharp=tuple(sharp))


# materials


def _tone(plot: _Plot, tones: Sequence[str], spread: float = 0.12) -> Rgb:
    """One of the colours, varied."""
    rgb = np.array(linear(str(plot.rng.choice(tones)))) * plot.rng.normal(1, spread) * plot.rng.normal(1, 0.02, 3)
    red, green, blue = (float(value) for value in np.clip(rgb, 0.02, 0.9))
    return red, green, blue


def _material(
    plot: _Plot,
    tones: Sequence[str],
    contrast: tuple[float, float],
    *,
    exponent: tuple[float, float] = (1.1, 1.4),
    tint: Rgb = (0.015, 0.0, -0.02),
) -> Texture:
    return Texture(
        rgb=_tone(plot, tones),
        contrast=plot.between(*contrast),
        exponent=plot.between(*exponent),
        size_m=plot.between(8, 24),
        tint=tint,
        seed=plot.seed(),
    )


def _soil(plot: _Plot) -> Texture:
    return _material(plot, SOILS, (0.07, 0.2), exponent=(0.9, 1.4), tint=(0.02, 0.0, -0.025))


def _gravel(plot: _Plot) -> Texture:
    return _material(plot, GRAVELS, (0.11, 0.18), exponent=(0.8, 1.1))


def _grass(plot: _Plot) -> Texture:
    return _material(plot, GRASSES, (0.08, 0.2), exponent=(0.8, 1.25), tint=GREENS)


def _asphalt(plot: _Plot) -> Texture:
    return _material(plot, ASPHALTS, (0.06, 0.13), exponent=(0.85, 1.15), tint=(0.008, 0.0, -0.01))


def _concrete(plot: _Plot) -> Texture:
    return _material(plot, CONCRETES, (0.05, 0.12), exponent=(0.85, 1.2), tint=(0.008, 0.0, -0.012))


def _rock(plot: _Plot) -> Texture:
    return _material(plot, ROCKS, (0.12, 0.24), exponent=(0.9, 1.25))


def _bare(plot: _Plot) -> Texture:
    return _gravel(plot) if plot.chance(0.4) else _soil(plot)


def _patches(
    plot: _Plot,
    base: Texture,
    tones: Sequence[str],
    cover: tuple[float, float],
    *,
    share: tuple[float, float] = (0.3, 0.9),
    hue: float = 0.45,
    size_m: float = 8.0,
    edge: float = 0.8,
) -> Patches:
    """Patches that go a share of the way from the ground's colour to another, in hue less than in brightness."""
    way = plot.between(*share)
    ratios = np.array(_tone(plot, tones)) / base.rgb
    red, green, blue = (float(value) for value in (ratios**hue * ratios.mean() ** (1 - hue)) ** way)
    return Patches(
        ratio=(red, green, blue),
        cover=plot.between(*cover),
        size_m=size_m * plot.between(0.6, 2.0),
        edge=edge * plot.between(0.5, 1.8),
        exponent=plot.between(1.1, 1.6),
        seed=plot.seed(),
    )


def _stones(
    plot: _Plot, base: Texture, tones: Sequence[str], cover: tuple[float, float], *, size_m: float = 1.2
) -> Patches:
    """Stones, clods or tufts of a few decimetres; larger ones are low scrub."""
    red, green, blue = (to / of for to, of in zip(_tone(plot, tones, 0.3), base.rgb, strict=True))
    return Patches(
        ratio=(red, green, blue), cover=plot.between(*cover), size_m=size_m, exponent=0.9, edge=0.6, seed=plot.seed()
    )


# marks


def _curve(plot: _Plot, start: Point, heading_deg: float, *, bend: float, length_m: float = 2 * DRAWN_M) -> list[Point]:
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


def _ruts(plot: _Plot, count: int, *, width_m: float, bend: float = 0.05) -> tuple[Shape, ...]:
    """Pairs of wheel tracks; the first one is the vehicle's own."""
    shapes: list[Shape] = []
    for number in range(count):
        gauge = (
            max(1.5, _vehicle_width(plot.bay_m) * 0.8) if number == 0 or plot.chance(0.5) else plot.between(1.5, 2.1)
        )
        start = (0.0, 0.0) if number == 0 else plot.spot(15)
        heading = plot.turn(6) if number == 0 else plot.turn(25) if plot.chance(0.6) else plot.turn(180)
        way = _curve(plot, start, heading, bend=bend)
        shapes += [Shape(_beside(way, side * gauge / 2), width_m) for side in (-1, 1)]
    return tuple(shapes)


def _vehicle_width(bay_m: Point) -> float:
    """Width of the vehicle that a bay is for, about."""
    return bay_m[1] * 0.72


def _tracks(
    plot: _Plot, count: int, *, shade: float, width_m: float = 0.35, wear: float = 0.5, bend: float = 0.05
) -> Mark:
    """Wheel tracks that darken (shade below 1) or bleach the ground."""
    warm = plot.between(0.97, 1.0)
    rgb = (shade, shade * warm, shade * warm**2)
    shapes = _ruts(plot, count, width_m=width_m, bend=bend)
    return Mark(shapes=shapes, rgb=rgb, dye=True, blur_m=width_m * 0.8, wear=wear, wear_m=8.0, seed=plot.seed())


def _blob(plot: _Plot, centre: Point, radius_m: float) -> Shape:
    turns = np.linspace(0, 2 * math.pi, 12, endpoint=False)
    radii = radius_m * np.exp(plot.rng.normal(0, 0.3, 12))
    stretch = plot.between(0.5, 1.0)
    return Shape(
        tuple(
            (centre[0] + float(r * math.cos(t)), centre[1] + float(r * math.sin(t)) * stretch)
            for t, r in zip(turns, radii, strict=True)
        )
    )


def _stains(plot: _Plot, count: int, *, centres: Sequence[Point] = (), shade: float = 0.6) -> Mark:
    """Oil and damp."""
    places = [*centres, *(plot.spot(30) for _ in range(max(0, count - len(centres))))]
    shapes = tuple(_blob(plot, place, float(np.exp(plot.rng.normal(-0.6, 0.5)))) for place in places)
    return Mark(shapes=shapes, rgb=(shade, shade, shade), dye=True, blur_m=0.5, wear=0.6, wear_m=1.5, seed=plot.seed())


def _puddles(plot: _Plot, count: int) -> Mark:
    """Water: dark, smooth, the colour of the sky or of the mud in it."""
    rgb = linear(str(plot.rng.choice(("#3d4247", "#4c4a45", "#5f666c", "#33363a"))))
    shapes = tuple(_blob(plot, plot.spot(22), plot.between(0.4, 2.2)) for _ in range(count))
    return Mark(shapes=shapes, rgb=rgb, strength=plot.between(0.6, 0.95), blur_m=0.3, seed=plot.seed())


def _cracks(plot: _Plot, count: int) -> Mark:
    ways = (
        _curve(plot, plot.spot(), plot.between(0, 360), bend=0.3, length_m=plot.between(6, 30)) for _ in range(count)
    )
    shapes = tuple(Shape(tuple(way), plot.between(0.02, 0.07)) for way in ways)
    dark = plot.between(0.35, 0.7)
    return Mark(shapes=shapes, rgb=(dark, dark, dark), dye=True, wear=0.3, seed=plot.seed())


def _rectangle(plot: _Plot, centre: Point, size_m: Point) -> Shape:
    (u, v), (length, width) = centre, (size_m[0] / 2, size_m[1] / 2)
    return Shape(
        plot.place([(u - length, v - width), (u + length, v - width), (u + length, v + width), (u - length, v + width)])
    )


def _repairs(plot: _Plot, count: int, size_m: tuple[float, float] = (1.0, 6.0)) -> Mark:
    """Rectangles of newer or older surface."""
    shapes = tuple(
        _rectangle(plot, plot.spot(30), (plot.between(*size_m), plot.between(*size_m) * 0.6)) for _ in range(count)
    )
    shade = plot.between(0.6, 0.9) if plot.chance(0.7) else plot.between(1.1, 1.3)
    return Mark(shapes=shapes, rgb=(shade, shade, shade), dye=True, seed=plot.seed())


def _tyre_marks(plot: _Plot, count: int) -> Mark:
    """Rubber left by turning and braking."""
    shapes: list[Shape] = []
    for _ in range(count):
        way = _curve(plot, plot.spot(20), plot.turn(60), bend=0.06, length_m=plot.between(10, 50))
        shapes += [Shape(_beside(way, side), 0.22) for side in (-0.8, 0.8)]
    dark = plot.between(0.7, 0.9)
    return Mark(
        shapes=tuple(shapes), rgb=(dark, dark, dark), dye=True, blur_m=0.2, wear=0.5, wear_m=10.0, seed=plot.seed()
    )


def _paint(plot: _Plot, shapes: Sequence[Shape], *, yellow: float = 0.15) -> Mark:
    """Road paint, fresh to nearly gone."""
    return Mark(
        shapes=tuple(shapes),
        rgb=YELLOW_PAINT if plot.chance(yellow) else WHITE_PAINT,
        strength=plot.between(0.45, 0.95),
        wear=float(plot.rng.beta(1.5, 2.5)),
        wear_m=plot.between(1, 6),
        seed=plot.seed(),
    )


def _line(plot: _Plot, start: Point, end: Point, width_m: float) -> Shape:
    return Shape(plot.place((start, end)), width_m)


def _bays(plot: _Plot) -> list[Shape]:
    """Rows of bays side by side, head to head or across an aisle; the vehicle stands in one."""
    length, width = 1.06 * plot.bay_m[0], plot.bay_m[1]
    line, aisle = plot.between(0.09, 0.15), plot.between(0.9, 1.4) * length
    starts = [-length / 2, length / 2 if plot.chance(0.6) else length / 2 + aisle, -1.5 * length - aisle]
    count = max(1, int(35 / width))
    edges = [(number + 0.5) * width for number in range(-count, count)]
    shapes = [_line(plot, (start, v), (start + length, v), line) for start in starts for v in edges]
    if plot.chance(0.6):
        shapes += [_line(plot, (start, edges[0]), (start, edges[-1]), line) for start in starts[:2]]
    return shapes


def _lanes(plot: _Plot) -> list[Shape]:
    """Lines between lanes, dashed, and whole ones at the edges; sometimes an arrow."""
    lane = max(plot.bay_m[1], plot.between(3.0, 3.75))
    dash, gap = plot.between(1.5, 6.0), plot.between(2.0, 9.0)
    right, left = -int(plot.rng.integers(0, 3)), int(plot.rng.integers(1, 4))
    shapes = [
        _line(plot, (-DRAWN_M, (side - 0.5) * lane), (DRAWN_M, (side - 0.5) * lane), 0.15) for side in (right, left)
    ]
    for side in range(right + 1, left):
        start = -40 + plot.between(0, dash + gap)
        while start < 40:
            shapes.append(_line(plot, (start, (side - 0.5) * lane), (start + dash, (side - 0.5) * lane), 0.12))
            start += dash + gap
    if plot.chance(0.5):
        shapes += _arrow(plot, (plot.between(-25, 25), plot.rng.integers(right, left) * lane))
    if plot.chance(0.15):
        at = plot.between(4, 16) * (1 if plot.chance(0.5) else -1)
        bars = np.arange((right - 0.4) * lane, (left - 0.6) * lane, 1.0)
        shapes += [_rectangle(plot, (at, float(v)), (plot.between(2.5, 4), 0.5)) for v in bars]
    return shapes


def _arrow(plot: _Plot, at: Point) -> list[Shape]:
    u, v = at
    head = Shape(plot.place([(u + 1.0, v - 0.45), (u + 2.6, v), (u + 1.0, v + 0.45)]))
    return [_line(plot, (u - 2.0, v), (u + 1.1, v), 0.2), head]


def _verge(plot: _Plot, of: Texture, sharp: Sequence[Layer], *, kerb: float = 0.5) -> tuple[Layer, list[Layer]]:
    """Other ground beyond an edge along or across the axis, the marks this side of it, and the kerb there."""
    aside = bool(plot.chance(0.75))
    at = plot.bay_m[1] * plot.between(0.6, 2.0) + 1.0 if aside else plot.bay_m[0] * plot.between(0.6, 1.2) + 1.0
    turn = plot.axis_deg + float(plot.rng.choice((0, 180) if aside else (90, -90)))
    with_kerb = plot.chance(kerb)
    wobble = 0.0 if with_kerb else plot.between(0.05, 0.4)
    side = Side(of=of, axis_deg=turn, at_m=at, seed=plot.seed(), wobble_m=wobble)
    marks: list[Layer] = [_before(layer, turn, at) for layer in sharp if isinstance(layer, Mark)]
    if with_kerb:
        stone = Shape(replace(plot, axis_deg=turn).place([(-DRAWN_M, at), (DRAWN_M, at)]), plot.between(0.15, 0.35))
        marks.append(Mark(shapes=(stone,), rgb=_tone(plot, CONCRETES), strength=0.8, wear=0.15, seed=plot.seed()))
    return side, marks


def _before(mark: Mark, axis_deg: float, at_m: float) -> Mark:
    """A mark as far as an edge."""
    cut = (shape.before(axis_deg, at_m) for shape in mark.shapes)
    return replace(mark, shapes=tuple(shape for shape in cut if shape))


# kinds


def _draw_soil(plot: _Plot) -> tuple[list[Layer], list[Layer]]:
    soil = _soil(plot)
    soft: list[Layer] = [soil, _patches(plot, soil, SOILS, (0.05, 0.5), edge=1.2)]
    if plot.chance(0.25):
        depth = plot.between(0.05, 0.16)
        soft.append(Furrows(axis_deg=plot.turn(90), period_m=plot.between(0.5, 2.0), depth=depth, seed=plot.seed()))
    if plot.chance(0.4):
        soft.append(_patches(plot, soil, GRASSES, (0.03, 0.3), hue=1.0))
    if plot.chance(0.5):
        soft.append(_stones(plot, soil, GRAVELS if plot.chance(0.6) else GRASSES, (0.01, 0.06)))
    if plot.chance(0.2):
        soft.append(_stones(plot, soil, ("#57503c", "#4a4a35", "#6a6148"), (0.04, 0.2), size_m=plot.between(2, 5)))
    if plot.chance(0.7):
        shade = plot.between(0.72, 0.92) if plot.chance(0.5) else plot.between(1.08, 1.25)
        soft.append(_tracks(plot, int(plot.rng.integers(1, 6)), shade=shade))
    return soft, []


def _draw_gravel(plot: _Plot) -> tuple[list[Layer], list[Layer]]:
    gravel = _gravel(plot)
    soft: list[Layer] = [gravel, _patches(plot, gravel, GRAVELS + SOILS, (0.05, 0.5), edge=1.2)]
    if plot.chance(0.4):
        soft.append(_patches(plot, gravel, GRASSES, (0.02, 0.2), hue=1.0))
    soft.append(_tracks(plot, int(plot.rng.integers(1, 6)), shade=plot.between(0.8, 1.2)))
    if plot.chance(0.3):
        soft.append(_stains(plot, 6, shade=0.75))
    if plot.chance(0.3):
        soft.append(_verge(plot, _grass(plot), (), kerb=0)[0])
    return soft, []


def _draw_concrete(plot: _Plot) -> tuple[list[Layer], list[Layer]]:
    size = (plot.between(4, 8), plot.between(3.5, 6))
    offset = (plot.between(0, size[0]), plot.between(0, size[1]))
    slabs = Slabs(
        axis_deg=plot.axis_deg, size_m=size, offset_m=offset, spread=plot.between(0.02, 0.08), seed=plot.seed()
    )
    concrete = _concrete(plot)
    soft: list[Layer] = [concrete, _patches(plot, concrete, CONCRETES, (0.1, 0.5), share=(0.3, 1.0), edge=1.5), slabs]
    soft.append(_stains(plot, int(plot.rng.integers(2, 18)), shade=plot.between(0.55, 0.85)))
    if plot.chance(0.5):
        soft.append(_tyre_marks(plot, int(plot.rng.integers(1, 8))))
    sharp: list[Layer] = [_joints(plot, size, offset)]
    if plot.chance(0.4):
        sharp.append(_repairs(plot, int(plot.rng.integers(1, 5))))
    if plot.chance(0.35):
        sharp.append(_paint(plot, _bays(plot) if plot.chance(0.6) else _lanes(plot), yellow=0.3))
    if plot.chance(0.25):
        side, sharp = _verge(plot, _grass(plot) if plot.chance(0.6) else _bare(plot), sharp)
        soft.append(side)
    return soft, sharp


def _joints(plot: _Plot, size: Point, offset: Point) -> Mark:
    reach, width = 60, plot.between(0.02, 0.09)
    across = [offset[0] + number * size[0] for number in range(-int(reach / size[0]), int(reach / size[0]) + 1)]
    along = [offset[1] + number * size[1] for number in range(-int(reach / size[1]), int(reach / size[1]) + 1)]
    shapes = [_line(plot, (u, -reach), (u, reach), width) for u in across]
    shapes += [_line(plot, (-reach, v), (reach, v), width) for v in along]
    dark = plot.between(0.3, 0.7)
    return Mark(shapes=tuple(shapes), rgb=(dark, dark, dark), dye=True, wear=0.25, wear_m=6.0, seed=plot.seed())


def _draw_asphalt(plot: _Plot) -> tuple[list[Layer], list[Layer]]:
    asphalt = _asphalt(plot)
    soft: list[Layer] = [asphalt, _patches(plot, asphalt, ASPHALTS, (0.05, 0.5), share=(0.2, 0.6), edge=1.5, size_m=12)]
    passes = (400.0, plot.between(3.0, 4.5))
    soft.append(
        Slabs(
            axis_deg=plot.axis_deg,
            size_m=passes,
            offset_m=(-200.0, plot.between(0, 4)),
            spread=plot.between(0, 0.07),
            seed=plot.seed(),
        )
    )
    layout = str(plot.rng.choice(("bays", "bays", "lanes", "lanes", "plain")))
    sharp: list[Layer] = []
    if layout == "lanes":
        soft.append(_wheel_paths(plot))
    centres = (
        [plot.place([(plot.between(0.5, 2), k * plot.bay_m[1])])[0] for k in range(-3, 4)] if layout == "bays" else []
    )
    soft.append(_stains(plot, int(plot.rng.integers(0, 12)), centres=centres, shade=plot.between(0.55, 0.9)))
    if plot.chance(0.5):
        sharp.append(_cracks(plot, int(plot.rng.integers(2, 14))))
    if plot.chance(0.4):
        soft.append(_repairs(plot, int(plot.rng.integers(1, 5))))
    if layout != "plain":
        sharp.append(_paint(plot, _bays(plot) if layout == "bays" else _lanes(plot)))
    if plot.chance(0.4):
        soft.append(_tyre_marks(plot, int(plot.rng.integers(1, 6))))
    if plot.chance(0.3):
        side, sharp = _verge(plot, _grass(plot) if plot.chance(0.6) else _concrete(plot), sharp)
        soft.append(side)
    return soft, sharp


def _wheel_paths(plot: _Plot) -> Mark:
    """Where a lane's wheels run, polished or oily."""
    lane = max(plot.bay_m[1], 3.3)
    sides = [k * lane + side for k in range(-2, 3) for side in (-0.9, 0.9)]
    shapes = tuple(_line(plot, (-DRAWN_M, v), (DRAWN_M, v), 0.7) for v in sides)
    shade = plot.between(0.8, 1.12)
    return Mark(shapes=shapes, rgb=(shade, shade, shade), dye=True, blur_m=0.8, wear=0.4, wear_m=12.0, seed=plot.seed())


def _draw_grass(plot: _Plot) -> tuple[list[Layer], list[Layer]]:
    grass = _grass(plot)
    soft: list[Layer] = [grass, _patches(plot, grass, GRASSES, (0.1, 0.5), edge=1.5)]
    if plot.chance(0.35):
        size = (400.0, plot.between(0.9, 2.5))
        soft.append(
            Slabs(
                axis_deg=plot.turn(90),
                size_m=size,
                offset_m=(-200.0, 0.0),
                spread=plot.between(0.03, 0.1),
                seed=plot.seed(),
            )
        )
    if plot.chance(0.6):
        soft.append(_patches(plot, grass, SOILS, (0.02, 0.25), hue=0.9))
    if plot.chance(0.4):
        soft.append(_stones(plot, grass, GRASSES, (0.03, 0.2)))
    if plot.chance(0.5):
        soft.append(_tracks(plot, int(plot.rng.integers(1, 4)), shade=plot.between(0.75, 1.4)))
    return soft, []


def _draw_snow(plot: _Plot) -> tuple[list[Layer], list[Layer]]:
    snow = _material(plot, SNOWS, (0.04, 0.11), exponent=(1.1, 1.6), tint=(-0.01, 0.0, 0.01))
    under = (SOILS, GRASSES, ASPHALTS, GRAVELS)[int(plot.rng.integers(4))]
    soft: list[Layer] = [snow]
    if plot.chance(0.4):  # drifts
        depth = plot.between(0.02, 0.06)
        period = plot.between(3, 9)
        drifts = Furrows(axis_deg=plot.turn(180), period_m=period, depth=depth, seed=plot.seed(), wobble_m=period / 3)
        soft.append(drifts)
    if plot.chance(0.5):
        soft.append(_patches(plot, snow, under, (0.02, 0.35), share=(0.7, 1.0), hue=1.0, edge=1.3))
    if plot.chance(0.6):
        soft.append(_patches(plot, snow, DIRTY_SNOWS, (0.1, 0.5), share=(0.3, 1.0), hue=0.8, edge=2.2))
    if plot.chance(0.6):
        soft.append(_trodden(plot, snow, under))
    if plot.chance(0.25):
        soft += _ploughed(plot, snow, under)
    count = int(plot.rng.integers(1, 7))
    soft.append(_tracks(plot, count, shade=plot.between(0.45, 0.85), width_m=plot.between(0.3, 0.6), wear=0.35))
    if plot.chance(0.4):
        soft.append(_tracks(plot, 3, shade=plot.between(0.3, 0.55), width_m=plot.between(0.4, 0.7), wear=0.45))
    return soft, []


def _trodden(plot: _Plot, snow: Texture, under: Sequence[str]) -> Layer:
    """Where people walk and things were moved about: paths, or snow broken up into clods."""
    if plot.chance(0.4):
        return _stones(plot, snow, DIRTY_SNOWS if plot.chance(0.7) else under, (0.02, 0.15))
    ways = (
        _curve(plot, plot.spot(14), plot.between(0, 360), bend=0.12, length_m=plot.between(20, 60))
        for _ in range(int(plot.rng.integers(2, 9)))
    )
    shapes = tuple(Shape(tuple(way), plot.between(0.4, 0.9)) for way in ways)
    shade = plot.between(0.5, 0.85)
    rgb = (shade, shade * 0.99, shade * 0.97)
    return Mark(shapes=shapes, rgb=rgb, dye=True, blur_m=0.3, wear=0.5, wear_m=2.0, seed=plot.seed())


def _ploughed(plot: _Plot, snow: Texture, under: Sequence[str]) -> list[Layer]:
    """A lane cleared along the vehicle, not quite down to the ground, and the banks beside it."""
    wide = plot.bay_m[1] * plot.between(1.1, 2.5) + plot.between(0, 6)
    middle = plot.between(-0.3, 0.3) * wide
    bare = np.array(_tone(plot, under)) * (1 - (left := plot.between(0.1, 0.5))) + left * np.array(snow.rgb)
    ends = [
        _line(plot, (-DRAWN_M, v), (DRAWN_M, v), plot.between(0.8, 2.0)) for v in (middle - wide / 2, middle + wide / 2)
    ]
    red, green, blue = (float(value) for value in bare)
    lane = _line(plot, (-DRAWN_M, middle), (DRAWN_M, middle), wide)
    cleared = Mark(
        shapes=(lane,), rgb=(red, green, blue), strength=plot.between(0.6, 0.95), blur_m=0.5,
        wear=plot.between(0.3, 0.8), wear_m=6.0, seed=plot.seed(),
    )  # fmt: skip
    shade = plot.between(0.6, 0.95)
    heaps = (shade, shade * 0.99, shade * 0.96)
    banks = Mark(shapes=tuple(ends), rgb=heaps, dye=True, blur_m=0.4, wear=0.6, wear_m=1.2, seed=plot.seed())
    return [cleared, banks]


def _draw_mud(plot: _Plot) -> tuple[list[Layer], list[Layer]]:
    mud = _material(plot, MUDS, (0.13, 0.25), exponent=(0.9, 1.3))
    soft: list[Layer] = [mud, _patches(plot, mud, SOILS, (0.1, 0.4), share=(0.2, 0.7), edge=1.2)]
    if plot.chance(0.4):
        soft.append(_patches(plot, mud, GRASSES, (0.03, 0.25), share=(0.5, 1.0), hue=1.0))
    count = int(plot.rng.integers(3, 10))
    ridge = _ruts(plot, count, width_m=plot.between(0.8, 1.2), bend=0.07)
    groove = tuple(Shape(shape.points, shape.width_m * 0.5) for shape in ridge)
    light, dark = plot.between(1.1, 1.3), plot.between(0.45, 0.7)
    soft.append(Mark(shapes=ridge, rgb=(light, light, light), dye=True, blur_m=0.4, wear=0.3, seed=plot.seed()))
    soft.append(Mark(shapes=groove, rgb=(dark, dark, dark), dye=True, blur_m=0.25, wear=0.3, seed=plot.seed()))
    if plot.chance(0.6):
        soft.append(_puddles(plot, int(plot.rng.integers(2, 12))))
    return soft, []


def _draw_ballast(plot: _Plot) -> tuple[list[Layer], list[Layer]]:
    stone = _material(plot, BALLASTS, (0.12, 0.2), exponent=(0.7, 1.0))
    soft: list[Layer] = [stone]
    spacing = max(4.0, plot.between(4.2, 6.5))
    tracks = [number * spacing for number in range(-3, 4) if number == 0 or plot.chance(0.6)]
    between = [v + spacing / 2 for v in (number * spacing for number in range(-4, 4))]
    dirt = _tone(plot, SOILS)
    lanes = tuple(_line(plot, (-DRAWN_M, v), (DRAWN_M, v), spacing - 3.2) for v in between)
    soft.append(Mark(shapes=lanes, rgb=dirt, strength=plot.between(0.2, 0.7), blur_m=0.8, wear=0.5, seed=plot.seed()))
    oil = tuple(_line(plot, (-DRAWN_M, v), (DRAWN_M, v), 1.3) for v in tracks)
    dark = plot.between(0.65, 0.95)
    rust = (dark, dark * 0.95, dark * 0.88)
    soft.append(Mark(shapes=oil, rgb=rust, dye=True, blur_m=0.7, wear=0.4, wear_m=6.0, seed=plot.seed()))
    if plot.chance(0.6):
        soft.append(_patches(plot, stone, GRASSES, (0.02, 0.2), size_m=5, hue=1.0))
    if plot.chance(0.6):
        side = max(tracks) + plot.between(2, 4)
        soft.append(
            Side(
                of=_bare(plot) if plot.chance(0.5) else _grass(plot),
                axis_deg=plot.axis_deg,
                at_m=side,
                seed=plot.seed(),
                wobble_m=0.4,
                edge_m=0.5,
            )
        )
    return soft, _flat_tracks(plot, [v for v in tracks if v])


def _flat_tracks(plot: _Plot, across: Sequence[float]) -> list[Layer]:
    """Sleepers and rails of the neighbouring tracks; the vehicle's own has true ones."""
    beds = tuple(_line(plot, (-DRAWN_M, v), (DRAWN_M, v), 2.6) for v in across)
    sleepers = Beat(axis_deg=plot.axis_deg, period_m=0.6, length_m=0.25)
    rails = [_line(plot, (-DRAWN_M, v + side), (DRAWN_M, v + side), 0.08) for v in across for side in (-0.76, 0.76)]
    wood = _tone(plot, ("#7a6a58", "#a9a59c", "#6b5d4f", "#98938a"))
    steel = _tone(plot, ("#6b4a35", "#8a7a6c", "#c4c6c8"))
    first = Mark(shapes=beds, rgb=wood, strength=plot.between(0.3, 0.8), wear=0.4, beat=sleepers, seed=plot.seed())
    return [first, Mark(shapes=tuple(rails), rgb=steel, strength=0.9, seed=plot.seed())]


def _draw_mine(plot: _Plot) -> tuple[list[Layer], list[Layer]]:
    rock = _rock(plot)
    soft: list[Layer] = [rock, _patches(plot, rock, ROCKS, (0.1, 0.5), size_m=14, edge=1.4)]
    soft.append(
        Furrows(
            axis_deg=plot.turn(12), period_m=plot.between(0.6, 2.5), depth=plot.between(0.02, 0.08), seed=plot.seed()
        )
    )
    soft.append(_stones(plot, rock, ROCKS, (0.01, 0.08)))
    wide = max(0.5, _vehicle_width(plot.bay_m) * 0.2)
    soft.append(_tracks(plot, int(plot.rng.integers(2, 7)), shade=plot.between(0.75, 1.2), width_m=wide, wear=0.4))
    if plot.chance(0.4):
        way = _curve(plot, plot.spot(10), plot.turn(15), bend=0.03)
        wet = Mark(
            shapes=(Shape(tuple(way), plot.between(4, 10)),),
            rgb=(0.68, 0.66, 0.64),
            dye=True,
            blur_m=1.2,
            wear=0.4,
            wear_m=8.0,
            seed=plot.seed(),
        )
        soft.append(wet)
    if plot.chance(0.5):
        soft += _bench_edge(plot)
    return soft, []


def _bench_edge(plot: _Plot) -> list[Layer]:
    """Where the bench ends: the face below it, and the rubble along it."""
    at = plot.bay_m[1] * plot.between(0.9, 1.6)
    turn = plot.turn(15) + (0 if plot.chance(0.5) else 180)
    face = _material(plot, ROCKS, (0.25, 0.4), exponent=(1.0, 1.2))
    dark = plot.between(0.5, 0.85)
    shaded = Texture(
        rgb=(face.rgb[0] * dark, face.rgb[1] * dark, face.rgb[2] * dark), contrast=face.contrast, seed=face.seed
    )
    rim = Side(of=_rock(plot), axis_deg=turn, at_m=at, seed=plot.seed(), wobble_m=0.7, edge_m=0.6)
    return [rim, Side(of=shaded, axis_deg=turn, at_m=at + plot.between(1, 3), seed=rim.seed, wobble_m=0.9, edge_m=0.5)]


def _draw_yard(plot: _Plot) -> tuple[list[Layer], list[Layer]]:
    base = (_concrete, _asphalt, _gravel, _soil)[int(plot.rng.integers(4))](plot)
    soft: list[Layer] = [base, _patches(plot, base, CONCRETES + GRAVELS + ASPHALTS, (0.1, 0.5), size_m=10)]
    soft.append(_patches(plot, base, SOILS, (0.05, 0.4), edge=1.2))
    soft.append(_footprints(plot))
    soft.append(_stains(plot, int(plot.rng.integers(4, 20)), shade=plot.between(0.5, 0.8)))
    soft.append(_tracks(plot, int(plot.rng.integers(1, 6)), shade=plot.between(0.75, 1.15)))
    if plot.chance(0.4):
        soft.append(_puddles(plot, int(plot.rng.integers(1, 8))))
    return soft, [_repairs(plot, int(plot.rng.integers(1, 5)))]


def _draw_water(plot: _Plot) -> tuple[list[Layer], list[Layer]]:
    water = _material(plot, WATERS, (0.02, 0.07), exponent=(1.5, 1.9), tint=(0.01, 0.0, 0.01))
    soft: list[Layer] = [water, _patches(plot, water, WATERS, (0.1, 0.6), share=(0.15, 0.6), size_m=14, edge=2.0)]
    wind = plot.turn(180)
    if plot.chance(0.5):  # lanes of foam and slick along the wind
        depth, period = plot.between(0.02, 0.1), plot.between(3, 12)
        soft.append(Furrows(axis_deg=wind, period_m=period, depth=depth, seed=plot.seed(), wobble_m=period / 3))
    sky = plot.between(0.12, 0.35)
    soft.append(
        Ripples(
            axis_deg=wind + 90 + plot.between(-20, 20),
            length_m=plot.between(0.5, 2.4),
            depth=plot.between(0.01, 0.11),
            glint=float(plot.rng.beta(1.0, 4.0)),
            sky=(sky * 0.93, sky, sky * 1.06),
            seed=plot.seed(),
        )
    )
    sharp: list[Layer] = []
    if plot.chance(0.3):
        quay = plot.chance(0.5)
        side, sharp = _verge(plot, _concrete(plot) if quay else _bare(plot), (), kerb=1.0 if quay else 0.0)
        soft.append(side)
    return soft, sharp


def _footprints(plot: _Plot) -> Mark:
    """Where containers and pallets stood."""
    sizes = ((6.1, 2.44), (12.2, 2.44), (2.4, 1.2), (4.0, 3.0))
    shapes = tuple(
        _rectangle(plot, plot.spot(25), sizes[int(plot.rng.integers(4))]) for _ in range(int(plot.rng.integers(2, 10)))
    )
    shade = plot.between(0.75, 1.2)
    rgb = (shade, shade * 0.97, shade * 0.93)
    return Mark(shapes=shapes, rgb=rgb, dye=True, blur_m=0.25, wear=0.4, wear_m=3.0, seed=plot.seed())


_RECIPES: Final[Mapping[str, Recipe]] = {
    "soil": _draw_soil,
    "gravel": _draw_gravel,
    "concrete": _draw_concrete,
    "asphalt": _draw_asphalt,
    "grass": _draw_grass,
    "snow": _draw_snow,
    "mud": _draw_mud,
    "ballast": _draw_ballast,
    "mine": _draw_mine,
    "yard": _draw_yard,
    "water": _draw_water,
}

KINDS: Final = tuple(_RECIPES)
"""The kinds of ground there are."""
