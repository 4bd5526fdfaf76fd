"""Camouflage: tones and patterns, drawn for a vehicle and painted over its coat.

Patterns are patches with the edges of a spray gun, bands across the vehicle, stripes along it, large angular blocks,
fine polygons and squares, and a winter whitewash that is worn off in places. Bands matter most: from above, a dark band
across a launcher looks like the gap between the cab and the body of another vehicle.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy import ndimage

from vehicle_id.synth.arrays import Float32Array, Float64Array
from vehicle_id.synth.paint import Rgb, linear
from vehicle_id.synth.tiles import SMOOTH, TILE_PX, Shift, polygon_tile, sampled, square_tile
from vehicle_id.taxonomy import Range

Pattern = Literal["patches", "bands", "oblique_bands", "stripes", "blocks", "splinter", "digital", "whitewash"]

CAMOUFLAGES: Final = (
    ("#4c5a3c", "#5a4836", "#26271f"),  # the three tones of NATO woodland
    ("#4c5a3c", "#5a4836", "#26271f", "#7d7856"),
    ("#566043", "#8f845f", "#2c2c24"),  # Russian: green, sand, black
    ("#5f6a4a", "#3f4a33", "#8a8262", "#33302a"),  # Chinese woodland
    ("#b09a74", "#8a6f4e", "#6d6a4c"),  # desert: sand, brown, a grey green
    ("#bca680", "#97805c", "#7a6247", "#cdbd9a"),
    ("#7d8272", "#565d55", "#a5a698"),  # grey green of mountains and winter fields
    ("#8c9aa5", "#5b6b7a", "#b9c2c6", "#39434e"),  # Chinese blue grey of marines and rocket units
    ("#c6b28c", "#a3835d", "#5d5748"),  # desert of the United States
    ("#3d5052", "#232d31", "#66787b"),  # blue green in small blotches, as Korean lorries in orthophotos
    ("#3a4f47", "#27322f", "#5c6b60", "#1f2425"),
)
"""Tones of patterns, the one that covers most first."""
TWO_TONES: Final = (
    ("#b5a079", "#4d5a3c"),  # sand and green
    ("#4d5a3c", "#b5a079"),
    ("#a8987a", "#5d6b4a"),
    ("#3f5a3c", "#26352a"),  # parade green with darker bands
    ("#56684a", "#33402f"),
    ("#7f8487", "#d4d6d4"),  # grey and white
    ("#8f8c80", "#77746a"),  # sinai grey
    ("#c0ab83", "#7d5f43"),  # sand and brown
    ("#4c5138", "#2a2a24"),  # olive and black
)
WINTER: Final = (("#dfe2e2", "#4c5a3c"), ("#d3d5d2", "#4c5138", "#3c3b33"), ("#c9cbc8", "#7d7856"))
"""Whitewash, and the coat that shows where it has worn off."""
SECOND_COLOURS: Final = ("#d9d8d2", "#8d8f90", "#6b4a35", "#b9a67f", "#4d5a3c", "#d9a21b", "#2b2b2c", "#23407e")
"""Second colours of civil vehicles: other paint, primer, rust."""

SIZES_M: Final[Mapping[Pattern, Range]] = {
    "patches": (0.8, 2.2),
    "bands": (0.6, 2.5),
    "oblique_bands": (0.6, 2.5),
    "stripes": (0.35, 0.9),
    "blocks": (1.3, 3.0),
    "splinter": (0.4, 0.9),
    "digital": (0.5, 1.4),
    "whitewash": (0.4, 1.2),
}
"""Size of a pattern's patches, or width of its bands."""
SHARES: Final[Mapping[Pattern, float]] = {
    "patches": 0.34, "bands": 0.2, "oblique_bands": 0.11, "stripes": 0.05, "blocks": 0.12, "splinter": 0.07,
    "digital": 0.07, "whitewash": 0.04,
}  # fmt: skip
WHITEWASHED_ON_SNOW: Final = 0.3

