"""Wheel loaders: the hinge and the bucket."""

from __future__ import annotations

from tests.synth.shapes.plant.cases import build, of, turned
from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.paint import TYRE


def test_wheel_loader_bends_in_the_middle_with_an_axle_on_either_side() -> None:
    assembly = build("wheel_loader", 4)
    hinge = assembly.joints[0]
    assert 0.4 * 8 < hinge.pivot[0] < 0.5 * 8
    assert of(hinge.part.at_rest(), TYRE)[..., 0].min() > hinge.pivot[0]
    assert of(Assembly(fixed=assembly.fixed).at_rest(), TYRE)[..., 0].max() < hinge.pivot[0]
    assert turned(hinge, 38.0).bounds[1, 1] > 1.2 * 2.95 / 2


def test_loader_bucket_rises_with_its_arms() -> None:
    lift = build("wheel_loader", 4).joints[0].part.joints[0]
    assert turned(lift, -50.0).bounds[1, 2] > 3.4
