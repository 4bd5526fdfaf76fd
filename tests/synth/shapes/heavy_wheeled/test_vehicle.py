"""Heavy wheeled vehicles: axles, what a load does to the outline, the cells, the moving parts."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synth.shapes.overhead import heights, make_sample, whole
from vehicle_id.synth.mesh import Assembly
from vehicle_id.synth.paint import TYRE
from vehicle_id.synth.shapes.heavy_wheeled import BUILDERS
from vehicle_id.synth.shapes.heavy_wheeled.cells import Cell
from vehicle_id.synth.shapes.heavy_wheeled.kit import draw_kit
from vehicle_id.synth.shapes.heavy_wheeled.plan import draw_plan
from vehicle_id.synth.shapes.heavy_wheeled.vehicle import LOADS

SEEDS = range(12)
SIZES = {"4_axles": (12.5, 3.05, 3.3), "8_axles": (22.0, 3.4, 4.2), "9_plus_axles": (25.0, 3.6, 4.4)}


def _build(axles: str, state: str, seed: int, **columns: object) -> Assembly:
    leaf = f"special_chassis_{axles}_{state}"
    return BUILDERS[leaf](make_sample(leaf, SIZES[axles], seed, colours=("olive",), **columns))


def _num_axles(assembly: Assembly) -> int:
    """Places along x at which the lowest points of tyres lie."""
    mesh = whole(assembly)
    tyres = mesh.triangles[np.all(np.isclose(mesh.rgb, TYRE.rgb), axis=1)]
    low = np.sort(tyres[tyres[..., 2] < 0.01][:, 0])
    return 1 + int((np.diff(low) > 0.5).sum())


@pytest.mark.parametrize(("axles", "numbers"), [("4_axles", {4}), ("8_axles", {8}), ("9_plus_axles", {9, 10, 11, 12})])
def test_the_class_tells_the_number_of_axles(axles: str, numbers: set[int]) -> None:
    seen = {_num_axles(_build(axles, state, seed)) for state in ("bare", "loaded") for seed in SEEDS}
    assert seen <= numbers
    assert len(seen) >= min(2, len(numbers))


def test_known_axles_are_kept() -> None:
    mesh = whole(_build("4_axles", "bare", 1, axles_m=(2.0, 4.0, 8.0, 10.0)))
    tyres = mesh.triangles[np.all(np.isclose(mesh.rgb, TYRE.rgb), axis=1)]
    low = tyres[tyres[..., 2] < 0.01][:, 0]
    for axle in (2.0, 4.0, 8.0, 10.0):
        assert np.abs(low - (12.5 - axle)).min() < 0.25


@pytest.mark.parametrize("axles", SIZES)
def test_a_load_stands_higher_over_the_payload_zone_than_a_bare_deck(axles: str) -> None:
    length, _, height = SIZES[axles]
    middle = np.linspace(0.25, 0.5, 12) * length
    for seed in range(5):
        bare = heights(whole(_build(axles, "bare", seed)), middle, 0.3)
        assert bare.max() < 0.8 * height
        loaded = whole(_build(axles, "loaded", seed))
        assert max(heights(loaded, middle, y).max() for y in (-0.9, 0.3, 0.9)) > 0.62 * height


def test_the_load_reaches_the_top_and_stays_within_the_outline() -> None:
    for index, kind in enumerate(LOADS):
        kit = draw_kit(make_sample("special_chassis_4_axles_loaded", SIZES["4_axles"], index, colours=("olive",)))
        made = kind.filling(kit, Cell((0.0, 9.0), (-1.5, 1.5), (1.4, 3.3)))
        low, high = whole(made if isinstance(made, Assembly) else Assembly(fixed=made)).bounds
        assert high[2] == pytest.approx(3.3, abs=0.12), kind.filling
        assert low[0] > -0.2 and high[0] < 9.2, kind.filling
        assert low[1] > -1.65 and high[1] < 1.65, kind.filling


def test_a_gap_behind_the_cab_is_in_a_third_of_the_plans() -> None:
    gaps = []
    for seed in range(300):
        kit = draw_kit(make_sample("special_chassis_8_axles_bare", SIZES["8_axles"], seed, colours=("olive",)))
        plan = draw_plan(kit, 8, loaded=False, overhang=False)
        gaps.append((plan.power or plan.cab)[0] - plan.payload[1] > 0.2)
    assert np.mean(gaps) == pytest.approx(0.33, abs=0.09)


def test_raising_a_load_lifts_its_front_and_keeps_it_above_the_ground() -> None:
    raised = 0
    for seed in SEEDS:
        for joint in _build("8_axles", "loaded", seed).joints:
            if joint.axis == "y":
                up = joint.part.at_rest().turned(joint.degrees[0], axis="y", about=joint.pivot).bounds
                assert up[1, 2] > 1.5 * SIZES["8_axles"][2]
                assert up[0, 2] > -0.9
                raised += 1
    assert raised >= 4


def test_shares_of_a_cell() -> None:
    cell = Cell((0.0, 4.0), (-1.0, 1.0), (1.0, 2.0))
    assert cell.part(x=(0.25, 0.5), y=(0.5, 1.0)) == Cell((1.0, 2.0), (0.0, 1.0), (1.0, 2.0))
    assert [one.x for one in cell.lengthwise(2, gap=0.5)] == [(0.0, 1.0), (2.0, 3.0)]
    assert sum(one.width for one in cell.crosswise(4, gap=0.1)) == pytest.approx(1.8)
