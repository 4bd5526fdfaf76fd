"""Containers: rectangles, level roofs."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.overhead import heights, make_sample, seen, whole
from vehicle_id.synth.shapes.structures import BUILDERS
from vehicle_id.synth.shapes.structures.containers import any_container


def test_containers_are_full_rectangles_of_many_colours() -> None:
    tones = []
    for seed in range(20):
        mesh = whole(BUILDERS["container"](make_sample("container", (12.192, 2.438, 2.591), seed)))
        outline = seen(mesh, extent_m=14)
        assert outline.sum() * 0.01 == pytest.approx(12.192 * 2.438, rel=0.04)
        tones.append(mesh.rgb[0])
    assert np.std(tones, axis=0).min() > 0.05


def test_a_container_roof_is_level() -> None:
    for seed in range(8):
        mesh = whole(BUILDERS["container"](make_sample("container", (12.192, 2.438, 2.591), seed)))
        assert np.ptp(heights(mesh, np.linspace(-5, 5, 9), 0.2)) < 0.1


def test_any_container_stands_on_its_feet() -> None:
    for seed in range(10):
        low = min(mesh.bounds[0, 2] for mesh in any_container(6.058, np.random.default_rng(seed)))
        assert low == pytest.approx(0, abs=1e-9)
