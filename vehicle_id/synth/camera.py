"""The sun, the camera, and the parts of the ground that they concern.

All rays of the camera are parallel, as from far away. Pixels lie on the ground plane, as in an orthorectified product:
ground keeps its place at any off-nadir angle, and what stands on it leans away from the camera. Traces no rays.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from vehicle_id.synth.arrays import Float32Array
from vehicle_id.synth.mesh import Mesh

Box = tuple[float, float, float, float]
"""Lowest and highest x, lowest and highest y, metres on the ground."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sun:
    """The light."""

    azimuth_deg: float
    """Direction to the sun, counter-clockwise from the image's x axis."""
    elevation_deg: float
    direct: float
    """Share of the light on level ground that comes from the sun; the rest comes from the sky. 0 = overcast."""
    tint: tuple[float, float, float] = (1.03, 1.0, 0.96)
    """Colour of the sun: warmer when low."""
    sky: tuple[float, float, float] = (0.78, 0.97, 1.25)
    """Colour of the sky, the only light in shadows."""

    @property
    def direction(self) -> Float32Array:
        """Unit vector towards the sun."""
        return unit_vector(self.azimuth_deg, 90.0 - self.elevation_deg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """Direction, sample distance and window of the camera."""

    gsd_m: float
    height_px: int
    width_px: int
    off_nadir_deg: float = 0.0
    azimuth_deg: float = 0.0
    """Direction to the camera, counter-clockwise from the image's x axis."""
    centre_m: tuple[float, float] = (0.0, 0.0)
    """Ground point at the centre of the image: x to the right, y up the image."""

    @property
    def direction(self) -> Float32Array:
        """Unit vector towards the camera."""
        return unit_vector(self.azimuth_deg, self.off_nadir_deg)

    @property
    def window(self) -> Box:
        """The part of the ground that it covers."""
        (x, y), half = self.centre_m, (self.width_px * self.gsd_m / 2, self.height_px * self.gsd_m / 2)
        return x - half[0], x + half[0], y - half[1], y + half[1]

    def grid(self, supersampling: int) -> tuple[Float32Array, Float32Array]:
        """Ground coordinates of the samples: x `[W]` left to right, y `[H]` from the top down."""
        step = self.gsd_m / supersampling
        across = (np.arange(self.width_px * supersampling) + 0.5) * step - self.width_px * self.gsd_m / 2
        down = (np.arange(self.height_px * supersampling) + 0.5) * step - self.height_px * self.gsd_m / 2
        x, y = self.centre_m
        return (x + across).astype(np.float32), (y - down).astype(np.float32)


def box_along(mesh: Mesh, towards: Float32Array) -> Box:
    """The box around a mesh projected to the ground along a direction: its outline for a camera, or its shadow."""
    x, y, z = (mesh.triangles[..., axis] for axis in range(3))
    east, north = x - z * float(towards[0] / towards[2]), y - z * float(towards[1] / towards[2])
    return float(east.min()), float(east.max()), float(north.min()), float(north.max())


def meet(one: Box, other: Box) -> bool:
    """Whether two boxes have a point in common."""
    return one[0] <= other[1] and other[0] <= one[1] and one[2] <= other[3] and other[2] <= one[3]


def unit_vector(azimuth_deg: float, from_zenith_deg: float) -> Float32Array:
    """Unit vector `[3]`; the azimuth is counter-clockwise from the image's x axis."""
    azimuth, tilt = math.radians(azimuth_deg), math.radians(from_zenith_deg)
    flat = math.sin(tilt)
    return np.array([flat * math.cos(azimuth), flat * math.sin(azimuth), math.cos(tilt)], np.float32)
