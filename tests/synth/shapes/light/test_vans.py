"""Vans: the roof."""

from __future__ import annotations

from tests.synth.shapes.road_users import built_by, height_at, sample, vehicle
from vehicle_id.synth.shapes.light.vans import van


def test_the_roof_of_a_van_reaches_its_tail_and_its_bonnet_is_short() -> None:
    for seed in range(6):
        mesh = built_by(van, sample(vehicle("van", (6.0, 2.06, 2.5)), seed))
        assert height_at(mesh, -2.6) > 0.9 * 2.4
        assert height_at(mesh, 2.75) < 0.6 * 2.6
        assert height_at(mesh, 1.0) > 0.9 * 2.4
