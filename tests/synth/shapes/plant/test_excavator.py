"""Excavators: house, cab and boom."""

from __future__ import annotations

from tests.synth.shapes.plant.cases import SEEDS, build, of, turned
from vehicle_id.synth.paint import GLASS


def test_excavator_cab_is_left_of_the_boom_and_turns_with_the_house() -> None:
    slew = build("excavator", 1).joints[0]
    glass = of(slew.part.at_rest(), GLASS)
    assert glass[..., 1].min() > 0.1
    around = of(turned(slew, 180.0), GLASS)
    assert around[..., 1].max() < -0.1


def test_excavator_boom_reaches_up_and_out_at_work() -> None:
    working = [boom for seed in SEEDS if (boom := build("excavator", seed).joints[0].part.joints[0]).used > 0]
    assert 10 < len(working) < 30
    for boom in working:
        arm = boom.part.joints[0]
        reach = arm.part.at_rest().turned(-90.0, axis="y", about=arm.pivot)
        assert reach.bounds[1, 0] > arm.pivot[0] + 1.0
        assert turned(boom, boom.degrees[0]).bounds[1, 2] > 4.5
