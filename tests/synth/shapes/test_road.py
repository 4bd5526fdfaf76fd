"""Lorries, tractors, trailers and the army's lorries as seen from above."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.road_users import along, draft, fit_error, from_above, height_at, vehicle
from vehicle_id.catalogue import load_catalogue
from vehicle_id.synth.draft import draw_draft
from vehicle_id.synth.shapes import build
from vehicle_id.synth.shapes.road import BUILDERS

Size = tuple[float, float, float]
SIZES: dict[str, list[tuple[str, Size]]] = {
    "box_truck": [
        ("light", (6.5, 2.2, 3.0)),
        ("GAZon", (7.0, 2.3, 3.1)),
        ("large", (11.0, 2.55, 3.8)),
        ("US ", (10.3, 2.5, 3.8)),
    ],
    "flatbed_truck": [("KamAZ", (8.5, 2.5, 2.83)), ("ZIL-130", (6.675, 2.5, 2.4)), ("GAZ-51", (5.6, 2.24, 2.13))],
    "tipper_truck": [("MAZ", (6.0, 2.5, 2.93)), ("KamAZ", (7.8, 2.5, 3.1)), ("HOWO", (10.7, 2.5, 3.4))],
    "tank_truck": [("fuel", (9.5, 2.5, 3.3)), ("ATZ on Ural", (7.8, 2.5, 3.0))],
    "tractor_unit": [
        ("4x2", (6.0, 2.5, 3.6)),
        ("KamAZ", (6.15, 2.5, 2.83)),
        ("US tractor", (8.0, 2.5, 3.8)),
        ("6x4", (7.0, 2.5, 3.4)),
    ],
    "tractor_trailer": [("EU", (16.5, 2.55, 4.0)), ("US ", (21.5, 2.59, 4.1)), ("tank lorry", (14.5, 2.5, 3.6))],
    "semi_trailer": [("curtain", (13.6, 2.55, 4.0)), ("frame", (12.4, 2.48, 1.5)), ("tank", (11.5, 2.5, 3.5))],
    "military_truck": [
        ("KamAZ-4310", (7.8, 2.5, 3.0)),
        ("Ural-4320", (7.37, 2.5, 2.8)),
        ("GAZ-66", (5.66, 2.33, 2.44)),
    ],
}
COATS = ("olive", "white", "orange")
"""Coats that lead to military and civil variants alike."""


@pytest.mark.parametrize("label", BUILDERS)
def test_every_variant_is_built_to_size_of_few_triangles_above_the_ground(label: str) -> None:
    for seed in range(30):
        name, size = SIZES[label][seed % len(SIZES[label])]
        one = draft(vehicle(label, size, name=name, colours=COATS), seed)
        parts = BUILDERS[label](one)
        mesh = parts.at_rest()
        assert fit_error(one, parts) < 0.06, (name, seed)
        assert 150 <= len(mesh.triangles) <= 1400
        assert mesh.bounds[0, 2] >= -1e-9
        assert np.isfinite(mesh.triangles).all()


@pytest.mark.parametrize("label", BUILDERS)
def test_rows_of_the_catalogue_are_built_to_size(label: str) -> None:
    for row in load_catalogue().of(label):
        for seed in range(3):
            one = draw_draft(row, label, np.random.default_rng(seed))
            assert fit_error(one, BUILDERS[label](one)) < 0.06, (row.name, seed)


@pytest.mark.parametrize("label", BUILDERS)
def test_the_same_seed_makes_the_same_mesh(label: str) -> None:
    name, size = SIZES[label][0]
    first, again = (BUILDERS[label](draft(vehicle(label, size, name=name), 4)).at_rest() for _ in range(2))
    np.testing.assert_array_equal(first.triangles, again.triangles)
    np.testing.assert_array_equal(first.rgb, again.rgb)


def test_between_cab_and_box_lies_a_dark_low_gap() -> None:
    seen = 0
    for seed in range(8):
        one = draft(vehicle("box_truck", (9.0, 2.5, 3.6)), seed)
        mesh = build(one).at_rest()
        seen += bool(along(mesh, (1.2, 3.4), 1.0).height.min() < 0.5 * one.height_m)
    assert seen >= 7


def test_the_box_is_higher_than_the_cab() -> None:
    mesh = build(draft(vehicle("box_truck", (6.5, 2.2, 3.0)), 2)).at_rest()
    assert height_at(mesh, -2.0) > height_at(mesh, 2.7) + 0.2


def test_the_floor_of_an_empty_tipper_lies_far_below_its_rim_and_loads_fill_it() -> None:
    depths = []
    for seed in range(16):
        one = draft(vehicle("tipper_truck", (7.8, 2.5, 3.1)), seed)
        mesh = build(one).at_rest()
        rim = height_at(mesh, -1.0, one.width_m / 2 - 0.09, size_m=0.05)
        depths.append(rim - height_at(mesh, -1.0))
    assert max(depths) > 0.8
    assert min(depths) < 0.4


def test_a_raised_body_is_higher_and_bares_the_frame() -> None:
    assembly = build(draft(vehicle("tipper_truck", (7.8, 2.5, 3.1)), 1))
    (joint,) = assembly.joints
    down, low = joint.part.at_rest(), joint.degrees[0]
    up = down.turned(low, axis=joint.axis, about=joint.pivot)
    assert up.bounds[1, 2] > down.bounds[1, 2] + 1.0
    assert up.bounds[0, 2] > 0.0
    assert up.bounds[1, 0] < down.bounds[1, 0] - 0.5


def test_a_tank_is_round_across_and_a_box_is_not() -> None:
    def drop(label: str, name: str) -> float:
        one = draft(vehicle(label, (9.5, 2.5, 3.4), name=name), 6)
        mesh = build(one).at_rest()
        return height_at(mesh, -2.0, 0.45) - height_at(mesh, -2.0, 0.42 * one.width_m)

    assert drop("tank_truck", "fuel truck") > 0.2
    assert abs(drop("box_truck", "box")) < 0.1


def test_a_tractor_alone_is_bare_and_low_behind_its_cab() -> None:
    for seed in range(6):
        one = draft(vehicle("tractor_unit", (6.0, 2.5, 3.6)), seed)
        mesh = build(one).at_rest()
        assert height_at(mesh, one.length_m / 2 - 1.2) > 0.75 * one.height_m
        assert height_at(mesh, -one.length_m / 2 + 1.2) < 1.4
        beside = from_above(mesh, x=-0.2, y=0.75, size_m=0.1)
        assert (beside.height < 1.25).all(), "between the axles there are rails, tanks and ground"


def test_a_tractor_trailer_bends_at_the_kingpin_and_clears_its_cab() -> None:
    for name, length in (("EU", 16.5), ("US ", 21.5)):
        assembly = build(draft(vehicle("tractor_trailer", (length, 2.55, 4.0), name=name), 3))
        (joint,) = assembly.joints
        trailer = joint.part.at_rest()
        bent = trailer.turned(40.0, axis=joint.axis, about=joint.pivot)
        assert np.ptp(bent.triangles[..., 1]) > 2.5 * np.ptp(trailer.triangles[..., 1])
        body = bent.triangles.reshape(-1, 3)
        body = body[(body[:, 2] > 1.3) & (np.abs(body[:, 1]) < 1.2)]
        front = max(mesh.bounds[1, 0] for mesh in assembly.fixed)
        assert body[:, 0].max() < front - 1.9, name
        assert max(abs(angle) for angle in joint.degrees) <= 45


def test_a_low_trailer_is_a_frame_one_sees_the_ground_through() -> None:
    through = []
    for seed in range(16):
        one = draft(vehicle("semi_trailer", (12.4, 2.48, 1.5)), seed)
        seen = from_above(build(one).at_rest(), x=1.0, y=0.0, size_m=2.2)
        through.append(float((~seen.covered).mean()))
    assert max(through) > 0.2
    assert min(through) < 0.05, "some are platforms"


def test_rows_named_after_bonneted_lorries_have_a_bonnet_lower_than_the_cab() -> None:
    bonneted = build(draft(vehicle("military_truck", (7.37, 2.5, 2.8), name="Ural-4320"), 2)).at_rest()
    square = build(draft(vehicle("military_truck", (7.37, 2.5, 2.8), name="KamAZ-4310"), 2)).at_rest()
    assert height_at(bonneted, 3.0) < 0.75 * 2.8
    assert height_at(square, 3.0) > 0.85 * 2.8


def test_wheels_of_the_army_stand_as_wide_as_the_lorry() -> None:
    one = draft(vehicle("military_truck", (7.37, 2.5, 2.8), name="Ural-4320", colours=("olive",)), 5)
    mesh = build(one).at_rest()
    tyres = mesh.triangles[(mesh.triangles[..., 2].max(1) < 1.2) & (mesh.rgb.mean(1) < 0.03)]
    assert np.ptp(tyres[..., 1]) > 0.97 * one.width_m


def test_the_dark_windscreen_lies_at_the_front_of_a_light_lorry() -> None:
    mesh = build(draft(vehicle("box_truck", (6.2, 2.2, 3.0)), 4)).at_rest()
    seen = along(mesh, (2.4, 3.05), 0.2).brightness
    assert seen.min() < 0.15
    assert seen.max() > 0.4
