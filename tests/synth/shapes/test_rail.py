"""Rail vehicles: sizes, what is open and what is closed from above, what stands on a deck."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.overhead import catalogue_drafts, filled, heights, make_draft, whole
from vehicle_id.synth.mesh import Assembly, Mesh
from vehicle_id.synth.shapes.rail import BUILDERS
from vehicle_id.synth.shapes.rail_gear import OVERHANG_M

SIZES = {
    "locomotive": [(16.97, 3.15, 5.1), (20.8, 3.3, 4.75), (33.9, 3.2, 5.0)],
    "box_car": [(16.97, 3.26, 4.7), (14.73, 3.26, 4.7)],
    "gondola": [(13.92, 3.158, 3.78), (13.44, 3.22, 3.15)],
    "tank_car": [(12.02, 3.1, 4.6), (24.04, 3.254, 4.67), (21.2, 3.1, 4.95)],
    "flat_car_empty": [(14.62, 2.87, 1.3), (19.62, 2.7, 0.96)],
    "flat_car_containers": [(14.62, 2.87, 1.3), (19.62, 2.7, 1.2)],
    "flat_car_vehicles": [(14.62, 2.87, 1.3), (19.2, 3.0, 1.3)],
}
GONDOLA, FLAT = SIZES["gondola"][0], SIZES["flat_car_empty"][0]
CASES = [(leaf, size) for leaf, sizes in SIZES.items() for size in sizes]


def build(leaf: str, size: tuple[float, float, float], seed: int) -> Assembly:
    return BUILDERS[leaf](make_draft(leaf, size, seed))


def test_all_classes_are_tested() -> None:
    assert set(SIZES) == set(BUILDERS)


@pytest.mark.parametrize(("leaf", "size"), CASES)
def test_variants_fill_the_draft(leaf: str, size: tuple[float, float, float]) -> None:
    for seed in range(30):
        assert filled(make_draft(leaf, size, seed), build(leaf, size, seed)) == pytest.approx(1, abs=0.06)


@pytest.mark.parametrize("leaf", BUILDERS)
def test_catalogue_rows_fill_the_draft(leaf: str) -> None:
    for draft in catalogue_drafts(leaf):
        assert filled(draft, BUILDERS[leaf](draft)) == pytest.approx(1, abs=0.06)


@pytest.mark.parametrize("leaf", BUILDERS)
def test_the_same_seed_gives_the_same_mesh(leaf: str) -> None:
    one, other = (whole(build(leaf, SIZES[leaf][0], 3)) for _ in range(2))
    assert np.array_equal(one.triangles, other.triangles)
    assert np.array_equal(one.rgb, other.rgb)


@pytest.mark.parametrize("leaf", BUILDERS)
def test_seeds_differ(leaf: str) -> None:
    assert len({whole(build(leaf, SIZES[leaf][0], seed)).triangles.tobytes() for seed in range(6)}) == 6


@pytest.mark.parametrize(("leaf", "size"), CASES)
def test_couplers_reach_beyond_the_body(leaf: str, size: tuple[float, float, float]) -> None:
    mesh = whole(build(leaf, size, 1))
    beyond = np.abs(mesh.triangles[..., 0]).min(1) > size[0] / 2 - OVERHANG_M + 0.12
    assert beyond.any()
    assert np.abs(mesh.triangles[beyond][..., 1]).max() < 0.3


def _middle_line(mesh: Mesh, length: float, y: float = 0.9) -> np.ndarray:
    return heights(mesh, np.linspace(-0.36 * length, 0.36 * length, 9), y)


def test_an_empty_gondola_is_a_trough() -> None:
    depths = []
    for seed in range(12):
        assembly = build("gondola", GONDOLA, seed)
        if type(assembly) is Assembly:  # without a load
            depths.append(GONDOLA[2] - _middle_line(whole(assembly), GONDOLA[0]))
    assert depths
    assert np.min(depths) > 1.5


def test_a_full_gondola_is_filled() -> None:
    floors = [
        np.median(_middle_line(whole(assembly), GONDOLA[0]))
        for assembly in (build("gondola", GONDOLA, seed) for seed in range(12))
        if type(assembly) is not Assembly
    ]
    assert floors
    assert np.max(floors) > GONDOLA[2] - 0.3
    assert np.min(floors) > 1.25


def test_a_box_car_is_closed_and_highest_along_its_middle() -> None:
    length, width, height = SIZES["box_car"][0]
    for seed in range(6):
        mesh = whole(build("box_car", SIZES["box_car"][0], seed))
        middle, side = (heights(mesh, np.linspace(-0.4 * length, 0.4 * length, 7), y) for y in (0.1, 0.42 * width))
        assert side.min() > 0.75 * height
        assert (middle > side + 0.15).all()


def test_a_tank_car_has_its_dome_in_the_middle_and_its_frame_at_the_ends() -> None:
    length, _, height = SIZES["tank_car"][0]
    mesh = whole(build("tank_car", SIZES["tank_car"][0], 2))
    dome, barrel = heights(mesh, [0.0, 0.2 * length], 0.05)
    assert dome > barrel + 0.15
    assert barrel > 0.8 * height
    assert heights(mesh, [length / 2 - OVERHANG_M - 0.05], 1.2)[0] < 1.5


def test_a_long_tank_car_is_two_barrels() -> None:
    length = SIZES["tank_car"][1][0]
    gap, front, back = heights(whole(build("tank_car", SIZES["tank_car"][1], 0)), [0.0, length / 4, -length / 4], 0.8)
    assert gap < 2 < min(front, back)


@pytest.mark.parametrize("leaf", ["flat_car_containers", "flat_car_vehicles"])
def test_loads_stand_over_the_published_height(leaf: str) -> None:
    for seed in range(20):
        mesh = whole(build(leaf, FLAT, seed))
        assert mesh.bounds[1, 2] > FLAT[2] + 0.9
        assert np.abs(mesh.bounds[:, 1]).max() < FLAT[1] / 2 + 0.4


def test_containers_keep_their_size_in_the_fit() -> None:
    draft = make_draft("flat_car_containers", FLAT, 0)
    assembly = BUILDERS[draft.label](draft)
    fitted = assembly.fitted(np.array([1.0, 1.0, 1.02]), np.zeros(3)).at_rest()
    assert 1.3 + 2.4 < fitted.bounds[1, 2] < 1.3 + 3.2


def test_an_empty_flat_car_is_flat() -> None:
    for seed in range(20):
        on_deck = _middle_line(whole(build("flat_car_empty", FLAT, seed)), FLAT[0], y=0.05)
        assert np.median(on_deck) == pytest.approx(FLAT[2], abs=0.05)


def test_some_container_wagons_have_no_deck() -> None:
    low = [_middle_line(whole(build("flat_car_empty", FLAT, seed)), FLAT[0], y=0.8).min() for seed in range(20)]
    assert min(low) < 0.95 < max(low)  # what is seen there is gear or ground, or the deck


def test_long_locomotives_have_two_sections() -> None:
    size = SIZES["locomotive"][2]
    for seed in range(6):
        gap, body = heights(whole(build("locomotive", size, seed)), [0.0, 4.0], 1.2)
        assert gap < 1.3 < 3 < body


def test_some_short_locomotives_have_a_hood_narrower_than_the_frame() -> None:
    size = SIZES["locomotive"][0]
    walkways = [
        np.sum(heights(whole(build("locomotive", size, seed)), np.linspace(-6, 6, 13), 1.3) < 1.7) for seed in range(20)
    ]
    assert min(walkways) == 0
    assert max(walkways) >= 5
