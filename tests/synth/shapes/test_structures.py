"""Containers, roofs, sheds and storage tanks: sizes, and what makes each what it is from above."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.overhead import catalogue_drafts, filled, heights, make_draft, seen, whole
from vehicle_id.synth.shapes.boxes import any_container
from vehicle_id.synth.shapes.roofs import building_mesh_of
from vehicle_id.synth.shapes.structures import BUILDERS

SIZES = {
    "container": [(6.058, 2.438, 2.591), (12.192, 2.438, 2.896), (13.716, 2.438, 2.896)],
    "roof": [(9.0, 7.0, 5.0), (8.0, 10.0, 6.0), (50.0, 12.0, 20.0), (20.0, 30.0, 8.0)],
    "shed": [(2.5, 2.2, 2.1), (6.0, 3.2, 2.5), (20.0, 8.0, 4.0), (2.0, 4.0, 3.0)],
    "storage_tank": [(3.0, 3.0, 6.0), (20.0, 20.0, 12.0), (60.0, 58.0, 14.0), (8.0, 4.0, 3.5), (5.0, 7.0, 8.0)],
}
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
    for draft in catalogue_drafts(leaf, seeds=8):
        assert filled(draft, BUILDERS[leaf](draft)) == pytest.approx(1, abs=0.06), draft.row.name


@pytest.mark.parametrize(("leaf", "size"), CASES)
def test_the_same_seed_gives_the_same_mesh(leaf: str, size: tuple[float, float, float]) -> None:
    one, other = (whole(BUILDERS[leaf](make_draft(leaf, size, 5))) for _ in range(2))
    assert np.array_equal(one.triangles, other.triangles)
    assert np.array_equal(one.rgb, other.rgb)


def test_containers_are_full_rectangles_of_many_colours() -> None:
    tones = []
    for seed in range(20):
        mesh = whole(BUILDERS["container"](make_draft("container", (12.192, 2.438, 2.591), seed)))
        outline = seen(mesh, extent_m=14)
        assert outline.sum() * 0.01 == pytest.approx(12.192 * 2.438, rel=0.04)
        tones.append(mesh.rgb[0])
    assert np.std(tones, axis=0).min() > 0.05


def test_a_container_roof_is_level() -> None:
    for seed in range(8):
        mesh = whole(BUILDERS["container"](make_draft("container", (12.192, 2.438, 2.591), seed)))
        assert np.ptp(heights(mesh, np.linspace(-5, 5, 9), 0.2)) < 0.1


def test_any_container_stands_on_its_feet() -> None:
    for seed in range(10):
        low = min(mesh.bounds[0, 2] for mesh in any_container(6.058, np.random.default_rng(seed)))
        assert low == pytest.approx(0, abs=1e-9)


def test_gables_fall_to_the_eaves_and_flat_roofs_to_a_deck_within_the_parapet() -> None:
    rng = np.random.default_rng(0)
    gable = building_mesh_of("gable", 12.0, 8.0, 6.0, rng, None)
    assert heights(gable, [3.0], 0.1)[0] > heights(gable, [3.0], 3.8)[0] + 1.5
    flat = building_mesh_of("flat", 12.0, 8.0, 6.0, rng, None)
    edge, inner = heights(flat, [5.9], 0.1)[0], heights(flat, [5.0], 3.0)[0]
    assert edge > inner + 0.3


def test_a_saw_tooth_roof_rises_and_falls() -> None:
    ridge = heights(
        building_mesh_of("saw", 40.0, 20.0, 9.0, np.random.default_rng(1), None), np.linspace(-19, 19, 60), 2.0
    )
    turns = np.sum(np.diff(ridge) < -0.8)
    assert 2 <= turns <= 10


def test_storage_tanks_are_round() -> None:
    for seed in range(8):
        outline = seen(
            whole(BUILDERS["storage_tank"](make_draft("storage_tank", (20.0, 20.0, 12.0), seed))), extent_m=24
        )
        assert outline.sum() * 0.01 == pytest.approx(np.pi * 100, rel=0.07)


def test_unequal_sizes_leave_the_tank_round_and_lengthen_its_pad() -> None:
    for seed in range(8):
        mesh = whole(BUILDERS["storage_tank"](make_draft("storage_tank", (20.0, 15.0, 12.0), seed)))
        high = mesh.triangles[mesh.triangles[..., 2].min(1) > 6]
        across = high.reshape(-1, 3)[:, :2]
        assert np.ptp(across[:, 0]) == pytest.approx(np.ptp(across[:, 1]), rel=0.08)


def test_some_large_tanks_are_open_to_a_floating_roof() -> None:
    decks = [
        heights(whole(BUILDERS["storage_tank"](make_draft("storage_tank", (40.0, 40.0, 15.0), seed))), [8.0], 3.0)[0]
        for seed in range(14)
    ]
    assert min(decks) < 11
    assert max(decks) > 13


def test_sheds_differ_in_section() -> None:
    falls = set()
    for seed in range(20):
        mesh = whole(BUILDERS["shed"](make_draft("shed", (6.0, 4.0, 2.8), seed)))
        right, middle, left = (round(heights(mesh, [0.2], y)[0], 1) for y in (-1.9, 0.0, 1.9))
        falls.add((np.sign(middle - right), np.sign(left - middle)))
    assert len(falls) >= 3
