"""Boats on trailers: the drawbar ahead of the bow, wheels under the hull's sides."""

from __future__ import annotations

import pytest

from tests.synth.shapes.overhead import filled, heights, make_sample, whole
from vehicle_id.synth.shapes.craft import BUILDERS
from vehicle_id.synth.shapes.craft.boat_trailers import KEEL_M, drawbar_length

SIZE = (6.5, 2.2, 2.0)


@pytest.mark.parametrize("seed", range(8))
def test_the_drawbar_is_low_and_narrow_ahead_of_a_boat_that_stands_off_the_ground(seed: int) -> None:
    sample = make_sample("boat", SIZE, seed, name="Motor boat on a trailer")
    assembly = BUILDERS["boat"](sample)
    assert filled(sample, assembly) == pytest.approx(1, abs=0.06)
    mesh, bow = whole(assembly), SIZE[0] / 2 - drawbar_length(sample)
    assert 0.2 < heights(mesh, [SIZE[0] / 2 - 0.1], 0.0)[0] < 0.8
    assert heights(mesh, [SIZE[0] / 2 - 0.1], 0.5)[0] == 0.0
    assert heights(mesh, [bow - 0.8], 0.0)[0] > KEEL_M + 0.3


def test_boats_on_trailers_differ() -> None:
    lines = {
        tuple(heights(whole(BUILDERS["boat"](make_sample("boat", SIZE, seed, name="boat on a trailer"))),
                      [-2.0, -1.0, 0.0, 1.0], 0.1).round(2)) for seed in range(6)
    }  # fmt: skip
    assert len(lines) == 6