_BANDED: Final[Mapping[Pattern, Range]] = {"bands": (-12, 12), "oblique_bands": (25, 60), "stripes": (86, 94)}
"""Direction across the bands, degrees off the vehicle's axis."""
_COVERS: Final = (0.05, 0.62, 1.15)
"""Value of the tile above which a tone after the first shows, in deviations: 48, 27 and 13 % of the surface."""
_BARE: Final = (0.7, 1.25, 1.6)
"""The same of a whitewash: 24 % bare."""
_SPRAY_M: Final = 0.07
"""Edge of a spray gun."""
_TABLE, _STEP_M = 4096, 0.02
"""Entries of the table of bands, and their distance: bands repeat after 82 m."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Camouflage:
    """Tones in a pattern."""

    tones: tuple[Rgb, ...]
    """Two to four, the one that covers most first."""
    pattern: Pattern = "patches"
    size_m: float = 1.2
    """Size of its patches, or width of its bands."""


def draw_camouflage(rng: np.random.Generator, *, snow: bool = False) -> Camouflage:
    """A pattern with tones that suit it, faded or fresh; with snow around, often a whitewash."""
    pattern = _draw_pattern(rng, "whitewash" if snow and rng.random() < WHITEWASHED_ON_SNOW else None)
    two = rng.random() < (0.65 if pattern in _BANDED else 0.2)
    sets = WINTER if pattern == "whitewash" else TWO_TONES if two else CAMOUFLAGES
    tones = sets[int(rng.integers(len(sets)))]
    faded = rng.normal(1, 0.1) * rng.normal(1, 0.06, (len(tones), 1)) * rng.normal(1, 0.03, 3)
    mixed = np.clip(np.array([linear(tone) for tone in tones]) * faded, 0.01, 0.85)
    return Camouflage(tones=tuple(map(_rgb, mixed)), pattern=pattern, size_m=float(rng.uniform(*SIZES_M[pattern])))


def draw_two_tone(rng: np.random.Generator, coat: Rgb) -> Camouflage:
    """A coat with a second colour in bands or patches, as on vehicles that were repaired or painted by hand."""
    pattern: Pattern = ("patches", "bands", "oblique_bands", "stripes", "blocks")[int(rng.integers(5))]
    second = np.array(linear(SECOND_COLOURS[int(rng.integers(len(SECOND_COLOURS)))])) * rng.normal(1, 0.12)
    tones = (coat, _rgb(np.clip(second, 0.01, 0.85)))
    return Camouflage(tones=tones, pattern=pattern, size_m=float(rng.uniform(*SIZES_M[pattern])))


def painted_tones(point: Float32Array, camouflage: Camouflage, rng: np.random.Generator) -> Float32Array:
    """Tones of the pattern, `[N, 3]`, at places `[N, 3]` in the vehicle's frame; `rng` places the pattern."""
    first, second, third = ((float(x), float(y)) for x, y in rng.uniform(0, TILE_PX, (3, 2)))
    if camouflage.pattern in _BANDED:
        return _bands(point, camouflage, first, rng)
    return _layers(point, camouflage, [first, second, third])


def cover(rgb: Float32Array, colour: Rgb, share: Float32Array) -> None:
    """Mix a colour over samples, in place."""
    for band, value in zip(rgb.T, colour, strict=True):
        band += share * (np.float32(value) - band)


def _draw_pattern(rng: np.random.Generator, given: Pattern | None) -> Pattern:
    names = tuple(SHARES)
    return given or names[int(rng.choice(len(names), p=list(SHARES.values())))]


def _layers(point: Float32Array, camouflage: Camouflage, shifts: list[Shift]) -> Float32Array:
    """Each tone in patches over those before it."""
    shown = np.empty((len(point), 3), np.float32)
    shown[:] = camouflage.tones[0]
    size = (camouflage.size_m * 1.3, camouflage.size_m)  # patches are drawn longer along a vehicle than across
    tile = {"blocks": polygon_tile, "splinter": polygon_tile, "digital": square_tile}.get(camouflage.pattern)
    worn = camouflage.pattern == "whitewash"
    values = SMOOTH if tile is None else tile()
    # the smooth tile rises by about 2.5 deviations over a feature; polygons and squares have hard edges of their own
    sharpness = np.float32(20 if tile else camouflage.size_m / (2.5 * (4 if worn else 1) * _SPRAY_M))
    for tone, low, shift in zip(camouflage.tones[1:], _BARE if worn else _COVERS, shifts, strict=False):
        height = sampled(values, point, size, shift)
        height -= np.float32(low)
        height *= sharpness
        height += np.float32(0.5)
        cover(shown, tone, np.clip(height, 0, 1, out=height))
    return shown


def _bands(point: Float32Array, camouflage: Camouflage, shift: Shift, rng: np.random.Generator) -> Float32Array:
    """Bands of unequal width with wavy or straight edges, carried on down the sides."""
    angle = math.radians(rng.uniform(*_BANDED[camouflage.pattern]) * rng.choice((-1, 1)))
    wave, table = float(rng.choice((0.0, 0.12))) * camouflage.size_m, _band_table(camouflage, rng)
    along = point[:, 0] * np.float32(math.cos(angle)) + point[:, 1] * np.float32(math.sin(angle))
    along += np.float32(0.2) * point[:, 2]
    if wave:
        along += np.float32(wave) * sampled(SMOOTH, point, (1.4, 1.4), shift)
    along *= np.float32(1 / _STEP_M)
    along += np.float32(16 * _TABLE)  # positive, so that dropping fractions rounds down
    index = along.astype(np.int32)
    index &= _TABLE - 1
    shown: Float32Array = table.take(index, axis=0)
    return shown


def _band_table(camouflage: Camouflage, rng: np.random.Generator) -> Float32Array:
    """Tones along the axis across the bands, `[_TABLE, 3]`: the first tone in every second band, edges soft or hard."""
    tones, count = np.array(camouflage.tones), math.ceil(_TABLE * _STEP_M / (0.6 * camouflage.size_m)) + 2
    widths = camouflage.size_m * rng.uniform(0.6, 1.4, count)
    order = np.zeros(count, int)
    order[1::2] = rng.integers(1, len(tones), count // 2)
    band = np.searchsorted(np.cumsum(widths), np.arange(_TABLE) * _STEP_M)
    edge_m = _SPRAY_M if rng.random() < 0.6 else min(0.3 * camouflage.size_m, rng.uniform(0.15, 0.5))
    table: Float64Array = ndimage.uniform_filter1d(tones[order[band]], max(1, round(edge_m / _STEP_M)), axis=0)
    return table.astype(np.float32)


def _rgb(values: Float64Array) -> Rgb:
    red, green, blue = (float(value) for value in values)
    return red, green, blue
