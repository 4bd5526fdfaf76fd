"""Cross-country cars: the wide kind."""

from __future__ import annotations

from tests.synth.shapes.road_users import height_at, sample, vehicle
from vehicle_id.synth.shapes import build


def test_the_wide_kind_is_chosen_by_name_and_stands_lower_than_a_jeep() -> None:
    low = build(sample(vehicle("utility_vehicle", (4.57, 2.16, 1.83), name="HMMWV M998"), 3)).at_rest()
    bonnet = height_at(low, 1.5)
    assert 0.45 * 1.83 < bonnet < 0.70 * 1.83
    assert height_at(low, 0.2) > bonnet + 0.3
