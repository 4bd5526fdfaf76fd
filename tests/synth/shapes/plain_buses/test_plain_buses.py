"""Buses lofted along their length: what tells them from containers and box bodies, seen from above and aslant."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.overhead import filled, heights, make_sample, met_from_above, whole
from vehicle_id.synth.mesh import Mesh, join
from vehicle_id.synth.paint import GLASS
from vehicle_id.synth.shapes.plain_buses import BUILDERS
from vehicle_id.synth.shapes.plain_buses.body import BusBody, BusPaints, bus_body
from vehicle_id.synth.shapes.plain_buses.kinds import SCHOOL, draw_body

SIZE = (12.0, 2.55, 3.1)
BODY = BusBody(
    x=(0.0, 12.0), half=1.27, floor=0.3, belts=((1.2, 2.5),), top=3.1, crown=0.06, edge=0.15, nose=0.6, tail=0.2,
    lean=0.5, lean_rear=0.1, droop=0.05,
)  # fmt: skip
bus = BUILDERS["bus"]


def _skin(body: BusBody = BODY) -> Mesh:
    coat = make_sample("bus", SIZE, 0).coat
    return join(bus_body(body, BusPaints(
        side=coat, roof=coat, edge=coat, cant=coat, glass=GLASS, brow=coat, back=coat, front=coat,
    )))  # fmt: skip


def _glass_at(mesh: Mesh) -> np.ndarray:
    points, faces = met_from_above(mesh, step_m=0.05)
    return points[np.abs(mesh.rgb[faces] - GLASS.rgb).max(1) < 1e-6]


def test_the_roof_has_no_gap_and_rounded_front_corners() -> None:
    mesh = _skin()
    assert heights(mesh, np.arange(0.3, 11.2, 0.1), 0.0).min() > 2.9
    assert heights(mesh, [11.97], 1.2)[0] == 0.0 < heights(mesh, [11.5], 1.2)[0]


def test_the_windscreen_is_the_only_glass_in_the_middle_from_above() -> None:
    glass = _glass_at(_skin())
    middle = glass[np.abs(glass[:, 1]) < 0.8]
    assert len(middle) > 50
    assert middle[:, 0].min() > 11.2


def test_windows_show_down_the_sides_as_soon_as_the_view_is_aslant() -> None:
    aslant = _glass_at(_skin().turned(25, axis="x"))
    assert np.ptp(aslant[aslant[:, 0] < 11][:, 0]) > 9


def test_many_roofs_are_bare_and_few_carry_much() -> None:
    """Measured over the flat part of the roof: how much of it lies higher than a sheet above the median."""
    raised = []
    for seed in range(24):
        points, _ = met_from_above(whole(bus(make_sample("bus", SIZE, seed, colours=("white",)))))
        roof = points[(np.abs(points[:, 1]) < 0.8) & (points[:, 2] > 2.5)][:, 2]
        raised.append(float((roof > np.median(roof) + 0.09).mean()))
    assert sum(share < 0.01 for share in raised) >= 12
    assert max(raised) < 0.4


def test_school_buses_end_in_a_bonnet_lower_than_their_windows() -> None:
    body = draw_body(make_sample("bus", SIZE, 1), SCHOOL, (0.0, 11.0), 3.1, decks=1)
    ahead = heights(_skin(body), [body.cowl + 0.4], 0.0)[0]
    assert 0.6 < ahead < body.belts[0][0] + 0.01


@pytest.mark.parametrize(("length", "joints"), [(18.0, 1), (12.0, 0), (7.5, 0)])
def test_long_buses_alone_turn_about_their_bellows(length: float, joints: int) -> None:
    sample = make_sample("bus", (length, 2.5, 3.1), 3)
    built = bus(sample)
    assert [joint.axis for joint in built.joints] == ["z"] * joints
    assert filled(sample, built) == pytest.approx(1, abs=0.06)
