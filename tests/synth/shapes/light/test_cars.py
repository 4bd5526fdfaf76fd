"""Cars: bonnet, windscreen, roof; high in the middle, round at the corners."""

from __future__ import annotations

import numpy as np

from tests.synth.shapes.light.cases import SEDAN
from tests.synth.shapes.road_users import brightness_along, from_above, height_at, sample, vehicle
from vehicle_id.synth.shapes import build


def test_a_car_shows_bonnet_dark_windscreen_and_roof_in_this_order_from_the_front() -> None:
    mesh = build(sample(SEDAN, 1)).at_rest()
    bonnet, windscreen, boot = brightness_along(mesh, np.array([1.7, 0.75, -1.9]), y=0.45)
    assert windscreen < 0.35 * bonnet
    assert windscreen < 0.35 * boot


def test_a_sedan_is_high_in_the_middle_and_low_at_both_ends() -> None:
    mesh = build(sample(SEDAN, 1)).at_rest()
    front, middle, rear = (height_at(mesh, x) for x in (1.9, -0.2, -2.0))
    assert middle > front + 0.4
    assert middle > rear + 0.3


def test_the_corners_of_a_car_are_round_and_those_of_a_jeep_are_not() -> None:
    def covered(mesh_of: str, size: tuple[float, float, float]) -> float:
        shares = []
        for seed in range(6):
            one = sample(vehicle(mesh_of, size), seed)
            seen = from_above(build(one).at_rest(), x=one.length_m / 2 - 0.10, y=one.width_m / 2 - 0.10, size_m=0.2)
            shares.append(seen.covered.mean())
        return float(np.mean(shares))

    assert covered("car", (4.7, 1.8, 1.45)) < 0.2
    assert covered("utility_vehicle", (4.6, 1.8, 2.03)) > covered("car", (4.7, 1.8, 1.45)) + 0.1
