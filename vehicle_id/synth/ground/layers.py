"""What grounds are made of: noise fixed to the world, and layers of colour, patches, slabs, furrows, ripples and marks.

A layer turns the reflectance of a raster into another. Random values lie on lattices of ground metres, so that a
point of the ground looks the same in every window of one sample distance; at another distance it has more or fewer
fine octaves, and marks keep their place but not their last sample. This room does not know kinds of ground.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter
from scipy import sparse

from vehicle_id.synth.paint import Rgb

Array = NDArray[np.float32]
Point = tuple[float, float]

CELL_M: Final = 0.05
"""The finest lattice; every other one is twice as coarse as the last."""
REFERENCE_M: Final = 0.2
"""Contrast is stated for lattices of this cell and coarser, about what a picture of 0.3 m shows."""
TILE_CELLS: Final = 512
MARGIN: Final = 4
"""Cells round a window that bicubic enlarging, octave upon octave, looks at."""
BLOCK: Final = 32
"""Rows worked on at a time where a picture's worth of numbers would not stay in the cache."""
DRAWN_M: Final = 90.0
"""Marks are drawn this far from the origin; beyond, there is bare ground."""


@dataclass(frozen=True, slots=True)
class Raster:
    """Samples of the ground: columns to the right, rows down."""

    left: float
    top: float
    """Ground coordinates of the first sample's outer corner."""
    step: float
    width: int
    height: int
    grain_m: float
    """Cell of the finest lattice worth computing."""

    @classmethod
    def of(cls, x: Array, y: Array) -> Raster:
        """The samples at x `[W]`, rising, and y `[H]`, falling, evenly spaced."""
        assert len(x) > 1 and len(y) > 1, "one sample has no distance to the next"
        step = (float(x[-1]) - float(x[0])) / (len(x) - 1)
        octave = max(0, math.ceil(math.log2(2 * step / CELL_M) - 0.1))
        grain = CELL_M * 2.0**octave
        return cls(float(x[0]) - step / 2, float(y[0]) + step / 2, step, len(x), len(y), grain)

    def lattice(self, cell: float) -> Raster:
        """The world's lattice of a cell, where it covers this raster."""
        first, last = (math.floor(at / cell) for at in (self.left, self.left + self.width * self.step))
        upper, lower = (math.ceil(at / cell) for at in (self.top, self.top - self.height * self.step))
        left, top = (first - MARGIN - 0.5) * cell, (upper + MARGIN + 0.5) * cell
        return Raster(left, top, cell, last - first + 2 * MARGIN + 1, upper - lower + 2 * MARGIN + 1, cell)

    def take(self, planes: Array, of: Raster) -> Array:
        """What planes `[bands, h, w]` on another raster show here, `[H, W, bands]`; straight lines between samples."""
        scale, half = self.step / of.step, 0.5 * self.step / of.step - 0.5
        first, share = _between((self.left - of.left) / of.step + half, scale, self.width, of.width)
        wide = np.empty((of.height, self.width, len(planes)), np.float32)
        for number, plane in enumerate(planes):
            slope = np.diff(plane, axis=1).take(first, axis=1)
            slope *= share
            np.add(slope, plane.take(first, axis=1), out=wide[..., number])
        first, share = _between((of.top - self.top) / of.step + half, scale, self.height, of.height)
        weights, places = np.stack([1 - share, share], 1).ravel(), np.stack([first, first + 1], 1).ravel()
        ends = np.arange(0, 2 * self.height + 1, 2, dtype=np.int32)
        rows = sparse.csr_array((weights, places, ends), shape=(self.height, of.height))
        taken: Array = rows @ wide.reshape(of.height, -1)  # a tenth of the time of indexing
        return taken.reshape(self.height, self.width, len(planes))

    def turned(self, axis_deg: float) -> tuple[Array, Array]:
        """Coordinates along and across an axis, `[H, W]` each."""
        c, s = math.cos(math.radians(axis_deg)), math.sin(math.radians(axis_deg))
        x = (self.left + (np.arange(self.width) + 0.5) * self.step).astype(np.float32)
        y = (self.top - (np.arange(self.height) + 0.5) * self.step).astype(np.float32)[:, None]
        return x * np.float32(c) + y * np.float32(s), y * np.float32(c) - x * np.float32(s)

    def pixel(self, points: Sequence[Point]) -> list[Point]:
        """Points of the ground in columns and rows."""
        return [((x - self.left) / self.step - 0.5, (self.top - y) / self.step - 0.5) for x, y in points]


