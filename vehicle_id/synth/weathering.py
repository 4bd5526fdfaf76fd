"""Weathering of a vehicle's surfaces: camouflage, fading, streaks, dust, mud and snow over its paint.

Patterns come from one tile of smooth noise that repeats, sampled in the vehicle's own frame: the same place on the
same vehicle has the same value however many samples are computed. Dust gathers low down and behind, but not in hollows,
as the joints between parts are not known here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vehicle_id.synth.arrays import Float32Array
from vehicle_id.synth.paint import Rgb, linear

Shift = tuple[float, float]

TILE_PX: Final = 512
FEATURE_PX: Final = 32
"""Size of a feature of the tile."""
SNOW: Final = linear("#e4e8ee")
CAMOUFLAGES: Final = (
    ("#4c5a3c", "#5a4836", "#26271f"),  # the three tones of NATO woodland
    ("#4c5a3c", "#5a4836", "#26271f", "#7d7856"),
    ("#566043", "#8f845f", "#2c2c24"),  # Russian: green, sand, black
    ("#5f6a4a", "#3f4a33", "#8a8262", "#33302a"),  # Chinese woodland
    ("#b09a74", "#8a6f4e", "#6d6a4c"),  # desert: sand, brown, a grey green
    ("#bca680", "#97805c", "#7a6247", "#cdbd9a"),
    ("#7d8272", "#565d55", "#a5a698"),  # grey green of mountains and winter fields
)
"""Tones of patterns, the commonest first."""
_POSITIVE: Final = 16 * TILE_PX
"""Added to places in the tile, so that dropping their fractions rounds all of them down."""
_COVERS: Final = (0.05, 0.62, 1.15)
"""Height of the noise above which a tone after the first shows, in deviations: 48, 27 and 13 % of the surface."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weathering:
    """Camouflage, dust and snow on an object; the default has only mottle."""

    camouflage: tuple[Rgb, ...] = ()
    """Tones of a pattern that hides the coat, two to four, the one that covers most first; empty = the coat shows."""
    patch_m: float = 1.2
    """Size of its patches."""
    dust: float = 0.0
    """Share of dust on level surfaces, 0 clean to 1 covered; a third of it on vertical ones; more low and behind."""
    dust_rgb: Rgb = (0.3, 0.24, 0.17)
    snow: float = 0.0
    """Amount of snow: 0 none, 0.2 remnants, 0.5 over most of the level surfaces, 0.9 everywhere."""
    mottle: float = 0.08
    """Uneven brightness of old paint and streaks of grime, as a standard deviation."""
    seed: int = 0


def draw_camouflage(rng: np.random.Generator) -> tuple[Rgb, ...]:
    """Tones of one of `CAMOUFLAGES`, faded or fresh."""
    tones = CAMOUFLAGES[int(rng.integers(len(CAMOUFLAGES)))]
    faded = rng.normal(1, 0.1) * rng.normal(1, 0.06, (len(tones), 1)) * rng.normal(1, 0.03, 3)
    mixed = np.clip(np.array([linear(tone) for tone in tones]) * faded, 0.01, 0.9)
    return tuple((float(red), float(green), float(blue)) for red, green, blue in mixed)


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
    drawn = rng.uniform(0, TILE_PX, (8, 2)).tolist()
    shifts: list[Shift] = [(first, second) for first, second in drawn]
    warmth = float(rng.uniform(-0.5, 1.0))
    shown = np.array(rgb, np.float32)
    if weathering.camouflage:
        places = np.flatnonzero(coat)
        shown[places] = _camouflage(point[places], weathering, shifts[:3])
    uneven = np.float32(0.8) * _pattern(point, (0.5, 0.5), shifts[3])
    uneven += np.float32(0.6) * _pattern(point, (0.25, 2.5), shifts[4])
    uneven *= np.float32(weathering.mottle)
    uneven += np.float32(1)
    shown *= uneven[:, None]
    level = np.clip(normal[:, 2], 0, 1).astype(np.float32)
    if weathering.dust:
        _cover(shown, weathering.dust_rgb, _dusty(point, level, shifts[5], weathering.dust))
    if weathering.snow:
        _lay_snow(shown, point, level, shifts[6:], weathering.snow, max(0.0, warmth))
    return np.clip(shown, 0.005, 0.95, out=shown)


