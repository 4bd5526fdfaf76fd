"""Tippers of building sites: the outline, round and square bodies, loads within their tub."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.overhead import filled, heights, make_sample, whole
from vehicle_id.synth.mesh import join
from vehicle_id.synth.paint import STEEL
from vehicle_id.synth.shapes.site_lorries import BUILDERS
from vehicle_id.synth.shapes.site_lorries.tubs import Tub, tub_load, tub_walls

FOUR_AXLES = (9.0, 2.5, 3.3)


def tub(*, half_pipe: bool) -> Tub:
    return Tub(x=(0.0, 6.0), half=1.25, floor=1.2, rim=2.6, top=3.2, paint=STEEL, half_pipe=half_pipe)


@pytest.mark.parametrize("size", [(6.0, 2.5, 2.9), (7.8, 2.5, 3.1), FOUR_AXLES, (10.5, 2.5, 3.4)])
def test_a_tipper_fills_its_outline_and_no_part_stands_out(size: tuple[float, float, float]) -> None:
    for seed in range(8):
        sample = make_sample("tipper_truck", size, seed)
        assert filled(sample, BUILDERS["tipper_truck"](sample)) == pytest.approx(1, abs=0.06)


@pytest.mark.parametrize("half_pipe", [True, False])
def test_loads_stay_in_their_tub(half_pipe: bool) -> None:
    for seed in range(12):
        parts = tub_load(make_sample("tipper_truck", FOUR_AXLES, seed), tub(half_pipe=half_pipe))
        if parts:
            (x0, y0, z0), (x1, y1, z1) = join(parts).bounds
            assert -0.01 <= x0 < x1 <= 6.01
            assert max(-y0, y1) <= 1.26
            assert 1.19 <= z0 < z1 <= 3.21


def test_a_half_pipe_is_deepest_in_its_middle_and_a_tub_is_level() -> None:
    sample = make_sample("tipper_truck", FOUR_AXLES, 1)
    for half_pipe in (True, False):
        mesh = join(tub_walls(sample, tub(half_pipe=half_pipe)))
        middle, side = heights(mesh, [3.0], 0.02)[0], heights(mesh, [3.0], 0.9)[0]
        assert side - middle > 0.2 if half_pipe else abs(side - middle) < 0.02


def test_some_bodies_are_empty_and_others_full() -> None:
    levels = [
        np.median(heights(whole(BUILDERS["tipper_truck"](make_sample("tipper_truck", FOUR_AXLES, seed))),
                          [1.5, 2.5, 3.5, 4.5], 0.2)) for seed in range(16)
    ]  # fmt: skip
    assert sum(level < 1.9 for level in levels) >= 3
    assert sum(level > 2.2 for level in levels) >= 5


def test_the_body_tips_about_its_rear_end() -> None:
    (joint,) = BUILDERS["tipper_truck"](make_sample("tipper_truck", FOUR_AXLES, 3)).joints
    raised = joint.part.at_rest().turned(joint.degrees[0], axis="y", about=joint.pivot)
    assert raised.bounds[1, 2] > 5.0
