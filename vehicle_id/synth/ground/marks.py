"""Layers with an outline: lines and polygons of one colour, whole, worn or dashed.

A mark keeps its place at every sample distance, to within a sample.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from vehicle_id.synth.arrays import Float32Array
from vehicle_id.synth.ground.noise import GroundPoint, Raster, noise
from vehicle_id.synth.paint import Rgb

BLOCK: Final = 32
"""Rows computed at a time, so that the numbers stay in the cache."""
DRAWN_M: Final = 90.0
"""Distance from the origin up to which marks are drawn."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A line of a width, or with width 0 a filled polygon."""

    points: tuple[GroundPoint, ...]
    width_m: float = 0.0

    def before(self, axis_deg: float, at_m: float) -> Shape | None:
        """The part less than `at_m` to the left of an axis; None where there is none."""
        c, s = math.cos(math.radians(axis_deg)), math.sin(math.radians(axis_deg))
        inside = [at_m - (y * c - x * s) for x, y in self.points]
        kept: list[GroundPoint] = []
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
class DashPattern:
    """Cuts a mark into pieces along an axis."""

    axis_deg: float
    period_m: float
    length_m: float
    """Length of each piece."""

    def cut(self, mask: NDArray[np.uint8], raster: Raster) -> None:
        """Keep the pieces of a mask `[H, W]`, with edges one sample wide."""
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
    """Share of the ground that the shapes hide."""
    dye: bool = False
    """Whether the colour multiplies the ground instead of hiding it."""
    blur_m: float = 0.0
    wear: float = 0.0
    """Wear of the shapes: 0 whole, 1 about half is gone."""
    wear_m: float = 3.0
    dashes: DashPattern | None = None

    def __call__(self, rgb: Float32Array, raster: Raster) -> Float32Array:
        """The ground with the shapes on it."""
        shapes = [shape for shape in self.shapes if shape.meets(raster)]
        if not shapes:
            return rgb
        mask = np.array(_drawn(shapes, raster, self.blur_m))
        if self.dashes:
            self.dashes.cut(mask, raster)
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

    def _left(self, raster: Raster, where: NDArray[np.intp]) -> Float32Array:
        """Share that remains after wear, at samples."""
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
        left: Float32Array = worn.ravel().take(place)
        return left


def _divided(where: NDArray[np.intp], width: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Rows and columns of places in an image."""
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
