"""Pickups: the bed."""

from __future__ import annotations

from tests.synth.shapes.road_users import height_at, sample, vehicle
from vehicle_id.synth.shapes import build


def test_the_floor_of_an_empty_pickup_bed_lies_below_its_rim() -> None:
    lower = 0
    for seed in range(12):
        one = sample(vehicle("pickup", (5.3, 1.86, 1.82)), seed)
        mesh = build(one).at_rest()
        rim = height_at(mesh, -1.7, one.width_m / 2 - 0.05, size_m=0.05)
        lower += height_at(mesh, -2.2, 0.0) < rim - 0.25
    assert 3 <= lower <= 11, "some beds are open, some covered"
