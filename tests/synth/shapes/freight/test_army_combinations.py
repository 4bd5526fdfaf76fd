"""Tractor-trailers of the army: in the coat, low, the tractor no wider than the road allows."""

from __future__ import annotations

from tests.synth.shapes.overhead import make_sample
from vehicle_id.synth.mesh import join
from vehicle_id.synth.shapes.freight import BUILDERS


def test_the_tractor_of_a_wide_transporter_is_narrower_than_its_trailer() -> None:
    for seed in range(8):
        sample = make_sample("tractor_trailer", (20.0, 3.66, 3.6), seed, colours=("sand",))
        assembly = BUILDERS["tractor_trailer"](sample)
        (joint,) = assembly.joints
        cab, trailer = joint.part.at_rest().bounds, join(assembly.fixed).bounds
        assert cab[1, 1] - cab[0, 1] < 2.95
        assert trailer[1, 1] - trailer[0, 1] > 3.5


def test_some_trailers_are_empty_and_some_are_loaded() -> None:
    tops = []
    for seed in range(16):
        assembly = BUILDERS["tractor_trailer"](
            make_sample("tractor_trailer", (17.0, 2.5, 3.3), seed, colours=("olive",))
        )
        points = join(assembly.fixed).triangles.reshape(-1, 3)
        middle = points[(points[:, 0] > 3) & (points[:, 0] < 9)]
        tops.append(float(middle[:, 2].max()))
    assert min(tops) < 1.7
    assert max(tops) > 2.0
