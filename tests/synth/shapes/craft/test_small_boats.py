"""Small boats: kinds by their width, open and decked hulls, tubes that meet at the bow."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.overhead import filled, heights, make_sample, whole
from vehicle_id.synth.mesh import Assembly, join
from vehicle_id.synth.shapes.craft import BUILDERS
from vehicle_id.synth.shapes.craft.inflatables import inflatable
from vehicle_id.synth.shapes.craft.small_boats import small_boat
from vehicle_id.synth.shapes.craft.small_hulls import decked_hull, draw_hull, open_hull

KAYAK, CANOE, ROWED, TUBES = (4.2, 0.62, 0.34), (4.9, 0.9, 0.6), (3.4, 1.35, 0.6), (4.2, 1.8, 1.1)


@pytest.mark.parametrize("size", [KAYAK, (4.4, 0.7, 0.95), CANOE, (2.3, 1.13, 0.45), ROWED, TUBES, (5.6, 2.3, 2.0)])
def test_small_boats_fill_their_size(size: tuple[float, float, float]) -> None:
    for seed in range(12):
        sample = make_sample("boat", size, seed)
        assert filled(sample, BUILDERS["boat"](sample)) == pytest.approx(1, abs=0.06), seed


@pytest.mark.parametrize("size", [KAYAK, CANOE])
def test_paddled_boats_are_pointed_at_both_ends(size: tuple[float, float, float]) -> None:
    for seed in range(6):
        corners = whole(small_boat(make_sample("boat", size, seed))).triangles.reshape(-1, 3)
        ends = np.abs(corners[np.abs(corners[:, 0]) > 0.485 * size[0], 1]).max()
        assert ends < 0.25 * size[1]


def test_an_open_hull_is_low_inside_and_a_decked_one_high() -> None:
    sample = make_sample("boat", ROWED, 0)
    hull = draw_hull(sample, 0.4, stern=0.7, bow=0.0, fullness=2.0)
    coat = sample.coat
    opened, decked = (
        open_hull(hull, floor=0.1, rim=0.06, paints=(coat, coat, coat)),
        decked_hull(hull, 0.1, (coat, coat)),
    )
    gunwale = hull.half_at(0.0) - 0.02
    assert heights(opened, [0.0], 0.2)[0] == pytest.approx(0.1, abs=0.02)
    assert heights(opened, [0.0], gunwale)[0] == pytest.approx(hull.sheer_at(0.0), abs=0.02)
    assert heights(decked, [0.0], 0.0)[0] == pytest.approx(hull.sheer_at(0.0) + 0.1, abs=0.02)


def test_tubes_are_higher_than_the_floor_between_them_and_meet_at_the_bow() -> None:
    for seed in range(6):
        mesh = join(inflatable(make_sample("boat", TUBES, seed)))
        across = heights(mesh, np.full(1, -0.9), 0.72)[0]
        assert across > 0.3
        assert heights(mesh, [1.9], 0.0)[0] > 0.2


def test_kinds_of_rowed_boats_differ() -> None:
    shapes = {_outline(small_boat(make_sample("boat", ROWED, seed))) for seed in range(10)}
    assert len(shapes) >= 8


def _outline(assembly: Assembly) -> tuple[float, ...]:
    profile = heights(whole(assembly), np.linspace(-1.5, 1.5, 7), 0.3)
    return tuple(np.round(profile, 2).tolist())
