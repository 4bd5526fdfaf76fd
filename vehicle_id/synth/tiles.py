"""Tiles of random values that repeat, sampled in a vehicle's own frame: smooth noise, polygons, squares.

Each has mean 0 and deviation 1. The same place on the same vehicle has the same value, however many samples are
computed.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from PIL import Image
from scipy.spatial import cKDTree

from vehicle_id.synth.arrays import Float32Array, Float64Array

Shift = tuple[float, float]

TILE_PX: Final = 512
FEATURE_PX: Final = 32
"""Size of a feature of a tile."""
_POSITIVE: Final = 16 * TILE_PX
"""Added to places in the tile, so that dropping their fractions rounds all of them down."""


def sampled(tile: Float32Array, point: Float32Array, size_m: tuple[float, float], shift: Shift) -> Float32Array:
    """Values of a tile, `[N]`; they differ between the sides of a box and its top.

    Args:
        tile: one of this module's.
        point: places, `[N, 3]`, metres.
        size_m: size of the features along and across the vehicle.
        shift: start in the tile.
    """
    along, across = (np.float32(FEATURE_PX / size) for size in size_m)
    x, y, z = point.T
    column = x * along
    column += z * (np.float32(0.37) * along) + np.float32(shift[0] + _POSITIVE)
    row = y * across
    row += z * (np.float32(0.61) * across) + np.float32(shift[1] + _POSITIVE)
    index = row.astype(np.int32)
    index &= TILE_PX - 1
    index *= TILE_PX
    index += column.astype(np.int32) & (TILE_PX - 1)
    values: Float32Array = tile.take(index)
    return values


@cache
def polygon_tile() -> Float32Array:
    """Polygons with straight edges, about one feature across, each of one value; made when first needed."""
    rng = np.random.default_rng(12)
    cells = TILE_PX // FEATURE_PX
    corner = np.stack(np.meshgrid(np.arange(cells), np.arange(cells)), -1).reshape(-1, 2)
    middles = (corner + rng.uniform(0, 1, corner.shape)) * FEATURE_PX
    places = np.stack(np.meshgrid(np.arange(TILE_PX), np.arange(TILE_PX)), -1).reshape(-1, 2)
    nearest = cKDTree(middles, boxsize=TILE_PX).query(places)[1]
    return _normal(rng.normal(size=len(middles))[nearest].reshape(TILE_PX, TILE_PX))


@cache
def square_tile() -> Float32Array:
    """Patches with stepped edges made of squares, a quarter of a feature each; made when first needed."""
    side = FEATURE_PX // 4
    rough = np.array(SMOOTH[side // 2 :: side, side // 2 :: side], np.float64)
    rough += 0.45 * np.random.default_rng(13).normal(size=rough.shape)
    return _normal(rough.repeat(side, 0).repeat(side, 1))


def _smooth_tile() -> Float32Array:
    """Noise that wraps around: two octaves, tiled before they are enlarged so that the edges meet."""
    rng = np.random.default_rng(11)
    total = np.zeros((TILE_PX, TILE_PX))
    for feature_px, weight in ((FEATURE_PX, 1.0), (FEATURE_PX // 2, 0.5)):
        cells, margin = TILE_PX // feature_px, 4
        coarse = np.pad(rng.normal(size=(cells, cells)), margin, mode="wrap").astype(np.float32)
        side, edge = (cells + 2 * margin) * feature_px, margin * feature_px
        large = np.asarray(Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC))
        total += weight * large[edge : edge + TILE_PX, edge : edge + TILE_PX]
    return _normal(total)


def _normal(tile: Float64Array) -> Float32Array:
    """With mean 0 and deviation 1."""
    shown: Float32Array = ((tile - tile.mean()) / tile.std()).astype(np.float32)
    return shown


SMOOTH: Final = _smooth_tile()
"""Smooth noise."""
