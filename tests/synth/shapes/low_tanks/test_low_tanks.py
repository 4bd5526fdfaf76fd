"""Tanks with low turrets: turrets over short hulls, guns of every reach, tracks beside the tub."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.overhead import filled, heights, make_sample, whole
from vehicle_id.synth.mesh import Assembly, join
from vehicle_id.synth.shapes.low_tanks import BUILDERS
from vehicle_id.synth.shapes.low_tanks.hull import draw_hull, low_hull
from vehicle_id.synth.shapes.low_tanks.turrets import SHELLS, Shell

LIGHT, LONG_GUN = (4.6, 2.4, 2.2), (7.6, 3.1, 2.3)
tank = BUILDERS["tank"]


@pytest.mark.parametrize("size", [LIGHT, LONG_GUN, (9.3, 3.3, 2.4), (6.2, 3.2, 2.4)])
def test_tanks_of_any_age_fill_their_size(size: tuple[float, float, float]) -> None:
    for seed in range(12):
        sample = make_sample("tank", size, seed)
        assert filled(sample, tank(sample)) == pytest.approx(1, abs=0.06)


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_stands_on_its_ring_and_is_as_high_as_asked(shell: Shell) -> None:
    for seed in range(4):
        sample = make_sample("tank", LIGHT, seed)
        (x0, y0, z0), (x1, y1, z1) = shell(sample, 0.8, 0.5, sample.coat).bounds
        assert z0 >= -1e-9 and z1 == pytest.approx(0.5, abs=0.05)
        assert x0 < -0.5 and 0.3 < x1 < 1.4 and max(-y0, y1) < 1.2


def test_turrets_are_forward_or_central_and_a_few_are_missing() -> None:
    built = [tank(make_sample("tank", (6.2, 3.2, 2.4), seed)) for seed in range(40)]
    seats = [_seat(each) for each in built if each.joints]
    assert min(seats) < 0.47 and max(seats) > 0.57
    assert 0 < sum(not each.joints for each in built) < 10


def test_guns_reach_the_front_end_of_long_rows_and_end_over_the_hull_of_short_ones() -> None:
    """A barrel before the hull is lower than the hull's roof is wide: seen on the middle line, not beside it."""
    mesh = whole(tank(make_sample("tank", LONG_GUN, 2)))
    assert heights(mesh, [7.3], 0.0)[0] > 1.0 > heights(mesh, [7.3], 0.9)[0]


def test_tracks_are_bare_on_some_hulls_and_covered_on_others() -> None:
    beside = []
    for seed in range(20):
        sample = make_sample("tank", LIGHT, seed)
        hull = draw_hull(sample, (0.0, 4.6))
        y = hull.half - 0.5 * hull.track
        middle = np.linspace(1.5, 2.6, 8)
        beside.append(float(np.median(heights(join(low_hull(sample, hull, 2.4)), middle, y))) - hull.run)
    assert min(beside) < 0.02
    assert max(beside) > 0.2


def _seat(assembly: Assembly) -> float:
    return assembly.joints[0].pivot[0] / 6.2
