"""Small vans: where their noses end, how plain their roofs are, what of the outline they fill."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.overhead import filled, heights, make_sample, met_from_above, whole
from vehicle_id.synth.mesh import Mesh, join
from vehicle_id.synth.paint import WHITE_PANEL, shade
from vehicle_id.synth.shapes.delivery.cabin import Cabin, cabin_shell
from vehicle_id.synth.shapes.town_vans import BUILDERS
from vehicle_id.synth.shapes.town_vans.kinds import CAB_FORWARD, draw_kind

COMPACT = (4.4, 1.8, 1.83)
KEI = (3.395, 1.475, 1.85)


def built(size: tuple[float, float, float], seed: int) -> Mesh:
    """The vehicle before the fit."""
    return whole(BUILDERS["van"](make_sample("van", size, seed)))


def roof_share(mesh: Mesh, length: float) -> float:
    """Share of the length, along the middle, over which the vehicle is nearly as high as it gets."""
    along = heights(mesh, np.arange(0.03, length, 0.05), 0.1)
    return float((along > 0.9 * along.max()).mean())


@pytest.mark.parametrize("size", [KEI, COMPACT, (5.1, 1.95, 1.97), (5.9, 1.95, 2.28)])
def test_a_van_fills_its_outline_and_no_part_stands_out(size: tuple[float, float, float]) -> None:
    for seed in range(10):
        sample = make_sample("van", size, seed)
        share = filled(sample, BUILDERS["van"](sample))
        assert share == pytest.approx(1, abs=0.05)


def test_the_roof_of_a_small_van_is_longer_than_a_cars() -> None:
    shares = [roof_share(built(COMPACT, seed), COMPACT[0]) for seed in range(14)]
    assert min(shares) > 0.5
    assert np.mean(shares) > 0.6


def test_most_compact_vans_have_a_low_nose_of_an_eighth_to_a_quarter_of_the_length() -> None:
    noses = []
    for seed in range(14):
        along = heights(built(COMPACT, seed), np.arange(2.5, 4.38, 0.04), 0.1)
        noses.append(0.04 * (along < 0.66 * along.max()).sum() / COMPACT[0])
    assert 0.1 < np.median(noses) < 0.3


def test_the_shortest_vans_have_their_windscreen_at_the_front_end() -> None:
    assert draw_kind(make_sample("van", KEI, 1)) is CAB_FORWARD
    assert draw_kind(make_sample("van", (4.9, 1.7, 2.0), 1, name="Toyota HiAce H200")) is CAB_FORWARD
    assert min(heights(built(KEI, seed), [2.6], 0.1)[0] for seed in range(8)) > 0.75 * KEI[2]


def test_roofs_are_plain_on_most_vans() -> None:
    spreads = []
    for seed in range(12):
        mesh = built(COMPACT, seed)
        points, faces = met_from_above(mesh, step_m=0.08)
        on_roof = (points[:, 2] > 0.93 * COMPACT[2]) & (np.abs(points[:, 1]) < 0.6)
        spreads.append(float(mesh.rgb[faces[on_roof]].mean(1).std()))
    assert sum(spread < 0.01 for spread in spreads) >= 5
    assert max(spreads) > 0.02


def test_vans_of_one_size_differ() -> None:
    lines = {tuple(heights(built(COMPACT, seed), np.arange(0.1, 4.4, 0.2), 0.1).round(2)) for seed in range(8)}
    assert len(lines) == 8


def test_a_bonnet_may_have_a_paint_of_its_own() -> None:
    cabin = Cabin(x=(0.0, 4.4), half=0.9, sill=0.2, belt=1.0, prow=0.8, roof=1.8, bonnet=0.9, lean=0.7)
    coat, other = shade(WHITE_PANEL, 0.2), shade(WHITE_PANEL, 1.0)
    mesh = join(cabin_shell(cabin, coat=coat, glass=coat, side=lambda x: coat, roof=lambda x: coat, tail=coat,
                            pillars=(), bonnet=other))  # fmt: skip
    points, faces = met_from_above(mesh, step_m=0.05)
    tone = mesh.rgb[faces].mean(1)
    bright = tone > 0.5
    assert bright.any()
    assert points[bright, 0].min() > 4.4 - 0.9 - 0.15
