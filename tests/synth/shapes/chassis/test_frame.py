"""Frames of heavy special chassis: axles, wheels, and the ground seen through."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.chassis.cases import build, from_above, of, sample, tyre_places
from tests.synth.shapes.overhead import look
from vehicle_id.synth.camera import Camera
from vehicle_id.synth.paint import GLASS, TYRE
from vehicle_id.synth.shapes.chassis import BUILDERS
from vehicle_id.synth.shapes.chassis.frame import place_axles


def test_axles_stand_at_the_places_of_the_row() -> None:
    axles = (2.4, 4.6, 7.9, 10.1)
    mesh = BUILDERS["special_chassis_4_axles_bare"](sample("special_chassis_4_axles_bare", 3, axles_m=axles)).at_rest()
    assert tyre_places(mesh) == pytest.approx([11.65 - x for x in axles], abs=0.1)


def test_the_gap_between_axle_groups_is_wider_than_within() -> None:
    axles = place_axles((2, 3), 10.0, 0.0, 1.5)
    assert -np.diff(axles) == pytest.approx([10 / 4.5, 15 / 4.5, 10 / 4.5, 10 / 4.5])


def test_the_ground_shows_through_some_bare_frames() -> None:
    shares = []
    for seed in range(10):
        points, colours = from_above(build("special_chassis_8_axles_bare", seed).at_rest())
        shares.append(len(points) * 0.01 / (22.7 * 3.4))
        assert of(GLASS, colours).any()
    assert min(shares) < 0.93 < 0.97 < max(shares)


def test_wheels_show_at_the_side_off_nadir() -> None:
    mesh = build("special_chassis_8_axles_loaded", 2, name="Topol-M launcher on MZKT-79221").at_rest()
    camera = Camera(gsd_m=0.1, height_px=200, width_px=300, off_nadir_deg=30, azimuth_deg=90, centre_m=(11.5, 0.0))
    hits = look(mesh, camera)
    tyres = hits.face[hits.face >= 0]
    assert of(TYRE, mesh.rgb[tyres]).sum() > 100
