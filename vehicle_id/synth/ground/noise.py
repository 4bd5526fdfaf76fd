"""Noise that is fixed to the ground, and the rasters that sample it.

Random values lie on lattices of ground metres, so that a point of the ground looks the same in every window of one
sample distance. At another distance it has more or fewer fine octaves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from vehicle_id.synth.arrays import Float32Array

GroundPoint = tuple[float, float]
CELL_M: Final = 0.05
"""Cell of the finest lattice; each further one is twice as coarse."""
REFERENCE_M: Final = 0.2
"""Contrast is stated for lattices of this cell and coarser, about what an image of 0.3 m shows."""
TILE_CELLS: Final = 512
MARGIN: Final = 4
"""Cells around a window that repeated bicubic enlarging reads."""


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
    def of(cls, x: Float32Array, y: Float32Array) -> Raster:
        """The samples at x `[W]`, rising, and y `[H]`, falling, evenly spaced."""
        assert len(x) > 1 and len(y) > 1, "one sample has no distance to the next"
        step = (float(x[-1]) - float(x[0])) / (len(x) - 1)
        octave = max(0, math.ceil(math.log2(2 * step / CELL_M) - 0.1))
        grain = CELL_M * 2.0**octave
        return cls(float(x[0]) - step / 2, float(y[0]) + step / 2, step, len(x), len(y), grain)

    def lattice(self, cell: float) -> Raster:
        """The part of the ground's lattice of a cell that covers this raster."""
        first, last = (math.floor(at / cell) for at in (self.left, self.left + self.width * self.step))
        upper, lower = (math.ceil(at / cell) for at in (self.top, self.top - self.height * self.step))
        left, top = (first - MARGIN - 0.5) * cell, (upper + MARGIN + 0.5) * cell
        return Raster(left, top, cell, last - first + 2 * MARGIN + 1, upper - lower + 2 * MARGIN + 1, cell)

    def take(self, planes: Float32Array, of: Raster) -> Float32Array:
        """Planes `[bands, h, w]` of another raster at these samples, `[H, W, bands]`, bilinear."""
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
        taken: Float32Array = rows @ wide.reshape(of.height, -1)  # a tenth of the time of indexing
        return taken.reshape(self.height, self.width, len(planes))

    def turned(self, axis_deg: float) -> tuple[Float32Array, Float32Array]:
        """Coordinates along and across an axis, `[H, W]` each."""
        c, s = math.cos(math.radians(axis_deg)), math.sin(math.radians(axis_deg))
        x = (self.left + (np.arange(self.width) + 0.5) * self.step).astype(np.float32)
        y = (self.top - (np.arange(self.height) + 0.5) * self.step).astype(np.float32)[:, None]
        return x * np.float32(c) + y * np.float32(s), y * np.float32(c) - x * np.float32(s)

    def pixel(self, points: Sequence[GroundPoint]) -> list[GroundPoint]:
        """Points of the ground in columns and rows."""
        return [((x - self.left) / self.step - 0.5, (self.top - y) / self.step - 0.5) for x, y in points]


def _between(start: float, scale: float, count: int, length: int) -> tuple[NDArray[np.int32], Float32Array]:
    """The sample before each of `count` places at `start`, `start + scale`, ..., and the share of the one after it."""
    at = start + scale * np.arange(count)
    first = np.clip(np.floor(at), 0, length - 2).astype(np.int32)
    return first, np.clip(at - first, 0, 1).astype(np.float32)


def noise(raster: Raster, seed: int, *, size_m: float, exponent: float = 1.2, finest_m: float = 0.0) -> Float32Array:
    """Noise `[H, W]` of mean 0 whose amplitude falls with frequency to the power of `exponent`.

    Args:
        raster: samples.
        seed: selects the noise.
        size_m: size of the largest features.
        exponent: 1 = all octaves as strong, larger = smoother.
        finest_m: size of the smallest features, where the raster could show smaller ones.

    Returns:
        Noise, with deviation 1 where it has all octaves from REFERENCE_M up.
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


def _doubled(field: Float32Array, of: Raster, to: Raster) -> Float32Array:
    """A field on a lattice enlarged to the one of half its cell, bicubic."""
    column = round(to.left / to.step + 0.5) - 2 * round(of.left / of.step + 0.5)
    row = 2 * round(of.top / of.step - 0.5) - round(to.top / to.step - 0.5)
    tall = _halves(field)[row - 2 : row - 2 + to.height]
    return np.ascontiguousarray(_halves(tall.T)[column - 2 : column - 2 + to.width].T)


def _halves(rows: Float32Array) -> Float32Array:
    """Rows from the second to the third last, each followed by the interpolation halfway to the next."""
    out = np.empty((2 * (len(rows) - 3), rows.shape[1]), np.float32)
    out[::2] = rows[1:-2]
    middle = (rows[1:-2] + rows[2:-1]) * np.float32(9 / 16)
    outer = rows[:-3] + rows[3:]
    outer *= np.float32(1 / 16)
    np.subtract(middle, outer, out=out[1::2])
    return out


def _values(lattice: Raster, seed: int, octave: int) -> Float32Array:
    """The random numbers of a lattice."""
    column = (round(lattice.left / lattice.step + 0.5) + 131 * seed + 37 * octave) % TILE_CELLS
    row = (round(-lattice.top / lattice.step + 0.5) + (seed // 7) * 89 + 61 * octave) % TILE_CELLS
    values: Float32Array
    if max(lattice.width, lattice.height) <= TILE_CELLS:
        values = TWICE[row : row + lattice.height, column : column + lattice.width]  # no copy
    else:
        rows, columns = row + np.arange(lattice.height), column + np.arange(lattice.width)
        values = TWICE[rows[:, None] % TILE_CELLS, columns % TILE_CELLS]
    return values


TWICE: Final = np.tile(np.random.default_rng(23).standard_normal((TILE_CELLS, TILE_CELLS)).astype(np.float32), (2, 2))
"""Random numbers that repeat, twice along each side so that a slice may start anywhere."""
