"""Aircraft and boats: sizes, wings where the width is, pointed bows, open hulls."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.overhead import catalogue_drafts, filled, heights, make_draft, seen, whole
from vehicle_id.synth.shapes.boats import outline
from vehicle_id.synth.shapes.craft import BUILDERS

SIZES = {
    "aircraft": [
        (8.28, 11.0, 2.72), (12.5, 18.18, 4.1), (18.4, 21.3, 5.5), (25.2, 21.3, 5.5), (15.0, 7.15, 4.1),
        (17.32, 11.36, 4.73), (23.53, 29.2, 8.32), (39.5, 35.0, 12.5), (46.6, 50.5, 14.8),
    ],
    "boat": [(5.0, 2.0, 1.4), (8.0, 2.6, 2.4), (9.5, 3.1, 6.8), (14.0, 4.5, 5.0), (28.0, 6.0, 8.0), (70.0, 11.0, 4.0)],
}  # fmt: skip
CASES = [(leaf, size) for leaf, sizes in SIZES.items() for size in sizes]


def test_all_classes_are_tested() -> None:
    assert set(SIZES) == set(BUILDERS)


@pytest.mark.parametrize(("leaf", "size"), CASES)
def test_variants_fill_the_draft(leaf: str, size: tuple[float, float, float]) -> None:
    for seed in range(30):
        draft = make_draft(leaf, size, seed)
        assert filled(draft, BUILDERS[leaf](draft)) == pytest.approx(1, abs=0.06), seed


@pytest.mark.parametrize("leaf", BUILDERS)
def test_catalogue_rows_fill_the_draft(leaf: str) -> None:
    for draft in catalogue_drafts(leaf, seeds=10):
        assert filled(draft, BUILDERS[leaf](draft)) == pytest.approx(1, abs=0.06), (draft.row.name, draft.length_m)


@pytest.mark.parametrize(("leaf", "size"), CASES)
def test_the_same_seed_gives_the_same_mesh(leaf: str, size: tuple[float, float, float]) -> None:
    one, other = (whole(BUILDERS[leaf](make_draft(leaf, size, 5))) for _ in range(2))
    assert np.array_equal(one.triangles, other.triangles)
    assert np.array_equal(one.rgb, other.rgb)


@pytest.mark.parametrize("size", SIZES["aircraft"])
def test_aircraft_are_crosses_not_boxes(size: tuple[float, float, float]) -> None:
    for seed in range(4):
        shape = seen(whole(BUILDERS["aircraft"](make_draft("aircraft", size, seed))), gsd_m=0.25, extent_m=54)
        assert 0.03 < shape.sum() * 0.25**2 / (size[0] * size[1]) < 0.5


@pytest.mark.parametrize("size", [size for size in SIZES["aircraft"] if size[1] != 21.3])
def test_wings_are_the_same_on_both_sides(size: tuple[float, float, float]) -> None:
    shape = seen(whole(BUILDERS["aircraft"](make_draft("aircraft", size, 1))), gsd_m=0.2, extent_m=54)
    assert (shape != shape[::-1]).mean() < 0.04 * shape.mean()


def test_airliner_wings_are_swept_back() -> None:
    for seed in range(6):
        shape = seen(whole(BUILDERS["aircraft"](make_draft("aircraft", (39.5, 35.0, 12.5), seed))), extent_m=50)
        near, far = (shape[int((25 - y) / 0.1)].nonzero()[0].max() * 0.1 for y in (3.5, 16.0))
        assert 4 < near - far < 9


def test_a_still_rotor_reaches_over_the_fuselage() -> None:
    shape = seen(whole(BUILDERS["aircraft"](make_draft("aircraft", (25.2, 21.3, 5.5), 2))), gsd_m=0.1, extent_m=30)
    across = shape.any(1).nonzero()[0]
    assert np.ptp(across) * 0.1 == pytest.approx(21.3, abs=1.0)
    assert shape.sum() * 0.01 < 0.2 * 25.2 * 21.3


@pytest.mark.parametrize("size", SIZES["boat"])
def test_bows_are_narrower_than_the_middle(size: tuple[float, float, float]) -> None:
    for seed in range(4):
        mesh = whole(BUILDERS["boat"](make_draft("boat", size, seed)))
        corners = mesh.triangles.reshape(-1, 3)
        bow = np.abs(corners[corners[:, 0] > 0.48 * size[0], 1]).max()
        stern = np.abs(corners[corners[:, 0] < -0.3 * size[0], 1]).max()
        assert bow < 0.8 * stern


def test_some_motor_boats_are_open_and_some_covered() -> None:
    depths = []
    for seed in range(20):
        mesh = whole(BUILDERS["boat"](make_draft("boat", (5.0, 2.0, 1.4), seed)))
        depths.append(heights(mesh, [-0.95], 0.1)[0] - heights(mesh, [-0.95], 0.94)[0])
    assert min(depths) < -0.25
    assert max(depths) > 0


def test_hull_outlines_are_as_long_and_wide_as_asked() -> None:
    plan = outline(10.0, 3.0)
    assert np.ptp(plan, axis=0) == pytest.approx([10.0, 3.0], rel=0.01)
    assert np.abs(plan[plan[:, 0] == plan[:, 0].max(), 1]).max() == pytest.approx(0)
