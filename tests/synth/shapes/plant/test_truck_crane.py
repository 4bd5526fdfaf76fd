"""Truck cranes: boom, legs, and the section run out."""

from __future__ import annotations

import numpy as np

from tests.synth.shapes.plant.cases import SEEDS, build, turned
from vehicle_id.synth.mesh import Assembly


def test_crane_boom_overhangs_the_cab_and_is_thin() -> None:
    for seed in range(10):
        assembly = build("truck_crane", seed)
        boom = assembly.joints[0].part.joints[0].part.at_rest()
        carrier = Assembly(fixed=assembly.fixed).at_rest()
        assert boom.bounds[1, 0] > carrier.bounds[1, 0] + 0.8
        assert boom.bounds[1, 0] - boom.bounds[0, 0] > 0.75 * 12.6
        bars = assembly.joints[0].part.joints[0].part.fixed[:3]
        assert all(np.ptp(bar.bounds[:, 1]) < 0.35 * 2.5 for bar in bars)


def test_crane_on_its_legs_is_wider_and_its_boom_stands_up() -> None:
    working = [assembly for seed in SEEDS if (assembly := build("truck_crane", seed)).joints[0].used > 0]
    assert 5 <= len(working) <= 18
    for assembly in working:
        legs = assembly.joints[1:]
        assert len(legs) == 4
        span = [turned(leg, 180.0).bounds[:, 1] for leg in legs]
        assert np.max(span) - np.min(span) > 1.6 * 2.5
        assert max(np.abs(leg.part.at_rest().bounds[:, 1]).max() for leg in legs) <= 1.01 * 2.5 / 2
        boom = assembly.joints[0].part.joints[0]
        assert turned(boom, -45.0).bounds[1, 2] > 8


def test_run_out_section_makes_the_boom_longer() -> None:
    working = [assembly for seed in SEEDS if (assembly := build("truck_crane", seed)).joints[0].used > 0]
    for assembly in working:
        inner = assembly.joints[0].part.joints[0].part.joints[0]
        assert turned(inner, 180.0).bounds[1, 0] > inner.part.at_rest().bounds[1, 0] + 1.5
