"""Buses as continuous shells: roofs, ends, decks and bellows, as seen from above."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.overhead import filled, heights, make_sample, met_from_above, whole
from vehicle_id.synth.mesh import Assembly, join
from vehicle_id.synth.paint import GLASS
from vehicle_id.synth.shapes.coaches import BUILDERS
from vehicle_id.synth.shapes.coaches.roof_units import UNITS
from vehicle_id.synth.shapes.coaches.shell import BusFinish, BusShell, bus_body

SIZE = (12.0, 2.55, 3.2)
SHELL = BusShell(
    x=(0.0, 12.0), half=1.27, floor=0.3, belt=1.2, lintel=2.6, top=3.2, crown=0.1, edge=0.2, nose=(0.5, 0.8),
    tail=(0.2, 0.9), lean=0.5, lean_rear=0.1,
)  # fmt: skip
bus = BUILDERS["bus"]


@pytest.mark.parametrize("seed", range(4))
def test_a_bus_has_no_gap_between_its_ends(seed: int) -> None:
    mesh = whole(bus(make_sample("bus", SIZE, seed)))
    low, high = mesh.bounds[:, 0]
    assert heights(mesh, np.arange(low + 1.8, high - 2.3, 0.1), 0.0).min() > 2.4


def test_the_roof_of_a_bare_body_rises_to_its_middle_and_has_rounded_corners() -> None:
    body = join(bus_body(SHELL, BusFinish(side=make_sample("bus", SIZE, 0).coat)))
    middle, flank = (heights(body, [6.0], y)[0] for y in (0.0, 0.95))
    assert middle == pytest.approx(3.2, abs=0.01)
    assert 3.05 < flank < 3.17
    assert heights(body, [11.95], 1.2)[0] == 0.0


def test_the_windscreen_shows_from_above_at_the_front_end_alone() -> None:
    paints = BusFinish(side=make_sample("bus", SIZE, 0).coat, back=make_sample("bus", SIZE, 0).coat)
    body = join(bus_body(SHELL, paints))
    points, faces = met_from_above(body, step_m=0.05)
    inside = np.abs(points[:, 1]) < 0.7
    glass = points[(np.abs(body.rgb[faces] - GLASS.rgb).max(1) < 1e-6) & inside]
    assert len(glass) > 50
    assert glass[:, 0].min() > 11


@pytest.mark.parametrize("name", UNITS)
def test_what_stands_on_the_roof_stays_over_it_and_within_its_height(name: str) -> None:
    build, (low, high) = UNITS[name]
    for seed in range(8):
        unit = join(build(make_sample("bus", SIZE, seed), SHELL, high))
        (x0, y0, _), (x1, y1, z1) = unit.bounds
        assert 0 <= x0 < x1 <= 12.05
        assert max(-y0, y1) <= SHELL.half
        assert SHELL.top + 0.5 * low < z1 < SHELL.top + high + 0.05


def test_long_buses_alone_have_a_joint() -> None:
    long_, short = (bus(make_sample("bus", (length, 2.5, 3.1), 3)) for length in (18.0, 12.0))
    assert [joint.axis for joint in long_.joints] == ["z"]
    assert not short.joints


def test_double_deck_apron_and_school_buses_fill_their_sizes() -> None:
    for size in ((11.0, 2.55, 4.2), (14.0, 3.0, 3.0), (11.0, 2.44, 3.1)):
        for seed in range(6):
            sample = make_sample("bus", size, seed, colours=("yellow",))
            assert filled(sample, bus(sample)) == pytest.approx(1, abs=0.06)


def test_school_buses_have_a_bonnet_lower_than_the_roof() -> None:
    fronts = [_front_height(bus(make_sample("bus", (11.0, 2.44, 3.1), seed, colours=("yellow",)))) for seed in range(8)]
    assert sum(height < 0.6 * 3.1 for height in fronts) >= 4


def _front_height(assembly: Assembly) -> float:
    return float(heights(whole(assembly), [10.3], 0.0)[0])
