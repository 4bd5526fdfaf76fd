"""Sizes that tests of light build, and how."""

from __future__ import annotations

from tests.synth.shapes.road_users import vehicle

SEDAN = vehicle("car", (4.7, 1.8, 1.45), name="a sedan")
SIZES = {
    "car": [(3.6, 1.63, 1.49), (4.25, 1.8, 1.49), (4.6, 1.86, 1.69), (5.2, 1.9, 1.49)],
    "van": [(4.4, 1.94, 2.1), (5.3, 1.9, 1.97), (7.3, 2.0, 2.8)],
    "pickup": [(5.1, 1.95, 1.9), (5.9, 2.03, 1.96)],
    "utility_vehicle": [(3.86, 1.75, 1.87), (4.57, 2.16, 1.83), (5.7, 2.35, 2.4)],
}
