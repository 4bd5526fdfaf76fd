"""Army lorries: covers, frames and cabs seen from above."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.overhead import heights, make_sample, met_from_above
from vehicle_id.synth.mesh import join
from vehicle_id.synth.shapes.army_trucks.by_zone import truck_by_zone
from vehicle_id.synth.shapes.army_trucks.canvas import canvas_paint, rolled_tilt, tilt
from vehicle_id.synth.shapes.army_trucks.designs import DESIGNS, draw_design
from vehicle_id.synth.shapes.army_trucks.layout import draw_layout
from vehicle_id.synth.shapes.army_trucks.truck_bodies import no_body, open_bed

SIZE = (7.4, 2.5, 2.8)


def test_a_design_has_as_many_axles_as_the_row_states() -> None:
    for seed in range(6):
        sample = make_sample("military_truck", SIZE, seed, axles_m=(1.1, 4.6, 6.0))
        assert len(draw_design(sample).axles) == 3


def test_designs_fit_the_length_where_one_is_known() -> None:
    for design in DESIGNS:
        drawn = draw_design(make_sample("military_truck", (design.length_m, 2.5, 2.8), 1))
        assert abs(drawn.length_m / design.length_m - 1) < 0.14


@pytest.mark.parametrize("seed", range(4))
def test_a_tilt_is_highest_along_its_crown_and_within_its_span(seed: int) -> None:
    sample = make_sample("military_truck", SIZE, seed)
    cover = join(tilt(sample, (0.0, 4.0), 1.25, (1.5, 2.8), canvas_paint(sample)))
    middle, side = heights(cover, np.linspace(0.5, 3.5, 20), 0.0), heights(cover, np.linspace(0.5, 3.5, 20), 1.2)
    assert (middle > side).all()
    assert np.allclose(cover.bounds[:, :2], [[0.0, -1.25], [4.0, 1.25]], atol=0.01)


def test_a_rolled_tilt_leaves_the_rear_of_the_bed_open() -> None:
    sample = make_sample("military_truck", SIZE, 3)
    points, _ = met_from_above(join(rolled_tilt(sample, (0.0, 4.0), 1.25, (1.5, 2.8), canvas_paint(sample))))
    rear, front = points[points[:, 0] < 1.0], points[points[:, 0] > 3.2]
    assert len(rear) < 0.4 * len(front)


def test_a_bare_frame_stays_low_and_a_bed_hides_the_rails() -> None:
    sample = make_sample("military_truck", SIZE, 5)
    layout = draw_layout(sample, draw_design(sample))
    bare, bed = (join(body(sample, layout, SIZE[2])) for body in (no_body, open_bed))
    assert bare.bounds[1, 2] < layout.deck + 0.3
    assert len(met_from_above(bed)[0]) > len(met_from_above(bare)[0])


@pytest.mark.parametrize("seed", range(6))
def test_zones_fill_the_outline_from_end_to_end(seed: int) -> None:
    low, high = truck_by_zone(make_sample("military_truck", SIZE, seed)).at_rest().bounds
    assert high[0] - low[0] == pytest.approx(SIZE[0], rel=0.01)
    assert np.abs([low[1], high[1]]).max() == pytest.approx(SIZE[1] / 2, rel=0.01)
