"""Articulated haulers: the hinge."""

from __future__ import annotations

from tests.synth.shapes.haulers.cases import sample
from vehicle_id.synth.shapes.haulers import BUILDERS


def test_articulated_hauler_bends_at_its_hinge() -> None:
    each = sample("articulated_hauler", 2)
    hinge = BUILDERS[each.label](each).joints[1]
    assert hinge.axis == "z"
    assert 0.55 * each.length_m < hinge.pivot[0] < 0.65 * each.length_m
    front = hinge.part.at_rest()
    bent = front.turned(30, about=hinge.pivot)
    assert bent.bounds[1, 1] > front.bounds[1, 1] + 0.8
    assert front.bounds[0, 0] >= hinge.pivot[0] - 0.5
