"""Weathering of a vehicle's surfaces: camouflage, fading, streaks, dust, mud and snow over its paint.

Patterns are sampled in the vehicle's own frame (`tiles.py`). Dust gathers low down and behind, but not in hollows, as
the joints between parts are not known here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vehicle_id.synth.arrays import Float32Array
from vehicle_id.synth.camouflage import Camouflage, cover, painted_tones
from vehicle_id.synth.paint import Rgb, linear
from vehicle_id.synth.tiles import SMOOTH, TILE_PX, Shift, sampled

SNOW: Final = linear("#e4e8ee")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weathering:
    """Camouflage, dust and snow on an object; the default has only mottle."""

    camouflage: Camouflage | None = None
    """Pattern that hides the coat; None = the coat shows."""
    dust: float = 0.0
    """Share of dust on level surfaces, 0 clean to 1 covered; a third of it on vertical ones; more low and behind."""
    dust_rgb: Rgb = (0.3, 0.24, 0.17)
    snow: float = 0.0
    """Amount of snow: 0 none, 0.2 remnants, 0.5 over most of the level surfaces, 0.9 everywhere."""
    mottle: float = 0.08
    """Uneven brightness of old paint and streaks of grime, as a standard deviation."""
    seed: int = 0


def weathered(
    rgb: Float32Array, coat: NDArray[np.bool_], point: Float32Array, normal: Float32Array, weathering: Weathering
) -> Float32Array:
    """Reflectance of samples after weathering.

    Args:
        rgb: paint of each sample, `[N, 3]`.
        coat: whether it is the vehicle's own coat, `[N]`.
        point: samples in the vehicle's frame, metres, `[N, 3]`.
        normal: `[N, 3]`, unit.
        weathering: camouflage, dust and snow.

    Returns:
        Reflectance `[N, 3]`.
    """
    rng = np.random.default_rng(weathering.seed)
    drawn = rng.uniform(0, TILE_PX, (5, 2)).tolist()
    shifts: list[Shift] = [(first, second) for first, second in drawn]
    warmth = float(rng.uniform(-0.5, 1.0))
    shown = np.array(rgb, np.float32)
    if weathering.camouflage is not None:
        places = np.flatnonzero(coat)
        shown[places] = painted_tones(point[places], weathering.camouflage, rng)
    uneven = np.float32(0.8) * sampled(SMOOTH, point, (0.5, 0.5), shifts[0])
    uneven += np.float32(0.6) * sampled(SMOOTH, point, (0.25, 2.5), shifts[1])
    uneven *= np.float32(weathering.mottle)
    uneven += np.float32(1)
    shown *= uneven[:, None]
    level = np.clip(normal[:, 2], 0, 1).astype(np.float32)
    if weathering.dust:
        cover(shown, weathering.dust_rgb, _dusty(point, level, shifts[2], weathering.dust))
    if weathering.snow:
        _lay_snow(shown, point, level, shifts[3:], weathering.snow, max(0.0, warmth))
    return np.clip(shown, 0.005, 0.95, out=shown)


def _dusty(point: Float32Array, level: Float32Array, shift: Shift, most: float) -> Float32Array:
    """Share of dust, `[N]`."""
    share = np.float32(0.35) + np.float32(0.65) * level
    low = np.clip(point[:, 2] * np.float32(1 / 1.5), 0, 1)
    behind = np.clip(point[:, 0] * np.float32(1 / 4), -1, 1)
    share *= np.float32(1.45) - np.float32(0.5) * low - np.float32(0.15) * behind
    share *= np.clip(np.float32(1) + np.float32(0.35) * sampled(SMOOTH, point, (1.1, 1.1), shift), 0, 1.4)
    share *= np.float32(most)
    return np.clip(share, 0, 0.95, out=share)


def _lay_snow(
    shown: Float32Array, point: Float32Array, level: Float32Array, shifts: list[Shift], snow: float, warmth: float
) -> None:
    """Snow on level surfaces: one layer with ragged holes and edges, thinner ahead, where an engine was warm."""
    places = np.flatnonzero(level > 0.55)
    where = point[places]
    depth = np.float32(4.6) * np.float32(snow - 0.4) - sampled(SMOOTH, where, (2.6, 1.8), shifts[0])
    rag = sampled(SMOOTH, where, (0.4, 0.4), shifts[1])
    depth += np.float32(0.3) * rag
    depth -= np.float32(1.4 * warmth) * np.clip(where[:, 0] * np.float32(1 / 1.5) - np.float32(0.6), 0, 1)
    depth -= np.clip(np.float32(0.9) - level[places], 0, 1) * np.float32(5)  # slopes shed it
    # paint shows through thin snow, which is wet and grey
    share = np.clip(depth * np.float32(1 / 0.9) + np.float32(0.35), 0, 0.96)
    bright = np.clip(np.float32(0.9) + np.float32(0.08) * depth, 0.7, 1.0) + np.float32(0.04) * rag
    lying = bright[:, None] * np.array(SNOW, np.float32)
    under = shown[places]
    lying -= under
    lying *= share[:, None]
    under += lying
    shown[places] = under
