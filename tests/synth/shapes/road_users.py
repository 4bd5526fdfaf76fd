"""Samples of made-up vehicles and measurements from above, for the tests of cars, lorries and buses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.synth.shapes.overhead import look
from vehicle_id.catalogue import Vehicle
from vehicle_id.synth.arrays import Float64Array
from vehicle_id.synth.camera import Camera
from vehicle_id.synth.mesh import Assembly, Mesh
from vehicle_id.synth.shapes import fitted
from vehicle_id.synth.vehicle_sample import VehicleSample, draw_sample

CLOSE_M = 0.05


def vehicle(
    label: str, size: tuple[float, float, float], *, name: str = "", colours: tuple[str, ...] = ("white",)
) -> Vehicle:
    """A row of one size."""
    length, width, height = ((value, value) for value in size)
    return Vehicle(
        name=name or label, classes=(label,), length_m=length, width_m=width, height_m=height, colours=colours
    )  # fmt: skip


def sample(row: Vehicle, seed: int = 0) -> VehicleSample:
    """A vehicle of that row; the same seed, the same vehicle."""
    return draw_sample(row, row.classes[0], np.random.default_rng([11, seed]))


def fit_error(sample: VehicleSample, assembly: Assembly) -> float:
    """Largest share by which the parts as built miss the sample's length, width and height."""
    low, high = assembly.at_rest().bounds
    return float(np.abs((high - low) / (sample.length_m, sample.width_m, sample.height_m) - 1).max())


def built_by(builder: Callable[[VehicleSample], Assembly], sample: VehicleSample) -> Mesh:
    """The vehicle of one builder at rest, without variation; `build` may draw another builder."""
    return fitted(builder(sample), sample).at_rest()


@dataclass(frozen=True, slots=True)
class Seen:
    """A small square seen from straight above, sample by sample; 0 on bare ground."""

    height: Float64Array
    brightness: Float64Array
    covered: NDArray[np.bool_]


def from_above(mesh: Mesh, *, x: float, y: float = 0.0, size_m: float = 0.1, wide_m: float = 0.0) -> Seen:
    """Straight down in a rectangle about a point, `size_m` along x and `wide_m` (or as much) along y."""
    columns, rows = (max(1, round(value / CLOSE_M)) for value in (size_m, wide_m or size_m))
    camera = Camera(gsd_m=CLOSE_M, height_px=rows, width_px=columns, centre_m=(x, y))
    hits = look(mesh, camera)
    height, brightness, covered = (np.zeros(rows * columns) for _ in range(3))
    height[hits.sample], covered[hits.sample] = hits.point[:, 2], 1.0
    brightness[hits.sample] = mesh.rgb[hits.face].mean(1)
    return Seen(height, brightness, covered > 0)


def height_at(mesh: Mesh, x: float, y: float = 0.0, *, size_m: float = 0.1) -> float:
    """Mean height of the visible surface there."""
    return float(from_above(mesh, x=x, y=y, size_m=size_m).height.mean())


def along(mesh: Mesh, x: tuple[float, float], y: float = 0.0) -> Seen:
    """Straight down along a line from one x to another, left to right."""
    return from_above(mesh, x=(x[0] + x[1]) / 2, y=y, size_m=x[1] - x[0], wide_m=CLOSE_M)


def brightness_along(mesh: Mesh, xs: Float64Array, y: float = 0.0) -> Float64Array:
    """Mean reflectance at each x; bare ground counts as 0."""
    return np.array([from_above(mesh, x=float(x), y=y).brightness.mean() for x in xs])
