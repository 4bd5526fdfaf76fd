"""Cars, vans, pickups and cross-country cars as seen from above."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.light.cases import SIZES
from tests.synth.shapes.road_users import built_by, fit_error, from_above, sample, vehicle
from vehicle_id.synth.shapes.light import BUILDERS


@pytest.mark.parametrize("label", BUILDERS)
def test_every_variant_is_built_to_size_of_few_triangles_above_the_ground(label: str) -> None:
    for seed in range(30):
        size = SIZES[label][seed % len(SIZES[label])]
        one = sample(vehicle(label, size, colours=("olive", "white")), seed)
        parts = BUILDERS[label](one)
        mesh = parts.at_rest()
        assert fit_error(one, parts) < 0.06, (label, seed, size)
        assert 150 <= len(mesh.triangles) <= 1200
        assert mesh.bounds[0, 2] >= -1e-9
        assert np.isfinite(mesh.triangles).all()


@pytest.mark.parametrize("label", BUILDERS)
def test_the_same_seed_makes_the_same_mesh_and_another_seed_another(label: str) -> None:
    row = vehicle(label, SIZES[label][0])
    first, again, other = (BUILDERS[label](sample(row, seed)).at_rest() for seed in (4, 4, 5))
    np.testing.assert_array_equal(first.triangles, again.triangles)
    np.testing.assert_array_equal(first.rgb, again.rgb)
    assert first.triangles.shape != other.triangles.shape or not np.array_equal(first.triangles, other.triangles)


@pytest.mark.parametrize("label", ["car", "van", "pickup"])
def test_the_flanks_reach_the_full_width_above_the_wheels(label: str) -> None:
    for seed in range(4):
        one = sample(vehicle(label, SIZES[label][1]), seed)
        seen = from_above(built_by(BUILDERS[label], one), x=0.0, y=one.width_m / 2 - 0.045, size_m=0.05)
        assert (seen.height > 0.35 * one.height_m).all()
