"""Lorries and tractors as seen from above: gaps, floors, tanks, raised bodies."""

from __future__ import annotations

from tests.synth.shapes.road_users import along, from_above, height_at, sample, vehicle
from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes import fitted
from vehicle_id.synth.shapes.road import BUILDERS
from vehicle_id.synth.vehicle_sample import VehicleSample


def build(one: VehicleSample) -> Assembly:
    return fitted(BUILDERS[one.label](one), one)


def test_between_cab_and_box_lies_a_dark_low_gap() -> None:
    seen = 0
    for seed in range(8):
        one = sample(vehicle("box_truck", (9.0, 2.5, 3.6)), seed)
        mesh = build(one).at_rest()
        seen += bool(along(mesh, (1.2, 3.4), 1.0).height.min() < 0.5 * one.height_m)
    assert seen >= 7


def test_the_box_is_higher_than_the_cab() -> None:
    mesh = build(sample(vehicle("box_truck", (6.5, 2.2, 3.0)), 2)).at_rest()
    assert height_at(mesh, -2.0) > height_at(mesh, 2.7) + 0.2


def test_the_floor_of_an_empty_tipper_lies_far_below_its_rim_and_loads_fill_it() -> None:
    depths = []
    for seed in range(16):
        one = sample(vehicle("tipper_truck", (7.8, 2.5, 3.1)), seed)
        mesh = build(one).at_rest()
        rim = height_at(mesh, -1.0, one.width_m / 2 - 0.09, size_m=0.05)
        depths.append(rim - height_at(mesh, -1.0))
    assert max(depths) > 0.8
    assert min(depths) < 0.4


def test_a_raised_body_is_higher_and_bares_the_frame() -> None:
    assembly = build(sample(vehicle("tipper_truck", (7.8, 2.5, 3.1)), 1))
    (joint,) = assembly.joints
    down, low = joint.part.at_rest(), joint.degrees[0]
    up = down.turned(low, axis=joint.axis, about=joint.pivot)
    assert up.bounds[1, 2] > down.bounds[1, 2] + 1.0
    assert up.bounds[0, 2] > 0.0
    assert up.bounds[1, 0] < down.bounds[1, 0] - 0.5


def test_a_tank_is_round_across_and_a_box_is_not() -> None:
    def drop(label: str, name: str) -> float:
        one = sample(vehicle(label, (9.5, 2.5, 3.4), name=name), 6)
        mesh = build(one).at_rest()
        return height_at(mesh, -2.0, 0.45) - height_at(mesh, -2.0, 0.42 * one.width_m)

    assert drop("tank_truck", "fuel truck") > 0.2
    assert abs(drop("box_truck", "box")) < 0.1


def test_a_tractor_alone_is_bare_and_low_behind_its_cab() -> None:
    for seed in range(6):
        one = sample(vehicle("tractor_unit", (6.0, 2.5, 3.6)), seed)
        mesh = build(one).at_rest()
        assert height_at(mesh, one.length_m / 2 - 1.2) > 0.75 * one.height_m
        assert height_at(mesh, -one.length_m / 2 + 1.2) < 1.4
        beside = from_above(mesh, x=-0.2, y=0.75, size_m=0.1)
        assert (beside.height < 1.25).all(), "between the axles there are rails, tanks and ground"


def test_the_dark_windscreen_lies_at_the_front_of_a_light_lorry() -> None:
    mesh = build(sample(vehicle("box_truck", (6.2, 2.2, 3.0)), 4)).at_rest()
    seen = along(mesh, (2.4, 3.05), 0.2).brightness
    assert seen.min() < 0.15
    assert seen.max() > 0.4
