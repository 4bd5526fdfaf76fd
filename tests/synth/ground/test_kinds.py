"""Kinds of ground: fixed to the world, in the right range."""

import numpy as np
import pytest

from tests.synth.ground.grids import grid
from vehicle_id.errors import InputError
from vehicle_id.synth.ground import KINDS, draw_ground

BAY = (6.0, 3.0)


def draw(kind, seed):
    return draw_ground(kind, np.random.default_rng(seed), axis_deg=20.0, bay_m=BAY)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_a_reflectance_and_the_same_when_called_again(kind):
    for seed in range(3):
        drawn = draw(kind, seed)
        first = drawn(*grid(0.1, 120))
        assert first.shape == (120, 120, 3)
        assert first.dtype == np.float32
        assert first.flags.c_contiguous
        assert first.min() >= 0.01 and first.max() <= 0.92
        assert first.std() > 0
        assert (drawn(*grid(0.1, 120)) == first).all()
        assert (draw(kind, seed)(*grid(0.1, 120)) == first).all()


@pytest.mark.parametrize("kind", KINDS)
def test_windows_that_overlap_agree(kind):
    drawn = draw(kind, 4)
    large = drawn(*grid(0.1, 200))
    small = drawn(*grid(0.1, 100, at=(5.0, -3.0)))
    same = np.abs(large[80:180, 100:200] - small).max(axis=2) < 0.01
    assert same.mean() > 0.98  # all but the last sample of some marks


def test_seeds_and_places_differ():
    here = draw("grass", 1)(*grid(0.1, 100))
    assert np.abs(draw("grass", 2)(*grid(0.1, 100)) - here).mean() > 0.005
    assert np.abs(draw("grass", 1)(*grid(0.1, 100, at=(10, 0))) - here).mean() > 0.002


def test_an_unknown_kind_is_an_error_of_one_sentence():
    with pytest.raises(InputError, match="no ground 'lava'; choose one of soil, gravel"):
        draw("lava", 0)


def test_kinds_are_about_as_bright_as_real_ground():
    def mean(kind):
        return np.mean([draw(kind, seed)(*grid(0.4, 40)).mean(axis=(0, 1)) for seed in range(8)], axis=0)

    assert 0.08 < mean("asphalt").mean() < 0.22
    assert 0.25 < mean("concrete").mean() < 0.45
    assert mean("snow").mean() > 0.5
    assert 0.015 < mean("water").mean() < 0.12
    assert 0.04 < mean("grass")[1] < 0.2
    assert mean("grass")[1] > mean("grass")[0] > mean("grass")[2]
    assert mean("mud").mean() < mean("soil").mean() < mean("snow").mean()