def _between(start: float, scale: float, count: int, length: int) -> tuple[NDArray[np.int32], Array]:
    """The sample before each of `count` places at `start`, `start + scale`, ..., and the share of the one after it."""
    at = start + scale * np.arange(count)
    first = np.clip(np.floor(at), 0, length - 2).astype(np.int32)
    return first, np.clip(at - first, 0, 1).astype(np.float32)


class Layer(Protocol):
    """Something on the ground."""

    def __call__(self, rgb: Array, raster: Raster) -> Array:
        """Reflectance `[3, H, W]` with the layer on it."""
        ...


def noise(raster: Raster, seed: int, *, size_m: float, exponent: float = 1.2, finest_m: float = 0.0) -> Array:
    """Noise `[H, W]` of mean 0 whose amplitude falls with frequency to the power of `exponent`.

    Args:
        raster: where.
        seed: which.
        size_m: its largest features; larger ones are missing.
        exponent: 1 = all octaves as strong, larger = smoother.
        finest_m: its smallest features, where the raster could show smaller ones.

    Returns:
        Deviation 1 where all octaves from REFERENCE_M up are in it.
    """
    finest = max(raster.grain_m, finest_m / 2)
    low = round(math.log2(finest / CELL_M))
    high = max(low, round(math.log2(size_m / 2 / CELL_M)))
    reference = min(
        high, max(round(math.log2(REFERENCE_M / CELL_M)), round(math.log2(max(finest_m / 2, CELL_M) / CELL_M)))
    )
    lattice = raster if raster.step == raster.grain_m else raster.lattice(raster.grain_m)
    field, at = None, lattice
    for octave in range(high, round(math.log2(raster.grain_m / CELL_M)) - 1, -1):
        cell = lattice if CELL_M * 2.0**octave == lattice.step else raster.lattice(CELL_M * 2.0**octave)
        if field is not None:
            field = _doubled(field, at, cell)
        if octave >= low:
            values = _values(cell, seed, octave)
            values = values * np.float32(2.0 ** ((octave - high) * (exponent - 1)))
            field = values if field is None else np.add(field, values, out=field)
        at = cell
    assert field is not None
    power = sum(4.0 ** ((octave - high) * (exponent - 1)) for octave in range(reference, high + 1))
    field *= np.float32(1 / math.sqrt(0.5 * power))  # enlarging halves the variance
    return field if lattice is raster else raster.take(field[None], lattice)[..., 0]


def _doubled(field: Array, of: Raster, to: Raster) -> Array:
    """A field on a lattice enlarged to the one of half its cell, bicubic."""
    column = round(to.left / to.step + 0.5) - 2 * round(of.left / of.step + 0.5)
    row = 2 * round(of.top / of.step - 0.5) - round(to.top / to.step - 0.5)
    tall = _halves(field)[row - 2 : row - 2 + to.height]
    return np.ascontiguousarray(_halves(tall.T)[column - 2 : column - 2 + to.width].T)


def _halves(rows: Array) -> Array:
    """Rows from the second to the third last, and after each the one halfway to the next."""
    out = np.empty((2 * (len(rows) - 3), rows.shape[1]), np.float32)
    out[::2] = rows[1:-2]
    middle = (rows[1:-2] + rows[2:-1]) * np.float32(9 / 16)
    outer = rows[:-3] + rows[3:]
    outer *= np.float32(1 / 16)
    np.subtract(middle, outer, out=out[1::2])
    return out


