"""Trailers: the kingpin, and frames with visible ground."""

from __future__ import annotations

import numpy as np

from tests.synth.shapes.road_users import from_above, sample, vehicle
from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.shapes import fitted
from vehicle_id.synth.shapes.road import BUILDERS
from vehicle_id.synth.vehicle_sample import VehicleSample


def build(one: VehicleSample) -> Assembly:
    return fitted(BUILDERS[one.label](one), one)


def test_a_tractor_trailer_bends_at_the_kingpin_and_clears_its_cab() -> None:
    for name, length in (("EU", 16.5), ("US ", 21.5)):
        assembly = build(sample(vehicle("tractor_trailer", (length, 2.55, 4.0), name=name), 3))
        (joint,) = assembly.joints
        trailer = joint.part.at_rest()
        bent = trailer.turned(40.0, axis=joint.axis, about=joint.pivot)
        assert np.ptp(bent.triangles[..., 1]) > 2.5 * np.ptp(trailer.triangles[..., 1])
        body = bent.triangles.reshape(-1, 3)
        body = body[(body[:, 2] > 1.3) & (np.abs(body[:, 1]) < 1.2)]
        front = max(mesh.bounds[1, 0] for mesh in assembly.fixed)
        assert body[:, 0].max() < front - 1.9, name
        assert max(abs(angle) for angle in joint.degrees) <= 45


def test_a_low_trailer_is_a_frame_with_visible_ground() -> None:
    through = []
    for seed in range(16):
        one = sample(vehicle("semi_trailer", (12.4, 2.48, 1.5)), seed)
        seen = from_above(build(one).at_rest(), x=1.0, y=0.0, size_m=2.2)
        through.append(float((~seen.covered).mean()))
    assert max(through) > 0.2
    assert min(through) < 0.05, "some are platforms"
