"""Drafts of made-up vehicles and a way to look down on them, for the tests of cars, lorries and buses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.synth.shapes.overhead import look
from vehicle_id.catalogue import Vehicle
from vehicle_id.synth.camera import View
from vehicle_id.synth.mesh import Assembly, Mesh
from vehicle_id.synth.vehicle_sample import Draft, draw_draft

CLOSE_M = 0.05


def vehicle(
    label: str, size: tuple[float, float, float], *, name: str = "", colours: tuple[str, ...] = ("white",)
) -> Vehicle:
    """A row of one size."""
    length, width, height = ((value, value) for value in size)
    return Vehicle(
        name=name or label, classes=(label,), length_m=length, width_m=width, height_m=height, colours=colours
    )  # fmt: skip


def draft(row: Vehicle, seed: int = 0) -> Draft:
    """A vehicle of that row; the same seed, the same vehicle."""
    return draw_draft(row, row.classes[0], np.random.default_rng([11, seed]))


def fit_error(draft: Draft, assembly: Assembly) -> float:
    """Largest share by which the parts as built miss the draft's length, width and height."""
    low, high = assembly.at_rest().bounds
    return float(np.abs((high - low) / (draft.length_m, draft.width_m, draft.height_m) - 1).max())


@dataclass(frozen=True, slots=True)
class Seen:
    """What lies in a small square, straight down, sample by sample; on the bare ground all of it is 0."""

    height: NDArray[np.float64]
    brightness: NDArray[np.float64]
    covered: NDArray[np.bool_]


def from_above(mesh: Mesh, *, x: float, y: float = 0.0, size_m: float = 0.1, wide_m: float = 0.0) -> Seen:
    """Straight down in a rectangle about a point, `size_m` along x and `wide_m` (or as much) along y."""
    columns, rows = (max(1, round(value / CLOSE_M)) for value in (size_m, wide_m or size_m))
    view = View(gsd_m=CLOSE_M, height_px=rows, width_px=columns, centre_m=(x, y))
    hits = look(mesh, view)
    height, brightness, covered = (np.zeros(rows * columns) for _ in range(3))
    height[hits.sample], covered[hits.sample] = hits.point[:, 2], 1.0
    brightness[hits.sample] = mesh.rgb[hits.face].mean(1)
    return Seen(height, brightness, covered > 0)


def height_at(mesh: Mesh, x: float, y: float = 0.0, *, size_m: float = 0.1) -> float:
    """Mean height of what is seen there."""
    return float(from_above(mesh, x=x, y=y, size_m=size_m).height.mean())


def along(mesh: Mesh, x: tuple[float, float], y: float = 0.0) -> Seen:
    """Straight down along a line from one x to another, left to right."""
    return from_above(mesh, x=(x[0] + x[1]) / 2, y=y, size_m=x[1] - x[0], wide_m=CLOSE_M)


def brightness_along(mesh: Mesh, xs: NDArray[np.float64], y: float = 0.0) -> NDArray[np.float64]:
    """Mean reflectance of what is seen at each x; the bare ground counts as 0."""
    return np.array([from_above(mesh, x=float(x), y=y).brightness.mean() for x in xs])
