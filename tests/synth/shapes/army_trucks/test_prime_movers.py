"""Lorries that pull or recover: bare behind the cab, or low between lockers."""

from __future__ import annotations

import numpy as np

from tests.synth.shapes.overhead import make_sample
from vehicle_id.synth.mesh import join
from vehicle_id.synth.shapes.army_trucks.designs import draw_design
from vehicle_id.synth.shapes.army_trucks.layout import draw_layout
from vehicle_id.synth.shapes.army_trucks.prime_movers import ballast_box, fifth_wheel, flat_rack, wrecker


def test_every_body_stays_within_its_bed_and_height() -> None:
    for seed in range(8):
        sample = make_sample("military_truck", (7.4, 2.5, 2.9), seed)
        layout = draw_layout(sample, draw_design(sample))
        for body in (fifth_wheel, wrecker, flat_rack, ballast_box):
            low, high = join(body(sample, layout, 2.9)).bounds
            assert low[0] >= -0.01
            assert high[0] <= layout.bed[1] + 0.2
            assert max(-low[1], high[1]) <= layout.half + 1e-6
            assert high[2] <= 2.95


def test_a_tractor_is_low_over_its_rear_axles() -> None:
    for seed in range(8):
        sample = make_sample("military_truck", (7.4, 2.5, 2.9), seed)
        layout = draw_layout(sample, draw_design(sample))
        points = join(fifth_wheel(sample, layout, 2.9)).triangles.reshape(-1, 3)
        behind = points[points[:, 0] < 0.3 * layout.length]
        assert np.max(behind[:, 2]) < 2 * layout.wheel + 0.5
