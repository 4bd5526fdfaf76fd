"""Lorries of the army: bonnets, wheels."""

from __future__ import annotations

import numpy as np

from tests.synth.shapes.road_users import built_by, height_at, sample, vehicle
from vehicle_id.synth.shapes.road import BUILDERS

BUILD = BUILDERS["military_truck"]


def test_rows_named_after_bonneted_lorries_have_a_bonnet_lower_than_the_cab() -> None:
    bonneted = built_by(BUILD, sample(vehicle("military_truck", (7.37, 2.5, 2.8), name="Ural-4320"), 2))
    square = built_by(BUILD, sample(vehicle("military_truck", (7.37, 2.5, 2.8), name="KamAZ-4310"), 2))
    assert height_at(bonneted, 3.0) < 0.75 * 2.8
    assert height_at(square, 3.0) > 0.85 * 2.8


def test_wheels_of_the_army_stand_as_wide_as_the_lorry() -> None:
    one = sample(vehicle("military_truck", (7.37, 2.5, 2.8), name="Ural-4320", colours=("olive",)), 5)
    mesh = built_by(BUILD, one)
    tyres = mesh.triangles[(mesh.triangles[..., 2].max(1) < 1.2) & (mesh.rgb.mean(1) < 0.03)]
    assert np.ptp(tyres[..., 1]) > 0.97 * one.width_m
