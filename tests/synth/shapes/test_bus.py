"""Buses as seen from above."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.road_users import along, brightness_along, built_by, fit_error, height_at, sample, vehicle
from vehicle_id.synth.shapes.bus import BUILDERS

SIZES = [(6.0, 2.0, 2.6), (7.0, 2.5, 2.9), (10.5, 2.5, 3.0), (12.0, 2.55, 3.1), (13.0, 2.55, 3.6), (18.0, 2.55, 3.1)]
ARTICULATED = vehicle("bus", (18.0, 2.55, 3.1))
bus = BUILDERS["bus"]


def test_every_variant_is_built_to_size_of_few_triangles_above_the_ground() -> None:
    for seed in range(36):
        one = sample(vehicle("bus", SIZES[seed % len(SIZES)], colours=("yellow", "white")), seed)
        parts = bus(one)
        mesh = parts.at_rest()
        assert fit_error(one, parts) < 0.06, seed
        assert 150 <= len(mesh.triangles) <= 1400
        assert mesh.bounds[0, 2] >= -1e-9


def test_the_same_seed_makes_the_same_mesh() -> None:
    first, again = (bus(sample(ARTICULATED, 2)).at_rest() for _ in range(2))
    np.testing.assert_array_equal(first.triangles, again.triangles)
    np.testing.assert_array_equal(first.rgb, again.rgb)


@pytest.mark.parametrize(("size", "joints"), [((12.0, 2.55, 3.1), 0), ((18.0, 2.55, 3.1), 1), ((6.0, 2.0, 2.6), 0)])
def test_only_the_long_bus_has_a_joint(size: tuple[float, float, float], joints: int) -> None:
    assert len(bus(sample(vehicle("bus", size), 1)).joints) == joints


def test_an_articulated_bus_bends_about_the_dark_bellows() -> None:
    assembly = bus(sample(ARTICULATED, 3))
    (joint,) = assembly.joints
    straight = assembly.at_rest()
    at = joint.pivot[0]
    dark, *roof = brightness_along(straight, np.array([at - 0.2, at - 2.0, at + 2.0]), y=0.75)
    assert dark < 0.4 * min(roof)
    bent = joint.part.at_rest().turned(30.0, axis=joint.axis, about=joint.pivot)
    assert np.ptp(bent.triangles[..., 1]) > 2.0 * np.ptp(joint.part.at_rest().triangles[..., 1])
    assert max(abs(angle) for angle in joint.degrees) <= 45


def test_the_roof_is_flat_from_end_to_end_apart_from_its_equipment() -> None:
    for seed in range(5):
        one = sample(vehicle("bus", (12.0, 2.55, 3.1)), seed)
        mesh = built_by(bus, one)
        assert along(mesh, (-5.4, 4.8), 0.9).height.min() > 0.9 * one.height_m


def test_a_school_bus_has_a_low_bonnet_before_a_high_body() -> None:
    row = vehicle("bus", (11.0, 2.44, 3.1), colours=("yellow",))
    fronts = [height_at(built_by(bus, sample(row, seed)), 5.0) for seed in range(14)]
    bonnets = sum(front < 0.7 * 3.1 for front in fronts)
    assert 1 <= bonnets <= 9, "a third of the yellow ones"
