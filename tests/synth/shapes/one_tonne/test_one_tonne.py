"""One-tonne lorries: cab and bed close together, loads in their space, an outline that is filled."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.synth.shapes.overhead import filled, heights, make_sample, met_from_above, whole
from vehicle_id.synth.mesh import Mesh, join
from vehicle_id.synth.shapes.highway.heavy_loads import LoadSpace
from vehicle_id.synth.shapes.one_tonne import BUILDERS
from vehicle_id.synth.shapes.one_tonne.covers import canvas_hood, flat_sheet, pale_panels
from vehicle_id.synth.vehicle_sample import VehicleSample

ONE_TONNE = (5.1, 1.74, 2.0)
SPACE = LoadSpace(x=(0.1, 3.1), half=0.8, floor=0.75, top=1.95)
RIM = 1.1

Cover = Callable[[VehicleSample], list[Mesh]]
COVERS: dict[str, Cover] = {
    "sheet": lambda sample: flat_sheet(sample, SPACE, RIM),
    "hood": lambda sample: canvas_hood(sample, SPACE, RIM),
    "panels": lambda sample: pale_panels(sample, SPACE),
}


def built(seed: int, size: tuple[float, float, float] = ONE_TONNE) -> Mesh:
    """The vehicle before the fit."""
    return whole(BUILDERS["flatbed_truck"](make_sample("flatbed_truck", size, seed, colours=("white",))))


@pytest.mark.parametrize("size", [(3.3, 1.45, 1.8), ONE_TONNE, (6.1, 2.05, 2.3)])
def test_a_light_lorry_fills_its_outline_and_no_part_stands_out(size: tuple[float, float, float]) -> None:
    for seed in range(10):
        sample = make_sample("flatbed_truck", size, seed)
        assert filled(sample, BUILDERS["flatbed_truck"](sample)) == pytest.approx(1, abs=0.05)


def test_the_gap_behind_the_cab_is_narrow_and_the_windscreen_falls_to_a_short_nose() -> None:
    for seed in range(8):
        along = heights(built(seed), np.arange(2.0, 5.09, 0.03), 0.4)
        assert 0.03 * (along < 0.6).sum() < 0.15, seed
        assert along[-3] < 0.66 * along.max()


def test_cab_and_sides_of_the_bed_have_one_tone() -> None:
    for seed in range(6):
        mesh = built(seed)
        points, faces = met_from_above(mesh, step_m=0.03)
        tone = mesh.rgb[faces].mean(1)
        side = (np.abs(points[:, 1]) > 0.845) & (points[:, 0] < 2.2) & (points[:, 2] > 0.85)
        roof = (np.abs(points[:, 1]) < 0.3) & (points[:, 2] > 0.93 * mesh.bounds[1, 2]) & (points[:, 0] > 3.6)
        assert np.median(tone[side]) == pytest.approx(np.median(tone[roof]), rel=0.35), seed


@pytest.mark.parametrize("cover", COVERS.values(), ids=COVERS)
def test_covers_stay_in_their_space(cover: Cover) -> None:
    for seed in range(10):
        (x0, y0, z0), (x1, y1, z1) = join(cover(make_sample("flatbed_truck", ONE_TONNE, seed))).bounds
        assert SPACE.x[0] - 0.01 <= x0 < x1 <= SPACE.x[1] + 0.01
        assert max(-y0, y1) <= SPACE.half + 0.07
        assert SPACE.floor - 0.01 <= z0 < z1 <= SPACE.top + 0.02


def test_lorries_of_one_size_differ() -> None:
    lines = {tuple(heights(built(seed), np.arange(0.2, 5.0, 0.25), 0.3).round(2)) for seed in range(8)}
    assert len(lines) == 8
