"""Gondolas, box cars and tank cars: what is open and what is closed from above."""

from __future__ import annotations

import numpy as np

from tests.synth.shapes.overhead import heights, whole
from tests.synth.shapes.rail.cases import GONDOLA, SIZES, build, middle_line
from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes.rail.gear import OVERHANG_M


def test_an_empty_gondola_is_a_trough() -> None:
    depths = []
    for seed in range(12):
        assembly = build("gondola", GONDOLA, seed)
        if type(assembly) is Assembly:  # without a load
            depths.append(GONDOLA[2] - middle_line(whole(assembly), GONDOLA[0]))
    assert depths
    assert np.min(depths) > 1.5


def test_a_full_gondola_is_filled() -> None:
    floors = [
        np.median(middle_line(whole(assembly), GONDOLA[0]))
        for assembly in (build("gondola", GONDOLA, seed) for seed in range(12))
        if type(assembly) is not Assembly
    ]
    assert floors
    assert np.max(floors) > GONDOLA[2] - 0.3
    assert np.min(floors) > 1.25


def test_a_box_car_is_closed_and_highest_along_its_middle() -> None:
    length, width, height = SIZES["box_car"][0]
    for seed in range(6):
        mesh = whole(build("box_car", SIZES["box_car"][0], seed))
        middle, side = (heights(mesh, np.linspace(-0.4 * length, 0.4 * length, 7), y) for y in (0.1, 0.42 * width))
        assert side.min() > 0.75 * height
        assert (middle > side + 0.15).all()


def test_a_tank_car_has_its_dome_in_the_middle_and_its_frame_at_the_ends() -> None:
    length, _, height = SIZES["tank_car"][0]
    mesh = whole(build("tank_car", SIZES["tank_car"][0], 2))
    dome, barrel = heights(mesh, [0.0, 0.2 * length], 0.05)
    assert dome > barrel + 0.15
    assert barrel > 0.8 * height
    assert heights(mesh, [length / 2 - OVERHANG_M - 0.05], 1.2)[0] < 1.5


def test_a_long_tank_car_is_two_barrels() -> None:
    length = SIZES["tank_car"][1][0]
    gap, front, back = heights(whole(build("tank_car", SIZES["tank_car"][1], 0)), [0.0, length / 4, -length / 4], 0.8)
    assert gap < 2 < min(front, back)
