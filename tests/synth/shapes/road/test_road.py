"""Lorries, tractors, trailers and the army's lorries as seen from above."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.road.cases import COATS, SIZES
from tests.synth.shapes.road_users import fit_error, sample, vehicle
from vehicle_id.synth.shapes.road import BUILDERS


@pytest.mark.parametrize("label", BUILDERS)
def test_every_variant_is_built_to_size_of_few_triangles_above_the_ground(label: str) -> None:
    for seed in range(30):
        name, size = SIZES[label][seed % len(SIZES[label])]
        one = sample(vehicle(label, size, name=name, colours=COATS), seed)
        parts = BUILDERS[label](one)
        mesh = parts.at_rest()
        assert fit_error(one, parts) < 0.06, (name, seed)
        assert 150 <= len(mesh.triangles) <= 1450
        assert mesh.bounds[0, 2] >= -1e-9
        assert np.isfinite(mesh.triangles).all()


@pytest.mark.parametrize("label", BUILDERS)
def test_the_same_seed_makes_the_same_mesh(label: str) -> None:
    name, size = SIZES[label][0]
    first, again = (BUILDERS[label](sample(vehicle(label, size, name=name), 4)).at_rest() for _ in range(2))
    np.testing.assert_array_equal(first.triangles, again.triangles)
    np.testing.assert_array_equal(first.rgb, again.rgb)
