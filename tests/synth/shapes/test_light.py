"""Cars, vans, pickups and cross-country cars as seen from above."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.road_users import brightness_along, draft, fit_error, from_above, height_at, vehicle
from vehicle_id.catalogue import load_catalogue
from vehicle_id.synth.draft import draw_draft
from vehicle_id.synth.shapes import build
from vehicle_id.synth.shapes.light import BUILDERS

SEDAN = vehicle("car", (4.7, 1.8, 1.45), name="a sedan")
SIZES = {
    "car": [(3.6, 1.63, 1.49), (4.25, 1.8, 1.49), (4.6, 1.86, 1.69), (5.2, 1.9, 1.49)],
    "van": [(4.4, 1.94, 2.1), (5.3, 1.9, 1.97), (7.3, 2.0, 2.8)],
    "pickup": [(5.1, 1.95, 1.9), (5.9, 2.03, 1.96)],
    "utility_vehicle": [(3.86, 1.75, 1.87), (4.57, 2.16, 1.83), (5.7, 2.35, 2.4)],
}


@pytest.mark.parametrize("label", BUILDERS)
def test_every_variant_is_built_to_size_of_few_triangles_above_the_ground(label: str) -> None:
    for seed in range(30):
        size = SIZES[label][seed % len(SIZES[label])]
        one = draft(vehicle(label, size, colours=("olive", "white")), seed)
        parts = BUILDERS[label](one)
        mesh = parts.at_rest()
        assert fit_error(one, parts) < 0.06, (label, seed, size)
        assert 150 <= len(mesh.triangles) <= 1200
        assert mesh.bounds[0, 2] >= -1e-9
        assert np.isfinite(mesh.triangles).all()


@pytest.mark.parametrize("label", BUILDERS)
def test_rows_of_the_catalogue_are_built_to_size(label: str) -> None:
    for row in load_catalogue().of(label):
        for seed in range(3):
            one = draw_draft(row, label, np.random.default_rng(seed))
            assert fit_error(one, BUILDERS[label](one)) < 0.06, (row.name, seed)


@pytest.mark.parametrize("label", BUILDERS)
def test_the_same_seed_makes_the_same_mesh_and_another_seed_another(label: str) -> None:
    row = vehicle(label, SIZES[label][0])
    first, again, other = (BUILDERS[label](draft(row, seed)).at_rest() for seed in (4, 4, 5))
    np.testing.assert_array_equal(first.triangles, again.triangles)
    np.testing.assert_array_equal(first.rgb, again.rgb)
    assert first.triangles.shape != other.triangles.shape or not np.array_equal(first.triangles, other.triangles)


def test_a_car_shows_bonnet_dark_windscreen_and_roof_in_this_order_from_the_front() -> None:
    mesh = build(draft(SEDAN, 1)).at_rest()
    bonnet, windscreen, boot = brightness_along(mesh, np.array([1.7, 0.75, -1.9]), y=0.45)
    assert windscreen < 0.35 * bonnet
    assert windscreen < 0.35 * boot


def test_a_sedan_is_high_in_the_middle_and_low_at_both_ends() -> None:
    mesh = build(draft(SEDAN, 1)).at_rest()
    front, middle, rear = (height_at(mesh, x) for x in (1.9, -0.2, -2.0))
    assert middle > front + 0.4
    assert middle > rear + 0.3


def test_the_corners_of_a_car_are_round_and_those_of_a_jeep_are_not() -> None:
    def covered(mesh_of: str, size: tuple[float, float, float]) -> float:
        shares = []
        for seed in range(6):
            one = draft(vehicle(mesh_of, size), seed)
            seen = from_above(build(one).at_rest(), x=one.length_m / 2 - 0.10, y=one.width_m / 2 - 0.10, size_m=0.2)
            shares.append(seen.covered.mean())
        return float(np.mean(shares))

    assert covered("car", (4.7, 1.8, 1.45)) < 0.2
    assert covered("utility_vehicle", (4.6, 1.8, 2.03)) > covered("car", (4.7, 1.8, 1.45)) + 0.1


def test_the_roof_of_a_van_reaches_its_tail_and_its_bonnet_is_short() -> None:
    for seed in range(6):
        mesh = build(draft(vehicle("van", (6.0, 2.06, 2.5)), seed)).at_rest()
        assert height_at(mesh, -2.6) > 0.9 * 2.4
        assert height_at(mesh, 2.75) < 0.6 * 2.6
        assert height_at(mesh, 1.0) > 0.9 * 2.4


def test_the_floor_of_an_empty_pickup_bed_lies_below_its_rim() -> None:
    lower = 0
    for seed in range(12):
        one = draft(vehicle("pickup", (5.3, 1.86, 1.82)), seed)
        mesh = build(one).at_rest()
        rim = height_at(mesh, -1.7, one.width_m / 2 - 0.05, size_m=0.05)
        lower += height_at(mesh, -2.2, 0.0) < rim - 0.25
    assert 3 <= lower <= 11, "some beds are open, some covered"


def test_the_wide_kind_is_chosen_by_name_and_stands_lower_than_a_jeep() -> None:
    low = build(draft(vehicle("utility_vehicle", (4.57, 2.16, 1.83), name="HMMWV M998"), 3)).at_rest()
    bonnet = height_at(low, 1.5)
    assert 0.45 * 1.83 < bonnet < 0.70 * 1.83
    assert height_at(low, 0.2) > bonnet + 0.3


@pytest.mark.parametrize("label", ["car", "van", "pickup"])
def test_the_flanks_reach_the_full_width_above_the_wheels(label: str) -> None:
    for seed in range(4):
        one = draft(vehicle(label, SIZES[label][1]), seed)
        seen = from_above(build(one).at_rest(), x=0.0, y=one.width_m / 2 - 0.045, size_m=0.05)
        assert (seen.height > 0.35 * one.height_m).all()
