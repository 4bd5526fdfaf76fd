"""Flat cars: loads on the deck."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.overhead import make_sample, whole
from tests.synth.shapes.rail.cases import FLAT, build, middle_line
from vehicle_id.synth.shapes.rail import BUILDERS


@pytest.mark.parametrize("leaf", ["flat_car_containers", "flat_car_vehicles"])
def test_loads_stand_over_the_published_height(leaf: str) -> None:
    for seed in range(20):
        mesh = whole(build(leaf, FLAT, seed))
        assert mesh.bounds[1, 2] > FLAT[2] + 0.9
        assert np.abs(mesh.bounds[:, 1]).max() < FLAT[1] / 2 + 0.4


def test_containers_keep_their_size_in_the_fit() -> None:
    sample = make_sample("flat_car_containers", FLAT, 0)
    assembly = BUILDERS[sample.label](sample)
    fitted = assembly.fitted(np.array([1.0, 1.0, 1.02]), np.zeros(3)).at_rest()
    assert 1.3 + 2.4 < fitted.bounds[1, 2] < 1.3 + 3.2


def test_an_empty_flat_car_is_flat() -> None:
    for seed in range(20):
        on_deck = middle_line(whole(build("flat_car_empty", FLAT, seed)), FLAT[0], y=0.05)
        assert np.median(on_deck) == pytest.approx(FLAT[2], abs=0.05)


def test_some_container_wagons_have_no_deck() -> None:
    low = [middle_line(whole(build("flat_car_empty", FLAT, seed)), FLAT[0], y=0.8).min() for seed in range(20)]
    assert min(low) < 0.95 < max(low)  # gear, ground or the deck
