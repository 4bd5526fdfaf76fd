"""What lies on a vehicle's surfaces beyond their paint: camouflage, fading, dust, mud and snow.

Patterns come from one tile of smooth noise that repeats, sampled in the vehicle's own frame. This room
does not know where light falls.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vehicle_id.synth.paint import Rgb, linear

Array = NDArray[np.float32]

TILE_PX: Final = 128
SNOW: Final = linear("#eef1f4")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """What a thing has on it; the default is nothing."""

    camouflage: tuple[Rgb, ...] = ()
    """Further colours over the coat, in patches."""
    patch_m: float = 1.2
    """Size of the patches."""
    dust: float = 0.0
    """Share of dust on level surfaces, 0 clean to 1 covered; a third of it on upright ones."""
    dust_rgb: Rgb = (0.3, 0.24, 0.17)
    snow: float = 0.0
    """Share of level surfaces under snow."""
    mottle: float = 0.08
    """Uneven brightness of old paint, as a standard deviation."""
    seed: int = 0


def weathered(rgb: Array, coat: NDArray[np.bool_], point: Array, normal: Array, finish: Finish) -> Array:
    """The reflectance of samples under a finish.

    Args:
        rgb: paint of each sample, `[N, 3]`.
        coat: whether it is the vehicle's own coat, `[N]`.
        point: samples in the vehicle's frame, metres, `[N, 3]`.
        normal: `[N, 3]`, unit.
        finish: what lies on it.

    Returns:
        Reflectance `[N, 3]`.
    """
    rng = np.random.default_rng(finish.seed)
    shift = rng.uniform(0, TILE_PX, 6)
    level = np.clip(normal[:, 2], 0.0, 1.0)
    shown = rgb * (1 + finish.mottle * _pattern(point, 0.5, shift[:2]))[:, None]
    for colour, (low, offset) in zip(finish.camouflage, ((0.25, shift[2:4]), (0.7, shift[4:6])), strict=False):
        covered = coat & (_pattern(point, finish.patch_m, offset) > low)
        shown[covered] = colour
    if finish.dust:
        share = finish.dust * (0.35 + 0.65 * level) * np.clip(1 + 0.5 * _pattern(point, 1.1, shift[2:4]), 0.0, 1.4)
        shown = _over(shown, finish.dust_rgb, np.clip(share, 0.0, 0.95))
    if finish.snow:
        lying = (level > 0.6) & (_pattern(point, 0.9, shift[4:6]) < 4 * finish.snow - 2)
        shown = _over(shown, SNOW, 0.92 * lying)
    clipped: Array = np.clip(shown, 0.005, 0.95).astype(np.float32)
    return clipped


def _over(rgb: Array, colour: Rgb, share: NDArray[Any]) -> Array:
    mixed: Array = (rgb * (1 - share[:, None]) + np.array(colour, np.float32) * share[:, None]).astype(np.float32)
    return mixed


def _pattern(point: Array, size_m: float, shift: NDArray[np.float64]) -> Array:
    """Smooth noise of mean 0 and deviation 1 with features of a size, `[N]`; sides of a box differ from its top."""
    scale = 8.0 / size_m  # tile pixels a metre: a feature of the tile is about 8 pixels
    column = ((point[:, 0] + 0.37 * point[:, 2]) * scale + shift[0]).astype(np.int64) % TILE_PX
    row = ((point[:, 1] + 0.61 * point[:, 2]) * scale + shift[1]).astype(np.int64) % TILE_PX
    values: Array = _TILE[row, column]
    return values


def _make_tile() -> Array:
    """Noise that wraps around: two octaves, tiled before they are enlarged so that the edges meet."""
    rng = np.random.default_rng(11)
    total = np.zeros((TILE_PX, TILE_PX))
    for cells, weight in ((TILE_PX // 8, 1.0), (TILE_PX // 4, 0.5)):
        coarse = np.tile(rng.normal(size=(cells, cells)), (3, 3)).astype(np.float32)
        large = Image.fromarray(coarse).resize((3 * TILE_PX, 3 * TILE_PX), Image.Resampling.BICUBIC)
        total += weight * np.asarray(large)[TILE_PX : 2 * TILE_PX, TILE_PX : 2 * TILE_PX]
    tile: Array = ((total - total.mean()) / total.std()).astype(np.float32)
    return tile


_TILE: Final = _make_tile()
