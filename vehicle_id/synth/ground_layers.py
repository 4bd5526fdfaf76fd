"""What grounds are made of: noise fixed to the world, and layers of colour, patches, slabs, furrows and marks.

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

    def take(self, image: Array, of: Raster, *, smooth: bool = False) -> Array:
        """What an image `[h, w]` on another raster shows at these samples."""
        if self == of:
            return image
        left, top = (self.left - of.left) / of.step, (of.top - self.top) / of.step
        box = (left, top, left + self.width * self.step / of.step, top + self.height * self.step / of.step)
        how = Image.Resampling.BICUBIC if smooth else Image.Resampling.BILINEAR
        taken: Array = np.asarray(Image.fromarray(image).resize((self.width, self.height), how, box), np.float32)
        return taken

    def turned(self, axis_deg: float) -> tuple[Array, Array]:
        """Coordinates along and across an axis, `[H, W]` each."""
        c, s = math.cos(math.radians(axis_deg)), math.sin(math.radians(axis_deg))
        x = (self.left + (np.arange(self.width) + 0.5) * self.step).astype(np.float32)
        y = (self.top - (np.arange(self.height) + 0.5) * self.step).astype(np.float32)[:, None]
        return x * np.float32(c) + y * np.float32(s), y * np.float32(c) - x * np.float32(s)

    def pixel(self, points: Sequence[Point]) -> list[Point]:
        """Points of the ground in columns and rows."""
        return [((x - self.left) / self.step - 0.5, (self.top - y) / self.step - 0.5) for x, y in points]


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
    field, at = None, raster
    for octave in range(high, low - 1, -1):
        cell = raster.lattice(CELL_M * 2.0**octave)
        values = _values(cell, seed, octave) * np.float32(2.0 ** ((octave - high) * (exponent - 1)))
        field = values if field is None else cell.take(field, at, smooth=True) + values
        at = cell
    assert field is not None
    power = sum(4.0 ** ((octave - high) * (exponent - 1)) for octave in range(reference, high + 1))
    field = field * np.float32(1 / math.sqrt(0.5 * power))  # enlarging halves the variance
    return raster.take(field, at)


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
        brightness = np.exp(grain * np.float32(self.contrast))
        bands = [
            (1 + hue * np.float32(tint)) * np.float32(tone) for tint, tone in zip(self.tint, self.rgb, strict=True)
        ]
        return np.stack([brightness * band for band in bands])


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
        share = np.clip((height - np.float32(level)) * np.float32(1 / self.edge) + 0.5, 0, 1)
        for band, ratio in zip(rgb, self.ratio, strict=True):
            band *= 1 + share * np.float32(ratio - 1)
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
        if self.wobble_m:
            wander = noise(raster, self.seed, size_m=10.0, exponent=1.5, finest_m=2 * raster.grain_m)
            beyond = beyond + np.float32(self.wobble_m) * wander
        share = np.clip(beyond * np.float32(1 / self.edge_m) + 0.5, 0, 1)
        return rgb + (self.of(rgb, raster) - rgb) * share if share.any() else rgb


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
        column = np.floor((along - np.float32(self.offset_m[0])) / np.float32(self.size_m[0])).astype(np.int32)
        row = np.floor((across - np.float32(self.offset_m[1])) / np.float32(self.size_m[1])).astype(np.int32)
        column += 57 * self.seed
        row += 91 * (self.seed // 5)
        tone = _TWICE[row % TILE_CELLS, column % TILE_CELLS] * np.float32(self.spread)
        for band, tint in zip(rgb, self.tint, strict=True):
            band *= np.exp(tone * np.float32(1 + tint))
        return rgb


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

    def __call__(self, rgb: Array, raster: Raster) -> Array:
        """The ground with the shapes on it."""
        shapes = [shape for shape in self.shapes if shape.meets(raster)]
        if not shapes:
            return rgb
        mask = np.asarray(_drawn(shapes, raster, self.blur_m)).ravel()
        where = np.flatnonzero(mask > 0)
        share = mask[where] * np.float32(self.strength / 255)
        if self.wear:
            share *= self._left(raster, where)
        for band, value in zip(rgb.reshape(3, -1), self.rgb, strict=True):
            below = band[where]
            band[where] = below + share * (below * np.float32(value - 1) if self.dye else np.float32(value) - below)
        return rgb

    def _left(self, raster: Raster, where: NDArray[np.intp]) -> Array:
        """Share that wear has left at samples."""
        lattice = raster.lattice(raster.grain_m)
        worn = noise(lattice, self.seed, size_m=self.wear_m, exponent=1.1, finest_m=max(0.4, 2 * self.blur_m))
        row, column = np.divmod(where.astype(np.int32), np.int32(raster.width))
        scale, shift = raster.step / lattice.step, 0.5 * raster.step / lattice.step
        column = (column * np.float32(scale) + np.float32((raster.left - lattice.left) / lattice.step + shift)).astype(
            np.int32
        )
        row = (row * np.float32(scale) + np.float32((lattice.top - raster.top) / lattice.step + shift)).astype(np.int32)
        left: Array = np.float32(1.5 - 1.5 * self.wear) + np.float32(0.9 * self.wear + 0.1) * worn[row, column]
        np.clip(left, 0, 1, out=left)
        return left


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
        draw.line(points, fill=fill, width=width, joint="curve" if width > 3 and len(points) > 2 else None)
    if blur_m > raster.step:
        mask = mask.filter(ImageFilter.BoxBlur(blur_m / raster.step / 2))
    return mask


_TWICE: Final = np.tile(np.random.default_rng(23).standard_normal((TILE_CELLS, TILE_CELLS)).astype(np.float32), (2, 2))
"""Random numbers that repeat, twice along each side so that a slice may start anywhere."""
