"""Clutter: on the ground, around the origin, of believable size; the track under a wagon."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.overhead import heights
from vehicle_id.synth.clutter import CLUTTER, GAUGE_M, RAIL_TOP_M, track
from vehicle_id.synth.mesh import join

HEIGHTS = {
    "tree": (2.5, 22), "bush": (0.2, 2.5), "pole": (3.9, 20), "person": (1.5, 2.0), "wall": (1.1, 3.3),
    "fence": (0.9, 2.5), "kerb": (0.05, 0.25), "building": (3, 12.5), "pile": (0.2, 3.5), "berm": (0.5, 5),
    "stack": (0.2, 3.5),
}  # fmt: skip


def test_all_are_tested() -> None:
    assert set(HEIGHTS) == set(CLUTTER)


@pytest.mark.parametrize("name", CLUTTER)
def test_clutter_stands_on_the_ground_around_the_origin(name: str) -> None:
    low, high = HEIGHTS[name]
    for seed in range(40):
        bounds = CLUTTER[name](np.random.default_rng(seed)).bounds
        assert bounds[0, 2] == pytest.approx(0, abs=0.04), seed
        assert low < bounds[1, 2] < high, seed
        assert (bounds[0, :2] <= 0.3).all(), seed
        assert (bounds[1, :2] >= -0.3).all(), seed


@pytest.mark.parametrize("name", CLUTTER)
def test_the_same_seed_gives_the_same_object_and_seeds_differ(name: str) -> None:
    one, other = (CLUTTER[name](np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(one.triangles, other.triangles)
    assert np.array_equal(one.rgb, other.rgb)
    assert len({CLUTTER[name](np.random.default_rng(seed)).triangles.tobytes() for seed in range(8)}) >= 6


def test_trees_are_light() -> None:
    assert max(len(CLUTTER["tree"](np.random.default_rng(seed)).triangles) for seed in range(40)) < 400


@pytest.mark.parametrize("name", ["wall", "fence"])
def test_walls_and_fences_are_four_to_thirty_metres_long(name: str) -> None:
    for seed in range(8):
        low, high = CLUTTER[name](np.random.default_rng(seed)).bounds
        assert 3.9 <= high[0] - low[0] <= 30.1


def test_a_heap_has_no_flat_corners() -> None:
    for seed in range(8):
        mesh = CLUTTER["pile"](np.random.default_rng(seed))
        low, high = mesh.bounds
        assert heights(mesh, [0.97 * low[0]], 0.97 * high[1])[0] == 0.0
        assert heights(mesh, [0.0], 0.0)[0] > 0.1


def test_a_track_carries_wagons_at_the_stated_height() -> None:
    for seed in range(6):
        mesh = join(track(30.0, np.random.default_rng(seed)))
        low, high = mesh.bounds
        assert (low[0], high[0]) == pytest.approx((-15.0, 15.0))
        assert high[2] == pytest.approx(RAIL_TOP_M)
        assert 3.2 < high[1] - low[1] < 5
        assert heights(mesh, [1.03], GAUGE_M / 2 + 0.037)[0] == pytest.approx(RAIL_TOP_M)
        between = heights(mesh, np.linspace(-5, 5, 40), 0.0)
        assert (between < RAIL_TOP_M - 0.1).all()
        assert np.ptp(between) > 0.03  # sleepers and the ballast between them
