"""Sizes that tests of rail build, and how."""

from __future__ import annotations

import numpy as np

from tests.synth.shapes.overhead import heights, make_sample
from vehicle_id.synth.mesh import Assembly, Mesh
from vehicle_id.synth.shapes.rail import BUILDERS

SIZES = {
    "locomotive": [(16.97, 3.15, 5.1), (20.8, 3.3, 4.75), (33.9, 3.2, 5.0)],
    "box_car": [(16.97, 3.26, 4.7), (14.73, 3.26, 4.7)],
    "gondola": [(13.92, 3.158, 3.78), (13.44, 3.22, 3.15)],
    "tank_car": [(12.02, 3.1, 4.6), (24.04, 3.254, 4.67), (21.2, 3.1, 4.95)],
    "flat_car_empty": [(14.62, 2.87, 1.3), (19.62, 2.7, 0.96)],
    "flat_car_containers": [(14.62, 2.87, 1.3), (19.62, 2.7, 1.2)],
    "flat_car_vehicles": [(14.62, 2.87, 1.3), (19.2, 3.0, 1.3)],
}
GONDOLA, FLAT = SIZES["gondola"][0], SIZES["flat_car_empty"][0]
CASES = [(leaf, size) for leaf, sizes in SIZES.items() for size in sizes]


def build(leaf: str, size: tuple[float, float, float], seed: int) -> Assembly:
    return BUILDERS[leaf](make_sample(leaf, size, seed))


def middle_line(mesh: Mesh, length: float, y: float = 0.9) -> np.ndarray:
    return heights(mesh, np.linspace(-0.36 * length, 0.36 * length, 9), y)
