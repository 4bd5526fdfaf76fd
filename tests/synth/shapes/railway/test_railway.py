"""Railway stock: what tells the classes apart from above."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.overhead import heights, make_sample, whole
from vehicle_id.synth.mesh import Mesh
from vehicle_id.synth.shapes.railway import BUILDERS

SIZES = {
    "locomotive": (17.0, 3.15, 5.1), "box_car": (16.0, 3.25, 4.7), "gondola": (13.92, 3.15, 3.5),
    "tank_car": (12.02, 3.1, 4.6), "flat_car_empty": (14.62, 2.87, 1.3), "flat_car_containers": (19.62, 2.8, 1.2),
    "flat_car_vehicles": (14.62, 2.87, 1.3),
}  # fmt: skip


def built(leaf: str, seed: int, name: str = "") -> Mesh:
    """The whole wagon with its load."""
    sample = make_sample(leaf, SIZES[leaf], seed, name=name or leaf)
    return whole(BUILDERS[leaf](sample))


@pytest.mark.parametrize("leaf", ["flat_car_containers", "flat_car_vehicles"])
def test_loads_stand_on_the_deck_and_keep_clear_of_the_next_track(leaf: str) -> None:
    for seed in range(8):
        mesh = built(leaf, seed)
        assert SIZES[leaf][2] + 0.9 < mesh.bounds[1, 2] < SIZES[leaf][2] + 6
        assert np.abs(mesh.bounds[:, 1]).max() < 1.8


def test_containers_keep_their_height_when_the_wagon_is_stretched() -> None:
    sample = make_sample("flat_car_containers", SIZES["flat_car_containers"], 1)
    assembly = BUILDERS[sample.label](sample)
    high = whole(assembly).bounds[1, 2] - 1.2
    stretched = assembly.merged().fitted(np.array([1.0, 1.0, 1.05]), np.zeros(3)).at_rest()
    assert stretched.bounds[1, 2] == pytest.approx(1.2 * 1.05 + high)


def test_an_empty_flat_car_has_no_more_than_timber_on_its_middle() -> None:
    for seed in range(8):
        along = heights(built("flat_car_empty", seed), np.linspace(2, 12, 60), 0.05)
        assert np.median(along) == pytest.approx(1.3, abs=0.13)


def test_a_box_car_is_highest_along_its_middle_and_a_gondola_at_its_rim_or_load() -> None:
    for seed in range(8):
        assert heights(built("box_car", seed), np.linspace(4, 12, 40), 0.0).min() > 0.85 * 4.7
    inside = [heights(built("gondola", seed), np.linspace(4, 10, 40), 0.3).min() for seed in range(12)]
    assert min(inside) < 1.5 < 2.5 < max(inside)  # some bare to the floor, some full


def test_the_bonnet_of_a_hood_unit_leaves_a_walkway_free() -> None:
    narrow = 0
    for seed in range(8):
        mesh = built("locomotive", seed, "TEM2")
        side = heights(mesh, np.linspace(3, 14, 40), 1.3)
        narrow += bool(np.median(side) < 0.6 * np.median(heights(mesh, np.linspace(3, 14, 40), 0.0)))
    assert narrow >= 5


def test_a_tank_falls_off_to_its_sides() -> None:
    along = np.linspace(2, 10, 40)
    for seed in range(6):
        mesh = built("tank_car", seed)
        assert np.median(heights(mesh, along, 0.0)) > np.median(heights(mesh, along, 1.35)) + 0.25
