"""Storage tanks: round, on pads, some open to a floating roof."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.overhead import heights, make_sample, seen, whole
from vehicle_id.synth.shapes.structures import BUILDERS


def test_storage_tanks_are_round() -> None:
    for seed in range(8):
        outline = seen(
            whole(BUILDERS["storage_tank"](make_sample("storage_tank", (20.0, 20.0, 12.0), seed))), extent_m=24
        )
        assert outline.sum() * 0.01 == pytest.approx(np.pi * 100, rel=0.07)


def test_unequal_sizes_leave_the_tank_round_and_lengthen_its_pad() -> None:
    for seed in range(8):
        mesh = whole(BUILDERS["storage_tank"](make_sample("storage_tank", (20.0, 15.0, 12.0), seed)))
        high = mesh.triangles[mesh.triangles[..., 2].min(1) > 6]
        across = high.reshape(-1, 3)[:, :2]
        assert np.ptp(across[:, 0]) == pytest.approx(np.ptp(across[:, 1]), rel=0.08)


def test_some_large_tanks_are_open_to_a_floating_roof() -> None:
    decks = [
        heights(whole(BUILDERS["storage_tank"](make_sample("storage_tank", (40.0, 40.0, 15.0), seed))), [8.0], 3.0)[0]
        for seed in range(14)
    ]
    assert min(decks) < 11
    assert max(decks) > 13
