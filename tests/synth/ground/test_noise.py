"""Noise and rasters: the same place, the same value."""

import numpy as np
import pytest

from tests.synth.ground.grids import grid
from vehicle_id.synth.ground.noise import Raster, noise


def test_a_larger_exponent_is_smoother():
    def roughness(exponent):
        field = noise(Raster.of(*grid(0.1, 200)), 3, size_m=16, exponent=exponent)
        return np.abs(np.diff(field, axis=1)).mean() / field.std()

    assert roughness(0.8) > 1.5 * roughness(1.2) > 2 * roughness(1.8)


def test_enlarging_meets_its_lattice_and_keeps_straight_lines():
    raster = Raster.of(*grid(0.075, 100, at=(0.3, 0.7)))
    lattice = raster.lattice(raster.grain_m)
    along, across = lattice.turned(0.0)
    planes = np.stack([np.broadcast_to(along, (lattice.height, lattice.width)), 0 * along + across]).astype(np.float32)
    x, y = raster.turned(0.0)
    taken = raster.take(planes, lattice)
    assert np.abs(taken[..., 0] - x).max() < 1e-4
    assert np.abs(taken[..., 1] - y).max() < 1e-4


def test_noise_is_the_same_at_a_place_whatever_the_window_of_its_lattice():
    large, small = Raster.of(*grid(0.1, 200)), Raster.of(*grid(0.1, 100, at=(5.0, -3.0)))
    for size_m in (2.0, 16.0):
        part = noise(small, 3, size_m=size_m)
        assert noise(large, 3, size_m=size_m)[80:180, 100:200] == pytest.approx(part, abs=1e-3)