def _values(lattice: Raster, seed: int, octave: int) -> Array:
    """The random numbers of a lattice."""
    column = (round(lattice.left / lattice.step + 0.5) + 131 * seed + 37 * octave) % TILE_CELLS
    row = (round(-lattice.top / lattice.step + 0.5) + (seed // 7) * 89 + 61 * octave) % TILE_CELLS
    values: Array
    if max(lattice.width, lattice.height) <= TILE_CELLS:
        values = _TWICE[row : row + lattice.height, column : column + lattice.width]  # no copy
    else:
        rows, columns = row + np.arange(lattice.height), column + np.arange(lattice.width)
        values = _TWICE[rows[:, None] % TILE_CELLS, columns % TILE_CELLS]
    return values


@dataclass(frozen=True, slots=True, kw_only=True)
class Texture:
    """One material, all over."""

    rgb: Rgb
    contrast: float
    """Standard deviation of the logarithm of brightness in a picture of 0.3 m."""
    seed: int
    exponent: float = 1.2
    size_m: float = 16.0
    tint: Rgb = (0.015, 0.0, -0.02)
    """How the logarithms of the bands move, slowly, on their own."""

    def __call__(self, rgb: Array, raster: Raster) -> Array:
        """The material; what was there is gone."""
        grain = noise(raster, self.seed, size_m=self.size_m, exponent=self.exponent)
        hue = noise(raster, self.seed + 1, size_m=self.size_m / 2, exponent=1.3, finest_m=6 * raster.grain_m)
        grain *= np.float32(self.contrast)
        brightness = np.exp(grain, out=grain)
        out = np.empty_like(rgb)
        for band, tint, tone in zip(out, self.tint, self.rgb, strict=True):
            np.multiply(hue, np.float32(tint * tone), out=band)
            band += np.float32(tone)
            band *= brightness
        return out


@dataclass(frozen=True, slots=True, kw_only=True)
class Patches:
    """Another colour where noise is high; the grain of what is below stays."""

    ratio: Rgb
    """What the ground is multiplied by."""
    cover: float
    """Share of the ground."""
    seed: int
    size_m: float = 8.0
    exponent: float = 1.5
    edge: float = 0.4
    """Width of the transition, in deviations of the noise: 0.1 a sharp edge, 1 a gradual one."""

    def __call__(self, rgb: Array, raster: Raster) -> Array:
        """The ground with patches on it."""
        level = NormalDist().inv_cdf(1 - min(max(self.cover, 1e-3), 0.99))
        finest_m = 4 * raster.grain_m if self.exponent > 1 else 0.0  # the last octave hardly moves an edge
        height = noise(raster, self.seed, size_m=self.size_m, exponent=self.exponent, finest_m=finest_m)
        height *= np.float32(1 / self.edge)
        height += np.float32(0.5 - level / self.edge)
        share = np.clip(height, 0, 1, out=height)
        for band, ratio in zip(rgb, self.ratio, strict=True):
            change = share * np.float32(ratio - 1)
            change += np.float32(1)
            band *= change
        return rgb


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Another material beyond a line."""

    of: Texture
    axis_deg: float
    at_m: float
    """The line lies this far to the left of the axis; beyond it, to the left, is the other material."""
    seed: int
    wobble_m: float = 0.0
    edge_m: float = 0.2

    def __call__(self, rgb: Array, raster: Raster) -> Array:
        """The ground with the other material on one side."""
        _, across = raster.turned(self.axis_deg)
        beyond = across - np.float32(self.at_m)
        reach = 6 * self.wobble_m + self.edge_m
        if float(beyond.max()) < -reach:
            return rgb
        if self.wobble_m:
            wander = noise(raster, self.seed, size_m=10.0, exponent=1.5, finest_m=2 * raster.grain_m)
            wander *= np.float32(self.wobble_m)
            beyond += wander
        share = np.clip(beyond * np.float32(1 / self.edge_m) + 0.5, 0, 1)
        if share.any():
            other = self.of(rgb, raster)
            other -= rgb
            other *= share
            rgb += other
        return rgb


@dataclass(frozen=True, slots=True, kw_only=True)
class Slabs:
    """Rectangles that differ a little in brightness; long ones are the passes of a paver or a mower."""

    axis_deg: float
    size_m: Point
    offset_m: Point
    spread: float
    """Standard deviation of the logarithm of their brightness."""
    seed: int
    tint: Rgb = (0.15, 0.0, -0.15)
    """How the bands differ, as a share of it."""

    def __call__(self, rgb: Array, raster: Raster) -> Array:
        """The ground in slabs."""
        along, across = raster.turned(self.axis_deg)
        column, first = _numbered(along, self.offset_m[0], self.size_m[0])
        row, lowest = _numbered(across, self.offset_m[1], self.size_m[1])
        columns, rows = np.arange(column.max() + 1) + first, np.arange(row.max() + 1) + lowest
        chosen = (rows + 91 * (self.seed // 5)) % TILE_CELLS, (columns + 57 * self.seed) % TILE_CELLS
        tones = _TWICE[np.ix_(*chosen)] * np.float32(self.spread)
        row *= len(columns)
        row += column
        for band, tint in zip(rgb, self.tint, strict=True):
            band *= np.exp(tones * np.float32(1 + tint)).ravel().take(row)
        return rgb


def _numbered(at: Array, offset_m: float, size_m: float) -> tuple[NDArray[np.int32], int]:
    """Which of the stretches of a length places lie in, counted from the first one met, and that one's number."""
    number = np.floor((at - np.float32(offset_m)) * np.float32(1 / size_m)).astype(np.int32)
    first = int(number.min())
    number -= first
    return number, first


@dataclass(frozen=True, slots=True, kw_only=True)
class Furrows:
    """Waves of brightness along an axis: ploughing, raking, a grader's blade, mowing."""

    axis_deg: float
    period_m: float
    depth: float
    """Amplitude of the logarithm of brightness."""
    seed: int
    wobble_m: float = 0.3

    def __call__(self, rgb: Array, raster: Raster) -> Array:
        """The ground with furrows, as far as the raster can show them."""
        depth = self.depth * float(np.clip(self.period_m / raster.grain_m - 1.5, 0, 1))
        if depth <= 0:
            return rgb
        _, across = raster.turned(self.axis_deg)
        wander = noise(raster, self.seed, size_m=24.0, exponent=1.8, finest_m=1.6)
        phase = (across + np.float32(self.wobble_m) * wander) * np.float32(2 * math.pi / self.period_m)
        uneven = 1 + np.float32(0.4) * noise(raster, self.seed + 3, size_m=6.0, finest_m=1.6)
        rgb *= np.exp(np.float32(depth) * np.sin(phase) * uneven)
        return rgb


@dataclass(frozen=True, slots=True, kw_only=True)
class Ripples:
    """Waves on water that cross each other, stronger in gusts, and the sky in long streaks on their slopes."""

    axis_deg: float
    """The way the crests run."""
    length_m: float
    """From crest to crest."""
    depth: float
    """Amplitude of the logarithm of brightness."""
    glint: float
    """Share of the sky in the brightest streaks."""
    sky: Rgb
    seed: int

    def __call__(self, rgb: Array, raster: Raster) -> Array:
        """The water with waves, as far as the raster can show them."""
        shown = np.float32(np.clip(self.length_m / raster.grain_m - 1.5, 0.1, 1))
        wander = noise(raster, self.seed, size_m=12.0, exponent=1.6, finest_m=0.8)
        gust = noise(raster, self.seed + 5, size_m=24.0, exponent=1.3, finest_m=1.6)
        waves = np.zeros_like(wander)
        for turn, length, weight in ((0.0, 1.0, 0.7), (24.0, 0.73, 0.45), (-31.0, 1.9, 0.45)):
            _, across = raster.turned(self.axis_deg + turn)
            across *= np.float32(2 * math.pi / (length * self.length_m))
            across += wander * np.float32(1.5 * weight + 0.7)
            np.sin(across, out=across)
            across *= np.float32(weight) * shown
            waves += across
        rough = np.clip(np.float32(0.8) + np.float32(0.5) * gust, 0.1, 2.0)
        waves *= rough
        streaks = np.clip(waves - np.float32(0.55), 0, 1)
        streaks *= np.float32(self.glint)
        waves += gust * np.float32(0.6)  # a rough patch shows more of the sky
        waves *= np.float32(self.depth)
        bright = np.exp(waves, out=waves)
        for band, sky in zip(rgb, self.sky, strict=True):
            band *= bright
            band += streaks * (np.float32(sky) - band)
        return rgb


@dataclass(frozen=True, slots=True)
class Shape:
    """A line of a width, or with width 0 a filled polygon."""

    points: tuple[Point, ...]
    width_m: float = 0.0

    def before(self, axis_deg: float, at_m: float) -> Shape | None:
        """The part that lies less than this far to the left of an axis; None where there is none."""
        c, s = math.cos(math.radians(axis_deg)), math.sin(math.radians(axis_deg))
        inside = [at_m - (y * c - x * s) for x, y in self.points]
        kept: list[Point] = []
        for index, (point, depth) in enumerate(zip(self.points, inside, strict=True)):
            if (index or not self.width_m) and (inside[index - 1] < 0) != (depth < 0):
                (x0, y0), share = self.points[index - 1], inside[index - 1] / (inside[index - 1] - depth)
                kept.append((x0 + share * (point[0] - x0), y0 + share * (point[1] - y0)))
            if depth >= 0:
                kept.append(point)
        return Shape(tuple(kept), self.width_m) if len(kept) > 1 else None

    def meets(self, raster: Raster) -> bool:
        """Whether any of it may lie in the raster."""
        reach = self.width_m / 2 + raster.step
        xs, ys = [point[0] for point in self.points], [point[1] for point in self.points]
        inside_x = max(xs) + reach > raster.left and min(xs) - reach < raster.left + raster.width * raster.step
        return inside_x and max(ys) + reach > raster.top - raster.height * raster.step and min(ys) - reach < raster.top


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """What leaves of a mark only pieces, one after the other along an axis."""

    axis_deg: float
    period_m: float
    length_m: float
    """Of each piece."""

    def cut(self, mask: NDArray[np.uint8], raster: Raster) -> None:
        """Leave the pieces of a mask `[H, W]`, their edges as wide as a sample."""
        c, s = math.cos(math.radians(self.axis_deg)), math.sin(math.radians(self.axis_deg))
        rise = np.float32(self.period_m / raster.step)
        half = np.float32(0.5 * self.length_m / raster.step + 0.5)
        column = (raster.left + (np.arange(raster.width) + 0.5) * raster.step) * (c / self.period_m)
        row = (raster.top - (np.arange(raster.height) + 0.5) * raster.step) * (s / self.period_m)
        across, down = column.astype(np.float32), row.astype(np.float32)[:, None]
        for first in range(0, raster.height, BLOCK):
            phase = across + down[first : first + BLOCK]
            phase -= np.floor(phase)
            phase -= np.float32(0.5)
            np.abs(phase, out=phase)
            phase *= -rise
            phase += half
            np.clip(phase, 0, min(1.0, self.length_m / raster.step), out=phase)
            phase *= mask[first : first + BLOCK]
            mask[first : first + BLOCK] = phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Shapes of one colour on the ground."""

    shapes: tuple[Shape, ...]
    rgb: Rgb
    seed: int
    strength: float = 1.0
    """Share of the ground that they hide."""
    dye: bool = False
    """Whether the ground is multiplied by the colour, not hidden by it."""
    blur_m: float = 0.0
    wear: float = 0.0
    """How patchy they are: 0 whole, 1 about half is gone."""
    wear_m: float = 3.0
    beat: Beat | None = None

    def __call__(self, rgb: Array, raster: Raster) -> Array:
        """The ground with the shapes on it."""
        shapes = [shape for shape in self.shapes if shape.meets(raster)]
        if not shapes:
            return rgb
        mask = np.array(_drawn(shapes, raster, self.blur_m))
        if self.beat:
            self.beat.cut(mask, raster)
        mask = mask.ravel()
        where = np.flatnonzero(mask)
        share = mask[where] * np.float32(self.strength / 255)
        if self.wear:
            share *= self._left(raster, where)
        for plane, value in zip(rgb, self.rgb, strict=True):
            band = plane.view()
            band.shape = (-1,)  # no copy, or an error
            below = band[where]
            change = below * np.float32(value - 1) if self.dye else np.float32(value) - below
            change *= share
            below += change
            band[where] = below
        return rgb

    def _left(self, raster: Raster, where: NDArray[np.intp]) -> Array:
        """Share that wear has left at samples."""
        lattice = raster.lattice(raster.grain_m)
        worn = noise(lattice, self.seed, size_m=self.wear_m, exponent=1.1, finest_m=max(0.4, 2 * self.blur_m))
        worn *= np.float32(0.9 * self.wear + 0.1)
        worn += np.float32(1.5 - 1.5 * self.wear)
        np.clip(worn, 0, 1, out=worn)
        row, column = (number.astype(np.float32) for number in _divided(where, raster.width))
        scale, half = np.float32(raster.step / lattice.step), 0.5 * raster.step
        column *= scale
        column += np.float32((raster.left - lattice.left + half) / lattice.step)
        row *= scale
        row += np.float32((lattice.top - raster.top + half) / lattice.step)
        place = row.astype(np.int32)
        place *= lattice.width
        place += column.astype(np.int32)
        left: Array = worn.ravel().take(place)
        return left


def _divided(where: NDArray[np.intp], width: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Rows and columns of places in a picture."""
    small = where.astype(np.int32)
    row = small // np.int32(width)
    return row, small - row * np.int32(width)


def _drawn(shapes: Sequence[Shape], raster: Raster, blur_m: float) -> Image.Image:
    """Mask of the shapes; a line thinner than a sample is fainter instead."""
    mask = Image.new("L", (raster.width, raster.height))
    draw = ImageDraw.Draw(mask)
    for shape in shapes:
        points = raster.pixel(shape.points)
        if not shape.width_m:
            draw.polygon(points, fill=255)
            continue
        width = max(1, round(shape.width_m / raster.step))
        fill = round(255 * min(1.0, shape.width_m / (width * raster.step)))
        draw.line(points, fill=fill, width=width)  # joints take ten times as long, and wide lines are blurred
    if blur_m > raster.step:
        mask = mask.filter(ImageFilter.BoxBlur(blur_m / raster.step / 2))
    return mask


_TWICE: Final = np.tile(np.random.default_rng(23).standard_normal((TILE_CELLS, TILE_CELLS)).astype(np.float32), (2, 2))
"""Random numbers that repeat, twice along each side so that a slice may start anywhere."""
