"""Layers of ground: one material, patches, the other side of an edge, slabs, furrows and ripples.

A layer turns the reflectance of a raster into another. Layers with an outline are in marks.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vehicle_id.synth.arrays import Float32Array
from vehicle_id.synth.ground.noise import TILE_CELLS, TWICE, GroundPoint, Raster, noise
from vehicle_id.synth.paint import Rgb


class Layer(Protocol):
    """One material or feature of the ground."""

    def __call__(self, rgb: Float32Array, raster: Raster) -> Float32Array:
        """Reflectance `[3, H, W]` with the layer on it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Texture:
    """One material everywhere."""

    rgb: Rgb
    contrast: float
    """Standard deviation of the logarithm of brightness in an image of 0.3 m."""
    seed: int
    exponent: float = 1.2
    size_m: float = 16.0
    tint: Rgb = (0.015, 0.0, -0.02)
    """Amplitude of a slow change of each band's logarithm."""

    def __call__(self, rgb: Float32Array, raster: Raster) -> Float32Array:
        """The material, which replaces what was there."""
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
    """Another colour where noise is high; the grain of the ground below stays visible."""

    ratio: Rgb
    """Factor of the ground's reflectance."""
    cover: float
    """Share of the ground."""
    seed: int
    size_m: float = 8.0
    exponent: float = 1.5
    edge: float = 0.4
    """Width of the transition, in deviations of the noise: 0.1 a sharp edge, 1 a gradual one."""

    def __call__(self, rgb: Float32Array, raster: Raster) -> Float32Array:
        """The ground with patches on it."""
        level = NormalDist().inv_cdf(1 - min(max(self.cover, 1e-3), 0.99))
        finest_m = 4 * raster.grain_m if self.exponent > 1 else 0.0  # the last octave hardly changes an edge
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
    """Distance of the line to the left of the axis; the other material lies beyond it."""
    seed: int
    wobble_m: float = 0.0
    edge_m: float = 0.2

    def __call__(self, rgb: Float32Array, raster: Raster) -> Float32Array:
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
    size_m: GroundPoint
    offset_m: GroundPoint
    spread: float
    """Standard deviation of the logarithm of their brightness."""
    seed: int
    tint: Rgb = (0.15, 0.0, -0.15)
    """Difference of the bands, as a share of it."""

    def __call__(self, rgb: Float32Array, raster: Raster) -> Float32Array:
        """The ground in slabs."""
        along, across = raster.turned(self.axis_deg)
        column, first = _numbered(along, self.offset_m[0], self.size_m[0])
        row, lowest = _numbered(across, self.offset_m[1], self.size_m[1])
        columns, rows = np.arange(column.max() + 1) + first, np.arange(row.max() + 1) + lowest
        chosen = (rows + 91 * (self.seed // 5)) % TILE_CELLS, (columns + 57 * self.seed) % TILE_CELLS
        tones = TWICE[np.ix_(*chosen)] * np.float32(self.spread)
        row *= len(columns)
        row += column
        for band, tint in zip(rgb, self.tint, strict=True):
            band *= np.exp(tones * np.float32(1 + tint)).ravel().take(row)
        return rgb


def _numbered(at: Float32Array, offset_m: float, size_m: float) -> tuple[NDArray[np.int32], int]:
    """Index of the interval of a length that each place lies in, counted from the first, and the first one's number."""
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

    def __call__(self, rgb: Float32Array, raster: Raster) -> Float32Array:
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
    """Direction of the crests."""
    length_m: float
    """From crest to crest."""
    depth: float
    """Amplitude of the logarithm of brightness."""
    glint: float
    """Share of the sky in the brightest streaks."""
    sky: Rgb
    seed: int

    def __call__(self, rgb: Float32Array, raster: Raster) -> Float32Array:
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
