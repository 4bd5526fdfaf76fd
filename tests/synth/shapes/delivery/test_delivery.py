"""Vans and lorries: closed roofs, boxes over cabs, open decks with goods, as seen from above."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.overhead import heights, make_sample, whole
from vehicle_id.synth.mesh import join
from vehicle_id.synth.shapes.delivery import BUILDERS
from vehicle_id.synth.shapes.delivery.cargo import LOADS_ON_DECKS, DeckLoad, Hold
from vehicle_id.synth.shapes.delivery.lorry_plan import draw_plan

ONE_TONNE = (5.1, 1.74, 1.97)
HOLD = Hold(x=(0.0, 3.0), half=0.8, floor=0.8, top=1.9)


@pytest.mark.parametrize("seed", range(4))
def test_the_roof_of_a_van_runs_from_the_windscreen_to_the_rear(seed: int) -> None:
    mesh = whole(BUILDERS["van"](make_sample("van", (5.5, 2.0, 2.4), seed)))
    assert heights(mesh, np.arange(0.6, 3.0, 0.1), 0.0).min() > 1.9
    assert heights(mesh, [5.35], 0.0)[0] < 1.5


@pytest.mark.parametrize("seed", range(6))
def test_the_box_is_higher_than_the_cab(seed: int) -> None:
    mesh = whole(BUILDERS["box_truck"](make_sample("box_truck", (5.2, 1.76, 2.6), seed)))
    box_top = heights(mesh, [1.5], 0.0)[0]
    assert box_top > 2.4
    assert heights(mesh, [5.0], 0.0)[0] < 0.8 * box_top


@pytest.mark.parametrize("seed", range(6))
def test_the_deck_of_a_light_truck_is_longer_than_its_cab(seed: int) -> None:
    plan = draw_plan(make_sample("flatbed_truck", ONE_TONNE, seed), bonneted=0.0)
    assert plan.kind == "light"
    assert plan.body[1] - plan.body[0] >= plan.cab[1] - plan.cab[0] - plan.gap
    assert 0.0 < plan.gap < 0.2


def test_some_decks_are_empty_and_some_carry_goods() -> None:
    middles = [_over_the_deck(seed) for seed in range(12)]
    assert 2 <= sum(height < 1.0 for height in middles) <= 10


def _over_the_deck(seed: int) -> float:
    mesh = whole(BUILDERS["flatbed_truck"](make_sample("flatbed_truck", ONE_TONNE, seed)))
    return float(np.median([heights(mesh, [0.7, 1.3, 1.9], 0.3)]))


@pytest.mark.parametrize("load", LOADS_ON_DECKS, ids=lambda load: load.__name__)
def test_goods_stay_in_their_hold(load: DeckLoad) -> None:
    for seed in range(12):
        (x0, y0, z0), (x1, y1, z1) = join(load(make_sample("flatbed_truck", ONE_TONNE, seed), HOLD)).bounds
        assert -0.1 <= x0 < x1 <= 3.1
        assert max(-y0, y1) <= HOLD.half + 0.05
        assert HOLD.floor - 0.01 <= z0 < z1 <= HOLD.top + 0.05
