"""Tanks and tracked carriers seen from above."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.overhead import make_sample, met_from_above
from vehicle_id.synth.mesh import Assembly, join
from vehicle_id.synth.shapes.tracked.carrier import tracked_carrier
from vehicle_id.synth.shapes.tracked.main_tank import main_tank

TANK = (9.5, 3.5, 2.35)
CARRIER = (6.7, 2.95, 2.2)


@pytest.mark.parametrize("seed", range(8))
def test_only_the_gun_of_a_tank_reaches_beyond_its_hull(seed: int) -> None:
    points, _ = met_from_above(main_tank(make_sample("tank", TANK, seed)).at_rest())
    ahead = points[points[:, 0] > 0.94 * TANK[0]]
    assert len(ahead)
    assert np.abs(ahead[:, 1]).max() < 0.35


@pytest.mark.parametrize("seed", range(8))
def test_the_turret_turns_about_the_middle_of_the_hull_and_carries_the_gun(seed: int) -> None:
    tank = main_tank(make_sample("tank", TANK, seed))
    [turret] = tank.joints
    hull = join(tank.fixed).bounds
    share = (turret.pivot[0] - hull[0, 0]) / (hull[1, 0] - hull[0, 0])
    assert 0.3 < share < 0.7
    assert turret.part.at_rest().bounds[1, 0] == pytest.approx(TANK[0], abs=0.01)
    over_rear = turret.part.at_rest().turned(180.0, about=turret.pivot)
    assert over_rear.bounds[0, 0] < hull[0, 0] + 0.3


@pytest.mark.parametrize("seed", range(12))
def test_no_gun_of_a_carrier_reaches_beyond_its_hull(seed: int) -> None:
    carrier = tracked_carrier(make_sample("armoured_carrier", CARRIER, seed))
    hull = join(carrier.fixed).bounds
    for joint in carrier.joints:
        assert joint.part.at_rest().bounds[1, 0] <= hull[1, 0] + 1e-6


def test_carriers_have_smaller_turrets_than_tanks() -> None:
    tanks = [main_tank(make_sample("tank", TANK, seed)) for seed in range(10)]
    carriers = [tracked_carrier(make_sample("armoured_carrier", CARRIER, seed)) for seed in range(20)]
    assert np.median(_turret_widths(carriers)) < 0.8 * np.median(_turret_widths(tanks))


def _turret_widths(vehicles: list[Assembly]) -> list[float]:
    return [float(np.ptp(joint.part.at_rest().bounds[:, 1])) for vehicle in vehicles for joint in vehicle.joints]
