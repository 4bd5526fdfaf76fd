"""Vehicles of no class: their sizes, wheels, variety, and that no leaf names them."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.overhead import filled, seen, whole
from vehicle_id.synth.paint import TYRE
from vehicle_id.synth.shapes import BUILDERS
from vehicle_id.synth.shapes.random_vehicles import LENGTH_M, random_sample, random_vehicle

SEEDS = range(60)


def test_sizes_are_filled_and_wheels_stand_on_the_ground() -> None:
    for seed in SEEDS:
        sample = random_sample(np.random.default_rng(seed))
        assert LENGTH_M[0] <= sample.length_m <= LENGTH_M[1]
        assembly = random_vehicle(sample)
        assert filled(sample, assembly) == pytest.approx(1, abs=0.06), seed
        mesh = whole(assembly)
        tyres = mesh.triangles[np.all(np.isclose(mesh.rgb, TYRE.rgb), axis=1)]
        assert (tyres[..., 2] < 0.1).any(), seed


def test_outlines_differ() -> None:
    outlines = [seen(whole(random_vehicle(random_sample(np.random.default_rng(seed)))), 0.25) for seed in range(8)]
    assert len({outline.tobytes() for outline in outlines}) == len(outlines)


def test_no_leaf_names_them() -> None:
    assert random_vehicle not in [each for builders in BUILDERS.values() for each in builders]