def _camouflage(point: Float32Array, weathering: Weathering, shifts: list[Shift]) -> Float32Array:
    """Tones of the pattern, `[N, 3]`, each with soft edges over those before it."""
    shown = np.empty((len(point), 3), np.float32)
    shown[:] = weathering.camouflage[0]
    size = (weathering.patch_m * 1.3, weathering.patch_m)  # patches are drawn longer along a vehicle than across
    # the tile rises by about 2.5 deviations over a feature: this is an edge of 7 cm, a spray gun's
    sharpness = np.float32(weathering.patch_m / (2.5 * 0.07))
    for tone, low, shift in zip(weathering.camouflage[1:], _COVERS, shifts, strict=False):
        height = _pattern(point, size, shift)
        height -= np.float32(low)
        height *= sharpness
        height += np.float32(0.5)
        _cover(shown, tone, np.clip(height, 0, 1, out=height))
    return shown


def _dusty(point: Float32Array, level: Float32Array, shift: Shift, most: float) -> Float32Array:
    """Share of dust, `[N]`."""
    share = np.float32(0.35) + np.float32(0.65) * level
    low = np.clip(point[:, 2] * np.float32(1 / 1.5), 0, 1)
    behind = np.clip(point[:, 0] * np.float32(1 / 4), -1, 1)
    share *= np.float32(1.45) - np.float32(0.5) * low - np.float32(0.15) * behind
    share *= np.clip(np.float32(1) + np.float32(0.35) * _pattern(point, (1.1, 1.1), shift), 0, 1.4)
    share *= np.float32(most)
    return np.clip(share, 0, 0.95, out=share)


def _lay_snow(
    shown: Float32Array, point: Float32Array, level: Float32Array, shifts: list[Shift], snow: float, warmth: float
) -> None:
    """Snow on level surfaces: one layer with ragged holes and edges, thinner ahead, where an engine was warm."""
    places = np.flatnonzero(level > 0.55)
    where = point[places]
    depth = np.float32(4.6) * np.float32(snow - 0.4) - _pattern(where, (2.6, 1.8), shifts[0])
    rag = _pattern(where, (0.4, 0.4), shifts[1])
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


def _cover(rgb: Float32Array, colour: Rgb, share: Float32Array) -> None:
    """Mix a colour over samples, in place."""
    for band, value in zip(rgb.T, colour, strict=True):
        band += share * (np.float32(value) - band)


def _pattern(point: Float32Array, size_m: tuple[float, float], shift: Shift) -> Float32Array:
    """Smooth noise of mean 0 and deviation 1, `[N]`; it differs between the sides of a box and its top.

    Args:
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
    values: Float32Array = _TILE.take(index)
    return values


def _make_tile() -> Float32Array:
    """Noise that wraps around: two octaves, tiled before they are enlarged so that the edges meet."""
    rng = np.random.default_rng(11)
    total = np.zeros((TILE_PX, TILE_PX))
    for feature_px, weight in ((FEATURE_PX, 1.0), (FEATURE_PX // 2, 0.5)):
        cells, margin = TILE_PX // feature_px, 4
        coarse = np.pad(rng.normal(size=(cells, cells)), margin, mode="wrap").astype(np.float32)
        side, edge = (cells + 2 * margin) * feature_px, margin * feature_px
        large = np.asarray(Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC))
        total += weight * large[edge : edge + TILE_PX, edge : edge + TILE_PX]
    tile: Float32Array = ((total - total.mean()) / total.std()).astype(np.float32)
    return tile


_TILE: Final = _make_tile()
