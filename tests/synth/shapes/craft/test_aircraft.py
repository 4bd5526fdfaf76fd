"""Aircraft: wings where the width is."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.craft.cases import SIZES
from tests.synth.shapes.overhead import make_sample, seen, whole
from vehicle_id.synth.shapes.craft import BUILDERS


@pytest.mark.parametrize("size", SIZES["aircraft"])
def test_aircraft_are_crosses_not_boxes(size: tuple[float, float, float]) -> None:
    for seed in range(4):
        shape = seen(whole(BUILDERS["aircraft"](make_sample("aircraft", size, seed))), gsd_m=0.25, extent_m=54)
        assert 0.03 < shape.sum() * 0.25**2 / (size[0] * size[1]) < 0.5


@pytest.mark.parametrize("size", [size for size in SIZES["aircraft"] if size[1] != 21.3])
def test_wings_are_the_same_on_both_sides(size: tuple[float, float, float]) -> None:
    shape = seen(whole(BUILDERS["aircraft"](make_sample("aircraft", size, 1))), gsd_m=0.2, extent_m=54)
    assert (shape != shape[::-1]).mean() < 0.04 * shape.mean()


def test_airliner_wings_are_swept_back() -> None:
    for seed in range(6):
        shape = seen(whole(BUILDERS["aircraft"](make_sample("aircraft", (39.5, 35.0, 12.5), seed))), extent_m=50)
        near, far = (shape[int((25 - y) / 0.1)].nonzero()[0].max() * 0.1 for y in (3.5, 16.0))
        assert 4 < near - far < 9


def test_a_still_rotor_reaches_over_the_fuselage() -> None:
    shape = seen(whole(BUILDERS["aircraft"](make_sample("aircraft", (25.2, 21.3, 5.5), 2))), gsd_m=0.1, extent_m=30)
    across = shape.any(1).nonzero()[0]
    assert np.ptp(across) * 0.1 == pytest.approx(21.3, abs=1.0)
    assert shape.sum() * 0.01 < 0.2 * 25.2 * 21.3
